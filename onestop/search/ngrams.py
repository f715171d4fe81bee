"""Turns texts into sparse counts of word and character n-grams, a whole list at a time.

An n-gram is a number, not a string: a rolling polynomial hash of its code points, cut to `HASH_BITS`. So nothing but
arrays has to be stored with an index, and thousands of titles are cut up in a fraction of a second.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse

HASH_BITS = 30
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that every power of it is invertible modulo 2**64
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Cuts a text at everything that is neither letter nor digit."""
    return _WORD.findall(text)


def char_ngrams(texts: Sequence[str], size: int, salt: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Hashes every run of `size` characters inside each text.

    Returns:
        rows: int64, the text each n-gram stands in. hashes: uint64 below 2**HASH_BITS, same length.
    """
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < size:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    windows = len(codes) - size + 1
    hashes = np.full(windows, np.uint64(size + 64 * salt), dtype=np.uint64)
    for offset in range(size):
        hashes = hashes * _BASE + codes[offset : offset + windows]
    inside = owner[:windows] == owner[size - 1 :]
    return owner[:windows][inside], _cut(hashes[inside])


def word_ngrams(texts: Sequence[str], size: int, salt: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Hashes every run of `size` words inside each text; returns what `char_ngrams` returns."""
    words = [words_of(text) for text in texts]
    owner = np.repeat(np.arange(len(texts)), [len(row) for row in words])
    codes = np.fromiter((_word_code(word) for row in words for word in row), dtype=np.uint64, count=len(owner))
    if len(codes) < size:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    windows = len(codes) - size + 1
    hashes = np.full(windows, np.uint64(1000 + size + 64 * salt), dtype=np.uint64)
    for offset in range(size):
        hashes = hashes * _BASE + codes[offset : offset + windows]
    inside = owner[:windows] == owner[size - 1 :]
    return owner[:windows][inside], _cut(hashes[inside])


@lru_cache(maxsize=65536)
def _word_code(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) + 1


def _cut(hashes: np.ndarray) -> np.ndarray:
    return (hashes ^ (hashes >> np.uint64(29))) * _BASE >> np.uint64(64 - HASH_BITS)


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams an index knows, and how much each of them tells.

    Attributes:
        hashes: uint32, sorted, shape (n_features,).
        weights: float32, inverse document frequencies, shape (n_features,).
    """

    hashes: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, hashes: np.ndarray, n_texts: int, min_texts: int = 1) -> Vocabulary:
        """Learns the vocabulary of some texts, dropping n-grams that fewer than `min_texts` of them hold."""
        pairs = np.unique(rows.astype(np.uint64) << np.uint64(HASH_BITS) | hashes)
        known, held_by = np.unique(pairs & np.uint64((1 << HASH_BITS) - 1), return_counts=True)
        kept = held_by >= min_texts
        idf = np.log((1.0 + n_texts) / (1.0 + held_by[kept])) + 1.0
        return cls(known[kept].astype(np.uint32), idf.astype(np.float32))

    def count(self, rows: np.ndarray, hashes: np.ndarray, n_texts: int) -> sparse.csr_matrix:
        """Counts the known n-grams of each text: float32, shape (n_texts, n_features)."""
        if not len(self.hashes):
            return sparse.csr_matrix((n_texts, 0), dtype=np.float32)
        at = np.searchsorted(self.hashes, hashes.astype(np.uint32))
        at[at == len(self.hashes)] = 0
        known = self.hashes[at] == hashes
        ones = np.ones(int(known.sum()), dtype=np.float32)
        counts = sparse.csr_matrix((ones, (rows[known], at[known])), shape=(n_texts, len(self.hashes)))
        counts.sum_duplicates()
        return counts

    def weigh(self, rows: np.ndarray, hashes: np.ndarray, n_texts: int) -> sparse.csr_matrix:
        """Returns sublinear TF-IDF with rows of length one (or zero): float32, shape (n_texts, n_features)."""
        counts = self.count(rows, hashes, n_texts)
        counts.data = (1.0 + np.log(counts.data)) * self.weights[counts.indices]
        norms = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
        norms[norms == 0.0] = 1.0
        counts.data /= np.repeat(norms, np.diff(counts.indptr)).astype(np.float32)
        return counts
