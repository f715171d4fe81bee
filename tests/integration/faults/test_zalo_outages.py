"""Zalo is away, slow, or takes connections and says nothing: afterwards everybody has everything, in order, once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from connectors.zalo.client import ZaloClient
from notifier.loop import Notifier
from onestop import clock
from onestop.storage.tables import Notification
from tests.integration.faults.conftest import TIMEOUT_S, Post
from tests.sim_server import SMS_KEY, RunningSimulator, start_simulator
from tests.world import until

HALF_AN_HOUR_S = 1800
LONG = pytest.mark.long


def queue_three_each(post: Post, citizens: int = 4) -> list[str]:
    users = [post.citizen() for _ in range(citizens)]
    for number in range(3):
        for user in users:
            post.queues(user, f"tin {number}")
    return users


@pytest.mark.parametrize(
    "fault", ["error:-214", "reset_after", *(pytest.param(one, marks=LONG) for one in ("http:503", "reset_before"))]
)
def test_half_an_hour_of_refusals_delays_and_loses_nothing(fault: str, post: Post) -> None:
    queue_three_each(post)
    post.zalo.add_fault("message/cs", fault)
    for _ in range(6):
        post.round()
        post.grows_old(60)  # what was lost may be looked up
        post.moves_clock(HALF_AN_HOUR_S / 6)
    assert post.rows("temporary-failure", "sending")
    post.zalo.clear_faults()
    until(lambda: is_through_in_the_end(post), 20.0)
    post.is_told_once_and_in_order()
    assert {row.status for row in post.rows()} == {"sent"}


def is_through_in_the_end(post: Post) -> bool:
    post.grows_old(60)
    post.moves_clock(300)
    return post.settles(0.5)


def test_dead_zalo_is_waited_for_longer_than_four_hours(post: Post, zalo: RunningSimulator) -> None:
    """Nothing listens: the simulator is killed, and started again over its state."""
    queue_three_each(post, citizens=2)
    zalo.kill()
    for _ in range(9):
        post.round()
        post.moves_own_clock(HALF_AN_HOUR_S)
    assert {row.status for row in post.rows()} == {"temporary-failure", "created"}
    again = start_simulator(zalo.clock_offset_file.parent, port=urlsplit(zalo.url).port, sms_key=SMS_KEY)
    zalo.process, zalo.session = again.process, again.session
    until(lambda: is_through_in_the_end(post), 20.0)
    post.is_told_once_and_in_order()


def test_back_off_lasts_for_more_than_four_hours_and_ends(post: Post) -> None:
    number = post.queues(post.citizen(), "không gửi được")
    post.zalo.add_fault("message/cs", "error:-214")
    waited_s = 0.0
    for _ in range(100):
        post.round()
        if post.row(number).status != "temporary-failure":
            break
        with post.sessions.begin() as session:
            row = session.get(Notification, number)
            waited_s += (row.next_attempt_at - clock.now()).total_seconds()
            row.next_attempt_at = clock.now()
    assert post.row(number).status == "permanent-failure"
    assert 4 * 3600 < waited_s < 8 * 3600


def test_slow_zalo_delivers_all_in_order(post: Post) -> None:
    queue_three_each(post)
    post.zalo.add_fault("message/cs", f"delay:{TIMEOUT_S * 0.6}")
    assert post.settles(30.0)
    post.is_told_once_and_in_order()


def test_send_that_hangs_holds_up_nobody_else(post: Post) -> None:
    """One citizen's send hangs until its time is over; the others of the same round, and the next ones, go."""
    hanging, others = post.citizen(), [post.citizen() for _ in range(6)]
    post.zalo.add_fault("message/cs", "delay:3", user_id=hanging)
    post.queues(hanging, "treo")
    for user in others:
        post.queues(user, "tin một")
    began = time.monotonic()
    post.round()
    for user in others:
        post.queues(user, "tin hai")
    post.round()
    took_s = time.monotonic() - began
    assert {tuple(post.heard(user)) for user in others} == {("tin một", "tin hai")}
    assert len(post.rows("sent")) == 2 * len(others)  # recorded, not only sent
    assert took_s < TIMEOUT_S, took_s


def test_look_up_that_hangs_holds_up_nobody_else(post: Post) -> None:
    lost, other = post.citizen(), post.citizen()
    post.zalo.add_fault("message/cs", "reset_after", user_id=lost, times=1)
    post.zalo.add_fault("conversation", "delay:3")
    post.queues(lost, "mất trả lời")
    post.round()
    assert until(lambda: post.round() > 0, 4.0)  # the look-up is under way
    post.queues(other, "tin")
    began = time.monotonic()
    post.round()
    assert time.monotonic() - began < TIMEOUT_S
    assert post.heard(other) == ["tin"]
    post.zalo.clear_faults()
    assert post.settles()
    assert post.heard(lost) == ["mất trả lời"]


@dataclass
class HalfOpen:
    """Takes connections and requests, and never says a word."""

    url: str = ""
    taken: list[socket.socket] = field(default_factory=list)


@contextmanager
def half_open() -> Iterator[HalfOpen]:
    server = socket.create_server(("127.0.0.1", 0))
    mine = HalfOpen(f"http://127.0.0.1:{server.getsockname()[1]}")

    def take() -> None:
        while True:
            try:
                mine.taken.append(server.accept()[0])
            except OSError:
                return

    threading.Thread(target=take, daemon=True).start()
    try:
        yield mine
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for connection in mine.taken:
            connection.close()


def test_half_open_zalo_is_asked_afterwards_what_it_took(post: Post) -> None:
    """Nobody can tell from silence: the history is asked once Zalo speaks again, and nothing is repeated blindly."""
    users = queue_three_each(post, citizens=2)
    config = client_of(post).config
    with half_open() as zalo:
        object.__setattr__(config, "openapi_url", zalo.url)
        post.round()
        until(lambda: post.round() < 0, TIMEOUT_S + 0.5)
        assert zalo.taken
        assert {row.status for row in post.rows()} == {"sending", "created"}
        object.__setattr__(config, "openapi_url", post.zalo.url)
    assert [post.heard(user) for user in users] == [[], []]
    post.grows_old(60)  # it may be at it for half a minute
    assert post.settles()
    post.is_told_once_and_in_order()


def test_request_that_takes_effect_after_its_sender_gave_up_is_not_repeated(post: Post) -> None:
    user = post.citizen()
    post.zalo.add_fault("message/cs", f"delay_before:{TIMEOUT_S + 1}", times=1)
    number = post.queues(user, "tới muộn")
    post.round()
    until(lambda: post.round() < 0, TIMEOUT_S + 2)
    assert post.row(number).status == "sending"  # not asked yet: it would have looked as if nothing had come
    post.grows_old(60)
    assert post.settles()
    assert post.heard(user) == ["tới muộn"]


def client_of(post: Post) -> ZaloClient:
    return post.dispatcher._senders["cs"]._client  # type: ignore[attr-defined]


def test_receipt_in_back_off_is_an_alarm_after_a_minute(post: Post, make_notifier: Callable[[Post], Notifier]) -> None:
    notifier = make_notifier(post)
    post.queues(post.citizen(), "đã tiếp nhận", kind="received")
    post.zalo.add_fault("message/cs", "error:-214")
    for _ in range(5):
        post.round()
        post.moves_clock(30)
    assert post.rows("temporary-failure")
    assert notifier.watch.receipt_waits_s() > 60
    assert notifier.watch.problem() == "receipt-waits"
