from datetime import datetime

import pytest

from onestop.text.dates import LOCAL, find_dates, resolve_date

NOW = datetime(2026, 11, 24, 10, tzinfo=LOCAL)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "span", "value"),
    [
        ("8h sáng mai nhắc tôi", "8h sáng mai", "2026-11-25T08:00:00+07:00"),
        ("mai nhac toi", "mai", "2026-11-25"),
        ("thứ hai tới 2h chiều nghe", "thứ hai tới 2h chiều", "2026-11-30T14:00:00+07:00"),
        ("thu hai toi 2h chieu nghe", "thu hai toi 2h chieu", "2026-11-30T14:00:00+07:00"),
        ("3 bữa nữa lấy", "3 bữa nữa", "2026-11-27"),
        ("mười phút nữa kêu tui", "mười phút nữa", "2026-11-24T10:10:00+07:00"),
        ("nửa tiếng nữa", "nửa tiếng nữa", "2026-11-24T10:30:00+07:00"),
        ("cuối tháng này có chưa", "cuối tháng này", "2026-11-30"),
        ("hẹn 15/7 mà", "15/7", "2026-07-15"),
        ("ngày 15 tháng 7 năm 2026", "ngày 15 tháng 7 năm 2026", "2026-07-15"),
        ("15.7.2026", "15.7.2026", "2026-07-15"),
        ("nộp hôm qua", "hôm qua", "2026-11-23"),
        ("bua kia toi len", "bua kia", "2026-11-22"),
        ("ngày kia", "ngày kia", "2026-11-26"),
        ("hôm thứ ba", "thứ ba", "2026-11-17"),
        ("hom 20/6", "20/6", "2026-06-20"),
        ("t7 có làm ko", "t7", "2026-11-28"),
        ("8 giờ kém 15", "8 giờ kém 15", "2026-11-24T07:45:00+07:00"),
        ("bốn giờ chiều ngày mốt", "bốn giờ chiều ngày mốt", "2026-11-26T16:00:00+07:00"),
        ("rằm tháng 7 rồi", "rằm tháng 7", "2026-08-27"),
        ("mùng 2 tết", "mùng 2 tết", "2027-02-07"),
        ("23 tháng chạp", "23 tháng chạp", "2027-01-30"),
        ("10/3 âm lịch", "10/3 âm lịch", "2027-04-16"),
        ("cách đây 3 ngày", "cách đây 3 ngày", "2026-11-21"),
        ("2 tuần trước", "2 tuần trước", "2026-11-10"),
        ("bữa ni có làm không", "bữa ni", "2026-11-24"),
        ("4 rưỡi tới kịp không", "4 rưỡi", "2026-11-24T16:30:00+07:00"),
        ("bốn rưỡi chiều mai", "bốn rưỡi chiều mai", "2026-11-25T16:30:00+07:00"),
        ("ba mai đi", "mai", "2026-11-25"),
        ("ngày 28 tây đi", "ngày 28 tây", "2026-11-28"),
        ("tới 20/11 nhớ nhắc", "20/11", "2026-11-20"),
        ("tan ca 5h tới kịp không", "5h", "2026-11-24T17:00:00+07:00"),
    ],
)
def test_days_and_times_are_found_and_put_in_iso(text, span, value):
    (found,) = find_dates(text, NOW)
    assert text[found.start : found.end] == span
    assert found.value == value
    assert found.has_time is ("T" in value)


@pytest.mark.parametrize(
    "text",
    [
        "ba ngày làm việc",
        "đợi 2 tiếng rồi",
        "mai táng phí",
        "thương mại",
        "mai mốt tính",
        "hồ sơ này",
        "tôi hỏi chút",
        "thửa 12 tờ 5",
        "lần thứ hai",
        "sang ten",
        "trong 24h",
        "mấy bữa nay",
        "may hom nay",
        "hai tháng nay",
        "hai rưỡi triệu",
        "H39.16-260715-0012",
    ],
)
def test_lengths_of_time_and_look_alikes_are_no_dates(text):
    assert find_dates(text, NOW) == []


def test_a_reminder_takes_the_day_ahead():
    assert find_dates("15/7", NOW, prefers_future=True)[0].value == "2027-07-15"
    assert find_dates("8h30", NOW, prefers_future=True)[0].value == "2026-11-25T08:30:00+07:00"


def test_a_lone_part_of_the_day_is_read_when_it_is_known_to_be_a_date():
    assert find_dates("sáng", NOW) == []
    found = resolve_date("sáng", NOW)
    assert found is not None and found.value == "2026-11-24T08:00:00+07:00"


def test_the_moment_is_an_argument_in_any_time_zone():
    late = datetime.fromisoformat("2026-11-24T18:00:00+00:00")  # already the 25th in Vietnam
    assert find_dates("hôm nay", late)[0].value == "2026-11-25"
