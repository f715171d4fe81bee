"""Queries over who wants to be told: follows and reminders."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Citizen, Cursor, Follow, Reminder


def followers_of(session: Session, dossier_code: str) -> list[tuple[Citizen, str]]:
    """Citizens who follow a dossier, with their proof (code | second_code | phone | desk)."""
    query = (
        sa.select(Citizen, Follow.proof)
        .join(Follow, Follow.citizen_id == Citizen.id)
        .where(Follow.dossier_code == dossier_code, Follow.ended_at.is_(None))
        .order_by(Follow.id)
    )
    return [(citizen, proof) for citizen, proof in session.execute(query)]


def ended_followers_of(session: Session, dossier_code: str) -> set[str]:
    """Citizens who said that they want to hear no more of a dossier."""
    query = sa.select(Follow.citizen_id).where(Follow.dossier_code == dossier_code, Follow.ended_at.is_not(None))
    return set(session.execute(query).scalars())


def due_reminders(session: Session, now: datetime, limit: int) -> list[Reminder]:
    """Reminders whose time has come, oldest first; rows that another notifier holds are left out.

    Those that a rule words are not among them (`rule_reminders.due_again`).
    """
    query = (
        sa.select(Reminder)
        .where(Reminder.state == "waiting", Reminder.due_at <= now, Reminder.rule_kind.is_(None))
        .order_by(Reminder.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def has_cursor(session: Session, name: str) -> bool:
    """Whether this reader ever read."""
    return session.get(Cursor, name) is not None


def locked_cursor(session: Session, name: str) -> Cursor:
    """How far this reader has come, locked until the transaction ends."""
    return session.execute(sa.select(Cursor).where(Cursor.name == name).with_for_update()).scalar_one()


def start_cursor(session: Session, name: str, event_id: int) -> None:
    """Lets a reader begin after `event_id`."""
    insert_once(session, Cursor, {"name": name, "event_id": event_id})
