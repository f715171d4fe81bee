"""Engines and sessions over SQLite files and PostgreSQL: the one place that decides how we connect."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError  # noqa: F401 - for those who may not know SQL
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

SQLITE_BUSY_TIMEOUT_S = 5.0
POSTGRESQL_CONNECT_TIMEOUT_S = 5
READER_WAIT_S = 2  # for a connection, of the pool or new; libpq takes no less
POOL_SIZE = 5
POOL_OVERFLOW = 10

DatabaseUnavailable = (OperationalError, InterfaceError, PoolTimeout)
"""Errors that pass: the server is away, the file is locked, the disk is full."""

_DATA_EXCEPTIONS = "22"  # class of SQLSTATE whose messages quote the value


class SessionFactory(sessionmaker):
    """Makes sessions: `with sessions() as session` or, with a commit at the end, `with sessions.begin()`."""


def create_engine(
    url: str, *, read_only: bool = False, echo: bool = False, statement_timeout_s: float | None = None
) -> Engine:
    """Makes an engine; nothing connects before the first use.

    SQLite: a file in WAL mode with foreign keys on; its folder is created, unless `read_only`, where a
    missing file is an error at the first use instead of an empty database. PostgreSQL: times are UTC, a
    connection is tested before it is reused; not so if `read_only`, where such a test could wait for ever for
    a server that hangs (`onestop.storage.guard` reconnects instead).

    Args:
        url: `sqlite:///path` or `postgresql+psycopg2://…`.
        read_only: The database refuses writes of this engine (it is not ours).
        echo: Logs the SQL, without its parameters.
        statement_timeout_s: PostgreSQL ends a statement that takes longer; SQLite ignores it
            (`onestop.storage.guard` limits both).
    """
    parsed = make_url(url)
    options = {
        "future": True,
        "hide_parameters": True,  # parameters are personal data
        "echo": echo,
        "json_serializer": _to_json,
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
        "pool_timeout": READER_WAIT_S if read_only else 30,
    }
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, read_only, options)
    return _postgresql_engine(parsed, read_only, statement_timeout_s, options)


def session_factory(engine: Engine) -> SessionFactory:
    """Makes sessions whose objects stay readable after commit."""
    return SessionFactory(engine, future=True, expire_on_commit=False)


def is_sqlite(bind: Session | Engine) -> bool:
    """Whether this session or engine talks to SQLite."""
    engine = bind.get_bind() if isinstance(bind, Session) else bind
    return engine.dialect.name == "sqlite"


def begin_immediate(session: Session) -> None:
    """Takes SQLite's write lock now, for a transaction that reads before it writes.

    Call it as the transaction's first statement. On PostgreSQL it does nothing: lock rows there
    (`with_for_update`).
    """
    if is_sqlite(session):
        session.execute(sa.text("BEGIN IMMEDIATE"))


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sqlite_engine(url: URL, read_only: bool, options: dict[str, Any]) -> Engine:
    if url.database and url.database != ":memory:":
        url = _sqlite_file(url, read_only)
        # A thread may return a connection that another takes next; one is never used by two at once.
        options["connect_args"] = {"check_same_thread": False, "timeout": SQLITE_BUSY_TIMEOUT_S}
        options["poolclass"] = QueuePool
    else:
        del options["pool_size"], options["max_overflow"], options["pool_timeout"]
    engine = sa.create_engine(url, **options)

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        else:
            _write_ahead(cursor)
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    return engine


def _write_ahead(cursor: Any) -> None:
    """Turns the write-ahead log on; the first time SQLite does not wait for others by itself (sqlite.org/wal.html)."""
    deadline = time.monotonic() + SQLITE_BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _sqlite_file(url: URL, read_only: bool) -> URL:
    path = Path(os.path.abspath(str(url.database)))
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
        return url.set(database=str(path))
    # mode=rw, not ro: a reader must be able to recover the log that a killed writer left behind.
    return url.set(database=f"file:{quote(str(path))}").update_query_dict({"mode": "rw", "uri": "true"})


def _postgresql_engine(url: URL, read_only: bool, statement_timeout_s: float | None, options: dict[str, Any]) -> Engine:
    settings = ["-c timezone=UTC"]
    if statement_timeout_s is not None:
        settings.append(f"-c statement_timeout={int(statement_timeout_s * 1000)}")
    if read_only:
        settings.append("-c default_transaction_read_only=on")
    connect_args = {
        "connect_timeout": READER_WAIT_S if read_only else POSTGRESQL_CONNECT_TIMEOUT_S,
        "options": " ".join(settings),
    }
    engine = sa.create_engine(url, pool_pre_ping=not read_only, connect_args=connect_args, **options)
    sa.event.listen(engine, "handle_error", _leave_out_values)
    return engine


def _leave_out_values(context: Any) -> None:
    """Cuts an error's text down to what holds no values.

    `hide_parameters` is not enough: psycopg2 writes parameters into the statement, and the server quotes it
    ("LINE 1: …"), the row ("DETAIL: Key (phone)=…") or the bad value in its message.
    """
    error = context.original_exception
    code = getattr(error, "pgcode", None)
    if code is None:  # not the server's words
        return
    message = error.diag.message_primary if not code.startswith(_DATA_EXCEPTIONS) else "unusable value"
    constraint = f" ({error.diag.constraint_name})" if error.diag.constraint_name else ""
    error.args = (f"{code}: {message}{constraint}",)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {error.args[0]}",)
