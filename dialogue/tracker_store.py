"""Rasa's tracker store, without its silent amnesia and without sessions that grow for ever."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.pool import QueuePool

MAX_EVENTS = 45


class SessionTrackerStore(SQLTrackerStore):
    """Keeps conversations in the database at `host` (an SQLAlchemy URL).

    An outage raises: the turn is not half-saved, and the inbox brings the message again (ADR 0005).
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        if not host or "://" not in host:
            raise ValueError("endpoints.yml gives the tracker store no database URL (ONESTOP_TRACKER_URL)")
        self.engine: Any
        super().__init__(domain=domain, host=host, event_broker=event_broker, **kwargs)
        self.max_events = MAX_EVENTS
        self._tune()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Saves the turn; a session that has grown long ends with it, unless a form is open."""
        if self.domain and len(tracker.events) > self.max_events and tracker.active_loop is None:
            begin_session(tracker, self.domain)
        await super().save(tracker)

    def _tune(self) -> None:
        if self.engine.dialect.name == "sqlite":
            self._keep_connections()
        with self.engine.begin() as connection:
            connection.execute(
                sa.text("CREATE INDEX IF NOT EXISTS ix_events_session ON events (sender_id, type_name, timestamp)")
            )

    def _keep_connections(self) -> None:
        """Keeps SQLite's connections open: SQLAlchemy 1.4 opens one for each session of a file.

        Closing the last one writes the whole log back, several milliseconds three times a turn.
        """
        kept = {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
        engine = sa.create_engine(self.engine.url, **kept)

        @sa.event.listens_for(engine, "connect")
        def set_pragmas(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA busy_timeout=5000")

        self.engine.dispose()
        self.engine = engine
        self.sessionmaker = sa.orm.sessionmaker(bind=engine)


def unwrap(agent: Any) -> SessionTrackerStore:
    """Takes Rasa's fail-safe wrapper off the agent's tracker store, which would forget in silence.

    Raises:
        TypeError: Rasa has put another store in place of ours (it does so when the class path is mistyped).
    """
    store = agent.tracker_store
    if isinstance(store, FailSafeTrackerStore):
        store = store._tracker_store
    if not isinstance(store, SessionTrackerStore):
        raise TypeError(f"the tracker store is a {type(store).__name__}")
    agent.tracker_store = agent.processor.tracker_store = store
    return store


def begin_session(tracker: DialogueStateTracker, domain: Domain) -> None:
    """Ends the present session at a quiet moment and begins a new one, so that a turn reads few events.

    What is being talked about survives: it stands in our own tables, not in the session.
    """
    for event in (ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")):
        tracker.update(event, domain)
