"""A wish to hear of a topic is known, a question about news is not one."""

from __future__ import annotations

import pytest

from actions.news_topics import wish_in


@pytest.mark.parametrize(
    ("text", "wanted", "topics"),
    [
        ("có chính sách mới thì báo tui nghen", True, ["policy"]),
        ("dang ky nhan tin viec lam", True, ["jobs"]),
        ("cho tôi đăng ký nhận cảnh báo bão lũ", True, ["warning"]),
        ("muốn nhận tin tức với chính sách", True, ["news", "policy"]),
        ("thôi không nhận tin việc làm nữa", False, ["jobs"]),
        ("dung gui tin tuc nua", False, ["news"]),
    ],
)
def test_wish_is_known(text: str, wanted: bool, topics: list[str]) -> None:
    wish = wish_in(text)
    assert wish is not None
    assert (wish[0], [one.id for one in wish[1]]) == (wanted, topics)


@pytest.mark.parametrize(
    "text",
    [
        "có chính sách gì mới không",
        "hôm nay có tin mới không em",
        "thủ tục vay vốn cần gì",
        "xã có tuyển dụng việc làm không",
        "chỗ nào chích ngừa dại",
        "đăng ký bảo hiểm y tế cho con",
        "muốn nhận hồ sơ vay vốn",
        "có giấy khám sức khỏe thì nộp cho ai",
    ],
)
def test_question_is_no_wish(text: str) -> None:
    assert wish_in(text) is None
