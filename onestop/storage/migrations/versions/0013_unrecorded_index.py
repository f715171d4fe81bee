"""Find what does not stand in the conversations' history without reading all that was ever sent"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_IS_UNRECORDED = sa.text("recorded_at IS NULL AND lane <> 'reply'")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_unrecorded",
        "outbox",
        ["status", "id"],
        sqlite_where=_IS_UNRECORDED,
        postgresql_where=_IS_UNRECORDED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_unrecorded", "outbox")
