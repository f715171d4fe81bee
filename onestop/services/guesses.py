"""Guessing dossier codes is slowed, then stopped, per citizen and overall.

A refusal never says whether a dossier exists: it is decided before anything is looked up. Source: docs/privacy.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from onestop.storage import Session, lookup_misses

WINDOW = timedelta(hours=1)
SLOWED_FROM = 5
STOPPED_FROM = 10
SLOWED_FOR_ALL_FROM = 300  # misses of everybody in an hour

SLOW_WAIT = timedelta(minutes=1)
SLOW_WAIT_FOR_ALL = timedelta(minutes=5)


@dataclass(frozen=True)
class Allowance:
    """Whether a citizen may look a code up now; if not, `wait` says after which time."""

    wait: timedelta = timedelta(0)
    is_stopped: bool = False

    @property
    def is_given(self) -> bool:
        """Whether they may."""
        return self.wait <= timedelta(0)


def allowance_of(session: Session, citizen_id: str, now: datetime) -> Allowance:
    """Decides before a look-up whether it may be made.

    After 5 misses within an hour the citizen waits a minute after each, after 10 until an hour has passed since the
    last. When everybody together has missed more than 300 times within an hour, whoever missed at all waits 5 minutes
    after each miss.
    """
    misses = lookup_misses.misses_of(session, citizen_id, now - WINDOW)
    if not misses:
        return Allowance()
    since_last = now - misses[-1]
    if len(misses) >= STOPPED_FROM:
        return Allowance(WINDOW - since_last, is_stopped=True)
    if lookup_misses.count_misses(session, now - WINDOW) > SLOWED_FOR_ALL_FROM:
        return Allowance(SLOW_WAIT_FOR_ALL - since_last)
    if len(misses) >= SLOWED_FROM:
        return Allowance(SLOW_WAIT - since_last)
    return Allowance()


def note_miss(session: Session, citizen_id: str, message_id: str, what: str, now: datetime) -> bool:
    """Counts a look-up that found nothing, or a wrong second code; a repeated turn counts once.

    Args:
        message_id: The inbound message.
        what: Tells several misses of one message apart; it is not stored readably anywhere else.
    """
    return lookup_misses.insert_miss(session, f"{message_id}:{what}"[:200], citizen_id, now)
