"""One-time codes and desk links"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    with op.batch_alter_table("citizen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_proof", sa.String(length=20), nullable=True))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=20), nullable=False, server_default="cs"))
        batch_op.add_column(sa.Column("phone", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("expires_at", moment, nullable=True))
    op.create_table(
        "one_time_code",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_one_time_code_citizen", "one_time_code", ["citizen_id", "created_at"])
    op.create_index("ix_one_time_code_phone", "one_time_code", ["phone_hash", "created_at"])
    op.create_index(op.f("ix_one_time_code_created_at"), "one_time_code", ["created_at"])
    op.create_table(
        "desk_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("officer", sa.String(length=60), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.Column("citizen_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_desk_link_citizen_id"), "desk_link", ["citizen_id"])
    op.create_table(
        "follow_block",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("citizen_id", "dossier_code"),
    )
    op.create_index(op.f("ix_follow_block_dossier_code"), "follow_block", ["dossier_code"])
    op.create_table(
        "voided_second_code",
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("dossier_code", "code_hash"),
    )


def downgrade() -> None:
    for table in ("voided_second_code", "follow_block", "desk_link", "one_time_code"):
        op.drop_table(table)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for column in ("expires_at", "phone", "channel"):
            batch_op.drop_column(column)
    with op.batch_alter_table("citizen", schema=None) as batch_op:
        batch_op.drop_column("phone_proof")
