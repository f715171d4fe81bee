"""How fast all senders of a process may call Zalo: a token bucket that slows down when Zalo says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from connectors.zalo.errors import ZaloHeldBackError

SLOWEST_SHARE = 1 / 32
RECOVERY_SHARE_PER_MINUTE = 0.1
BURST_S = 1.0


class RateGate:
    """One for all threads that share an app at Zalo.

    After a refusal for speed (-32) calls pause until the next minute, go on at half the speed, and win back a
    tenth of the full speed in each minute without another refusal. Times are monotonic seconds.
    """

    def __init__(
        self,
        calls_per_minute: float,
        max_wait_s: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if calls_per_minute <= 0:
            raise ValueError("calls_per_minute must be positive")
        self._full_speed = calls_per_minute / 60.0
        self._max_wait_s = max_wait_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._share = 1.0
        self._paused_until = float("-inf")
        self._credit = max(1.0, self._full_speed * BURST_S)
        self._counted_at = monotonic()

    def wait(self) -> None:
        """Takes one call's turn, sleeping up to the longest wait.

        Raises:
            ZaloHeldBackError: The turn would come later than that; nothing was taken.
        """
        with self._lock:
            now = self._monotonic()
            self._refill(now)
            delay = max(self._paused_until - now, 0.0) + max(1.0 - self._credit, 0.0) / self._speed(now)
            if delay > self._max_wait_s:
                raise ZaloHeldBackError("our own rate limit", retry_after_s=delay)
            self._credit -= 1.0
        if delay > 0:
            self._sleep(delay)

    def slow_down(self, pause_s: float) -> None:
        """Zalo refused for speed: pauses, and halves the speed once for all that were refused together."""
        with self._lock:
            now = self._monotonic()
            self._refill(now)
            if now >= self._paused_until:
                self._share = max(self._share_at(now) / 2, SLOWEST_SHARE)
            self._paused_until = max(self._paused_until, now + pause_s)
            self._credit = min(self._credit, 0.0)

    def calls_per_minute(self) -> float:
        """The speed allowed now, for reports."""
        with self._lock:
            return self._speed(self._monotonic()) * 60.0

    def _share_at(self, now: float) -> float:
        recovered = max(now - self._paused_until, 0.0) / 60.0 * RECOVERY_SHARE_PER_MINUTE
        return min(self._share + recovered, 1.0)

    def _speed(self, now: float) -> float:
        return self._full_speed * self._share_at(now)

    def _refill(self, now: float) -> None:
        # Nothing accrues during a pause; the speed at the end of the interval stands for all of it.
        since = max(self._counted_at, min(self._paused_until, now))
        most = max(1.0, self._speed(now) * BURST_S)
        self._credit = min(self._credit + max(now - since, 0.0) * self._speed(now), most)
        self._counted_at = now
