"""Zalo says that messages arrived and were read: twice, out of order, late, or before we know that they were sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connectors.zalo_connector import ZaloInput
from onestop import clock
from onestop.bootstrap import ChannelBackend, ChannelServices
from onestop.services.sealing import Sealer
from onestop.settings import Settings
from tests.integration.faults.conftest import Post
from tests.sim_server import APP_ID, OA_ID, OA_SECRET
from tests.world import until


@dataclass
class Webhook:
    """Our webhook behind real HTTP; hands every request on so many times, or takes none."""

    url: str = ""
    times: int = 1
    is_down: bool = False


@pytest.fixture
def webhook(post: Post) -> Iterator[Webhook]:
    settings = Settings("sqlite://", "sqlite://", "sqlite://", APP_ID, OA_ID, "x", OA_SECRET, "x")
    backend = ChannelBackend(post.sessions, 60.0, Sealer("example-secret"))
    channel = ZaloInput(ChannelServices(settings, backend, post.dispatcher, lambda _url: None, lambda _user: None))
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    mine = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = 503 if mine.is_down else max(self._hand_on(body) for _ in range(mine.times))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _hand_on(self, body: bytes) -> int:
            work = channel._receive(body, self.headers.get("X-ZEvent-Signature"))
            return int(asyncio.run_coroutine_threadsafe(work, loop).result(10).status)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mine.url = f"http://127.0.0.1:{server.server_port}/"
    post.zalo.post("/sim/v1/webhook", {"url": mine.url, "enabled": True})
    yield mine
    server.shutdown()
    server.server_close()
    for task in asyncio.all_tasks(loop):
        loop.call_soon_threadsafe(task.cancel)
    loop.call_soon_threadsafe(loop.stop)


def is_seen(post: Post, number: int) -> Callable[[], bool]:
    return lambda: post.row(number).seen_at is not None


@pytest.mark.parametrize("shuffle", [False, True])
def test_twice_and_out_of_order_make_one_delivery(shuffle: bool, post: Post, webhook: Webhook) -> None:
    webhook.times = 2
    post.zalo.post("/sim/v1/webhook", {"shuffle": shuffle})
    user = post.citizen(device="mobile")
    numbers = [post.queues(user, f"tin {n}") for n in range(3)]
    assert post.settles()
    assert until(lambda: all(is_seen(post, number)() for number in numbers), 6.0)
    for number in numbers:
        row = post.row(number)
        assert row.status == "delivered"
        assert row.delivered_at <= row.seen_at
    assert len(post.heard(user)) == 3


def test_event_that_overtakes_the_record_of_its_send_is_not_lost(post: Post, webhook: Webhook) -> None:
    post.zalo.post("/sim/v1/rules", {"auto_seen": False})  # else the second event would tell of the first
    user = post.citizen(device="mobile")
    post.zalo.add_fault("message/cs", "delay:0.7")  # it is on the phone; we hear so later
    number = post.queues(user, "tin")
    assert post.settles()
    assert post.row(number).delivered_at is None or post.row(number).status == "delivered"
    assert until(lambda: post.row(number).status == "delivered", 4.0)


def test_late_event_keeps_its_own_time(post: Post, webhook: Webhook) -> None:
    user = post.citizen(device="mobile")
    webhook.is_down = True
    number = post.queues(user, "tin")
    sent_at = clock.now()
    assert post.settles()
    until(lambda: False, 1.5)
    webhook.is_down = False
    post.moves_clock(40)  # Zalo repeats after half a minute
    assert until(is_seen(post, number), 6.0)
    assert post.row(number).delivered_at - sent_at < timedelta(seconds=10)


def test_event_of_a_message_that_is_not_ours_is_taken_and_changes_nothing(post: Post, webhook: Webhook) -> None:
    user = post.citizen(device="mobile")
    number = post.queues(user, "tin")
    assert post.settles()
    answer = post.zalo.post(f"/sim/v1/citizens/{user}/staff", {"text": "Chào bác, em là cán bộ"})
    assert answer["webhook_status"] == 200
    assert until(is_seen(post, number), 6.0)
    assert len(post.rows()) == 1
