"""Weighs lexical and learnt scores together into one probability for each candidate, and for "no such procedure"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WEIGHTS_FILE = Path(__file__).with_name("weights.json")

CANDIDATE_FEATURES = (
    "log_probability",  # of the softmax over written queries; its floor where nobody has written queries
    "probability",
    "neighbour",  # cosine with the nearest written query
    "cosine",
    "cosine_squared",
    "query_share",
    "name_share",
    "exactness",  # query_share × name_share
    "explained",  # share of the query's words that its names and written queries hold
    "explained_squared",
    "curated",
    "own_level",  # handled by the province or its communes
)
NONE_FEATURES = (
    "constant",
    "best_probability",
    "best_neighbour",
    "best_cosine",
    "best_query_share",
    "best_explained",
    "unknown",  # share of the query's words that nothing in the catalogue holds
    "length",  # tens of words
    "is_short",  # one or two words
)
FLOOR = -8.0
"""Least logarithm of a probability: below it nothing more is learnt from a smaller one."""


@dataclass(frozen=True)
class RankingWeights:
    """A conditional logit over the candidates and one more alternative, "no such procedure".

    Attributes:
        candidate: float64, shape (len(CANDIDATE_FEATURES),).
        none: float64, shape (len(NONE_FEATURES),).
        none_from: Probability of "no such procedure" from which it is said.
        sure_from: Probability of the first hit from which it alone is answered.
    """

    candidate: np.ndarray
    none: np.ndarray
    none_from: float
    sure_from: float

    def probabilities(self, candidates: np.ndarray, none: np.ndarray) -> np.ndarray:
        """Returns a probability for each row of `candidates` and, last, for "no such procedure"."""
        utilities = np.append(candidates @ self.candidate, none @ self.none)
        odds = np.exp(utilities - utilities.max())
        return odds / odds.sum()

    def as_json(self) -> dict[str, object]:
        return {
            "candidate": dict(zip(CANDIDATE_FEATURES, self.candidate.round(4).tolist(), strict=True)),
            "none": dict(zip(NONE_FEATURES, self.none.round(4).tolist(), strict=True)),
            "none_from": self.none_from,
            "sure_from": self.sure_from,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> RankingWeights:
        """Reads what `as_json` gave; features are matched by name."""
        candidate, none = document["candidate"], document["none"]
        return cls(
            _in_order(candidate, CANDIDATE_FEATURES),
            _in_order(none, NONE_FEATURES),
            float(document["none_from"]),  # type: ignore[arg-type]
            float(document["sure_from"]),  # type: ignore[arg-type]
        )

    @classmethod
    def packaged(cls) -> RankingWeights:
        """The weights fitted by `benchmarks/search/fit_weights.py`."""
        return cls.from_json(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))


def _in_order(values: object, names: Sequence[str]) -> np.ndarray:
    assert isinstance(values, Mapping)
    return np.array([float(values[name]) for name in names])
