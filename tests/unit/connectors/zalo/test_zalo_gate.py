from __future__ import annotations

import threading
import time

import pytest

from connectors.zalo.errors import ZaloTemporaryError
from connectors.zalo.gate import SLOWEST_SHARE, RateGate


class ManualTime:
    """Monotonic seconds that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def hands() -> ManualTime:
    return ManualTime()


def gate_at(hands: ManualTime, per_minute: float = 600, max_wait_s: float = 5) -> RateGate:
    return RateGate(per_minute, max_wait_s, hands.monotonic, hands.sleep)


def calls_within(gate: RateGate, hands: ManualTime, seconds: float) -> int:
    end, count = hands.now + seconds, 0
    while True:
        gate.wait()
        if hands.now > end:
            return count
        count += 1


def test_the_speed_is_kept_after_a_short_burst(hands):
    assert calls_within(gate_at(hands), hands, 60) == pytest.approx(600 + 10, abs=2)


def test_a_refusal_pauses_until_the_next_minute_and_halves_the_speed(hands):
    gate = gate_at(hands, max_wait_s=60)
    gate.slow_down(30)
    before = hands.now
    gate.wait()
    assert hands.now - before >= 30
    assert gate.calls_per_minute() == pytest.approx(300, rel=0.02)


def test_while_paused_callers_are_told_when_to_come_back_instead_of_waiting_long(hands):
    gate = gate_at(hands)
    gate.slow_down(42)
    before = hands.now
    with pytest.raises(ZaloTemporaryError) as caught:
        gate.wait()
    assert 42 <= caught.value.retry_after_s < 43
    assert hands.now == before


def test_senders_refused_together_halve_the_speed_once(hands):
    gate = gate_at(hands)
    for _ in range(20):
        gate.slow_down(10)
    hands.now += 10.001
    assert gate.calls_per_minute() == pytest.approx(300, rel=0.01)


def test_refusals_of_further_minutes_slow_down_further_to_a_floor(hands):
    gate = gate_at(hands)
    for _ in range(12):
        gate.slow_down(1)
        hands.now += 1.5
    assert gate.calls_per_minute() == pytest.approx(600 * SLOWEST_SHARE, rel=0.1)


def test_speed_comes_back_slowly_and_whole(hands):
    gate = gate_at(hands)
    gate.slow_down(1)
    hands.now += 1 + 60
    assert gate.calls_per_minute() == pytest.approx(360)
    hands.now += 600
    assert gate.calls_per_minute() == pytest.approx(600)


def test_a_long_rest_does_not_save_up_more_than_a_burst(hands):
    gate = gate_at(hands)
    hands.now += 3600
    assert calls_within(gate, hands, 1) <= 21


def test_many_threads_together_keep_the_speed():
    gate = RateGate(calls_per_minute=6000, max_wait_s=5)
    passed = []

    def work() -> None:
        for _ in range(20):
            gate.wait()
            passed.append(1)

    threads = [threading.Thread(target=work) for _ in range(10)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 200
    assert 0.9 < time.monotonic() - began < 5  # 100 at once, then 100 a second


def test_a_speed_of_nothing_is_refused():
    with pytest.raises(ValueError):
        RateGate(0)
