"""Alembic's entry: runs the migrations over the connection that `onestop.storage.schema` hands in."""

from alembic import context

import onestop.storage.broadcast_tables  # noqa: F401
import onestop.storage.catalogue_tables  # noqa: F401
import onestop.storage.control_tables  # noqa: F401  (its tables join Base.metadata)
import onestop.storage.exchange_tables  # noqa: F401
import onestop.storage.identity_tables  # noqa: F401  (its tables join Base.metadata)
import onestop.storage.information_tables  # noqa: F401  (its tables join Base.metadata)
import onestop.storage.mailbox_tables  # noqa: F401
import onestop.storage.notice_tables  # noqa: F401
import onestop.storage.rule_tables  # noqa: F401
from onestop.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
