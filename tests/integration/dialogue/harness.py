"""Conversations through Rasa: real rules, real actions, real databases, the real output of the channel.

Only NLU is left out (tests/integration/nlu has it): a test says what NLU understood. Taps, menu words and numbers go
the channel's own way.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dialogue import lean

if "tensorflow" not in sys.modules:  # another test of the same run may have brought the real one
    lean.install()
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from rasa.core.agent import Agent, load_agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.core.tracker_store import InMemoryTrackerStore  # noqa: E402
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
from onestop.settings import Settings  # noqa: E402
from onestop.storage.dossier_tables import dossier  # noqa: E402
from onestop.storage.engine import create_engine  # noqa: E402
from onestop.storage.tables import Notification  # noqa: E402

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

    async def request(self, *_args: Any, **kw: Any) -> Any:
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

    def says(
        self,
        text: str,
        intent: str = "out_of_scope",
        second: dict[str, Any] | None = None,
        ranking: Any = (),
        confidence: float = 0.9,
        **entities: Any,
    ) -> str:
        """Types a text that NLU understands so; a number, title or token just offered is taken by the channel."""
        turn = self._backend.open_turn(self._user, text)
        if turn.meaning is not None:
            meant = turn.meaning
            return self._take(turn.citizen_id, parse_data(meant.title, meant.intent, meant.entities), text)
        found = [{"entity": name, "value": value, "start": 0, "end": 1} for name, value in entities.items()]
        others = [{"name": name, "confidence": confidence} for name, confidence in ranking]
        ranked = [{"name": intent, "confidence": confidence}, *others, {"name": "greet", "confidence": 0.01}]
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
        asyncio.get_event_loop().run_until_complete(output.finish(citizen_id))
        assert not output.failed, "a reply could not be queued"
        self.heard = self._read(key)
        assert self.heard, f"silence after {text!r} ({data['intent']['name']})"
        return "\n".join(one.text for one in self.heard)

    def _read(self, key: str) -> list[Heard]:
        with self._sessions() as session:
            query = session.query(Notification).filter(Notification.key.startswith(f"{key}:"))
            rows = query.order_by(Notification.id).all()
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
        overdue = wanted.pop("overdue", None)
        engine = create_engine(self.settings.dossiers_url)
        query = sa.select(dossier).where(*[dossier.c[name] == value for name, value in wanted.items()])
        if overdue is not None:
            late = dossier.c.due_at < NOW
            query = query.where(late if overdue else ~late)
        with engine.connect() as connection:
            row = connection.execute(query.order_by(dossier.c.code)).first()
        engine.dispose()
        assert row is not None, f"the demo has no dossier with {wanted}"
        return row


def train_core(folder: Path) -> str:
    """Trains rules and domain without NLU; returns the model's path."""
    config = folder / "config.yml"
    config.write_text(POLICIES, encoding="utf-8")
    files = [str(ROOT / "data/rules.yml"), str(ROOT / "data/stories.yml")]
    result = train(str(ROOT / "domain.yml"), str(config), files, output=str(folder), fixed_model_name="core")
    assert result.code == 0
    return str(folder / "core.tar.gz")


async def load_core(model: str, endpoint: InProcessActions) -> Agent:
    """Rasa's agent over a model and these actions."""
    return await load_agent(model_path=model, endpoints=AvailableEndpoints(action=endpoint))


def forget_all(agent: Agent) -> None:
    """Begins with no conversation at all."""
    agent.tracker_store = agent.processor.tracker_store = InMemoryTrackerStore(agent.domain)


def rows(world: World, table: Any) -> list[Any]:
    """All rows of one of our tables."""
    with world.sessions() as session:
        return list(session.execute(sa.select(table)).scalars())


def count(world: World, table: Any) -> int:
    """How many rows one of our tables has."""
    return len(rows(world, table))


def moves_clock(tmp_path: Path, seconds: float) -> None:
    """Moves the test's clock on, and waits until it is noticed (it looks five times a second)."""
    file = tmp_path / "offset"
    file.write_text(str(float(file.read_text()) + seconds), encoding="ascii")
    time.sleep(0.21)
