"""Feedback and ratings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onestop import clock
from onestop.services import feedback_desk
from onestop.storage.mailbox_tables import FeedbackEvent, SurveyAnswer
from onestop.storage.tables import Consent, Feedback, Notification, OfficerRequest, Rating
from tests.integration.dialogue.harness import Chat, World, count, moves_clock, rows

REPORT = "đèn đường trước nhà hư cả tuần nay không ai sửa"


def test_a_report_over_several_messages_gets_a_code_and_a_due_date(chat: Chat, world: World) -> None:
    assert "kể giúp em" in chat.says("tôi muốn phản ánh", "give_feedback")
    assert "ở đâu" in chat.says(REPORT, "give_feedback")
    said = chat.says("ấp 3 xã Long Hậu", "out_of_scope", place="ấp 3 xã Long Hậu")
    assert REPORT in said and "ấp 3 xã Long Hậu" in said
    said = chat.taps("Gửi đi")
    assert "PA-261125-0001" in said and "thứ Tư, 23/12/2026" in said
    (kept,) = rows(world, Feedback)
    assert (kept.text, kept.place, kept.due_on) == (REPORT, "ấp 3 xã Long Hậu", date(2026, 12, 23))


def test_sending_a_report_is_the_consent_to_its_answers_which_can_be_switched_off(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Gửi đi")
    (kept,) = rows(world, Feedback)
    assert [(row.purpose, kept.code in row.wording) for row in rows(world, Consent)] == [("notices.feedback", True)]
    answered = "Đơn vị quản lý đã thay bóng đèn."
    with world.sessions.begin() as session:
        feedback_desk.answer(session, kept.code, "officer", answered, clock.now())
    (told,) = [row for row in rows(world, Notification) if row.kind == "feedback"]
    assert "đã tắt tin phản ánh" in chat.says("đừng gửi tin về phản ánh cho tôi nữa", "stop_notifications")
    with world.sessions.begin() as session:
        feedback_desk.answer(session, kept.code, "officer", answered, clock.now())
    assert [row.id for row in rows(world, Notification) if row.kind == "feedback"] == [told.id]
    assert "Tin phản ánh đã gửi: đang tắt" in chat.says("xem cài đặt", "help")
    assert "Bật tin phản ánh" in chat.buttons and "Bật tất cả" in chat.buttons


def test_a_repeated_turn_files_nothing_twice(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Gửi đi")
    chat.repeat()
    assert count(world, Feedback) == 1


def test_what_was_told_at_once_is_not_asked_again(chat: Chat) -> None:
    said = chat.says("cán bộ ở xã Long Hậu hẹn tới hẹn lui hoài", "give_feedback", place="xã Long Hậu")
    assert "Em gửi đi được chưa" in said and "xã Long Hậu" in said


@pytest.mark.parametrize("intent", ["lookup_dossier", "ask_power_cut", "ask_duration", "insult", "out_of_scope"])
def test_typed_words_are_the_report_whatever_they_sound_like(chat: Chat, intent: str) -> None:
    chat.says("góp ý", "give_feedback")
    assert "ở đâu" in chat.says("hồ sơ trễ hẹn cả tháng không ai giải thích", intent)


@pytest.mark.parametrize("words", ["không có", "bỏ qua", "không biết"])
def test_the_place_may_be_left_out(chat: Chat, words: str) -> None:
    chat.says(REPORT, "give_feedback")
    assert "Em gửi đi được chưa" in chat.says(words, "cancel" if words == "bỏ qua" else "deny")


def test_photos_are_kept_at_any_time(chat: Chat, world: World) -> None:
    chat.says("tôi muốn phản ánh", "give_feedback")
    assert "đã nhận ảnh" in chat.sends("send_image", "(hình ảnh)", files=["a.jpg"])
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    said = chat.sends("send_image", "(hình ảnh)", files=["b.jpg"])
    assert "Ảnh kèm: 2" in said
    chat.says("gửi", "out_of_scope")
    assert rows(world, Feedback)[0].photos == ["a.jpg", "b.jpg"]


def test_a_caption_is_the_report(chat: Chat) -> None:
    chat.says("tôi muốn phản ánh", "give_feedback")
    assert "ở đâu" in chat.sends("send_image", REPORT, files=["a.jpg"], caption=REPORT)


def test_more_words_before_the_yes_are_added(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    assert "tối rất nguy hiểm" in chat.says("tối rất nguy hiểm cho mấy đứa nhỏ", "out_of_scope")
    chat.says("ok", "affirm")
    assert "tối rất nguy hiểm" in rows(world, Feedback)[0].text


def test_it_can_be_written_again_or_dropped(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    assert "kể giúp em" in chat.taps("Viết lại")
    chat.says("thôi khỏi", "cancel")
    chat.says("chào", "greet")
    assert len(chat.heard) == 1 and count(world, Feedback) == 0


def test_a_tap_on_something_else_is_answered_and_the_question_repeated(chat: Chat) -> None:
    chat.says("tôi muốn phản ánh", "give_feedback")
    said = chat.says("#hotline")
    assert "1022" in said


def test_a_formal_complaint_is_explained(chat: Chat) -> None:
    said = chat.says("tôi muốn khiếu nại quyết định thu hồi đất của xã", "give_feedback")
    assert "phải có đơn" in said


def test_ones_own_feedback_is_found_and_nobody_elses(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Gửi đi")
    assert "đã tiếp nhận" in chat.says("phản ánh hôm trước sao rồi", "lookup_feedback")
    assert "đã tiếp nhận" in chat.says("PA-261125-0001", "lookup_feedback", feedback_code="PA-261125-0001")
    other = world.chat("8000000002")
    said = other.says("PA-261125-0001", "lookup_feedback", feedback_code="PA-261125-0001")
    assert "chưa tìm thấy" in said and REPORT not in said


@pytest.mark.parametrize(("words", "stars"), [("5 sao", 5), ("4", 4), ("rất hài lòng", 5)])
def test_stars_in_any_words(chat: Chat, world: World, words: str, stars: int) -> None:
    chat.says("đánh giá dịch vụ", "rate_service")
    assert f"{stars} sao" in chat.says(words, "rate_service")
    assert rows(world, Rating)[0].stars == stars


def test_a_low_rating_is_asked_why(chat: Chat, world: World) -> None:
    chat.says("đánh giá dịch vụ", "rate_service")
    assert "phiền nhất" in chat.taps("Không hài lòng")
    assert "2 sao" in chat.says("chờ lâu quá", "ask_duration")
    assert (rows(world, Rating)[0].stars, rows(world, Rating)[0].reason) == (2, "chờ lâu quá")


def test_a_dossier_is_rated_once(chat: Chat, world: World) -> None:
    found = world.dossier(state=10)
    chat.says(found.code, "lookup_dossier", dossier_code=found.code)
    chat.taps("Đánh giá dịch vụ")
    chat.taps("Hài lòng")
    said = chat.says("đánh giá hồ sơ này 1 sao", "rate_service", rating=1)
    assert "đã đánh giá rồi: 4 sao" in said
    (kept,) = rows(world, Rating)
    assert (kept.dossier_code, kept.stars, kept.centre_id, kept.procedure_code) == (
        found.code,
        4,
        found.centre_id,
        found.procedure_code,
    )


def test_a_rating_can_be_changed_within_a_day_and_not_later(chat: Chat, world: World, tmp_path: Path) -> None:
    found = world.dossier(state=10)
    chat.says("đánh giá", "rate_service", dossier_code=found.code, rating=5)
    chat.says("đánh giá", "rate_service", dossier_code=found.code)
    chat.taps("Bình thường")
    assert "đã đổi thành 3 sao" in chat.heard[0].text
    assert [(row.stars, row.changed_at is not None) for row in rows(world, Rating)] == [(3, True)]
    moves_clock(tmp_path, 25 * 3600)
    said = chat.says("đánh giá", "rate_service", dossier_code=found.code, rating=1)
    assert "không đổi được nữa" in said and rows(world, Rating)[0].stars == 3


def test_a_second_opinion_of_the_same_day_changes_the_first(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says("cho 2 sao", "rate_service", rating=2)
    chat.says("chờ lâu")
    assert "đã đổi thành 5 sao" in chat.says("chấm 5 sao", "rate_service", rating=5)
    assert [row.stars for row in rows(world, Rating)] == [5]
    moves_clock(tmp_path, 25 * 3600)
    chat.says("4 sao", "rate_service", rating=4)
    assert [row.stars for row in rows(world, Rating)] == [5, 4]


def test_other_stars_in_place_of_a_reason_are_the_rating(chat: Chat, world: World) -> None:
    chat.says("cho 2 sao", "rate_service", rating=2)
    assert "5 sao" in chat.says("à nhầm, chấm 5 sao", "rate_service", rating=5)
    assert [(row.stars, row.reason) for row in rows(world, Rating)] == [(5, None)]


def test_the_survey_is_a_few_taps_and_can_be_left(chat: Chat, world: World) -> None:
    found = world.dossier(state=10)
    chat.says("5 sao", "rate_service", dossier_code=found.code, rating=5)
    assert "Câu 1/5" in chat.taps("Khảo sát ngắn (5 câu)")
    assert "Câu 2/5" in chat.taps("Hài lòng")
    assert "Câu 3/5" in chat.says("3")
    assert "dừng khảo sát" in chat.taps("Dừng khảo sát")
    assert [(row.question, row.answer) for row in rows(world, SurveyAnswer)] == [("access", 3), ("procedure", 1)]


def test_usual_reasons_of_a_low_rating_are_buttons(chat: Chat, world: World) -> None:
    chat.says("đánh giá dịch vụ", "rate_service")
    chat.taps("Rất không hài lòng")
    assert len(chat.buttons) == 5
    chat.taps("Chờ lâu, trễ hẹn")
    assert (rows(world, Rating)[0].stars, rows(world, Rating)[0].reason) == (1, "Chờ lâu, trễ hẹn")


@pytest.mark.parametrize(("number", "stars"), [("1", 1), ("5", 5), ("số 2", 2)])
def test_a_typed_number_is_as_many_stars(chat: Chat, world: World, number: str, stars: int) -> None:
    chat.says("đánh giá dịch vụ", "rate_service")
    chat.says(number)
    if stars <= 2:
        chat.says("bỏ qua", "cancel")
    assert rows(world, Rating)[0].stars == stars


@pytest.mark.parametrize(
    ("words", "category", "kind"),
    [
        ("không phải, cái này là về rác", "waste", "report"),
        ("sai rồi, đây là góp ý về đèn đường", "lighting", "suggestion"),
        ("ko phai, ve thai do can bo", "officer_conduct", "report"),
    ],
)
def test_what_is_proposed_can_be_put_right_in_words(
    chat: Chat, world: World, words: str, category: str, kind: str
) -> None:
    chat.says("đường trước nhà ngập nước mỗi khi mưa", "give_feedback", place="xã Long Hậu")
    chat.says(words, "deny")
    chat.taps("Gửi đi")
    (kept,) = rows(world, Feedback)
    assert (kept.category, kept.kind) == (category, kind) and words not in kept.text


def test_the_category_can_be_chosen_by_a_tap(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Đổi lĩnh vực")
    chat.says("cấp thoát nước", "out_of_scope")
    assert "Cấp thoát nước" in chat.heard[0].text
    chat.taps("Đổi lĩnh vực")
    chat.taps("Điện chiếu sáng")
    chat.taps("Gửi đi")
    assert rows(world, Feedback)[0].category == "lighting"


def test_the_responsible_unit_follows_from_matter_and_place(chat: Chat, world: World) -> None:
    said = chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    assert "Điện chiếu sáng" in said and "UBND xã Cần Giuộc" in said
    chat.says("ở xã Đức Hòa", "out_of_scope", place="xã Đức Hòa")
    chat.taps("Gửi đi")
    (kept,) = rows(world, Feedback)
    assert (kept.place, kept.unit_name) == ("xã Đức Hòa", "UBND xã Đức Hòa")


def test_more_of_the_story_is_not_taken_for_the_place(chat: Chat, world: World) -> None:
    chat.says("đường hư dữ lắm em ơi", "give_feedback")
    said = chat.says("tuần rồi có người té bể đầu mà không ai coi", "give_feedback")
    assert "ghi thêm" in said and "ở đâu" in said
    chat.says("ấp 3 xã Long Hậu", "out_of_scope", place="ấp 3 xã Long Hậu")
    chat.taps("Gửi đi")
    assert rows(world, Feedback)[0].text.count("\n") == 1


def test_a_guess_does_not_leave_the_form(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Đổi lĩnh vực")
    assert "Cấp thoát nước" in chat.says("cấp thoát nước", "cancel", confidence=0.37)


@pytest.mark.parametrize(
    ("words", "place"),
    [("dạ ngay chợ Cần Giuộc á em", "chợ Cần Giuộc"), ("ở ấp 3 xã Long Hậu nha", "ấp 3 xã Long Hậu"), ("gửi đi", None)],
)
def test_a_place_is_kept_without_the_manners_around_it(chat: Chat, world: World, words: str, place: str | None) -> None:
    chat.says(REPORT, "give_feedback")
    chat.says(words, "out_of_scope")
    chat.taps("Gửi đi")
    assert rows(world, Feedback)[0].place == place


def test_a_hamlet_alone_could_be_anywhere_and_is_asked_about(chat: Chat) -> None:
    assert "ở đâu" in chat.says("đèn đường ấp 3 hư cả tháng nay", "give_feedback", place="ấp 3")
    assert "ghi thêm" in chat.says("gọi xã ba lần mà có ai xuống coi đâu", "contact_hotline", confidence=0.4)
    assert "UBND xã Đức Hòa" in chat.says("ấp 3 xã Đức Hòa", "out_of_scope")


def test_asking_for_a_person_ends_the_questions_and_takes_the_draft_along(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback")
    said = chat.says("thôi cho gặp cán bộ đi", "talk_to_human")
    assert "giờ làm việc" in said and "ở đâu" not in said
    assert rows(world, OfficerRequest)[0].question == f"(đang viết phản ánh: {REPORT})"
    assert "ở đâu" not in chat.says("chào em", "greet")


def test_it_may_be_anonymous(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    assert "(ẩn danh)" in chat.taps("Gửi ẩn danh")
    assert rows(world, Feedback)[0].is_anonymous


def test_a_formal_complaint_may_not_be_anonymous_but_a_report_may(chat: Chat, world: World) -> None:
    chat.says("tôi khiếu nại quyết định thu hồi đất của xã Long Hậu", "give_feedback", place="xã Long Hậu")
    said = chat.says("gửi ẩn danh giúp tôi", "out_of_scope")
    assert "không gửi ẩn danh được" in said and not rows(world, Feedback)
    chat.taps("Chuyển thành phản ánh")
    chat.taps("Gửi ẩn danh")
    (kept,) = rows(world, Feedback)
    assert (kept.kind, kept.is_anonymous) == ("report", True)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("cháy nhà rồi cứu với em ơi", "114"),
        ("có người đánh vợ", "113"),
        ("co nguoi bi thuong nang truoc cong cho", "115"),
        ("có người cầm dao chém nhau ngoài đường", "113"),
    ],
)
def test_an_emergency_is_told_whom_to_call_first(chat: Chat, world: World, words: str, number: str) -> None:
    said = chat.says(words, "give_feedback")
    assert number in said.split("\n")[0] and count(world, Feedback) == 0
    assert "ở đâu" in chat.taps("Ghi thành phản ánh")


def test_a_question_in_between_is_answered_and_the_report_goes_on(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback")
    said = chat.says("mà cho hỏi làm khai sinh cần giấy tờ gì", "ask_documents", procedure="khai sinh")
    assert "khai sinh" in said.lower() and "ở đâu" in said
    chat.says("ấp 3 xã Long Hậu", "out_of_scope", place="ấp 3 xã Long Hậu")
    chat.taps("Gửi đi")
    assert rows(world, Feedback)[0].text == REPORT


def test_a_picture_sent_before_belongs_to_the_report(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.sends("send_image", "(hình ảnh)", files=["a.jpg"])
    said = chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    assert "kèm 1 ảnh" in said
    chat.taps("Gửi đi")
    assert rows(world, Feedback)[0].photos == ["a.jpg"]
    chat.sends("send_image", "(hình ảnh)", files=["b.jpg"])
    moves_clock(tmp_path, 11 * 60)
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Gửi đi")
    assert rows(world, Feedback)[1].photos == []


def test_an_answer_is_solved_or_reopened_in_one_tap(chat: Chat, world: World, tmp_path: Path) -> None:
    chat.says(REPORT, "give_feedback", place="xã Long Hậu")
    chat.taps("Gửi đi")
    code = rows(world, Feedback)[0].code
    with world.sessions.begin() as session:
        row = session.query(Feedback).one()
        row.state, row.answer = "answered", "Đã thay bóng"
    assert "Đã thay bóng" in chat.says("phản ánh tới đâu rồi", "lookup_feedback")
    moves_clock(tmp_path, 86400)
    assert "Còn vướng" in chat.taps("Chưa, mở lại")
    said = chat.says("vẫn tối thui", "out_of_scope")
    assert code in said and "thứ Năm, 24/12/2026" in said
    row = rows(world, Feedback)[0]
    assert (row.state, row.times_reopened) == ("reopened", 1)
    assert rows(world, FeedbackEvent)[-1].text == "vẫn tối thui"
    with world.sessions.begin() as session:
        session.query(Feedback).one().state = "answered"
    chat.says("phản ánh tới đâu rồi", "lookup_feedback")
    assert "khép phản ánh" in chat.says("rồi", "affirm")
    assert rows(world, Feedback)[0].state == "solved"


def test_a_number_out_of_range_is_asked_again_and_a_person_offered_in_the_end(chat: Chat) -> None:
    chat.says("đánh giá dịch vụ", "rate_service")
    assert "chưa rõ mấy sao" in chat.says("77", "out_of_scope")
    chat.says("để coi đã", "out_of_scope")
    assert "gặp cán bộ" in chat.says("nhiều", "out_of_scope")


def test_words_end_the_wait_for_an_officer(chat: Chat, world: World, tmp_path: Path) -> None:
    moves_clock(tmp_path, 11 * 3600)
    chat.says("cho gặp cán bộ", "talk_to_human")
    chat.says("hồ sơ tôi sai tên")
    chat.says("thôi khỏi gặp nữa", "cancel")
    assert [row.state for row in rows(world, OfficerRequest)] == ["ended"]
