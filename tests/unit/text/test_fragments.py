"""What waits for its rest, and what is answered at once."""

from __future__ import annotations

import pytest

from onestop.text.fragments import is_fragment


@pytest.mark.parametrize(
    "text",
    [
        "em ơi",
        "cho hỏi",
        "ad ơi cho mình hỏi",
        "làm giấy khai sinh cho",
        "mã là",
        "alo em ơi",
        "tôi muốn",
        "hồ sơ của tôi,",
    ],
)
def test_beginning_waits(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize(
    "text",
    [
        "chào em",
        "alo",
        "có",
        "dạ",
        "không",
        "ok",
        "hồ sơ của tôi",
        "lệ phí",
        "làm khai sinh cần gì",
        "nộp ở đâu",
        "H39.16-260715-0003",
        "cảm ơn em",
        "#tra_cuu",
        "rồi nộp ở đâu vậy em?",
        "",
    ],
)
def test_whole_message_does_not(text: str) -> None:
    assert not is_fragment(text)
