"""Queries over what citizens asked to be reminded of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Reminder


def insert_reminder(session: Session, values: dict[str, Any]) -> Reminder:
    """Adds a reminder, or finds the one that the same message made before."""
    insert_once(session, Reminder, values)
    return session.execute(sa.select(Reminder).where(Reminder.key == values["key"])).scalar_one()


def waiting_reminders(session: Session, citizen_id: str) -> list[Reminder]:
    """What this citizen will be reminded of, soonest first."""
    query = (
        sa.select(Reminder)
        .where(Reminder.citizen_id == citizen_id, Reminder.state == "waiting")
        .order_by(Reminder.due_at, Reminder.id)
    )
    return list(session.execute(query).scalars())


def reminder_of(session: Session, citizen_id: str, reminder_id: int) -> Reminder | None:
    """One reminder, if it is this citizen's."""
    query = sa.select(Reminder).where(Reminder.id == reminder_id, Reminder.citizen_id == citizen_id)
    return session.execute(query).scalar_one_or_none()


def last_sent(session: Session, citizen_id: str, since: datetime) -> Reminder | None:
    """The reminder of this citizen that came due last, if that was since then and it was sent."""
    query = (
        sa.select(Reminder)
        .where(Reminder.citizen_id == citizen_id, Reminder.state == "sent", Reminder.due_at >= since)
        .order_by(Reminder.due_at.desc(), Reminder.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()
