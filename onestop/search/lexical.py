"""Ranks procedures by how much their names share with a query: trigrams of letters, words.

Works for the whole catalogue, also where nobody has written queries yet. Source of the choice: docs/adr/0030.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from onestop.search.ngrams import Vocabulary, char_ngrams, word_ngrams
from onestop.search.wording import Wording

_TRIGRAM = 3


@dataclass(frozen=True)
class LexicalScores:
    """How well each group's best name fits a query; every array has shape (n_groups,), float32.

    Attributes:
        cosine: Trigram TF-IDF cosine.
        query_share: Share of the query's word weight found in the name.
        name_share: Share of the name's word weight found in the query.
        pair_share: Share of the name's pairs of neighbouring words found in the query.
    """

    cosine: np.ndarray
    query_share: np.ndarray
    name_share: np.ndarray
    pair_share: np.ndarray


class LexicalIndex:
    """Trigram and word TF-IDF over all the names of all groups."""

    def __init__(self, names: Sequence[Sequence[Wording]]) -> None:
        """Builds the index.

        Args:
            names: For each group the wordings of its names, at least one.
        """
        flat = [name.folded for group in names for name in group]
        self._starts = np.cumsum([0] + [len(group) for group in names[:-1]])
        rows, hashes = char_ngrams(flat, _TRIGRAM)
        self._trigrams = Vocabulary.of(rows, hashes, len(flat))
        self._trigram_columns = self._trigrams.weigh(rows, hashes, len(flat)).tocsc()
        rows, hashes = word_ngrams(flat, 1)
        self._words = Vocabulary.of(rows, hashes, len(flat))
        self._word_columns = _present(self._words, rows, hashes, len(flat)).tocsc()
        self._name_weights = np.asarray(self._word_columns @ self._words.weights).ravel()
        rows, hashes = word_ngrams(flat, 2)
        self._pairs = Vocabulary.of(rows, hashes, len(flat))
        self._pair_columns = _present(self._pairs, rows, hashes, len(flat)).tocsc()
        self._n_pairs = np.maximum(np.asarray(self._pair_columns.sum(axis=1)).ravel(), 1.0)
        self._unknown_weight = float(np.log(1.0 + len(flat)) + 1.0)

    def score(self, query: Wording) -> LexicalScores:
        """Scores every group against one query."""
        texts = [query.folded]
        trigrams = self._trigrams.weigh(*char_ngrams(texts, _TRIGRAM), 1)
        cosine = _columns_times(self._trigram_columns, trigrams.indices, trigrams.data)
        rows, hashes = word_ngrams(texts, 1)
        held = _present(self._words, rows, hashes, 1)
        shared = _columns_times(self._word_columns, held.indices, self._words.weights[held.indices])
        unknown = len(np.unique(hashes)) - len(held.indices)
        query_weight = float(self._words.weights[held.indices].sum()) + unknown * self._unknown_weight
        pairs = _present(self._pairs, *word_ngrams(texts, 2), 1)
        shared_pairs = _columns_times(self._pair_columns, pairs.indices, pairs.data)
        return LexicalScores(
            self._best(cosine),
            self._best(shared / max(query_weight, 1e-6)),
            self._best(shared / np.maximum(self._name_weights, 1e-6)),
            self._best(shared_pairs / self._n_pairs),
        )

    def _best(self, scores: np.ndarray) -> np.ndarray:
        return np.maximum.reduceat(scores, self._starts)


def _present(vocabulary: Vocabulary, rows: np.ndarray, hashes: np.ndarray, n_texts: int) -> sparse.csr_matrix:
    """Marks by 1.0 which known n-grams stand in each text: float32, shape (n_texts, n_features)."""
    held = vocabulary.count(rows, hashes, n_texts)
    held.data[:] = 1.0
    return held


def _columns_times(matrix: sparse.csc_matrix, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Multiplies a few columns of a matrix by values and adds them up: float32, shape (n_rows,)."""
    return np.asarray(matrix[:, columns] @ values, dtype=np.float32).ravel()
