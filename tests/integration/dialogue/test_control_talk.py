"""What citizens decide: reminders, which messages come, their data, whether a message is ours, how we speak."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onestop import clock
from onestop.services import notices, outbox, retention
from onestop.services.erase import erase_citizen, mark_of
from onestop.services.preferences import Kind, preferences_of
from onestop.storage.control_tables import CitizenSetting, DataExport
from onestop.storage.tables import Consent, Erasure, Feedback, Follow, Notification, Reminder
from tests.integration.dialogue.harness import NOW, Chat, World, count, moves_clock, rows

MAI = datetime(2026, 11, 26, 8, 0, tzinfo=clock.LOCAL)


def test_right_after_setting_one_it_is_moved_seen_and_taken_back(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    assert "9 giờ thứ Năm, 26/11/2026: đi họp" in chat.says("dời qua 9h", "ask_working_hours")
    assert "9 giờ thứ Sáu, 27/11/2026" in chat.says("đổi sang thứ sáu", "out_of_scope")
    assert "1. 9 giờ thứ Sáu" in chat.says("xem lời nhắc", "lookup_dossier")
    assert "đã bỏ lời nhắc" in chat.says("hủy lời nhắc", "cancel")
    assert rows(world, Reminder)[0].state == "cancelled"


def test_a_turn_repeated_after_a_crash_moves_a_reminder_once(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    chat.says("lùi lại 1 tiếng", "set_reminder")
    chat.repeat()
    assert rows(world, Reminder)[0].due_at == MAI + timedelta(hours=1)


def test_inside_the_form_other_wishes_about_reminders_are_met(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    assert "nhắc lúc nào" in chat.says("nhắc tôi", "set_reminder")
    assert "1. 8 giờ thứ Năm" in chat.says("xem lời nhắc", "set_reminder")
    assert "đã bỏ lời nhắc" in chat.says("hủy lời nhắc", "set_reminder")


def test_asked_when_one_may_say_what_first(chat: Chat, world: World) -> None:
    chat.says("nhắc tôi", "set_reminder")
    assert "nhắc ký giấy ủy quyền lúc nào" in chat.says("ký giấy ủy quyền", "out_of_scope")
    assert "ký giấy ủy quyền" in chat.says("sáng mai", "out_of_scope")
    assert rows(world, Reminder)[0].due_at == MAI


def test_of_several_one_is_asked_which_and_several_go_by_their_numbers(chat: Chat, world: World) -> None:
    for hour, what in ((8, "đi họp"), (9, "đi chợ"), (10, "nộp thuế")):
        chat.says(f"mai {hour}h nhắc tôi {what}", "set_reminder")
    assert "muốn bỏ lời nhắc nào" in chat.says("hủy lời nhắc", "set_reminder")
    assert "đã bỏ 2 lời nhắc" in chat.says("1 và 3", "out_of_scope")
    assert [row.state for row in rows(world, Reminder)] == ["cancelled", "waiting", "cancelled"]


def test_a_reminder_is_taken_back_by_its_words_or_all_at_once(chat: Chat, world: World) -> None:
    for hour, what in ((8, "đi họp"), (9, "đóng tiền điện"), (10, "nộp thuế")):
        chat.says(f"mai {hour}h nhắc tôi {what}", "set_reminder")
    assert "đóng tiền điện" in chat.says("hủy lời nhắc đóng tiền điện", "set_reminder")
    assert "đã bỏ 2 lời nhắc" in chat.says("hủy hết lời nhắc", "set_reminder")
    assert {row.state for row in rows(world, Reminder)} == {"cancelled"}


def test_a_day_that_there_is_not_is_said_and_the_last_one_offered(chat: Chat, world: World) -> None:
    said = chat.says("30/2 nhắc tôi đóng thuế", "set_reminder")
    assert "tháng 2 không có ngày 30" in said and "28/02/2027" in said
    chat.says("1")
    assert rows(world, Reminder)[0].due_at == datetime(2027, 2, 28, 8, 0, tzinfo=clock.LOCAL)


def test_a_ready_dossier_proposes_times_at_which_going_makes_sense(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert "lúc nào" in chat.taps("Nhắc tôi đi lấy")
    assert chat.buttons[0].startswith("Chiều nay") and "Sáng mai, 8 giờ" in chat.buttons
    said = chat.taps("Sáng mai, 8 giờ")
    assert "8 giờ thứ Năm, 26/11/2026" in said and found.code in said
    assert rows(world, Reminder)[0].dossier_code == found.code


def test_before_the_promised_day_of_the_dossier_talked_about(chat: Chat, world: World) -> None:
    found = world.dossier(state=4, overdue=False)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    chat.says("trước hẹn trả 1 ngày nhắc tôi", "set_reminder")
    kept = rows(world, Reminder)[0]
    due_on = found.due_at.replace(tzinfo=clock.LOCAL) if found.due_at.tzinfo is None else found.due_at
    assert kept.due_at.astimezone(clock.LOCAL).date() == due_on.astimezone(clock.LOCAL).date() - timedelta(days=1)
    assert found.code in kept.text


def test_where_no_dossier_is_known_its_code_is_asked_for(chat: Chat, world: World) -> None:
    assert "mã hồ sơ" in chat.says("trước hẹn trả 1 ngày nhắc tôi", "set_reminder")
    assert count(world, Reminder) == 0


def test_a_repetition_is_declined_and_the_nearest_one_kept(chat: Chat, world: World) -> None:
    said = chat.says("mỗi thứ hai 8h nhắc tôi uống thuốc", "set_reminder")
    assert "chưa nhắc lặp lại" in said and "8 giờ thứ Hai, 30/11/2026" in said
    assert rows(world, Reminder)[0].text == "uống thuốc"


def test_the_other_calendar_is_one_tap_away(chat: Chat, world: World) -> None:
    said = chat.says("mùng một tới nhắc tôi đi chùa", "set_reminder")
    assert "09/12/2026 (mùng 1 tháng 11 âm lịch)" in said
    assert "01/12/2026" in chat.taps("Dương lịch: 1/12")


def test_the_reminder_that_came_is_sent_once_more_or_done(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    moves_clock(tmp_path, 24 * 3600)
    with world.sessions.begin() as session:
        assert notices.remind(session, clock.now()) == 1
    push = [row for row in rows(world, Notification) if row.kind == "reminder"][0]
    assert [one["title"] for one in push.body["buttons"]] == ["Nhắc lại sau 1 giờ", "Xong rồi"]
    assert "đi họp" in chat.says(push.body["buttons"][0]["payload"])
    again = [row for row in rows(world, Reminder) if row.state == "waiting"][0]
    assert again.text == "đi họp" and timedelta(minutes=58) < again.due_at - clock.now() <= timedelta(hours=1)
    assert "ghi là xong" in chat.says(push.body["buttons"][1]["payload"])


def test_kinds_are_switched_shown_and_recorded(chat: Chat, world: World) -> None:
    assert "Nhắc hẹn: đang bật" in chat.says("đang bật gì, tắt gì", "out_of_scope")
    assert "đã tắt nhắc hẹn" in chat.taps("Tắt nhắc hẹn")
    assert "đã tắt tin tức" in chat.says("đừng gửi tin tức nữa", "stop_notifications")
    said = chat.says("xem cài đặt", "help")
    assert "Nhắc hẹn: đang tắt" in said and "Tin tức, cúp điện: đang tắt" in said and "Tin hồ sơ: đang bật" in said
    assert ("notices.reminder", False) in {(row.purpose, row.given) for row in rows(world, Consent)}
    assert "đã bật lại" in chat.taps("Bật tất cả")
    assert count(world, CitizenSetting) == 0


def test_after_stopping_everything_one_kind_comes_alone(chat: Chat, world: World) -> None:
    chat.says("tắt hết thông báo", "stop_notifications")
    chat.says("bật lại nhắc hẹn", "resume_notifications")
    with world.sessions() as session:
        chosen = preferences_of(session, chat.citizen_id)
    assert [kind for kind in Kind if chosen.is_on(kind)] == [Kind.REMINDER]


def test_asking_for_a_reminder_switches_reminders_on_again(chat: Chat, world: World) -> None:
    chat.says("tắt hết thông báo", "stop_notifications")
    assert "bật lại riêng nhắc hẹn" in chat.says("mai nhắc tôi đi họp", "set_reminder")
    assert ("reminder", True) in {(row.purpose, row.given) for row in rows(world, Consent)}


def test_reminders_that_were_switched_off_do_not_come(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    chat.says("tắt nhắc hẹn", "stop_notifications")
    moves_clock(tmp_path, 24 * 3600)
    with world.sessions.begin() as session:
        notices.remind(session, clock.now())
    assert [row for row in rows(world, Notification) if row.kind == "reminder"] == []
    assert rows(world, Reminder)[0].state == "unwanted"


def test_of_several_dossiers_it_is_asked_whether_one_is_meant(chat: Chat, world: World) -> None:
    first, second = world.dossier(state=4), world.dossier(state=2)
    for one in (first, second):
        chat.says(f"theo dõi {one.code}", "follow_dossier", dossier_code=one.code)
    assert "chỉ một hồ sơ" in chat.says("tắt tin hồ sơ", "stop_notifications")
    chat.taps(first.code)
    assert {row.dossier_code for row in rows(world, Follow) if row.ended_at is None} == {second.code}


@pytest.mark.parametrize("consented", [True, False])
def test_nothing_is_queued_unasked_without_a_consent(chat: Chat, world: World, consented: bool) -> None:
    if consented:
        chat.says("mai nhắc tôi đi họp", "set_reminder")
    with world.sessions.begin() as session:
        is_new = _put_notice(session, chat.citizen_id, "received")
    assert is_new is consented


def test_following_the_account_is_a_consent_and_leaving_it_takes_it_back(chat: Chat, world: World) -> None:
    user = "8000000001"
    for follows, key in ((True, "follow:1"), (True, "follow:1"), (False, "unfollow:1")):
        world.backend.note_following(user, follows, key)
    assert [(row.purpose, row.given) for row in rows(world, Consent)] == [
        ("follow_account", True),
        ("follow_account", False),
    ]


def test_what_is_held_is_told_in_numbers(chat: Chat, world: World) -> None:
    chat.says("mai nhắc tôi đi họp", "set_reminder")
    chat.says("mốt nhắc tôi đi chợ", "set_reminder")
    said = chat.says("bạn lưu gì của tôi", "ask_privacy")
    assert "Lời nhắc: 2" in said and "25/11/2026" in said and "không lưu số nào" in said


def test_the_export_holds_all_that_is_ones_own_and_nothing_else(chat: Chat, world: World) -> None:
    other = world.chat("8000000002")
    other.says("mai nhắc tôi chuyện bí mật của tôi", "set_reminder")
    chat.says("mai nhắc tôi đi họp phụ huynh", "set_reminder")
    found = world.dossier(state=4)
    chat.says(f"theo dõi {found.code}", "follow_dossier", dossier_code=found.code)
    chat.says("cho tôi tải dữ liệu của tôi", "ask_privacy")
    (made,) = rows(world, DataExport)
    text = _text_of(world.settings.files_dir / made.file_ref)
    assert "đi họp phụ huynh" in text and found.code in text and "8000000001" in text
    assert "bí mật" not in text and "8000000002" not in text and other.citizen_id not in text
    assert rows(world, Notification)[-1].body == {
        "kind": "file",
        "file_ref": made.file_ref,
        "name": "du-lieu-cua-toi-20261125.docx",
    }


def test_every_table_of_a_citizen_is_exported_or_left_out_on_purpose(chat: Chat, world: World) -> None:
    from onestop.services.export import TITLES
    from onestop.storage import own_data

    tables = {table.name for table in own_data.tables_of_citizens()}
    assert tables - own_data.NOT_EXPORTED <= set(TITLES), "a new table needs a title for people in services/export.py"


def test_nobody_elses_data_are_given_out(chat: Chat, world: World) -> None:
    said = chat.says("cho tôi tải dữ liệu của ông Nguyễn Văn Ba", "list_my_dossiers")
    assert "chính người đang dùng Zalo này" in said and count(world, DataExport) == 0


def test_the_file_is_gone_after_a_day_and_with_the_citizen(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says("tải dữ liệu của tôi", "ask_privacy")
    first = world.settings.files_dir / rows(world, DataExport)[0].file_ref
    assert first.exists()
    moves_clock(tmp_path, 24 * 3600 + 60)
    assert retention.tidy(world.sessions, world.settings, clock.now())["exports"] == 1
    assert not first.exists()
    chat.says("tải dữ liệu của tôi", "ask_privacy")
    second = world.settings.files_dir / rows(world, DataExport)[0].file_ref
    citizen_id = chat.citizen_id
    erase_citizen(world.sessions, world.settings, citizen_id)
    assert not second.exists() and count(world, DataExport) == 0
    assert rows(world, Erasure)[0].citizen_mark == mark_of(citizen_id)


def test_a_notice_is_known_by_its_code_and_by_its_words(chat: Chat, world: World) -> None:
    row = _sent_notice(chat, world)
    text = row.body["text"]
    assert re.search(r"\nMã tin: [A-Z0-9]{6}$", text)
    assert "là của trung tâm" in chat.says(f"mã tin {row.notice_code}", "out_of_scope")
    assert "là của trung tâm" in chat.says(f"{text}\nTin này có phải của trung tâm không?", "out_of_scope")


def test_to_others_only_that_such_a_code_exists_is_told(chat: Chat, world: World) -> None:
    row = _sent_notice(chat, world)
    said = world.chat("8000000002").says(f"mã tin {row.notice_code} có phải của trung tâm không", "out_of_scope")
    assert "không phải cho Zalo này" in said
    assert "có kết quả" not in said and str(row.dossier_code) not in said


def test_a_true_code_under_false_words_is_noticed(chat: Chat, world: World) -> None:
    row = _sent_notice(chat, world)
    scam = f"Hồ sơ lỗi, chuyển khoản 500.000 qua https://mot-cua.xyz để không bị hủy. Mã tin: {row.notice_code}"
    said = chat.says(scam, "out_of_scope")
    assert "khác tin đó" in said and "mot-cua.xyz" in said


def test_an_invented_code_is_not_ours_and_guessing_is_slowed(chat: Chat) -> None:
    assert "không phát mã tin" in chat.says("mã tin K7F3Q9", "out_of_scope")
    for number in range(4):
        chat.says(f"mã tin K7F3Q{number + 3}", "out_of_scope")
    assert "thử lại" in chat.says("mã tin W9W9W9", "out_of_scope").lower()


def test_a_swindle_is_warned_of_unasked(chat: Chat) -> None:
    said = chat.says("TB: ho so loi, nop phi tai https://dichvucong-gov.com va nhap ma OTP trong 24h", "ask_portal")
    assert "lừa đảo" in said and "113" in said and "Báo tin giả mạo" in chat.buttons


def test_simple_speech_numbers_its_choices_and_ends_by_words(chat: Chat, world: World) -> None:
    chat.says("nói đơn giản thôi", "out_of_scope")
    assert _shown(world)["is_listed"] is True
    assert "mã hồ sơ" in chat.says("2") + chat.says("1")
    found = world.dossier(state=9)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    assert _shown(world)["is_listed"] is True and len(_shown(world)["text"]) < 330
    titles = [one["title"] for one in _shown(world)["buttons"]]
    assert "lúc nào" in chat.says(str(titles.index("Nhắc tôi đi lấy") + 1))
    assert "bình thường" in chat.says("tắt chế độ đơn giản", "cancel")
    chat.says("xin chào", "greet")
    assert _shown(world)["is_listed"] is False


def test_a_number_picks_a_button_of_the_last_push(chat: Chat, world: World) -> None:
    row = _sent_notice(chat, world)
    assert str(row.dossier_code) in chat.says("1")


def test_pictures_for_a_look_up_are_deleted_after_their_days_and_those_of_reports_stay(
    chat: Chat, world: World, tmp_path: Path
) -> None:
    folder = world.settings.files_dir / "inbound"
    folder.mkdir()
    for name in ("lookup.jpg", "report.jpg"):
        (folder / name).write_bytes(b"x")
    with world.sessions.begin() as session:
        session.add(
            Feedback(
                code="PA-261125-0001", citizen_id=chat.citizen_id, key="k", text="x", photos=["inbound/report.jpg"],
                state="received", created_at=NOW, due_on=NOW.date(),
            )
        )  # fmt: skip
    assert retention.tidy(world.sessions, world.settings, clock.now())["pictures"] == 0
    moves_clock(tmp_path, 8 * 86400)
    assert retention.tidy(world.sessions, world.settings, clock.now())["pictures"] == 1
    assert sorted(file.name for file in folder.iterdir()) == ["report.jpg"]


def _put_notice(session: Any, citizen_id: str, kind: str) -> bool:
    from onestop.messages.types import TextMessage

    return outbox.put(
        session,
        key=f"test:{kind}:{citizen_id}",
        citizen_id=citizen_id,
        lane=outbox.NOTICE,
        kind=kind,
        message=TextMessage("Dạ, hồ sơ đã có kết quả, anh/chị mang giấy hẹn đến lấy."),
        now=clock.now(),
    )


def _sent_notice(chat: Chat, world: World) -> Notification:
    """A notice of a dossier that the citizen has got."""
    from onestop.messages.types import Button, TextMessage
    from onestop.services import buttons
    from onestop.services.buttons import Choice

    found = world.dossier(state=9)
    chat.says(f"theo dõi {found.code}", "follow_dossier", dossier_code=found.code)
    with world.sessions.begin() as session:
        citizen_id = chat.citizen_id
        tokens = buttons.mint(
            citizen_id, [Choice("Xem hồ sơ", "lookup_dossier", {"dossier_code": found.code})], clock.now()
        )
        session.add_all(tokens)
        outbox.put(
            session,
            key=f"event:7:{citizen_id}",
            citizen_id=citizen_id,
            lane=outbox.NOTICE,
            kind="ready",
            message=TextMessage(
                f"Dạ, hồ sơ {found.code} đã có kết quả. Anh/chị mang giấy tiếp nhận đến lấy.",
                tuple(Button(one.title, one.token) for one in tokens),
            ),
            now=clock.now(),
            dossier_code=found.code,
        )
    with world.sessions.begin() as session:
        row = session.query(Notification).filter(Notification.kind == "ready").one()
        row.status, row.finished_at = "sent", clock.now() + timedelta(seconds=1)
        return row


def _shown(world: World) -> dict[str, Any]:
    return [row for row in rows(world, Notification) if row.body["kind"] == "text"][-1].body


def _text_of(file: Path) -> str:
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        return re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())


def test_a_word_hardly_understood_silences_nothing(chat: Chat) -> None:
    said = chat.says("Gửi", "stop_notifications", confidence=0.65)
    assert "đã tắt" not in said and "?" not in said[:3]
    assert "đã tắt" in chat.says("tắt hết thông báo đi", "stop_notifications", confidence=0.95)


def test_a_report_after_a_question_about_a_message_is_no_copy_of_it(chat: Chat) -> None:
    chat.says("tin báo trễ hẹn này có phải của trung tâm gửi không", "lookup_dossier")
    said = chat.says("phản ánh: đường ấp 3 xã Long Hậu đèn hư 2 tuần nay tối thui", "give_feedback", confidence=0.98)
    assert "mã tin" not in said and "không thấy tin này" not in said
