"""Queries over citizens who wait for an officer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import OfficerRequest


def insert_request(session: Session, values: dict[str, Any]) -> bool:
    """Adds a request; False where the same message made one before."""
    return insert_once(session, OfficerRequest, values)


def waiting_request_of(session: Session, citizen_id: str) -> OfficerRequest | None:
    """The request of this citizen that nobody has taken yet."""
    query = (
        sa.select(OfficerRequest)
        .where(OfficerRequest.citizen_id == citizen_id, OfficerRequest.state == "waiting")
        .order_by(OfficerRequest.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()
