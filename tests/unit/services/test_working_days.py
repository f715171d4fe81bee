"""Due dates and working days, by the rules of docs/integration.md, "Deadlines"."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path

import pytest

from onestop.clock import LOCAL
from onestop.services.working_days import (
    InvalidTimeLimit,
    TimeLimit,
    WorkCalendar,
    add_working_days,
    days_left,
    due_after_supplement,
    due_at,
    due_date,
    expected_holidays,
    is_working_day,
    working_days_between,
)

OPENING = ((time(7, 0), time(11, 30)), (time(13, 30), time(17, 0)))
# 2026: 30 April and 1 May off (Thursday, Friday); Saturday 22 August worked for Monday 31 August.
CALENDAR = WorkCalendar(
    off=frozenset({date(2026, 4, 30), date(2026, 5, 1), date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}),
    worked=frozenset({date(2026, 8, 22)}),
    entered_years=frozenset({2026}),
    opening=OPENING,
)
HOLIDAYS_FILE = Path(__file__).resolve().parents[3] / "seed" / "data" / "holidays.json"


def local(month: int, day: int, hour: int = 10, minute: int = 56) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def test_day_of_acceptance_is_not_counted_and_the_clock_time_is_kept() -> None:
    # A vendor's real receipt: accepted 13/3/2026 at 10:56, twenty working days, due 10/4/2026 at 10:56.
    assert due_at(local(3, 13), TimeLimit(20, "working_days"), CALENDAR) == local(4, 10)


@pytest.mark.parametrize(
    ("received", "limit", "due"),
    [
        (local(4, 29), TimeLimit(1, "working_days"), local(5, 4)),  # over the holidays and a weekend
        (local(8, 21), TimeLimit(1, "working_days"), local(8, 22)),  # a Saturday that is worked
        (local(8, 28), TimeLimit(1, "working_days"), local(9, 3)),  # a Monday that is not
        (local(11, 13), TimeLimit(0, "working_days"), local(11, 13)),
        (local(11, 14), TimeLimit(0, "working_days"), local(11, 16)),  # received on a Saturday
        (local(11, 12), TimeLimit(10, "days"), local(11, 23)),  # would end on a Sunday
        (local(4, 20), TimeLimit(10, "days"), local(5, 4)),  # would end on a holiday
        (local(1, 31), TimeLimit(1, "months"), local(3, 2)),  # 28 February is a Saturday
        (local(5, 15), TimeLimit(0, "years"), local(5, 15)),
        (local(11, 16), TimeLimit(4, "hours"), local(11, 16, 16, 56)),  # lunch does not count
        (local(11, 13, 16, 0), TimeLimit(8, "hours"), local(11, 16, 16, 0)),  # eight hours are a working day
        (local(11, 14, 9, 0), TimeLimit(1, "hours"), local(11, 16, 8, 0)),  # Saturday: starts on Monday
        (local(11, 13, 22, 0), TimeLimit(3, "working_days"), local(11, 18, 17, 0)),  # never due at night
        (local(11, 13, 5, 0), TimeLimit(3, "working_days"), local(11, 18, 7, 0)),
    ],
)
def test_time_limit_ends_on_a_working_day(received: datetime, limit: TimeLimit, due: datetime) -> None:
    assert due_at(received, limit, CALENDAR) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (local(11, 13, 9, 0), local(11, 13, 17, 0)),
        (local(11, 13, 15, 0), local(11, 13, 17, 0)),
        (local(11, 13, 15, 1), local(11, 16, 17, 0)),  # Friday afternoon: Monday
        (local(11, 14, 9, 0), local(11, 16, 17, 0)),
        (local(4, 29, 16, 0), local(5, 4, 17, 0)),
    ],
)
def test_same_day_ends_at_closing_time_or_the_next_working_day_after_three(received: datetime, due: datetime) -> None:
    assert due_at(received, TimeLimit(0, "same_day"), CALENDAR) == due


def test_moment_in_utc_is_counted_in_local_days() -> None:
    late_evening_utc = datetime.fromisoformat("2026-11-12T18:00:00+00:00")  # 1:00 on the 13th here
    assert due_at(late_evening_utc, TimeLimit(1, "working_days"), CALENDAR).date() == date(2026, 11, 16)


def test_due_date_counts_days_and_refuses_a_negative_limit() -> None:
    assert due_date(date(2026, 11, 13), 3, CALENDAR) == date(2026, 11, 18)
    with pytest.raises(InvalidTimeLimit):
        due_date(date(2026, 11, 13), -1, CALENDAR)


def test_unknown_unit_is_refused() -> None:
    with pytest.raises(InvalidTimeLimit):
        TimeLimit(3, "fortnights")


def test_days_left_counts_working_days_and_goes_below_zero() -> None:
    assert days_left(local(11, 13), local(11, 18), CALENDAR) == 3
    assert days_left(local(11, 18, 16, 0), local(11, 18), CALENDAR) == 0
    assert days_left(local(11, 23), local(11, 18), CALENDAR) == -3


def test_working_days_between_is_the_inverse_of_adding_them() -> None:
    for days in range(0, 40):
        end = add_working_days(date(2026, 8, 14), days, CALENDAR)
        assert working_days_between(date(2026, 8, 14), end, CALENDAR) == days


def test_supplement_asked_for_within_three_days_starts_the_term_anew() -> None:
    due = due_after_supplement(
        received_at=local(11, 9),
        due_at_before=local(11, 23),
        paused_at=local(11, 11),
        resumed_at=local(11, 20),
        limit=TimeLimit(10, "working_days"),
        calendar=CALENDAR,
    )
    assert due == local(12, 4)


def test_supplement_asked_for_later_lets_the_term_run_on() -> None:
    due = due_after_supplement(
        received_at=local(11, 9),
        due_at_before=local(11, 23),  # three working days were left on the 18th
        paused_at=local(11, 18),
        resumed_at=local(11, 27),
        limit=TimeLimit(10, "working_days"),
        calendar=CALENDAR,
    )
    assert due == local(12, 2)


def test_year_that_nobody_entered_has_the_holidays_of_the_law() -> None:
    nothing_entered = WorkCalendar()
    # 2028: Tết is on 26 January (Wednesday), 10/3 lunar on 4 April, 30 April and 1 May Sunday and Monday.
    off = [date(2028, 1, day) for day in (25, 26, 27, 28, 31)] + [date(2028, 4, 4), date(2028, 5, 2)]
    assert not any(is_working_day(day, nothing_entered) for day in off)
    assert is_working_day(date(2028, 1, 24), nothing_entered)
    assert is_working_day(date(2028, 5, 3), nothing_entered)


def test_entered_year_wins_over_the_computed_one() -> None:
    assert date(2026, 1, 1) in expected_holidays(2026)
    assert is_working_day(date(2026, 1, 1), CALENDAR)  # the table of this test does not have it


def test_entered_holidays_agree_with_the_law_but_for_what_the_government_moved() -> None:
    """The lunar feasts of the data file are checked against the Vietnamese lunar calendar, year by year."""
    days = json.loads(HOLIDAYS_FILE.read_text(encoding="utf-8"))["days"]
    entered = {date.fromisoformat(day["day"]) for day in days if day["kind"] == "off"}
    years = {day.year for day in entered}
    computed = frozenset().union(*(expected_holidays(year) for year in years))
    assert computed - entered == {date(2024, 2, 15), date(2025, 2, 3)}
    assert entered - computed == {
        *(date(2024, 2, 8), date(2024, 4, 29)),
        *(date(2025, 1, 27), date(2025, 5, 2)),
        *(date(2026, 1, 2), date(2026, 8, 31)),
    }


def test_make_up_days_of_the_data_file_are_weekends_and_the_rest_weekdays() -> None:
    for day in json.loads(HOLIDAYS_FILE.read_text(encoding="utf-8"))["days"]:
        assert (date.fromisoformat(day["day"]).weekday() >= 5) is (day["kind"] == "working"), day
