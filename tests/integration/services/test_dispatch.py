"""What is sent, in which order, and what becomes of a send that Zalo answers badly or not at all."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors.zalo.client import ZaloClient
from onestop import clock
from onestop.bootstrap.zalo_sender import ZaloSender
from onestop.messages.types import Button, TextMessage
from onestop.services.dispatch import Dispatcher
from onestop.storage import SessionFactory
from onestop.storage.tables import Citizen, Delivery, Notification
from tests.sim_server import RunningSimulator

Create = Callable[..., int]
StatusOf = Callable[[int], str]


def texts(zalo: RunningSimulator, user: str) -> list[str]:
    return [message["text"] for message in zalo.messages(user)]


def send_until_settled(dispatcher: Dispatcher, wait_s: float = 8.0) -> None:
    """What the loops do, until nothing is due or stuck."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        for notification_id in dispatcher.due(("reply",)):
            dispatcher.send_row(notification_id)
        dispatcher.resolve_stuck()
        time.sleep(0.1)


def test_message_reaches_its_citizen_once(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create, status_of: StatusOf
) -> None:
    row = create_notification("Dạ, em chào chị.")
    assert dispatcher.send_row(row)
    assert not dispatcher.send_row(row)
    assert texts(zalo, zalo_user) == ["Dạ, em chào chị."]
    assert status_of(row) == "sent"


def test_buttons_arrive_under_their_text(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create
) -> None:
    dispatcher.send_row(create_notification(message=TextMessage("Chọn ạ", (Button("Tra cứu", "#mc/x"),))))
    (message,) = zalo.messages(zalo_user)
    assert [button["title"] for button in message["buttons"]] == ["Tra cứu"]


def test_same_key_makes_one_row(sessions: SessionFactory, create_notification: Create) -> None:
    create_notification("một", key="turn:0")
    create_notification("hai", key="turn:0")
    with sessions() as session:
        assert [row.record for row in session.query(Notification)] == ["một"]


def test_later_reply_waits_for_the_earlier_one(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create
) -> None:
    first, second = create_notification("một"), create_notification("hai")
    zalo.add_fault("message/cs", "error:-32", times=1)
    dispatcher.send_row(first)
    assert not dispatcher.send_row(second)
    assert texts(zalo, zalo_user) == []


def test_reply_is_tried_again_after_a_temporary_error(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create, status_of: StatusOf
) -> None:
    row = create_notification("một")
    zalo.add_fault("message/cs", "error:-200", times=1)
    dispatcher.send_row(row)
    assert status_of(row) == "temporary-failure"
    send_until_settled(dispatcher)
    assert texts(zalo, zalo_user) == ["một"]


@pytest.mark.parametrize("fault", ["reset_after", "html", "http:500"])
def test_send_whose_answer_was_lost_is_not_repeated(
    fault: str,
    dispatcher: Dispatcher,
    zalo: RunningSimulator,
    zalo_user: str,
    create_notification: Create,
    status_of: StatusOf,
) -> None:
    row = create_notification("một")
    zalo.add_fault("message/cs", fault, times=1)
    dispatcher.send_row(row)
    assert status_of(row) in ("sending", "temporary-failure")
    send_until_settled(dispatcher)
    assert texts(zalo, zalo_user) == ["một"]
    assert status_of(row) == "sent"


def test_send_that_never_happened_is_queued_again(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create, status_of: StatusOf
) -> None:
    row = create_notification("một")
    zalo.add_fault("message/cs", "reset_before", times=1)
    dispatcher.send_row(row)
    send_until_settled(dispatcher)
    assert texts(zalo, zalo_user) == ["một"]
    assert status_of(row) == "sent"


def test_row_of_a_dead_sender_is_looked_up(
    dispatcher: Dispatcher,
    sessions: SessionFactory,
    zalo: RunningSimulator,
    zalo_user: str,
    create_notification: Create,
    status_of: StatusOf,
) -> None:
    row = create_notification("một")
    dispatcher.send_row(row)
    with sessions.begin() as session:  # as if the process had died between Zalo's answer and our record
        stored = session.get(Notification, row)
        stored.status, stored.zalo_message_id, stored.claimed_at = "sending", None, time.time() - 60
    dispatcher.resolve_stuck()
    assert status_of(row) == "sent"
    assert texts(zalo, zalo_user) == ["một"]


