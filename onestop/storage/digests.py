"""Queries over news that waits to be put together."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.control_tables import CitizenSetting
from onestop.storage.engine import Session
from onestop.storage.tables import Citizen, Notification

LANE = KIND = "digest"
SETTING = "notices.digest"
_UNFINISHED = ("created", "sending", "temporary-failure")
_WAITS = (Notification.lane == LANE, Notification.status == "created", Notification.digest_id.is_(None))


def due_citizens(session: Session, now: datetime, limit: int) -> list[Citizen]:
    """Citizens whose news is due to be put together; those that another notifier holds are left out."""
    due = sa.select(Notification.citizen_id).where(*_WAITS, Notification.next_attempt_at <= now).distinct().limit(limit)
    ids = list(session.execute(due).scalars())
    if not ids:
        return []
    query = sa.select(Citizen).where(Citizen.id.in_(ids)).order_by(Citizen.id).with_for_update(skip_locked=True)
    return list(session.execute(query).scalars())


def due_of(session: Session, citizen_id: str, now: datetime) -> list[Notification]:
    """What of one citizen is due to be put together, in order."""
    query = sa.select(Notification).where(
        *_WAITS, Notification.citizen_id == citizen_id, Notification.next_attempt_at <= now
    )
    return list(session.execute(query.order_by(Notification.id).with_for_update()).scalars())


def waiting_of(session: Session, citizen_id: str) -> list[Notification]:
    """What of one citizen waits to be put together, due or not, in order."""
    query = sa.select(Notification).where(*_WAITS, Notification.citizen_id == citizen_id)
    return list(session.execute(query.order_by(Notification.id).with_for_update()).scalars())


def count_waiting(session: Session) -> int:
    """How many rows of all citizens wait to be put together."""
    query = sa.select(sa.func.count()).select_from(Notification).where(*_WAITS)
    return int(session.execute(query).scalar_one())


def chosen_hours(session: Session) -> list[str]:
    """The hour that each citizen with a digest chose, HH:MM."""
    return list(session.execute(sa.select(CitizenSetting.value).where(CitizenSetting.name == SETTING)).scalars())


def id_of_key(session: Session, key: str) -> int:
    """The row of one digest."""
    return int(session.execute(sa.select(Notification.id).where(Notification.key == key)).scalar_one())


def unsettled(session: Session, limit: int) -> list[tuple[Notification, Notification]]:
    """News that does not say yet what became of it, with the digest that carried it and has ended."""
    digest = sa.orm.aliased(Notification)
    query = (
        sa.select(Notification, digest)
        .join(digest, digest.id == Notification.digest_id)
        .where(Notification.lane == LANE, Notification.status == "created", digest.status.not_in(_UNFINISHED))
        .order_by(Notification.id)
        .limit(limit)
    )
    return [(row, carried_by) for row, carried_by in session.execute(query)]


def outdated(session: Session, since_day: int, limit: int) -> list[tuple[Notification, Notification]]:
    """News whose digest was delivered or seen, or sent again, since it was settled.

    Args:
        since_day: Only digests of this day, YYYYMMDD, or later (`event_id` of a digest).
    """
    digest = sa.orm.aliased(Notification)
    differs = sa.or_(
        Notification.status != digest.status,
        sa.and_(digest.delivered_at.is_not(None), Notification.delivered_at.is_(None)),
        sa.and_(digest.seen_at.is_not(None), Notification.seen_at.is_(None)),
    )
    query = (
        sa.select(Notification, digest)
        .join(digest, digest.id == Notification.digest_id)
        .where(digest.kind == KIND, digest.event_id >= since_day, digest.status.not_in(_UNFINISHED))
        .where(Notification.status != "created", differs)
        .order_by(Notification.id)
        .limit(limit)
    )
    return [(row, carried_by) for row, carried_by in session.execute(query)]
