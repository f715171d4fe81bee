"""Reads which day, hour or feast a question about opening hours means: "30/4", "trưa nay", "Tết nghỉ tới ngày nào"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from onestop.clock import LOCAL
from onestop.services.working_days import WorkCalendar, feast_of, is_working_day, next_working_day
from onestop.text import fold
from onestop.text.dates import find_dates

_WEEKDAY = re.compile(
    r"\b(?:thu (?P<word>hai|ba|tu|nam|sau|bay)|t(?P<digit>[2-7])|thu (?P<number>[2-7])|(?P<sunday>chu nhat|cn))\b"
)
_WEEKDAY_NUMBERS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_NOW = re.compile(r"\b(?:bay gio|bay h|bgio|gio nay|luc nay|hien (?:tai|gio)|con (?:mo|lam|kip)|dang (?:mo|lam))\b")
_WHICH_HOUR = re.compile(r"\bmay (?:gio|h)\b")  # "chiều thứ 6 mấy giờ đóng cửa" is not about 14 h
_LAST_DAYS = re.compile(r"\b(?P<day>2[5-9]|30|hai (?:lam|sau|bay|tam|chin)|ba muoi) tet\b")
_LAST_DAY_WORDS = {"hai lam": 25, "hai sau": 26, "hai bay": 27, "hai tam": 28, "hai chin": 29, "ba muoi": 30}
_SPAN = re.compile(
    r"\b(?:may (?:ngay|bua|hom)|toi (?:ngay|bua|khi|het)|den (?:ngay|khi|het)|tu (?:ngay|bua)|bao lau)\b"
)
_SPAN_AFTER = re.compile(r"\b(?:khi nao|bao gio|chung nao|ngay nao|bua nao|hom nao)\b")
_FEASTS = (
    (re.compile(r"\btet (?:duong lich|tay)\b"), "Tết Dương lịch"),
    (re.compile(r"\bgio to\b"), "Giỗ Tổ Hùng Vương"),
    (re.compile(r"\bquoc khanh\b|\ble 2[/-]9\b"), "Quốc khánh"),
    (re.compile(r"\bgiai phong\b|\bngay chien thang\b|\ble 30[/-]4\b"), "Ngày Chiến thắng"),
    (re.compile(r"\bquoc te lao dong\b|\ble lao dong\b"), "Ngày Quốc tế Lao động"),
    (re.compile(r"\bngay van hoa\b"), "Ngày Văn hóa Việt Nam"),
    (re.compile(r"\btet\b"), "Tết Nguyên đán"),
)
_LOOK_AHEAD = timedelta(days=370)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpeningQuestion:
    """What is asked.

    Attributes:
        day: The day meant; the first day off of the feast where `feast` is asked about as a whole.
        moment: The time of day meant, local; None for the whole day.
        feast: The feast whose days off are asked about; None for one day.
    """

    day: date
    moment: time | None = None
    feast: str | None = None


@dataclass(frozen=True)
class DaysOff:
    """Days in a row that are not worked, and the day on which work begins again."""

    first: date
    last: date
    worked_again: date


def opening_question(text: str, dates: Iterable[Any], now: datetime) -> OpeningQuestion:
    """Reads a question.

    Args:
        text: What was typed.
        dates: Days or moments that understanding found in it, ISO 8601.
        now: Aware.
    """
    today, folded = now.astimezone(LOCAL).date(), fold(text)
    before_tet = _LAST_DAYS.search(folded)
    if before_tet is not None:
        return OpeningQuestion(_day_before_tet(before_tet["day"], today))
    found = _moments(text, dates, now)
    feast = next((name for pattern, name in _FEASTS if pattern.search(folded)), None)
    asks_span = bool(_SPAN.search(folded) or (feast and _SPAN_AFTER.search(folded)))
    if feast is not None and (asks_span or not found):
        return OpeningQuestion(_first_day(feast, today), feast=feast)
    if found:
        named = [one for one in found if feast_of(one[0])] if feast else []
        day, moment = (named or found)[-1 if named else 0]
        if asks_span and feast_of(day):
            return OpeningQuestion(day, feast=feast_of(day))
        return OpeningQuestion(day, None if _WHICH_HOUR.search(folded) else moment)
    weekday = _WEEKDAY.search(folded)
    if weekday is not None:
        number = 6 if weekday["sunday"] else _weekday_number(weekday)
        return OpeningQuestion(today + timedelta(days=(number - today.weekday()) % 7))
    return OpeningQuestion(today, now.astimezone(LOCAL).time() if _NOW.search(folded) else None)


def days_off_around(day: date, calendar: WorkCalendar) -> DaysOff | None:
    """The days off in a row around a day; None where the day is worked."""
    if is_working_day(day, calendar):
        return None
    first = day
    while not is_working_day(first - _ONE_DAY, calendar):
        first -= _ONE_DAY
    again = next_working_day(day, calendar)
    return DaysOff(first, again - _ONE_DAY, again)


def _moments(text: str, dates: Iterable[Any], now: datetime) -> list[tuple[date, time | None]]:
    """Days with their times, in the order of the text; what understanding did not mark is read here."""
    values = [str(value) for value in dates]
    read = [match.value for match in find_dates(text, now, prefers_future=True)]
    found = []
    for value in read or values:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            continue
        found.append((moment.date(), moment.time() if "T" in value else None))
    return found


def _weekday_number(match: re.Match[str]) -> int:
    return _WEEKDAY_NUMBERS[match["word"]] if match["word"] else int(match["digit"] or match["number"]) - 2


def _first_day(feast: str, today: date) -> date:
    """The next day of a feast, today included."""
    day = today
    while day < today + _LOOK_AHEAD:
        if feast_of(day) == feast:
            return day
        day += _ONE_DAY
    return today


def _day_before_tet(said: str, today: date) -> date:
    """ "29 Tết" counts back from mùng 1; the last day of a year of 29 days is called "30 Tết" as well."""
    number = int(said) if said.isdigit() else _LAST_DAY_WORDS[said]
    first = _mung_mot(today)
    lengths = 30 if find_dates("30 tháng chạp", datetime.combine(today, time(), LOCAL), True) else 29
    return first - timedelta(days=max(1, lengths + 1 - number))


def _mung_mot(today: date) -> date:
    match = find_dates("mùng 1 tết", datetime.combine(today, time(), LOCAL), prefers_future=True)
    return datetime.fromisoformat(match[0].value).date()
