"""Reminders, oneself, small talk, messages that are no text, failures."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from onestop import clock
from onestop.services.erase import finish_erasures
from onestop.storage.engine import create_engine
from onestop.storage.tables import Base, Citizen, Consent, Erasure, Follow, OfficerRequest, Reminder
from tests.integration.dialogue.harness import Chat, World, count, moves_clock, rows

EIGHT = datetime(2026, 11, 26, 8, 0, tzinfo=clock.LOCAL)


def test_tomorrow_means_eight_oclock_and_the_dossier_talked_about(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    said = chat.says("mai nhắc tôi đi lấy kết quả", "set_reminder", date="2026-11-26")
    assert "8 giờ thứ Năm, 26/11/2026" in said and found.code in said
    chat.repeat()
    (kept,) = rows(world, Reminder)
    assert (kept.due_at, kept.text, kept.dossier_code) == (EIGHT, "đi lấy kết quả", found.code)


def test_a_reminder_is_asked_for_piece_by_piece(chat: Chat, world: World) -> None:
    assert "nhắc lúc nào" in chat.says("nhắc tôi", "set_reminder")
    assert "nhắc việc gì" in chat.says("8h sáng mai", "ask_working_hours")
    assert "nộp thêm giấy tờ" in chat.says("nộp thêm giấy tờ", "ask_documents")
    assert rows(world, Reminder)[0].due_at == EIGHT


def test_a_day_and_a_time_that_stand_apart_are_one_moment(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tui lúc 7h30 đi lấy kết quả", "set_reminder")
    assert rows(world, Reminder)[0].due_at == EIGHT.replace(hour=7, minute=30)


def test_a_time_that_is_past_is_asked_for_again(chat: Chat, world: World) -> None:
    said = chat.says("hôm qua nhắc tôi đi họp", "set_reminder")
    assert "đã qua" in said and "8 giờ thứ Năm, 26/11/2026 được không" in said and count(world, Reminder) == 0


def test_reminders_are_listed_and_cancelled(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    chat.says("9h mai nhắc tôi đi chợ", "set_reminder")
    said = chat.says("huỷ nhắc hẹn", "set_reminder")
    assert "1. 8 giờ" in said and "2. 9 giờ" in said
    assert "đã bỏ lời nhắc" in chat.says("1")
    assert [row.state for row in rows(world, Reminder)] == ["cancelled", "waiting"]
    assert "đi chợ" in chat.says("tôi có lời nhắc nào", "set_reminder")


def test_nobody_cancels_anothers_reminder(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    other = world.chat("8000000002")
    assert "đã gửi hoặc đã bỏ" in other.sends("cancel_reminder", "x", reminder_id=rows(world, Reminder)[0].id)
    assert rows(world, Reminder)[0].state == "waiting"


def test_messages_are_stopped_and_resumed_with_a_record(chat: Chat, world: World) -> None:
    assert "đã tắt" in chat.says("đừng gửi tin nữa", "stop_notifications")
    assert rows(world, Citizen)[0].notifications_stopped_at is not None
    assert "đã bật lại" in chat.taps("Bật lại thông báo")
    assert rows(world, Citizen)[0].notifications_stopped_at is None
    assert [(row.purpose, row.given) for row in rows(world, Consent)] == [
        ("notifications", False),
        ("notifications", True),
    ]


def test_a_time_in_place_of_a_subject_puts_the_reminder_more_exactly(chat: Chat, world: World) -> None:
    chat.says("nhắc tôi", "set_reminder")
    chat.says("thứ 6", "set_reminder")
    assert "việc gì" in chat.says("9h sáng", "set_reminder")
    assert "9 giờ thứ Sáu, 27/11/2026: đi nộp thuế đất" in chat.says("đi nộp thuế đất", "ask_fee")
    chat.says("xem lời nhắc", "set_reminder")
    assert "bỏ" in chat.says("bỏ cái thứ nhất", "out_of_scope")
    assert not [row for row in rows(world, Reminder) if row.state == "waiting"]


def test_a_second_yes_after_the_receipt_gets_the_same_receipt(chat: Chat) -> None:
    chat.says("xóa thông tin của tôi", "delete_my_data")
    receipt = re.findall(r"XD-\d{6}-\w{6}", chat.taps("Xóa hết dữ liệu"))[0]
    assert receipt in chat.says("Đúng, xóa", "delete_my_data")
    assert not chat.buttons


def test_everything_is_erased_only_after_a_yes_and_with_a_receipt(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    found = world.dossier(state=4)
    chat.says(f"theo dõi {found.code}", "follow_dossier", dossier_code=found.code)
    assert "không lấy lại được" in chat.says("xóa thông tin của tôi", "delete_my_data")
    assert "giữ nguyên" in chat.says("không", "deny")
    assert count(world, Reminder) == 1
    chat.says("xóa thông tin của tôi", "delete_my_data")
    said = chat.says("đồng ý", "affirm")
    assert "Số biên nhận: XD-261125-" in said
    assert count(world, Reminder) == count(world, Follow) == 0
    moves_clock(tmp_path, 121)
    photo = world.settings.files_dir / "photo.jpg"
    photo.write_bytes(b"x")
    _store_tracker_events(world, chat.citizen_id)
    assert finish_erasures(world.sessions, world.settings, clock.now()) == 1
    left = {table.name: _count_rows(world, table) for table in Base.metadata.sorted_tables}
    assert {name for name, number in left.items() if number} == {"erasure"}
    (row,) = rows(world, Erasure)
    assert row.citizen_id is None and row.receipt in said
    assert _tracker_events(world) == 0 and not photo.exists()


def _store_tracker_events(world: World, citizen_id: str) -> None:
    engine = create_engine(world.settings.tracker_url)
    with engine.begin() as connection:
        columns = "id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, data TEXT"
        connection.execute(sa.text(f"CREATE TABLE events ({columns})"))
        data = {"parse_data": {"entities": [{"entity": "files", "value": ["photo.jpg"]}]}}
        insert = sa.text("INSERT INTO events (sender_id, type_name, data) VALUES (:c, 'user', :d)")
        connection.execute(insert, {"c": citizen_id, "d": json.dumps(data)})
    engine.dispose()


def _tracker_events(world: World) -> int:
    with create_engine(world.settings.tracker_url).connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM events")).scalar_one()


def _count_rows(world: World, table: Any) -> int:
    with world.sessions() as session:
        return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_person_is_asked_for_once_with_the_question_kept(chat: Chat, world: World) -> None:
    assert "trong giờ làm việc" in chat.says("cho gặp cán bộ hỏi chuyện đất", "talk_to_human")
    assert "vẫn đang chờ" in chat.says("gặp cán bộ", "talk_to_human")
    assert [row.question for row in rows(world, OfficerRequest)] == ["cho gặp cán bộ hỏi chuyện đất"]


def test_out_of_hours_it_is_said_when_a_person_answers_at_the_earliest(chat: Chat, tmp_path: Path) -> None:
    moves_clock(tmp_path, 12 * 3600)
    assert "7 giờ thứ Năm, 26/11/2026" in chat.says("gặp cán bộ", "talk_to_human")


def test_the_welcome_shows_the_three_parts(chat: Chat) -> None:
    said = chat.sends("follow_account", "(quan tâm)")
    assert "trợ lý tự động" in said and "Tây Ninh" in said
    assert chat.buttons == ["Thông tin", "Dịch vụ công", "Hỗ trợ"]
    chat.taps("Dịch vụ công")
    assert chat.buttons == ["Tra cứu hồ sơ", "Hồ sơ của tôi", "Hỏi thủ tục", "Nhắc hẹn"]
    assert "mã hồ sơ" in chat.says("1")


@pytest.mark.parametrize(
    "intent",
    ["send_sticker", "send_voice", "send_video", "send_file", "send_link", "send_contact", "send_nothing", "skip_step"],
)
def test_a_message_that_is_no_text_gets_a_next_step(chat: Chat, intent: str) -> None:
    chat.sends(intent)
    assert chat.buttons


@pytest.mark.parametrize(
    "intent",
    "greet goodbye thank affirm deny cancel help bot_challenge insult out_of_scope ask_news ask_land_price "
    "ask_planning ask_exam_score ask_vaccination_site ask_portal ask_privacy".split(),
)
def test_every_other_intent_has_an_answer(chat: Chat, intent: str) -> None:
    assert chat.says("…", intent).startswith("Dạ")


def test_it_says_that_it_is_a_machine(chat: Chat) -> None:
    assert "máy" in chat.says("người hay máy vậy", "bot_challenge")


def test_an_action_that_fails_apologises_and_logs_nothing_personal(chat: Chat, world: World) -> None:
    with world.sessions.begin() as session:
        session.execute(sa.text("DROP TABLE reminder"))
    with capture_logs() as logs:
        said = chat.says("mai nhắc tôi đi họp với ông Sáu 0912345678", "set_reminder")
    assert "trục trặc" in said and "1022" in said
    assert any(entry["event"] == "action.failed" for entry in logs)
    shown = repr([{**entry, "exc_info": None} for entry in logs])
    assert "Sáu" not in shown and "0912" not in shown


def test_nothing_of_a_failed_turn_is_kept(chat: Chat, world: World) -> None:
    found = world.dossier(state=4)
    with world.sessions.begin() as session:
        session.execute(sa.text("DROP TABLE consent"))
    chat.says(f"theo dõi {found.code}", "follow_dossier", dossier_code=found.code)
    assert count(world, Follow) == 0


def test_a_plain_turn_costs_one_call_of_the_action_server(chat: Chat, world: World) -> None:
    found = world.dossier(state=4)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    chat.says("cảm ơn", "thank")
    assert world.endpoint.calls == ["action_lookup_dossier", "action_small_talk"]


def test_citizens_do_not_hear_of_each_others_topics(chat: Chat, world: World) -> None:
    found = world.dossier(state=4)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "gửi em mã hồ sơ" in world.chat("8000000002").says("khi nào xong", "lookup_dossier")


def test_the_menus_words_all_lead_somewhere(chat: Chat) -> None:
    from onestop.services.menu import MENU_WORDS

    for word in MENU_WORDS:
        assert chat.says(word).startswith("Dạ"), word
        chat.says("thôi", "cancel")


def test_a_number_picks_from_the_question_though_more_was_said_after_it(chat: Chat) -> None:
    chat.says("xem cài đặt", "help")
    assert len(chat.heard) == 2
    assert "đã tắt nhắc hẹn" in chat.says("2")


def test_a_lost_receipt_gets_a_way_without_it_though_nothing_was_understood(chat: Chat) -> None:
    said = chat.says("mất giấy hẹn rồi", "nlu_fallback", ranking=[("lookup_dossier", 0.3)])
    assert "trung tâm" in said and "Địa chỉ trung tâm" in chat.buttons


def test_no_that_is_not_the_code_asks_for_it_again(chat: Chat) -> None:
    chat.says("H39.16-260805-0999", "lookup_dossier", dossier_code="H39.16-260805-0999")
    assert "mã hồ sơ" in chat.says("không phải mã đó", "deny")


def test_costs_after_a_procedure_are_its_fee(chat: Chat) -> None:
    chat.says("làm giấy khai sinh", "search_procedure", procedure="khai sinh")
    assert "lệ phí đăng ký khai sinh" in chat.says("còn thuế phí thì sao", "search_procedure").lower()


def test_an_angry_face_is_anger_and_a_smile_is_none(chat: Chat) -> None:
    assert "bực" in chat.says("😡😡😡", "nlu_fallback")
    assert "bực" not in chat.says("😀", "nlu_fallback")


def test_who_says_how_to_be_called_is_called_so(chat: Chat) -> None:
    assert "Chú cần em giúp gì" in chat.says("gọi tôi là chú nha", "contact_hotline")
    assert "anh/chị" in chat.says("đừng gọi tôi là chú nữa", "contact_hotline").lower()
