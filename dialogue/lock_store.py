"""One citizen at a time, in the order of arrival, without polling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig


class FairLockStore(LockStore):
    """First come, first served, in one process; Rasa's own store polls once a second and lets tickets expire."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, list[None]]] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 60.0, wait_time_in_seconds: float = 1.0
    ) -> AsyncIterator[None]:
        """Holds the conversation until the block ends; both times are Rasa's and are not needed here."""
        lock, holders = self._locks.setdefault(conversation_id, (asyncio.Lock(), []))
        holders.append(None)
        try:
            async with lock:
                yield None
        finally:
            holders.pop()
            if not holders:
                self._locks.pop(conversation_id, None)
