"""Tables of what citizens decide about themselves, and of questions that wait for a back-end."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class CitizenSetting(Base):
    """One thing that a citizen decided: a kind of message switched off (`notices.news`), or how we speak (`speech`)."""

    __tablename__ = "citizen_setting"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    name = sa.Column(sa.String(40), primary_key=True)
    value = sa.Column(sa.String(20), nullable=False)
    changed_at = sa.Column(UtcDateTime, nullable=False)


class WaitingQuestion(Base):
    """A question asked while a back-end was down, answered unasked once it is back. At most one of a kind a citizen.

    `key` is the message that asked; `intent` and `entities` are what it means, so that nothing is understood anew.
    """

    __tablename__ = "waiting_question"
    __table_args__ = (sa.Index("ix_waiting_question_due", "state", "next_try_at"),)

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    text = sa.Column(sa.Text, nullable=False)
    intent = sa.Column(sa.String(60), nullable=False)
    entities = sa.Column(sa.JSON, nullable=False)
    asked_at = sa.Column(UtcDateTime, nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="waiting")  # waiting | asked | answered | dropped
    tries = sa.Column(sa.Integer, nullable=False, default=0)
    next_try_at = sa.Column(UtcDateTime, nullable=False)
    ended_at = sa.Column(UtcDateTime)


class DataExport(Base):
    """A file with everything that we hold of one citizen, sent to them; it is deleted after a day."""

    __tablename__ = "data_export"

    key = sa.Column(sa.String(200), primary_key=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    file_ref = sa.Column(sa.String(200), nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False)
    delete_after = sa.Column(UtcDateTime, nullable=False, index=True)
