"""Everything the simulator is made of, wired once and handed to the routes."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.zalo.activity import Activity
from simulator.zalo.bell import Bell
from simulator.zalo.clock import SimulatedClock
from simulator.zalo.config import ZaloConfig
from simulator.zalo.database import Database
from simulator.zalo.deliveries import Delivery, add_delivery
from simulator.zalo.entries import change_entry, entry_by_message
from simulator.zalo.faults import Faults
from simulator.zalo.limits import Limits, RateLimiter, Rules, load_limits, load_rules
from simulator.zalo.reading import Reading
from simulator.zalo.signature import serialise
from simulator.zalo.templates import Template, load_templates
from simulator.zalo.webhook import Attempt, Deliverer


@dataclass
class Change:
    """What one transaction set going; it starts when the transaction is saved.

    Attributes:
        deliveries: Webhook requests, as saved.
        touched: Citizens and phones whose lists changed.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)


class World:
    """One simulated Zalo."""

    def __init__(self, config: ZaloConfig) -> None:
        self.config = config
        self.clock = SimulatedClock(config.offset_file)
        self.db = Database(config.state_file)
        self.bell = Bell()
        self.activity = Activity()
        self.faults = Faults(self.db)
        self.limits: Limits = load_limits(self.db)
        self.rules: Rules = load_rules(self.db)
        self.rate = RateLimiter(self.clock)
        self.templates: dict[str, Template] = load_templates()
        self.deliverer = Deliverer(config, self.db, self.clock)
        self.deliverer.on_first_attempt = self._first_attempt_ended
        self.deliverer.on_answered = self._event_answered
        self.reading = Reading(self)
        self.last_message_at: dict[str, float] = {}
        self._rng = random.Random()

    async def start(self) -> None:
        """Takes up what an earlier process left undone."""
        await self.deliverer.start()
        self.reading.start()

    async def stop(self) -> None:
        """Ends waiting and posting, closes the file."""
        self.bell.close()
        self.reading.stop()
        await self.deliverer.stop()
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[Change]:
        """A unit of saved work whose webhook requests and wake-ups start when it is saved."""
        change = Change()
        with self.db.transaction():
            yield change
        self.deliverer.add(change.deliveries)
        for key in change.touched:
            self.bell.ring(key)

    def owe_event(self, change: Change, lane: str, event: dict[str, Any], **details: Any) -> Delivery | None:
        """Saves a webhook request for an event; None when events do not leave now.

        Args:
            change: The running transaction.
            lane: Requests of one lane are posted in order.
            event: The JSON to post.
            details: Further fields of `Delivery`.
        """
        settings = self.deliverer.settings
        if not self.deliverer.is_delivering or event.get("event_name") in settings.muted_events:
            return None
        message = event.get("message")
        msg_id = message.get("msg_id") if isinstance(message, dict) else None
        delivery = Delivery(
            lane=lane,
            body=serialise(event, self._rng, settings.escape_unicode),
            timestamp=str(event.get("timestamp") or ""),
            msg_id=msg_id if isinstance(msg_id, str) else None,
            **{"due_at": self.clock.now(), **details},
        )
        delivery = replace(delivery, id=add_delivery(self.db, delivery))
        if delivery.from_citizen:
            self.activity.event_queued(lane)
        change.deliveries.append(delivery)
        return delivery

    def owe_copy(self, change: Change, delivery: Delivery) -> None:
        """Saves the same request once more, to come after the first."""
        copy = replace(delivery, id=add_delivery(self.db, delivery))
        if copy.from_citizen:
            self.activity.event_queued(copy.lane)
        change.deliveries.append(copy)

    def _first_attempt_ended(self, delivery: Delivery, attempt: Attempt) -> None:
        if delivery.from_citizen:
            self.activity.event_ended(delivery.lane, was_answered=attempt.is_success)
            self.bell.ring(delivery.lane)

    def _event_answered(self, delivery: Delivery) -> None:
        """The citizen's own bubble turns from sent to delivered."""
        if not (delivery.from_citizen and delivery.msg_id):
            return
        entry = entry_by_message(self.db, delivery.msg_id)
        if entry is not None and entry.side == "citizen" and entry.status == "sent":
            with self.transaction() as change:
                change_entry(self.db, entry, status="delivered")
                change.touched.add(delivery.lane)
