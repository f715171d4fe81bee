"""Queries over citizens."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Citizen


def citizen_of_zalo_user(session: Session, zalo_user_id: str, now: datetime) -> Citizen:
    """The citizen behind a Zalo id; a new one gets a random id of ours."""
    query = sa.select(Citizen).where(Citizen.zalo_user_id == zalo_user_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        values = {"id": f"c{secrets.token_hex(12)}", "zalo_user_id": zalo_user_id, "created_at": now}
        insert_once(session, Citizen, {**values, "follows_account": False})
        found = session.execute(query).scalar_one()
    return found


def find_zalo_citizen(session: Session, zalo_user_id: str) -> Citizen | None:
    """The citizen behind a Zalo id, if we know one."""
    return session.execute(sa.select(Citizen).where(Citizen.zalo_user_id == zalo_user_id)).scalar_one_or_none()


def citizen_by_id(session: Session, citizen_id: str) -> Citizen | None:
    """A citizen by our own id."""
    return session.get(Citizen, citizen_id)


def citizens_with_phone(session: Session, phone: str) -> list[Citizen]:
    """Citizens who have proved that this phone (+84…) is theirs."""
    query = sa.select(Citizen).where(Citizen.phone == phone, Citizen.phone_linked_at.is_not(None))
    return list(session.execute(query.order_by(Citizen.phone_linked_at, Citizen.id)).scalars())
