"""Queries over pushed events and callbacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.dossier_records import DossierEvent
from onestop.storage.engine import Session
from onestop.storage.exchange_tables import Callback, CallbackWatch, PushedEvent, PushRequest
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Notification

WAITING = "waiting"


# pushed events


def request_by_key(session: Session, key: str) -> PushRequest | None:
    """The request that came with this idempotency key."""
    return session.get(PushRequest, key, populate_existing=True)


def insert_request(session: Session, key: str, body_sha256: str, now: datetime) -> bool:
    """Takes a key; False where another request has it. Waits for one that is just being taken."""
    values = {"key": key, "body_sha256": body_sha256, "answer": {}, "received_at": now}
    return insert_once(session, PushRequest, values)


def set_answer(session: Session, key: str, answer: dict[str, int]) -> None:
    """Notes what the request with this key is answered."""
    _update(session, sa.update(PushRequest).where(PushRequest.key == key).values(answer=answer))


def insert_pushed(session: Session, event: DossierEvent, now: datetime, give_up_at: datetime) -> bool:
    """Keeps a pushed event; False where one with its id was kept before."""
    values = {
        "event_id": event.id,
        "kind": event.kind,
        "dossier_code": event.dossier_code,
        "state_from": event.state_from,
        "state_to": event.state_to,
        "at": event.at,
        "data": event.data,
        "state": WAITING,
        "attempts": 0,
        "received_at": now,
        "next_attempt_at": now,
        "give_up_at": give_up_at,
    }
    return insert_once(session, PushedEvent, values)


def has_untried_over(session: Session, limit: int) -> bool:
    """Whether more than `limit` pushed events have not been looked at by the notifier."""
    query = sa.select(PushedEvent.event_id).where(PushedEvent.state == WAITING, PushedEvent.attempts == 0)
    return session.execute(query.offset(limit).limit(1)).first() is not None


def due_codes(session: Session, now: datetime, limit: int) -> list[str]:
    """Dossiers with a pushed event whose turn has come, the oldest event first."""
    query = (
        sa.select(PushedEvent.dossier_code)
        .where(PushedEvent.state == WAITING, PushedEvent.next_attempt_at <= now)
        .order_by(PushedEvent.event_id)
        .limit(limit)
    )
    return list(dict.fromkeys(session.execute(query).scalars()))


def waiting_events(
    session: Session, codes: Sequence[str], limit: int, due_by: datetime | None = None
) -> list[PushedEvent]:
    """The waiting events of these dossiers in the order of their ids, locked; all, or those whose turn has come."""
    query = (
        sa.select(PushedEvent)
        .where(PushedEvent.state == WAITING, PushedEvent.dossier_code.in_(codes))
        .order_by(PushedEvent.event_id)
        .limit(limit)
        .with_for_update()
    )
    if due_by is not None:
        query = query.where(PushedEvent.next_attempt_at <= due_by)
    return list(session.execute(query).scalars())


def pushed_event(session: Session, event_id: int) -> DossierEvent | None:
    """One pushed event, as if it were read from the dossier system."""
    row = session.get(PushedEvent, event_id)
    return event_of(row) if row is not None else None


def pushed_events_of(session: Session, dossier_code: str) -> list[DossierEvent]:
    """Everything pushed about a dossier, oldest first."""
    query = sa.select(PushedEvent).where(PushedEvent.dossier_code == dossier_code).order_by(PushedEvent.event_id)
    return [event_of(row) for row in session.execute(query).scalars()]


def event_of(row: PushedEvent) -> DossierEvent:
    """A row as the record that words are made of."""
    return DossierEvent(
        row.event_id, row.dossier_code, row.kind, row.state_from, row.state_to, row.at, dict(row.data or {})
    )


def pushed_in(session: Session, states: Sequence[str], limit: int) -> list[PushedEvent]:
    """Pushed events in these states, newest first."""
    query = sa.select(PushedEvent).where(PushedEvent.state.in_(states)).order_by(PushedEvent.received_at.desc())
    return list(session.execute(query.limit(limit)).scalars())


def revive_unresolved(session: Session, now: datetime, give_up_at: datetime) -> int:
    """Lets unresolved events wait anew; returns how many."""
    values = {"state": WAITING, "attempts": 0, "next_attempt_at": now, "give_up_at": give_up_at, "finished_at": None}
    return _update(session, sa.update(PushedEvent).where(PushedEvent.state == "unresolved").values(**values))


def forget_old_pushes(session: Session, keys_before: datetime, data_before: datetime) -> None:
    """Deletes old idempotency keys and empties old events of what may be private."""
    session.execute(
        sa.delete(PushRequest).where(PushRequest.received_at < keys_before).execution_options(synchronize_session=False)
    )
    _update(
        session,
        sa.update(PushedEvent)
        .where(PushedEvent.received_at < data_before, PushedEvent.state != WAITING)
        .values(data={}),
    )


# callbacks


def newest_notification_id(session: Session) -> int:
    """Where watching begins: what was queued before is not called back."""
    return session.execute(sa.select(sa.func.max(Notification.id))).scalar() or 0


def unwatched_after(session: Session, after_id: int, kinds: Sequence[str], limit: int) -> list[int]:
    """Ids of rows past `after_id` that tell of a dossier event and were never watched, oldest first."""
    is_watched = sa.exists().where(CallbackWatch.notification_id == Notification.id)
    was_watched = sa.exists().where(Callback.notification_id == Notification.id)
    query = (
        sa.select(Notification.id)
        .where(Notification.id > after_id, Notification.event_id.is_not(None))
        .where(
            (Notification.kind + "").in_(kinds)
        )  # an index over kinds would lead through all notices there ever were
        .where(~is_watched, ~was_watched)
        .order_by(Notification.id)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def settled_id(session: Session, after_id: int, before: datetime) -> int:
    """The last row past `after_id` created before `before`: no transaction that began earlier adds one below it."""
    query = sa.select(sa.func.max(Notification.id)).where(Notification.id > after_id, Notification.created_at < before)
    return session.execute(query).scalar() or after_id


def insert_watch(session: Session, notification_id: int, look_at: datetime) -> bool:
    """Begins to watch a notification; False where it is watched."""
    values = {"notification_id": notification_id, "number": 0, "look_at": look_at}
    return insert_once(session, CallbackWatch, values)


def due_watches(session: Session, now: datetime, limit: int) -> list[tuple[CallbackWatch, Notification | None]]:
    """Watched notifications whose turn has come, locked; None where the notification is gone."""
    query = (
        sa.select(CallbackWatch, Notification)
        .outerjoin(Notification, Notification.id == CallbackWatch.notification_id)
        .where(CallbackWatch.look_at <= now)
        .order_by(CallbackWatch.look_at)
        .limit(limit)
        .with_for_update(of=CallbackWatch, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [(watch, row) for watch, row in session.execute(query)]


def due_callbacks(session: Session, now: datetime, machine_s: float, limit: int) -> list[int]:
    """Ids of callbacks to send now: nobody has them, and none of their notification comes before."""
    query = (
        sa.select(Callback.id)
        .where(*_sendable(machine_s), Callback.next_attempt_at <= now)
        .order_by(Callback.next_attempt_at, Callback.id)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def claim_callback(session: Session, callback_id: int, machine_s: float, until_s: float) -> Callback | None:
    """Takes one callback for sending until `until_s` (machine time); None where another was quicker."""
    statement = sa.update(Callback).where(Callback.id == callback_id, *_sendable(machine_s))
    if not _update(session, statement.values(claimed_until=until_s)):
        return None
    return session.get(Callback, callback_id, populate_existing=True)


def give_up_callbacks(session: Session, now: datetime) -> int:
    """Ends callbacks whose time is over; returns how many."""
    statement = sa.update(Callback).where(Callback.state == WAITING, Callback.give_up_at <= now)
    return _update(session, statement.values(state="failed", finished_at=now))


def replay_callbacks(session: Session, begin: datetime, now: datetime, give_up_at: datetime) -> int:
    """Sends everything since `begin` again, under its old ids; returns how many."""
    values: dict[str, Any] = {"state": WAITING, "attempts": 0, "next_attempt_at": now, "give_up_at": give_up_at}
    values |= {"error": None, "finished_at": None}
    return _update(session, sa.update(Callback).where(Callback.created_at >= begin).values(**values))


def callbacks_in(session: Session, states: Sequence[str], limit: int) -> list[Callback]:
    """Callbacks in these states, newest first."""
    query = sa.select(Callback).where(Callback.state.in_(states)).order_by(Callback.id.desc()).limit(limit)
    return list(session.execute(query).scalars())


def counts(
    session: Session, table: type[Callback] | type[PushedEvent], states: Sequence[str] | None = None
) -> dict[str, int]:
    """How many rows are in each state; only in `states` it is quick, where most rows have ended."""
    query = sa.select(table.state, sa.func.count()).group_by(table.state)
    if states is not None:
        query = query.where(table.state.in_(states))
    return {state: count for state, count in session.execute(query)}


def forget_old_callbacks(session: Session, before: datetime) -> None:
    """Deletes callbacks that ended and are older than `before`."""
    session.execute(
        sa.delete(Callback)
        .where(Callback.state != WAITING, Callback.created_at < before)
        .execution_options(synchronize_session=False)
    )


def _sendable(machine_s: float) -> tuple[Any, ...]:
    earlier = sa.orm.aliased(Callback)
    is_first = ~sa.exists().where(
        earlier.notification_id == Callback.notification_id,
        earlier.state == WAITING,
        earlier.number < Callback.number,
    )
    is_free = sa.or_(Callback.claimed_until.is_(None), Callback.claimed_until < machine_s)
    return (Callback.state == WAITING, is_free, is_first)


def _update(session: Session, statement: Any) -> int:
    return session.execute(statement.execution_options(synchronize_session=False)).rowcount
