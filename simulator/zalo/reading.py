"""Citizens read: what they saw, when, and the `user_seen_message` that tells the product."""

import asyncio
import time
from typing import TYPE_CHECKING

from simulator.zalo.citizens import Citizen, find_citizen
from simulator.zalo.entries import change_entry, unseen_of
from simulator.zalo.webhook_events import seen_event

if TYPE_CHECKING:
    from simulator.zalo.world import Change, World

READ_AFTER_S = 1.0
# A page that shows the chat reports within this time, or counts as closed.
PAGE_STAYS_OPEN_S = 60.0


class Reading:
    """Marks messages as seen, by itself after a moment or when a page says so."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._opened_at: dict[str, float] = {}
        self._is_running = False

    def start(self) -> None:
        """Takes up messages that were to be read when an earlier process ended."""
        self._is_running = True
        self._world.clock.on_move(self._check_all)
        self._check_all()

    def stop(self) -> None:
        """Ends all timers."""
        self._is_running = False
        for timer in self._timers.values():
            timer.cancel()

    def due_at(self, user_id: str) -> float | None:
        """When a message that arrives now will be read; None when it waits for a page."""
        if not self._world.rules.auto_seen:
            return None
        opened_at = self._opened_at.get(user_id)
        is_open = opened_at is not None and time.monotonic() - opened_at < PAGE_STAYS_OPEN_S
        return self._world.clock.now() + (PAGE_STAYS_OPEN_S if is_open else READ_AFTER_S)

    def expect(self, user_id: str, due_at: float | None) -> None:
        """Sets a timer for a message that was just saved."""
        if due_at is not None and user_id not in self._timers:
            self._set_timer(user_id, due_at)

    def open(self, citizen: Citizen) -> int:
        """A page shows the chat now: all is seen. Returns how many messages were new."""
        self._opened_at[citizen.user_id] = time.monotonic()
        return self._mark_seen(citizen, due_at=None)

    def forget_all(self) -> None:
        """Drops timers and pages, after a reset."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._opened_at.clear()

    def _set_timer(self, user_id: str, due_at: float) -> None:
        wait_s = max(0.0, due_at - self._world.clock.now())
        self._timers[user_id] = asyncio.get_running_loop().call_later(wait_s, self._read_due, user_id)

    def _check_all(self) -> None:
        if not self._is_running:
            return
        rows = self._world.db.all(
            "SELECT user_id, min(seen_due_at) AS due_at FROM entry"
            " WHERE status != 'seen' AND seen_due_at IS NOT NULL AND user_id IS NOT NULL GROUP BY user_id"
        )
        for row in rows:
            timer = self._timers.pop(row["user_id"], None)
            if timer is not None:
                timer.cancel()
            self._set_timer(row["user_id"], row["due_at"])

    def _read_due(self, user_id: str) -> None:
        self._timers.pop(user_id, None)
        citizen = find_citizen(self._world.db, user_id)
        if citizen is None:
            return
        self._mark_seen(citizen, due_at=self._world.clock.now())
        row = self._world.db.one(
            "SELECT min(seen_due_at) AS due_at FROM entry WHERE user_id = ? AND status != 'seen'", (user_id,)
        )
        if row is not None and row["due_at"] is not None:
            self._set_timer(user_id, row["due_at"])

    def _mark_seen(self, citizen: Citizen, due_at: float | None) -> int:
        entries = unseen_of(self._world.db, citizen.user_id, due_at)
        if not entries:
            return 0
        with self._world.transaction() as change:
            for entry in entries:
                change_entry(self._world.db, entry, status="seen", seen_due_at=None)
            self._report_seen(change, citizen, [e.msg_id for e in entries if e.side == "bot" and e.msg_id])
            change.touched.add(citizen.user_id)
        return len(entries)

    def _report_seen(self, change: "Change", citizen: Citizen, msg_ids: list[str]) -> None:
        """Only phones report, and only to the app that sent the message."""
        if not (citizen.is_mobile and msg_ids):
            return
        world = self._world
        events = seen_event(
            world.config, citizen, world.clock.now(), msg_ids, world.rules.seen_shape, world.rules.seen_sender
        )
        for event in events:
            world.owe_event(change, citizen.user_id, event)
