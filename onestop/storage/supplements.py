"""Queries over papers that citizens sent as pictures in answer to a request to supplement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.notice_tables import SupplementAnswer, SupplementPhoto


def insert_photo(session: Session, values: dict[str, Any]) -> bool:
    """Adds a picture unless the same message brought it before."""
    return insert_once(session, SupplementPhoto, values)


def photos_of_request(
    session: Session, dossier_code: str, request_id: int, citizen_id: str | None = None
) -> list[SupplementPhoto]:
    """The pictures that answer a request, of one citizen or of all, in order."""
    query = sa.select(SupplementPhoto).where(
        SupplementPhoto.dossier_code == dossier_code, SupplementPhoto.request_id == request_id
    )
    if citizen_id is not None:
        query = query.where(SupplementPhoto.citizen_id == citizen_id)
    return list(session.execute(query.order_by(SupplementPhoto.item_number, SupplementPhoto.id)).scalars())


def recent_photos(session: Session, dossier_code: str | None, limit: int) -> list[SupplementPhoto]:
    """The newest pictures, of one dossier or of all."""
    query = sa.select(SupplementPhoto).order_by(SupplementPhoto.id.desc()).limit(limit)
    if dossier_code is not None:
        query = query.where(SupplementPhoto.dossier_code == dossier_code)
    return list(session.execute(query).scalars())


def files_of_citizen(session: Session, citizen_id: str) -> list[str]:
    """The files that a citizen sent."""
    query = sa.select(SupplementPhoto.file_ref).where(SupplementPhoto.citizen_id == citizen_id)
    return list(session.execute(query).scalars())


def expired_photos(session: Session, now: datetime, limit: int) -> list[SupplementPhoto]:
    """Pictures whose time is over."""
    query = sa.select(SupplementPhoto).where(SupplementPhoto.delete_after <= now).order_by(SupplementPhoto.id)
    return list(session.execute(query.limit(limit)).scalars())


def answer_of(session: Session, citizen_id: str, dossier_code: str, request_id: int) -> SupplementAnswer | None:
    """How far a citizen has come with a request."""
    return session.get(SupplementAnswer, (citizen_id, dossier_code, request_id))


def open_answer(
    session: Session, citizen_id: str, dossier_code: str, request_id: int, now: datetime
) -> SupplementAnswer:
    """The same; the row is made where it is missing."""
    key = {"citizen_id": citizen_id, "dossier_code": dossier_code, "request_id": request_id}
    insert_once(session, SupplementAnswer, {**key, "item_number": 1, "skipped": [], "updated_at": now})
    found = answer_of(session, citizen_id, dossier_code, request_id)
    assert found is not None  # it was inserted now or before
    return found
