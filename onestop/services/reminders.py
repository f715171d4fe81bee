"""What a citizen asked to be reminded of, and when."""

from __future__ import annotations

from datetime import date, datetime, time

from onestop.clock import LOCAL
from onestop.storage import Session, reminders
from onestop.storage.tables import Reminder

DEFAULT_TIME = time(8)
MOST_WAITING = 20


def moment_of(value: str, now: datetime) -> datetime | None:
    """The moment that a date of the citizen's means: 8:00 where no time was said; None when it is past.

    Args:
        value: ISO 8601, a day or a moment, Asia/Ho_Chi_Minh where it names no zone.
    """
    try:
        if len(value) == len("2026-11-25"):
            moment = datetime.combine(date.fromisoformat(value), DEFAULT_TIME, LOCAL)
        else:
            moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LOCAL)
    return moment if moment > now else None


def remind_at(
    session: Session,
    citizen_id: str,
    message_id: str,
    text: str,
    due_at: datetime,
    now: datetime,
    dossier_code: str | None = None,
) -> Reminder:
    """Keeps a reminder; the notifier sends it. A repeated turn keeps one."""
    values = {
        "key": message_id,
        "citizen_id": citizen_id,
        "text": text[:500],
        "dossier_code": dossier_code,
        "due_at": due_at,
        "state": "waiting",
        "created_at": now,
    }
    return reminders.insert_reminder(session, values)


def waiting_of(session: Session, citizen_id: str) -> list[Reminder]:
    """What the citizen will be reminded of, soonest first."""
    return reminders.waiting_reminders(session, citizen_id)


def cancel(session: Session, citizen_id: str, reminder_id: int) -> Reminder | None:
    """Cancels a reminder of this citizen; None where there is no such one waiting."""
    row = reminders.reminder_of(session, citizen_id, reminder_id)
    if row is None or row.state != "waiting":
        return None
    row.state = "cancelled"
    return row
