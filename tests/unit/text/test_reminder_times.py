"""When somebody wants to be reminded. The present moment: Tuesday 24 November 2026, 10:00; lunar 16/10."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from onestop.text.dates import LOCAL
from onestop.text.reminder_times import moved, read_reminder_time, read_shift

NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)


def at(day: int, hour: int = 8, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("mai nhắc tôi đi lấy kết quả", at(25)),
        ("8h sang mai nhac toi", at(25)),
        ("mai nhắc tui lúc 7h30 đi lấy kết quả", at(25, 7, 30)),
        ("mười phút nữa nhắc tôi gọi lại", at(24, 10, 10)),
        ("nhắc tôi sau 1 giờ", at(24, 11)),
        ("3 ngày nữa nhắc tôi", at(27)),
        ("thứ năm nhắc tôi 9h", at(26, 9)),
        ("cuối tuần nhắc tui", at(28)),
        ("cuoi tuan sau 9h nhac tui", at(5, 9, month=12)),
        ("rằm tới nhắc tui mua hoa", at(23, month=12)),
        ("rằm tháng sau nhắc tôi", at(23, month=12)),
        ("mùng một tới nhắc tôi", at(9, month=12)),
        ("mung mot nhac ba di chua", at(9, month=12)),
        ("7 rưỡi tối nhắc tôi", at(24, 19, 30)),
        ("12 giờ đêm nay nhắc tôi", at(25, 0)),
        ("27/11 là hết hạn bổ sung, nhắc em trước một ngày", at(26)),
        ("hẹn trả ngày 30/11, trước đó một ngày nhắn em với nha", at(29)),
        ("H39.16-260805-0102 mai nhắc tôi", at(25)),
    ],
)
def test_a_moment_ahead(text: str, moment: datetime) -> None:
    assert read_reminder_time(text, NOW).at == moment


@pytest.mark.parametrize("text", ["nhac toi di hop", "nhắc tôi", "nhắc nộp trong 5-10 ngày", "ba ngày làm việc"])
def test_words_that_name_no_moment(text: str) -> None:
    assert not read_reminder_time(text, NOW).says_something


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("30/2 nhắc tôi", "tháng 2 không có ngày 30"),
        ("nhac toi ngay 30 thang 2", "tháng 2 không có ngày 30"),
        ("29/2 nhắc tôi", "tháng 2 năm 2027 chỉ có 28 ngày, không có ngày 29"),
        ("ngày 31 tháng 4 nhắc tôi", "tháng 4 không có ngày 31"),
        ("ngày 30/13 nhắc tôi", "không có tháng 13"),
        ("25h nhắc tôi", "không có lúc 25h"),
        ("ngày 32 nhắc tôi", "không có ngày 32"),
    ],
)
def test_a_day_or_time_that_there_is_not_is_named(text: str, what: str) -> None:
    assert read_reminder_time(text, NOW).impossible == what


def test_the_last_day_of_the_month_is_offered_for_one_that_it_has_not() -> None:
    assert read_reminder_time("30/2 nhắc tôi", NOW).offer == at(28, month=2, year=2027)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("8h sáng nay nhắc tôi", at(25)),
        ("hôm qua nhắc tôi", at(25)),
        ("rằm tháng này nhắc tôi", at(23, month=12)),
        ("20/11/2025 nhắc tôi", at(20, year=2027)),
    ],
)
def test_for_a_moment_that_is_past_the_next_sensible_one_is_offered(text: str, offer: datetime) -> None:
    wanted = read_reminder_time(text, NOW)
    assert wanted.at is None and wanted.is_past and wanted.offer == offer


def test_a_day_that_may_be_lunar_or_solar_has_both_readings() -> None:
    new_moon = read_reminder_time("mùng một tới nhắc tôi", NOW)
    assert new_moon.is_lunar and new_moon.other == at(1, month=12)
    pension = read_reminder_time("mùng 5 nhắc bà đi lãnh lương hưu", NOW)
    assert not pension.is_lunar and pension.at == at(5, month=12) and pension.other == at(13, month=12)


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("trước hẹn trả 1 ngày nhắc tôi", timedelta(days=1)),
        ("truoc ngay hen tra ket qua 2 ngay nhac toi", timedelta(days=2)),
        ("1 ngày trước hẹn trả nhắc tôi", timedelta(days=1)),
        ("hôm trước ngày hẹn nhắc tôi", timedelta(days=1)),
        ("đúng ngày hẹn nhắc tôi", timedelta(0)),
        ("nhắc tôi trước 1 tiếng", timedelta(hours=1)),
    ],
)
def test_so_long_before_the_promised_day(text: str, earlier: timedelta) -> None:
    assert read_reminder_time(text, NOW).before_due == earlier


def test_the_clock_time_beside_a_promised_day_is_kept() -> None:
    wanted = read_reminder_time("trước hẹn trả 1 ngày lúc 7h nhắc tôi", NOW)
    assert wanted.before_due == timedelta(days=1) and wanted.at is not None and wanted.at.hour == 7


def test_before_the_office_closes() -> None:
    wanted = read_reminder_time("mai trước giờ đóng cửa nhắc tôi", NOW)
    assert wanted.before_closing and wanted.offer == at(25)


@pytest.mark.parametrize(
    ("text", "repeats"),
    [("mỗi thứ hai 8h nhắc tôi", "mỗi thứ hai"), ("hang thang nhac dong tien", "hang thang"), ("mới thứ hai", "")],
)
def test_a_repetition_is_noticed(text: str, repeats: str) -> None:
    assert read_reminder_time(text, NOW).repeats == repeats


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("dời lại 1 tiếng", timedelta(hours=1)),
        ("lui 30 phut", timedelta(minutes=30)),
        ("sớm hơn nửa tiếng", timedelta(minutes=-30)),
        ("trễ hơn 2 ngày", timedelta(days=2)),
        ("dời qua 9h", None),
    ],
)
def test_by_how_much_a_reminder_moves(text: str, shift: timedelta | None) -> None:
    assert read_shift(text) == shift


@pytest.mark.parametrize(
    ("text", "moment"),
    [("dời qua 9h", at(30, 9)), ("đổi sang thứ năm", at(26, 14)), ("đổi qua 9h thứ năm", at(26, 9))],
)
def test_what_is_not_said_of_a_new_time_stays(text: str, moment: datetime) -> None:
    assert moved(at(30, 14), read_reminder_time(text, NOW)) == moment
