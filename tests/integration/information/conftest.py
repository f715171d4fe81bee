"""Databases of the look-ups: empty ones of both kinds, and one with the demo's data, loaded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from onestop import clock
from onestop.information.areas import Areas
from onestop.information.book import Book
from onestop.information.loading import Changes, read_lines, replace_records
from onestop.information.registry import provider_of_kind
from onestop.services.offices import OfficeDesk
from onestop.storage import Session, SessionFactory
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate
from seed.information import load_information
from tests.databases import *  # noqa: F403 (fixtures)
from tests.databases import DEMO_DAY

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=clock.LOCAL)
CUTS = "Xã phường;Khu vực mất điện;Bắt đầu;Kết thúc;Lý do\n"


@pytest.fixture
def sessions(database_url: str) -> SessionFactory:
    """Our empty database, of each kind."""
    migrate(database_url)
    return session_factory(create_engine(database_url))


@pytest.fixture
def desk(demo_reader: DossierReader) -> OfficeDesk:
    return OfficeDesk(demo_reader)


@pytest.fixture
def imports(sessions: SessionFactory, desk: OfficeDesk) -> Callable[..., Changes]:
    """Imports a file as the command does, in one transaction."""

    def run(
        kind: str, text: str, now: datetime = NOW, source: str | None = "Điện lực", checked: str = "2026-11-25"
    ) -> Changes:
        provider, areas = provider_of_kind(kind), Areas(desk, now)
        day = datetime.fromisoformat(checked).date()
        lines = read_lines(provider, text.encode(), areas, now.date(), source, day)
        with sessions.begin() as session:
            return replace_records(session, provider, lines, areas, now)

    return run


@pytest.fixture(scope="session")
def demo_information(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> SessionFactory:
    """The demo's data of all look-ups (SQLite): read it only."""
    url = f"sqlite:///{tmp_path_factory.mktemp('information') / 'own.sqlite3'}"
    migrate(url)
    made = session_factory(create_engine(url))
    reader = DossierReader(session_factory(create_engine(demo_url, read_only=True)))
    load_information(made, reader, 2019, DEMO_DAY)
    return made


@pytest.fixture
def demo_session(demo_information: SessionFactory) -> Iterator[Session]:
    with demo_information() as session:
        yield session


@pytest.fixture
def book(demo_session: Session, desk: OfficeDesk) -> Callable[..., Book]:
    """The demo's records of a kind on the demo's day."""
    return lambda kind, now=NOW: Book(demo_session, kind, desk, now, "1022")
