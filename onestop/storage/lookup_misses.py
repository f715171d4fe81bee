"""Queries over look-ups that found nothing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import LookupMiss


def insert_miss(session: Session, key: str, citizen_id: str, now: datetime) -> bool:
    """Adds a miss; False where the same message and code were counted before."""
    return insert_once(session, LookupMiss, {"key": key, "citizen_id": citizen_id, "at": now})


def misses_of(session: Session, citizen_id: str, since: datetime) -> list[datetime]:
    """When this citizen missed since then, oldest first."""
    query = (
        sa.select(LookupMiss.at)
        .where(LookupMiss.citizen_id == citizen_id, LookupMiss.at > since)
        .order_by(LookupMiss.at)
    )
    return list(session.execute(query).scalars())


def count_misses(session: Session, since: datetime) -> int:
    """How often anybody missed since then."""
    return session.execute(sa.select(sa.func.count(LookupMiss.id)).where(LookupMiss.at > since)).scalar_one()
