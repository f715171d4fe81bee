"""Working days: when a result is due, and how far away that is.

Rules and their sources: docs/integration.md, "Deadlines".
"""

from __future__ import annotations

import calendar as month_lengths
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import vnlunar

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.storage.dossier_records import Holiday, Procedure

SAME_DAY_CUTOFF = time(15, 0)  # civil status and certified copies: later ones the next working day
RESTART_WITHIN_DAYS = 3  # a supplement asked for this early starts the term anew
HOURS_PER_WORKING_DAY = 8
UNITS = ("working_days", "days", "hours", "months", "years", "same_day")

_RULES_FILE = Path(__file__).with_name("public_holidays.json")
_ONE_DAY = timedelta(days=1)


class InvalidTimeLimit(OnestopError):
    """A time limit with a negative number or an unknown unit."""


@dataclass(frozen=True)
class TimeLimit:
    """How long a procedure may take.

    Attributes:
        number: Of units; 0 for `same_day`.
        unit: One of `UNITS`; a working day has eight hours.
    """

    number: int
    unit: str

    def __post_init__(self) -> None:
        if self.number < 0 or self.unit not in UNITS:
            raise InvalidTimeLimit(f"{self.number} {self.unit}")


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked, Asia/Ho_Chi_Minh.

    Attributes:
        off: Weekdays that are not worked.
        worked: Saturdays and Sundays that are (make-up days).
        entered_years: Years whose days off somebody entered; for others the rules of the law are computed.
        opening: Opening hours of a working day, in order; empty where unknown.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    entered_years: frozenset[int] = frozenset()
    opening: tuple[tuple[time, time], ...] = ()

    @property
    def opens_at(self) -> time | None:
        """When a working day begins."""
        return self.opening[0][0] if self.opening else None

    @property
    def closes_at(self) -> time | None:
        """When a working day ends."""
        return self.opening[-1][1] if self.opening else None


def time_limit_of(procedure: Procedure) -> TimeLimit | None:
    """The time limit on a procedure's record; None where it fixes none."""
    if procedure.duration_number is None or procedure.duration_unit not in UNITS:
        return None
    return TimeLimit(procedure.duration_number, procedure.duration_unit)


def calendar_of(holidays: Iterable[Holiday], working_hours: dict[str, Any] | None = None) -> WorkCalendar:
    """Builds the calendar from the holiday table and an agency's working hours (`agency.working_hours`)."""
    days = tuple(holidays)
    off = frozenset(holiday.day for holiday in days if holiday.kind == "off")
    return WorkCalendar(
        off=off,
        worked=frozenset(holiday.day for holiday in days if holiday.kind == "working"),
        entered_years=frozenset(day.year for day in off),
        opening=_opening_of(working_hours),
    )


def is_working_day(day: date, calendar: WorkCalendar) -> bool:
    """Whether `day` is worked."""
    if day in calendar.worked:
        return True
    if day.weekday() >= 5 or day in calendar.off:
        return False
    return day.year in calendar.entered_years or day not in expected_holidays(day.year)


def next_working_day(day: date, calendar: WorkCalendar) -> date:
    """The first working day after `day`."""
    return add_working_days(day, 1, calendar)


def working_day_from(day: date, calendar: WorkCalendar) -> date:
    """`day` itself where it is worked, else the next working day."""
    return day if is_working_day(day, calendar) else next_working_day(day, calendar)


def add_working_days(day: date, working_days: int, calendar: WorkCalendar) -> date:
    """The last of the next `working_days` working days after `day`; `day` itself for 0."""
    left = working_days
    while left > 0:
        day += _ONE_DAY
        left -= is_working_day(day, calendar)
    return day


def working_days_between(start_on: date, end_on: date, calendar: WorkCalendar) -> int:
    """Counts working days after `start_on` up to and with `end_on`; negative where `end_on` lies before."""
    if end_on < start_on:
        return -working_days_between(end_on, start_on, calendar)
    return sum(is_working_day(start_on + timedelta(days=n), calendar) for n in range(1, (end_on - start_on).days + 1))


def days_left(now: datetime, due_at: datetime, calendar: WorkCalendar) -> int:
    """Working days from today to the due date: 0 today, negative when late."""
    return working_days_between(now.astimezone(LOCAL).date(), due_at.astimezone(LOCAL).date(), calendar)


def due_date(received_on: date, working_days: int, calendar: WorkCalendar) -> date:
    """Counts the day a result must be ready.

    Args:
        received_on: Day the complete dossier was received; not counted itself.
        working_days: Time limit of the procedure.
        calendar: Which days are worked.

    Raises:
        InvalidTimeLimit: `working_days` is negative.
    """
    limit = TimeLimit(working_days, "working_days")
    return working_day_from(add_working_days(received_on, limit.number, calendar), calendar)


def due_at(received_at: datetime, limit: TimeLimit, calendar: WorkCalendar) -> datetime:
    """Counts the moment a result must be ready.

    The day of acceptance is not counted, the clock time is kept (at the latest closing time: a dossier sent
    in the evening is not due at night), and a term that would end on a day off ends on the next working day.
    `same_day` ends at closing time, for what came after 15:00 on the next working day. `hours` run while the
    counter is open.

    Args:
        received_at: When the complete dossier was received, aware.
        limit: The procedure's time limit.
        calendar: Which days are worked.

    Returns:
        An aware moment, Asia/Ho_Chi_Minh.

    Source: docs/integration.md, "Deadlines" (Bộ luật Dân sự 2015, Điều 147–148; practice of vendors).
    """
    received = received_at.astimezone(LOCAL)
    if limit.unit == "same_day":
        return _end_of_same_day(received, calendar)
    if limit.unit == "hours" and calendar.opening:
        return _after_opening_hours(received, limit.number, calendar)
    ends_on = working_day_from(_last_day(received.date(), limit, calendar), calendar)
    return _at(ends_on, _within_opening(received.time(), calendar))


