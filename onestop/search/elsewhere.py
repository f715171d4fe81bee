"""What people ask a one-stop shop for though another office deals with it: a divorce, a bank account, a lost SIM.

Such a matter is learnt beside the procedures, in one softmax, so that the two compete for the words: "thủ tục ly hôn"
is the court's, "ghi chú ly hôn ở nước ngoài" is a procedure. A small logistic judge then weighs how well the best
matter fits against how well the best procedure does; the search among procedures itself is not touched by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from onestop.search.records import ELSEWHERE_KEY

JUDGE_FEATURES = (
    "log_probability",  # of the best matter, among matters and procedures
    "margin",  # of that before the best procedure's, or that of nothing at all
    "neighbour",  # cosine with the nearest words of the matter
    "lead",  # of that before the cosine with the nearest query of a procedure, or of nothing at all
    "doubt",  # log-odds that there is no such procedure
    "foreign",  # log-odds of the learnt model that no procedure at all is asked for
    "cosine",  # of the best procedure's names, and so the next two
    "explained",
    "named_whole",
    "log_length",  # logarithm of the number of words
)
_SIMILARITY_WORTH = 6.0
"""How much a near neighbour counts beside the logarithm of the probability when a matter is picked."""
_LEAST = 1e-4
_THRESHOLDS = ("said_from", "instead_from", "offered_from")


@dataclass(frozen=True)
class MatterScores:
    """What the learnt model says of one query's matters, and of procedures where the two compete.

    Attributes:
        ids: Of the matters.
        probabilities: float32, shape (n_matters,), among matters and procedures.
        similarities: Cosine with the nearest words of each matter, float32, shape (n_matters,).
        best_rival: The greatest probability of a procedure, or of nothing at all, in the same softmax.
        nearest_rival: The greatest cosine with a written query of a procedure, or of nothing at all.
        nearest_nothing: The greatest cosine with a written request for nothing at all ("cần giấy tờ gì").
    """

    ids: tuple[str, ...]
    probabilities: np.ndarray
    similarities: np.ndarray
    best_rival: float = 0.0
    nearest_rival: float = 0.0
    nearest_nothing: float = 0.0

    @property
    def are_near(self) -> bool:
        """Whether the best matter's words are nearer than any words that say nothing."""
        return bool(self.ids) and float(self.similarities[self.best()]) > self.nearest_nothing

    def best(self) -> int:
        """The number of the matter that fits best."""
        return int((np.log(self.probabilities + _LEAST) + _SIMILARITY_WORTH * self.similarities).argmax())


@dataclass(frozen=True)
class ElsewhereJudge:
    """Logistic regression over JUDGE_FEATURES.

    Attributes:
        weights: float64, shape (len(JUDGE_FEATURES),).
        said_from: Probability from which a matter is said to be another office's, whatever procedure fits.
        instead_from: The same where no procedure fits.
        offered_from: Probability from which it is offered beside procedures that fit.
    """

    weights: np.ndarray
    bias: float
    said_from: float
    instead_from: float
    offered_from: float

    def probability(self, features: np.ndarray) -> float:
        """That the matter is meant, and no procedure."""
        return float(expit(features @ self.weights + self.bias))

    def as_json(self) -> dict[str, object]:
        """Names every weight."""
        named = dict(zip(JUDGE_FEATURES, self.weights.round(4).tolist(), strict=True))
        thresholds = {name: getattr(self, name) for name in _THRESHOLDS}
        return {"weights": named, "bias": round(self.bias, 4), **thresholds}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ElsewhereJudge:
        """Reads what `as_json` gave."""
        weights = np.array([float(document["weights"][name]) for name in JUDGE_FEATURES])
        return cls(weights, float(document["bias"]), *(float(document[name]) for name in _THRESHOLDS))


def judge_features(scores: MatterScores, doubt: float, described: Mapping[str, float]) -> np.ndarray:
    """Describes the best matter beside the best procedure: float64, shape (len(JUDGE_FEATURES),).

    Args:
        doubt: Log-odds that there is no such procedure.
        described: The features by which the doubt was judged, by name.
    """
    best = scores.best()
    probability = float(scores.probabilities[best])
    neighbour = float(scores.similarities[best])
    return np.array(
        [
            np.log(probability + _LEAST),
            np.log(probability + _LEAST) - np.log(scores.best_rival + _LEAST),
            neighbour,
            neighbour - scores.nearest_rival,
            np.clip(doubt, -6.0, 6.0),
            np.clip(described["foreign"], -8.0, 8.0),
            described["cosine"],
            described["explained"],
            described["named_whole"],
            described["log_length"],
        ]
    )


def matter_of(code: str) -> str | None:
    """The id of a matter, from a code that the learnt model knows it by ("": nothing at all); None for a procedure."""
    return code.removeprefix(ELSEWHERE_KEY) if code.startswith(ELSEWHERE_KEY) else None
