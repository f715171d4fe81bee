"""How much of a query is explained by what is known of a procedure: words of its names and of its written queries.

A query for something that is no procedure has a word that nothing explains ("giấy phép nuôi *rồng*"), however well
its other words fit. Words that people put around any request ("em muốn", "giúp") weigh little, because most written
queries hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

    def explained(self, query: Wording) -> tuple[np.ndarray, float]:
        """Measures one query.

        Returns:
            shares: float32, shape (n_groups,), of the query's weight that each group explains.
            unknown: Share of it that nothing in the catalogue explains.
        """
        rows, hashes = word_ngrams([query.folded], 1)
        hashes = np.unique(hashes)
        counts = self._vocabulary.count(np.zeros(len(hashes), np.int64), hashes, 1)
        weights = self._vocabulary.weights[counts.indices]
        unknown = (len(hashes) - len(counts.indices)) * self._unknown_weight
        whole = max(float(weights.sum()) + unknown, 1e-6)
        shares = np.asarray(self._columns[:, counts.indices] @ weights, dtype=np.float32).ravel() / whole
        return shares, unknown / whole
