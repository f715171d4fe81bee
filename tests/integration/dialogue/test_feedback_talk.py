"""Feedback and ratings."""

from __future__ import annotations

from datetime import date

import pytest

from onestop.storage.tables import Feedback, Rating
from tests.integration.dialogue.harness import Chat, World, count, rows

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


def test_a_repeated_turn_files_nothing_twice(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="ấp 3")
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
    chat.says(REPORT, "give_feedback", place="ấp 3")
    said = chat.sends("send_image", "(hình ảnh)", files=["b.jpg"])
    assert "Ảnh kèm: 2" in said
    chat.says("gửi", "out_of_scope")
    assert rows(world, Feedback)[0].photos == ["a.jpg", "b.jpg"]


def test_a_caption_is_the_report(chat: Chat) -> None:
    chat.says("tôi muốn phản ánh", "give_feedback")
    assert "ở đâu" in chat.sends("send_image", REPORT, files=["a.jpg"], caption=REPORT)


def test_more_words_before_the_yes_are_added(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="ấp 3")
    assert "tối rất nguy hiểm" in chat.says("tối rất nguy hiểm cho mấy đứa nhỏ", "out_of_scope")
    chat.says("ok", "affirm")
    assert "tối rất nguy hiểm" in rows(world, Feedback)[0].text


def test_it_can_be_written_again_or_dropped(chat: Chat, world: World) -> None:
    chat.says(REPORT, "give_feedback", place="ấp 3")
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
    chat.says(REPORT, "give_feedback", place="ấp 3")
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
    for _ in range(2):
        chat.says(found.code, "lookup_dossier", dossier_code=found.code)
        chat.taps("Đánh giá dịch vụ")
        chat.taps("Hài lòng")
    assert "đã đánh giá rồi" in chat.heard[0].text
    assert [row.dossier_code for row in rows(world, Rating)] == [found.code]


def test_a_number_out_of_range_is_asked_again_and_a_person_offered_in_the_end(chat: Chat) -> None:
    chat.says("đánh giá dịch vụ", "rate_service")
    assert "chưa rõ mấy sao" in chat.says("77", "out_of_scope")
    chat.says("để coi đã", "out_of_scope")
    assert "gặp cán bộ" in chat.says("nhiều", "out_of_scope")
