"""`kill -9` of the notifier, or of Zalo, at each step of a send: 0 lost, 0 doubled but what is marked unknown.

The notifier and the simulator are real processes. Faults of the simulator hold a send open at the step at which the
process dies, so that the moment is met every time and not by luck.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from onestop import clock
from onestop.cli.product import Product
from onestop.messages.codec import to_json
from onestop.messages.types import ImageMessage, Message, TextMessage
from onestop.services.delivery_status import CREATED, SENDING, TEMPORARY_FAILURE, UNKNOWN
from onestop.storage import SessionFactory
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.tables import Notification
from tests.world import World, until

LONG_RUNS = 100
CITIZENS = 6
MESSAGES_EACH = 2
UNFINISHED = (CREATED, SENDING, TEMPORARY_FAILURE)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


@dataclass
class Sending:
    """A notifier beside a simulated Zalo, and an outbox that the test fills."""

    product: Product
    sessions: SessionFactory
    world: World
    citizens: dict[str, str] = field(default_factory=dict)
    queued: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)

    def begins(self) -> None:
        """Citizens who have just written."""
        for _ in range(CITIZENS):
            user_id = requests.post(f"{self.product.url}/sim/v1/citizens", json={}, timeout=10).json()["user_id"]
            said = {"type": "text", "text": "alo"}
            requests.post(f"{self.product.url}/sim/v1/citizens/{user_id}/events", json=said, timeout=10)
            with self.sessions.begin() as session:
                citizen = citizen_of_zalo_user(session, user_id, clock.now())
                citizen.last_interaction_at = clock.now()
                self.citizens[user_id] = citizen.id

    def queues(self, run: str, make: Callable[[str], Message]) -> None:
        """Some messages to each, in one transaction."""
        with self.sessions.begin() as session:
            for number in range(MESSAGES_EACH):
                for user_id, citizen_id in self.citizens.items():
                    text = f"Tin {run} số {number} cho {user_id[-4:]}"
                    self.queued[user_id] += 1
                    session.add(row_of(text, citizen_id, make(text)))

    def rows(self, *states: str) -> int:
        """How many rows stand in these states."""
        with self.sessions() as session:
            return session.query(Notification).filter(Notification.status.in_(states)).count()

    def heard(self, user_id: str) -> list[str]:
        """What a citizen got, oldest first."""
        address = f"{self.product.url}/sim/v1/citizens/{user_id}/messages"
        found = requests.get(address, params={"after": 0}, timeout=10).json()["messages"]
        return [message["text"] for message in found]

    def dies(self, victim: str) -> None:
        """`kill -9`, and a start."""
        self.product.children[victim].kill()
        self.product.start_process(victim)

    def judges(self, run: str) -> None:
        """Everything is decided, and every message came once and in order, or is marked unknown."""
        assert until(lambda: not self.rows(*UNFINISHED), 45.0), (run, self.rows(*UNFINISHED))
        time.sleep(0.3)  # a second copy would come now
        lost = doubled = 0
        with self.sessions() as session:
            unknown = {row.record for row in session.query(Notification).filter_by(status=UNKNOWN)}
            wanted = {row.record for row in session.query(Notification)}
        for user_id in self.citizens:
            heard = Counter(text for text in self.heard(user_id) if text in wanted)
            mine = {text for text in wanted if text and text.endswith(user_id[-4:])}
            lost += len(mine - unknown - set(heard))
            doubled += sum(count > 1 for text, count in heard.items() if text not in unknown)
            mine_now = [text for text in self.heard(user_id) if f"Tin {run} " in text and text not in unknown]
            assert mine_now == sorted(mine_now), (run, mine_now)
        self.figures.update(lost=lost, doubled=doubled, runs=1, unknown=len(unknown) - self.figures["unknown"])
        assert (lost, doubled) == (0, 0), (run, lost, doubled)


def row_of(text: str, citizen_id: str, message: Message) -> Notification:
    now = clock.now()
    return Notification(
        key=text, citizen_id=citizen_id, lane="notice", kind="test", channel="cs", body=to_json(message), record=text,
        status=CREATED, attempts=0, created_at=now, next_attempt_at=now,
    )  # fmt: skip


def picture(text: str) -> Message:
    return ImageMessage(text, file_ref="pixel.png")


def before_the_claim(sending: Sending, run: str, rng: random.Random) -> None:
    sending.queues(run, TextMessage)
    sending.dies("notifier")


def after_the_claim(sending: Sending, run: str, rng: random.Random) -> None:
    """The picture is being uploaded: the row is claimed, nothing was sent."""
    sending.world.fails("upload/image", "delay:1", times=4)
    (Path(sending.product.env["ONESTOP_FILES_DIR"]) / "pixel.png").write_bytes(PIXEL + run.encode())  # none is cached
    sending.queues(run, picture)
    dies_while_sending(sending, rng)


def before_zalo_takes_it(sending: Sending, run: str, rng: random.Random) -> None:
    """Zalo has the request, and takes it when the sender is dead."""
    sending.world.fails("message/cs", "delay_before:1", times=8)
    sending.queues(run, TextMessage)
    dies_while_sending(sending, rng)


def before_the_record(sending: Sending, run: str, rng: random.Random) -> None:
    """Zalo has taken it, its answer is on the way."""
    sending.world.fails("message/cs", "delay:1", times=8)
    sending.queues(run, TextMessage)
    dies_while_sending(sending, rng)


def during_the_look_up(sending: Sending, run: str, rng: random.Random) -> None:
    sending.world.fails("message/cs", rng.choice(["reset_after", "reset_before", "http:500"]), times=4)
    sending.world.fails("conversation", "delay:1.5", times=4)
    sending.queues(run, TextMessage)
    assert until(lambda: sending.rows(SENDING) > 0, 5.0)
    time.sleep(2.2 + rng.random())
    sending.dies("notifier")


def at_any_moment(sending: Sending, run: str, rng: random.Random) -> None:
    sending.queues(run, TextMessage)
    time.sleep(rng.random() * 0.8)
    sending.dies("notifier")


def zalo_itself(sending: Sending, run: str, rng: random.Random) -> None:
    sending.queues(run, TextMessage)
    time.sleep(rng.random() * 0.8)
    sending.dies("simulator")


def dies_while_sending(sending: Sending, rng: random.Random) -> None:
    assert until(lambda: sending.rows(SENDING) > 0, 5.0), "nothing was claimed"
    time.sleep(rng.random() * 0.6)
    sending.dies("notifier")


STEPS = (
    before_the_claim,
    after_the_claim,
    before_zalo_takes_it,
    before_the_record,
    during_the_look_up,
    at_any_moment,
    zalo_itself,
)


@pytest.fixture(scope="module")
def sending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sending]:
    """No Rasa and no model: who sends is the notifier."""
    settings = {"ONESTOP_STUCK_AFTER_S": "3", "ONESTOP_ZALO_TIMEOUT_S": "2.5", "ONESTOP_NOTIFIER_POLL_S": "0.2"}
    product = Product(tmp_path_factory.mktemp("sending"), Path("none"), extra_env=settings)
    product.load_demo_data(dossiers=10)
    try:
        product.start_process("simulator")
        requests.post(f"{product.url}/sim/v1/webhook", json={"enabled": False}, timeout=10)
        product.authorise()
        Path(product.env["ONESTOP_FILES_DIR"]).mkdir(exist_ok=True)
        product.start_process("notifier")
        sessions = session_factory(create_engine(product.env["ONESTOP_DATABASE_URL"]))
        running = Sending(product, sessions, World(product.url))
        running.begins()
        yield running
    finally:
        product.stop()


def one_death(sending: Sending, step: Callable[[Sending, str, random.Random], None], seed: int) -> None:
    run = f"{step.__name__}-{seed}"
    step(sending, run, random.Random(seed))
    sending.world.behaves()
    sending.judges(run)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("step", [step for step in STEPS if step is not at_any_moment], ids=lambda step: step.__name__)
def test_death_at_each_step_loses_and_doubles_nothing(sending: Sending, step: Callable[..., None]) -> None:
    one_death(sending, step, 1)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("half", [0, 1])
def test_hundred_deaths_lose_and_double_nothing(sending: Sending, half: int) -> None:
    for seed in range(100 + half * LONG_RUNS // 2, 100 + (half + 1) * LONG_RUNS // 2):
        one_death(sending, STEPS[seed % len(STEPS)], seed)
    print(dict(sending.figures))  # noqa: T201 - the figures of docs/notifications.md, shown by -s
