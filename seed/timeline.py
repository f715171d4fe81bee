"""Working moments before the day of loading: when things happened to a generated dossier."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from onestop.clock import LOCAL
from onestop.services.working_days import WorkCalendar, add_working_days, is_working_day

_ONE_DAY = timedelta(days=1)
_LAST_MINUTES = timedelta(minutes=30)  # reception stops before closing


@dataclass(frozen=True)
class Timeline:
    """Draws moments in opening hours, none later than the last working day before loading."""

    rng: random.Random
    calendar: WorkCalendar
    last_day: date

    def days_ago(self, working_days: int) -> date:
        """The working day that many working days before the last one."""
        day = self.last_day
        left = working_days
        while left > 0:
            day -= _ONE_DAY
            left -= is_working_day(day, self.calendar)
        return day

    def after(self, day: date, working_days: int) -> date:
        """That many working days after `day`, at the latest the last day."""
        return min(add_working_days(day, working_days, self.calendar), self.last_day)

    def moment(self, day: date, not_before: datetime | None = None) -> datetime:
        """A moment of that day in opening hours, after `not_before` where given."""
        opens, closes = self.rng.choice(self.calendar.opening)
        start, end = _at(day, opens), _at(day, closes) - _LAST_MINUTES
        drawn = start + timedelta(minutes=self.rng.randint(0, int((end - start).total_seconds() // 60)))
        if not_before is not None and drawn <= not_before:
            return not_before + timedelta(minutes=self.rng.randint(2, 9))
        return drawn

    def evening_moment(self, day: date) -> datetime:
        """A moment outside opening hours, when people hand in online."""
        return _at(day, time(self.rng.randint(18, 22), self.rng.randint(0, 59)))


def last_working_day_before(today: date, calendar: WorkCalendar) -> date:
    """The last day on which something can have happened at a counter."""
    day = today - _ONE_DAY
    while not is_working_day(day, calendar):
        day -= _ONE_DAY
    return day


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=LOCAL)
