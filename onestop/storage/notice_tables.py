"""Our tables behind notifications: what a centre decides, apologies under way, papers sent as pictures."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class CentreSetting(Base):
    """What one centre decides otherwise than the product's default; centre `*` stands for all of them."""

    __tablename__ = "centre_setting"

    centre_id = sa.Column(sa.String(80), primary_key=True)
    name = sa.Column(sa.String(60), primary_key=True)  # notify.<kind>, apology.…, remind.<kind>.…
    value = sa.Column(sa.String(40), nullable=False)
    changed_at = sa.Column(UtcDateTime, nullable=False)


class Apology(Base):
    """A promised date that is at risk or has passed: one row a dossier and date.

    `drafted` → `confirmed` → `sent`, or `withdrawn` when the dossier went on in time. `late_told_at` is when its
    followers were told that the date passed without a new one; `audience` how many they were.
    """

    __tablename__ = "apology"
    __table_args__ = (
        sa.UniqueConstraint("dossier_code", "due_at"),
        sa.Index("ix_apology_state", "state", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    dossier_code = sa.Column(sa.String(60), nullable=False)
    centre_id = sa.Column(sa.String(80), nullable=False)
    due_at = sa.Column(UtcDateTime, nullable=False)
    step = sa.Column(sa.String(200))
    state = sa.Column(sa.String(12), nullable=False)
    prepared_at = sa.Column(UtcDateTime, nullable=False)
    confirmed_at = sa.Column(UtcDateTime)
    confirmed_by = sa.Column(sa.String(60))
    event_id = sa.Column(_Id, index=True)
    new_due_at = sa.Column(UtcDateTime)
    sent_at = sa.Column(UtcDateTime)
    late_told_at = sa.Column(UtcDateTime)
    audience = sa.Column(sa.Integer)


class SupplementPhoto(Base):
    """A picture or file that a citizen sent for one missing paper, kept for the officer until `delete_after`."""

    __tablename__ = "supplement_photo"
    __table_args__ = (
        sa.Index("ix_supplement_photo_request", "dossier_code", "request_id"),
        {"sqlite_autoincrement": True},
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(220), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    dossier_code = sa.Column(sa.String(60), nullable=False)
    request_id = sa.Column(_Id, nullable=False)
    item_number = sa.Column(sa.Integer, nullable=False)
    item_name = sa.Column(sa.Text, nullable=False)
    file_ref = sa.Column(sa.String(200), nullable=False)
    size_bytes = sa.Column(sa.Integer, nullable=False)
    sent_at = sa.Column(UtcDateTime, nullable=False)
    delete_after = sa.Column(UtcDateTime, nullable=False, index=True)


class SupplementAnswer(Base):
    """How far one citizen has come in answering one request to supplement."""

    __tablename__ = "supplement_answer"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    dossier_code = sa.Column(sa.String(60), primary_key=True)
    request_id = sa.Column(_Id, primary_key=True, autoincrement=False)
    item_number = sa.Column(sa.Integer, nullable=False)  # the one that is being answered
    skipped = sa.Column(sa.JSON, nullable=False)  # numbers of items
    updated_at = sa.Column(UtcDateTime, nullable=False)
    finished_at = sa.Column(UtcDateTime)
