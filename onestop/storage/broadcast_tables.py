"""Broadcasts of the administration, and which topics citizens want to hear of."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Broadcast(Base):
    """One message to many. States: draft → approved → sending ⇄ paused → done; cancelled from any of the first four.

    `audience` is `onestop.services.broadcasts.Audience` as JSON. `cursor` is the last citizen looked at. Rows of the
    outbox of kind `broadcast` carry the broadcast's id as `event_id`.
    """

    __tablename__ = "broadcast"
    __table_args__ = (sa.Index("ix_broadcast_state", "state", "scheduled_at"), {"sqlite_autoincrement": True})

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    topic = sa.Column(sa.String(40), nullable=False)
    text = sa.Column(sa.Text, nullable=False)
    url = sa.Column(sa.String(500))
    audience = sa.Column(sa.JSON, nullable=False)
    is_emergency = sa.Column(sa.Boolean, nullable=False, default=False)
    corrects_id = sa.Column(_Id)
    state = sa.Column(sa.String(12), nullable=False, default="draft")
    created_by = sa.Column(sa.String(80), nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False)
    tested_at = sa.Column(UtcDateTime)
    approved_by = sa.Column(sa.String(80))
    approved_at = sa.Column(UtcDateTime)
    emergency_by = sa.Column(sa.String(80))  # who, besides its author, stands for it being an emergency
    scheduled_at = sa.Column(UtcDateTime)
    started_at = sa.Column(UtcDateTime)
    finished_at = sa.Column(UtcDateTime)
    cursor = sa.Column(sa.String(32), nullable=False, default="")
    queued = sa.Column(sa.Integer, nullable=False, default=0)
    skipped = sa.Column(sa.Integer, nullable=False, default=0)


class TopicSubscription(Base):
    """A citizen wants to hear of a topic (`onestop/services/broadcast_topics.json`)."""

    __tablename__ = "topic_subscription"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    topic = sa.Column(sa.String(40), primary_key=True)
    created_at = sa.Column(UtcDateTime, nullable=False)
