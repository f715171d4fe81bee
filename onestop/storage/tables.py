"""The tables of our own database (`ONESTOP_DATABASE_URL`).

The dossier system's database is another one: `dossier_tables`. Times are aware UTC; `UtcDateTime` keeps them so on
SQLite.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeMeta
from sqlalchemy.orm.decl_api import registry

from onestop.storage.column_types import UtcDateTime

mapper_registry = registry()


class Base(metaclass=DeclarativeMeta):
    """Declarative base of our own database."""

    __abstract__ = True
    registry = mapper_registry
    metadata = mapper_registry.metadata
    __init__ = mapper_registry.constructor


# Big ids on PostgreSQL; SQLite only counts up by itself on plain INTEGER.
_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


IS_UNRECORDED = sa.text("recorded_at IS NULL AND lane <> 'reply'")
"""Of a row of the outbox; as text, so that a partial index can be seen to hold what a query asks for."""


class Citizen(Base):
    """A person who writes to us. `id` is ours and random; Zalo's id stands in this table only."""

    __tablename__ = "citizen"
    __table_args__ = (
        sa.Index(
            "ix_citizen_phone",
            "phone",
            sqlite_where=sa.text("phone IS NOT NULL"),
            postgresql_where=sa.text("phone IS NOT NULL"),
        ),
    )

    id = sa.Column(sa.String(32), primary_key=True)
    zalo_user_id = sa.Column(sa.String(40), unique=True, nullable=True)
    created_at = sa.Column(UtcDateTime, nullable=False)
    follows_account = sa.Column(sa.Boolean, nullable=False, default=False)
    last_interaction_at = sa.Column(UtcDateTime)
    welcomed_at = sa.Column(UtcDateTime)
    silenced_until = sa.Column(UtcDateTime)
    unreachable_since = sa.Column(UtcDateTime)
    notifications_stopped_at = sa.Column(UtcDateTime)
    phone = sa.Column(sa.String(20))
    phone_linked_at = sa.Column(UtcDateTime)
    phone_proof = sa.Column(sa.String(20))  # code | desk: how the citizen proved that the phone is theirs


class InboxEvent(Base):
    """One event that Zalo posted, kept until its turn ended. `event_key` makes a repeat the same row."""

    __tablename__ = "inbox"
    __table_args__ = (sa.Index("ix_inbox_open", "state", "id"), {"sqlite_autoincrement": True})

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    event_key = sa.Column(sa.String(200), nullable=False, unique=True)
    zalo_user_id = sa.Column(sa.String(40), index=True)
    event_name = sa.Column(sa.String(60), nullable=False)
    body = sa.Column(sa.LargeBinary, nullable=False)
    occurred_at = sa.Column(UtcDateTime, nullable=False)
    received_at = sa.Column(UtcDateTime, nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="new")  # new | done | dead
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    not_before = sa.Column(UtcDateTime)
    error = sa.Column(sa.String(120))


