from __future__ import annotations

import pytest

from onestop.messages.address import addressed
from onestop.text.kinship import self_named, settles_address


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("bác hỏi chút, làm khai sinh cho cháu cần gì", "bác"),
        ("cho chú hỏi hồ sơ tới đâu rồi", "chú"),
        ("cho chu hoi ho so toi dau roi", "chú"),
        ("Cô muốn sang tên đất cho con", "cô"),
        ("em ơi, bà cần làm lại thẻ bảo hiểm, cho bà hỏi", "bà"),
        ("cháu ơi ông nhờ cháu coi giùm hồ sơ", "ông"),
        ("con chào cô", "bạn"),
        ("Dạ con chào cô, cho con hỏi làm căn cước", "bạn"),
        ("cho em hỏi lệ phí kết hôn", "bạn"),
        ("em oi cho bac hoi", "bác"),
        ("chỉ dì với", "dì"),
        ("cho chị xin số điện thoại trung tâm", "chị"),
        ("anh cần làm giấy phép xây nhà", "anh"),
        ("gọi tôi là chú nha", "chú"),
        ("đừng gọi tôi là bác nữa", ""),
    ],
)
def test_what_citizens_call_themselves(text: str, word: str) -> None:
    assert self_named(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "bác tôi mất, khai tử ở đâu",
        "con tôi chưa có khai sinh",
        "chú em hỏi hoài mà không ai trả lời",
        "bác muốn cho tôi miếng đất thì làm sao",
        "con muốn đi học thì cần giấy gì",
        "bà mất rồi làm giấy gì",
        "chào cô, tôi muốn hỏi",
        "cảm ơn em",
        "anh ấy hỏi giùm tôi",
        "làm giấy cho con trai tôi",
        "xin trợ cấp cho bà",
        "hồ sơ của bác Ba tới đâu",
        "co hoi viec lam cho con em",
        "cho co hoi hoc nghe",
        "em ơi",
        "con phi bao nhieu",
        "mẹ con hỏi giấy tờ",
        "ông bà nội đứng tên",
    ],
)
def test_who_speaks_of_others_does_not_name_oneself(text: str) -> None:
    assert self_named(text) is None


def test_the_usual_words_give_way_at_the_beginning_and_within() -> None:
    said = "Dạ, em chào anh/chị. Anh/chị cần gì ạ?"
    assert addressed(said, "bác") == "Dạ, em chào bác. Bác cần gì ạ?"
    assert addressed(said, "") == said


@pytest.mark.parametrize(
    ("text", "settles"),
    [("gọi tôi là anh thôi", True), ("đừng gọi tôi là bác", True), ("gọi cho tôi số trung tâm", False)],
)
def test_a_message_that_only_settles_how_to_speak(text: str, settles: bool) -> None:
    assert settles_address(text) is settles
