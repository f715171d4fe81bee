"""Telling the dossier system how the notifications about its events fared.

What is called back is read from the outbox afterwards, by the notifier: sending a message costs nothing for it. A state
passed between two looks is told all the same, with its own time. docs/integration.md, "Callbacks".
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from onestop.clock import LOCAL
from onestop.messages.notice_kinds import notice_kinds
from onestop.services import delivery_status as status
from onestop.storage import Session, exchange, subscriptions
from onestop.storage.exchange_tables import Callback, CallbackWatch
from onestop.storage.outbox import UNFINISHED
from onestop.storage.tables import Notification

CURSOR = "callbacks"
QUEUED, SENT, DELIVERED, SEEN, FAILED, UNKNOWN = "queued", "sent", "delivered", "seen", "failed", "unknown"

GIVE_UP_AFTER = timedelta(hours=24)
WATCHED_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
RETRY_AFTER_S = (5, 15, 60, 300, 900, 1800, 3600)
SETTLES_AFTER = timedelta(seconds=60)  # longer than a transaction that queues notifications takes
A_ROUND = 500

_RANK = {QUEUED: 0, SENT: 1, DELIVERED: 2, SEEN: 3}
_BAD_ENDS = {
    status.PERMANENT_FAILURE: FAILED,
    status.TECHNICAL_FAILURE: FAILED,
    status.CANCELLED: FAILED,
    status.UNKNOWN: UNKNOWN,
}


@dataclass(frozen=True)
class Reached:
    """A state of a notification that has not been called back; `reason` only where it ended badly."""

    state: str
    at: datetime
    reason: str | None = None


def begin_watching(session: Session) -> None:
    """At the first start with an address: what was queued before is not called back."""
    if not subscriptions.has_cursor(session, CURSOR):
        subscriptions.start_cursor(session, CURSOR, exchange.newest_notification_id(session))


def collect(session: Session, now: datetime) -> int:
    """Turns what happened to notifications about dossier events into callbacks; returns how many."""
    cursor = subscriptions.locked_cursor(session, CURSOR)
    for notification_id in exchange.unwatched_after(session, cursor.event_id, tuple(notice_kinds()), A_ROUND):
        exchange.insert_watch(session, notification_id, now)
    # Rows become visible in another order than their ids: so the cursor stays behind the last minute.
    cursor.event_id = exchange.settled_id(session, cursor.event_id, now - SETTLES_AFTER)
    session.flush()
    return sum(_look(session, watch, row, now) for watch, row in exchange.due_watches(session, now, A_ROUND))


def reached_since(last: str | None, row: Notification, now: datetime) -> Iterator[Reached]:
    """What a notification went through since `last`, in order."""
    if last is None:
        yield Reached(QUEUED, row.created_at)
        last = QUEUED
    elif last in (FAILED, UNKNOWN) and row.status in UNFINISHED:  # an operator had it sent again
        yield Reached(QUEUED, now)
        last = QUEUED
    bad_end = _BAD_ENDS.get(row.status)
    if bad_end is not None and last != bad_end and not row.delivered_at:
        yield Reached(bad_end, row.finished_at or now, row.error or row.status)
    rank = _RANK.get(last, 0)
    sent_at = row.finished_at if row.status in (status.SENT, status.DELIVERED) else None
    for state, at in ((SENT, sent_at), (DELIVERED, row.delivered_at), (SEEN, row.seen_at)):
        if at is not None and _RANK[state] > rank:
            yield Reached(state, at)


def body_of(callback: Callback) -> bytes:
    """What is posted: nothing about a person."""
    content = {
        "id": callback.public_id,
        "notification": str(callback.notification_id),
        "number": callback.number,
        "event_id": callback.event_id,
        "dossier_code": callback.dossier_code,
        "kind": callback.kind,
        "state": callback.reached,
        "channel": callback.channel,
        "reason": callback.reason,
        "at": callback.at.astimezone(LOCAL).isoformat(timespec="milliseconds"),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def note_taken(session: Session, callback_id: int, now: datetime) -> None:
    """The dossier system has it."""
    row = session.get(Callback, callback_id)
    row.state, row.finished_at, row.claimed_until, row.error = "taken", now, None, None
    row.attempts += 1


def note_refused(session: Session, callback_id: int, error: str, now: datetime) -> None:
    """Again later, or after 24 hours never: then it is listed."""
    row = session.get(Callback, callback_id)
    row.attempts += 1
    row.claimed_until, row.error = None, error[:60]
    if now >= row.give_up_at:
        row.state, row.finished_at = "failed", now
        return
    row.next_attempt_at = now + timedelta(seconds=RETRY_AFTER_S[min(row.attempts, len(RETRY_AFTER_S)) - 1])


def replay(session: Session, begin: datetime, now: datetime) -> int:
    """Sends every callback made since `begin` again, in order and under its old id; returns how many."""
    return exchange.replay_callbacks(session, begin, now, now + GIVE_UP_AFTER)


def tidy(session: Session, now: datetime) -> None:
    """Deletes callbacks that ended 30 days ago."""
    exchange.forget_old_callbacks(session, now - KEPT_FOR)


def _look(session: Session, watch: CallbackWatch, row: Notification | None, now: datetime) -> int:
    if row is None:  # its citizen was erased
        session.delete(watch)
        return 0
    found = list(reached_since(watch.last_state, row, now))
    for one in found:
        watch.number += 1
        watch.last_state = one.state
        session.add(_callback(watch, row, one, now))
    if watch.last_state == SEEN or now - row.created_at > WATCHED_FOR:
        session.delete(watch)
        return len(found)
    age_s = (now - row.created_at).total_seconds()
    watch.look_at = now + timedelta(seconds=1.0 if found else min(max(age_s / 10, 1.0), 3600.0))
    return len(found)


def _callback(watch: CallbackWatch, row: Notification, reached: Reached, now: datetime) -> Callback:
    return Callback(
        public_id=f"cb-{secrets.token_hex(12)}",
        notification_id=row.id,
        number=watch.number,
        event_id=row.event_id,
        dossier_code=row.dossier_code or "",
        kind=row.kind,
        channel=None if reached.state == QUEUED else row.channel,
        reached=reached.state,
        reason=reached.reason,
        at=reached.at,
        created_at=now,
        next_attempt_at=now,
        give_up_at=now + GIVE_UP_AFTER,
    )
