"""Tables of reminders that come by rule, and of citizens who want none for a dossier."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class RuleReminder(Base):
    """One occasion on which a rule reminds of a dossier; `key` (kind, dossier, occasion) makes it happen once.

    It names nobody: whom it concerns is found when it is sent. States: `planned` → `queued` (rows of the outbox were
    made), or one of the ends at which nothing is sent: `moved_on` (the dossier went on), `stale` (its time passed),
    `unwanted` (switched off, or nobody takes it).
    """

    __tablename__ = "rule_reminder"
    __table_args__ = (sa.Index("ix_rule_reminder_due", "state", "due_at"), {"sqlite_autoincrement": True})

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(180), nullable=False, unique=True)
    kind = sa.Column(sa.String(40), nullable=False)
    dossier_code = sa.Column(sa.String(60), nullable=False)
    centre_id = sa.Column(sa.String(80), nullable=False)
    occasion = sa.Column(sa.String(60), nullable=False)
    nominal_at = sa.Column(UtcDateTime, nullable=False)  # when the rule says
    due_at = sa.Column(UtcDateTime, nullable=False)  # when it is tried, put off by nights and days that are not worked
    expires_at = sa.Column(UtcDateTime, nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="planned")
    planned_at = sa.Column(UtcDateTime, nullable=False)
    ended_at = sa.Column(UtcDateTime)
    told = sa.Column(sa.Integer)


class ReminderStop(Base):
    """A citizen wants no reminders by rule about this dossier; its news still come."""

    __tablename__ = "reminder_stop"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    dossier_code = sa.Column(sa.String(60), primary_key=True)
    stopped_at = sa.Column(UtcDateTime, nullable=False)
