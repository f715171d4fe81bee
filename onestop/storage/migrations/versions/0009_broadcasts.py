"""Broadcasts"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    op.create_table(
        "broadcast",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("corrects_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("tested_at", moment, nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_at", moment, nullable=True),
        sa.Column("scheduled_at", moment, nullable=True),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("cursor", sa.String(length=32), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcast_state", "broadcast", ["state", "scheduled_at"])
    op.create_table(
        "topic_subscription",
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id", "topic"),
    )
    op.create_index("ix_outbox_event", "outbox", ["kind", "event_id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_event", "outbox")
    for table in ("topic_subscription", "broadcast"):
        op.drop_table(table)
