"""The exchange over real HTTP: a dossier system that pushes, one that is called back, and our database between."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette

from console.exchange_api import PATH, EventRate, ExchangeServices, exchange_routes
from notifier.pushes import PushReader
from onestop import clock
from onestop.services.signatures import signed_headers
from onestop.storage import SessionFactory, exchange
from onestop.storage.engine import begin_immediate
from onestop.storage.exchange_tables import Callback, PushedEvent
from tests.databases import postgresql_server, postgresql_url
from tests.dossier_builders import CODE
from tests.integration.notices.conftest import Office, make_office

__all__ = ["make_office", "postgresql_server", "postgresql_url"]

KEY = "k" * 40


BOTH = pytest.mark.parametrize("own_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Our database: SQLite, and PostgreSQL too where a test asks for `BOTH`."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'own.sqlite3'}"


@pytest.fixture
def office(make_office: Callable[[str], Office], own_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The product's clock is the office's."""
    office = make_office(own_url)
    monkeypatch.setattr(clock, "now", lambda: office.now)
    yield office
    office.sessions.kw["bind"].dispose()


def an_event(event_id: int = 7001, kind: str = "ready", **changes: Any) -> dict[str, Any]:
    """An event as a dossier system pushes it."""
    event = {
        "id": event_id,
        "kind": kind,
        "dossier_code": CODE,
        "state_from": 4,
        "state_to": 9,
        "at": "2026-11-26T09:59:00+07:00",
        "data": {},
    }
    return {**event, **changes}


@dataclass
class Vendor:
    """A dossier system in front of our endpoint."""

    url: str
    office: Office
    requests_made: int = 0

    def pushes(self, *events: Any, key: str | None = None, **more: Any) -> requests.Response:
        """Pushes events, signed."""
        return self.posts(json.dumps({"events": events}).encode(), key=key, **more)

    def posts(
        self,
        body: bytes,
        key: str | None = None,
        secret: str = KEY,
        at_s: float | None = None,
        headers: dict[str, str] | None = None,
        signed: bytes | None = None,
    ) -> requests.Response:
        """Posts a body; `signed` is what was signed where that is another one."""
        self.requests_made += 1
        signature = signed_headers(secret, body if signed is None else signed, time.time() if at_s is None else at_s)
        sent = {**signature, "Idempotency-Key": key or f"request-{self.requests_made}", **(headers or {})}
        return requests.post(f"{self.url}{PATH}", data=body, headers=sent, timeout=20)

    def notifier_reads(self) -> int:
        """What the notifier does with pushed events; returns how many were told."""
        return PushReader(self.office.sessions, self.office.reader).read()

    def stored(self) -> dict[str, int]:
        """Pushed events by state."""
        with self.office.sessions() as session:
            return exchange.counts(session, PushedEvent)


@pytest.fixture
def make_vendor(office: Office) -> Iterator[Callable[..., Vendor]]:
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def make(per_minute: int = 600_000, max_waiting: int = 20_000, sessions: SessionFactory | None = None) -> Vendor:
        services = ExchangeServices(sessions or office.sessions, (KEY,), EventRate(per_minute), max_waiting)
        app = Starlette(routes=exchange_routes(services))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        return Vendor(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", office)

    yield make
    for server, thread in running:
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def vendor(make_vendor: Callable[..., Vendor]) -> Vendor:
    return make_vendor()


@dataclass
class Receiver:
    """The dossier system's side of callbacks: keeps what it got, and misbehaves as told."""

    url: str
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    behaviour: Callable[[int], int | str] = lambda _number: 204
    released: threading.Event = field(default_factory=threading.Event)

    def bodies(self) -> list[dict[str, Any]]:
        """What was posted, in order, also what was not taken."""
        return [json.loads(body) for _headers, body in self.got]

    def states(self) -> list[str]:
        """The states that were posted."""
        return [body["state"] for body in self.bodies()]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            mine.got.append((dict(self.headers), body))
            answer = mine.behaviour(len(mine.got))
            if answer == "hang":
                mine.released.wait(20)
                return
            if answer == "break":
                self.connection.close()
                return
            self.send_response(int(answer))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    mine = Receiver(f"http://127.0.0.1:{server.server_port}/callbacks")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield mine
    mine.released.set()
    server.shutdown()
    server.server_close()


def callback_rows(office: Office) -> list[Callback]:
    """Callbacks, oldest first."""
    with office.sessions() as session:
        return session.query(Callback).order_by(Callback.id).all()


def edit(office: Office, change: Callable[[Any], None]) -> None:
    """Changes rows as another process of ours does."""
    with office.sessions.begin() as session:
        begin_immediate(session)
        change(session)
