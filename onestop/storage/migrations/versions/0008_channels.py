"""Channels, templates, ledger"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_notice_tables()
    _add_channel_columns()


def downgrade() -> None:
    _drop_channel_columns()
    _drop_notice_tables()


def _add_notice_tables() -> None:
    """What centres decide, apologies, papers sent as pictures (onestop/storage/notice_tables.py)."""
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    op.create_table(
        "centre_setting",
        sa.Column("centre_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "name"),
    )
    op.create_table(
        "apology",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("centre_id", sa.String(length=80), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("step", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("prepared_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("confirmed_by", sa.String(length=60), nullable=True),
        sa.Column("event_id", _ID, nullable=True),
        sa.Column("new_due_at", moment, nullable=True),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("late_told_at", moment, nullable=True),
        sa.Column("audience", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dossier_code", "due_at"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_apology_event_id"), "apology", ["event_id"])
    op.create_index("ix_apology_state", "apology", ["state", "due_at"])
    op.create_table(
        "supplement_photo",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=220), nullable=False),
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("file_ref", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("delete_after", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_supplement_photo_citizen_id"), "supplement_photo", ["citizen_id"])
    op.create_index(op.f("ix_supplement_photo_delete_after"), "supplement_photo", ["delete_after"])
    op.create_index("ix_supplement_photo_request", "supplement_photo", ["dossier_code", "request_id"])
    op.create_table(
        "supplement_answer",
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("request_id", _ID, autoincrement=False, nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("citizen_id", "dossier_code", "request_id"),
    )


def _drop_notice_tables() -> None:
    for table in ("supplement_answer", "supplement_photo", "apology", "centre_setting"):
        op.drop_table(table)


def _add_channel_columns() -> None:
    """What a notification is on other channels than the citizen's window, and what it cost."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alternatives", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("tried", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("cost_vnd", sa.Integer(), nullable=True))


def _drop_channel_columns() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name in ("cost_vnd", "tried", "alternatives"):
            batch_op.drop_column(name)