def due_after_supplement(
    received_at: datetime,
    due_at_before: datetime,
    paused_at: datetime,
    resumed_at: datetime,
    limit: TimeLimit | None,
    calendar: WorkCalendar,
) -> datetime:
    """The new due moment of a dossier whose missing papers have come.

    The clock stood still while the citizen was waited for. What was asked for within the first three working
    days starts the term anew; otherwise it runs on.

    Source: docs/integration.md, "Deadlines" (differs by law: a due date that the vendor gives wins).
    """
    asked_after = working_days_between(
        received_at.astimezone(LOCAL).date(), paused_at.astimezone(LOCAL).date(), calendar
    )
    if limit is not None and asked_after <= RESTART_WITHIN_DAYS:
        return due_at(resumed_at, limit, calendar)
    left = max(days_left(paused_at, due_at_before, calendar), 0)
    resumed_on = resumed_at.astimezone(LOCAL).date()
    ends_on = working_day_from(add_working_days(resumed_on, left, calendar), calendar)
    return max(_at(ends_on, due_at_before.astimezone(LOCAL).time()), due_at_before.astimezone(LOCAL))


@lru_cache(maxsize=64)
def expected_holidays(year: int) -> frozenset[date]:
    """The days off of a year that nobody has entered, by the rules of the law (`public_holidays.json`).

    One that falls on a weekend moves to the next working day. The government fixes the exact days each year
    and may swap working days: so entered years win.
    """
    rules = _rules()
    days = {_solar(rule, year) for rule in rules["solar"] if year >= rule.get("since", 0)}
    for rule in rules["lunar"]:
        days |= _lunar(rule, year)
    days.add(_day_beside(_solar(rules["beside"], year)))
    weekend = sorted(day for day in days if day.weekday() >= 5)
    for day in weekend:
        days.add(_first_free_weekday(day, days))
    return frozenset(day for day in days if day.weekday() < 5)


@lru_cache(maxsize=512)
def feast_of(day: date) -> str | None:
    """The feast of the law that falls on a day, also on a weekend; None for any other day."""
    rules = _rules()
    for rule in rules["solar"]:
        if (rule["month"], rule["day"]) == (day.month, day.day) and day.year >= rule.get("since", 0):
            return str(rule["name"])
    return next((str(rule["name"]) for rule in rules["lunar"] if day in _lunar(rule, day.year)), None)


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return json.loads(_RULES_FILE.read_text(encoding="utf-8"))


def _solar(rule: dict[str, Any], year: int) -> date:
    return date(year, rule["month"], rule["day"])


def _lunar(rule: dict[str, Any], year: int) -> set[date]:
    day, month, solar_year = vnlunar.convert_lunar_to_solar(rule["day"], rule["month"], year, 0)
    feast = date(solar_year, month, day)
    return {feast + timedelta(days=n) for n in range(-rule["days_before"], rule["days_after"] + 1)}


def _day_beside(day: date) -> date:
    """The weekday next to a holiday: after it at the start of a week, else before it, as is usual."""
    return day + _ONE_DAY if day.weekday() in (0, 3, 6) else day - _ONE_DAY


def _first_free_weekday(day: date, taken: set[date]) -> date:
    while day in taken or day.weekday() >= 5:
        day += _ONE_DAY
    return day


def _last_day(received_on: date, limit: TimeLimit, calendar: WorkCalendar) -> date:
    if limit.unit == "working_days":
        return add_working_days(received_on, limit.number, calendar)
    if limit.unit == "hours":
        return add_working_days(received_on, math.ceil(limit.number / HOURS_PER_WORKING_DAY), calendar)
    if limit.unit == "days":
        return received_on + timedelta(days=limit.number)
    return _add_months(received_on, limit.number * (12 if limit.unit == "years" else 1))


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = month_lengths.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _end_of_same_day(received: datetime, calendar: WorkCalendar) -> datetime:
    day = received.date()
    if received.time() > SAME_DAY_CUTOFF or not is_working_day(day, calendar):
        day = next_working_day(day, calendar)
    return _at(day, calendar.closes_at or received.time())


def _after_opening_hours(received: datetime, hours: int, calendar: WorkCalendar) -> datetime:
    left = timedelta(hours=hours)
    day = received.date()
    while True:
        if is_working_day(day, calendar):
            for opens, closes in calendar.opening:
                start, end = max(_at(day, opens), received), _at(day, closes)
                if start < end and left <= end - start:
                    return start + left
                left -= max(end - start, timedelta())
        day += _ONE_DAY


def _within_opening(moment: time, calendar: WorkCalendar) -> time:
    if calendar.opens_at is None or calendar.closes_at is None:
        return moment
    return min(max(moment, calendar.opens_at), calendar.closes_at)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=LOCAL)


def _opening_of(working_hours: dict[str, Any] | None) -> tuple[tuple[time, time], ...]:
    spans = (working_hours or {}).get("mon_fri") or ()
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)
