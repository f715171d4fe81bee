"""One-time codes on their way: sent at once and once, never too late, readable nowhere afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.sms.client import SmsClient, SmsConfig
from onestop import clock
from onestop.bootstrap.sms_sender import SmsSender
from onestop.messages.types import SealedText, TextMessage
from onestop.services import outbox
from onestop.services.dispatch import Dispatcher
from onestop.services.sealing import SealBroken, Sealer
from onestop.storage import SessionFactory
from onestop.storage.tables import Delivery, Notification
from tests.sim_server import SMS_KEY, RunningSimulator, start_simulator

PHONE = "+84912345678"
TEXT = "123456 la ma"
SEALER = Sealer("example-secret")
Put = Callable[..., int]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningSimulator]:
    simulator = start_simulator(tmp_path, sms_key=SMS_KEY)
    yield simulator
    simulator.stop()


@pytest.fixture
def codes(sessions: SessionFactory, gateway: RunningSimulator) -> Iterator[Dispatcher]:
    client = SmsClient(SmsConfig(gateway.url, SMS_KEY, 1.0))
    yield Dispatcher(sessions, {"sms": SmsSender(client, SEALER)}, "test", stuck_after_s=2.5)
    client.close()


@pytest.fixture
def put(sessions: SessionFactory) -> Put:
    def queued(key: str = "code:1", expires_in_s: float = 300.0, at: datetime | None = None) -> int:
        now = at or clock.now()
        with sessions.begin() as session:
            outbox.put(
                session,
                key=key,
                citizen_id="c1",
                lane=outbox.CODE,
                kind="one_time_code",
                message=SealedText(SEALER.seal(TEXT)),
                now=now,
                channel=outbox.SMS,
                phone=PHONE,
                expires_at=now + timedelta(seconds=expires_in_s),
            )
            return session.query(Notification.id).filter_by(key=key).scalar()

    return queued


def row_of(sessions: SessionFactory, number: int) -> Notification:
    with sessions() as session:
        return session.get(Notification, number)


def test_a_code_arrives_once_and_stays_readable_nowhere(
    codes: Dispatcher, gateway: RunningSimulator, sessions: SessionFactory, put: Put
) -> None:
    number = put()
    assert TEXT not in repr(row_of(sessions, number).body)  # nor before it is sent
    assert codes.due(("code",)) == [number]
    assert codes.send_row(number) and not codes.send_row(number)
    assert [message["text"] for message in gateway.phone_messages(PHONE)] == [TEXT]
    row = row_of(sessions, number)
    assert (row.status, row.body) == ("sent", {"kind": "sealed", "sealed": ""})
    with sessions() as session:
        assert [(one.channel, one.outcome) for one in session.query(Delivery)] == [("sms", "sent")]


def test_a_code_that_has_expired_is_not_sent(
    codes: Dispatcher, gateway: RunningSimulator, sessions: SessionFactory, put: Put
) -> None:
    number = put(expires_in_s=-1)
    codes.send_row(number)
    row = row_of(sessions, number)
    assert (row.status, row.error, row.body["sealed"]) == ("cancelled", "expired", "")
    assert gateway.phone_messages(PHONE) == []


def test_a_gateway_that_is_busy_is_tried_again_while_the_code_lives(
    codes: Dispatcher, gateway: RunningSimulator, sessions: SessionFactory, put: Put
) -> None:
    gateway.add_fault("sms/messages", "http:429", times=1)
    number = put()
    codes.send_row(number)
    assert row_of(sessions, number).status == "temporary-failure"
    assert row_of(sessions, number).next_attempt_at - clock.now() < timedelta(seconds=6)
    with sessions.begin() as session:
        session.get(Notification, number).next_attempt_at = clock.now()
    codes.send_row(number)
    assert len(gateway.phone_messages(PHONE)) == 1


def test_no_further_try_is_planned_past_the_codes_end(
    codes: Dispatcher, gateway: RunningSimulator, sessions: SessionFactory, put: Put
) -> None:
    gateway.add_fault("sms/messages", "http:401", times=1)  # our key: worth another look in five minutes only
    number = put(expires_in_s=200)
    codes.send_row(number)
    assert (row_of(sessions, number).status, row_of(sessions, number).body["sealed"]) == ("cancelled", "")


def test_a_send_without_an_answer_is_never_repeated(
    codes: Dispatcher, gateway: RunningSimulator, sessions: SessionFactory, put: Put
) -> None:
    gateway.add_fault("sms/messages", "reset_after", times=1)
    number = put()
    codes.send_row(number)
    deadline = time.monotonic() + 8
    while row_of(sessions, number).status == "sending" and time.monotonic() < deadline:
        codes.resolve_stuck()
        time.sleep(0.1)
    row = row_of(sessions, number)
    assert (row.status, row.body["sealed"]) == ("unknown", "")
    assert len(gateway.phone_messages(PHONE)) == 1


def test_nothing_personal_stands_in_the_log(codes: Dispatcher, gateway: RunningSimulator, put: Put) -> None:
    gateway.add_fault("sms/messages", "http:500", times=1)
    with capture_logs() as logs:
        codes.send_row(put())
        codes.send_row(put("code:2"))
    assert logs and "912345678" not in repr(logs) and "123456" not in repr(logs)


def test_an_installation_without_a_gateway_gives_up_at_once(sessions: SessionFactory, put: Put) -> None:
    number = put()
    Dispatcher(sessions, {"sms": SmsSender(None, SEALER)}, "test").send_row(number)
    assert (row_of(sessions, number).status, row_of(sessions, number).error) == ("permanent-failure", "no-sms-gateway")


def test_an_sms_is_no_part_of_the_conversations_history(sessions: SessionFactory, codes: Dispatcher, put: Put) -> None:
    from onestop.storage.outbox import unrecorded_pushes

    codes.send_row(put())
    with sessions() as session:
        assert unrecorded_pushes(session, 10) == []


def test_plain_texts_go_by_sms_too(codes: Dispatcher, gateway: RunningSimulator, sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        outbox.put(
            session,
            key="n:1",
            citizen_id="c1",
            lane=outbox.CODE,  # news would wait for the morning where this runs at night
            kind="ready",
            message=TextMessage("Ho so da co ket qua."),
            now=clock.now(),
            channel=outbox.SMS,
            phone=PHONE,
        )
        number = session.query(Notification.id).scalar()
    codes.send_row(number)
    assert [message["text"] for message in gateway.phone_messages(PHONE)] == ["Ho so da co ket qua."]


def test_a_seal_opens_under_its_own_secret_only() -> None:
    sealed = SEALER.seal(TEXT)
    assert SEALER.open(sealed) == TEXT and TEXT not in sealed
    for other, text in ((Sealer("another"), sealed), (SEALER, ""), (SEALER, sealed[:-4] + "AAAA")):
        with pytest.raises(SealBroken):
            other.open(text)
    assert SEALER.fingerprint("a", "bc") != SEALER.fingerprint("ab", "c")
