"""Queries over the inbox."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.tables import InboxEvent


def open_events(session: Session, now: datetime, limit: int, after_id: int = 0) -> list[InboxEvent]:
    """Events whose turn has not ended and may be tried now, oldest first.

    An event that waits for its next try holds back the later ones of its citizen, so that order is kept.
    """
    held = (
        sa.select(InboxEvent.zalo_user_id)
        .where(InboxEvent.state == "new", InboxEvent.not_before > now, InboxEvent.zalo_user_id.is_not(None))
        .scalar_subquery()
    )
    query = (
        sa.select(InboxEvent)
        .where(InboxEvent.state == "new", InboxEvent.id > after_id)
        .where(sa.or_(InboxEvent.zalo_user_id.is_(None), InboxEvent.zalo_user_id.not_in(held)))
        .order_by(InboxEvent.id)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def end_events(session: Session, ids: list[int], state: str, error: str | None = None) -> None:
    """Marks events as `done` or `dead`."""
    values = {"state": state, "error": error}
    session.execute(sa.update(InboxEvent).where(InboxEvent.id.in_(ids)).values(**values))


def postpone_events(session: Session, ids: list[int], not_before: datetime, error: str) -> None:
    """Lets events be tried again at `not_before`, one attempt more."""
    values = {"not_before": not_before, "attempts": InboxEvent.attempts + 1, "error": error}
    session.execute(sa.update(InboxEvent).where(InboxEvent.id.in_(ids)).values(**values))
