"""Reasons of ratings, questions to officers, erasures"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
    with op.batch_alter_table("officer_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question", sa.Text(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=True),
        sa.Column("requested_at", moment, nullable=False),
        sa.Column("finish_after", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("receipt"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_citizen_id"), ["citizen_id"], unique=False)


def downgrade() -> None:
    op.drop_table("erasure")
    with op.batch_alter_table("officer_request", schema=None) as batch_op:
        batch_op.drop_column("question")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_column("reason")
