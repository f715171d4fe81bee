"""What dossier systems push to us, and what we call back."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class PushRequest(Base):
    """One accepted request of a dossier system: the same key with the same body gets the same answer."""

    __tablename__ = "push_request"

    key = sa.Column(sa.String(120), primary_key=True)
    body_sha256 = sa.Column(sa.String(64), nullable=False)
    answer = sa.Column(sa.JSON, nullable=False)
    received_at = sa.Column(UtcDateTime, nullable=False, index=True)


class PushedEvent(Base):
    """A dossier event that was pushed. `event_id` is the dossier system's own and makes a repeat the same row.

    States: waiting → done, or unresolved where its dossier never came into sight. `data` may hold an officer's reason
    and names of papers: it is emptied after 90 days.
    """

    __tablename__ = "pushed_event"
    __table_args__ = (
        sa.Index("ix_pushed_event_due", "state", "next_attempt_at"),
        sa.Index("ix_pushed_event_dossier", "dossier_code", "state"),
    )

    event_id = sa.Column(_Id, primary_key=True, autoincrement=False)
    kind = sa.Column(sa.String(40), nullable=False)
    dossier_code = sa.Column(sa.String(60), nullable=False)
    state_from = sa.Column(sa.Integer)
    state_to = sa.Column(sa.Integer, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False)
    data = sa.Column(sa.JSON, nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="waiting")  # waiting | done | unresolved
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    received_at = sa.Column(UtcDateTime, nullable=False, index=True)
    next_attempt_at = sa.Column(UtcDateTime, nullable=False)
    give_up_at = sa.Column(UtcDateTime, nullable=False)
    finished_at = sa.Column(UtcDateTime)


class CallbackWatch(Base):
    """A notification about a dossier event whose states are called back, and how far that has come.

    It is looked at more seldom the older it gets; the row goes when nothing more is to come.
    """

    __tablename__ = "callback_watch"

    notification_id = sa.Column(_Id, primary_key=True, autoincrement=False)
    last_state = sa.Column(sa.String(12))
    number = sa.Column(sa.Integer, nullable=False, default=0)
    look_at = sa.Column(UtcDateTime, nullable=False, index=True)


class Callback(Base):
    """One state of one notification, to be told to the dossier system; `public_id` lets it drop repeats.

    States: waiting → taken, or failed after 24 hours.
    """

    __tablename__ = "callback"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "number"),
        sa.Index("ix_callback_due", "state", "next_attempt_at"),
        {"sqlite_autoincrement": True},
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    public_id = sa.Column(sa.String(40), nullable=False, unique=True)
    notification_id = sa.Column(_Id, nullable=False)
    number = sa.Column(sa.Integer, nullable=False)
    event_id = sa.Column(_Id, nullable=False)
    dossier_code = sa.Column(sa.String(60), nullable=False)
    kind = sa.Column(sa.String(40), nullable=False)
    channel = sa.Column(sa.String(20))
    reached = sa.Column(sa.String(12), nullable=False)  # queued | sent | delivered | seen | failed | unknown
    reason = sa.Column(sa.String(120))
    at = sa.Column(UtcDateTime, nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="waiting")  # waiting | taken | failed
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    created_at = sa.Column(UtcDateTime, nullable=False, index=True)
    next_attempt_at = sa.Column(UtcDateTime, nullable=False)
    give_up_at = sa.Column(UtcDateTime, nullable=False)
    claimed_until = sa.Column(sa.Float)  # machine time, seconds since 1970
    error = sa.Column(sa.String(60))
    finished_at = sa.Column(UtcDateTime)
