"""Feedback: taken down with a code and a due date, found again by it; and ratings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.services.working_days import WorkCalendar, add_working_days
from onestop.storage import Session, feedback
from onestop.storage.tables import Feedback

ANSWER_WITHIN_WORKING_DAYS = 20  # Nghị định 20/2008/NĐ-CP and practice; docs/dialogue.md, "Phản ánh"
MOST_TEXT = 4000
_TRIES = 20


class FeedbackNotTaken(OnestopError):
    """No free code was found: too many reports at the same instant."""


@dataclass(frozen=True)
class Report:
    """What a citizen reports; never in a log."""

    text: str = field(repr=False)
    place: str | None = field(default=None, repr=False)
    photos: tuple[str, ...] = ()
    dossier_code: str | None = None


def take(
    session: Session, citizen_id: str, message_id: str, report: Report, calendar: WorkCalendar, now: datetime
) -> Feedback:
    """Takes feedback down under the next code of the day; a repeated turn finds what it took before.

    Raises:
        FeedbackNotTaken: See the class.
    """
    today = now.astimezone(LOCAL).date()
    prefix = f"PA-{today:%y%m%d}-"
    values = {
        "citizen_id": citizen_id,
        "key": message_id,
        "text": report.text[:MOST_TEXT],
        "place": report.place[:300] if report.place else None,
        "dossier_code": report.dossier_code,
        "photos": list(report.photos),
        "state": "received",
        "created_at": now,
        "due_on": add_working_days(today, ANSWER_WITHIN_WORKING_DAYS, calendar),
    }
    for _ in range(_TRIES):
        taken = feedback.feedback_by_key(session, message_id)
        if taken is not None:
            return taken
        last = feedback.last_code(session, prefix)
        number = int(last.rsplit("-", 1)[1]) + 1 if last else 1
        feedback.insert_feedback(session, {"code": f"{prefix}{number:04d}", **values})
    raise FeedbackNotTaken("no free feedback code")


def feedback_of(session: Session, citizen_id: str, limit: int = 3) -> list[Feedback]:
    """What a citizen reported, newest first."""
    return feedback.feedback_of(session, citizen_id, limit)


def find_feedback(session: Session, citizen_id: str, code: str) -> Feedback | None:
    """One's own feedback by its code; somebody else's is not found."""
    return feedback.feedback_by_code(session, code, citizen_id)


def rate(
    session: Session,
    citizen_id: str,
    message_id: str,
    stars: int,
    now: datetime,
    dossier_code: str | None = None,
    reason: str | None = None,
) -> bool:
    """Keeps a rating, 1 (very dissatisfied) to 5 (very satisfied); once for each dossier and citizen.

    Returns:
        False where this dossier was rated by this citizen before, or the turn is repeated.
    """
    key = f"{citizen_id}:{dossier_code}" if dossier_code else message_id
    values = {
        "key": key,
        "citizen_id": citizen_id,
        "dossier_code": dossier_code,
        "stars": stars,
        "reason": reason[:MOST_TEXT] if reason else None,
        "created_at": now,
    }
    return feedback.insert_rating(session, values)
