"""Tables of who has proved what: one-time codes, desk links, and followers that an owner sent away."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class OneTimeCode(Base):
    """A one-time code that a citizen asked for; the code itself stands nowhere.

    A code for a phone that no dossier carries is the same row with a hash that nothing matches, so that neither words
    nor times tell the two apart. `phone` is emptied when the row closes; its keyed hash stays for a day, to count.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        sa.Index("ix_one_time_code_citizen", "citizen_id", "created_at"),
        sa.Index("ix_one_time_code_phone", "phone_hash", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32))  # null once the citizen was erased
    phone = sa.Column(sa.String(20))
    phone_hash = sa.Column(sa.String(64), nullable=False)
    code_hash = sa.Column(sa.String(64), nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="open")  # open | used | spent | replaced | cancelled
    tries = sa.Column(sa.Integer, nullable=False, default=0)
    last_try_key = sa.Column(sa.String(200))
    created_at = sa.Column(UtcDateTime, nullable=False, index=True)
    expires_at = sa.Column(UtcDateTime, nullable=False)


class DeskLink(Base):
    """An officer's one-time QR code, by the keyed hash of what it holds: it links a dossier's phone to a chat."""

    __tablename__ = "desk_link"

    token_hash = sa.Column(sa.String(64), primary_key=True)
    dossier_code = sa.Column(sa.String(60), nullable=False)
    officer = sa.Column(sa.String(60), nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False)
    expires_at = sa.Column(UtcDateTime, nullable=False)
    used_at = sa.Column(UtcDateTime)
    citizen_id = sa.Column(sa.String(32), index=True)  # who used it


class FollowBlock(Base):
    """A citizen whom a dossier's owner no longer lets follow it."""

    __tablename__ = "follow_block"
    __table_args__ = (sa.UniqueConstraint("citizen_id", "dossier_code"),)

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    citizen_id = sa.Column(sa.String(32), nullable=False)
    dossier_code = sa.Column(sa.String(60), nullable=False, index=True)
    created_at = sa.Column(UtcDateTime, nullable=False)


class VoidedSecondCode(Base):
    """A second code that its dossier's owner made void; a new one that the vendor prints is another hash."""

    __tablename__ = "voided_second_code"

    dossier_code = sa.Column(sa.String(60), primary_key=True)
    code_hash = sa.Column(sa.String(64), primary_key=True)
    created_at = sa.Column(UtcDateTime, nullable=False)
