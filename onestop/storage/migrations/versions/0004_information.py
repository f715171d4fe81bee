"""Information look-ups and subscriptions"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    op.create_table(
        "information_record",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("area", sa.String(length=80), nullable=True),
        sa.Column("starts_at", moment, nullable=True),
        sa.Column("ends_at", moment, nullable=True),
        sa.Column("visible_from", moment, nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key"),
    )
    op.create_index("ix_information_record_name", "information_record", ["kind", "name"])
    op.create_index("ix_information_record_area", "information_record", ["kind", "area"])
    op.create_table(
        "information_load",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("loaded_at", moment, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_information_load_kind", "information_load", ["kind"])
    op.create_table(
        "area_subscription",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("citizen_id", "kind", "area"),
    )
    op.create_index("ix_area_subscription_area", "area_subscription", ["kind", "area"])
    op.create_table(
        "area_notice",
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_key", sa.String(length=400), nullable=False),
        sa.Column("forget_after", moment, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id", "kind", "record_key"),
    )
    op.create_index("ix_area_notice_forget_after", "area_notice", ["forget_after"])
    op.create_table(
        "information_topic",
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id"),
    )


def downgrade() -> None:
    for table in ("information_topic", "area_notice", "area_subscription", "information_load", "information_record"):
        op.drop_table(table)
