"""Feedback as officers see it: taken, put right, passed on to the unit responsible, answered. The citizen is told."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.messages import feedback as words
from onestop.messages.notices import shortened
from onestop.messages.types import Button, TextMessage
from onestop.services import buttons, outbox, topics
from onestop.services.buttons import Choice
from onestop.services.feedback import Unit, note_event
from onestop.services.feedback_classes import catalogue
from onestop.services.quiet_hours import earliest
from onestop.storage import Session, feedback
from onestop.storage.citizens import citizen_by_id
from onestop.storage.mailbox_tables import FeedbackEvent
from onestop.storage.tables import Feedback

TEMPLATE = "feedback_answer"
STATES = ("received", "taken", "forwarded", "answered", "solved", "reopened")


class FeedbackNotFound(OnestopError):
    """There is no feedback with this code (or its citizen asked to be forgotten)."""


class FeedbackClosed(OnestopError):
    """The citizen has said that it is solved; it is worked on again only when they reopen it."""


class NoSuchClass(OnestopError):
    """The kind, category or unit that an officer named is not in the data."""


def list_feedback(
    session: Session,
    *,
    states: tuple[str, ...] = (),
    category: str | None = None,
    unit_id: str | None = None,
    overdue_on: date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Feedback]:
    """Feedback that fits, what is due first on top; see `storage.feedback.list_feedback`."""
    return feedback.list_feedback(
        session,
        states=states,
        category=category,
        unit_id=unit_id,
        overdue_on=overdue_on,
        limit=limit,
        offset=offset,
    )


def show(session: Session, code: str) -> tuple[Feedback, list[FeedbackEvent]]:
    """One report with what happened to it; raises FeedbackNotFound."""
    return _row(session, code), feedback.events_of(session, code)


def take(session: Session, code: str, who: str, now: datetime) -> Feedback:
    """An officer begins to work on it; raises FeedbackNotFound, FeedbackClosed."""
    row = _open_row(session, code)
    if row.state in ("received", "reopened"):
        row.state = "taken"
    row.taken_by = who
    _note(session, row, "taken", who, now)
    return row


def classify(
    session: Session,
    code: str,
    who: str,
    now: datetime,
    kind: str | None = None,
    category: str | None = None,
    unit: Unit | None = None,
) -> Feedback:
    """Puts kind, category or unit right; what the citizen wrote stays.

    Raises:
        FeedbackNotFound, NoSuchClass: See the classes.
    """
    row = _row(session, code)
    data = catalogue()
    if kind is not None and kind not in {one.id for one in data.kinds}:
        raise NoSuchClass(kind)
    if category is not None and category not in {one.id for one in data.categories}:
        raise NoSuchClass(category)
    row.kind, row.category = kind or row.kind, category or row.category
    if unit is not None:
        row.unit_id, row.unit_name = unit.id, unit.name
    _note(session, row, "classified", who, now, f"{row.kind}, {row.category}, {row.unit_id or '-'}")
    return row


def forward(session: Session, code: str, who: str, unit: Unit, note: str | None, now: datetime) -> Feedback:
    """Passes it on to the unit responsible and tells the citizen; raises FeedbackNotFound, FeedbackClosed."""
    row = _open_row(session, code)
    row.state, row.taken_by = "forwarded", row.taken_by or who
    row.unit_id, row.unit_name = unit.id, unit.name
    key = _note(session, row, "forwarded", who, now, note)
    _tell(session, row, key, words.forwarded_text(row.code, unit.name, row.due_on), (), now)
    return row


def answer(session: Session, code: str, who: str, text: str, now: datetime) -> Feedback:
    """Answers it; the citizen gets the answer with "solved" and "not yet" as buttons.

    Raises:
        FeedbackNotFound, FeedbackClosed: See the classes.
    """
    row = _open_row(session, code)
    row.state, row.answer, row.answered_at, row.taken_by = "answered", text, now, row.taken_by or who
    key = _note(session, row, "answered", who, now, text)
    told = words.answer_text(row.code, text, row.unit_name)
    _tell(session, row, key, told, answer_choices(row.code), now, _by_other_channels(row, now))
    return row


def answer_choices(code: str) -> tuple[Choice, Choice]:
    """Solved, or not: one tap each, or a yes and a no."""
    return (
        Choice("Đã giải quyết", "solve_feedback", {"feedback_code": code, "answer": "yes"}),
        Choice("Chưa, mở lại", "reopen_feedback", {"feedback_code": code, "answer": "no"}),
    )


def _row(session: Session, code: str) -> Feedback:
    row = feedback.any_feedback(session, code)
    if row is None:
        raise FeedbackNotFound(code)
    return row


def _open_row(session: Session, code: str) -> Feedback:
    row = _row(session, code)
    if row.state == "solved":
        raise FeedbackClosed(code)
    return row


def _note(session: Session, row: Feedback, what: str, who: str, now: datetime, text: str | None = None) -> str:
    """Writes the step down and gives its key."""
    key = f"{row.code}:{what}:{secrets.token_hex(6)}"
    note_event(session, row, what, who, now, key=key, text=text)
    return key


def _by_other_channels(row: Feedback, now: datetime) -> dict[str, Any]:
    """That there is an answer, for channels that may not carry its words: answers come weeks after the last message."""
    data = {
        "ma_phan_anh": row.code,
        "noi_tra_loi": shortened(row.unit_name or "Trung tâm Phục vụ hành chính công", 200),
        "ngay_tra_loi": f"{now.astimezone(LOCAL):%d/%m/%Y}",
    }
    return {"template": TEMPLATE, "data": data, "sms": words.answer_sms_text(row.code)}


def _tell(
    session: Session,
    row: Feedback,
    key: str,
    text: str,
    choices: Sequence[Choice],
    now: datetime,
    alternatives: dict[str, Any] | None = None,
) -> None:
    """Queues the news unless the citizen stopped all news; a typed yes or no answers it where nothing else is asked."""
    citizen = citizen_by_id(session, row.citizen_id)
    if citizen is None or citizen.notifications_stopped_at is not None:
        return
    not_before = earliest(now, citizen.last_interaction_at)
    shown = (
        *choices,
        *(() if choices else (Choice("Xem phản ánh này", "lookup_feedback", {"feedback_code": row.code}),)),
    )
    tokens = buttons.mint(citizen.id, shown, now)
    message = TextMessage(text, tuple(Button(token.title, token.token) for token in tokens))
    outbox.put(
        session,
        key=f"feedback:{key}",
        citizen_id=citizen.id,
        lane=outbox.NOTICE,
        kind="feedback",
        message=message,
        now=now,
        not_before=not_before,
        alternatives=alternatives,
    )
    session.add_all(tokens)
    if choices and not topics.topic_of(session, citizen.id, now).asked:
        buttons.remember_choices(session, citizen.id, choices, not_before)
