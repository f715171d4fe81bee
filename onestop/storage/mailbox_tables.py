"""Tables around feedback, ratings and officers in the chat; the first of each stands in `tables`."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class FeedbackEvent(Base):
    """One thing that happened to feedback, and who did it: an officer's name, `citizen` or `system`."""

    __tablename__ = "feedback_event"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    code = sa.Column(sa.String(20), nullable=False, index=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    at = sa.Column(UtcDateTime, nullable=False)
    what = sa.Column(sa.String(20), nullable=False)
    who = sa.Column(sa.String(60), nullable=False)
    text = sa.Column(sa.Text)


class TicketMessage(Base):
    """What a citizen or an officer wrote while a ticket was open."""

    __tablename__ = "ticket_message"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    ticket_id = sa.Column(_Id, nullable=False, index=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    at = sa.Column(UtcDateTime, nullable=False)
    sender = sa.Column(sa.String(12), nullable=False)  # citizen | officer
    who = sa.Column(sa.String(60))
    text = sa.Column(sa.Text, nullable=False)
    files = sa.Column(sa.JSON, nullable=False, default=list)


class SurveyAnswer(Base):
    """One answer to one question of the survey after a rating."""

    __tablename__ = "survey_answer"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(120), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    rating_id = sa.Column(_Id, nullable=False, index=True)
    question = sa.Column(sa.String(40), nullable=False)
    answer = sa.Column(sa.Integer, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False)


class AuditEntry(Base):
    """What an officer did or looked at: who, what, when. Never a citizen's words."""

    __tablename__ = "audit_entry"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    at = sa.Column(UtcDateTime, nullable=False, index=True)
    who = sa.Column(sa.String(60), nullable=False)
    what = sa.Column(sa.String(60), nullable=False)
    subject = sa.Column(sa.String(60))
    detail = sa.Column(sa.JSON, nullable=False)
