"""Queries over broadcasts, their audiences and topic subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from onestop.storage.broadcast_tables import Broadcast, TopicSubscription
from onestop.storage.engine import Session
from onestop.storage.information_tables import AreaSubscription
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Citizen, Follow, Notification

KIND = "broadcast"
_ARRIVED = ("sent", "delivered", "unknown")
_WAITS = ("created", "temporary-failure")


def broadcast_by_id(session: Session, broadcast_id: int) -> Broadcast | None:
    """One broadcast, locked until the transaction ends where the database can."""
    return session.execute(
        sa.select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update()
    ).scalar_one_or_none()


def all_broadcasts(session: Session, limit: int) -> list[Broadcast]:
    """Newest first."""
    return list(session.execute(sa.select(Broadcast).order_by(Broadcast.id.desc()).limit(limit)).scalars())


def due_broadcasts(session: Session, now: datetime) -> list[Broadcast]:
    """Those to work on: being sent, or approved and due; rows that another notifier holds are left out."""
    due = sa.or_(
        Broadcast.state == "sending",
        sa.and_(Broadcast.state == "approved", sa.or_(Broadcast.scheduled_at.is_(None), Broadcast.scheduled_at <= now)),
    )
    query = sa.select(Broadcast).where(due).order_by(Broadcast.id).with_for_update(skip_locked=True)
    return list(session.execute(query).scalars())


def page_of_audience(
    session: Session,
    *,
    after: str,
    limit: int,
    topic: str | None,
    areas: Sequence[str],
    had_broadcast: int | None,
) -> list[Citizen]:
    """Citizens past `after`, by id, who take messages on Zalo and fit.

    Args:
        topic: Subscribed to it; None: everybody.
        areas: Told of at least one of these communes; empty: anywhere.
        had_broadcast: Only those whom this broadcast reached.
    """
    query = (
        sa.select(Citizen)
        .where(Citizen.id > after, Citizen.zalo_user_id.is_not(None))
        .where(Citizen.notifications_stopped_at.is_(None), Citizen.unreachable_since.is_(None))
        .order_by(Citizen.id)
        .limit(limit)
    )
    if had_broadcast is not None:
        reached = sa.exists().where(
            Notification.citizen_id == Citizen.id,
            Notification.kind == KIND,
            Notification.event_id == had_broadcast,
            Notification.status.in_(_ARRIVED),
        )
        return list(session.execute(query.where(reached)).scalars())
    if topic is not None:
        query = query.where(
            sa.exists().where(TopicSubscription.citizen_id == Citizen.id, TopicSubscription.topic == topic)
        )
    if areas:
        query = query.where(
            sa.exists().where(AreaSubscription.citizen_id == Citizen.id, AreaSubscription.area.in_(areas))
        )
    return list(session.execute(query).scalars())


def followed_codes(session: Session, citizen_ids: Sequence[str]) -> dict[str, list[str]]:
    """The dossiers that each of these citizens follows."""
    found: dict[str, list[str]] = {}
    query = sa.select(Follow.citizen_id, Follow.dossier_code).where(
        Follow.citizen_id.in_(citizen_ids), Follow.ended_at.is_(None)
    )
    for citizen_id, code in session.execute(query):
        found.setdefault(citizen_id, []).append(code)
    return found


def count_rows(session: Session, broadcast_id: int) -> dict[str, int]:
    """How many rows of a broadcast stand in which status."""
    query = (
        sa.select(Notification.status, sa.func.count())
        .where(Notification.kind == KIND, Notification.event_id == broadcast_id)
        .group_by(Notification.status)
    )
    return {status: count for status, count in session.execute(query)}


def waiting_bulk(session: Session, at_most: int) -> int:
    """How many rows of any broadcast wait to be sent; `at_most` where it is that many or more."""
    waiting = sa.select(Notification.id).where(Notification.lane == "bulk", Notification.status.in_(_WAITS))
    return int(session.execute(sa.select(sa.func.count()).select_from(waiting.limit(at_most).subquery())).scalar_one())


def move_waiting(session: Session, broadcast_id: int, from_lane: str, to_lane: str) -> None:
    """Takes the rows that wait out of the dispatcher's sight, or puts them back."""
    _update_waiting(session, broadcast_id, from_lane, {"lane": to_lane})


def cancel_waiting(session: Session, broadcast_id: int, now: datetime) -> None:
    """Ends the rows that wait."""
    for lane in ("bulk", "held"):
        _update_waiting(session, broadcast_id, lane, {"status": "cancelled", "finished_at": now})


def insert_subscription(session: Session, citizen_id: str, topic: str, now: datetime) -> bool:
    """Subscribes; whether that is new."""
    return insert_once(session, TopicSubscription, {"citizen_id": citizen_id, "topic": topic, "created_at": now})


def delete_subscription(session: Session, citizen_id: str, topic: str) -> bool:
    """Ends a subscription; whether there was one."""
    done = session.execute(
        sa.delete(TopicSubscription).where(TopicSubscription.citizen_id == citizen_id, TopicSubscription.topic == topic)
    )
    return bool(done.rowcount)


def topics_of(session: Session, citizen_id: str) -> list[str]:
    """What a citizen is subscribed to."""
    query = sa.select(TopicSubscription.topic).where(TopicSubscription.citizen_id == citizen_id)
    return sorted(session.execute(query).scalars())


def _update_waiting(session: Session, broadcast_id: int, lane: str, values: dict[str, object]) -> None:
    session.execute(
        sa.update(Notification)
        .where(Notification.kind == KIND, Notification.event_id == broadcast_id, Notification.lane == lane)
        .where(Notification.status.in_(_WAITS))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
