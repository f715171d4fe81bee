from __future__ import annotations

from onestop.text.main_request import LONG_FROM, main_request, requests_in

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


def test_the_requests_of_a_list_and_of_a_long_sentence_are_told_apart() -> None:
    listed = "Tôi hỏi 3 việc: 1. lệ phí khai sinh bao nhiêu 2. trung tâm mở cửa mấy giờ 3. tôi muốn góp ý"
    assert requests_in(listed) == ["lệ phí khai sinh bao nhiêu", "trung tâm mở cửa mấy giờ", "tôi muốn góp ý"]
    assert len(requests_in("cho hỏi lệ phí bao nhiêu, mấy giờ đóng cửa, với lại nhắc tôi mai đi lấy giấy")) == 3
    assert len(requests_in("coi gium ho so toi dau roi voi lai cho hoi dia chi va mai may gio mo cua")) == 3
    assert requests_in("nhà tôi ở ấp 3, ba má mất sớm. Tôi đi làm xa mới về.") == []
