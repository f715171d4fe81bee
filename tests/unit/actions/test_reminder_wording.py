from __future__ import annotations

from datetime import datetime

import pytest

from actions import reminder_wording as wording
from onestop.text.dates import LOCAL

NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)


@pytest.mark.parametrize(
    "text",
    [
        "xem lời nhắc",
        "tui có hẹn nhắc gì không",
        "toi co loi nhac nao",
        "đang nhắc tôi cái gì vậy",
        "lời nhắc của tôi",
        "coi giùm mấy cái nhắc hẹn",
        "danh sách nhắc",
    ],
)
def test_reminders_are_asked_for(text: str) -> None:
    assert wording.lists_reminders(text)


@pytest.mark.parametrize("text", ["mai nhắc tôi đi họp", "em có nhắc tôi được không", "hủy lời nhắc", "đặt nhắc hẹn"])
def test_other_wishes_do_not_ask_for_them(text: str) -> None:
    assert not wording.lists_reminders(text)


@pytest.mark.parametrize(
    "text",
    [
        "hủy lời nhắc",
        "huy het nhac hen",
        "thôi khỏi nhắc nữa",
        "đừng nhắc nữa",
        "bỏ cái nhắc đi họp",
        "xóa giùm tui lời nhắc 2",
    ],
)
def test_reminders_are_taken_back(text: str) -> None:
    assert wording.cancels_reminder(text)


@pytest.mark.parametrize(
    "text", ["đừng để em quên, mai nhắc em", "xóa hộ khẩu mai nhắc tôi", "sao không nhắc tôi", "tắt nhắc hẹn"]
)
def test_words_near_by_take_none_back(text: str) -> None:
    assert not wording.cancels_reminder(text)


@pytest.mark.parametrize(
    "text", ["dời qua 9h", "đổi sang thứ năm", "lùi lại 1 tiếng", "à không, 9h thôi", "doi qua chieu mai"]
)
def test_a_bare_new_time_changes_the_reminder_just_set(text: str) -> None:
    assert wording.changes_reminder(text, NOW, just_set=True)
    assert not wording.changes_reminder(text, NOW, just_set=False)


@pytest.mark.parametrize(
    "text", ["đổi lời nhắc sang 8h", "sửa lời nhắc thành đi họp", "đổi giờ nhắc sang 8h thay vì 7h"]
)
def test_a_named_reminder_is_changed_at_any_time(text: str) -> None:
    assert wording.changes_reminder(text, NOW, just_set=False)


@pytest.mark.parametrize(
    "text", ["9h mai nhắc tôi đi chợ", "mai có cúp điện không", "hồ sơ tới đâu rồi", "lệ phí 15/7"]
)
def test_another_request_changes_nothing(text: str) -> None:
    assert not wording.changes_reminder(text, NOW, just_set=True)


def test_what_a_reminder_is_about_from_now_on() -> None:
    assert wording.new_subject("sửa lời nhắc thành đi họp tổ dân phố", NOW) == "đi họp tổ dân phố"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("trước hẹn trả 1 ngày nhắc tôi mang căn cước", "mang căn cước"),
        ("cuối tuần nhắc tui ghé xã ký giấy", "ghé xã ký giấy"),
        ("mỗi thứ hai nhắc tôi uống thuốc", "uống thuốc"),
    ],
)
def test_what_to_remind_of_is_said_without_the_time(text: str, subject: str) -> None:
    assert wording.subject_of(text, NOW) == subject


@pytest.mark.parametrize(
    ("text", "places"),
    [("hủy lời nhắc 1 và 3", [1, 3]), ("bỏ cái số hai", [2]), ("hủy lời nhắc 9h", []), ("1, 2", [1, 2])],
)
def test_places_in_the_list(text: str, places: list[int]) -> None:
    assert wording.numbers_in(text) == places
