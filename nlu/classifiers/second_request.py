"""Decides whether a message holds a second request, and which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NO_REQUESTS = frozenset(
    ["greet", "goodbye", "thank", "affirm", "deny", "cancel", "insult", "out_of_scope", "bot_challenge", "help"]
)
"""Intents that ask for nothing that could be answered beside the first request."""


@dataclass(frozen=True)
class ClauseIntent:
    """What a clause by itself would mean.

    Attributes:
        start: Offset of its first character in the message.
        end: Offset past its last character.
        ranking: Intents with their confidence, best first.
    """

    start: int
    end: int
    ranking: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class SecondRequest:
    """A second request in a message: its intent, confidence, and where its clause stands."""

    intent: str
    confidence: float
    start: int
    end: int


def find_second_request(
    first_intent: str, clauses: Sequence[ClauseIntent], least_confidence: float = 0.6
) -> SecondRequest | None:
    """Finds the clause that asks surely for something else than the message as a whole does.

    There are two requests only if one clause carries the first intent and another one a different request.

    Args:
        first_intent: The message's intent.
        clauses: Its clauses, in order.
        least_confidence: How sure a clause must be to count.
    """
    if first_intent in NO_REQUESTS:
        return None
    carriers = [c for c in clauses if c.ranking[0][0] == first_intent and c.ranking[0][1] >= least_confidence * 0.7]
    if not carriers:
        return None
    others = [
        SecondRequest(clause.ranking[0][0], clause.ranking[0][1], clause.start, clause.end)
        for clause in clauses
        if clause.ranking[0][0] not in NO_REQUESTS
        and clause.ranking[0][0] != first_intent
        and clause.ranking[0][1] >= least_confidence
    ]
    return max(others, key=lambda other: other.confidence, default=None)
