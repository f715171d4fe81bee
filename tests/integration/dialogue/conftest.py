"""Fixtures of the conversations; what they are made of stands in harness.py."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import structlog

from actions import wiring
from onestop import clock
from onestop.services.channel import ChannelBackend
from onestop.services.offices import OfficeDesk
from onestop.services.procedures import ProcedureDesk
from onestop.settings import Settings
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Base
from seed.load import load_demo
from tests.integration.dialogue.harness import (
    NOW,
    ROOT,
    SEED_DAY,
    Agent,
    Chat,
    InProcessActions,
    World,
    forget_all,
    load_core,
    train_core,
)

Desks = tuple[DossierReader, ProcedureDesk, OfficeDesk]


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Rasa's debug lines would bury what a failing test says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all conversations: Rasa's locks live on it."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield made
    made.close()


@pytest.fixture(scope="session")
def core_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return train_core(tmp_path_factory.mktemp("core"))


@pytest.fixture(scope="session")
def dossiers_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('dossiers')}/dossiers.sqlite3"
    load_demo(url, seed=2019, dossiers=300, today=SEED_DAY, fresh=False, report=lambda _line: None)
    return url


@pytest.fixture(scope="session")
def desks(dossiers_url: str, tmp_path_factory: pytest.TempPathFactory) -> Desks:
    """Kept for the whole session: learning the search takes seconds."""
    reader = DossierReader(session_factory(create_engine(dossiers_url, read_only=True)), 5.0)
    kept = ROOT / "models"
    models = kept if (kept / "procedure_search.npz").exists() else tmp_path_factory.mktemp("models")
    return reader, ProcedureDesk(reader, models), OfficeDesk(reader)


@pytest.fixture(scope="session")
def agent_and_endpoint(core_model: str, loop: asyncio.AbstractEventLoop) -> tuple[Agent, InProcessActions]:
    endpoint = InProcessActions()
    return loop.run_until_complete(load_core(core_model, endpoint)), endpoint


@pytest.fixture
def world(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dossiers_url: str,
    desks: Desks,
    agent_and_endpoint: tuple[Agent, InProcessActions],
) -> World:
    """A new installation on the demo's day, 9:00, with empty memory."""
    offset = tmp_path / "offset"
    offset.write_text(f"{NOW.timestamp() - datetime.now(clock.LOCAL).timestamp()}", encoding="ascii")
    monkeypatch.setenv(clock.OFFSET_VARIABLE, str(offset))
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/own.sqlite3",
        dossiers_url=dossiers_url,
        tracker_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
        zalo_app_id="1",
        zalo_oa_id="2",
        zalo_app_secret="x",
        zalo_secret_key="x",
        token_key="x",
        sms_url="http://127.0.0.1:9",
        sms_key="x",
        files_dir=tmp_path / "files",
    )
    settings.files_dir.mkdir()
    engine = create_engine(settings.database_url)
    Base.metadata.create_all(engine)
    sessions = session_factory(engine)
    reader, procedures, offices = desks
    services = wiring.ActionServices(settings, sessions, reader, procedures, offices)
    wiring.use(services)
    agent, endpoint = agent_and_endpoint
    endpoint.calls.clear()
    forget_all(agent)
    return World(settings, sessions, services, agent, endpoint, ChannelBackend(sessions, 1800.0, services.sealer))


@pytest.fixture
def chat(world: World) -> Chat:
    """One citizen's conversation in a new installation."""
    return world.chat()
