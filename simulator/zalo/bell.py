"""Wakes requests that wait for news of a citizen or of a phone number."""

import asyncio
from collections import defaultdict


class Bell:
    """Long polls wait on a key; whoever changes something rings it."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self.is_closed = False

    def ring(self, key: str) -> None:
        """Wakes everyone who waits for this key."""
        for future in self._waiting.pop(key, set()):
            if not future.done():
                future.set_result(None)

    async def wait(self, key: str, timeout_s: float) -> bool:
        """Waits for the next ring; False when none came in time or the server is stopping."""
        if self.is_closed or timeout_s <= 0:
            return False
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[key].add(future)
        try:
            await asyncio.wait_for(future, timeout_s)
        except asyncio.TimeoutError:
            return False
        finally:
            self._forget(key, future)
        return not self.is_closed

    def close(self) -> None:
        """Ends all waiting, so that the server can stop at once."""
        self.is_closed = True
        for key in list(self._waiting):
            self.ring(key)

    def _forget(self, key: str, future: "asyncio.Future[None]") -> None:
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiting[key]
