"""Queries over feedback and ratings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Feedback, Rating


def feedback_by_key(session: Session, key: str) -> Feedback | None:
    """The feedback that a message made."""
    return session.execute(sa.select(Feedback).where(Feedback.key == key)).scalar_one_or_none()


def feedback_by_code(session: Session, code: str, citizen_id: str) -> Feedback | None:
    """The feedback with this code, if it is this citizen's."""
    query = sa.select(Feedback).where(Feedback.code == code, Feedback.citizen_id == citizen_id)
    return session.execute(query).scalar_one_or_none()


def feedback_of(session: Session, citizen_id: str, limit: int) -> list[Feedback]:
    """This citizen's feedback, newest first."""
    query = (
        sa.select(Feedback)
        .where(Feedback.citizen_id == citizen_id)
        .order_by(Feedback.created_at.desc(), Feedback.code.desc())
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def last_code(session: Session, prefix: str) -> str | None:
    """The greatest code that begins with `prefix` (`PA-260915-`)."""
    query = (
        sa.select(Feedback.code)
        .where(Feedback.code.startswith(prefix, autoescape=True))
        .order_by(sa.func.length(Feedback.code).desc(), Feedback.code.desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def insert_feedback(session: Session, values: dict[str, Any]) -> bool:
    """Adds feedback; False where its code or its key is taken."""
    return insert_once(session, Feedback, values)


def insert_rating(session: Session, values: dict[str, Any]) -> bool:
    """Adds a rating; False where its key is taken."""
    return insert_once(session, Rating, values)