def test_row_of_a_dead_process_need_not_grow_old(
    sessions: SessionFactory,
    client: ZaloClient,
    tmp_path: Path,
    zalo: RunningSimulator,
    zalo_user: str,
    create_notification: Create,
    status_of: StatusOf,
) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    dispatcher = Dispatcher(sessions, {"cs": ZaloSender(client, tmp_path)}, "test", stuck_after_s=9999)
    row = create_notification("một")
    with sessions.begin() as session:
        stored = session.get(Notification, row)
        stored.status, stored.sending_since, stored.claimed_at = "sending", clock.now(), time.time() - 20
        stored.claimed_by = f"rasa@{socket.gethostname()[:30]}@{dead.pid}"
    dispatcher.resolve_stuck()
    assert status_of(row) == "temporary-failure"
    dispatcher.send_row(row)
    assert texts(zalo, zalo_user) == ["một"]


def test_citizen_whom_zalo_does_not_know_is_not_tried_again(
    dispatcher: Dispatcher, sessions: SessionFactory, create_notification: Create, status_of: StatusOf
) -> None:
    row = create_notification("một", user="8000000000000099999")
    dispatcher.send_row(row)
    assert status_of(row) == "permanent-failure"
    assert dispatcher.due(("reply",)) == []


def test_every_attempt_is_recorded(
    dispatcher: Dispatcher, sessions: SessionFactory, zalo: RunningSimulator, create_notification: Create
) -> None:
    row = create_notification("một")
    zalo.add_fault("message/cs", "error:-200", times=1)
    dispatcher.send_row(row)
    send_until_settled(dispatcher)
    with sessions() as session:
        outcomes = [delivery.outcome for delivery in session.query(Delivery).filter_by(notification_id=row)]
    assert outcomes == ["retry", "sent"]


def test_expired_access_token_is_refreshed_once_and_the_message_goes(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create
) -> None:
    zalo.add_fault("message/cs", "error:-220", times=1)
    dispatcher.send_row(create_notification("một"))
    assert texts(zalo, zalo_user) == ["một"]


def test_rate_limit_holds_everything_back_and_loses_nothing(
    dispatcher: Dispatcher, zalo: RunningSimulator, zalo_user: str, create_notification: Create, status_of: StatusOf
) -> None:
    rows = [create_notification(str(number)) for number in range(3)]
    zalo.add_fault("message/cs", "error:-32", times=1)
    for row in rows:
        dispatcher.send_row(row)
    assert texts(zalo, zalo_user) == []
    assert [status_of(row) for row in rows] == ["temporary-failure", "created", "created"]


def test_nothing_personal_stands_in_the_log(
    dispatcher: Dispatcher, zalo: RunningSimulator, create_notification: Create, capfd: pytest.CaptureFixture[str]
) -> None:
    row = create_notification("Bà Hoa, 0912345678")
    zalo.add_fault("message/cs", "error:-200", times=1)
    dispatcher.send_row(row)
    out, err = capfd.readouterr()
    assert "0912345678" not in out + err
    assert "Hoa" not in out + err


def test_unreachable_citizen_is_remembered(
    dispatcher: Dispatcher, sessions: SessionFactory, zalo: RunningSimulator, create_notification: Create
) -> None:
    zalo.add_fault("message/cs", "error:-227", times=1)
    dispatcher.send_row(create_notification("một"))
    with sessions() as session:
        assert session.query(Citizen).one().unreachable_since is not None


def test_broadcast_whose_sends_hang_takes_no_sender_from_news(
    sessions: SessionFactory,
    client: ZaloClient,
    tmp_path: Path,
    zalo: RunningSimulator,
    zalo_user: str,
    create_notification: Create,
    status_of: StatusOf,
) -> None:
    dispatcher = Dispatcher(sessions, {"cs": ZaloSender(client, tmp_path)}, "test")
    slow = [zalo.create_citizen() for _ in range(2)]
    for user in slow:
        zalo.says(user, "chào em")
        zalo.add_fault("message/cs", "delay_before:0.8", user_id=user)
        create_notification("tin chung", user=user, key=f"slow-{user}", lane="code")
    with ThreadPoolExecutor(2) as bulk, ThreadPoolExecutor(2) as news:
        assert dispatcher.send_rows(dispatcher.due(("code",)), bulk, patience_s=0.05, may_remain=1) == 2
        row = create_notification("hồ sơ đã được tiếp nhận", lane="reply")
        began = time.monotonic()
        assert dispatcher.send_rows(dispatcher.due(("reply",)), news) == 1
        assert time.monotonic() - began < 0.4
        assert status_of(row) == "sent"
        assert (dispatcher.under_way(bulk), dispatcher.under_way(news)) == (2, 0)
        dispatcher.collect(bulk, patience_s=5.0)
        assert dispatcher.under_way(bulk) == 0
    assert [len(texts(zalo, user)) for user in slow] == [1, 1]
