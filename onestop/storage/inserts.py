"""Inserts that a repetition leaves alone, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from onestop.storage.engine import Session, is_sqlite


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    """Inserts a row unless one with the same unique key stands there already.

    Returns:
        Whether the row is new.
    """
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(table.__table__).values(**values).on_conflict_do_nothing()
    return session.execute(statement).rowcount == 1


def upsert(session: Session, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Writes `values` into the row with the primary key `key`, which is made where it is missing."""
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(table.__table__).values(**key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
