"""Posts events to the product: signed, in order per citizen, repeated on the simulated clock."""

import asyncio
import heapq
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import aiohttp

from simulator.zalo.clock import SimulatedClock
from simulator.zalo.config import ZaloConfig
from simulator.zalo.database import Database
from simulator.zalo.deliveries import (
    Delivery,
    end_all_deliveries,
    end_delivery,
    pending_deliveries,
    postpone_delivery,
)
from simulator.zalo.signature import mac

ANSWER_WITHIN_S = 2.0
REPEAT_AFTER_S = (30.0, 300.0, 900.0, 1800.0, 3600.0)
SHUFFLE_WITHIN_S = 0.4
CONNECTIONS = 100
# Shorter than the 5 s after which common servers close an idle connection: no request meets a closing one.
KEEP_ALIVE_S = 2.0


@dataclass(frozen=True)
class WebhookSettings:
    """The console's webhook page, and how Zalo misbehaves on it.

    Attributes:
        retry: Whether failed requests are repeated.
        retry_only_unreachable: Repeat only when no connection could be opened.
        shuffle: Events of one citizen leave in any order and beside each other.
        escape_unicode: Vietnamese as `\\u` escapes.
        echo_first: The echo of a send is answered before the send itself is.
        muted_events: Event names whose subscription is off.
        disabled_reason: Why Zalo switched the webhook off; None while it did not.
    """

    enabled: bool = True
    retry: bool = True
    retry_only_unreachable: bool = False
    shuffle: bool = False
    escape_unicode: bool = False
    echo_first: bool = False
    muted_events: tuple[str, ...] = ()
    url: str | None = None
    disabled_reason: str | None = None


@dataclass(frozen=True)
class Attempt:
    """How one request ended.

    Attributes:
        status: The product's HTTP status; None when there was no answer.
        error: "timeout" or "unreachable" when there was no answer, "disabled" when nothing was sent.
        ack_ms: Milliseconds until the answer or the giving up.
    """

    status: int | None
    error: str | None = None
    ack_ms: float | None = None

    @property
    def is_success(self) -> bool:
        """Zalo wants exactly 200."""
        return self.status == 200


NOTHING_SENT = Attempt(status=None, error="disabled")


