"""Rows as JSON for officers: never Zalo's ids, phones only masked, nobody behind anonymous feedback."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from onestop.clock import LOCAL
from onestop.messages.feedback import STATE_WORDS
from onestop.services.feedback_classes import catalogue
from onestop.storage.mailbox_tables import FeedbackEvent, TicketMessage
from onestop.storage.tables import Citizen, Feedback, OfficerRequest

_OPEN = ("received", "taken", "forwarded", "reopened")


def ticket_view(ticket: OfficerRequest, citizen: Citizen | None) -> dict[str, Any]:
    """A ticket without what was written on it."""
    return {
        "id": ticket.id,
        "state": ticket.state,
        "question": ticket.question or "",
        "opened_at": _moment(ticket.created_at),
        "taken_by": ticket.taken_by,
        "taken_at": _moment(ticket.taken_at),
        "bot_returns_at": _moment(ticket.bot_returns_at),
        "is_forgotten": ticket.forgotten_at is not None,
        "ended_at": _moment(ticket.ended_at),
        "ended_by": ticket.ended_by,
        "citizen": citizen_view(ticket.citizen_id, citizen),
    }


def message_view(message: TicketMessage) -> dict[str, Any]:
    """One message of a ticket; its files are fetched singly."""
    return {
        "id": message.id,
        "at": _moment(message.at),
        "from": message.sender,
        "who": message.who,
        "text": message.text,
        "files": len(message.files or ()),
    }


def feedback_view(row: Feedback, citizen: Citizen | None, today: date) -> dict[str, Any]:
    """A report; who sent it anonymously stays unknown."""
    data = catalogue()
    return {
        "code": row.code,
        "kind": row.kind,
        "kind_name": data.kind(row.kind).name,
        "category": row.category,
        "category_name": data.category(row.category).name,
        "unit": {"id": row.unit_id, "name": row.unit_name} if row.unit_id else None,
        "state": row.state,
        "state_name": STATE_WORDS.get(row.state, row.state),
        "text": row.text,
        "place": row.place,
        "photos": len(row.photos or ()),
        "dossier_code": None if row.is_anonymous else row.dossier_code,
        "created_at": _moment(row.created_at),
        "due_on": row.due_on.isoformat(),
        "is_overdue": row.state in _OPEN and row.due_on < today,
        "is_anonymous": row.is_anonymous,
        "times_reopened": row.times_reopened,
        "taken_by": row.taken_by,
        "answer": row.answer,
        "answered_at": _moment(row.answered_at),
        "citizen": None if row.is_anonymous else citizen_view(row.citizen_id, citizen),
    }


def events_view(events: Sequence[FeedbackEvent]) -> list[dict[str, Any]]:
    """What happened to a report, in order."""
    return [{"at": _moment(one.at), "what": one.what, "who": one.who, "text": one.text} for one in events]


def citizen_view(citizen_id: str, citizen: Citizen | None) -> dict[str, Any]:
    """A citizen as officers may know them: a short name of ours, and a proved phone with its middle hidden."""
    phone = citizen.phone if citizen is not None and citizen.phone_linked_at is not None else None
    return {"alias": f"ND-{citizen_id[-6:]}", "phone": masked(phone) if phone else None}


def masked(phone: str) -> str:
    """`+84912345678` → `0912 *** 678`."""
    digits = "0" + phone[3:] if phone.startswith("+84") else phone
    return f"{digits[:4]} *** {digits[-3:]}"


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(LOCAL).isoformat(timespec="seconds") if moment is not None else None
