"""The one SQLite file. Only the event loop's thread touches it, so no lock is needed."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS citizen (
    user_id TEXT PRIMARY KEY, user_id_by_app TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
    device TEXT NOT NULL, account TEXT NOT NULL, follows INTEGER NOT NULL, has_chatted INTEGER NOT NULL,
    greetings_left INTEGER NOT NULL, last_interaction_at REAL, created_at REAL NOT NULL,
    profile TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS citizen_phone ON citizen (phone);
CREATE TABLE IF NOT EXISTS citizen_tag (user_id TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (user_id, tag));
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL, user_id TEXT, phone TEXT, side TEXT NOT NULL,
    channel TEXT, kind TEXT NOT NULL, at REAL NOT NULL, msg_id TEXT, status TEXT NOT NULL, seen_due_at REAL,
    content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entry_user ON entry (user_id, seq);
CREATE INDEX IF NOT EXISTS entry_change ON entry (user_id, n);
CREATE INDEX IF NOT EXISTS entry_phone ON entry (phone, seq) WHERE phone IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_message ON entry (msg_id);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, msg_id TEXT, body BLOB NOT NULL,
    timestamp TEXT NOT NULL, server TEXT, bad_signature INTEGER NOT NULL, from_citizen INTEGER NOT NULL,
    repeats INTEGER NOT NULL, due_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS token (
    value TEXT PRIMARY KEY, kind TEXT NOT NULL, family TEXT NOT NULL, expires_at REAL NOT NULL,
    spent_at REAL, challenge TEXT);
CREATE INDEX IF NOT EXISTS token_family ON token (family);
CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS media (token TEXT PRIMARY KEY, name TEXT NOT NULL, from_citizen INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, call TEXT NOT NULL, user_id TEXT, phone TEXT, times INTEGER,
    fault TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS call (
    n INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, call TEXT NOT NULL, path TEXT NOT NULL,
    status INTEGER, error INTEGER, took_ms REAL NOT NULL);
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, token TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL);
"""


class Database:
    """A connection in autocommit mode whose writes go through `transaction()`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The app may be built in one thread and served in another; use stays with one thread at a time.
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # WAL with NORMAL loses nothing when the process is killed, and does not wait for the disk.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA wal_autocheckpoint = 4000")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; must not be nested and must not await."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Runs one statement."""
        return self._connection.execute(statement, values)

    def one(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """First row, or None."""
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Every row."""
        return self._connection.execute(statement, values).fetchall()

    def count(self, name: str, step: int = 1) -> int:
        """Raises a counter that never falls by itself, and returns it."""
        row = self.one(
            "INSERT INTO counter (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value RETURNING value",
            (name, step),
        )
        assert row is not None
        return int(row["value"])

    def counted(self, name: str) -> int:
        """What a counter stands at."""
        row = self.one("SELECT value FROM counter WHERE name = ?", (name,))
        return int(row["value"]) if row else 0

    def read_setting(self, name: str) -> dict[str, Any]:
        """A group of settings saved as JSON; empty when never saved."""
        row = self.one("SELECT value FROM setting WHERE name = ?", (name,))
        loaded: dict[str, Any] = json.loads(row["value"]) if row else {}
        return loaded

    def save_setting(self, name: str, value: dict[str, Any]) -> None:
        """Saves a group of settings as JSON."""
        self.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value, ensure_ascii=False)),
        )

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()
