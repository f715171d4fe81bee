"""Queries over what went, or will go, unasked to citizens on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.tables import Notification

_LANES = ("notice", "bulk", "held")


def sent_since(session: Session, citizen_ids: Sequence[str], since: datetime) -> list[tuple[str, str, datetime]]:
    """What these citizens got unasked on Zalo since then, or will get: citizen, kind, moment."""
    at = sa.func.coalesce(Notification.finished_at, Notification.next_attempt_at)
    query = (
        sa.select(Notification.citizen_id, Notification.kind, at)
        .where(Notification.citizen_id.in_(citizen_ids), Notification.lane.in_(_LANES), at >= since)
        .where(Notification.status != "cancelled", Notification.phone.is_(None))
    )
    return [(citizen_id, kind, moment) for citizen_id, kind, moment in session.execute(query)]
