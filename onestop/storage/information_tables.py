"""Tables of the information look-ups: one table holds the records of every kind, so a new kind needs no migration."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class InformationRecord(Base):
    """One line of an imported file. What a kind searches by stands in columns, the rest in `data`.

    `key` names the record within its kind; `name` is what people look it up by, as the kind's provider writes it;
    `area` is the id of a commune's centre. `visible_from` holds back what is not public yet.
    """

    __tablename__ = "information_record"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_information_record_name", "kind", "name"),
        sa.Index("ix_information_record_area", "kind", "area"),
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    kind = sa.Column(sa.String(40), nullable=False)
    key = sa.Column(sa.String(400), nullable=False)
    name = sa.Column(sa.String(300))
    area = sa.Column(sa.String(80))
    starts_at = sa.Column(UtcDateTime)
    ends_at = sa.Column(UtcDateTime)
    visible_from = sa.Column(UtcDateTime)
    latitude = sa.Column(sa.Float)
    longitude = sa.Column(sa.Float)
    data = sa.Column(sa.JSON, nullable=False)
    source = sa.Column(sa.String(300), nullable=False)
    checked_on = sa.Column(sa.Date, nullable=False)


class InformationLoad(Base):
    """One import that counted: when, and what it changed."""

    __tablename__ = "information_load"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    kind = sa.Column(sa.String(40), nullable=False, index=True)
    loaded_at = sa.Column(UtcDateTime, nullable=False)
    rows = sa.Column(sa.Integer, nullable=False)
    added = sa.Column(sa.Integer, nullable=False)
    changed = sa.Column(sa.Integer, nullable=False)
    removed = sa.Column(sa.Integer, nullable=False)


class AreaSubscription(Base):
    """A citizen who is told of new records of a kind in a commune."""

    __tablename__ = "area_subscription"
    __table_args__ = (
        sa.UniqueConstraint("citizen_id", "kind", "area"),
        sa.Index("ix_area_subscription_area", "kind", "area"),
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    citizen_id = sa.Column(sa.String(32), nullable=False)
    kind = sa.Column(sa.String(40), nullable=False)
    area = sa.Column(sa.String(80), nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False)


class AreaNotice(Base):
    """A record of which a citizen was told: once, however often the file is imported."""

    __tablename__ = "area_notice"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    kind = sa.Column(sa.String(40), primary_key=True)
    record_key = sa.Column(sa.String(400), primary_key=True)
    forget_after = sa.Column(UtcDateTime, nullable=False, index=True)


class InformationTopic(Base):
    """The last look-up of a citizen and what is known of it, for a follow-up ("còn ngày mốt?")."""

    __tablename__ = "information_topic"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    intent = sa.Column(sa.String(60), nullable=False)
    facts = sa.Column(sa.JSON, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False)