class Deliverer:
    """Works through the pending deliveries: one at a time in a lane, lanes beside each other."""

    def __init__(self, config: ZaloConfig, db: Database, clock: SimulatedClock) -> None:
        self.settings = _load_settings(db, config)
        self.on_first_attempt: Callable[[Delivery, Attempt], None] = lambda delivery, attempt: None
        self.on_answered: Callable[[Delivery], None] = lambda delivery: None
        self._config = config
        self._db = db
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[str, list[tuple[float, int, Delivery]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._waiters: dict[int, asyncio.Future[Attempt]] = {}
        clock.on_move(self._kick_all)

    @property
    def is_delivering(self) -> bool:
        """Whether events leave at all."""
        return self.settings.enabled and bool(self.settings.url)

    @property
    def pending(self) -> int:
        """Requests that wait for their turn or their repeat."""
        return sum(len(lane) for lane in self._lanes.values())

    async def start(self) -> None:
        """Opens the client and takes up what an earlier process left."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_S),
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self.add(pending_deliveries(self._db))

    async def stop(self) -> None:
        """Ends posting; what is pending stays in the database."""
        for timer in self._timers.values():
            timer.cancel()
        session, self._session = self._session, None
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if session is not None:
            await session.close()

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Takes saved deliveries into their lanes; call after the transaction that saved them."""
        for delivery in deliveries:
            lane, due_at = delivery.lane, delivery.due_at
            if self.settings.shuffle:
                lane, due_at = f"{lane}#{delivery.id}", due_at + random.uniform(0, SHUFFLE_WITHIN_S)
            heapq.heappush(self._lanes.setdefault(lane, []), (due_at, delivery.id, delivery))
            self._kick(lane)

    async def first_attempt(self, delivery: Delivery) -> Attempt:
        """Waits until a delivery was tried once; call before anything else is awaited."""
        future: asyncio.Future[Attempt] = asyncio.get_running_loop().create_future()
        self._waiters[delivery.id] = future
        return await future

    async def post(self, body: bytes, headers: dict[str, str]) -> Attempt:
        """Posts bytes to the webhook once."""
        if self._session is None or not self.settings.url:
            return NOTHING_SENT
        started = time.perf_counter()
        status, error = None, None
        try:
            async with self._session.post(self.settings.url, data=body, headers=headers) as answer:
                await answer.read()
                status = answer.status
        except asyncio.TimeoutError:
            error = "timeout"
        except aiohttp.ClientConnectorError:
            error = "unreachable"
        except (aiohttp.ClientError, OSError):
            error = "no answer"
        return Attempt(status, error, round((time.perf_counter() - started) * 1000, 1))

    def change(self, **changes: Any) -> None:
        """Saves changed settings; switching off forgets what is pending, as Zalo does."""
        if changes.get("enabled"):
            changes["disabled_reason"] = None
        self.settings = replace(self.settings, **changes)
        self._db.save_setting("webhook", asdict(self.settings))
        if not self.settings.enabled:
            self.forget_pending()

    def reset(self) -> None:
        """Puts every switch back; the URL stays."""
        self.settings = WebhookSettings(url=self.settings.url)
        self._db.save_setting("webhook", asdict(self.settings))
        self.forget_pending()

    def forget_pending(self) -> None:
        """Drops every request that waits."""
        end_all_deliveries(self._db)
        self._lanes.clear()
        for waiter in self._waiters.values():
            if not waiter.done():
                waiter.set_result(NOTHING_SENT)
        self._waiters.clear()

    def _kick_all(self) -> None:
        for lane in list(self._lanes):
            self._kick(lane)

    def _kick(self, lane: str) -> None:
        """Starts the lane's worker when something is due, else sets a timer for it."""
        timer = self._timers.pop(lane, None)
        if timer is not None:
            timer.cancel()
        if lane in self._workers or not self._lanes.get(lane) or self._session is None:
            return
        wait_s = self._lanes[lane][0][0] - self._clock.now()
        loop = asyncio.get_running_loop()
        if wait_s > 0:
            self._timers[lane] = loop.call_later(wait_s, self._kick, lane)
        else:
            self._workers[lane] = loop.create_task(self._work(lane))

    async def _work(self, lane: str) -> None:
        try:
            while (delivery := self._next_due(lane)) is not None:
                await self._deliver(delivery)
        finally:
            del self._workers[lane]
            if not self._lanes.get(lane):
                self._lanes.pop(lane, None)
            self._kick(lane)

    def _next_due(self, lane: str) -> Delivery | None:
        queue = self._lanes.get(lane)
        if not queue or queue[0][0] > self._clock.now():
            return None
        return heapq.heappop(queue)[2]

    async def _deliver(self, delivery: Delivery) -> None:
        attempt = await self.post(delivery.body, self._headers(delivery))
        if attempt.is_success or not self._is_repeated(attempt):
            end_delivery(self._db, delivery.id)
        elif delivery.repeats < len(REPEAT_AFTER_S):
            self._repeat_later(delivery)
        else:
            # Zalo gives up and cancels the subscription; a person must set the webhook up again.
            self.change(enabled=False, disabled_reason="Five repeats of one event failed.")
        self._report(delivery, attempt)

    def _is_repeated(self, attempt: Attempt) -> bool:
        if not (self.settings.retry and self.settings.enabled):
            return False
        return attempt.error == "unreachable" or not self.settings.retry_only_unreachable

    def _repeat_later(self, delivery: Delivery) -> None:
        due_at = self._clock.now() + REPEAT_AFTER_S[delivery.repeats]
        later = replace(delivery, repeats=delivery.repeats + 1, due_at=due_at)
        if postpone_delivery(self._db, later):
            self.add([later])

    def _report(self, delivery: Delivery, attempt: Attempt) -> None:
        if delivery.repeats == 0:
            self.on_first_attempt(delivery, attempt)
        if attempt.is_success:
            self.on_answered(delivery)
        waiter = self._waiters.pop(delivery.id, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(attempt)

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        secret = self._config.oa_secret + ("-wrong" if delivery.bad_signature else "")
        signature = mac(self._config.app_id, delivery.body, delivery.timestamp, secret)
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={signature}"}
        if delivery.server:
            headers["X-ZEvent-Server"] = delivery.server
        if delivery.repeats:
            headers["num_retry"] = str(delivery.repeats)
        return headers


def _load_settings(db: Database, config: ZaloConfig) -> WebhookSettings:
    """What was saved; the URL of this start wins, so that a product on a new port is found."""
    saved = db.read_setting("webhook")
    saved["muted_events"] = tuple(saved.get("muted_events", ()))
    settings = WebhookSettings(**saved)
    return replace(settings, url=config.webhook_url or settings.url)
