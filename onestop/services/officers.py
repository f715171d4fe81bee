"""Citizens who want an officer: a row for the staff, and an honest word on when somebody reads it."""

from __future__ import annotations

from datetime import datetime

from onestop.clock import LOCAL
from onestop.services.working_days import WorkCalendar, is_working_day, next_working_day
from onestop.storage import Session, officer_requests


def ask_for_officer(session: Session, citizen_id: str, message_id: str, question: str, now: datetime) -> bool:
    """Queues the citizen for an officer; False where they wait already."""
    if officer_requests.waiting_request_of(session, citizen_id) is not None:
        return False
    values = {
        "key": message_id,
        "citizen_id": citizen_id,
        "question": question[:1000],
        "state": "waiting",
        "created_at": now,
    }
    return officer_requests.insert_request(session, values)


def opens_next(now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When officers are there next; None while they are there now.

    A calendar without opening hours says nothing: then only the day counts.
    """
    local = now.astimezone(LOCAL)
    spans = calendar.opening
    if is_working_day(local.date(), calendar):
        if not spans or any(opens <= local.time() < closes for opens, closes in spans):
            return None
        for opens, _closes in spans:
            if local.time() < opens:
                return datetime.combine(local.date(), opens, LOCAL)
    following = next_working_day(local.date(), calendar)
    opens_at = calendar.opens_at or local.time().replace(hour=7, minute=0, second=0, microsecond=0)
    return datetime.combine(following, opens_at, LOCAL)
