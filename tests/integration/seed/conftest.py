"""A demo database, and empty databases of each kind."""

from tests.databases import (  # noqa: F401
    database_url,
    demo_reader,
    demo_url,
    postgresql_server,
    postgresql_url,
)
