"""Officers in the chat: tickets, who is silent when, and an honest word on when somebody reads it.

While a ticket is open in opening hours the assistant is silent towards its citizen (`Citizen.silenced_until`), and what
they write is kept on the ticket. The silence ends when an officer hands back, when the citizen wants the assistant, or
by itself after a while (`return_due`): nobody is left alone because a ticket was forgotten.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.messages import officers as words
from onestop.messages.types import Button, TextMessage
from onestop.services import buttons, outbox
from onestop.services.buttons import Choice
from onestop.services.working_days import WorkCalendar, is_working_day, next_working_day
from onestop.storage import Session
from onestop.storage import officer_requests as rows
from onestop.storage.citizens import citizen_by_id
from onestop.storage.mailbox_tables import TicketMessage
from onestop.storage.tables import OfficerRequest
from onestop.text import fold

BACK = Choice("Quay lại trợ lý", "back_to_bot")
OA_MANAGER = "OA Manager"
CITIZEN, OFFICER = "citizen", "officer"
MOST_TEXT = 4000
_WAITS_OF = timedelta(days=14)
_WAITS_NEEDED, _WAITS_LOOKED_AT = 5, 20
_WANTS_BACK = re.compile(
    r"\b(?:quay (?:lai|ve)|tro (?:lai|ve)|gap lai|noi chuyen (?:voi|lai voi)|hoi|chuyen (?:lai|ve)|goi) (?:voi )?"
    r"(?:cai )?(?:tro ly|bot|may|robot)\b"
    r"|\b(?:tro ly|bot) (?:oi|dau|tra loi|giup)\b"
    r"|\b(?:thoi|khoi|khong can|ko can|khong muon|dung|huy) (?:khong )?(?:can |doi |cho |gap |noi chuyen (?:voi )?)+"
    r"can bo\b"
)


class TicketNotFound(OnestopError):
    """There is no such ticket (or its citizen asked to be forgotten)."""


class TicketEnded(OnestopError):
    """The ticket has ended: its citizen talks with the assistant again."""


class TakenByAnother(OnestopError):
    """Another officer has taken it."""


@dataclass(frozen=True)
class Queue:
    """How long a citizen may have to wait.

    Attributes:
        before: How many wait in front.
        usual_wait_min: The median of recent waits in minutes; None where there are too few to say.
    """

    before: int
    usual_wait_min: int | None


def open_ticket(
    session: Session, citizen_id: str, message_id: str, question: str, now: datetime, silence: timedelta | None
) -> tuple[OfficerRequest, bool]:
    """Queues the citizen for an officer, or adds to the ticket that is open already.

    Args:
        question: What they want to know; empty where they have not said it yet.
        silence: For how long the assistant is silent; None out of hours, when nobody would answer in its place.

    Returns:
        The ticket, and whether it is new.
    """
    ticket = rows.open_request_of(session, citizen_id)
    is_new = ticket is None or ticket.key == message_id
    if ticket is None:
        ticket = _insert(session, citizen_id, message_id, question, now)
    elif question and not is_new:
        keep_message(session, citizen_id, f"{message_id}:question", question, (), now)
    if silence is not None:
        _fall_silent(session, ticket, now + silence)
    return ticket, is_new


def queue_of(session: Session, ticket: OfficerRequest, now: datetime) -> Queue:
    """How many wait in front, and how long it has taken of late."""
    waits = [taken - opened for opened, taken in rows.recent_waits(session, now - _WAITS_OF, _WAITS_LOOKED_AT)]
    usual = None
    if len(waits) >= _WAITS_NEEDED:
        usual = max(1, round(statistics.median(wait.total_seconds() for wait in waits) / 60))
    return Queue(rows.count_waiting_before(session, ticket.id), usual)


def keep_message(
    session: Session, citizen_id: str, key: str, text: str, files: Sequence[str], now: datetime
) -> OfficerRequest:
    """Keeps on the ticket what a citizen wrote; where an officer began the talk, that opens one."""
    ticket = rows.open_request_of(session, citizen_id)
    if ticket is None:
        ticket = _insert(session, citizen_id, f"{key}:ticket", "", now)
        ticket.state, ticket.taken_by, ticket.taken_at = "taken", OA_MANAGER, now
        citizen = citizen_by_id(session, citizen_id)
        ticket.bot_returns_at = citizen.silenced_until if citizen else None
    ticket.question = ticket.question or text[:1000]
    _write_down(session, ticket, key, CITIZEN, None, text, files, now)
    return ticket


def wants_assistant(text: str) -> bool:
    """Whether words written to an officer ask for the assistant: "quay lại trợ lý", "thôi không cần gặp cán bộ nữa"."""
    return bool(_WANTS_BACK.search(fold(text)))


def back_to_assistant(session: Session, citizen_id: str, now: datetime) -> OfficerRequest | None:
    """The citizen wants the assistant again: a talk ends, a question that nobody has answered yet stays listed.

    Returns:
        The ticket that stays listed, or None.
    """
    ticket = rows.open_request_of(session, citizen_id)
    _speak_again(session, citizen_id, ticket)
    if ticket is None or ticket.state == "waiting":
        return ticket
    _end(ticket, CITIZEN, now)
    return None


def waits_for_officer(session: Session, citizen_id: str) -> bool:
    """Whether a ticket of this citizen is open."""
    return rows.open_request_of(session, citizen_id) is not None


def drop_ticket(session: Session, citizen_id: str, now: datetime) -> bool:
    """The citizen no longer needs an officer; False where no ticket was open."""
    ticket = rows.open_request_of(session, citizen_id)
    _speak_again(session, citizen_id, ticket)
    if ticket is None:
        return False
    _end(ticket, CITIZEN, now)
    return True


def note_officer_message(
    session: Session, citizen_id: str, key: str, text: str, now: datetime, silence: timedelta
) -> None:
    """An officer wrote in OA Manager: that takes the ticket (or opens one), and the assistant is silent."""
    ticket = rows.open_request_of(session, citizen_id) or _insert(session, citizen_id, f"{key}:ticket", "", now)
    _take(ticket, OA_MANAGER, now)
    _write_down(session, ticket, key, OFFICER, OA_MANAGER, text, (), now)
    _fall_silent(session, ticket, now + silence)


def list_tickets(session: Session, states: Sequence[str], limit: int, offset: int) -> list[OfficerRequest]:
    """Tickets in these states, who waits longest first."""
    return rows.list_requests(session, states, limit, offset)


def show_ticket(session: Session, ticket_id: int) -> tuple[OfficerRequest, list[TicketMessage]]:
    """A ticket with what was written on it; raises TicketNotFound."""
    ticket = rows.request_by_id(session, ticket_id)
    if ticket is None:
        raise TicketNotFound(str(ticket_id))
    return ticket, rows.messages_of(session, ticket_id)


def take(session: Session, ticket_id: int, who: str, now: datetime, silence: timedelta) -> OfficerRequest:
    """An officer takes a ticket; the citizen is told where the assistant was still answering.

    Raises:
        TicketNotFound, TicketEnded, TakenByAnother: See the classes.
    """
    ticket = _open_ticket(session, ticket_id)
    if ticket.state == "taken" and ticket.taken_by not in (who, OA_MANAGER):
        raise TakenByAnother(str(ticket_id))
    was_talking = not _is_silent(session, ticket, now)
    _take(ticket, who, now)
    _fall_silent(session, ticket, now + silence)
    if was_talking:
        _tell(session, ticket, f"ticket:{ticket.id}:taken:{who}", words.taken_text(), (BACK,), now)
    return ticket


def reply(
    session: Session, ticket_id: int, who: str, text: str, key: str, now: datetime, silence: timedelta
) -> OfficerRequest:
    """Sends an officer's words to the citizen; a waiting ticket is thereby taken. The same key is sent once.

    Raises:
        TicketNotFound, TicketEnded, TakenByAnother: See the classes.
    """
    ticket = _open_ticket(session, ticket_id)
    if ticket.state == "taken" and ticket.taken_by not in (who, OA_MANAGER):
        raise TakenByAnother(str(ticket_id))
    is_first = not any(one.sender == OFFICER for one in rows.messages_of(session, ticket_id))
    _take(ticket, who, now)
    _fall_silent(session, ticket, now + silence)
    if _write_down(session, ticket, f"ticket:{ticket_id}:{key}", OFFICER, who, text, (), now):
        choices = (BACK,) if is_first else ()
        _tell(session, ticket, f"ticket:{ticket_id}:{key}", words.officer_text(text), choices, now, kind="officer")
    return ticket


def hand_back(session: Session, ticket_id: int, who: str, now: datetime) -> OfficerRequest:
    """An officer gives the talk back to the assistant, which says so.

    Raises:
        TicketNotFound, TicketEnded: See the classes.
    """
    ticket = _open_ticket(session, ticket_id)
    ticket.taken_by = ticket.taken_by or who
    _end(ticket, OFFICER, now)
    _speak_again(session, ticket.citizen_id, ticket)
    _tell(session, ticket, f"ticket:{ticket_id}:handed-back", words.handed_back_text(), _AFTERWARDS, now)
    return ticket


def return_due(session: Session, now: datetime, hotline: str) -> int:
    """Lets the assistant speak again where the silence is over; returns how many.

    A talk in which the officer had the last word has ended. A citizen who was not answered gets an apology, and the
    ticket stays listed.
    """
    due = rows.due_returns(session, now)
    for ticket in due:
        key = f"ticket:{ticket.id}:returned:{ticket.bot_returns_at:%Y%m%d%H%M%S}"
        is_answered = _has_officer_the_last_word(session, ticket)
        _speak_again(session, ticket.citizen_id, ticket)
        if is_answered:
            _end(ticket, "time", now)
            _tell(session, ticket, key, words.handed_back_text(), _AFTERWARDS, now)
        else:
            ticket.state, ticket.forgotten_at = "waiting", now
            _tell(session, ticket, key, words.forgotten_text(hotline), _WAITING, now)
    return len(due)


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


_AFTERWARDS = (Choice("Xem em làm được gì", "help"), Choice("Đánh giá dịch vụ", "rate_service"))
_WAITING = (Choice("Thôi gặp cán bộ", "drop_ticket"), Choice("Xem em làm được gì", "help"))


def _insert(session: Session, citizen_id: str, key: str, question: str, now: datetime) -> OfficerRequest:
    values = {
        "key": key,
        "citizen_id": citizen_id,
        "question": question[:1000],
        "state": "waiting",
        "created_at": now,
    }
    rows.insert_request(session, values)
    ticket = rows.request_by_key(session, key)
    assert ticket is not None  # just inserted, or there before
    return ticket


def _open_ticket(session: Session, ticket_id: int) -> OfficerRequest:
    ticket = rows.request_by_id(session, ticket_id)
    if ticket is None:
        raise TicketNotFound(str(ticket_id))
    if ticket.state == "ended":
        raise TicketEnded(str(ticket_id))
    return ticket


def _take(ticket: OfficerRequest, who: str, now: datetime) -> None:
    ticket.state, ticket.taken_by = "taken", who
    ticket.taken_at = ticket.taken_at or now
    ticket.forgotten_at = None


def _end(ticket: OfficerRequest, ended_by: str, now: datetime) -> None:
    ticket.state, ticket.ended_by, ticket.ended_at = "ended", ended_by, now


def _fall_silent(session: Session, ticket: OfficerRequest, until: datetime) -> None:
    ticket.bot_returns_at = until
    citizen = citizen_by_id(session, ticket.citizen_id)
    if citizen is not None:
        citizen.silenced_until = until


def _speak_again(session: Session, citizen_id: str, ticket: OfficerRequest | None) -> None:
    citizen = citizen_by_id(session, citizen_id)
    if citizen is not None:
        citizen.silenced_until = None
    if ticket is not None:
        ticket.bot_returns_at = None


def _is_silent(session: Session, ticket: OfficerRequest, now: datetime) -> bool:
    citizen = citizen_by_id(session, ticket.citizen_id)
    return citizen is not None and citizen.silenced_until is not None and citizen.silenced_until > now


def _has_officer_the_last_word(session: Session, ticket: OfficerRequest) -> bool:
    written = rows.messages_of(session, ticket.id)
    return bool(written) and written[-1].sender == OFFICER


def _write_down(
    session: Session,
    ticket: OfficerRequest,
    key: str,
    sender: str,
    who: str | None,
    text: str,
    files: Sequence[str],
    now: datetime,
) -> bool:
    values = {
        "key": key,
        "ticket_id": ticket.id,
        "citizen_id": ticket.citizen_id,
        "at": now,
        "sender": sender,
        "who": who,
        "text": text[:MOST_TEXT],
        "files": list(files),
    }
    return rows.insert_message(session, values)


def _tell(
    session: Session,
    ticket: OfficerRequest,
    key: str,
    text: str,
    choices: Sequence[Choice],
    now: datetime,
    kind: str = "ticket",
) -> None:
    tokens = buttons.mint(ticket.citizen_id, choices, now)
    message = TextMessage(text, tuple(Button(token.title, token.token) for token in tokens))
    is_new = outbox.put(
        session, key=key, citizen_id=ticket.citizen_id, lane=outbox.NOTICE, kind=kind, message=message, now=now
    )
    if is_new:
        session.add_all(tokens)
