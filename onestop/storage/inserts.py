"""Inserts that a repetition leaves alone, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from onestop.storage.engine import Session, is_sqlite

_ROWS_AT_ONCE = 500  # fewer than psycopg2 puts into one statement: of more it would not tell how many were new


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    """Inserts a row unless one with the same unique key stands there already.

    Returns:
        Whether the row is new.
    """
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(table.__table__).values(**values).on_conflict_do_nothing()
    return session.execute(statement).rowcount == 1


def insert_many_once(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts rows of the same columns together, but none whose unique key stands there already.

    Returns:
        How many are new.
    """
    if not rows:
        return 0
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(table.__table__).on_conflict_do_nothing()
    return sum(
        session.execute(statement, list(rows[begin : begin + _ROWS_AT_ONCE])).rowcount
        for begin in range(0, len(rows), _ROWS_AT_ONCE)
    )


def upsert(session: Session, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Writes `values` into the row with the primary key `key`, which is made where it is missing."""
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(table.__table__).values(**key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
