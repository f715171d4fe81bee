"""A real simulator with pages and counter, a small product that answers, and a real Chromium to look with."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from onestop import clock
from seed.load import load_demo
from tests.sim_server import RunningSimulator, start_simulator

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DOSSIERS = 120
GREETING = "Dạ em chào anh/chị."
ANSWER = "Dạ em nghe ạ."
BUTTONS = [
    {"title": "Tra cứu hồ sơ", "type": "oa.query.hide", "payload": "#mc/tra-cuu"},
    {"title": "Nộp trực tuyến", "type": "oa.open.url", "payload": {"url": "https://dichvucong.gov.vn/"}},
    {"title": "Gọi 1022", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
]


@dataclass
class AnsweringProduct:
    """Takes webhook events and answers each with one sentence and three buttons."""

    url: str = ""
    simulator: RunningSimulator | None = None
    events: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, event: dict[str, Any]) -> None:
        """Answers what a citizen did."""
        name = event.get("event_name", "")
        if name.startswith("user_send_") or name == "follow":
            who = event.get("sender") or event["follower"]
            self.send(who["id"], GREETING if name == "follow" else ANSWER)

    def send(self, user_id: str, text: str) -> None:
        """A message with buttons, as the product sends it."""
        assert self.simulator is not None
        token = self.simulator.issue_tokens()["access_token"]
        message = {"text": text, "attachment": {"type": "template", "payload": {"buttons": BUTTONS}}}
        requests.post(
            f"{self.simulator.url}/v3.0/oa/message/cs",
            json={"recipient": {"user_id": user_id}, "message": message},
            headers={"access_token": token},
            timeout=10,
        )

    def named(self, name: str) -> list[dict[str, Any]]:
        """Events of one name."""
        return [event for event in list(self.events) if event.get("event_name") == name]


def _listen(product: AnsweringProduct) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
            product.events.append(event)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()
            threading.Thread(target=product.answer, args=(event,), daemon=True).start()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    product.url = f"http://127.0.0.1:{server.server_port}/webhook"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


def dossiers_url(folder: Path, *, dossiers: int = DOSSIERS) -> str:
    """A filled database of the vendor; 0 dossiers leaves procedures and centres only."""
    path = folder / "dossiers.sqlite3"
    load_demo(
        f"sqlite:///{path}",
        seed=7,
        dossiers=max(dossiers, 10),
        today=clock.today(),
        fresh=True,
        report=lambda line: None,
    )
    if dossiers == 0:
        with sqlite3.connect(path) as connection:
            for table in ("dossier_event", "dossier_document", "dossier_step", "dossier"):
                connection.execute(f"DELETE FROM {table}")
        connection.close()
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def shared_product() -> Iterator[AnsweringProduct]:
    """One answering product for the session."""
    product = AnsweringProduct()
    server = _listen(product)
    yield product
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def shared_pages(
    shared_product: AnsweringProduct, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSimulator]:
    """One simulator with pages and a filled counter for the session."""
    folder = tmp_path_factory.mktemp("pages")
    simulator = start_simulator(folder, shared_product.url, pages=True, dossiers_url=dossiers_url(folder))
    shared_product.simulator = simulator
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
def simulator(shared_pages: RunningSimulator, shared_product: AnsweringProduct) -> RunningSimulator:
    """The simulator without citizens, faults or moved clock."""
    shared_pages.reset()
    shared_product.events.clear()
    return shared_pages


@pytest.fixture
def product(shared_product: AnsweringProduct, simulator: RunningSimulator) -> AnsweringProduct:
    """The answering product; it has heard nothing yet."""
    return shared_product


@pytest.fixture
def own_simulator(tmp_path: Path) -> Iterator[Callable[..., RunningSimulator]]:
    """Starts a simulator of one test's own: with an empty counter, or to be killed."""
    started: list[RunningSimulator] = []

    def start(*, dossiers: int = 10) -> RunningSimulator:
        url = dossiers_url(tmp_path, dossiers=dossiers)
        started.append(start_simulator(tmp_path, pages=True, dossiers_url=url))
        return started[-1]

    yield start
    for simulator in started:
        simulator.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is missing, so nobody looked at the pages (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One visitor's browser; what went wrong in it (script errors, refused sources, foreign hosts) fails the test."""

    def __init__(self, chromium: Any, simulator: RunningSimulator, **options: Any) -> None:
        self.url = simulator.url
        self.context = chromium.new_context(locale="vi-VN", **{"viewport": {"width": 1280, "height": 860}, **options})
        self.context.set_default_timeout(8000)
        self.problems: list[str] = []
        self.context.on("page", self._watch)

    def open(self, path: str) -> Any:
        """A new tab at a path."""
        page = self.context.new_page()
        page.goto(self.url + path)
        return page

    def _watch(self, page: Any) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", self._hear)
        page.on("request", self._check_host)

    def _hear(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)

    def _check_host(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")


@pytest.fixture
def visit(chromium: Any, simulator: RunningSimulator) -> Iterator[Callable[..., Visit]]:
    """Makes visitors: `visit().open("/chat")`; `visit(simulator=…, viewport=…, has_touch=True)`."""
    visits: list[Visit] = []

    def make(simulator: RunningSimulator = simulator, **options: Any) -> Visit:
        visits.append(Visit(chromium, simulator, **options))
        return visits[-1]

    yield make
    problems = [problem for each in visits for problem in each.problems]
    for each in visits:
        each.context.close()
    assert not problems


def overflow_px(page: Any) -> int:
    """How far the page can be scrolled sideways; 0 is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
