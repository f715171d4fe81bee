"""What a citizen asked to be reminded of, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from onestop.clock import LOCAL
from onestop.messages.formats import WEEKDAYS, clock_text
from onestop.services import preferences
from onestop.services.citizens import note_consent
from onestop.services.working_days import WorkCalendar, is_working_day, next_working_day
from onestop.storage import Session, reminders
from onestop.storage.tables import Reminder

PURPOSE = "reminder"
DEFAULT_TIME = time(8)
MOST_WAITING = 20
SENT_LATELY = timedelta(hours=24)
BEFORE_CLOSING = timedelta(hours=1)
_WORTH_WHILE = timedelta(minutes=30)


@dataclass(frozen=True)
class Proposal:
    """A time that may suit, as a button shows it."""

    title: str
    at: datetime


def remind_at(
    session: Session,
    citizen_id: str,
    message_id: str,
    text: str,
    due_at: datetime,
    now: datetime,
    wording: str,
    dossier_code: str | None = None,
) -> tuple[Reminder, bool]:
    """Keeps a reminder; the notifier sends it. A repeated turn keeps one.

    Asking for it is the consent to be written to; where reminders were switched off, they come again.

    Args:
        wording: What the citizen is told that they get.

    Returns:
        The reminder, and whether reminders had been off.
    """
    row = _keep(session, citizen_id, message_id, text, due_at, now, dossier_code)
    note_consent(session, citizen_id, PURPOSE, True, wording, message_id, now)
    was_off = preferences.switch(session, citizen_id, preferences.Kind.REMINDER, True, f"{message_id}:on", wording, now)
    return row, was_off


def remind_by_rule(
    session: Session,
    citizen_id: str,
    message_id: str,
    rule_kind: str,
    dossier_code: str,
    due_at: datetime,
    now: datetime,
    text: str,
) -> Reminder:
    """Keeps what was asked for under a reminder by rule: that rule again, if it still holds then.

    A repeated turn keeps one; so does a second wish for the same moment.

    Args:
        text: What the list of reminders calls it.
    """
    for row in waiting_of(session, citizen_id):
        if (row.rule_kind, row.dossier_code, row.due_at) == (rule_kind, dossier_code, due_at):
            return row
    return _keep(session, citizen_id, message_id, text, due_at, now, dossier_code, rule_kind)


def _keep(
    session: Session,
    citizen_id: str,
    message_id: str,
    text: str,
    due_at: datetime,
    now: datetime,
    dossier_code: str | None,
    rule_kind: str | None = None,
) -> Reminder:
    values = {
        "key": message_id,
        "citizen_id": citizen_id,
        "text": text[:500],
        "dossier_code": dossier_code,
        "due_at": due_at,
        "state": "waiting",
        "created_at": now,
        "rule_kind": rule_kind,
    }
    return reminders.insert_reminder(session, values)


def waiting_of(session: Session, citizen_id: str) -> list[Reminder]:
    """What the citizen will be reminded of, soonest first."""
    return reminders.waiting_reminders(session, citizen_id)


def newest_of(session: Session, citizen_id: str) -> Reminder | None:
    """The waiting reminder that was asked for last."""
    return max(waiting_of(session, citizen_id), key=lambda row: row.id, default=None)


def last_sent_of(session: Session, citizen_id: str, now: datetime) -> Reminder | None:
    """The reminder that came last, if that was within a day: "nhắc lại sau 1 giờ" means it."""
    return reminders.last_sent(session, citizen_id, now - SENT_LATELY)


def reminder_of(session: Session, citizen_id: str, reminder_id: int) -> Reminder | None:
    """One reminder of this citizen."""
    return reminders.reminder_of(session, citizen_id, reminder_id)


def cancel(session: Session, citizen_id: str, reminder_id: int) -> Reminder | None:
    """Cancels a reminder of this citizen; None where there is no such one waiting."""
    row = reminders.reminder_of(session, citizen_id, reminder_id)
    if row is None or row.state != "waiting":
        return None
    row.state = "cancelled"
    return row


def change(row: Reminder, message_id: str, due_at: datetime | None = None, text: str | None = None) -> None:
    """Gives a waiting reminder another time or other words; a repeated turn changes nothing more."""
    if row.changed_by == message_id:
        return
    row.changed_by = message_id
    row.due_at = due_at or row.due_at
    row.text = (text or row.text)[:500]


def finish(session: Session, citizen_id: str, reminder_id: int) -> Reminder | None:
    """The citizen has done what they were reminded of; None where there is no such reminder."""
    row = reminders.reminder_of(session, citizen_id, reminder_id)
    if row is not None and row.state in ("waiting", "sent"):
        row.state = "done"
    return row


def before_due(due_at: datetime, earlier: timedelta, clock: time | None) -> datetime:
    """When "trước hẹn trả 1 ngày" is: days before it at 8:00 (or the time said), hours before it to the minute."""
    if earlier and earlier < timedelta(days=1):
        return due_at.astimezone(LOCAL) - earlier
    return datetime.combine(due_at.astimezone(LOCAL).date() - earlier, clock or DEFAULT_TIME, LOCAL)


def before_closing(day: date, calendar: WorkCalendar, now: datetime) -> datetime:
    """An hour before the office closes that day, or on the next day that is worked."""
    while True:
        if not is_working_day(day, calendar):
            day = next_working_day(day, calendar)
        at = datetime.combine(day, calendar.closes_at or time(17), LOCAL) - BEFORE_CLOSING
        if at > now:
            return at
        day += timedelta(days=1)


def sensible_times(now: datetime, calendar: WorkCalendar) -> list[Proposal]:
    """Times at which going to the office makes sense: today before it closes, the next two mornings it is open."""
    today = now.astimezone(LOCAL).date()
    closing = before_closing(today, calendar, now)
    found = [closing] if closing.date() == today and closing - now >= _WORTH_WHILE else []
    day = today
    for _ in range(2):
        day = next_working_day(day, calendar)
        found.append(datetime.combine(day, DEFAULT_TIME, LOCAL))
    return [Proposal(_title(at, today), at) for at in found]


def title_of(at: datetime, now: datetime) -> str:
    """A moment as a button shows it: `Sáng mai, 8 giờ`, `Chiều nay, 16 giờ`, `Sáng thứ Hai 30/11, 8 giờ`."""
    return _title(at, now.astimezone(LOCAL).date())


def _title(at: datetime, today: date) -> str:
    local = at.astimezone(LOCAL)
    part = next(name for until, name in ((11, "Sáng"), (13, "Trưa"), (18, "Chiều"), (24, "Tối")) if local.hour < until)
    days = (local.date() - today).days
    day = {0: "nay", 1: "mai"}.get(days, f"{WEEKDAYS[local.weekday()]} {local.day}/{local.month}")
    return f"{part} {day}, {clock_text(local.time())}"
