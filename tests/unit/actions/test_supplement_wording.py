"""What citizens type while they send missing papers."""

from __future__ import annotations

import time

import pytest

from actions import supplement_wording as wording


@pytest.mark.parametrize(
    "text",
    [
        "gửi ảnh bổ sung",
        "gui anh bo sung",
        "tôi muốn nộp giấy bổ sung qua zalo",
        "cho em gửi giấy tờ bổ sung",
        "bổ sung hồ sơ bằng hình",
        "gửi ảnh bổ sung hồ sơ H39.17-261118-0003",
    ],
)
def test_wish_to_send_papers(text: str) -> None:
    assert wording.sends_papers(text)


@pytest.mark.parametrize(
    "text",
    [
        "nộp giấy bổ sung ở đâu",
        "gửi bổ sung khi nào thì được",
        "cần bổ sung giấy gì",
        "gửi bổ sung rồi mà sao chưa thấy gì",
        "hồ sơ tới đâu rồi",
        "gửi ảnh ổ gà trước nhà",
    ],
)
def test_question_about_papers_is_no_such_wish(text: str) -> None:
    assert not wording.sends_papers(text)


@pytest.mark.parametrize(
    "text",
    [
        "tiếp",
        "tiếp theo",
        "giấy tiếp theo nha em",
        "đủ rồi",
        "đủ rồi, giấy tiếp theo nha em",
        "qua giấy sau đi",
    ],
)
def test_one_paper_is_complete(text: str) -> None:
    assert wording.goes_on(text)


@pytest.mark.parametrize(
    "text",
    [
        "xong",
        "xong rồi em",
        "dạ hết rồi",
        "có bấy nhiêu thôi",
        "gửi xong hết rồi nha",
        "vậy thôi",
        "đủ rồi, xong hết rồi nha",
    ],
)
def test_everything_is_sent(text: str) -> None:
    assert wording.is_done(text)


@pytest.mark.parametrize(
    "text", ["xong chưa em", "bao giờ xong", "hồ sơ xong rồi hả", "tiếp nhận hồ sơ", "đủ chưa", "rồi em"]
)
def test_other_words_neither_go_on_nor_end(text: str) -> None:
    assert not wording.goes_on(text)
    assert not wording.is_done(text)


@pytest.mark.parametrize(
    ("text", "number"), [("giấy 2", 2), ("số 3 nha", 3), ("2", 2), ("2 tấm", None), ("ngày 2", None)]
)
def test_paper_is_chosen_by_its_number(text: str, number: int | None) -> None:
    assert wording.paper_number(text) == number


def test_long_text_is_decided_at_once() -> None:
    began = time.perf_counter()
    for size in (9, 60, 300):
        text = "đủ rồi " * size + "ngày"
        assert not wording.goes_on(text)
        assert not wording.is_done(text)
    assert time.perf_counter() - began < 1.0
