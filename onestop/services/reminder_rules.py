"""When rules remind of a dossier. Pure: a dossier, the calendar and the moment in, an occasion out; intervals are data.

Four kinds: the day a result is promised is near, papers asked for have not come, their deadline is near, a result waits
at the counter. `onestop.services.rule_reminders` keeps the occasions and sends them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.services.working_days import WorkCalendar, add_working_days, is_working_day, working_day_from
from onestop.storage.dossier_records import DossierRecord
from onestop.storage.life_cycle import RUNNING_STATES, DossierState

DUE, PAPERS, DEADLINE, COLLECT = "reminder_due", "reminder_papers", "reminder_deadline", "reminder_collect"
KINDS = (DUE, PAPERS, DEADLINE, COLLECT)

DAYS, HOUR = "days", "hour"
MOST_DAYS = 60

_FILE = Path(__file__).with_name("reminder_rules.json")
_AT_COUNTER = (None, "", "counter")
_ONE_DAY = timedelta(days=1)


class UnknownRuleSetting(OnestopError):
    """A value that a rule cannot have; the text is a sentence for the officer."""


@dataclass(frozen=True)
class Rule:
    """When one kind of reminder comes.

    Attributes:
        days: Before or after the day that it is about.
        is_working: Counts working days, and comes only on such.
        at, until: Between these hours, Asia/Ho_Chi_Minh.
        late_days: How many days after its own day it may still come.
        newcomers_after: Who began to follow after its moment is told so much later; None: is not told.
    """

    kind: str
    days: int
    is_working: bool
    at: time
    until: time
    late_days: int
    newcomers_after: timedelta | None

    @property
    def needs_open_office(self) -> bool:
        """Whether it sends people to the counter, so that it comes on working days only."""
        return self.kind != DUE


@dataclass(frozen=True)
class Occasion:
    """One reminder of one dossier.

    Attributes:
        name: The day it is about, as the dossier system gives it: another date is another occasion.
        nominal_at: When the rule says.
        expires_at: From then on it is not true any more, or not worth a message.
    """

    kind: str
    name: str
    nominal_at: datetime
    expires_at: datetime


def rules_on(day: date) -> dict[str, Rule]:
    """The rules by kind that hold on a day; before the first version, the first."""
    return _version_on(day)[1]


def plan_ahead(day: date) -> timedelta:
    """How long before its moment an occasion is written down."""
    return _version_on(day)[0]


def decided(rule: Rule, days: str | None, hour: str | None) -> Rule:
    """The rule as a centre wants it."""
    at = time.fromisoformat(hour) if hour else rule.at
    return replace(rule, days=int(days) if days else rule.days, at=at, until=max(at, rule.until))


def check(name: str, value: str) -> None:
    """Whether a centre may decide so.

    Args:
        name: `days` or `hour`.

    Raises:
        UnknownRuleSetting: See there.
    """
    if name == DAYS and not (value.isdigit() and 1 <= int(value) <= MOST_DAYS):
        raise UnknownRuleSetting(f"Số ngày phải từ 1 đến {MOST_DAYS}.")
    if name == HOUR and not _is_day_hour(value):
        raise UnknownRuleSetting("Giờ nhắc phải từ 07:00 đến 20:00, viết như 09:00.")


def subject_at(kind: str, dossier: DossierRecord) -> datetime | None:
    """The moment of the dossier that a kind is about; None where the dossier gives no such occasion now."""
    if kind == DUE:
        waits = dossier.state == DossierState.READY and dossier.return_mode in _AT_COUNTER
        return dossier.due_at if dossier.state in RUNNING_STATES or waits else None
    if kind == COLLECT:
        waits = dossier.state == DossierState.READY and dossier.return_mode in _AT_COUNTER
        return dossier.finished_at if waits else None
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        return None
    return dossier.paused_at if kind == PAPERS else dossier.respond_by


def occasion_of(rule: Rule, dossier: DossierRecord, calendar: WorkCalendar) -> Occasion | None:
    """The occasion that a dossier gives a rule as it stands now, past or to come; None where it gives none."""
    about_at = subject_at(rule.kind, dossier)
    if about_at is None:
        return None
    if rule.kind == PAPERS and dossier.respond_by is not None and dossier.respond_by <= about_at:
        return None
    day = _day_of(rule, about_at.astimezone(LOCAL).date(), calendar)
    expires_at = _at(day + timedelta(days=rule.late_days), rule.until)
    if rule.kind in (PAPERS, DEADLINE) and dossier.respond_by is not None:
        expires_at = min(expires_at, dossier.respond_by)
    return Occasion(rule.kind, about_at.isoformat(), _at(day, rule.at), expires_at)


def visit_day(dossier: DossierRecord, calendar: WorkCalendar) -> date | None:
    """The day on which the result is promised; the next working day where that one is not worked."""
    return working_day_from(dossier.due_at.astimezone(LOCAL).date(), calendar) if dossier.due_at else None


def slot(rule: Rule, now: datetime, calendar: WorkCalendar) -> datetime:
    """The first moment from now on at which the rule may speak: by day, where it matters on a day that is worked."""
    local = now.astimezone(LOCAL)
    at = local if rule.at <= local.time() <= rule.until else _at(local.date(), rule.at)
    if at < local:
        at = _at(local.date() + _ONE_DAY, rule.at)
    while rule.needs_open_office and not is_working_day(at.date(), calendar):
        at = _at(at.date() + _ONE_DAY, rule.at)
    return at


def _day_of(rule: Rule, about: date, calendar: WorkCalendar) -> date:
    if rule.kind == DUE:
        return working_day_from(about, calendar) - timedelta(days=rule.days)
    if rule.kind == DEADLINE:
        return _working_days_before(about, rule.days, calendar)
    if rule.is_working:
        return add_working_days(about, rule.days, calendar)
    return working_day_from(about + timedelta(days=rule.days), calendar)


def _working_days_before(day: date, number: int, calendar: WorkCalendar) -> date:
    while number > 0:
        day -= _ONE_DAY
        number -= is_working_day(day, calendar)
    return day


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, LOCAL)


def _is_day_hour(value: str) -> bool:
    try:
        return time(7) <= time.fromisoformat(value) <= time(20)
    except ValueError:
        return False


def _version_on(day: date) -> tuple[timedelta, dict[str, Rule]]:
    versions = _versions()
    found = next((one for one in versions if one[0] <= day), versions[-1])
    return found[1], found[2]


@lru_cache(maxsize=1)
def _versions() -> tuple[tuple[date, timedelta, dict[str, Rule]], ...]:
    data = json.loads(_FILE.read_text(encoding="utf-8"))["versions"]
    found = [
        (
            date.fromisoformat(one["valid_from"]),
            timedelta(days=one["plan_ahead_days"]),
            {rule["kind"]: _rule(rule) for rule in one["rules"]},
        )
        for one in data
    ]
    return tuple(sorted(found, key=lambda one: one[0], reverse=True))


def _rule(data: dict[str, Any]) -> Rule:
    minutes = data.get("newcomers_after_minutes")
    return Rule(
        kind=data["kind"],
        days=data["days"],
        is_working=data["working_days"],
        at=time.fromisoformat(data["at"]),
        until=time.fromisoformat(data["until"]),
        late_days=data["late_days"],
        newcomers_after=timedelta(minutes=minutes) if minutes is not None else None,
    )
