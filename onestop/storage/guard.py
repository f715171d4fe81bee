"""Reads of the one-stop shop's database, each in a time limit and behind a circuit breaker.

That system serves the counters. We must not slow it, and must not wait for it: a citizen gets an honest "not
now" within seconds, and a database in trouble gets a rest.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.storage.engine import Session, SessionFactory, is_sqlite

T = TypeVar("T")
Monotonic = Callable[[], float]

log = get_logger()

_SQLITE_STEPS_BETWEEN_CHECKS = 2000  # virtual machine steps: well under a millisecond


class CircuitBreaker:
    """Lets calls through until several in a row failed, then refuses them for a while.

    After the rest one call is let through on trial; its outcome closes the breaker or opens it again. Safe
    between threads. The clock is monotonic: it must not move with the product's.

    Args:
        failures_to_open: Consecutive failures that open it.
        rest_s: Seconds that it stays open.
        monotonic: The clock, in seconds.
    """

    def __init__(self, failures_to_open: int = 5, rest_s: float = 10.0, monotonic: Monotonic = time.monotonic) -> None:
        self._failures_to_open = failures_to_open
        self._rest_s = rest_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, trials apart."""
        return self._opened_at is not None

    def admits(self) -> bool:
        """Whether a call may be made now; while open, once a rest, and then that call is the trial."""
        with self._lock:
            if self._opened_at is None:
                return True
            now = self._monotonic()
            if now - self._opened_at < self._rest_s:
                return False
            self._opened_at = now  # others wait another rest for this trial
            return True

    def record_success(self) -> None:
        """Closes the breaker."""
        with self._lock:
            self._failures = 0
            self._opened_at = None

    def record_failure(self) -> None:
        """Counts a failure; opens the breaker at the limit."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._failures_to_open:
                self._opened_at = self._monotonic()


class DossierReader:
    """Runs queries of `onestop.storage.dossier_queries`, each call one consistent, limited reading.

    Args:
        sessions: Sessions on an engine made with `read_only=True`.
        time_limit_s: Seconds that a reading may take; connecting to a dead server may take two more.
        breaker: Shared by all who read this database in this process.
    """

    def __init__(
        self, sessions: SessionFactory, time_limit_s: float = 2.0, breaker: CircuitBreaker | None = None
    ) -> None:
        self._sessions = sessions
        self._time_limit_s = time_limit_s
        self._breaker = breaker or CircuitBreaker()

    @property
    def is_resting(self) -> bool:
        """Whether the breaker is open: readings are refused without being tried."""
        return self._breaker.is_open

    def read(self, query: Callable[..., T], *args: Any, time_limit_s: float | None = None) -> T:
        """Calls `query(session, *args)`.

        Args:
            query: A function of `dossier_queries`, or one that calls several.
            args: Its arguments after the session.
            time_limit_s: Another limit than the reader's, for the few large readings at a process's start.

        Raises:
            BackendUnavailable: The database is not there, too slow, or resting.
        """
        if not self._breaker.admits():
            raise BackendUnavailable("the dossier database is resting after failures")
        try:
            answer = self._read_or_reconnect(query, args, time_limit_s or self._time_limit_s)
        except SQLAlchemyError as error:
            self._breaker.record_failure()
            log.warning("dossiers.unavailable", query=query.__name__, error=type(error).__name__)
            raise BackendUnavailable(f"the dossier database failed: {type(error).__name__}") from error
        except BaseException:
            # The query's own mistake or a cancelled caller says nothing about the database; a trial that
            # ends so must not leave the breaker waiting for an outcome.
            self._breaker.record_success()
            raise
        self._breaker.record_success()
        return answer

    def _read_or_reconnect(self, query: Callable[..., T], args: tuple[Any, ...], limit_s: float) -> T:
        """Tries again where a pooled connection turns out to be dead, as after the server's restart."""
        started_at = time.monotonic()
        try:
            return self._read_once(query, args, limit_s)
        except DBAPIError as error:
            left_s = limit_s - (time.monotonic() - started_at)
            if not error.connection_invalidated or left_s <= 0:
                raise
            return self._read_once(query, args, left_s)

    def _read_once(self, query: Callable[..., T], args: tuple[Any, ...], limit_s: float) -> T:
        with self._sessions() as session, _limited(session, limit_s):
            return query(session, *args)


def _limited(session: Session, limit_s: float) -> contextlib.AbstractContextManager[None]:
    return _limited_sqlite(session, limit_s) if is_sqlite(session) else _limited_postgresql(session, limit_s)


@contextlib.contextmanager
def _limited_sqlite(session: Session, limit_s: float) -> Iterator[None]:
    deadline = time.monotonic() + limit_s
    _demand_file(session)
    connection = session.connection().connection.dbapi_connection
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _SQLITE_STEPS_BETWEEN_CHECKS)
    try:
        session.execute(sa.text(f"PRAGMA busy_timeout={int(limit_s * 1000)}"))  # waiting for a lock counts too
        session.execute(sa.text("BEGIN"))  # one snapshot for all statements of the reading
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _demand_file(session: Session) -> None:
    """A file that was moved away is gone, though connections opened before could go on reading it."""
    engine = session.get_bind()
    name = unquote(str(engine.url.database or "")).removeprefix("file:")
    if name and name != ":memory:" and not os.path.exists(name):
        engine.dispose()
        raise OperationalError("the database file is gone", None, FileNotFoundError())


@contextlib.contextmanager
def _limited_postgresql(session: Session, limit_s: float) -> Iterator[None]:
    # The server ends a slow statement. It cannot end our waiting when it hangs itself or the network
    # swallows its answer: so a watchdog shuts the socket a little later, and the driver reports it.
    connection = session.connection().connection.dbapi_connection
    watchdog = threading.Timer(limit_s + 0.25, _shut_socket, args=(connection,))
    watchdog.daemon = True
    watchdog.start()
    try:
        session.execute(
            sa.text(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                f" SET LOCAL statement_timeout = {int(limit_s * 1000)}"
            )
        )
        yield
    finally:
        watchdog.cancel()


def _shut_socket(connection: Any) -> None:
    with contextlib.suppress(Exception):  # it was closed meanwhile
        duplicate = socket.socket(fileno=os.dup(connection.fileno()))
        try:
            duplicate.shutdown(socket.SHUT_RDWR)
        finally:
            duplicate.close()
