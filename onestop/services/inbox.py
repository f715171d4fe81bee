"""The durable inbox: an event is kept before Zalo hears 200, and until its turn has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from onestop.log import get_logger
from onestop.storage import Session, inbox
from onestop.storage.inserts import insert_once
from onestop.storage.tables import InboxEvent

log = get_logger()

MAX_ATTEMPTS = 4
RETRY_AFTER_S = (2.0, 10.0, 60.0)
KNOWN_FOR = timedelta(days=30)
"""For how long an event is known to have come; an older one could be a recording played again."""


@dataclass(frozen=True)
class InboxItem:
    """One event that waits for its turn; `body` is what Zalo posted, byte for byte."""

    id: int
    event_key: str
    zalo_user_id: str | None
    body: bytes
    attempts: int


def store_event(
    session: Session,
    event_key: str,
    event_name: str,
    zalo_user_id: str | None,
    body: bytes,
    occurred_at: datetime,
    now: datetime,
) -> InboxItem | None:
    """Keeps an event; None where the same one was kept before, or may have been: it is older than we remember."""
    if now - occurred_at > KNOWN_FOR:
        log.info("inbox.too_old", event_name=event_name)
        return None
    values = {
        "event_key": event_key,
        "event_name": event_name,
        "zalo_user_id": zalo_user_id,
        "body": body,
        "occurred_at": occurred_at,
        "received_at": now,
        "state": "new",
        "attempts": 0,
    }
    if not insert_once(session, InboxEvent, values):
        return None
    row = session.query(InboxEvent.id).filter(InboxEvent.event_key == event_key).one()
    return InboxItem(row.id, event_key, zalo_user_id, body, 0)


def waiting_items(session: Session, now: datetime, limit: int = 200, after_id: int = 0) -> list[InboxItem]:
    """Events that wait for their turn, oldest first."""
    rows = inbox.open_events(session, now, limit, after_id)
    return [InboxItem(row.id, row.event_key, row.zalo_user_id, bytes(row.body), row.attempts) for row in rows]


def finish(session: Session, items: list[InboxItem]) -> None:
    """The turn of these events has ended."""
    inbox.end_events(session, [item.id for item in items], "done")


def retry_later(session: Session, items: list[InboxItem], now: datetime, error: str) -> bool:
    """Puts failed events back; after `MAX_ATTEMPTS` they are dead.

    Returns:
        Whether they will be tried again.
    """
    attempts = max(item.attempts for item in items) + 1
    ids = [item.id for item in items]
    if attempts >= MAX_ATTEMPTS:
        inbox.end_events(session, ids, "dead", error)
        return False
    wait_s = RETRY_AFTER_S[min(attempts, len(RETRY_AFTER_S)) - 1]
    inbox.postpone_events(session, ids, now + timedelta(seconds=wait_s), error)
    return True
