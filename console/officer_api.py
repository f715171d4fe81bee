"""What officers can do over HTTP until the console has pages: docs/officers.md, docs/officer-api.yaml."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.calls import MOST_ROWS, Answer, BadRequest, Call, ConsoleServices, NoSuchFile, Work, endpoint
from console.views import events_view, feedback_view, message_view, ticket_view
from onestop.clock import LOCAL
from onestop.services import audit, feedback_desk, officers
from onestop.services.citizens import citizen_of
from onestop.services.feedback import Unit
from onestop.services.feedback_classes import catalogue
from onestop.services.files import file_of
from onestop.storage.tables import Feedback, OfficerRequest

PREFIX = "/officer/v1"
DESCRIPTION = Path(__file__).resolve().parents[1] / "docs" / "officer-api.yaml"
TICKET_STATES = ("waiting", "taken", "ended")


def officer_app(services: ConsoleServices) -> Starlette:
    """The application; nothing is connected before the first call."""
    routes = [
        Route(f"{PREFIX}{path}", endpoint(services, what, work), methods=[method]) for method, path, what, work in CALLS
    ]
    return Starlette(routes=[Route("/health", _health, methods=["GET"]), *routes])


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def list_tickets(call: Call) -> Answer:
    """Tickets, who waits longest first."""
    states = _states(call, TICKET_STATES, ("waiting", "taken"))
    rows = officers.list_tickets(
        call.session, states, call.number("limit", 50, MOST_ROWS), call.number("offset", 0, 10**6)
    )
    return Answer({"tickets": [_ticket(call, one) for one in rows]}, {"count": len(rows)})


def show_ticket(call: Call) -> Answer:
    """One ticket with everything written on it."""
    ticket, messages = officers.show_ticket(call.session, call.path["ticket_id"])
    return Answer({**_ticket(call, ticket), "messages": [message_view(one) for one in messages]})


def take_ticket(call: Call) -> Answer:
    """Takes it; the assistant is silent from now on."""
    return Answer(
        _ticket(call, officers.take(call.session, call.path["ticket_id"], call.who, call.now, call.services.silence))
    )


def reply_to_ticket(call: Call) -> Answer:
    """Writes to the citizen."""
    text, key = call.text("text"), call.optional_text("key", 60) or secrets.token_hex(8)
    ticket = officers.reply(call.session, call.path["ticket_id"], call.who, text, key, call.now, call.services.silence)
    return Answer(_ticket(call, ticket), {"characters": len(text)})


def hand_back_ticket(call: Call) -> Answer:
    """Gives the talk back to the assistant."""
    return Answer(_ticket(call, officers.hand_back(call.session, call.path["ticket_id"], call.who, call.now)))


def ticket_file(call: Call) -> Answer:
    """A picture or file that the citizen sent while the ticket was open."""
    _ticket_row, messages = officers.show_ticket(call.session, call.path["ticket_id"])
    files = next((one.files or [] for one in messages if one.id == call.path["message_id"]), [])
    return _file(call, files, call.path["number"])


def list_feedback(call: Call) -> Answer:
    """Feedback, what is due first on top."""
    states = _states(call, feedback_desk.STATES, ("received", "taken", "forwarded", "reopened"))
    rows = feedback_desk.list_feedback(
        call.session,
        states=states,
        category=call.query.get("category") or None,
        unit_id=call.query.get("unit") or None,
        overdue_on=_today(call) if call.query.get("overdue") == "true" else None,
        limit=call.number("limit", 50, MOST_ROWS),
        offset=call.number("offset", 0, 10**6),
    )
    return Answer({"feedback": [_feedback(call, one) for one in rows]}, {"count": len(rows)})


def show_feedback(call: Call) -> Answer:
    """One report with what happened to it."""
    row, events = feedback_desk.show(call.session, call.path["code"])
    return Answer({**_feedback(call, row), "events": events_view(events)})


def take_feedback(call: Call) -> Answer:
    """Begins to work on it."""
    return Answer(_feedback(call, feedback_desk.take(call.session, call.path["code"], call.who, call.now)))


def classify_feedback(call: Call) -> Answer:
    """Puts kind, category or unit right."""
    kind, category = call.optional_text("kind", 20), call.optional_text("category", 40)
    unit_id = call.optional_text("unit", 80)
    if kind is None and category is None and unit_id is None:
        raise BadRequest("“kind”, “category” or “unit” is missing")
    unit = _unit(call, unit_id) if unit_id else None
    row = feedback_desk.classify(call.session, call.path["code"], call.who, call.now, kind, category, unit)
    return Answer(_feedback(call, row), {"kind": row.kind, "category": row.category, "unit": row.unit_id})


def forward_feedback(call: Call) -> Answer:
    """Passes it on to a unit; the citizen is told."""
    unit = _unit(call, call.text("unit", 80))
    row = feedback_desk.forward(call.session, call.path["code"], call.who, unit, call.optional_text("note"), call.now)
    return Answer(_feedback(call, row), {"unit": unit.id})


def answer_feedback(call: Call) -> Answer:
    """Answers it; the citizen gets the answer."""
    text = call.text("text")
    row = feedback_desk.answer(call.session, call.path["code"], call.who, text, call.now)
    return Answer(_feedback(call, row), {"characters": len(text)})


def feedback_photo(call: Call) -> Answer:
    """A picture of a report."""
    row, _events = feedback_desk.show(call.session, call.path["code"])
    return _file(call, row.photos or [], call.path["number"])


def list_categories(_call: Call) -> Answer:
    """Kinds and categories with their names."""
    data = catalogue()
    return Answer(
        {
            "kinds": [{"id": one.id, "name": one.name} for one in data.kinds],
            "categories": [{"id": one.id, "name": one.name} for one in data.categories],
        }
    )


def list_units(call: Call) -> Answer:
    """Units that feedback can be passed on to, by words of their name or of a place."""
    found = call.services.units.search(call.query.get("q", "")[:200], call.now)
    return Answer({"units": [{"id": one.id, "name": one.name} for one in found]})


def list_audit(call: Call) -> Answer:
    """Who did what, newest first."""
    rows = audit.newest(call.session, call.number("limit", 100, MOST_ROWS))
    entries = [
        {
            "at": one.at.astimezone(LOCAL).isoformat(timespec="seconds"),
            "who": one.who,
            "what": one.what,
            "subject": one.subject,
            "detail": one.detail,
        }
        for one in rows
    ]
    return Answer({"entries": entries})


CALLS: tuple[tuple[str, str, str, Work], ...] = (
    ("GET", "/tickets", "ticket.list", list_tickets),
    ("GET", "/tickets/{ticket_id:int}", "ticket.show", show_ticket),
    ("POST", "/tickets/{ticket_id:int}/take", "ticket.take", take_ticket),
    ("POST", "/tickets/{ticket_id:int}/reply", "ticket.reply", reply_to_ticket),
    ("POST", "/tickets/{ticket_id:int}/hand_back", "ticket.hand_back", hand_back_ticket),
    ("GET", "/tickets/{ticket_id:int}/messages/{message_id:int}/files/{number:int}", "ticket.file", ticket_file),
    ("GET", "/feedback", "feedback.list", list_feedback),
    ("GET", "/feedback/{code}", "feedback.show", show_feedback),
    ("POST", "/feedback/{code}/take", "feedback.take", take_feedback),
    ("POST", "/feedback/{code}/classify", "feedback.classify", classify_feedback),
    ("POST", "/feedback/{code}/forward", "feedback.forward", forward_feedback),
    ("POST", "/feedback/{code}/answer", "feedback.answer", answer_feedback),
    ("GET", "/feedback/{code}/photos/{number:int}", "feedback.photo", feedback_photo),
    ("GET", "/categories", "categories.list", list_categories),
    ("GET", "/units", "units.list", list_units),
    ("GET", "/audit", "audit.list", list_audit),
)


def _ticket(call: Call, ticket: OfficerRequest) -> dict[str, Any]:
    return ticket_view(ticket, citizen_of(call.session, ticket.citizen_id))


def _feedback(call: Call, row: Feedback) -> dict[str, Any]:
    return feedback_view(row, citizen_of(call.session, row.citizen_id), _today(call))


def _today(call: Call) -> Any:
    return call.now.astimezone(LOCAL).date()


def _states(call: Call, known: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    given = tuple(one for one in call.query.get("state", "").split(",") if one)
    if any(one not in known for one in given):
        raise BadRequest(f"“state” must be of {', '.join(known)}")
    return given or default


def _unit(call: Call, unit_id: str) -> Unit:
    unit = call.services.units.find(unit_id, call.now)
    if unit is None:
        raise feedback_desk.NoSuchClass(unit_id)
    return unit


def _file(call: Call, references: list[str], number: int) -> Answer:
    if not 1 <= number <= len(references):
        raise NoSuchFile
    file = file_of(call.services.files_dir, references[number - 1])
    if file is None or not file.is_file():
        raise NoSuchFile
    return Answer(file, {"number": number})
