"""The one-stop shop's database, empty, of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onestop.storage import SessionFactory
from onestop.storage import dossier_writes as writes
from onestop.storage.engine import create_engine, session_factory
from tests.databases import database_url, postgresql_server, postgresql_url  # noqa: F401


@pytest.fixture
def dossier_sessions(database_url: str) -> Iterator[SessionFactory]:  # noqa: F811
    """Sessions of the vendor's side on a database with empty tables."""
    engine = create_engine(database_url)
    sessions = session_factory(engine)
    with sessions.begin() as session:
        writes.create_tables(session)
    yield sessions
    engine.dispose()
