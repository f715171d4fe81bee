"""One message a day, and what is done about reminders by rule: by words, by buttons, in odd order."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from onestop import clock
from onestop.services import rule_reminders
from onestop.services.citizens import note_consent
from onestop.services.notices import News, ReminderFacts, tell
from onestop.services.preferences import preferences_of
from onestop.storage.citizens import citizen_by_id
from onestop.storage.dossier_queries import dossier_by_code
from onestop.storage.dossier_records import DossierEvent
from onestop.storage.follows import insert_follow
from onestop.storage.rule_tables import ReminderStop
from onestop.storage.tables import Notification, Reminder
from tests.integration.dialogue.harness import Chat, World, rows


def digest_at(chat: Chat, world: World) -> time | None:
    with world.sessions() as session:
        return preferences_of(session, chat.citizen_id).digest_at


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("gom tin lại mỗi ngày gửi một lần thôi", "stop_notifications"),
        ("gom tin lai moi ngay gui mot lan thoi", "out_of_scope"),
        ("một ngày báo 1 lần thôi em", "set_reminder"),
    ],
)
def test_news_comes_together_at_the_usual_hour(chat: Chat, world: World, text: str, intent: str) -> None:
    said = chat.says(text, intent)
    assert "mỗi ngày gửi một lần lúc 17 giờ" in said
    assert "vẫn báo ngay: thiếu giấy tờ, từ chối" in said
    assert digest_at(chat, world) == time(17)
    assert "đang gom tin hồ sơ" in chat.says(text, intent)


def test_the_hour_is_picked_by_words_and_buttons_and_the_night_is_refused(chat: Chat, world: World) -> None:
    assert "lúc 7 giờ 30" in chat.says("gom tin hồ sơ lúc 7h30 sáng", "set_reminder")
    assert "từ 7 giờ tới 20 giờ" in chat.says("đổi giờ gom tin sang 23h", "out_of_scope")
    assert digest_at(chat, world) == time(7, 30)
    assert "lúc 20 giờ" in chat.taps("Gom lúc 20 giờ")
    assert digest_at(chat, world) == time(20)


def test_it_is_undone_by_words_and_by_a_button(chat: Chat, world: World) -> None:
    chat.says("gom tin mỗi ngày một lần", "out_of_scope")
    assert "thôi gom tin" in chat.says("thôi gom tin nữa, có gì báo liền", "resume_notifications")
    assert digest_at(chat, world) is None
    chat.taps("Gom tin mỗi ngày một lần")
    assert "thôi gom tin" in chat.taps("Thôi gom, báo ngay")
    assert "đang báo ngay từng tin" in chat.says("đừng gom tin", "out_of_scope")


def test_settings_show_it_and_have_its_buttons(chat: Chat, world: World) -> None:
    assert "đang báo ngay từng tin" in chat.says("xem cài đặt", "help")
    assert "Tắt tất cả" in chat.buttons
    chat.taps("Gom tin mỗi ngày một lần")
    assert "đang gom, mỗi ngày một lần lúc 17 giờ" in chat.says("xem cài đặt", "help")
    assert "mấy giờ" in chat.taps("Đổi giờ gom tin")
    assert "lúc 11 giờ 30" in chat.says("2")


def test_with_news_of_dossiers_off_it_says_so(chat: Chat, world: World) -> None:
    chat.says("tắt tin hồ sơ", "stop_notifications")
    assert "tin hồ sơ đang tắt" in chat.says("gom tin mỗi ngày một lần", "out_of_scope")


def test_switching_kinds_is_still_understood(chat: Chat, world: World) -> None:
    assert "đã tắt tin tức" in chat.says("đừng gửi tin tức nữa", "stop_notifications")
    assert digest_at(chat, world) is None


def reminded(chat: Chat, world: World, kind: str = "reminder_collect", state: int = 9) -> tuple[str, list[dict]]:
    """The citizen follows a dossier and has just been reminded of it; its code and the buttons."""
    code = world.dossier(state=state, return_mode="counter").code
    chat.says("chào em", "greet")
    now, citizen_id = clock.now(), chat.citizen_id
    with world.sessions.begin() as session:
        note_consent(session, citizen_id, "follow_dossier", True, "Báo", "m0", now)
        insert_follow(session, citizen_id, code, "code", now)
        citizen = citizen_by_id(session, citizen_id)
        dossier = world.services.reader.read(dossier_by_code, code)
        assert citizen is not None and dossier is not None
        event = DossierEvent(0, code, kind, state, state, now, {})
        facts = ReminderFacts("x", dossier.due_at, waiting_days=10)
        assert tell(session, News(event, dossier, reminder=facts), [(citizen, "code")], now) == 1
        row = session.query(Notification).filter_by(kind=kind).one()
        row.status, row.finished_at = "sent", now
        return code, row.body["buttons"]


def payload(buttons: list[dict], title: str) -> str:
    return next(one["payload"] for one in buttons if one["title"] == title)


def test_again_tomorrow_is_kept_listed_and_taken_back(chat: Chat, world: World) -> None:
    code, buttons = reminded(chat, world)
    said = chat.says(payload(buttons, "Nhắc lại ngày mai"))
    assert "9 giờ" in said and f"đi lấy kết quả hồ sơ {code}" in said
    (row,) = rows(world, Reminder)
    tomorrow = clock.now().astimezone(clock.LOCAL).date() + timedelta(days=1)
    assert row.due_at == datetime.combine(tomorrow, time(9), clock.LOCAL)
    assert code in chat.says("xem lời nhắc", "set_reminder")
    assert "đã bỏ" in chat.says("hủy lời nhắc", "set_reminder")
    assert rows(world, Reminder)[0].state == "cancelled"


def test_again_tomorrow_by_words_right_after_it_came(chat: Chat, world: World) -> None:
    code, _buttons = reminded(chat, world)
    assert code in chat.says("mai nhắc lại nha", "set_reminder")
    assert rows(world, Reminder)[0].rule_kind == "reminder_collect"


def test_stop_is_for_this_dossier_and_can_be_undone(chat: Chat, world: World) -> None:
    code, buttons = reminded(chat, world)
    assert f"thôi nhắc hồ sơ {code}" in chat.says(payload(buttons, "Thôi nhắc hồ sơ này"))
    assert [row.dossier_code for row in rows(world, ReminderStop)] == [code]
    assert "nhắc lại hồ sơ" in chat.taps("Nhắc lại hồ sơ này")
    assert rows(world, ReminderStop) == []


def test_stop_by_words_right_after_it_came(chat: Chat, world: World) -> None:
    code, _buttons = reminded(chat, world)
    assert f"thôi nhắc hồ sơ {code}" in chat.says("khỏi nhắc nữa", "cancel")


def test_nothing_to_remind_of_any_more_is_said(chat: Chat, world: World) -> None:
    code, _buttons = reminded(chat, world, "reminder_papers", state=9)
    assert rule_reminders.again_for(world.services.reader, "reminder_papers", code, clock.now()) is None
    assert "không còn việc này" in chat.says("mai nhắc lại", "set_reminder")
