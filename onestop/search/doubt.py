"""The doubt that there is a procedure at all: a few small decision trees, whose votes add up to log-odds.

Trees and no line, because the signs work together: one word that nothing explains tells much in a request of four
words and little in a story of thirty. They are fitted by `benchmarks/search/fit_weights.py` and evaluated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class DoubtTrees:
    """Complete binary trees of one depth; node k has the children 2k + 1 and 2k + 2.

    Attributes:
        features: int, which feature a node asks for, shape (n_trees, 2**depth - 1).
        thresholds: float64, greatest value that goes to the first child, same shape.
        leaves: float64, votes, shape (n_trees, 2**depth).
        start: Log-odds before any vote.
    """

    features: np.ndarray
    thresholds: np.ndarray
    leaves: np.ndarray
    start: float

    def log_odds(self, described: np.ndarray) -> float:
        """Adds up the votes on one query; `described` is float64, shape (n_features,)."""
        trees = np.arange(len(self.features))
        node = np.zeros(len(self.features), dtype=np.int64)
        n_inner = self.features.shape[1]
        while node.size and node[0] < n_inner:
            is_beyond = described[self.features[trees, node]] > self.thresholds[trees, node]
            node = 2 * node + 1 + is_beyond
        return self.start + float(self.leaves[trees, node - n_inner].sum())

    def as_json(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Writes features by name, so that they may be moved."""
        return {
            "start": round(self.start, 4),
            "features": [[names[number] for number in tree] for tree in self.features.tolist()],
            "thresholds": self.thresholds.round(4).tolist(),
            "leaves": self.leaves.round(4).tolist(),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any], names: tuple[str, ...]) -> DoubtTrees:
        """Reads what `as_json` gave."""
        return cls(
            np.array([[names.index(name) for name in tree] for tree in document["features"]], dtype=np.int64),
            np.array(document["thresholds"], dtype=np.float64),
            np.array(document["leaves"], dtype=np.float64),
            float(document["start"]),
        )
