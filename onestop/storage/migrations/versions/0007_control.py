"""Settings of citizens, questions answered later"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice_code", sa.String(length=12), nullable=True))
        batch_op.create_index("ix_outbox_notice_code", ["notice_code"], unique=False)
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("citizen_mark", sa.String(length=64), nullable=True))
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_by", sa.String(length=200), nullable=True))
    op.create_table(
        "citizen_setting",
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id", "name"),
    )
    op.create_table(
        "waiting_question",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_waiting_question_due", "waiting_question", ["state", "next_try_at"])
    op.create_index("ix_waiting_question_citizen_id", "waiting_question", ["citizen_id"])
    op.create_table(
        "data_export",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("file_ref", sa.String(length=200), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("delete_after", moment, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_data_export_citizen_id", "data_export", ["citizen_id"])
    op.create_index("ix_data_export_delete_after", "data_export", ["delete_after"])


def downgrade() -> None:
    for table in ("data_export", "waiting_question", "citizen_setting"):
        op.drop_table(table)
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_column("changed_by")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_column("citizen_mark")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_notice_code")
        batch_op.drop_column("notice_code")
