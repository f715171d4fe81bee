"""Who wants one message a day says so in many ways; who means something else is left alone."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from actions.digest_wording import DigestWish, digest_wish
from onestop.clock import LOCAL

NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("gom tin lại mỗi ngày gửi một lần thôi", None),
        ("gom tin lai moi ngay gui mot lan thoi", None),
        ("một ngày báo 1 lần thôi em", None),
        ("nhận tin một lần mỗi ngày", None),
        ("dồn tin lại gửi một lượt mỗi ngày", None),
        ("đừng nhắn lắt nhắt quá, gom lại một lần đi", None),
        ("gộp tin báo hồ sơ lại cuối ngày gửi", None),
        ("gom tin 1 lần/ngày", None),
        ("tin nhiều quá gom lại ngày gửi một lần thôi", None),
        ("gom tin lúc 8h tối", time(20)),
        ("gom thông báo hồ sơ gửi lúc 7 giờ sáng", time(7)),
        ("muốn nhận gom tin buổi sáng", time(8)),
        ("tin gom lúc 18h30", time(18, 30)),
    ],
)
def test_a_digest_is_wanted(text: str, hour: time | None) -> None:
    assert digest_wish(text, NOW, is_on=False) == DigestWish(True, hour)


@pytest.mark.parametrize(
    "text",
    ["thôi gom tin", "đừng gom nữa", "khoi gom nua", "hủy gom tin", "không gom nữa", "báo lại ngay từng tin đi"],
)
def test_no_digest_is_wanted_any_more(text: str) -> None:
    assert digest_wish(text, NOW, is_on=False) == DigestWish(False)


def test_at_once_ends_a_digest_only_where_there_is_one() -> None:
    assert digest_wish("có tin thì báo liền", NOW, is_on=True) == DigestWish(False)
    assert digest_wish("có tin thì báo liền", NOW, is_on=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "hồ sơ gồm những gì",
        "thông tin gồm gì",
        "góp ý",
        "không góp ý nữa",
        "mỗi ngày nhắc tôi uống thuốc một lần",
        "tổng hợp hồ sơ tui đang làm",
        "nộp đơn thông báo một lần một ngày được không",
        "đừng gửi tin nữa",
    ],
)
def test_other_matters_are_left_alone(text: str) -> None:
    assert digest_wish(text, NOW, is_on=True) is None
