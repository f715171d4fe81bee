"""Imported procedures"""

import sqlalchemy as sa
from alembic import op

import onestop.storage.column_types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = onestop.storage.column_types.UtcDateTime(timezone=True)
    op.create_table(
        "catalogue_import",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("imported_at", moment, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "imported_procedure",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "procedure_change",
        sa.Column("import_id", big_id, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["catalogue_import.id"]),
        sa.PrimaryKeyConstraint("import_id", "code"),
    )
    op.create_index("ix_procedure_change_code", "procedure_change", ["code"])


def downgrade() -> None:
    for table in ("procedure_change", "imported_procedure", "catalogue_import"):
        op.drop_table(table)
