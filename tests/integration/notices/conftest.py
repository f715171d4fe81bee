"""A dossier system that the tests write, our database, and what the notifier does between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onestop.messages.codec import from_json
from onestop.messages.types import ImageMessage, Message
from onestop.services import lateness, notices
from onestop.services.centre_settings import decide
from onestop.services.citizens import note_consent
from onestop.storage import SessionFactory, subscriptions
from onestop.storage import dossier_writes as writes
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.follows import insert_follow
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate
from onestop.storage.tables import Notification
from tests.dossier_builders import CENTRE, CODE, PHONE, create_agency, create_dossier, create_step, moment

NOW = moment(26)  # Thursday 26 November 2026, 10:00 in Asia/Ho_Chi_Minh


@dataclass
class Office:
    """The one-stop shop, its people on Zalo, and the notifier's work, with a clock that tests move."""

    vendor: SessionFactory
    sessions: SessionFactory
    reader: DossierReader
    now: datetime = NOW

    def happens(self, kind: str, code: str = CODE, state_from: int = 4, state_to: int = 4, **data: Any) -> int:
        """Records an event and the dossier's new state, as the vendor does; returns the event's id."""
        with self.vendor.begin() as session:
            changes = {"state": state_to, **({"due_at": data.pop("moves_due_to")} if "moves_due_to" in data else {})}
            writes.update_dossier(session, code, changes)
            return writes.add_event(
                session, code, kind, state_from=state_from, state_to=state_to, at=self.now, data=data
            )

    def changes(self, code: str = CODE, **columns: Any) -> None:
        """Changes a dossier without an event."""
        with self.vendor.begin() as session:
            writes.update_dossier(session, code, columns)

    def person(self, zalo_user: str = "8001", proof: str | None = "code", code: str = CODE, **more: Any) -> str:
        """A citizen who wrote an hour ago and, unless `proof` is None, follows a dossier since ten days."""
        with self.sessions.begin() as session:
            citizen = citizen_of_zalo_user(session, zalo_user, self.now)
            citizen.last_interaction_at = self.now - timedelta(hours=1)
            for name, value in more.items():
                setattr(citizen, name, value)
            if proof == "phone":
                citizen.phone, citizen.phone_linked_at = PHONE, self.now - timedelta(days=10)
            elif proof is not None:
                insert_follow(session, citizen.id, code, proof, self.now - timedelta(days=10))
            note_consent(session, citizen.id, "follow_dossier", True, "Báo khi hồ sơ thay đổi", zalo_user, self.now)
            return citizen.id

    def decides(self, name: str, value: str | None, centre: str = CENTRE) -> None:
        """A centre's setting."""
        with self.sessions.begin() as session:
            decide(session, centre, name, value, self.now)

    def reads_events(self) -> int:
        """What the notifier does with news; returns new rows for citizens on Zalo."""
        before = len(self.rows())
        with self.sessions.begin() as session:
            notices.begin_reading(session, self.reader)
            cursor = subscriptions.locked_cursor(session, notices.CURSOR)
            news, last = notices.fetch_news(self.reader, cursor.event_id)
            for one in news:
                notices.notify_followers(session, one, self.now)
            cursor.event_id = last
        return len(self.rows()) - before

    def forgets_cursor(self) -> None:
        """The feed is replayed from its beginning."""
        with self.sessions.begin() as session:
            subscriptions.locked_cursor(session, notices.CURSOR).event_id = 0

    def tells_late(self) -> int:
        """What the notifier does when dates have passed."""
        with self.sessions.begin() as session:
            lateness.release_letters(session, self.reader, self.now)
            return lateness.tell_late(session, self.reader, self.now)

    def figures(self) -> lateness.LateFigures:
        """The published numbers."""
        with self.sessions() as session:
            return lateness.late_figures(session, self.reader, self.now)

    def rows(self, citizen_id: str | None = None) -> list[Notification]:
        """Rows of the outbox for citizens on Zalo, oldest first."""
        with self.sessions() as session:
            query = session.query(Notification).filter(Notification.phone.is_(None)).order_by(Notification.id)
            return [row for row in query if citizen_id in (None, row.citizen_id)]

    def phone_rows(self) -> list[Notification]:
        """Rows for people of whom only the phone on the dossier is known."""
        with self.sessions() as session:
            return session.query(Notification).filter(Notification.phone.isnot(None)).order_by(Notification.id).all()

    def said(self, citizen_id: str | None = None) -> list[str]:
        """The words that were queued."""
        return [row.body["text"] for row in self.rows(citizen_id) if row.body["kind"] == "text"]

    def messages(self, citizen_id: str | None = None) -> list[Message]:
        """The messages that were queued."""
        return [from_json(row.body) for row in self.rows(citizen_id)]

    def pictures(self, citizen_id: str | None = None) -> list[ImageMessage]:
        """The pictures that were queued."""
        return [one for one in self.messages(citizen_id) if isinstance(one, ImageMessage)]

    def buttons(self, citizen_id: str | None = None) -> list[str]:
        """Titles of the buttons that were queued."""
        rows = [row for row in self.rows(citizen_id) if row.body["kind"] == "text"]
        return [button["title"] for row in rows for button in row.body["buttons"]]


@pytest.fixture
def make_office(tmp_path: Path) -> Callable[[str], Office]:
    def make(url: str) -> Office:
        migrate(url)
        vendor_url = f"sqlite:///{tmp_path / 'vendor.sqlite3'}"
        vendor = session_factory(create_engine(vendor_url))
        with vendor.begin() as session:
            writes.create_tables(session)
            create_agency(session)
            create_dossier(session)
            create_step(session, 1, "Thẩm định hồ sơ", started_at=moment(19), planned_end_at=moment(24))
        reader = DossierReader(session_factory(create_engine(vendor_url, read_only=True)))
        office = Office(vendor, session_factory(create_engine(url)), reader)
        office.reads_events()
        return office

    return make


@pytest.fixture
def office(make_office: Callable[[str], Office], tmp_path: Path) -> Office:
    return make_office(f"sqlite:///{tmp_path / 'own.sqlite3'}")
