"""Queries over feedback, ratings and survey answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.mailbox_tables import FeedbackEvent, SurveyAnswer
from onestop.storage.tables import Feedback, Notification, Rating

OPEN_STATES = ("received", "taken", "forwarded", "reopened")


def feedback_by_key(session: Session, key: str) -> Feedback | None:
    """The feedback that a message made."""
    return session.execute(sa.select(Feedback).where(Feedback.key == key)).scalar_one_or_none()


def feedback_by_code(session: Session, code: str, citizen_id: str) -> Feedback | None:
    """The feedback with this code, if it is this citizen's."""
    query = sa.select(Feedback).where(Feedback.code == code, Feedback.citizen_id == citizen_id)
    return session.execute(query).scalar_one_or_none()


def any_feedback(session: Session, code: str) -> Feedback | None:
    """The feedback with this code, whoever sent it: for officers only. Locked until the transaction ends."""
    return session.execute(sa.select(Feedback).where(Feedback.code == code).with_for_update()).scalar_one_or_none()


def feedback_of(session: Session, citizen_id: str, limit: int) -> list[Feedback]:
    """This citizen's feedback, newest first."""
    query = (
        sa.select(Feedback)
        .where(Feedback.citizen_id == citizen_id)
        .order_by(Feedback.created_at.desc(), Feedback.code.desc())
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def list_feedback(
    session: Session,
    *,
    states: tuple[str, ...] = (),
    category: str | None = None,
    unit_id: str | None = None,
    overdue_on: date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Feedback]:
    """Feedback for officers, what is due first on top.

    Args:
        overdue_on: Only what is unanswered and was due before this day.
    """
    query = sa.select(Feedback).order_by(Feedback.due_on, Feedback.created_at, Feedback.code)
    if states:
        query = query.where(Feedback.state.in_(states))
    if category is not None:
        query = query.where(Feedback.category == category)
    if unit_id is not None:
        query = query.where(Feedback.unit_id == unit_id)
    if overdue_on is not None:
        query = query.where(Feedback.state.in_(OPEN_STATES), Feedback.due_on < overdue_on)
    return list(session.execute(query.limit(limit).offset(offset)).scalars())


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


def insert_event(session: Session, values: dict[str, Any]) -> bool:
    """Adds a step of feedback; False where its key is taken."""
    return insert_once(session, FeedbackEvent, values)


def events_of(session: Session, code: str) -> list[FeedbackEvent]:
    """What happened to feedback, in order."""
    query = sa.select(FeedbackEvent).where(FeedbackEvent.code == code).order_by(FeedbackEvent.id)
    return list(session.execute(query).scalars())


def insert_rating(session: Session, values: dict[str, Any]) -> bool:
    """Adds a rating; False where its key is taken."""
    return insert_once(session, Rating, values)


def rating_by_key(session: Session, key: str) -> Rating | None:
    """The rating with this key."""
    return session.execute(sa.select(Rating).where(Rating.key == key)).scalar_one_or_none()


def newest_general_rating(session: Session, citizen_id: str, since: datetime) -> Rating | None:
    """This citizen's newest rating that is tied to no dossier."""
    query = sa.select(Rating).where(
        Rating.citizen_id == citizen_id, Rating.dossier_code.is_(None), Rating.created_at >= since
    )
    return session.execute(query.order_by(Rating.created_at.desc()).limit(1)).scalar_one_or_none()


def rating_by_id(session: Session, rating_id: int, citizen_id: str) -> Rating | None:
    """A rating, if it is this citizen's."""
    query = sa.select(Rating).where(Rating.id == rating_id, Rating.citizen_id == citizen_id)
    return session.execute(query).scalar_one_or_none()


def newest_told(session: Session, citizen_id: str, kind: str, since: datetime) -> str | None:
    """The dossier of the newest message of this kind to this citizen."""
    query = (
        sa.select(Notification.dossier_code)
        .where(Notification.citizen_id == citizen_id, Notification.kind == kind, Notification.created_at >= since)
        .order_by(Notification.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def keep_survey_answer(session: Session, values: dict[str, Any]) -> None:
    """Keeps an answer; the same question answered anew replaces the answer before."""
    if not insert_once(session, SurveyAnswer, values):
        session.execute(
            sa.update(SurveyAnswer)
            .where(SurveyAnswer.key == values["key"])
            .values(answer=values["answer"], at=values["at"])
        )


def answers_of(session: Session, rating_id: int) -> dict[str, int]:
    """The survey's answers beside a rating: question to answer."""
    query = sa.select(SurveyAnswer).where(SurveyAnswer.rating_id == rating_id)
    return {row.question: row.answer for row in session.execute(query).scalars()}
