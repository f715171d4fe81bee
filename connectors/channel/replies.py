"""Sends the replies of Rasa's process: threads of its own, so that the event loop never waits for Zalo."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from onestop.bootstrap import Dispatcher
from onestop.log import get_logger

log = get_logger()

LANE = "reply"


class ReplySender:
    """Sends a citizen's replies in order, citizens beside each other.

    Args:
        dispatcher: Claims, sends and records rows of the outbox.
        threads: How many citizens are written to at the same time.
    """

    def __init__(self, dispatcher: Dispatcher, threads: int) -> None:
        self._dispatcher = dispatcher
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reply")
        self._lock = threading.Lock()
        self._wanted: dict[str, bool] = {}  # citizen: whether more came while their replies were being sent

    def wake(self, citizen_id: str) -> None:
        """There is something to send to this citizen."""
        with self._lock:
            if citizen_id in self._wanted:
                self._wanted[citizen_id] = True
                return
            self._wanted[citizen_id] = False
        self._pool.submit(self._send, citizen_id)

    async def catch_up(self) -> None:
        """Wakes citizens whose replies wait for another try, and decides sends that got no answer."""
        for citizen_id in await asyncio.to_thread(self._waiting):
            self.wake(citizen_id)

    def close(self) -> None:
        """Waits for sends under way; what is left stands in the outbox."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _waiting(self) -> list[str]:
        self._dispatcher.resolve_stuck(self._pool)
        return self._dispatcher.due_citizens(LANE)

    def _send(self, citizen_id: str) -> None:
        while True:
            try:
                self._dispatcher.send_citizen_lane(citizen_id, LANE)
            except Exception:
                log.exception("reply.sender_failed")
            with self._lock:
                if not self._wanted.get(citizen_id):
                    del self._wanted[citizen_id]
                    return
                self._wanted[citizen_id] = False
