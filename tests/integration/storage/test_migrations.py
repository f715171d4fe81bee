"""Migrations lead to exactly the tables that the code describes, on SQLite and PostgreSQL."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from onestop.storage.engine import create_engine
from onestop.storage.schema import migrate
from onestop.storage.tables import Base


def test_migrated_database_equals_the_tables(database_url: str) -> None:
    migrate(database_url)
    migrate(database_url)  # a second start changes nothing
    with create_engine(database_url).connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert [one for one in differences if "sqlite_sequence" not in repr(one)] == []
