"""The counter as a real server over a demo database of its own."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from onestop.clock import LOCAL
from simulator.counter.app import create_counter_app
from tests.databases import demo_url, postgresql_server, postgresql_url  # noqa: F401

MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=LOCAL)  # a Wednesday


@dataclass
class Counter:
    """A running counter; `now` is its clock."""

    url: str
    database_url: str
    now: datetime

    def get(self, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
        answer = requests.get(f"{self.url}{path}", params=query, timeout=20)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any, status: int = 200) -> dict[str, Any]:
        answer = requests.post(f"{self.url}{path}", json=body, timeout=20)
        assert answer.status_code == status, answer.text
        return answer.json()

    def accept(self, **changes: Any) -> dict[str, Any]:
        body = {
            "procedure_code": "1.001193",
            "applicant_name": "Nguyễn Thị Thử Nghiệm",
            "applicant_phone": "+84900099999",
            **changes,
        }
        return self.post("/dossiers", body)

    def move(self, code: str, to: int, status: int = 200, **fields: Any) -> dict[str, Any]:
        return self.post(f"/dossiers/{code}/move", {"to": to, **fields}, status)


@pytest.fixture
def counter(demo_url: str, tmp_path: Path) -> Iterator[Counter]:  # noqa: F811
    path = tmp_path / "dossiers.sqlite3"
    shutil.copy(demo_url.removeprefix("sqlite:///"), path)
    with running_counter(f"sqlite:///{path}") as running:
        yield running


@contextmanager
def running_counter(database_url: str) -> Iterator[Counter]:
    """Serves the counter at `/counter/v1`, as the simulator mounts it."""
    running = Counter("", database_url, MORNING)
    app = create_counter_app(database_url, now=lambda: running.now)
    mounted = Starlette(routes=[Mount("/counter/v1", app=app)])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(mounted, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the counter did not start"
        time.sleep(0.01)
    running.url = f"http://127.0.0.1:{listener.getsockname()[1]}/counter/v1"
    yield running
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()
