"""What operators watch: `/metrics` for Prometheus, `/health` for a load balancer, and an alarm in the log.

docs/notifications.md, "Watching it". Nothing here names a person.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily

from onestop import clock
from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.services.lateness import late_figures
from onestop.storage import SessionFactory, exchange, rule_reminders
from onestop.storage.engine import DatabaseError
from onestop.storage.exchange_tables import Callback, PushedEvent
from onestop.storage.guard import DossierReader
from onestop.storage.outbox_reports import counts_by_state, oldest_due_at

log = get_logger()

RECEIPT_KINDS = ("received",)
ALARM_AFTER_S = 60.0
STALLED_AFTER_S = 120.0
TROUBLE_FOR_S = 15.0  # longer than a round in which every step waits for a database that is locked
LATE_EVERY_S = 60.0
OPEN_EXCHANGES = {PushedEvent: ("waiting", "unresolved"), Callback: ("waiting", "failed")}


class Watch:
    """Looks at the outbox; safe between threads.

    Args:
        sessions: Makes sessions of our database.
        dossiers: The dossier system, for the number of dossiers late in silence.
    """

    def __init__(self, sessions: SessionFactory, dossiers: DossierReader) -> None:
        self._sessions = sessions
        self._dossiers = dossiers
        self._round_at = time.monotonic()
        self._alarm_at = float("-inf")
        self._trouble_at = float("-inf")
        self._trouble_alarm_at = float("-inf")
        self._late: tuple[float, int | None] = (float("-inf"), None)

    def note_round(self) -> None:
        """The notifier's loop has gone round; complains in the log while a receipt waits for too long."""
        self._round_at = time.monotonic()
        waits_s = self.receipt_waits_s()
        if waits_s > ALARM_AFTER_S and self._round_at - self._alarm_at >= ALARM_AFTER_S:
            self._alarm_at = self._round_at
            log.error("alarm.receipt_waits", seconds=round(waits_s))

    def note_database_trouble(self, error: Exception) -> None:
        """Our database is away, locked or full; complains in the log once a minute."""
        self._trouble_at = time.monotonic()
        if self._trouble_at - self._trouble_alarm_at >= ALARM_AFTER_S:
            self._trouble_alarm_at = self._trouble_at
            reason = str(getattr(error, "orig", None) or type(error).__name__)
            log.error("alarm.database", reason=reason.strip().splitlines()[0][:120])

    def has_database_trouble(self) -> bool:
        """Whether our database refused something a moment ago."""
        return time.monotonic() - self._trouble_at < TROUBLE_FOR_S

    def receipt_waits_s(self) -> float:
        """How long the longest waiting receipt could have been sent already, seconds; 0 where none waits."""
        now = clock.now()
        with self._sessions() as session:
            due_at = oldest_due_at(session, RECEIPT_KINDS, now)
        return max(0.0, (now - due_at).total_seconds()) if due_at else 0.0

    def problem(self) -> str | None:
        """Why this process is not healthy, in one word; None where it is."""
        if time.monotonic() - self._round_at > STALLED_AFTER_S:
            return "stalled"
        if self.has_database_trouble():
            return "database"
        try:
            return "receipt-waits" if self.receipt_waits_s() > ALARM_AFTER_S else None
        except DatabaseError:
            return "database"

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics, read when Prometheus asks."""
        rows = GaugeMetricFamily("onestop_outbox_rows", "Rows of the outbox", labels=("lane", "status"))
        with self._sessions() as session:
            for (lane, status), count in counts_by_state(session).items():
                rows.add_metric((lane, status), count)
            exchanged = {table: exchange.counts(session, table, states) for table, states in OPEN_EXCHANGES.items()}
            reminded = rule_reminders.counts(session)
        yield rows
        rules = GaugeMetricFamily("onestop_rule_reminders", "Reminders by rule, 90 days", labels=("kind", "state"))
        for (kind, state), count in reminded.items():
            rules.add_metric((kind, state), count)
        yield rules
        pushed = GaugeMetricFamily("onestop_pushed_events", "Pushed by the dossier system, untold", labels=("state",))
        called = GaugeMetricFamily("onestop_callbacks", "To the dossier system, not taken", labels=("state",))
        for family, table in ((pushed, PushedEvent), (called, Callback)):
            for state in OPEN_EXCHANGES[table]:
                family.add_metric((state,), exchanged[table].get(state, 0))
            yield family
        waits_s = self.receipt_waits_s()
        yield GaugeMetricFamily("onestop_receipt_wait_seconds", "Longest wait of a receipt that may go", value=waits_s)
        alarm = float(waits_s > ALARM_AFTER_S)
        yield GaugeMetricFamily("onestop_receipt_alarm", "1 while a receipt waits for over 60 s", value=alarm)
        trouble = GaugeMetricFamily("onestop_database_trouble", "1 while our database is away, locked or full")
        trouble.add_metric((), float(self.has_database_trouble()))
        yield trouble
        idle_s = time.monotonic() - self._round_at
        yield GaugeMetricFamily("onestop_notifier_idle_seconds", "Since the loop last went round", value=idle_s)
        silent = self._silently_late()
        if silent is not None:
            yield GaugeMetricFamily("onestop_silently_late_dossiers", "Late, nobody told; must be 0", value=silent)

    def _silently_late(self) -> int | None:
        """Counted at most once a minute: it reads every late dossier. None while the dossier system is silent."""
        read_at, silent = self._late
        if time.monotonic() - read_at > LATE_EVERY_S:
            try:
                with self._sessions() as session:
                    silent = late_figures(session, self._dossiers, clock.now()).silent
            except BackendUnavailable:
                silent = None
            self._late = (time.monotonic(), silent)
        return silent


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a scrape every few seconds is no news."""


class Monitoring:
    """Serves the watch over HTTP on `port` (0: any free one) of the loopback or `host`."""

    def __init__(self, watch: Watch, host: str, port: int) -> None:
        registry = CollectorRegistry()
        registry.register(watch)  # type: ignore[arg-type]  # a collector is whatever collects
        metrics = make_wsgi_app(registry, disable_compression=True)

        def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            if environ["PATH_INFO"] == "/metrics":
                return metrics(environ, start)
            if environ["PATH_INFO"] != "/health":
                start("404 Not Found", [("Content-Type", "text/plain")])
                return [b"/metrics, /health\n"]
            problem = watch.problem()
            start("503 Service Unavailable" if problem else "200 OK", [("Content-Type", "text/plain")])
            return [f"{problem or 'ok'}\n".encode()]

        self._server = make_server(host, port, app, _Server, _Quiet)
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="monitoring", daemon=True).start()

    def close(self) -> None:
        """Stops serving."""
        self._server.shutdown()
        self._server.server_close()
