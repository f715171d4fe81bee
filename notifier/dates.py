"""Watches promised dates: apologies are prepared before, people are told after."""

from __future__ import annotations

import time
from datetime import datetime

from onestop import clock
from onestop.log import get_logger
from onestop.services import apologies, lateness
from onestop.storage import SessionFactory
from onestop.storage.guard import DossierReader

log = get_logger()

WHOLE_ROUND_EVERY_S = 300.0
ROUND_EVERY_S = 1.0  # machine time: the loop turns faster while there is something to send


class DateWatch:
    """Looks at the dates that have just passed in every round, and at all of them every five minutes.

    The first is one indexed query over a second's dates; the dossier system must not be slowed.
    """

    def __init__(self, sessions: SessionFactory, dossiers: DossierReader) -> None:
        self._sessions = sessions
        self._dossiers = dossiers
        self._watched_until: datetime | None = None
        self._next_whole_at = 0.0
        self._last_round_s = -ROUND_EVERY_S

    def watch(self) -> int:
        """One round, at most one a second; returns how many dossiers' people were told, or drafts made."""
        if time.monotonic() - self._last_round_s < ROUND_EVERY_S:
            return 0
        self._last_round_s = time.monotonic()
        now = clock.now()
        is_whole = now.timestamp() >= self._next_whole_at or self._watched_until is None or now < self._watched_until
        done = self._watch_all(now) if is_whole else self._watch_new(now)
        self._watched_until = now
        if is_whole:
            self._next_whole_at = now.timestamp() + WHOLE_ROUND_EVERY_S
        return done

    def _watch_new(self, now: datetime) -> int:
        with self._sessions.begin() as session:
            told = lateness.release_letters(session, self._dossiers, now)
            return told + lateness.tell_late(session, self._dossiers, now, self._watched_until)

    def _watch_all(self, now: datetime) -> int:
        with self._sessions.begin() as session:
            told = lateness.release_letters(session, self._dossiers, now)
            told += lateness.tell_late(session, self._dossiers, now)
        with self._sessions.begin() as session:
            withdrawn = apologies.withdraw_needless(session, self._dossiers)
            drafted = apologies.prepare(session, self._dossiers, now)
        if told or drafted or withdrawn:
            log.info("dates.watched", told=told, drafted=drafted, withdrawn=withdrawn)
        return told + drafted
