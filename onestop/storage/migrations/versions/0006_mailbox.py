"""Feedback, surveys, officers' tickets"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _moment() -> onestop.storage.column_types.UtcDateTime:
    return onestop.storage.column_types.UtcDateTime(timezone=True)


def _id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), server_default="report", nullable=False))
        batch_op.add_column(sa.Column("category", sa.String(length=40), server_default="other", nullable=False))
        batch_op.add_column(sa.Column("unit_id", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("unit_name", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("is_anonymous", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("taken_by", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("times_reopened", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_at", _moment(), nullable=True))
        batch_op.add_column(sa.Column("centre_id", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("procedure_code", sa.String(length=60), nullable=True))
    with op.batch_alter_table("officer_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_by", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("taken_by", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("taken_at", _moment(), nullable=True))
        batch_op.add_column(sa.Column("bot_returns_at", _moment(), nullable=True))
        batch_op.add_column(sa.Column("forgotten_at", _moment(), nullable=True))
        batch_op.create_index("ix_officer_request_bot_returns_at", ["bot_returns_at"], unique=False)
    op.create_table(
        "feedback_event",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_feedback_event_code", "feedback_event", ["code"], unique=False)
    op.create_index("ix_feedback_event_citizen_id", "feedback_event", ["citizen_id"], unique=False)
    op.create_table(
        "ticket_message",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("sender", sa.String(length=12), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_ticket_message_ticket_id", "ticket_message", ["ticket_id"], unique=False)
    op.create_index("ix_ticket_message_citizen_id", "ticket_message", ["citizen_id"], unique=False)
    op.create_table(
        "survey_answer",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("rating_id", _id(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_survey_answer_citizen_id", "survey_answer", ["citizen_id"], unique=False)
    op.create_index("ix_survey_answer_rating_id", "survey_answer", ["rating_id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)


def downgrade() -> None:
    for table in ("audit_entry", "survey_answer", "ticket_message", "feedback_event"):
        op.drop_table(table)
    with op.batch_alter_table("officer_request", schema=None) as batch_op:
        batch_op.drop_index("ix_officer_request_bot_returns_at")
        for column in ("forgotten_at", "bot_returns_at", "taken_at", "taken_by", "ended_by"):
            batch_op.drop_column(column)
    with op.batch_alter_table("rating", schema=None) as batch_op:
        for column in ("procedure_code", "centre_id", "changed_at"):
            batch_op.drop_column(column)
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        for column in ("times_reopened", "taken_by", "is_anonymous", "unit_name", "unit_id", "category", "kind"):
            batch_op.drop_column(column)
