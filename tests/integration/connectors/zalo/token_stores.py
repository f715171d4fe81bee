"""Stand-ins for what the product keeps tokens in."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

from connectors.zalo.auth import TokenPair


class FixedTokens:
    """A `TokenSource` with a list of tokens; a refresh goes on to the next one."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens or ("AT-1",))
        self.refreshes: list[str] = []

    def current(self) -> str:
        return self._tokens[0]

    def refresh(self, stale: str) -> str:
        self.refreshes.append(stale)
        if len(self._tokens) > 1:
            self._tokens.pop(0)
        return self._tokens[0]


class MemoryTokenStore:
    """A `TokenStore` that threads share as processes share a database."""

    def __init__(self, pair: TokenPair | None = None) -> None:
        self.pair = pair
        self.saves = 0
        self.failing_saves = 0
        self.holder: str | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def read(self) -> TokenPair | None:
        with self._lock:
            return self.pair

    def lease(self, owner: str, seconds: float) -> bool:
        with self._lock:
            if self.holder not in (None, owner) and time.monotonic() < self._until:
                return False
            self.holder, self._until = owner, time.monotonic() + seconds
            return True

    def save(self, pair: TokenPair) -> None:
        with self._lock:
            if self.failing_saves:
                self.failing_saves -= 1
                raise OSError("disk full")
            self.pair = pair
            self.saves += 1

    def release(self, owner: str) -> None:
        with self._lock:
            if self.holder == owner:
                self.holder = None


def pair_of(number: int, now: datetime, left: timedelta = timedelta(hours=25)) -> TokenPair:
    return TokenPair(f"AT-{number}", f"RT-{number}", now + left, now + left - timedelta(hours=25))
