"""The officers' interface in a real server on port 0, over real databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

from console.calls import ConsoleServices
from console.officer_api import PREFIX, officer_app
from onestop import clock
from onestop.services import feedback, officers
from onestop.services.feedback import Report, Unit
from onestop.services.offices import OfficeDesk
from onestop.services.responsible import UnitDesk
from onestop.services.working_days import WorkCalendar
from onestop.storage import SessionFactory
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate
from onestop.storage.tables import Citizen
from tests.databases import demo_reader, demo_url

__all__ = ["demo_reader", "demo_url"]

TOKENS = {"lan": "t" * 30, "minh": "m" * 30}
SILENCE = timedelta(minutes=30)


@dataclass
class Desk:
    """An officer with a token, in front of the interface."""

    url: str
    sessions: SessionFactory
    files_dir: Path
    token: str = TOKENS["lan"]

    def calls(self, method: str, path: str, token: str | None = None, **body: Any) -> requests.Response:
        """One call."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        return requests.request(method, f"{self.url}{PREFIX}{path}", json=body or None, headers=headers, timeout=10)

    def gets(self, path: str) -> dict[str, Any]:
        """What a GET brings."""
        answer = self.calls("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, path: str, **body: Any) -> dict[str, Any]:
        """What a POST brings."""
        answer = self.calls("POST", path, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def desk(tmp_path: Path, demo_reader: DossierReader) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/own.sqlite3"
    migrate(url)
    engine = create_engine(url)
    sessions = session_factory(engine)
    services = ConsoleServices(sessions, UnitDesk(OfficeDesk(demo_reader)), TOKENS, tmp_path / "files", SILENCE)
    server = uvicorn.Server(uvicorn.Config(officer_app(services), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Desk(f"http://127.0.0.1:{port}", sessions, tmp_path / "files")
    server.should_exit = True
    thread.join(5)
    engine.dispose()


def add_citizen(desk: Desk, name: str = "c00000000000000000000abcd", phone: str | None = "+84912345678") -> str:
    """A citizen with a proved phone."""
    now = clock.now()
    with desk.sessions.begin() as session:
        values = {"phone": phone, "phone_linked_at": now if phone else None, "last_interaction_at": now}
        session.add(Citizen(id=name, zalo_user_id=f"8{name[-6:]}", created_at=now, follows_account=True, **values))
    return name


def add_feedback(desk: Desk, citizen: str, key: str = "m1", **more: Any) -> str:
    """A report; its code."""
    report = Report("đèn đường hư cả tháng", "xã Long Hậu", unit=Unit("ubnd:x", "UBND xã Cần Giuộc"), **more)
    with desk.sessions.begin() as session:
        return feedback.take(session, citizen, key, report, WorkCalendar(), clock.now()).code


def add_ticket(desk: Desk, citizen: str, key: str = "m1", at: datetime | None = None) -> int:
    """A ticket in opening hours; its number."""
    with desk.sessions.begin() as session:
        return officers.open_ticket(session, citizen, key, "sổ đỏ sai tên", at or clock.now(), SILENCE)[0].id
