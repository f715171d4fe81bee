"""`kill -9` of any process at any moment: nothing is lost, nothing is said twice."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from onestop.cli.product import Product
from onestop.services.delivery_status import UNKNOWN
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.tables import Notification
from tests.citizen import Citizen
from tests.world import Counter, World, until

QUESTIONS = ("lệ phí làm giấy khai sinh bao nhiêu?", "cho xin số đường dây nóng", "cảm ơn em nhiều nha")
VICTIMS = ("rasa", "rasa", "actions", "notifier", "simulator")
LAST_TURN = "SELECT max(last_interaction_at) FROM citizen"
SHORT_RUNS = 10
LONG_RUNS = 50


@pytest.fixture(scope="module")
def fragile(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of its own, which is killed again and again."""
    product = Product(
        tmp_path_factory.mktemp("fragile"),
        model,
        extra_env={"ONESTOP_STUCK_AFTER_S": "4", "ONESTOP_ZALO_TIMEOUT_S": "3", "ONESTOP_ORPHAN_REPLY_AFTER_S": "3"},
    )
    product.load_demo_data(dossiers=50)
    try:
        product.start()
        yield product
    finally:
        product.stop()


def replies_without_a_crash(product: Product) -> list[int]:
    """How many messages each question is answered with."""
    citizen = Citizen(product.url)
    return [len(citizen.says(question).heard) for question in QUESTIONS]


def unknown_sends(product: Product) -> int:
    sessions = session_factory(create_engine(product.env["ONESTOP_DATABASE_URL"]))
    with sessions() as session:
        return session.query(Notification).filter_by(status=UNKNOWN).count()


def ask_all(citizen: Citizen) -> None:
    """Asks every question; a question that the simulator itself lost in its own death is asked again."""
    for question in QUESTIONS:
        for _attempt in range(200):
            try:
                citizen.sends({"type": "text", "text": question})
                break
            except requests.RequestException:
                time.sleep(0.1)
        time.sleep(0.02)


def one_crash(product: Product, seed: int) -> None:
    rng = random.Random(seed)
    victim = rng.choice(VICTIMS)
    expected = sum(replies_without_a_crash(product))
    unknown_before = unknown_sends(product)
    citizens = [Citizen(product.url) for _ in range(3)]
    followed = Counter(product.url).accepts()
    threads = [threading.Thread(target=ask_all, args=(citizen,)) for citizen in citizens]
    if victim == "simulator":  # a citizen's own phone does not lose what was typed: ask before the crash
        for thread in threads:
            thread.start()
            thread.join()
    else:
        for thread in threads:
            thread.start()
    time.sleep(rng.random() * 0.25)
    product.children[victim].kill()
    time.sleep(rng.random() * 0.5)
    product.start_process(victim)
    for thread in threads:
        thread.join() if thread.is_alive() else None
    World(product.url).advances(40)  # Zalo repeats what it could not deliver after 30 s
    assert followed["code"]

    def all_answered() -> bool:
        return all(len(citizen.all_messages()) >= expected for citizen in citizens)

    unknown = 0
    if not until(all_answered, 60.0):
        unknown = unknown_sends(product) - unknown_before
    time.sleep(1.5)  # a second copy would come now
    counts = [len(citizen.all_messages()) for citizen in citizens]
    assert sum(counts) + unknown == expected * len(citizens), (victim, seed, counts, expected, unknown)
    assert all(count <= expected for count in counts), (victim, seed, counts, expected)


@pytest.mark.timeout(900)
def test_ten_crashes_lose_and_double_nothing(fragile: Product) -> None:
    for seed in range(SHORT_RUNS):
        one_crash(fragile, seed)


@pytest.mark.long
@pytest.mark.timeout(5400)
def test_fifty_crashes_lose_and_double_nothing(fragile: Product) -> None:
    for seed in range(100, 100 + LONG_RUNS):
        one_crash(fragile, seed)


@pytest.mark.timeout(300)
def test_everything_killed_at_once_goes_on_after_a_start(fragile: Product) -> None:
    expected = sum(replies_without_a_crash(fragile))
    citizen = Citizen(fragile.url)
    ask_all(citizen)
    for child in fragile.children.values():
        child.kill()
    fragile.start()
    World(fragile.url).advances(40)
    assert until(lambda: len(citizen.all_messages()) >= expected, 60.0)
    time.sleep(1.5)
    assert len(citizen.all_messages()) == expected


@pytest.mark.timeout(300)
def test_reply_of_a_turn_that_died_between_conversation_and_outbox_is_not_lost(fragile: Product) -> None:
    """Rasa saves the conversation before the replies are queued: a lock on our database holds it there."""
    citizen = Citizen(fragile.url)
    citizen.says("chào em")
    before = len(citizen.all_messages())
    urls = (fragile.env[name] for name in ("ONESTOP_DATABASE_URL", "ONESTOP_TRACKER_URL"))
    own, tracker = (url.removeprefix("sqlite:///") for url in urls)
    with sqlite3.connect(own, isolation_level=None, timeout=5) as lock, sqlite3.connect(tracker, timeout=5) as history:
        turns_before = lock.execute(LAST_TURN).fetchone()
        said_before = history.execute("SELECT count(*) FROM events WHERE type_name = 'bot'").fetchone()
        citizen.sends({"type": "text", "text": "cảm ơn em nhiều nha"})
        while lock.execute(LAST_TURN).fetchone() == turns_before:
            pass
        lock.execute("BEGIN IMMEDIATE")
        assert until(
            lambda: history.execute("SELECT count(*) FROM events WHERE type_name = 'bot'").fetchone() > said_before, 4.0
        )
        fragile.children["rasa"].kill()
        lock.execute("ROLLBACK")
    assert len(citizen.all_messages()) == before
    fragile.start_process("rasa")
    assert until(lambda: len(citizen.all_messages()) > before, 30.0)
    time.sleep(1.5)
    assert len(citizen.all_messages()) == before + 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("delay_s", [0.0, 0.3, 0.7])
def test_push_survives_the_death_of_the_notifier(fragile: Product, delay_s: float) -> None:
    counter = Counter(fragile.url)
    citizen = Citizen(fragile.url)
    dossier = counter.accepts()
    citizen.says(f"báo tôi khi hồ sơ {dossier['code']} có kết quả")
    if not any("theo dõi" in message["text"].lower() for message in citizen.heard):
        citizen.says("đồng ý")
    before = len(citizen.all_messages())
    counter.moves(dossier["code"], 4)
    counter.moves(dossier["code"], 9)
    time.sleep(delay_s)
    fragile.children["notifier"].kill()
    fragile.start_process("notifier")
    assert until(lambda: len(citizen.all_messages()) > before, 30.0)
    time.sleep(2)
    assert len(citizen.all_messages()) == before + 1
