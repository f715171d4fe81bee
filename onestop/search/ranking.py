"""Weighs lexical and learnt scores together into one probability for each candidate, and for "no such procedure"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from onestop.search.doubt import DoubtTrees
from onestop.search.elsewhere import ElsewhereJudge

WEIGHTS_FILE = Path(__file__).with_name("weights.json")

CANDIDATE_FEATURES = (
    "log_probability",  # of the softmax over written queries; its floor where nobody has written queries
    "probability",
    "neighbour",  # cosine with the nearest written query
    "cosine",
    "cosine_squared",
    "query_share",
    "name_share",
    "pair_share",
    "exactness",  # query_share × name_share
    "named_whole",  # logarithm of the words of its longest name that stands in the query word for word
    "named_longest",  # that is the longest of all candidates', and of four words at least
    "explained",  # share of the query's words that its names and written queries hold
    "explained_squared",
    "curated",
    "own_level",  # handled by the province or its communes
)
DOUBT_FEATURES = (
    "utility",  # of the best candidate
    "margin",  # of its utility before the next one's
    "probability",  # that it is meant, if anything in the catalogue is
    "learnt_log_probability",  # the greatest of the softmax over written queries
    "learnt_entropy",
    "neighbour",  # cosine with the nearest of all written queries
    "agreement",  # that query asks for the best candidate
    "cosine",
    "query_share",
    "name_share",
    "pair_share",
    "named_whole",
    "explained",  # these six of the best candidate
    "unknown",  # share of the query's words that nothing in the catalogue holds
    "heaviest_unexplained",  # weight of the most telling word that the best candidate does not explain, 0 to 1
    "second_unexplained",
    "foreign",  # log-odds of the learnt model that no procedure at all is asked for
    "log_length",  # logarithm of the number of words
)
FLOOR = -8.0
"""Least logarithm of a probability: below it nothing more is learnt from a smaller one."""


@dataclass(frozen=True)
class RankingWeights:
    """A conditional logit over the candidates, and trees that doubt that any of them is meant.

    Attributes:
        candidate: float64, shape (len(CANDIDATE_FEATURES),).
        doubt: Trees over DOUBT_FEATURES.
        none_from: Probability of "no such procedure" from which it is said.
        sure_from: Probability of the first hit from which it alone is answered.
        elsewhere: Judges whether another office is meant; None: it is never said.
    """

    candidate: np.ndarray
    doubt: DoubtTrees
    none_from: float
    sure_from: float
    elsewhere: ElsewhereJudge | None = None

    def utilities(self, candidates: np.ndarray) -> np.ndarray:
        """Weighs the rows of candidates' features: float64, shape (n_candidates,)."""
        return candidates @ self.candidate

    def doubt_of(self, features: np.ndarray) -> float:
        """The probability that there is no such procedure."""
        return float(expit(self.doubt.log_odds(features)))

    def as_json(self) -> dict[str, object]:
        """Names every weight, so that features may be added or moved."""
        return {
            "candidate": dict(zip(CANDIDATE_FEATURES, self.candidate.round(4).tolist(), strict=True)),
            "doubt": self.doubt.as_json(DOUBT_FEATURES),
            "none_from": self.none_from,
            "sure_from": self.sure_from,
            **({"elsewhere": self.elsewhere.as_json()} if self.elsewhere else {}),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RankingWeights:
        """Reads what `as_json` gave."""
        return cls(
            _in_order(document["candidate"], CANDIDATE_FEATURES),
            DoubtTrees.from_json(document["doubt"], DOUBT_FEATURES),
            float(document["none_from"]),
            float(document["sure_from"]),
            ElsewhereJudge.from_json(document["elsewhere"]) if "elsewhere" in document else None,
        )

    @classmethod
    def packaged(cls) -> RankingWeights:
        """The weights fitted by `benchmarks/search/fit_weights.py`."""
        return cls.from_json(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))


def softmax_of(utilities: np.ndarray) -> np.ndarray:
    """Turns utilities into probabilities that add up to one."""
    odds = np.exp(utilities - utilities.max())
    return odds / odds.sum()


def _in_order(values: Mapping[str, float], names: Sequence[str]) -> np.ndarray:
    return np.array([float(values[name]) for name in names])
