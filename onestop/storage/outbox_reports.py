"""What operators ask of the outbox: lists, counts, costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.tables import Delivery, Notification

SENT = ("sent", "delivered")
LONGEST_BACK_OFF = timedelta(minutes=15)


@dataclass(frozen=True)
class Cost:
    """What one kind of notification cost on one channel; `cost_vnd` in đồng."""

    channel: str
    kind: str
    count: int
    cost_vnd: int


def rows_of(
    session: Session, statuses: tuple[str, ...], kind: str | None, error: str | None, limit: int
) -> list[Notification]:
    """Rows that are no replies, newest first."""
    query = sa.select(Notification).where(Notification.lane != "reply").order_by(Notification.id.desc()).limit(limit)
    if statuses:
        query = query.where(Notification.status.in_(statuses))
    if kind is not None:
        query = query.where(Notification.kind == kind)
    if error is not None:
        query = query.where(Notification.error == error)
    return list(session.execute(query).scalars())


def row_by_id(session: Session, notification_id: int) -> Notification | None:
    """One row, locked against senders where the database can."""
    return session.execute(
        sa.select(Notification).where(Notification.id == notification_id).with_for_update()
    ).scalar_one_or_none()


def attempts_of(session: Session, notification_id: int) -> list[Delivery]:
    """Every attempt to send a row, oldest first."""
    query = sa.select(Delivery).where(Delivery.notification_id == notification_id).order_by(Delivery.id)
    return list(session.execute(query).scalars())


def costs_between(session: Session, begin: datetime, end: datetime) -> list[Cost]:
    """What was sent in [begin, end), by channel and kind."""
    query = (
        sa.select(
            Notification.channel,
            Notification.kind,
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(Notification.cost_vnd), 0),
        )
        .where(Notification.status.in_(SENT), Notification.finished_at >= begin, Notification.finished_at < end)
        .where(Notification.lane != "digest")  # what a digest carried was not sent by itself
        .group_by(Notification.channel, Notification.kind)
        .order_by(Notification.channel, Notification.kind)
    )
    return [Cost(channel, kind, count, int(cost)) for channel, kind, count, cost in session.execute(query)]


def counts_by_state(session: Session) -> dict[tuple[str, str], int]:
    """How many rows stand in which lane and status."""
    query = sa.select(Notification.lane, Notification.status, sa.func.count()).group_by(
        Notification.lane, Notification.status
    )
    return {(lane, status): count for lane, status, count in session.execute(query)}


def oldest_due_at(session: Session, kinds: tuple[str, ...], now: datetime) -> datetime | None:
    """Since when the longest waiting row of these kinds could have been sent; None where none waits.

    One in back-off waits since its first try; one put off for longer (the night, a quota of the day) may not go now.
    """
    query = sa.select(sa.func.min(Notification.next_attempt_at)).where(
        Notification.status.in_(("created", "temporary-failure", "sending")),
        Notification.lane == "notice",  # the index of what is due; kinds of a dossier's news are in no other lane
        Notification.next_attempt_at <= now,
        Notification.kind.in_(kinds),
    )
    first_try = (
        sa.select(sa.func.min(Delivery.at))
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Notification.status == "temporary-failure", Notification.lane == "notice")
        .where(Notification.next_attempt_at <= now + LONGEST_BACK_OFF, Notification.kind.in_(kinds))
    )
    found = [session.execute(one).scalar_one_or_none() for one in (query, first_try)]
    return min((at for at in found if at is not None), default=None)
