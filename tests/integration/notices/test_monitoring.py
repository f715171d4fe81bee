"""What Prometheus, a load balancer and the log say of the notifier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from notifier import monitoring
from notifier.monitoring import Monitoring, Watch
from onestop import clock
from tests.integration.notices.conftest import Office


@pytest.fixture
def watch(office: Office, monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr(clock, "now", lambda: office.now)
    return Watch(office.sessions, office.reader)


@pytest.fixture
def url(watch: Watch) -> Iterator[str]:
    server = Monitoring(watch, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    server.close()


def queue_receipt(office: Office) -> None:
    office.person(proof="phone")
    office.happens("received", state_from=1, state_to=2)
    office.reads_events()


def metric(url: str, name: str) -> float:
    lines = requests.get(f"{url}/metrics", timeout=10).text.splitlines()
    return float(
        next(line for line in lines if line.startswith(f"{name} ") or line.startswith(f"{name}{{")).split()[-1]
    )


def test_healthy_while_nothing_waits(url: str) -> None:
    answer = requests.get(f"{url}/health", timeout=10)
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert metric(url, "onestop_receipt_alarm") == 0


def test_receipt_that_waits_over_a_minute_is_an_alarm(
    office: Office, watch: Watch, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(monitoring.log, "error", lambda event, **more: told.append(event))
    queue_receipt(office)
    office.now += timedelta(seconds=59)
    watch.note_round()
    assert not told and metric(url, "onestop_receipt_wait_seconds") == 59
    office.now += timedelta(seconds=2)
    watch.note_round()
    watch.note_round()
    assert told == ["alarm.receipt_waits"]
    assert metric(url, "onestop_receipt_alarm") == 1
    assert requests.get(f"{url}/health", timeout=10).status_code == 503


def test_late_in_silence_is_published(office: Office, url: str) -> None:
    office.person()
    office.now += timedelta(days=10)
    assert metric(url, "onestop_silently_late_dossiers") == 1


def test_rows_are_counted_by_lane_and_status_without_a_word_on_persons(office: Office, url: str) -> None:
    queue_receipt(office)
    text = requests.get(f"{url}/metrics", timeout=10).text
    assert 'onestop_outbox_rows{lane="notice",status="created"} ' in text
    assert "+84" not in text and "8001" not in text


def test_loop_that_stands_still_is_not_healthy(watch: Watch, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "STALLED_AFTER_S", -1.0)
    assert requests.get(f"{url}/health", timeout=10).text == "stalled\n"
