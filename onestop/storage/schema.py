"""Brings our own database to the tables' present shape by the migrations in `onestop/storage/migrations`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from onestop.storage.engine import create_engine, is_sqlite

_MIGRATION_LOCK = 7_201_946


def migrate(database_url: str) -> None:
    """Creates or upgrades the tables. Safe to run at every start; two processes at once do it one after the other."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(database_url)
    with engine.begin() as connection:
        if is_sqlite(engine):  # its driver opens no transaction for CREATE TABLE: two starts would run side by side
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
