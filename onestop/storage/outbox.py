"""Queries over the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.tables import Citizen, Delivery, Notification

UNFINISHED = ("created", "sending", "temporary-failure")


def _is_held_back(now: datetime) -> Any:
    """Whether an earlier row of the citizen's lane must go first; one that waits for the morning holds nothing back."""
    earlier = sa.orm.aliased(Notification)
    must_go_first = sa.or_(
        earlier.status.in_(("sending", "temporary-failure")),
        sa.and_(earlier.status == "created", earlier.next_attempt_at <= now),
    )
    return sa.exists().where(
        earlier.citizen_id == Notification.citizen_id,
        earlier.lane == Notification.lane,
        must_go_first,
        earlier.id < Notification.id,
    )


def due_ids(session: Session, lanes: tuple[str, ...], now: datetime, before: datetime | None, limit: int) -> list[int]:
    """Rows that may be sent now: due, and no earlier row of the same citizen and lane unfinished.

    Args:
        before: Only rows created before this moment (orphans of another sender), or all.
    """
    query = (
        sa.select(Notification.id)
        .where(Notification.lane.in_(lanes), Notification.status.in_(("created", "temporary-failure")))
        .where(Notification.next_attempt_at <= now, ~_is_held_back(now))
        .order_by(Notification.id)
        .limit(limit)
    )
    if before is not None:
        query = query.where(Notification.created_at < before)
    return list(session.execute(query).scalars())


def claim(session: Session, notification_id: int, owner: str, now: datetime, machine_s: float) -> Notification | None:
    """Takes one row for sending: created or temporary-failure → sending. None where another was quicker.

    A row behind an unfinished earlier row of its citizen and lane is not given out.
    """
    taken = session.execute(
        sa.update(Notification)
        .where(Notification.id == notification_id, Notification.status.in_(("created", "temporary-failure")))
        .where(~_is_held_back(now))
        .values(status="sending", claimed_by=owner, claimed_at=machine_s, sending_since=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        return None
    return session.get(Notification, notification_id, populate_existing=True)


def claim_many(session: Session, ids: Sequence[int], owner: str, now: datetime, machine_s: float) -> list[Notification]:
    """Takes many rows at once, as `claim` takes one; returns those that this call got, with their citizens at hand.

    Args:
        machine_s: Must be another for each call of an owner: it tells this call's rows from earlier ones.
    """
    session.execute(
        sa.update(Notification)
        .where(Notification.id.in_(ids), Notification.status.in_(("created", "temporary-failure")))
        .where(~_is_held_back(now))
        .values(status="sending", claimed_by=owner, claimed_at=machine_s, sending_since=now)
        .execution_options(synchronize_session=False)
    )
    query = sa.select(Notification).where(
        Notification.id.in_(ids), Notification.claimed_by == owner, Notification.claimed_at == machine_s
    )
    rows = list(session.execute(query.order_by(Notification.id)).scalars())
    people = {row.citizen_id for row in rows}
    session.execute(sa.select(Citizen).where(Citizen.id.in_(people))).scalars().all()  # into the session's memory
    return rows


def rows_with_ids(session: Session, ids: Sequence[int]) -> dict[int, Notification]:
    """Rows by id."""
    query = sa.select(Notification).where(Notification.id.in_(ids))
    return {row.id: row for row in session.execute(query).scalars()}


def add_attempts(session: Session, attempts: Sequence[dict[str, Any]]) -> None:
    """Records attempts to send, all in one statement."""
    if attempts:
        session.execute(sa.insert(Delivery.__table__), list(attempts))


def next_of_citizen(session: Session, citizen_id: str, lane: str, now: datetime) -> int | None:
    """The row of this citizen and lane that comes next, if it is due and none is being sent."""
    query = (
        sa.select(Notification.id, Notification.status, Notification.next_attempt_at)
        .where(Notification.citizen_id == citizen_id, Notification.lane == lane)
        .where(Notification.status.in_(UNFINISHED))
        .order_by(Notification.id)
        .limit(1)
    )
    row = session.execute(query).first()
    if row is None or row.status == "sending" or row.next_attempt_at > now:
        return None
    return row.id


def citizens_due(session: Session, lane: str, now: datetime, limit: int) -> list[str]:
    """Citizens with a row of this lane that waits and may be tried now, the longest waiting first."""
    query = (
        sa.select(Notification.citizen_id)
        .where(Notification.lane == lane, Notification.status.in_(("created", "temporary-failure")))
        .where(Notification.next_attempt_at <= now)
        .group_by(Notification.citizen_id)
        .order_by(sa.func.min(Notification.id))
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def sending_since(session: Session, claimed_before_s: float, limit: int) -> list[Notification]:
    """Rows in sending that were claimed before `claimed_before_s` (machine time)."""
    query = (
        sa.select(Notification)
        .where(Notification.status == "sending", Notification.claimed_at < claimed_before_s)
        .order_by(Notification.id)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def known_message_ids(session: Session, citizen_id: str, message_ids: list[str]) -> set[str]:
    """Which of these Zalo message ids are recorded at rows of this citizen already."""
    query = sa.select(Notification.zalo_message_id).where(
        Notification.citizen_id == citizen_id, Notification.zalo_message_id.in_(message_ids)
    )
    return set(session.execute(query).scalars())


def by_message_id(session: Session, message_id: str) -> Notification | None:
    """The row that Zalo acknowledged with this message id."""
    return session.execute(
        sa.select(Notification).where(Notification.zalo_message_id == message_id).limit(1)
    ).scalar_one_or_none()


def unrecorded_pushes(session: Session, limit: int, citizen_id: str | None = None) -> list[Notification]:
    """Pushes that reached their citizen in Zalo but do not stand in the conversation's history yet, oldest first."""
    query = (
        sa.select(Notification)
        .where(Notification.lane != "reply", Notification.recorded_at.is_(None), Notification.phone.is_(None))
        .where(Notification.status.in_(("sent", "delivered", "unknown")))
        .order_by(Notification.id)
        .limit(limit)
    )
    if citizen_id is not None:
        query = query.where(Notification.citizen_id == citizen_id)
    return list(session.execute(query).scalars())


def newest_push(session: Session, citizen_id: str, since: datetime) -> Notification | None:
    """The last message sent unasked that reached this citizen after `since`."""
    query = (
        sa.select(Notification)
        .where(Notification.citizen_id == citizen_id, Notification.status.in_(("sent", "delivered", "unknown")))
        .where(Notification.lane.not_in(("reply", "code")), Notification.finished_at > since)
        .where(Notification.phone.is_(None), Notification.kind != "document")
        .order_by(Notification.finished_at.desc(), Notification.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def waiting_of(session: Session, citizen_id: str, lane: str) -> list[Notification]:
    """Rows of this citizen and lane that no sender has taken yet, or will try again."""
    query = sa.select(Notification).where(
        Notification.citizen_id == citizen_id,
        Notification.lane == lane,
        Notification.status.in_(("created", "temporary-failure")),
    )
    return list(session.execute(query.with_for_update()).scalars())


def zalo_user_of(session: Session, citizen_id: str) -> str | None:
    """The Zalo id to write to."""
    return session.execute(sa.select(Citizen.zalo_user_id).where(Citizen.id == citizen_id)).scalar_one_or_none()
