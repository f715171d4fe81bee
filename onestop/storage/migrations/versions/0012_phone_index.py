"""Find citizens by their phone without reading all of them: asked for each dossier event"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_IS_KNOWN = sa.text("phone IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_citizen_phone", "citizen", ["phone"], sqlite_where=_IS_KNOWN, postgresql_where=_IS_KNOWN)


def downgrade() -> None:
    op.drop_index("ix_citizen_phone", "citizen")
