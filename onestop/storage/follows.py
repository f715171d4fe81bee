"""Queries over which dossiers a citizen follows, and what they agreed to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Consent, Follow


def follow_of(session: Session, citizen_id: str, dossier_code: str) -> Follow | None:
    """The follow of this citizen for this dossier, also one that has ended."""
    query = sa.select(Follow).where(Follow.citizen_id == citizen_id, Follow.dossier_code == dossier_code)
    return session.execute(query).scalar_one_or_none()


def insert_follow(session: Session, citizen_id: str, dossier_code: str, proof: str, now: datetime) -> bool:
    """Adds a follow; False where there is one for this citizen and dossier already."""
    values = {"citizen_id": citizen_id, "dossier_code": dossier_code, "proof": proof, "created_at": now}
    return insert_once(session, Follow, values)


def open_follows(session: Session, citizen_id: str) -> list[Follow]:
    """The dossiers that this citizen follows now, newest first."""
    query = (
        sa.select(Follow)
        .where(Follow.citizen_id == citizen_id, Follow.ended_at.is_(None))
        .order_by(Follow.created_at.desc(), Follow.id.desc())
    )
    return list(session.execute(query).scalars())


def has_consent_of_message(session: Session, citizen_id: str, purpose: str, message_id: str) -> bool:
    """Whether this message has been recorded as a consent for this purpose already."""
    query = sa.select(Consent.id).where(
        Consent.citizen_id == citizen_id, Consent.purpose == purpose, Consent.message_id == message_id
    )
    return session.execute(query).first() is not None
