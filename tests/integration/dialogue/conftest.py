"""Conversations through Rasa: real rules, real actions, real databases, the real output of the channel.

Only NLU is left out (tests/integration/nlu has it): a test says what NLU understood. Taps, menu words and numbers go the
channel's own way.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dialogue import lean

lean.install()
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from rasa.core.agent import Agent, load_agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402
from rasa.model_training import train  # noqa: E402
from rasa.utils.endpoints import ClientResponseError, EndpointConfig  # noqa: E402
from rasa_sdk.executor import ActionExecutor  # noqa: E402
from rasa_sdk.interfaces import ActionExecutionRejection  # noqa: E402

from actions import wiring  # noqa: E402
from connectors.channel.output import ZaloOutput  # noqa: E402
from connectors.channel.payloads import parse_data  # noqa: E402
from onestop import clock  # noqa: E402
from onestop.services.channel import ChannelBackend  # noqa: E402
from onestop.services.offices import OfficeDesk  # noqa: E402
from onestop.services.procedures import ProcedureDesk  # noqa: E402
from onestop.settings import Settings  # noqa: E402
from onestop.storage.engine import create_engine, session_factory  # noqa: E402
from onestop.storage.guard import DossierReader  # noqa: E402
from onestop.storage.tables import Base, Notification  # noqa: E402
from seed.load import load_demo  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
SEED_DAY = date(2026, 11, 25)  # a Wednesday that is worked
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=clock.LOCAL)
POLICIES = """
recipe: default.v1
language: vi
assistant_id: test
pipeline: []
policies:
- name: RulePolicy
  core_fallback_threshold: 0.3
  core_fallback_action_name: action_default_fallback
  enable_fallback_prediction: true
  restrict_rules: true
  check_for_contradictions: true
- name: MemoizationPolicy
  max_history: 6
"""


class InProcessActions(EndpointConfig):
    """The action server's own executor, without a socket between."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process")
        self.executor = ActionExecutor()
        self.executor.register_package("actions")
        self.calls: list[str] = []

    async def request(self, method: str = "post", subpath: Any = None, content_type: Any = None, compress: bool = False, **kw: Any) -> Any:
        self.calls.append(kw["json"]["next_action"])
        try:
            return await self.executor.run(kw["json"])
        except ActionExecutionRejection as error:
            raise ClientResponseError(400, "rejected", "{}") from error


@dataclass
class Heard:
    """One message of the assistant."""

    text: str
    buttons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        return [button["title"] for button in self.buttons]


class Chat:
    """One citizen's conversation."""

    def __init__(self, agent: Agent, backend: ChannelBackend, sessions: Any, user: str) -> None:
        self._agent, self._backend, self._sessions, self._user = agent, backend, sessions, user
        self._count = 0
        self.heard: list[Heard] = []

    @property
    def citizen_id(self) -> str:
        return self._backend.open_turn(self._user, None).citizen_id

    def says(self, text: str, intent: str = "out_of_scope", second: dict[str, Any] | None = None, ranking: Any = (), **entities: Any) -> str:
        """Types a text that NLU understands so; a number, title or token just offered is taken by the channel."""
        turn = self._backend.open_turn(self._user, text)
        if turn.meaning is not None:
            return self._take(turn.citizen_id, parse_data(turn.meaning.title, turn.meaning.intent, turn.meaning.entities), text)
        found = [{"entity": name, "value": value, "start": 0, "end": 1} for name, value in entities.items()]
        ranked = [{"name": intent, "confidence": 0.9}, *[{"name": n, "confidence": c} for n, c in ranking], {"name": "greet", "confidence": 0.01}]
        data: dict[str, Any] = {"text": text, "intent": ranked[0], "intent_ranking": ranked, "entities": found}
        if second:
            data["second_intent"] = second
        return self._take(turn.citizen_id, data, text)

    def sends(self, intent: str, text: str = "(…)", **entities: Any) -> str:
        """Sends something that is no text, as the channel injects it."""
        return self._take(self.citizen_id, parse_data(text, intent, entities), text)

    def taps(self, title: str) -> str:
        """Taps the newest button with this title."""
        for message in reversed(self.heard):
            for button in message.buttons:
                if button["title"] == title:
                    return self.says(button["payload"])
        raise AssertionError(f"no button {title!r}; there were {[h.titles for h in self.heard[-3:]]}")

    def repeat(self) -> str:
        """The last turn again, as after a crash."""
        self._count -= 1
        return self._take(*self._last)

    @property
    def buttons(self) -> list[str]:
        return [title for heard in self.heard for title in heard.titles]

    def _take(self, citizen_id: str, data: dict[str, Any], text: str) -> str:
        self._last = (citizen_id, data, text)
        self._count += 1
        key = f"{self._user}-m{self._count}"
        output = ZaloOutput(self._backend, lambda _citizen: None)
        output.begin(key)
        message = UserMessage(
            text=data["text"],
            output_channel=output,
            sender_id=citizen_id,
            parse_data=data,
            input_channel="zalo",
            message_id=key,
            metadata={"message_id": key},
        )
        asyncio.get_event_loop().run_until_complete(self._agent.handle_message(message))
        assert not output.failed, "a reply could not be queued"
        self.heard = self._read(key)
        assert self.heard, f"silence after {text!r} ({data['intent']['name']})"
        return "\n".join(one.text for one in self.heard)

    def _read(self, key: str) -> list[Heard]:
        with self._sessions() as session:
            rows = session.query(Notification).filter(Notification.key.startswith(f"{key}:")).order_by(Notification.id).all()
        return [Heard(row.body.get("text") or row.record, row.body.get("buttons", [])) for row in rows]


