"""Queries over questions that wait for a back-end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.control_tables import WaitingQuestion
from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once


def insert(session: Session, values: dict[str, Any]) -> bool:
    """Keeps a question; False where the same message's stands there already."""
    return insert_once(session, WaitingQuestion, values)


def by_id(session: Session, question_id: int) -> WaitingQuestion | None:
    """One question."""
    return session.get(WaitingQuestion, question_id)


def open_of(session: Session, citizen_id: str) -> list[WaitingQuestion]:
    """What this citizen still waits for, oldest first."""
    query = sa.select(WaitingQuestion).where(
        WaitingQuestion.citizen_id == citizen_id, WaitingQuestion.state.in_(("waiting", "asked"))
    )
    return list(session.execute(query.order_by(WaitingQuestion.id)).scalars())


def due(session: Session, now: datetime, limit: int) -> list[WaitingQuestion]:
    """Questions that may be asked again, oldest first; rows that another notifier holds are left out."""
    query = (
        sa.select(WaitingQuestion)
        .where(WaitingQuestion.state == "waiting", WaitingQuestion.next_try_at <= now)
        .order_by(WaitingQuestion.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def delete_ended(session: Session, before: datetime) -> int:
    """Forgets questions that ended before then; returns how many."""
    gone = sa.delete(WaitingQuestion).where(WaitingQuestion.ended_at <= before)
    return session.execute(gone.execution_options(synchronize_session=False)).rowcount
