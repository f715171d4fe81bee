from __future__ import annotations

from onestop.text.main_request import LONG_FROM, main_request

STORY = "Nhà tôi ở ấp 3, ba má tôi mất sớm, anh em mỗi người một nơi. " * 60


def test_a_message_of_usual_length_is_left_alone() -> None:
    assert main_request("lệ phí khai sinh bao nhiêu") == "lệ phí khai sinh bao nhiêu"


def test_the_question_at_the_end_of_a_long_story_is_found() -> None:
    assert len(STORY) > 3000
    assert main_request(f"{STORY} Cho hỏi lệ phí làm giấy khai sinh bao nhiêu?").endswith("bao nhiêu?")
    assert len(main_request(f"{STORY} Cho hỏi lệ phí làm giấy khai sinh bao nhiêu?")) < LONG_FROM


def test_a_question_in_the_middle_without_any_full_stop_is_found() -> None:
    text = STORY.replace(".", ",") + "cho tôi hỏi hồ sơ H39.16-260805-0102 tới đâu rồi, " + STORY.replace(".", ",")
    assert "H39.16-260805-0102" in main_request(text)


def test_where_nothing_asks_the_beginning_and_the_end_stand_for_the_whole() -> None:
    assert main_request(STORY).startswith("Nhà tôi ở ấp 3")
