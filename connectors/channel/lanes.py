"""One line of waiting events per citizen; citizens beside each other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from connectors.channel.typed import typed_text
from onestop.bootstrap import InboxItem
from onestop.log import get_logger
from onestop.text import fold
from onestop.text.fragments import is_fragment

log = get_logger()

MAX_WAITING = 50
MAX_JOINED = 6


@dataclass(frozen=True)
class Batch:
    """Events answered by one turn: one, or the fragments of one request sent in several messages."""

    items: list[InboxItem]
    text: str | None
    is_recovered: bool
    is_behind: bool = False  # newer events of the citizen wait already


class Lanes:
    """Runs `handle` for each event: per citizen in order of arrival, at most `limit` citizens at the same time.

    Args:
        handle: Works on one batch; it does not raise.
        fragment_wait_s: How long a message that is only the beginning of a request waits for the rest.
    """

    def __init__(self, handle: Callable[[Batch], Awaitable[None]], limit: int, fragment_wait_s: float) -> None:
        self._handle = handle
        self._slots = asyncio.Semaphore(limit)
        self._fragment_wait_s = fragment_wait_s
        self._queues: dict[str, deque[tuple[InboxItem, bool]]] = {}
        self._arrivals: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task] = {}
        self._known: set[int] = set()

    def put(self, item: InboxItem, is_recovered: bool = False) -> bool:
        """Lines an event up; False where its line is full (it stays in the inbox) or it stands there already."""
        lane = item.zalo_user_id or "-"
        queue = self._queues.setdefault(lane, deque())
        if item.id in self._known or len(queue) >= MAX_WAITING:
            return False
        self._known.add(item.id)
        queue.append((item, is_recovered))
        self._arrivals.setdefault(lane, asyncio.Event()).set()
        if lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._run(lane))
        return True

    async def drain(self, timeout_s: float) -> None:
        """Waits until the lanes are empty or the time is over; what is left stays in the inbox."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=timeout_s)

    async def _run(self, lane: str) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                batch = await self._next_batch(lane, queue)
                try:
                    async with self._slots:
                        await self._handle(replace(batch, is_behind=bool(queue)))
                except Exception:
                    log.exception("lane.failed")
                finally:
                    self._known.difference_update(item.id for item in batch.items)
        finally:
            del self._queues[lane], self._arrivals[lane], self._tasks[lane]

    async def _next_batch(self, lane: str, queue: deque[tuple[InboxItem, bool]]) -> Batch:
        item, is_recovered = queue.popleft()
        items, text = [item], typed_text(item.body)
        while text is not None and len(items) < MAX_JOINED and is_fragment(text):
            if not queue and (is_recovered or not await self._wait_for_more(lane)):
                break
            more = typed_text(queue[0][0].body) if queue else None
            if more is None:
                break
            items.append(queue.popleft()[0])
            text = f"{text} {more}"
        while queue and _is_said_again(items[-1], queue[0][0]):
            items.append(queue.popleft()[0])
        return Batch(items, text, is_recovered)

    async def _wait_for_more(self, lane: str) -> bool:
        arrival = self._arrivals[lane]
        arrival.clear()
        try:
            await asyncio.wait_for(arrival.wait(), self._fragment_wait_s)
            return True
        except asyncio.TimeoutError:
            return False


def _is_said_again(item: InboxItem, following: InboxItem) -> bool:
    """Whether the next message says the same once more ("alo", "alo"): it is answered once."""
    one, other = typed_text(item.body), typed_text(following.body)
    return one is not None and other is not None and fold(one).split() == fold(other).split()
