"""Queries over files with a citizen's data."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.control_tables import DataExport
from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once


def export_of_message(session: Session, key: str) -> DataExport | None:
    """The file that a message asked for."""
    return session.get(DataExport, key)


def newest_since(session: Session, citizen_id: str, since: datetime) -> DataExport | None:
    """A file that this citizen got since then."""
    query = sa.select(DataExport).where(DataExport.citizen_id == citizen_id, DataExport.created_at >= since).limit(1)
    return session.execute(query).scalar_one_or_none()


def insert_export(
    session: Session, key: str, citizen_id: str, file_ref: str, now: datetime, delete_after: datetime
) -> None:
    """Notes a file that was written."""
    values = {
        "key": key,
        "citizen_id": citizen_id,
        "file_ref": file_ref,
        "created_at": now,
        "delete_after": delete_after,
    }
    insert_once(session, DataExport, values)


def take_expired(session: Session, now: datetime) -> list[str]:
    """Removes the rows whose time is over; returns their files."""
    return _take(session, DataExport.delete_after <= now)


def take_of(session: Session, citizen_id: str) -> list[str]:
    """Removes the rows of one citizen; returns their files."""
    return _take(session, DataExport.citizen_id == citizen_id)


def _take(session: Session, condition: sa.sql.ColumnElement) -> list[str]:
    files = list(session.execute(sa.select(DataExport.file_ref).where(condition)).scalars())
    session.execute(sa.delete(DataExport).where(condition).execution_options(synchronize_session=False))
    return files
