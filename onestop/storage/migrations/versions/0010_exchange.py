"""The dossier system's pushes and our callbacks"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = onestop.storage.column_types.UtcDateTime(timezone=True)


def upgrade() -> None:
    _add_pushes()
    _add_callbacks()


def downgrade() -> None:
    for table in ("callback", "callback_watch", "pushed_event", "push_request"):
        op.drop_table(table)


def _add_pushes() -> None:
    op.create_table(
        "push_request",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_push_request_received_at"), "push_request", ["received_at"])
    op.create_table(
        "pushed_event",
        sa.Column("event_id", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("state_from", sa.Integer(), nullable=True),
        sa.Column("state_to", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("next_attempt_at", _MOMENT, nullable=False),
        sa.Column("give_up_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index(op.f("ix_pushed_event_received_at"), "pushed_event", ["received_at"])
    op.create_index("ix_pushed_event_due", "pushed_event", ["state", "next_attempt_at"])
    op.create_index("ix_pushed_event_dossier", "pushed_event", ["dossier_code", "state"])


def _add_callbacks() -> None:
    op.create_table(
        "callback_watch",
        sa.Column("notification_id", _ID, autoincrement=False, nullable=False),
        sa.Column("last_state", sa.String(length=12), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("look_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("notification_id"),
    )
    op.create_index(op.f("ix_callback_watch_look_at"), "callback_watch", ["look_at"])
    op.create_table(
        "callback",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("notification_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("reached", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("next_attempt_at", _MOMENT, nullable=False),
        sa.Column("give_up_at", _MOMENT, nullable=False),
        sa.Column("claimed_until", sa.Float(), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("notification_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_callback_created_at"), "callback", ["created_at"])
    op.create_index("ix_callback_due", "callback", ["state", "next_attempt_at"])
