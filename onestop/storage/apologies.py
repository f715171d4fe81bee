"""Queries over apologies, and over who is to be told of late dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.notice_tables import Apology
from onestop.storage.tables import Notification

DRAFTED, CONFIRMED, SENT, WITHDRAWN = "drafted", "confirmed", "sent", "withdrawn"


def insert_apology(session: Session, values: dict[str, Any]) -> bool:
    """Adds a row unless there is one for this dossier and date."""
    return insert_once(session, Apology, values)


def apology_of(session: Session, dossier_code: str, due_at: datetime) -> Apology | None:
    """The row of a dossier's promised date, locked until the transaction ends."""
    query = sa.select(Apology).where(Apology.dossier_code == dossier_code, Apology.due_at == due_at)
    return session.execute(query.with_for_update()).scalar_one_or_none()


def apology_by_id(session: Session, apology_id: int) -> Apology | None:
    """One row, locked until the transaction ends."""
    return session.execute(sa.select(Apology).where(Apology.id == apology_id).with_for_update()).scalar_one_or_none()


def apology_of_event(session: Session, event_id: int) -> Apology | None:
    """The row whose new date came with this event, locked until the transaction ends."""
    query = sa.select(Apology).where(Apology.event_id == event_id).with_for_update()
    return session.execute(query).scalar_one_or_none()


def newest_open(session: Session, dossier_code: str) -> Apology | None:
    """The newest row of a dossier whose letter has not gone out."""
    query = (
        sa.select(Apology)
        .where(Apology.dossier_code == dossier_code, Apology.state.in_((DRAFTED, CONFIRMED)))
        .order_by(Apology.due_at.desc())
        .limit(1)
    )
    return session.execute(query.with_for_update()).scalar_one_or_none()


def apologies_in(session: Session, states: Sequence[str], limit: int = 500) -> list[Apology]:
    """Rows in these states, the most urgent first."""
    query = sa.select(Apology).where(Apology.state.in_(states)).order_by(Apology.due_at).limit(limit)
    return list(session.execute(query).scalars())


def held_letters(session: Session, limit: int = 100) -> list[Apology]:
    """Rows whose new date has come and whose letter has not gone out; rows that another notifier holds are left out."""
    query = (
        sa.select(Apology)
        .where(Apology.event_id.is_not(None), Apology.sent_at.is_(None), Apology.state.in_((DRAFTED, CONFIRMED)))
        .order_by(Apology.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def dates_of(session: Session, codes: Sequence[str]) -> dict[tuple[str, datetime], Apology]:
    """The rows of these dossiers, by dossier and promised date."""
    query = sa.select(Apology).where(Apology.dossier_code.in_(codes))
    return {(row.dossier_code, row.due_at): row for row in session.execute(query).scalars()}


def failed_codes(session: Session, codes: Sequence[str], kinds: Sequence[str]) -> set[str]:
    """Dossiers of these of which every message of these kinds failed for good."""
    failed = ("permanent-failure", "technical-failure")
    is_alive = sa.func.sum(sa.case((Notification.status.in_(failed), 0), else_=1))
    query = (
        sa.select(Notification.dossier_code)
        .where(Notification.dossier_code.in_(codes), Notification.kind.in_(kinds))
        .group_by(Notification.dossier_code)
        .having(is_alive == 0)
    )
    return set(session.execute(query).scalars())
