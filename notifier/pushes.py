"""Turns pushed dossier events into notifications, in the order of their ids within a dossier."""

from __future__ import annotations

from onestop import clock
from onestop.log import get_logger
from onestop.services import notices, pushes
from onestop.storage import Session, SessionFactory, exchange, subscriptions
from onestop.storage.engine import begin_immediate
from onestop.storage.exchange_tables import PushedEvent
from onestop.storage.guard import DossierReader

log = get_logger()

A_ROUND = 200


class PushReader:
    """Reads pushed events for one notifier; several take turns by a locked row."""

    def __init__(self, sessions: SessionFactory, dossiers: DossierReader) -> None:
        self._sessions = sessions
        self._dossiers = dossiers

    def read(self) -> int:
        """Tells what can be told; an event without its dossier waits. Returns how many events were told.

        Raises:
            BackendUnavailable: The dossier system does not answer; everything stays as it is.
        """
        now = clock.now()
        with self._sessions() as session:
            codes = exchange.due_codes(session, now, A_ROUND)
        if not codes:
            return 0
        places = pushes.places_of(self._dossiers, codes)
        with self._sessions.begin() as session:
            begin_immediate(session)
            subscriptions.start_cursor(session, pushes.CURSOR, 0)
            subscriptions.locked_cursor(session, pushes.CURSOR)
            missing = exchange.waiting_events(session, [code for code in codes if code not in places], A_ROUND, now)
            for row in missing:
                pushes.put_off(row, now)
            rows = exchange.waiting_events(session, [code for code in codes if code in places], A_ROUND)
            told = sum(self._tell(session, row, places) for row in rows)
        log.info("pushes.read", told=told, waiting=len(missing), broken=len(rows) - told)
        return told

    def tidy(self) -> None:
        """Forgets what has served."""
        with self._sessions.begin() as session:
            pushes.tidy(session, clock.now())

    @staticmethod
    def _tell(session: Session, row: PushedEvent, places: pushes.Places) -> bool:
        now = clock.now()
        try:
            with session.begin_nested():  # one event that breaks must not hold up the others
                notices.notify_followers(session, pushes.news_of(row, places), now)
        except Exception:
            log.exception("pushes.broken", event_id=row.event_id)
            pushes.put_off(row, now)
            return False
        pushes.finish(row, now)
        return True
