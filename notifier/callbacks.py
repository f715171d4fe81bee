"""Calls the dossier system back, in a thread of its own: a receiver that hangs holds up no citizen's message."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import requests

from onestop import clock
from onestop.errors import MissingSetting
from onestop.log import get_logger
from onestop.services import callbacks
from onestop.services.signatures import read_keys, signed_headers
from onestop.settings import Settings
from onestop.storage import SessionFactory, exchange
from onestop.storage.engine import begin_immediate

log = get_logger()

POLL_S = 1.0
A_ROUND = 200
FAILURES_TO_REST = 3
REST_S = 5.0
LONGEST_REST_S = 60.0
TIDY_EVERY_S = 3600.0
_SEVERAL_TIMEOUTS = 3  # connecting, sending, waiting: then another process may take the callback


@dataclass(frozen=True)
class CallbackConfig:
    """Where callbacks go, and what signs them."""

    url: str = field(repr=False)
    key: str = field(repr=False)
    timeout_s: float = 10.0

    @classmethod
    def from_settings(cls, settings: Settings) -> CallbackConfig | None:
        """The receiver of this installation; None where it has none.

        Raises:
            MissingSetting: There is an address but no key.
        """
        if not settings.callback_url:
            return None
        keys = read_keys(settings.exchange_key)
        if not keys:
            raise MissingSetting("ONESTOP_EXCHANGE_KEY")
        return cls(settings.callback_url, keys[0], settings.callback_timeout_s)


class CallbackLoop:
    """Collects callbacks and posts them, at least once each and in order a notification.

    Several processes may run it on PostgreSQL: each callback is claimed for a while. One that was posted but not
    recorded is posted again under the same id when the claim ends.
    """

    def __init__(self, sessions: SessionFactory, config: CallbackConfig) -> None:
        self._sessions = sessions
        self._config = config
        self._http = requests.Session()
        self._rest_s = REST_S
        self._resting_until = 0.0
        self._has_begun = False

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a failing round is logged and the next one tried."""
        next_tidy = 0.0
        while not stop.is_set():
            posted = 0
            try:
                self.collect()
                posted = self.post_due(stop)
                if time.monotonic() >= next_tidy:
                    self.tidy()
                    next_tidy = time.monotonic() + TIDY_EVERY_S
            except Exception:
                log.exception("callbacks.round_failed")
            stop.wait(0.0 if posted else POLL_S)

    def begin(self) -> None:
        """What is queued from now on is called back."""
        if not self._has_begun:
            with self._sessions.begin() as session:
                callbacks.begin_watching(session)
            self._has_begun = True

    def collect(self) -> int:
        """Makes callbacks of what happened since the last look; returns how many."""
        self.begin()
        with self._sessions.begin() as session:
            begin_immediate(session)
            return callbacks.collect(session, clock.now())

    def post_due(self, stop: threading.Event | None = None) -> int:
        """Posts what is due; returns how many were taken. After three failures in a row the receiver gets a rest."""
        if time.monotonic() < self._resting_until:
            return 0
        with self._sessions() as session:
            ids = exchange.due_callbacks(session, clock.now(), time.time(), A_ROUND)
        taken = failures = 0
        for callback_id in ids:
            if stop is not None and stop.is_set():
                break
            outcome = self._post(callback_id)
            if outcome is None:
                continue
            taken += outcome
            failures = 0 if outcome else failures + 1
            if failures >= FAILURES_TO_REST:
                self._rest()
                break
        if taken:
            self._rest_s = REST_S
        return taken

    def tidy(self) -> None:
        """Deletes what has served."""
        with self._sessions.begin() as session:
            callbacks.tidy(session, clock.now())

    def _post(self, callback_id: int) -> bool | None:
        """Whether the receiver took it; None where another process has it."""
        until_s = time.time() + _SEVERAL_TIMEOUTS * self._config.timeout_s
        with self._sessions.begin() as session:
            row = exchange.claim_callback(session, callback_id, time.time(), until_s)
            if row is None:
                return None
            body, public_id = callbacks.body_of(row), row.public_id
        error = self._send(public_id, body)
        with self._sessions.begin() as session:
            begin_immediate(session)
            if error is None:
                callbacks.note_taken(session, callback_id, clock.now())
            else:
                callbacks.note_refused(session, callback_id, error, clock.now())
        log.info("callback.posted", callback_id=public_id, error=error)
        return error is None

    def _send(self, public_id: str, body: bytes) -> str | None:
        """Posts once; None where it was taken, else an HTTP status or the name of a network error."""
        headers = signed_headers(self._config.key, body, time.time())
        headers |= {"Content-Type": "application/json", "Idempotency-Key": public_id}
        try:
            # Streamed, so that nothing of an endless answer is read.
            with self._http.post(
                self._config.url,
                data=body,
                headers=headers,
                timeout=self._config.timeout_s,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return None if 200 <= answer.status_code < 300 else f"http-{answer.status_code}"
        except requests.RequestException as error:
            return type(error).__name__

    def _rest(self) -> None:
        with self._sessions.begin() as session:
            given_up = exchange.give_up_callbacks(session, clock.now())
        log.warning("callbacks.receiver_rests", seconds=self._rest_s, given_up=given_up)
        self._resting_until = time.monotonic() + self._rest_s
        self._rest_s = min(self._rest_s * 2, LONGEST_REST_S)
