"""A running simulator, a small product that listens to it, and the product's calls."""

from __future__ import annotations

import base64
import hashlib
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

from tests.sim_server import APP_ID, OA_SECRET, RunningSimulator, start_simulator

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
DEFAULT_LIMITS = {
    "calls_per_minute": 4000,
    "uploads_per_month": 5000,
    "greeting_messages": 3,
    "package_messages": 0,
    "wallet_vnd": 1_000_000,
    "consultation_price_vnd": 55,
    "template_messages_per_day": 20_000,
}
DEFAULT_RULES = {
    "buttons": "bare",
    "list_template": False,
    "template_night": False,
    "app_secret_proof": False,
    "oauth_error_status": 200,
    "replaced_token_error": -216,
    "wallet_error": -211,
    "auto_seen": False,
    "seen_shape": "msg_ids",
    "seen_sender": "user",
    "admin_phones": [],
}


@dataclass(frozen=True)
class Received:
    """One webhook request."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self) -> dict[str, Any]:
        """The event in it."""
        return dict(json.loads(self.body))

    @property
    def name(self) -> str:
        """The event's name."""
        return str(self.event.get("event_name"))


@dataclass
class Receiver:
    """The product as seen from Zalo: a webhook that remembers and answers as it is told.

    Attributes:
        answer: Status for a request; the connection is closed without an answer for 0.
        delay_s: Seconds before each answer.
    """

    url: str = ""
    answer: Callable[[Received], int] = field(default=lambda received: 200)
    delay_s: float = 0.0
    received: list[Received] = field(default_factory=list)

    def clear(self) -> None:
        """Forgets what came and answers 200 again."""
        self.received = []
        self.answer = lambda received: 200
        self.delay_s = 0.0

    def named(self, *names: str) -> list[Received]:
        """Requests with events of these names."""
        return [request for request in list(self.received) if request.name in names]

    def wait_for(self, *names: str, count: int = 1, timeout_s: float = 5.0) -> list[Received]:
        """Waits until so many events of these names came, and returns them."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            found = self.named(*names)
            if len(found) >= count:
                return found
            time.sleep(0.01)
        came = [request.name for request in self.received]
        raise AssertionError(f"{count} × {names} did not come; there came {came}")


def listen(receiver: Receiver) -> ThreadingHTTPServer:
    """Serves a receiver on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(headers, body, time.monotonic())
            receiver.received.append(request)
            status = receiver.answer(request)
            time.sleep(receiver.delay_s)
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhook"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@dataclass
class Product:
    """Calls the simulator as the product calls Zalo."""

    simulator: RunningSimulator
    access_token: str

    def post(self, path: str, body: Any = None, **request: Any) -> dict[str, Any]:
        """POSTs JSON with the access token; the answer is JSON with HTTP 200."""
        return self._json("POST", path, json=body if body is not None else {}, **request)

    def get(self, path: str, **data: Any) -> dict[str, Any]:
        """GETs with parameters in one `data` field, as the OA API wants them."""
        return self._json("GET", path, params={"data": json.dumps(data)} if data else {})

    def get_plain(self, path: str, **query: Any) -> dict[str, Any]:
        """GETs with plain parameters, as the template API wants them."""
        return self._json("GET", path, params=query)

    def send(self, user_id: str, text: str, **message: Any) -> dict[str, Any]:
        """A consultation message."""
        body = {"recipient": {"user_id": user_id}, "message": {"text": text, **message}}
        return self.post("/v3.0/oa/message/cs", body)

    def send_buttons(self, user_id: str, text: str, *buttons: dict[str, Any], **payload: Any) -> dict[str, Any]:
        """A consultation message with buttons."""
        attachment = {"type": "template", "payload": {"buttons": list(buttons), **payload}}
        return self.send(user_id, text, attachment=attachment)

    def upload(self, kind: str, content: bytes, name: str) -> dict[str, Any]:
        """Uploads an image, a gif or a file."""
        return self._json("POST", f"/v2.0/oa/upload/{kind}", files={"file": (name, content)})

    def raw(self, method: str, path: str, **request: Any) -> requests.Response:
        """Any request with the access token."""
        headers = {"access_token": self.access_token, **request.pop("headers", {})}
        return requests.request(method, self.simulator.url + path, headers=headers, timeout=20, **request)

    def let_pass(self, seconds: float) -> None:
        """Moves the clock on and takes a fresh access token, for the old one may have expired."""
        self._move_clock(advance_s=seconds)

    def wait_until(self, at: str) -> None:
        """Moves the clock to a moment (ISO 8601) and takes a fresh access token."""
        self._move_clock(at=at)

    def _move_clock(self, **move: Any) -> None:
        self.simulator.post("/sim/v1/clock", move)
        self.access_token = self.simulator.issue_tokens()["access_token"]

    def _json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        answer = self.raw(method, path, **request)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture(scope="session")
def shared_receiver() -> Iterator[Receiver]:
    """One listening product for the whole session."""
    receiver = Receiver()
    server = listen(receiver)
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def shared_simulator(shared_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One simulator process for the whole session."""
    simulator = start_simulator(tmp_path_factory.mktemp("simulator"), shared_receiver.url)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
def receiver(shared_receiver: Receiver) -> Receiver:
    """The listening product; it has received nothing yet."""
    return shared_receiver


@pytest.fixture
def simulator(shared_simulator: RunningSimulator, shared_receiver: Receiver) -> RunningSimulator:
    """A simulator without citizens, with Zalo's limits and strict rules; nobody reads by themselves."""
    shared_simulator.reset()
    shared_simulator.post("/sim/v1/limits", DEFAULT_LIMITS)
    shared_simulator.post("/sim/v1/rules", DEFAULT_RULES)
    shared_receiver.clear()
    return shared_simulator


@pytest.fixture
def product(simulator: RunningSimulator) -> Product:
    """The product's side, with a fresh access token."""
    return Product(simulator, simulator.issue_tokens()["access_token"])


@pytest.fixture
def citizen(simulator: RunningSimulator, receiver: Receiver) -> str:
    """A citizen who wrote a moment ago."""
    user_id = simulator.create_citizen(name="Nguyễn Thị Hoa", phone="+84912345678")
    simulator.says(user_id, "Xin chào")
    receiver.clear()
    return user_id


@pytest.fixture
def own_simulator(tmp_path: Path, receiver: Receiver) -> Iterator[Callable[..., RunningSimulator]]:
    """Starts simulators over this test's folder, for tests that kill them."""
    receiver.clear()
    started: list[RunningSimulator] = []

    def start(**config: Any) -> RunningSimulator:
        started.append(start_simulator(tmp_path, receiver.url, **config))
        return started[-1]

    yield start
    for simulator in started:
        simulator.kill()


def is_signed(request: Received) -> bool:
    """Checks a MAC the way the facts (2.3) say, over the bytes that came."""
    timestamp = request.event["timestamp"]
    digest = hashlib.sha256(APP_ID.encode() + request.body + timestamp.encode() + OA_SECRET.encode())
    return request.headers["x-zevent-signature"] == f"mac={digest.hexdigest()}"
