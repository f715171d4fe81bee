from __future__ import annotations

from datetime import date, datetime, time

import pytest

from onestop.clock import LOCAL
from onestop.services.opening_questions import DaysOff, days_off_around, opening_question
from onestop.services.working_days import WorkCalendar, feast_of

NOW = datetime(2026, 11, 25, 9, 20, tzinfo=LOCAL)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day", "moment", "feast"),
    [
        ("30/4 có làm không", date(2027, 4, 30), None, None),
        ("mai mùng 1 Tết có làm không", date(2027, 2, 6), None, None),
        ("29 tết còn làm không", date(2027, 2, 5), None, None),
        ("30 tet", date(2027, 2, 5), None, None),
        ("trưa nay có làm không", date(2026, 11, 25), time(12), None),
        ("5h chiều còn nhận không", date(2026, 11, 25), time(17), None),
        ("bay gio con mo cua khong", date(2026, 11, 25), time(9, 20), None),
        ("thứ 7 có làm không", date(2026, 11, 28), None, None),
        ("chủ nhật", date(2026, 11, 29), None, None),
        ("Tết nghỉ tới ngày nào", date(2027, 2, 5), None, "Tết Nguyên đán"),
        ("gio to co lam khong", date(2027, 4, 16), None, "Giỗ Tổ Hùng Vương"),
        ("lễ 2/9 nghỉ mấy ngày", date(2027, 9, 2), None, "Quốc khánh"),
        ("mấy giờ mở cửa", date(2026, 11, 25), None, None),
        ("chiều thứ 6 mấy giờ đóng cửa", date(2026, 11, 27), None, None),
        ("chieu nay may h nghi", date(2026, 11, 25), None, None),
    ],
)
def test_what_a_question_about_hours_means(text: str, day: date, moment: time | None, feast: str | None) -> None:
    asked = opening_question(text, [], NOW)
    assert (asked.day, asked.moment, asked.feast) == (day, moment, feast)


def test_days_that_understanding_found_count_where_none_is_read() -> None:
    assert opening_question("hôm đó", ["2027-01-01"], NOW).day == date(2027, 1, 1)


def test_a_feast_lasts_with_the_weekends_beside_it() -> None:
    off = frozenset({date(2027, 2, 5), *(date(2027, 2, day) for day in (8, 9, 10, 11))})
    calendar = WorkCalendar(off=off, entered_years=frozenset({2027}))
    found = days_off_around(date(2027, 2, 6), calendar)
    assert found == DaysOff(date(2027, 2, 5), date(2027, 2, 11), date(2027, 2, 12))
    assert days_off_around(date(2027, 2, 12), calendar) is None


def test_feasts_are_known_on_weekends_too() -> None:
    assert feast_of(date(2027, 2, 6)) == "Tết Nguyên đán"  # a Saturday
    assert feast_of(date(2026, 11, 25)) is None
