"""Where a dossier system pushes its events: docs/integration.md, docs/exchange-api.yaml. Machines only, no officer."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onestop import clock
from onestop.log import get_logger
from onestop.services import pushes
from onestop.services.pushes import BadPush, KeyTaken
from onestop.services.signatures import SIGNATURE, TIMESTAMP, is_signed, read_keys
from onestop.settings import Settings
from onestop.storage import SessionFactory, exchange
from onestop.storage.engine import DatabaseError

log = get_logger()

PATH = "/exchange/v1/events"
DESCRIPTION = Path(__file__).resolve().parents[1] / "docs" / "exchange-api.yaml"
MOST_BODY_BYTES = 1_000_000
WAIT_FOR_NOTIFIER_S = 10
WAIT_FOR_DATABASE_S = 5

_KEY = re.compile(r"[\x21-\x7e]{1,120}")
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class EventRate:
    """How many events may come: a bucket that fills evenly and holds ten seconds' worth, at least one full request.

    Args:
        per_minute: Events a minute.
        monotonic: Seconds; must not move with the product's clock.
    """

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_minute / 60
        self._room = float(max(pushes.MOST_EVENTS, per_minute // 6))
        self._left = self._room
        self._monotonic = monotonic
        self._at = monotonic()
        self._lock = threading.Lock()

    def take(self, events: int) -> float:
        """Takes room for so many events; seconds to wait where there is none, and then nothing is taken."""
        with self._lock:
            now = self._monotonic()
            self._left = min(self._room, self._left + (now - self._at) * self._per_s)
            self._at = now
            if events <= self._left:
                self._left -= events
                return 0.0
            return (events - self._left) / self._per_s


@dataclass(frozen=True)
class ExchangeServices:
    """What a pushed request works with.

    Attributes:
        max_waiting: Pushed events that the notifier may be behind.
    """

    sessions: SessionFactory
    keys: tuple[str, ...] = field(repr=False)
    rate: EventRate
    max_waiting: int


def open_exchange(settings: Settings, sessions: SessionFactory) -> ExchangeServices | None:
    """What this installation set; None where it has no key, and then nobody may push.

    Raises:
        MissingSetting: The key is too short.
    """
    keys = read_keys(settings.exchange_key)
    if not keys:
        return None
    return ExchangeServices(
        sessions, keys, EventRate(settings.exchange_events_per_minute), settings.exchange_max_waiting
    )


def exchange_routes(services: ExchangeServices | None) -> list[Route]:
    """The routes; none where pushing is off."""
    if services is None:
        return []

    async def push_events(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return _error(400, "bad-request", "the body broke off")
        if body is None:
            return _error(413, "too-large", f"at most {MOST_BODY_BYTES} bytes")
        headers = request.headers
        if not is_signed(services.keys, headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, ""), body, time.time()):
            log.info("exchange.refused")
            return _error(401, "signature", f"{TIMESTAMP} and {SIGNATURE} must sign this body within five minutes")
        key = headers.get("Idempotency-Key", "")
        if _KEY.fullmatch(key) is None:
            return _error(400, "idempotency-key", "Idempotency-Key must have 1 to 120 printable ASCII characters")
        return await run_in_threadpool(_answer, services, key, body)

    return [Route(PATH, push_events, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The body; None as soon as it is certain to be too large."""
    declared = request.headers.get("Content-Length", "0")
    if declared.isdigit() and int(declared) > MOST_BODY_BYTES:
        return None
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BODY_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _answer(services: ExchangeServices, key: str, body: bytes) -> Response:
    try:
        return _take_in(services, key, body)
    except BadPush as error:
        return _error(400, "bad-event" if error.index is not None else "bad-request", str(error), error.index)
    except KeyTaken as error:
        return _error(409, "idempotency-key", str(error))
    except DatabaseError as error:
        log.error("exchange.database", error=type(error).__name__)
        return _error(503, "unavailable", "try again later", wait_s=WAIT_FOR_DATABASE_S)


def _take_in(services: ExchangeServices, key: str, body: bytes) -> Response:
    now = clock.now()
    with services.sessions() as session:
        known = pushes.known_answer(session, key, body)
    if known is not None:
        return _taken(known)
    events = pushes.read_push(body, now)
    with services.sessions() as session:
        is_behind = exchange.has_untried_over(session, services.max_waiting)
    if is_behind:
        return _error(429, "behind", "too many events wait to be told", wait_s=WAIT_FOR_NOTIFIER_S)
    wait_s = services.rate.take(len(events))
    if wait_s:
        return _error(429, "rate", "too many events a minute", wait_s=wait_s)
    with services.sessions.begin() as session:
        intake = pushes.take_in(session, key, body, events, now)
    log.info("exchange.taken", **intake.answer)
    return _taken(intake)


def _taken(intake: pushes.Intake) -> Response:
    repeat = {"Idempotent-Replay": "true"} if intake.is_repeat else {}
    return JSONResponse(dict(intake.answer), status_code=202, headers={**_HEADERS, **repeat})


def _error(status: int, code: str, message: str, index: int | None = None, wait_s: float = 0.0) -> Response:
    content = {"error": code, "message": message, **({"index": index} if index is not None else {})}
    wait = {"Retry-After": str(max(1, math.ceil(wait_s)))} if wait_s else {}
    return JSONResponse(content, status_code=status, headers={**_HEADERS, **wait})
