"""Feedback as its citizen sees it: taken down with a code and a due date, found again, solved or reopened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.services import feedback_classes
from onestop.services.working_days import WorkCalendar, add_working_days
from onestop.storage import Session, feedback
from onestop.storage.tables import Feedback

MOST_TEXT = 4000
CITIZEN = "citizen"
_TRIES = 20


class FeedbackNotTaken(OnestopError):
    """No free code was found: too many reports at the same instant."""


@dataclass(frozen=True)
class Unit:
    """Who is responsible."""

    id: str
    name: str


@dataclass(frozen=True)
class Report:
    """What a citizen reports; never in a log.

    Attributes:
        is_anonymous: Officers see neither phone nor citizen; the answer still comes back through us.
    """

    text: str = field(repr=False)
    place: str | None = field(default=None, repr=False)
    photos: tuple[str, ...] = ()
    dossier_code: str | None = None
    kind: str = feedback_classes.REPORT
    category: str = feedback_classes.OTHER
    unit: Unit | None = None
    is_anonymous: bool = False


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
        "due_on": due_on(report.category, report.unit.id if report.unit else None, calendar, now),
        "kind": report.kind,
        "category": report.category,
        "unit_id": report.unit.id if report.unit else None,
        "unit_name": report.unit.name if report.unit else None,
        "is_anonymous": report.is_anonymous and may_be_anonymous(report.kind),
    }
    for _ in range(_TRIES):
        taken = feedback.feedback_by_key(session, message_id)
        if taken is not None:
            note_event(session, taken, "received", CITIZEN, now, key=f"{taken.code}:received")
            return taken
        last = feedback.last_code(session, prefix)
        number = int(last.rsplit("-", 1)[1]) + 1 if last else 1
        feedback.insert_feedback(session, {"code": f"{prefix}{number:04d}", **values})
    raise FeedbackNotTaken("no free feedback code")


def due_on(category: str, unit_id: str | None, calendar: WorkCalendar, now: datetime) -> date:
    """The day an answer is due.

    Source: docs/sources.md, "Answer to phản ánh, kiến nghị"; the number of working days is data.
    """
    days = feedback_classes.catalogue().answer_days(category, unit_id)
    return add_working_days(now.astimezone(LOCAL).date(), days, calendar)


def may_be_anonymous(kind: str) -> bool:
    """Whether the law lets this kind come without a name: khiếu nại and tố cáo may not (docs/sources.md)."""
    return feedback_classes.catalogue().kind(kind).may_be_anonymous


def feedback_of(session: Session, citizen_id: str, limit: int = 3) -> list[Feedback]:
    """What a citizen reported, newest first."""
    return feedback.feedback_of(session, citizen_id, limit)


def find_feedback(session: Session, citizen_id: str, code: str) -> Feedback | None:
    """One's own feedback by its code; somebody else's is not found."""
    return feedback.feedback_by_code(session, code, citizen_id)


def solve(session: Session, row: Feedback, message_id: str, now: datetime) -> bool:
    """The citizen is content with the answer; False where there is none, or it was said before."""
    if row.state != "answered":
        return False
    row.state = "solved"
    note_event(session, row, "solved", CITIZEN, now, key=f"{message_id}:solved")
    return True


def reopen(
    session: Session, row: Feedback, message_id: str, reason: str | None, calendar: WorkCalendar, now: datetime
) -> bool:
    """The citizen is not content: the same code, a new due date; False where nothing was answered yet."""
    if row.state not in ("answered", "solved"):
        return False
    row.state, row.times_reopened = "reopened", row.times_reopened + 1
    row.due_on = due_on(row.category, row.unit_id, calendar, now)
    note_event(session, row, "reopened", CITIZEN, now, key=f"{message_id}:reopened", text=reason)
    return True


def note_event(
    session: Session, row: Feedback, what: str, who: str, now: datetime, *, key: str, text: str | None = None
) -> bool:
    """Writes a step of this feedback down; False where the same step stands there already."""
    values = {
        "key": key,
        "code": row.code,
        "citizen_id": row.citizen_id,
        "at": now,
        "what": what,
        "who": who,
        "text": text[:MOST_TEXT] if text else None,
    }
    return feedback.insert_event(session, values)
