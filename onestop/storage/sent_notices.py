"""Queries over notices that were sent: is a message ours?"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.tables import Notification

_ARRIVED = ("sending", "sent", "delivered", "unknown")


def by_code(session: Session, code: str) -> list[Notification]:
    """The notices that carry a code, newest first; nearly always one."""
    query = sa.select(Notification).where(Notification.notice_code == code, Notification.status.in_(_ARRIVED))
    return list(session.execute(query.order_by(Notification.id.desc())).scalars())


def sent_to(session: Session, citizen_id: str, since: datetime, limit: int = 200) -> list[Notification]:
    """The notices that one citizen got since then, newest first."""
    query = (
        sa.select(Notification)
        .where(Notification.citizen_id == citizen_id, Notification.notice_code.is_not(None))
        .where(Notification.status.in_(_ARRIVED), Notification.created_at >= since)
        .order_by(Notification.id.desc())
        .limit(limit)
    )
    return list(session.execute(query).scalars())
