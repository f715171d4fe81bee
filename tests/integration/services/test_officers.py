"""Tickets: who is silent when, and what becomes of one that nobody answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from onestop import clock
from onestop.services import emergencies, officers
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.mailbox_tables import TicketMessage
from onestop.storage.schema import migrate
from onestop.storage.tables import Citizen, Notification, OfficerRequest
from tests.databases import database_url, postgresql_server, postgresql_url

__all__ = ["database_url", "postgresql_server", "postgresql_url"]

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=clock.LOCAL)
SILENCE = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sessions(database_url: str) -> Any:
    migrate(database_url)
    engine = create_engine(database_url)
    made = session_factory(engine)
    with made.begin() as session:
        for name in ("c1", "c2"):
            session.add(Citizen(id=name, zalo_user_id=f"80{name}", created_at=NOW, follows_account=True))
    yield made
    engine.dispose()


def open_one(sessions: Any, citizen: str = "c1", key: str = "m1", silence: timedelta | None = SILENCE) -> int:
    with sessions.begin() as session:
        return officers.open_ticket(session, citizen, key, "sổ đỏ", NOW, silence)[0].id


def silenced_until(sessions: Any, citizen: str = "c1") -> datetime | None:
    with sessions() as session:
        return session.get(Citizen, citizen).silenced_until


def ticket(sessions: Any, number: int) -> OfficerRequest:
    with sessions() as session:
        return session.get(OfficerRequest, number)


def told(sessions: Any) -> list[str]:
    with sessions() as session:
        return [row.body["text"] for row in session.query(Notification).order_by(Notification.id)]


def test_the_assistant_is_silent_in_opening_hours_only(sessions: Any) -> None:
    open_one(sessions)
    assert silenced_until(sessions) == NOW + SILENCE
    open_one(sessions, "c2", "m2", silence=None)
    assert silenced_until(sessions, "c2") is None


def test_the_same_message_opens_one_ticket_and_a_second_wish_adds_to_it(sessions: Any) -> None:
    first = open_one(sessions)
    assert open_one(sessions) == first
    with sessions.begin() as session:
        found, is_new = officers.open_ticket(session, "c1", "m2", "còn cái này nữa", NOW, SILENCE)
        assert (found.id, is_new) == (first, False)
    with sessions() as session:
        assert [row.text for row in session.query(TicketMessage)] == ["còn cái này nữa"]


def test_who_waits_in_front_and_how_long_it_takes(sessions: Any) -> None:
    with sessions.begin() as session:
        for number in range(5):
            found, _new = officers.open_ticket(session, f"x{number}", f"x{number}", "?", NOW - 60 * MINUTE, None)
            found.state, found.taken_at = "ended", NOW - 50 * MINUTE
    open_one(sessions)
    second = open_one(sessions, "c2", "m2")
    with sessions() as session:
        assert officers.queue_of(session, session.get(OfficerRequest, second), NOW) == officers.Queue(1, 10)


def test_a_forgotten_ticket_is_apologised_for_and_stays_listed(sessions: Any) -> None:
    number = open_one(sessions)
    with sessions.begin() as session:
        assert officers.return_due(session, NOW + 29 * MINUTE, "1022") == 0
        assert officers.return_due(session, NOW + 31 * MINUTE, "1022") == 1
    assert "xin lỗi" in told(sessions)[0] and silenced_until(sessions) is None
    row = ticket(sessions, number)
    assert (row.state, row.forgotten_at is not None) == ("waiting", True)
    with sessions.begin() as session:
        assert officers.return_due(session, NOW + 90 * MINUTE, "1022") == 0


def test_a_talk_that_an_officer_finished_ends_without_an_apology(sessions: Any) -> None:
    number = open_one(sessions)
    with sessions.begin() as session:
        officers.note_officer_message(session, "c1", "e1", "Chị ra quầy 3 nhé", NOW, SILENCE)
        officers.return_due(session, NOW + 31 * MINUTE, "1022")
    assert (ticket(sessions, number).state, ticket(sessions, number).ended_by) == ("ended", "time")
    assert "xin lỗi" not in told(sessions)[0]


def test_a_citizen_left_without_an_answer_in_the_middle_waits_again(sessions: Any) -> None:
    number = open_one(sessions)
    with sessions.begin() as session:
        officers.note_officer_message(session, "c1", "e1", "Chị chờ em", NOW, SILENCE)
        officers.keep_message(session, "c1", "m5", "lâu quá em ơi", (), NOW + MINUTE)
        officers.return_due(session, NOW + 31 * MINUTE, "1022")
    assert ticket(sessions, number).state == "waiting" and "xin lỗi" in told(sessions)[0]


def test_the_citizen_gets_the_assistant_back_and_the_question_stays(sessions: Any) -> None:
    number = open_one(sessions)
    with sessions.begin() as session:
        assert officers.back_to_assistant(session, "c1", NOW).id == number
    assert silenced_until(sessions) is None and ticket(sessions, number).state == "waiting"
    with sessions.begin() as session:
        assert officers.drop_ticket(session, "c1", NOW) and not officers.drop_ticket(session, "c1", NOW)
    assert ticket(sessions, number).ended_by == "citizen"


def test_an_officer_who_takes_a_ticket_later_announces_it(sessions: Any) -> None:
    number = open_one(sessions, silence=None)
    with sessions.begin() as session:
        officers.take(session, number, "lan", NOW, SILENCE)
    assert "đã nhận yêu cầu" in told(sessions)[0] and silenced_until(sessions) == NOW + SILENCE


def test_an_officer_who_begins_the_talk_has_a_ticket_for_it(sessions: Any) -> None:
    with sessions.begin() as session:
        officers.note_officer_message(session, "c1", "e1", "Chào chị", NOW, SILENCE)
        officers.keep_message(session, "c1", "m1", "dạ chào em", ("a.jpg",), NOW)
    with sessions() as session:
        assert [(row.sender, row.files) for row in session.query(TicketMessage)] == [
            ("officer", []),
            ("citizen", ["a.jpg"]),
        ]
        assert session.query(OfficerRequest).one().state == "taken"


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("quay lại trợ lý", True),
        ("cho toi noi chuyen lai voi bot", True),
        ("trợ lý ơi", True),
        ("thôi không cần gặp cán bộ nữa", True),
        ("tôi quay lại trung tâm rồi", False),
        ("cán bộ ơi trả lời giùm", False),
        ("không cần giấy khai sinh hả cán bộ", False),
    ],
)
def test_words_that_ask_for_the_assistant(text: str, wants: bool) -> None:
    assert officers.wants_assistant(text) is wants


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cháy nhà cứu với", "fire"),
        ("nhà đang cháy ở ấp 3", "fire"),
        ("chay nha roi em oi", "fire"),
        ("có tai nạn trước cổng chợ, người bị thương nặng", "medical"),
        ("bị cướp giật túi xách", "crime_now"),
        ("dây điện đứt nằm giữa đường", "power_line"),
        ("bà hàng xóm đánh đập trẻ con suốt", "child"),
        ("thủ tục phòng cháy chữa cháy cho quán ăn", None),
        ("xe đang chạy trên đường thì hư", None),
        ("bóng đèn bị cháy", None),
        ("làm lại giấy tờ do hỏa hoạn", None),
        ("hôm qua có tai nạn ở ngã tư, xin gắn đèn", None),
        ("trợ cấp tai nạn lao động", None),
    ],
)
def test_emergencies_are_told_from_what_only_sounds_like_one(text: str, what: str | None) -> None:
    found = emergencies.urgent_in(text)
    assert (found.id if found else None) == what
