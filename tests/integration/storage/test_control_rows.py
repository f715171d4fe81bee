"""Queries behind control and retention, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from onestop.messages.types import TextMessage
from onestop.services import export, later, outbox, retention
from onestop.services.citizens import note_consent
from onestop.services.later import Question
from onestop.services.preferences import Kind, preferences_of, speak_simply, switch, switch_all
from onestop.settings import Settings
from onestop.storage import SessionFactory, own_data, sent_notices, waiting_questions
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.erasure import delete_messages
from onestop.storage.schema import migrate
from onestop.storage.tables import Delivery, InboxEvent, LookupMiss, Notification, Reminder

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)  # 10:00 in Asia/Ho_Chi_Minh
DAY = timedelta(days=1)


@pytest.fixture
def sessions(database_url: str) -> Iterator[SessionFactory]:
    migrate(database_url)
    engine = create_engine(database_url)
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    secrets = dict.fromkeys(("zalo_app_id", "zalo_oa_id", "zalo_app_secret", "zalo_secret_key", "token_key"), "x")
    tracker = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    return Settings(database_url=database_url, dossiers_url="x", tracker_url=tracker, files_dir=tmp_path, **secrets)


@pytest.fixture
def citizen_id(sessions: SessionFactory) -> str:
    with sessions.begin() as session:
        citizen = citizen_of_zalo_user(session, "8001", NOW)
        note_consent(session, citizen.id, "follow_dossier", True, "Báo khi có thay đổi", "m1", NOW)
        return citizen.id


def test_a_kind_is_switched_and_everything_is_stopped_and_resumed(sessions: SessionFactory, citizen_id: str) -> None:
    with sessions.begin() as session:
        assert switch(session, citizen_id, Kind.NEWS, False, "m2", "w", NOW)
        assert not switch(session, citizen_id, Kind.NEWS, False, "m3", "w", NOW)
        assert not preferences_of(session, citizen_id).is_on(Kind.NEWS)
        assert switch_all(session, citizen_id, False, "m4", "w", NOW)
        assert switch(session, citizen_id, Kind.REMINDER, True, "m5", "w", NOW)
        assert preferences_of(session, citizen_id).off == set(Kind) - {Kind.REMINDER}
        assert switch_all(session, citizen_id, True, "m6", "w", NOW)
        assert preferences_of(session, citizen_id).off == frozenset()
        assert speak_simply(session, citizen_id, True, NOW) and preferences_of(session, citizen_id).is_simple


def test_a_notice_is_found_by_its_code_once_it_was_sent(sessions: SessionFactory, citizen_id: str) -> None:
    with sessions.begin() as session:
        assert _put(session, citizen_id, "ready", NOW)
        row = session.query(Notification).one()
        assert sent_notices.by_code(session, row.notice_code) == []
        row.status = "sent"
        session.flush()
        assert sent_notices.by_code(session, row.notice_code) == [row]
        assert sent_notices.sent_to(session, citizen_id, NOW - DAY) == [row]


@pytest.mark.parametrize(("kind", "is_new"), [("ready", False), ("power_cuts", False), ("ticket", True)])
def test_a_stranger_is_told_nothing_unasked(sessions: SessionFactory, kind: str, is_new: bool) -> None:
    with sessions.begin() as session:
        stranger = citizen_of_zalo_user(session, "8002", NOW)
        assert _put(session, stranger.id, kind, NOW) is is_new


def test_a_question_waits_is_asked_again_once_and_dropped_after_a_day(
    sessions: SessionFactory, citizen_id: str
) -> None:
    question = Question("H1 tới đâu rồi", "lookup_dossier", {"dossier_code": "H1"})
    with sessions.begin() as session:
        assert later.keep(session, citizen_id, "m1", question, "w", NOW)
        assert later.keep(session, citizen_id, "m2", question, "w", NOW)  # the same again is one question
        assert len(waiting_questions.open_of(session, citizen_id)) == 1
    with sessions.begin() as session:
        assert later.ask_again(session, NOW) == 1
        assert later.ask_again(session, NOW) == 0
        assert session.query(InboxEvent.event_key).scalar() == "later:1:1"
        later.put_back(session, "later:1:1", NOW)
    with sessions.begin() as session:
        assert later.ask_again(session, NOW) == 0  # it waits a little first
        assert later.ask_again(session, NOW + timedelta(minutes=2)) == 1
        later.put_back(session, "later:1:2", NOW)
    with sessions.begin() as session:
        assert later.ask_again(session, NOW + 2 * DAY) == 0
        assert waiting_questions.by_id(session, 1).state == "dropped"


def test_a_question_answered_otherwise_is_dropped(sessions: SessionFactory, citizen_id: str) -> None:
    with sessions.begin() as session:
        for code in ("H1", "H2"):
            later.keep(session, citizen_id, code, Question("?", "lookup_dossier", {"dossier_code": code}), "w", NOW)
        later.settle(session, citizen_id, "lookup_dossier", ["H2"], NOW)
        assert [dict(row.entities)["dossier_code"] for row in waiting_questions.open_of(session, citizen_id)] == ["H1"]


def test_by_night_only_who_has_just_asked_is_answered(sessions: SessionFactory, citizen_id: str) -> None:
    night = NOW + timedelta(hours=13)  # 23:00
    with sessions.begin() as session:
        later.keep(session, citizen_id, "m1", Question("?", "list_my_dossiers", {}), "w", NOW)
        later.keep(session, citizen_id, "m2", Question("?", "search_procedure", {"procedure": "x"}), "w", night)
        assert later.ask_again(session, night) == 1
        assert later.ask_again(session, night + timedelta(hours=9)) == 1


def test_what_is_over_its_time_is_deleted_and_the_rest_stays(
    sessions: SessionFactory, settings: Settings, citizen_id: str
) -> None:
    with sessions.begin() as session:
        for number, age in enumerate((1, 10, 40)):
            at = NOW - age * DAY
            session.add(
                InboxEvent(
                    event_key=f"e{number}", zalo_user_id="8001", event_name="user_send_text", body=b"x", state="done",
                    occurred_at=at, received_at=at, attempts=0,
                )
            )  # fmt: skip
            session.add(
                Reminder(
                    key=f"r{number}", citizen_id=citizen_id, text="x", due_at=at - 80 * DAY, state="sent", created_at=at
                )
            )
            session.add(LookupMiss(key=f"l{number}", citizen_id=citizen_id, at=at - timedelta(hours=1)))
        for age in (1, 400):
            _put(session, citizen_id, f"kind{age}", NOW - age * DAY)
        for row in session.query(Notification):
            row.status = "sent"
            session.add(Delivery(notification_id=row.id, attempt=1, at=NOW, outcome="sent", channel="cs"))
    done = retention.tidy(sessions, settings, NOW)
    assert (done["inbox_bodies"], done["inbox_rows"], done["messages"], done["misses"]) == (2, 1, 1, 3)
    assert done["reminders"] == 2
    with sessions.begin() as session:
        assert [bytes(row.body) for row in session.query(InboxEvent).order_by(InboxEvent.id)] == [b"x", b""]
        assert session.query(Notification).count() == session.query(Delivery).count() == 1


def test_the_export_and_the_erasure_reach_every_table(
    sessions: SessionFactory, settings: Settings, citizen_id: str
) -> None:
    with sessions.begin() as session:
        switch(session, citizen_id, Kind.NEWS, False, "m2", "w", NOW)
        _put(session, citizen_id, "ready", NOW)
        made = export.export_for(session, settings.tracker_url, settings.files_dir, citizen_id, "m9", NOW)
        assert made is not None and (settings.files_dir / made.file_ref).stat().st_size > 500
        assert set(own_data.rows_of(session, citizen_id)) >= {"citizen", "consent", "outbox", "citizen_setting"}
        delete_messages(session, citizen_id)
        left = {table.name: session.execute(table.select()).all() for table in own_data.tables_of_citizens()}
    assert {name for name, rows in left.items() if rows} == set()


def _put(session, citizen_id: str, kind: str, now: datetime) -> bool:
    return outbox.put(
        session,
        key=f"{kind}:{citizen_id}",
        citizen_id=citizen_id,
        lane=outbox.NOTICE,
        kind=kind,
        message=TextMessage("Dạ, hồ sơ có kết quả."),
        now=now,
    )
