"""Finding procedures and asking about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.dialogue.harness import Chat, World, moves_clock

ASPECTS = {
    "ask_documents": "cần:",
    "ask_fee": "lệ phí",
    "ask_duration": "thời hạn",
    "ask_where_to_submit": "nộp tại",
    "ask_online_submission": "trực tuyến",
    "ask_form": "mẫu",
}


def birth(chat: Chat) -> str:
    return chat.says("muốn làm giấy khai sinh cho con", "search_procedure", procedure="giấy khai sinh")


def test_a_sure_find_is_a_short_card_with_the_questions_as_buttons(chat: Chat) -> None:
    said = birth(chat)
    assert "Đăng ký khai sinh" in said and len(said.splitlines()) <= 6
    assert {"Giấy tờ cần có", "Nộp ở đâu"} <= set(chat.buttons) and len(chat.buttons) <= 5


@pytest.mark.parametrize(("intent", "expected"), ASPECTS.items())
def test_each_question_is_answered_alone_after_the_procedure_was_named(chat: Chat, intent: str, expected: str) -> None:
    birth(chat)
    said = chat.says("còn cái đó?", intent)
    assert expected in said.lower()
    assert len(chat.heard) == (2 if intent == "ask_form" else 1)  # the blank form comes as a file


@pytest.mark.parametrize(("intent", "expected"), ASPECTS.items())
def test_each_question_is_answered_when_it_names_the_procedure_itself(chat: Chat, intent: str, expected: str) -> None:
    said = chat.says("làm giấy khai sinh thì sao", intent, procedure="làm giấy khai sinh cho con")
    assert expected in said.lower()


def test_unverified_papers_are_said_to_be_the_general_rule(chat: Chat) -> None:
    birth(chat)
    said = chat.says("cần giấy tờ gì", "ask_documents")
    assert "theo quy định chung" in said and "dichvucong.gov.vn" in said


def test_the_term_names_the_expected_day(chat: Chat) -> None:
    chat.says("đăng ký hộ kinh doanh", "search_procedure", procedure="đăng ký thành lập hộ kinh doanh")
    said = chat.says("mấy ngày có", "ask_duration")
    assert "3 ngày làm việc" in said and "thứ Hai, 30/11/2026" in said


def test_a_question_without_a_procedure_asks_which_and_then_answers_just_that(chat: Chat) -> None:
    assert "lệ phí của thủ tục nào" in chat.says("lệ phí bao nhiêu vậy em", "ask_fee")
    said = chat.says("đăng ký kết hôn", "search_procedure", procedure="đăng ký kết hôn")
    assert "lệ phí đăng ký kết hôn" in said and len(chat.heard) == 1


def test_another_question_before_the_procedure_is_named_replaces_the_first(chat: Chat) -> None:
    chat.says("lệ phí bao nhiêu vậy em", "ask_fee")
    assert "thời hạn của thủ tục nào" in chat.says("mấy bữa có", "ask_duration")
    assert "thời hạn đăng ký kết hôn" in chat.says("đăng ký kết hôn", "search_procedure", procedure="đăng ký kết hôn")


def test_several_finds_are_numbered_and_a_number_picks_one(chat: Chat) -> None:
    said = chat.says("kết hôn cần gì", "ask_documents", procedure="kết hôn")
    if "1. " not in said:
        pytest.skip("the search is sure of this one")
    assert "\n2. " in said and len(chat.buttons) >= 2
    assert "cần:" in chat.says("1")


def test_of_several_finds_the_one_talked_about_is_meant(chat: Chat) -> None:
    assert "nào dưới đây" in chat.says("hộ chiếu nộp online được không", "ask_online_submission", procedure="hộ chiếu")
    chat.says("2")
    said = chat.says("hộ chiếu đó lệ phí sao", "ask_fee", procedure="hộ chiếu")
    assert "lệ phí trình báo mất hộ chiếu" in said.lower()


def test_the_words_around_a_bare_name_help_to_find_it(chat: Chat) -> None:
    assert "Giấy chứng nhận lần đầu" in chat.says("làm sổ hồng", "search_procedure", procedure="sổ hồng")


def test_nothing_found_is_said_with_the_portal_and_the_hotline(chat: Chat) -> None:
    said = chat.says("xin giấy phép bay vào vũ trụ", "search_procedure", procedure="bay vào vũ trụ")
    assert "chưa tìm ra thủ tục" in said and "dichvucong.gov.vn" in said and "1022" in said


def test_a_correction_finds_the_other_procedure(chat: Chat) -> None:
    birth(chat)
    said = chat.says("không phải, ý tôi là đăng ký khai tử", "deny")
    assert "khai tử" in said


def test_a_no_without_more_asks_what_was_meant(chat: Chat) -> None:
    birth(chat)
    assert "cần làm giấy tờ gì" in chat.says("không phải", "deny")


def test_the_same_question_about_another_procedure(chat: Chat) -> None:
    birth(chat)
    chat.says("lệ phí bao nhiêu", "ask_fee")
    assert "lệ phí đăng ký kết hôn" in chat.says(
        "còn đăng ký kết hôn thì sao", "search_procedure", procedure="đăng ký kết hôn"
    )
    assert "lệ phí đăng ký khai tử" in chat.says("còn đăng ký khai tử thì sao", "out_of_scope")


def test_the_talk_about_a_procedure_goes_stale(chat: Chat, tmp_path: Path) -> None:
    birth(chat)
    moves_clock(tmp_path, 31 * 60)
    assert "lệ phí của thủ tục nào" in chat.says("còn lệ phí?", "ask_fee")


def test_two_requests_in_one_message_are_both_answered(chat: Chat, world: World) -> None:
    found = world.dossier(state=9)
    second = {
        "name": "ask_fee",
        "confidence": 0.9,
        "text": "lệ phí đăng ký kết hôn bao nhiêu",
        "entities": [{"entity": "procedure", "value": "đăng ký kết hôn", "start": 40, "end": 55}],
    }
    text = f"hồ sơ {found.code} xong chưa, lệ phí đăng ký kết hôn bao nhiêu"
    said = chat.says(text, "lookup_dossier", second=second, dossier_code=found.code)
    assert said.index("đã có kết quả") < said.index("lệ phí đăng ký kết hôn")


def test_a_second_request_that_begins_a_talk_waits_behind_a_button(chat: Chat) -> None:
    second = {"name": "give_feedback", "confidence": 0.9, "text": "tôi muốn phản ánh", "entities": []}
    chat.says("giờ làm việc, với lại tôi muốn phản ánh", "ask_working_hours", second=second)
    assert "Góp ý, phản ánh" in chat.buttons
    assert "kể giúp em" in chat.taps("Góp ý, phản ánh")


def test_hardly_understood_words_are_asked_back_with_human_titles(chat: Chat) -> None:
    chat.says("ờm cái đó đó", "nlu_fallback", ranking=[("ask_fee", 0.3), ("lookup_dossier", 0.25), ("thank", 0.2)])
    assert chat.buttons == ["Lệ phí", "Tra cứu hồ sơ"]


def test_one_likely_wish_is_asked_as_a_yes_or_no(chat: Chat) -> None:
    said = chat.says("cái vụ phí đó đó", "nlu_fallback", ranking=[("ask_portal", 0.45), ("thank", 0.05)])
    assert "có phải" in said and "Cổng dịch vụ công" in said and "Việc khác" in chat.buttons
    assert "dichvucong.gov.vn" in chat.says("đúng rồi", "affirm")


def test_two_requests_about_one_procedure_ask_once_which_it_is(chat: Chat) -> None:
    second = {"name": "search_procedure", "confidence": 0.9, "text": "làm hộ chiếu", "entities": []}
    chat.says("làm hộ chiếu ở đâu", "ask_where_to_submit", second=second, procedure="hộ chiếu")
    assert len(chat.heard) == 1


def test_a_question_is_put_again_once_and_then_let_go(chat: Chat) -> None:
    chat.says("lệ phí nhiêu", "ask_fee")
    assert "của thủ tục nào" in chat.says("chủ nhật có làm không", "ask_working_hours")
    assert "của thủ tục nào" not in chat.says("trang web là gì", "ask_portal")
    assert "của thủ tục nào" not in chat.says("mấy giờ mở cửa", "ask_working_hours")


def test_thanks_end_an_open_question(chat: Chat) -> None:
    chat.says("lệ phí nhiêu", "ask_fee")
    assert "thủ tục nào" not in chat.says("thôi cảm ơn em nghen", "thank")
    assert "Đăng ký kết hôn" in chat.says("kết hôn", "search_procedure", procedure="kết hôn")


def test_not_understanding_three_times_in_a_row_offers_a_person(chat: Chat) -> None:
    ranking = [("ask_fee", 0.3), ("lookup_dossier", 0.25)]
    for _ in range(2):
        assert "ý anh/chị là việc nào" in chat.says("qwerty uiop", "nlu_fallback", ranking=ranking)
    assert "gặp cán bộ" in chat.says("qwerty uiop", "nlu_fallback", ranking=ranking)
    assert "Gặp cán bộ" in chat.buttons
