"""What Rasa gets wrong for us, and is set right: ADR 4 to 6 and 8."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

with contextlib.suppress(RuntimeError):  # another test has imported TensorFlow already: then without the stand-ins
    from dialogue import lean

    lean.install()

import jsonschema
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from dialogue import answer_check
from dialogue.action_endpoint import KeepAliveEndpoint
from dialogue.lock_store import FairLockStore
from dialogue.tracker_store import SessionTrackerStore, begin_session, unwrap

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(tmp_path: Path) -> SessionTrackerStore:
    return SessionTrackerStore(domain=Domain.empty(), host=f"sqlite:///{tmp_path / 'tracker.sqlite3'}")


def agent_with(store: object) -> SimpleNamespace:
    return SimpleNamespace(tracker_store=store, processor=SimpleNamespace(tracker_store=store))


def test_fail_safe_wrapper_is_taken_off(store: SessionTrackerStore) -> None:
    agent = agent_with(FailSafeTrackerStore(store))
    unwrap(agent)
    assert agent.tracker_store is store
    assert agent.processor.tracker_store is store


def test_any_other_store_stops_the_start() -> None:
    with pytest.raises(TypeError, match="InMemory"):
        unwrap(agent_with(FailSafeTrackerStore(InMemoryTrackerStore(Domain.empty()))))


def test_outage_of_the_tracker_database_raises_instead_of_forgetting(
    store: SessionTrackerStore, tmp_path: Path
) -> None:
    tracker = DialogueStateTracker("c1", [])
    tracker.update(UserUttered("chào"))
    asyncio.run(store.save(tracker))
    store.engine.dispose()
    for file in tmp_path.glob("tracker.sqlite3*"):
        file.unlink()
    (tmp_path / "tracker.sqlite3").write_bytes(b"broken" * 1000)
    with pytest.raises(Exception, match="database"):
        asyncio.run(store.retrieve("c1"))


def test_new_session_is_read_alone_and_carries_nothing_over(store: SessionTrackerStore) -> None:
    tracker = DialogueStateTracker("c1", [])
    for _ in range(50):
        tracker.update(UserUttered("chào"))
    tracker.update(SlotSet("x", "1"))
    asyncio.run(store.save(tracker))
    begin_session(tracker, Domain.empty())
    asyncio.run(store.save(tracker))
    again = asyncio.run(store.retrieve("c1"))
    assert again is not None
    assert len(again.events) <= 3


def test_long_session_ends_when_its_turn_is_saved(store: SessionTrackerStore) -> None:
    store.max_events = 10
    tracker = DialogueStateTracker("c1", [])
    for _ in range(11):
        tracker.update(UserUttered("chào"))
    asyncio.run(store.save(tracker))
    again = asyncio.run(store.retrieve("c1"))
    assert again is not None
    assert len(again.events) <= 3


def test_lock_is_fair_and_does_not_poll() -> None:
    order: list[int] = []

    async def work(locks: FairLockStore, number: int) -> None:
        async with locks.lock("c1"):
            await asyncio.sleep(0.05)
            order.append(number)

    async def main() -> float:
        locks = FairLockStore()
        began = time.perf_counter()
        await asyncio.gather(*(work(locks, number) for number in range(5)))
        assert not locks._locks
        return time.perf_counter() - began

    assert asyncio.run(main()) < 1.0  # Rasa's own would need four seconds
    assert order == list(range(5))


def test_dead_action_server_becomes_an_error_that_rasa_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogue.action_endpoint.TIMEOUT_S", 0.6)
    with pytest.raises(RasaException, match="did not answer"):
        asyncio.run(KeepAliveEndpoint("http://127.0.0.1:9/webhook").request(json={}))


def test_answer_of_an_action_is_checked_as_rasa_does(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = RemoteAction.action_response_format_spec()
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    answer_check.install()
    action = RemoteAction("action_x", None)
    assert action._validate_action_result({"events": [], "responses": []})
    for wrong in ({"events": "none"}, {"events": [{}]}):
        with pytest.raises(ValidationError):
            jsonschema.validate(wrong, schema)
        with pytest.raises(ValidationError):
            action._validate_action_result(wrong)


def test_rasas_schema_itself_is_not_checked_at_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    answer_check.install()
    action = RemoteAction("action_x", None)
    action._validate_action_result({"events": []})
    checked = []
    kind = jsonschema.validators.validator_for(RemoteAction.action_response_format_spec())
    monkeypatch.setattr(kind, "check_schema", lambda *args, **kwargs: checked.append(args))
    action._validate_action_result({"events": []})
    assert not checked


def test_policies_are_rules_and_memoized_stories_only() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert {policy["name"] for policy in config["policies"]} == {"RulePolicy", "MemoizationPolicy"}


def test_sessions_end_within_the_hour_and_carry_nothing_over() -> None:
    session = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["session_config"]
    assert session == {"session_expiration_time": 60, "carry_over_slots_to_new_session": False}


def test_no_other_channel_is_open() -> None:
    credentials = yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8"))
    assert list(credentials) == ["connectors.zalo_connector.ZaloInput"]
