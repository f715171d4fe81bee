"""Reminders by rule, digests, emergencies approved as such"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = onestop.storage.column_types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rule_reminder",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=180), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("centre_id", sa.String(length=80), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("nominal_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rule_reminder_due", "rule_reminder", ["state", "due_at"])
    op.create_table(
        "reminder_stop",
        sa.Column("citizen_id", sa.String(length=32), nullable=False),
        sa.Column("dossier_code", sa.String(length=60), nullable=False),
        sa.Column("stopped_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id", "dossier_code"),
    )
    op.add_column("reminder", sa.Column("rule_kind", sa.String(length=40), nullable=True))
    op.add_column("outbox", sa.Column("brief", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("digest_id", _ID, nullable=True))
    in_digest = sa.text("digest_id IS NOT NULL")
    op.create_index("ix_outbox_digest", "outbox", ["digest_id"], sqlite_where=in_digest, postgresql_where=in_digest)
    op.add_column("broadcast", sa.Column("emergency_by", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("broadcast", "emergency_by")
    op.drop_index("ix_outbox_digest", "outbox")
    op.drop_column("outbox", "digest_id")
    op.drop_column("outbox", "brief")
    op.drop_column("reminder", "rule_kind")
    for table in ("reminder_stop", "rule_reminder"):
        op.drop_table(table)
