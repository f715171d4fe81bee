"""How much of a query is explained by what is known of a procedure: words of its names and of its written queries.

A query for something that is no procedure has a word that nothing explains ("giấy phép nuôi *rồng*"), however well
its other words fit. Words that people put around any request ("em muốn", "giúp") weigh little, because most written
queries hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from onestop.search.ngrams import Vocabulary, word_ngrams
from onestop.search.wording import Wording


@dataclass(frozen=True)
class HeardWords:
    """The words of written queries.

    Attributes:
        vocabulary: Each word with its inverse document frequency among written queries.
        by_column: 1.0 where a query of the procedure holds the word: float32, shape (n_columns, n_words).
        n_queries: How many queries were read.
    """

    vocabulary: Vocabulary
    by_column: sparse.csr_matrix
    n_queries: int

    @classmethod
    def of(cls, wordings: Sequence[Wording], columns: np.ndarray, n_columns: int) -> HeardWords:
        """Gathers the words of queries; `columns` (int, shape (n_queries,)) tells whose query each is."""
        rows, hashes = word_ngrams([wording.folded for wording in wordings], 1)
        vocabulary = Vocabulary.of(rows, hashes, len(wordings))
        by_column = vocabulary.count(columns[rows].astype(np.int64), hashes, n_columns)
        by_column.data[:] = 1.0
        return cls(vocabulary, by_column, len(wordings))


@dataclass(frozen=True)
class Coverage:
    """What is explained of one query.

    Attributes:
        shares: Share of the query's word weight that each group explains, float32, shape (n_groups,).
        held: 1.0 where a group holds a known word of the query, shape (n_groups, n_known).
        known: Weights of those words, up to 1, shape (n_known,).
        unknown: Weights of the words that nothing in the catalogue holds, shape (n_unknown,).
    """

    shares: np.ndarray
    held: sparse.spmatrix
    known: np.ndarray
    unknown: np.ndarray

    @property
    def unknown_share(self) -> float:
        """Share of the query's word weight that nothing explains; of a query without words all of it."""
        whole = float(self.known.sum() + self.unknown.sum())
        return float(self.unknown.sum()) / whole if whole else 1.0

    def of_groups(self, groups: np.ndarray) -> Coverage:
        """Keeps some groups only, in this order."""
        return replace(self, shares=self.shares[groups], held=self.held.tocsr()[groups])

    def unexplained(self, row: int) -> np.ndarray:
        """The weights of the words that the group in a row does not explain, heaviest first, two at least."""
        is_held = self.held[row].toarray().ravel() > 0
        weights = np.concatenate([self.known[~is_held], self.unknown, np.zeros(2)])
        return np.sort(weights)[::-1]


class WordCoverage:
    """Tells for every group which share of a query's word weight its names and written queries explain."""

    def __init__(
        self, names: Sequence[Sequence[Wording]], heard: HeardWords | None, group_of_column: np.ndarray
    ) -> None:
        flat = [name.folded for group in names for name in group]
        group_of_name = np.repeat(np.arange(len(names)), [len(group) for group in names])
        rows, hashes = word_ngrams(flat, 1)
        known = hashes.astype(np.uint32)
        if heard is not None:
            known = np.concatenate([known, heard.vocabulary.hashes])
        known = np.unique(known)
        self._unknown_weight = 1.0 + float(np.log(1.0 + (heard.n_queries if heard else len(flat))))
        self._vocabulary = Vocabulary(known, self._weights(known, heard))
        held = self._vocabulary.count(group_of_name[rows], hashes, len(names))
        if heard is not None:
            held = held + self._from_queries(heard, group_of_column, len(names))
        held.data[:] = 1.0
        self._columns = held.tocsc()

    def _weights(self, known: np.ndarray, heard: HeardWords | None) -> np.ndarray:
        weights = np.full(len(known), self._unknown_weight, dtype=np.float32)
        if heard is not None:
            weights[np.searchsorted(known, heard.vocabulary.hashes)] = heard.vocabulary.weights
        return weights

    def _from_queries(self, heard: HeardWords, group_of_column: np.ndarray, n_groups: int) -> sparse.csr_matrix:
        pairs = heard.by_column.tocoo()
        words = np.searchsorted(self._vocabulary.hashes, heard.vocabulary.hashes)
        shape = (n_groups, len(self._vocabulary.hashes))
        return sparse.csr_matrix((pairs.data, (group_of_column[pairs.row], words[pairs.col])), shape=shape)

    def of(self, query: Wording) -> Coverage:
        """Measures one query against every group."""
        rows, hashes = word_ngrams([query.folded], 1)
        hashes = np.unique(hashes)
        words = self._vocabulary.count(np.zeros(len(hashes), np.int64), hashes, 1).indices
        weights = self._vocabulary.weights[words]
        n_unknown = len(hashes) - len(words)
        whole = max(float(weights.sum()) + n_unknown * self._unknown_weight, 1e-6)
        held = self._columns[:, words]
        shares = np.asarray(held @ weights, dtype=np.float32).ravel() / whole
        unknown = np.full(n_unknown, self._unknown_weight, dtype=np.float32)
        return Coverage(shares, held, weights / self._unknown_weight, unknown / self._unknown_weight)
