"""Queries over reminders by rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once, upsert
from onestop.storage.rule_tables import ReminderStop, RuleReminder
from onestop.storage.tables import Citizen, Follow, Notification, Reminder

PLANNED, QUEUED, MOVED_ON, STALE, UNWANTED = "planned", "queued", "moved_on", "stale", "unwanted"
_WAITS = ("created", "temporary-failure")


def insert_occasion(session: Session, values: dict[str, Any]) -> bool:
    """Adds an occasion unless it is there already."""
    return insert_once(session, RuleReminder, values)


def known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these occasions are there already."""
    query = sa.select(RuleReminder.key).where(RuleReminder.key.in_(keys))
    return set(session.execute(query).scalars())


def planned_after(session: Session, after_id: int, limit: int) -> list[RuleReminder]:
    """Occasions still to come, past an id, in its order; rows that another notifier holds are left out."""
    query = (
        sa.select(RuleReminder)
        .where(RuleReminder.state == PLANNED, RuleReminder.id > after_id)
        .order_by(RuleReminder.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def due(session: Session, now: datetime, limit: int) -> list[RuleReminder]:
    """Occasions whose time has come, oldest first; rows that another notifier holds are left out."""
    query = (
        sa.select(RuleReminder)
        .where(RuleReminder.state == PLANNED, RuleReminder.due_at <= now)
        .order_by(RuleReminder.due_at, RuleReminder.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def newest(session: Session, state: str | None, limit: int) -> list[RuleReminder]:
    """Occasions by the time they are tried, the last first."""
    query = sa.select(RuleReminder).order_by(RuleReminder.due_at.desc(), RuleReminder.id.desc()).limit(limit)
    if state is not None:
        query = query.where(RuleReminder.state == state)
    return list(session.execute(query).scalars())


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many occasions stand in which state, by kind."""
    query = sa.select(RuleReminder.kind, RuleReminder.state, sa.func.count()).group_by(
        RuleReminder.kind, RuleReminder.state
    )
    return {(kind, state): count for kind, state, count in session.execute(query)}


def due_again(session: Session, now: datetime, limit: int) -> list[Reminder]:
    """Reminders asked for under one by rule whose time has come; rows that another notifier holds are left out."""
    query = (
        sa.select(Reminder)
        .where(Reminder.state == "waiting", Reminder.due_at <= now, Reminder.rule_kind.is_not(None))
        .order_by(Reminder.due_at, Reminder.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def audience_since(
    session: Session, codes: Sequence[str], phones: Sequence[str]
) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Since when somebody follows each of these dossiers, and since when each of these phones is linked."""
    follows = (
        sa.select(Follow.dossier_code, sa.func.min(Follow.created_at))
        .where(Follow.dossier_code.in_(codes), Follow.ended_at.is_(None))
        .group_by(Follow.dossier_code)
    )
    owners = (
        sa.select(Citizen.phone, sa.func.min(Citizen.phone_linked_at))
        .where(Citizen.phone.in_(phones), Citizen.phone_linked_at.is_not(None))
        .group_by(Citizen.phone)
    )
    return _pairs(session, follows), _pairs(session, owners)


def follow_times(session: Session, dossier_code: str) -> dict[str, datetime]:
    """When each citizen began to follow a dossier."""
    query = sa.select(Follow.citizen_id, Follow.created_at).where(Follow.dossier_code == dossier_code)
    return _pairs(session, query)


def stop(session: Session, citizen_id: str, dossier_code: str, now: datetime) -> None:
    """This citizen is reminded of this dossier no more."""
    upsert(session, ReminderStop, {"citizen_id": citizen_id, "dossier_code": dossier_code}, {"stopped_at": now})


def resume(session: Session, citizen_id: str, dossier_code: str) -> None:
    """This citizen is reminded of this dossier again."""
    gone = sa.delete(ReminderStop).where(
        ReminderStop.citizen_id == citizen_id, ReminderStop.dossier_code == dossier_code
    )
    session.execute(gone.execution_options(synchronize_session=False))


def stopped_by(session: Session, dossier_code: str) -> set[str]:
    """Citizens who want no reminders of a dossier."""
    query = sa.select(ReminderStop.citizen_id).where(ReminderStop.dossier_code == dossier_code)
    return set(session.execute(query).scalars())


def waiting_rows(session: Session, ids: Sequence[int], kinds: Sequence[str]) -> list[Notification]:
    """Rows of the outbox among these that are reminders by rule and that nobody is sending."""
    query = sa.select(Notification).where(
        Notification.id.in_(ids), Notification.kind.in_(kinds), Notification.status.in_(_WAITS)
    )
    return list(session.execute(query.with_for_update(skip_locked=True)).scalars())


def queued_rows(session: Session, citizen_id: str, dossier_code: str, kinds: Sequence[str]) -> list[Notification]:
    """Reminders by rule of a dossier that wait to be sent to one citizen."""
    query = sa.select(Notification).where(
        Notification.citizen_id == citizen_id,
        Notification.dossier_code == dossier_code,
        Notification.kind.in_(kinds),
        Notification.status.in_(_WAITS),
    )
    return list(session.execute(query.with_for_update()).scalars())


def waiting_again(session: Session, citizen_id: str, dossier_code: str) -> list[Reminder]:
    """Reminders asked for under one by rule that this citizen still waits for, of one dossier."""
    query = sa.select(Reminder).where(
        Reminder.citizen_id == citizen_id,
        Reminder.dossier_code == dossier_code,
        Reminder.rule_kind.is_not(None),
        Reminder.state == "waiting",
    )
    return list(session.execute(query).scalars())


def _pairs(session: Session, query: Any) -> dict[str, datetime]:
    return {name: at for name, at in session.execute(query)}
