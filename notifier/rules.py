"""Watches what rules remind of: occasions are written down ahead, and sent when their time has come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from onestop import clock
from onestop.log import get_logger
from onestop.services import digests, rule_reminders
from onestop.storage import SessionFactory
from onestop.storage.guard import DossierReader

log = get_logger()

PLAN_EVERY_S = 600.0
ROUND_EVERY_S = 1.0  # machine time: the loop turns faster while there is something to send


class RuleWatch:
    """Plans every ten minutes, and at once when the clock was moved; sends what is due once a second."""

    def __init__(self, sessions: SessionFactory, dossiers: DossierReader) -> None:
        self._sessions = sessions
        self._dossiers = dossiers
        self._planned_at: datetime | None = None
        self._last_round_s = -ROUND_EVERY_S

    def watch(self) -> int:
        """One round; returns how many occasions were decided and digests made."""
        if time.monotonic() - self._last_round_s < ROUND_EVERY_S:
            return 0
        self._last_round_s = time.monotonic()
        now = clock.now()
        with self._sessions.begin() as session:
            done = digests.make(session, now)
        with self._sessions.begin() as session:
            digests.settle(session, now)
        if self._planned_at is None or abs((now - self._planned_at).total_seconds()) >= PLAN_EVERY_S:
            self._plan(now)
            self._planned_at = now
        with self._sessions.begin() as session:
            done += rule_reminders.send(session, self._dossiers, now)
        with self._sessions.begin() as session:
            return done + rule_reminders.send_again(session, self._dossiers, now)

    def may_go(self, ids: Sequence[int]) -> list[int]:
        """Which of these due rows of the outbox may go: a reminder is looked at once more right before it is sent."""
        with self._sessions.begin() as session:
            return rule_reminders.still_true(session, self._dossiers, ids, clock.now())

    def _plan(self, now: datetime) -> None:
        with self._sessions.begin() as session:
            digests.settle_again(session, now)
        with self._sessions.begin() as session:
            withdrawn = rule_reminders.withdraw_needless(session, self._dossiers, now)
        with self._sessions.begin() as session:
            added = rule_reminders.plan(session, self._dossiers, now)
        if added or withdrawn:
            log.info("rule_reminders.planned", added=added, withdrawn=withdrawn)
