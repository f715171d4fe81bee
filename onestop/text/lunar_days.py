"""Days of the Vietnamese lunar calendar (rằm, mùng 5 tháng giêng, 23 tháng chạp) as solar days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from vnlunar import convert_lunar_to_solar, convert_solar_to_lunar

_TIME_ZONE_H = 7.0


def _to_solar(day: int, month: int, year: int) -> date | None:
    found = convert_lunar_to_solar(day, month, year)
    return date(found[2], found[1], found[0]) if found else None


def _candidates(day: int, month: int | None, today: date, year: int | None) -> Iterator[date]:
    if month is not None:
        for lunar_year in [year] if year else [today.year - 1, today.year, today.year + 1]:
            found = _to_solar(day, month, lunar_year)
            if found:
                yield found
        return
    for step in (-30, 0, 30):
        around = today + timedelta(days=step)
        lunar = convert_solar_to_lunar(around.day, around.month, around.year, _TIME_ZONE_H)
        found = _to_solar(day, int(lunar["month"]), int(lunar["year"]))
        if found:
            yield found


def solar_day(day: int, month: int | None, today: date, year: int | None = None) -> date | None:
    """Returns the solar day of a lunar day, the one nearest to today where month or year is left open.

    Args:
        day: Day of the lunar month, 1 to 30.
        month: Lunar month, 1 to 12; None for the month that brings the day nearest to today.
        today: Today, Asia/Ho_Chi_Minh.
        year: Lunar year; None for the nearest.

    Returns:
        The solar day, or None when there is no such lunar day.
    """
    if not 1 <= day <= 30 or (month is not None and not 1 <= month <= 12):
        return None
    return min(_candidates(day, month, today, year), key=lambda found: abs(found - today), default=None)


def next_lunar_day(day: int, not_before: date) -> date | None:
    """The first solar day from `not_before` on that is this day of a lunar month; None for the 31st and beyond."""
    if not 1 <= day <= 30:
        return None
    ahead = (not_before + timedelta(days=step) for step in range(92))  # the 30th does not come every month
    return next((one for one in ahead if lunar_day_of(one)[0] == day), None)


def lunar_day_of(day: date) -> tuple[int, int]:
    """The lunar day and month of a solar day."""
    lunar = convert_solar_to_lunar(day.day, day.month, day.year, _TIME_ZONE_H)
    return int(lunar["day"]), int(lunar["month"])
