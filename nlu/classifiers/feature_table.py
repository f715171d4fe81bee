"""Counted features of many messages, as arrays: small enough to hand from process to process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.classifiers.intent_features import FAMILIES, Counts

SEPARATOR = "\x1f"
"""Between a feature's family and its name."""


@dataclass(frozen=True)
class FeatureTable:
    """The features of messages, row by row.

    Attributes:
        names: The features, named family + separator + feature; a feature's place is its column.
        columns: int32, shape (n_entries,), the columns that each message in turn has.
        counts: int32, shape (n_entries,), how often it has them.
        starts: int64, shape (n_messages + 1,), where each message's entries begin, and the end.
    """

    names: list[str]
    columns: np.ndarray
    counts: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, documents: Iterable[Counts]) -> FeatureTable:
        """Gathers the features of messages, one at a time."""
        index: dict[str, dict[str, int]] = {family: {} for family in FAMILIES}
        columns: list[int] = []
        counts: list[int] = []
        starts = [0]
        size = 0
        for document in documents:
            for family in FAMILIES:
                known = index[family]
                for name, count in document[family].items():
                    column = known.setdefault(name, size)
                    size += column == size
                    columns.append(column)
                    counts.append(count)
            starts.append(len(columns))
        names = [""] * size
        for family, known in index.items():
            for name, column in known.items():
                names[column] = f"{family}{SEPARATOR}{name}"
        return cls(names, np.asarray(columns, np.int32), np.asarray(counts, np.int32), np.asarray(starts, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[FeatureTable]) -> FeatureTable:
        """Puts tables below one another."""
        index: dict[str, int] = {}
        columns, starts, length = [], [np.zeros(1, np.int64)], 0
        for part in parts:
            places = np.array([index.setdefault(name, len(index)) for name in part.names], np.int32)
            columns.append(places[part.columns])
            starts.append(part.starts[1:] + length)
            length += len(part.columns)
        counts = [part.counts for part in parts]
        return cls(list(index), np.concatenate(columns), np.concatenate(counts), np.concatenate(starts))
