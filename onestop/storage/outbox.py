"""Queries over the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.engine import Session
from onestop.storage.tables import IS_UNRECORDED, Citizen, Delivery, Notification

WAITING = ("created", "temporary-failure")
UNFINISHED = (*WAITING, "sending")
_ARRIVED = ("sent", "delivered", "unknown")
_NOW = sa.bindparam("now", type_=UtcDateTime())


def due_ids(session: Session, lanes: tuple[str, ...], now: datetime, before: datetime | None, limit: int) -> list[int]:
    """Rows that may be sent now, the longest due first: no earlier row of the same citizen and lane is unfinished.

    One statement a lane and status, each read along `ix_outbox_due`: a million rows that are due cost as little as ten.

    Args:
        before: Only rows created before this moment (orphans of another sender), or all.
    """
    query = _due() if before is None else _due_of_others()
    known = {"now": now, "most": limit, **({"before": before} if before is not None else {})}
    found = [
        row
        for lane in lanes
        for status in WAITING
        for row in session.execute(query, {**known, "lane": lane, "status": status})
    ]
    return [row.id for row in sorted(found, key=lambda row: row.next_attempt_at)[:limit]]


# Asked many times a second: building these anew each time would take ten times as long as running them.


@lru_cache(maxsize=1)
def _due() -> Any:
    return (
        sa.select(Notification.id, Notification.next_attempt_at)
        .where(Notification.lane == sa.bindparam("lane"), Notification.status == sa.bindparam("status"))
        .where(Notification.next_attempt_at <= _NOW, ~_is_held_back())
        .order_by(Notification.next_attempt_at)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


@lru_cache(maxsize=1)
def _due_of_others() -> Any:
    return _due().where(Notification.created_at < sa.bindparam("before"))


@lru_cache(maxsize=1)
def _claim() -> Any:
    # The empty text keeps SQLite from walking through all that waits: it must look up the ids.
    waits = Notification.status.concat("").in_(WAITING)
    return (
        sa.update(Notification)
        .where(Notification.id.in_(sa.bindparam("ids", expanding=True)), waits, ~_is_held_back())
        .values(
            status="sending",
            claimed_by=sa.bindparam("owner"),
            claimed_at=sa.bindparam("machine_s"),
            sending_since=_NOW,
        )
        .execution_options(synchronize_session=False)
    )


def _is_held_back() -> Any:
    """Whether an earlier row of the citizen's lane must go first; one that waits for the morning holds nothing back.

    Written so that `ix_outbox_citizen` finds the earlier rows that are unfinished, however many are finished.
    """
    earlier = sa.orm.aliased(Notification)
    return sa.exists().where(
        earlier.citizen_id == Notification.citizen_id,
        earlier.status.in_(UNFINISHED),
        earlier.id < Notification.id,
        earlier.lane == Notification.lane,
        sa.or_(earlier.status != "created", earlier.next_attempt_at <= _NOW),
    )


def claim_many(session: Session, ids: Sequence[int], owner: str, now: datetime, machine_s: float) -> list[Notification]:
    """Takes rows for sending: created or temporary-failure → sending; not those that another was quicker to take.

    A row behind an unfinished earlier row of its citizen and lane is not given out. The citizens of the rows returned
    are at hand in the session.

    Args:
        machine_s: Must be another for each call of an owner: it tells this call's rows from earlier ones.
    """
    session.execute(_claim(), {"ids": list(ids), "owner": owner, "machine_s": machine_s, "now": now})
    query = sa.select(Notification).where(
        Notification.id.in_(ids), Notification.claimed_by == owner, Notification.claimed_at == machine_s
    )
    rows = list(session.execute(query.order_by(Notification.id)).scalars())
    people = session.execute(sa.select(Citizen).where(Citizen.id.in_({row.citizen_id for row in rows})))
    session.info["people"] = people.scalars().all()  # a session forgets what nobody holds
    return rows


def rows_with_ids(session: Session, ids: Sequence[int]) -> dict[int, Notification]:
    """Rows by id, locked where the database can."""
    query = sa.select(Notification).where(Notification.id.in_(ids)).order_by(Notification.id).with_for_update()
    return {row.id: row for row in session.execute(query).scalars()}


def add_attempts(session: Session, attempts: Sequence[dict[str, Any]]) -> None:
    """Records attempts to send, all in one statement."""
    if attempts:
        session.execute(sa.insert(Delivery.__table__), list(attempts))


def times_failed(session: Session, notification_id: int, error: str | None) -> int:
    """How many recorded attempts of a row ended in this error."""
    query = sa.select(sa.func.count()).where(Delivery.notification_id == notification_id, Delivery.error == error)
    return int(session.execute(query).scalar_one())


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
        .where(Notification.lane == lane, Notification.status.in_(WAITING))
        .where(Notification.next_attempt_at <= now)
        .group_by(Notification.citizen_id)
        .order_by(sa.func.min(Notification.id))
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def sending_rows(session: Session, limit: int) -> list[Notification]:
    """Rows in sending, the longest claimed first."""
    query = (
        sa.select(Notification).where(Notification.status == "sending").order_by(Notification.claimed_at).limit(limit)
    )
    return list(session.execute(query).scalars())


def make_due(session: Session, now: datetime, skew: timedelta) -> None:
    """Makes due what was due at its making, where that lies in the future by more than `skew`."""
    session.execute(
        sa.update(Notification)
        .where(Notification.status == "created", Notification.created_at > now + skew)
        .where(Notification.next_attempt_at <= Notification.created_at)
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def restamp_claim(session: Session, row: Notification, machine_s: float) -> None:
    """Counts the age of a claim from `machine_s`, if it is still that claim."""
    session.execute(
        sa.update(Notification)
        .where(Notification.id == row.id, Notification.status == "sending", Notification.claimed_at == row.claimed_at)
        .values(claimed_at=machine_s)
        .execution_options(synchronize_session=False)
    )


def release_claim(session: Session, owner: str, machine_s: float) -> None:
    """Gives back the rows of one claim of which nothing was sent."""
    session.execute(
        sa.update(Notification)
        .where(Notification.status == "sending", Notification.claimed_by == owner)
        .where(Notification.claimed_at == machine_s)
        .values(status="temporary-failure")
        .execution_options(synchronize_session=False)
    )


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
    query = sa.select(Notification).where(IS_UNRECORDED, Notification.phone.is_(None)).order_by(Notification.id)
    if citizen_id is not None:
        query = query.where(Notification.citizen_id == citizen_id, Notification.status.in_(_ARRIVED))
        return list(session.execute(query.limit(limit)).scalars())
    # One statement a status, each read along `ix_outbox_unrecorded`: however many are recorded, or wait for it.
    found = [
        row
        for one in _ARRIVED
        for row in session.execute(query.where(Notification.status == one).limit(limit)).scalars()
    ]
    return sorted(found, key=lambda row: row.id)[:limit]


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
        Notification.status.in_(WAITING),
    )
    return list(session.execute(query.with_for_update()).scalars())


def row_of_key(session: Session, key: str) -> Notification | None:
    """The row of one occasion."""
    return session.execute(sa.select(Notification).where(Notification.key == key)).scalar_one_or_none()


def zalo_user_of(session: Session, citizen_id: str) -> str | None:
    """The Zalo id to write to."""
    return session.execute(sa.select(Citizen.zalo_user_id).where(Citizen.id == citizen_id)).scalar_one_or_none()
