"""The wire to the SMS gateway, against the simulated one: what it does is a value."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sms.client import SmsClient, SmsConfig, SmsFailed, SmsFailure, SmsSent
from onestop.errors import MissingSetting
from onestop.settings import Settings
from tests.sim_server import SMS_KEY, RunningSimulator, start_simulator

PHONE = "+84912345678"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    simulator = start_simulator(tmp_path_factory.mktemp("gateway"), sms_key=SMS_KEY)
    yield simulator
    simulator.stop()


@pytest.fixture(autouse=True)
def behaves(gateway: RunningSimulator) -> Iterator[None]:
    yield
    gateway.clear_faults()


def client(url: str, key: str = SMS_KEY, timeout_s: float = 2.0) -> SmsClient:
    return SmsClient(SmsConfig(url, key, timeout_s))


def test_an_sms_arrives_on_its_phone(gateway: RunningSimulator) -> None:
    result = client(gateway.url).send(PHONE, "123456 la ma", "ref-1")
    assert isinstance(result, SmsSent) and result.id
    (message,) = gateway.phone_messages(PHONE, wait_s=2)
    assert (message["text"], message["channel"]) == ("123456 la ma", "sms")


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("http:500", SmsFailure.AMBIGUOUS),
        ("http:429", SmsFailure.TEMPORARY),
        ("reset_after", SmsFailure.AMBIGUOUS),
        ("delay:5", SmsFailure.AMBIGUOUS),
    ],
)
def test_a_gateway_in_trouble_is_a_value(gateway: RunningSimulator, fault: str, failure: SmsFailure) -> None:
    gateway.add_fault("sms/messages", fault, times=1)
    result = client(gateway.url, timeout_s=1.0).send("+84900000009", "x")
    assert isinstance(result, SmsFailed) and result.failure is failure


def test_a_wrong_key_is_ours_to_mend(gateway: RunningSimulator) -> None:
    result = client(gateway.url, key="wrong").send(PHONE, "x")
    assert isinstance(result, SmsFailed) and result.failure is SmsFailure.CONFIGURATION


def test_a_number_that_is_none_is_permanent(gateway: RunningSimulator) -> None:
    result = client(gateway.url).send("+1", "x")
    assert isinstance(result, SmsFailed) and result.failure is SmsFailure.PERMANENT


def test_a_dead_gateway_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = client(f"http://127.0.0.1:{port}").send(PHONE, "x")
    assert isinstance(result, SmsFailed) and result.failure is SmsFailure.TEMPORARY
    assert PHONE not in repr(result)


def settings(**more: str) -> Settings:
    compulsory = (
        "database_url dossiers_url tracker_url zalo_app_id zalo_oa_id zalo_app_secret zalo_secret_key token_key"
    )
    return Settings(**{name: "x" for name in compulsory.split()}, **more)  # type: ignore[arg-type]


def test_an_address_without_a_key_stops_the_start() -> None:
    assert SmsConfig.from_settings(settings()) is None
    with pytest.raises(MissingSetting, match="ONESTOP_SMS_KEY"):
        SmsConfig.from_settings(settings(sms_url="http://gateway.example"))


def test_a_key_shows_in_no_repr(tmp_path: Path) -> None:
    assert "secret" not in repr(SmsConfig("http://gateway.example", "secret"))