@dataclass
class World:
    """Everything behind the conversations of one test."""

    settings: Settings
    sessions: Any
    services: wiring.ActionServices
    agent: Agent
    endpoint: InProcessActions
    backend: ChannelBackend

    def chat(self, user: str = "8000000001") -> Chat:
        return Chat(self.agent, self.backend, self.sessions, user)

    def dossier(self, **wanted: Any) -> Any:
        """The first demo dossier with these column values; `second_code` given where it has one."""
        import sqlalchemy as sa

        from onestop.storage.dossier_tables import dossier

        overdue = wanted.pop("overdue", None)
        engine = create_engine(self.settings.dossiers_url)
        query = sa.select(dossier).where(*[dossier.c[name] == value for name, value in wanted.items()]).order_by(dossier.c.code)
        if overdue is not None:
            late = dossier.c.due_at < NOW
            query = query.where(late if overdue else ~late)
        with engine.connect() as connection:
            row = connection.execute(query).first()
        engine.dispose()
        assert row is not None, f"the demo has no dossier with {wanted}"
        return row


@pytest.fixture(scope="session")
def event_loop_of_session() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def core_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("core")
    config = folder / "config.yml"
    config.write_text(POLICIES, encoding="utf-8")
    result = train(
        domain=str(ROOT / "domain.yml"),
        config=str(config),
        training_files=[str(ROOT / "data/rules.yml"), str(ROOT / "data/stories.yml")],
        output=str(folder),
        fixed_model_name="core",
    )
    assert result.code == 0
    return str(folder / "core.tar.gz")


@pytest.fixture(scope="session")
def dossiers_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('dossiers')}/dossiers.sqlite3"
    load_demo(url, seed=2019, dossiers=300, today=SEED_DAY, fresh=False, report=lambda _line: None)
    return url


@pytest.fixture(scope="session")
def desks(dossiers_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[DossierReader, ProcedureDesk, OfficeDesk]:
    """Kept for the whole session: learning the search takes seconds."""
    reader = DossierReader(session_factory(create_engine(dossiers_url, read_only=True)), 5.0)
    kept = ROOT / "models"
    models = kept if (kept / "procedure_search.npz").exists() else tmp_path_factory.mktemp("models")
    return reader, ProcedureDesk(reader, models), OfficeDesk(reader)


@pytest.fixture(scope="session")
def agent_and_endpoint(core_model: str, event_loop_of_session: asyncio.AbstractEventLoop) -> tuple[Agent, InProcessActions]:
    endpoint = InProcessActions()
    agent = event_loop_of_session.run_until_complete(
        load_agent(model_path=core_model, endpoints=AvailableEndpoints(action=endpoint))
    )
    return agent, endpoint


@pytest.fixture
def world(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dossiers_url: str,
    desks: tuple[DossierReader, ProcedureDesk, OfficeDesk],
    agent_and_endpoint: tuple[Agent, InProcessActions],
) -> World:
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
    from rasa.core.tracker_store import InMemoryTrackerStore

    agent.tracker_store = agent.processor.tracker_store = InMemoryTrackerStore(agent.domain)
    return World(settings, sessions, services, agent, endpoint, ChannelBackend(sessions, 1800.0))


@pytest.fixture
def chat(world: World) -> Chat:
    return world.chat()


def moves_clock(tmp_path: Path, seconds: float) -> None:
    """Moves the test's clock on."""
    file = tmp_path / "offset"
    file.write_text(str(float(file.read_text()) + seconds), encoding="ascii")