class Notification(Base):
    """One thing to tell one citizen: a row of the outbox. `key` makes a repeated turn or event the same row.

    `channel` names the sender that takes it (`cs`: Zalo's consultation message, `template_uid`, `template_phone`,
    `sms`); with `alternatives` it is chosen when the row is sent. A row with `phone` goes to that number instead of the
    citizen's Zalo account. After `expires_at` it is worth nothing and is not sent. `brief` is its
    line in a digest; in lane `digest` it waits for one, and `digest_id` is the row that carried it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_due", "status", "lane", "next_attempt_at"),
        sa.Index("ix_outbox_citizen", "citizen_id", "status", "id"),
        sa.Index("ix_outbox_event", "kind", "event_id"),
        sa.Index(
            "ix_outbox_digest",
            "digest_id",
            sqlite_where=sa.text("digest_id IS NOT NULL"),
            postgresql_where=sa.text("digest_id IS NOT NULL"),
        ),
        sa.Index("ix_outbox_unrecorded", "status", "id", sqlite_where=IS_UNRECORDED, postgresql_where=IS_UNRECORDED),
        {"sqlite_autoincrement": True},
    )

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False)
    lane = sa.Column(sa.String(12), nullable=False)  # reply | code | notice | bulk | held | digest
    kind = sa.Column(sa.String(40), nullable=False)
    channel = sa.Column(sa.String(20), nullable=False, default="cs", server_default="cs")
    phone = sa.Column(sa.String(20))
    expires_at = sa.Column(UtcDateTime)
    event_id = sa.Column(_Id)  # dossier event; of a broadcast its id, of a digest its day (YYYYMMDD)
    dossier_code = sa.Column(sa.String(60))
    body = sa.Column(sa.JSON, nullable=False)
    alternatives = sa.Column(sa.JSON)  # {"template", "data", "sms"}: the same for channels outside the window
    tried = sa.Column(sa.String(80))  # channels that refused it, blanks between
    cost_vnd = sa.Column(sa.Integer)
    record = sa.Column(sa.Text)
    brief = sa.Column(sa.Text)
    digest_id = sa.Column(_Id)
    status = sa.Column(sa.String(20), nullable=False, default="created")
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    created_at = sa.Column(UtcDateTime, nullable=False)
    next_attempt_at = sa.Column(UtcDateTime, nullable=False)
    sending_since = sa.Column(UtcDateTime)
    claimed_at = sa.Column(sa.Float)  # machine time, seconds since 1970: must not jump with a moved clock
    claimed_by = sa.Column(sa.String(60))
    recorded_at = sa.Column(UtcDateTime)
    delivered_at = sa.Column(UtcDateTime)
    seen_at = sa.Column(UtcDateTime)
    finished_at = sa.Column(UtcDateTime)
    zalo_message_id = sa.Column(sa.String(160), index=True)
    error = sa.Column(sa.String(120))
    notice_code = sa.Column(sa.String(12), index=True)  # what a citizen asks by whether a message is ours


class Delivery(Base):
    """One attempt to send one notification, with what became of it."""

    __tablename__ = "delivery"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    notification_id = sa.Column(_Id, nullable=False, index=True)
    attempt = sa.Column(sa.Integer, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False)
    outcome = sa.Column(sa.String(20), nullable=False)
    channel = sa.Column(sa.String(20), nullable=False)
    error = sa.Column(sa.String(120))
    took_ms = sa.Column(sa.Integer)


class ButtonToken(Base):
    """What a button of ours means when its citizen taps it: an intent and its entities."""

    __tablename__ = "button_token"

    token = sa.Column(sa.String(40), primary_key=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    title = sa.Column(sa.String(100), nullable=False)
    intent = sa.Column(sa.String(60), nullable=False)
    entities = sa.Column(sa.JSON, nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False)
    expires_at = sa.Column(UtcDateTime, nullable=False)


class Topic(Base):
    """What is being talked about with one citizen; outlives Rasa's short sessions."""

    __tablename__ = "topic"

    citizen_id = sa.Column(sa.String(32), primary_key=True)
    dossier_code = sa.Column(sa.String(60))
    dossier_at = sa.Column(UtcDateTime)
    procedure_code = sa.Column(sa.String(60))
    procedure_at = sa.Column(UtcDateTime)
    agency_id = sa.Column(sa.String(80))
    agency_at = sa.Column(UtcDateTime)
    asked = sa.Column(sa.JSON)  # the open question: {"about": …, "choices": [{"title", "intent", "entities"}], …}
    asked_at = sa.Column(UtcDateTime)
    last_intent = sa.Column(sa.String(60))
    last_intent_at = sa.Column(UtcDateTime)


class Follow(Base):
    """A citizen who is told when a dossier changes. `proof` decides the wording: code | second_code | phone | desk."""

    __tablename__ = "follow"
    __table_args__ = (sa.UniqueConstraint("citizen_id", "dossier_code"),)

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    citizen_id = sa.Column(sa.String(32), nullable=False)
    dossier_code = sa.Column(sa.String(60), nullable=False, index=True)
    proof = sa.Column(sa.String(20), nullable=False, default="code")
    created_at = sa.Column(UtcDateTime, nullable=False)
    ended_at = sa.Column(UtcDateTime)


class Reminder(Base):
    """Something a citizen asked to be reminded of. Due ones become notifications."""

    __tablename__ = "reminder"
    __table_args__ = (sa.Index("ix_reminder_due", "state", "due_at"),)

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(120), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    text = sa.Column(sa.String(500), nullable=False)
    dossier_code = sa.Column(sa.String(60))
    due_at = sa.Column(UtcDateTime, nullable=False)
    # waiting | sent | done | cancelled | unwanted
    state = sa.Column(sa.String(12), nullable=False, default="waiting")
    created_at = sa.Column(UtcDateTime, nullable=False)
    changed_by = sa.Column(sa.String(200))  # the message that changed it last
    rule_kind = sa.Column(sa.String(40))  # asked for under a reminder by rule: that rule words it, if it still holds


class Feedback(Base):
    """A report, complaint, suggestion or praise. `code` reads PA-YYMMDD-NNNN and stays when it is reopened."""

    __tablename__ = "feedback"

    code = sa.Column(sa.String(20), primary_key=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    key = sa.Column(sa.String(120), nullable=False, unique=True)
    text = sa.Column(sa.Text, nullable=False)
    place = sa.Column(sa.String(300))
    dossier_code = sa.Column(sa.String(60))
    photos = sa.Column(sa.JSON, nullable=False, default=list)
    # received | taken | forwarded | answered | solved | reopened
    state = sa.Column(sa.String(20), nullable=False, default="received")
    created_at = sa.Column(UtcDateTime, nullable=False)
    due_on = sa.Column(sa.Date, nullable=False)
    answer = sa.Column(sa.Text)
    answered_at = sa.Column(UtcDateTime)
    # report | suggestion | praise | complaint | denunciation
    kind = sa.Column(sa.String(20), nullable=False, server_default="report")
    category = sa.Column(sa.String(40), nullable=False, server_default="other")
    unit_id = sa.Column(sa.String(80))
    unit_name = sa.Column(sa.String(200))
    is_anonymous = sa.Column(sa.Boolean, nullable=False, server_default=sa.false())
    taken_by = sa.Column(sa.String(60))
    times_reopened = sa.Column(sa.Integer, nullable=False, server_default="0")


class Rating(Base):
    """How satisfied a citizen was, 1 (very dissatisfied) to 5 (very satisfied)."""

    __tablename__ = "rating"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(120), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    dossier_code = sa.Column(sa.String(60))
    stars = sa.Column(sa.Integer, nullable=False)
    reason = sa.Column(sa.Text)
    created_at = sa.Column(UtcDateTime, nullable=False)
    changed_at = sa.Column(UtcDateTime)
    centre_id = sa.Column(sa.String(80))
    procedure_code = sa.Column(sa.String(60))


class Consent(Base):
    """What a citizen agreed to or withdrew, when, and in which words we had asked."""

    __tablename__ = "consent"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    purpose = sa.Column(sa.String(60), nullable=False)
    given = sa.Column(sa.Boolean, nullable=False)
    wording = sa.Column(sa.String(500), nullable=False)
    message_id = sa.Column(sa.String(200))
    at = sa.Column(UtcDateTime, nullable=False)


class OfficerRequest(Base):
    """A ticket: a citizen waits for an officer in the chat, or talks with one.

    `bot_returns_at` is when the assistant speaks again by itself; None while it never fell silent. `forgotten_at` is
    set when that happened though the citizen was not answered: the ticket stays listed.
    """

    __tablename__ = "officer_request"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(120), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False, index=True)
    question = sa.Column(sa.Text)
    state = sa.Column(sa.String(12), nullable=False, default="waiting")  # waiting | taken | ended
    created_at = sa.Column(UtcDateTime, nullable=False)
    ended_at = sa.Column(UtcDateTime)
    ended_by = sa.Column(sa.String(12))  # citizen | officer | time
    taken_by = sa.Column(sa.String(60))
    taken_at = sa.Column(UtcDateTime)
    bot_returns_at = sa.Column(UtcDateTime, index=True)
    forgotten_at = sa.Column(UtcDateTime)


class Erasure(Base):
    """A citizen asked that everything be forgotten. `receipt` is theirs to keep; the id goes when it is done.

    `citizen_mark` is the SHA-256 of the id that went: by it another store (the review store, a restored backup) finds
    what it has to erase too, and nobody finds a person.
    """

    __tablename__ = "erasure"

    receipt = sa.Column(sa.String(20), primary_key=True)
    key = sa.Column(sa.String(120), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), index=True)
    requested_at = sa.Column(UtcDateTime, nullable=False)
    finish_after = sa.Column(UtcDateTime, nullable=False)
    finished_at = sa.Column(UtcDateTime)
    citizen_mark = sa.Column(sa.String(64))


class LookupMiss(Base):
    """A look-up that found nothing: guessing is slowed, then stopped (design.md, "What a citizen may see")."""

    __tablename__ = "lookup_miss"
    __table_args__ = (sa.Index("ix_lookup_miss", "citizen_id", "at"),)

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    citizen_id = sa.Column(sa.String(32), nullable=False)
    at = sa.Column(UtcDateTime, nullable=False, index=True)


class ZaloToken(Base):
    """The pair of tokens of one official account, encrypted; refresh tokens are single-use."""

    __tablename__ = "zalo_token"

    oa_id = sa.Column(sa.String(40), primary_key=True)
    pair = sa.Column(sa.LargeBinary)
    expires_at = sa.Column(UtcDateTime)
    refreshed_at = sa.Column(UtcDateTime)
    lease_owner = sa.Column(sa.String(60))
    lease_until = sa.Column(sa.Float)  # machine time, seconds since 1970: a lease must not jump with a moved clock


class Cursor(Base):
    """How far a reader of an ever-growing list has come."""

    __tablename__ = "cursor"

    name = sa.Column(sa.String(60), primary_key=True)
    event_id = sa.Column(_Id, nullable=False, default=0)
