"""The durable outbox: what we say is a row before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from onestop.log import get_logger
from onestop.messages.address import addressed
from onestop.messages.codec import to_json
from onestop.messages.types import FileMessage, ImageMessage, Message, SealedText, TemplateMessage, TextMessage
from onestop.services import caps, channel_plan
from onestop.services.delivery_status import CANCELLED, CREATED
from onestop.services.preferences import Preferences, kind_of_row, may_be_told, preferences_among, preferences_of
from onestop.storage import Session
from onestop.storage.inserts import insert_many_once, insert_once
from onestop.storage.outbox import row_of_key
from onestop.storage.tables import Citizen, Notification
from onestop.text.notice_codes import notice_code, with_code

log = get_logger()

REPLY = "reply"
CODE = "code"
NOTICE = "notice"
DIGEST = "digest"  # waits to be put together with others; no sender takes this lane

CAPPED = "cap"
"""Error of a row that its citizen's cap of the day dropped."""

_WRITTEN_BY_PEOPLE = frozenset({"officer", "broadcast", "broadcast_test"})
"""Kinds whose words are an officer's own: nobody changes them."""

CS = channel_plan.CS
SMS = channel_plan.SMS


def put(
    session: Session,
    *,
    key: str,
    citizen_id: str,
    lane: str,
    kind: str,
    message: Message,
    now: datetime,
    not_before: datetime | None = None,
    dossier_code: str | None = None,
    event_id: int | None = None,
    channel: str = CS,
    phone: str | None = None,
    expires_at: datetime | None = None,
    alternatives: dict[str, Any] | None = None,
    brief: str | None = None,
    behind: str | None = None,
) -> bool:
    """Queues one message to one citizen.

    What is said unasked in Zalo is queued only where the citizen has agreed to be written to and has not switched its
    kind off; it ends with a code by which they can ask whether it is ours.

    Args:
        key: Names the occasion: a second row with the same key is not made, so a repeated turn says nothing twice.
        lane: `reply` (at once, by Rasa's process), `code` (one-time codes, first of all) or `notice` (by the notifier).
        kind: What it is about, for the ledger: `reply`, `received`, `supplement`, `reminder` …
        not_before: Earliest moment to send; quiet hours and reminders.
        channel: Which sender takes it.
        phone: Goes to this number (+84…) instead of the citizen's Zalo account.
        expires_at: Is not sent from this moment on.
        alternatives: `{"template", "data", "sms"}`: the same for other channels; the cheapest lawful one is taken when
            the row is sent (`routing`).
        brief: Its line in a digest; where the citizen wants one, the row waits for it. None: it cannot wait.
        behind: Key of the row that it goes along with: not before it, in one digest with it, and not without it.

    Returns:
        Whether the row is new and will be sent.
    """
    is_unasked = lane not in (REPLY, CODE) and phone is None
    chosen = preferences_of(session, citizen_id)
    if is_unasked and not may_be_told(session, citizen_id, kind, chosen):
        log.info("notice.not_wanted", kind=kind, citizen_id=citizen_id)
        return False
    wanted_at = not_before or now
    place: _Place | None = _Place(lane, wanted_at)
    if behind is not None:
        place = _place_behind(session, behind, lane, not_before or now)
    elif is_unasked and lane == NOTICE:
        place = _place_of(session, citizen_id, kind, not_before or now, chosen, brief)
    if place is not None and expires_at is not None and wanted_at < place.at and place.at >= expires_at:
        place = None  # held until it would be worth nothing
    if isinstance(message, TextMessage) and kind not in _WRITTEN_BY_PEOPLE:
        message = replace(message, text=addressed(message.text, chosen.address))
    record = plain_text(message)
    code = notice_code(citizen_id, key) if is_unasked and kind_of_row(kind) is not None else None
    if isinstance(message, TextMessage):
        message = replace(
            message,
            text=with_code(message.text, code) if code else message.text,
            is_listed=bool(message.buttons) and chosen.is_simple,
        )
    values = {
        "key": key,
        "citizen_id": citizen_id,
        "lane": place.lane if place else lane,
        "kind": kind,
        "channel": channel,
        "phone": phone,
        "expires_at": expires_at,
        "alternatives": alternatives,
        "event_id": event_id,
        "dossier_code": dossier_code,
        "body": to_json(message),
        "record": record,
        "brief": brief,
        "notice_code": code if isinstance(message, TextMessage) else None,
        "status": CREATED if place else CANCELLED,
        "error": None if place else CAPPED,
        "finished_at": None if place else now,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": place.at if place else now,
    }
    is_new = insert_once(session, Notification, values)
    if is_new and place is None:
        log.info("notice.capped", kind=kind, citizen_id=citizen_id)
    return is_new and place is not None


def put_to_many(
    session: Session,
    citizens: Sequence[Citizen],
    *,
    key: str,
    lane: str,
    kind: str,
    message: TextMessage,
    now: datetime,
    not_before: datetime,
    event_id: int,
) -> int:
    """Queues one text, written by people, to many citizens unasked, in a handful of statements for all of them.

    As `put`: only to who agreed and did not switch its kind off, with a code of its own for each. It waits for no
    digest and counts in no cap: whoever sends to many has seen to that.

    Args:
        key: With `:` and the citizen's id it is the row's key.

    Returns:
        How many rows are new.
    """
    values = []
    for citizen_id, chosen in preferences_among(session, citizens, kind).items():
        own_key = f"{key}:{citizen_id}"
        code = notice_code(citizen_id, own_key)
        is_listed = bool(message.buttons) and chosen.is_simple
        values.append(
            {
                "key": own_key,
                "citizen_id": citizen_id,
                "lane": lane,
                "kind": kind,
                "channel": CS,
                "event_id": event_id,
                "body": to_json(replace(message, text=with_code(message.text, code), is_listed=is_listed)),
                "record": message.text,
                "notice_code": code,
                "status": CREATED,
                "attempts": 0,
                "created_at": now,
                "next_attempt_at": not_before,
            }
        )
    if len(values) < len(citizens):
        log.info("notices.not_wanted", kind=kind, count=len(citizens) - len(values))
    return insert_many_once(session, Notification, values)


def waits_for_digest(session: Session, citizen_id: str, brief: str | None) -> bool:
    """Whether a message with this line in a digest is kept for it."""
    return brief is not None and preferences_of(session, citizen_id).digest_at is not None


@dataclass(frozen=True)
class _Place:
    lane: str
    at: datetime


def _place_of(
    session: Session, citizen_id: str, kind: str, at: datetime, chosen: Preferences, brief: str | None
) -> _Place | None:
    """Where news waits: for a digest, for a day with room, or not at all; None where it is dropped."""
    if brief is not None and chosen.digest_at is not None:
        return _Place(DIGEST, chosen.next_digest(at))
    room = caps.room_for(session, citizen_id, kind, at)
    return _Place(NOTICE, room) if room is not None else None


def _place_behind(session: Session, key: str, lane: str, at: datetime) -> _Place | None:
    first = row_of_key(session, key)
    if first is None:
        return _Place(lane, at)
    if first.status == CANCELLED:
        return None
    return _Place(first.lane, max(at, first.next_attempt_at))


def plain_text(message: Message) -> str:
    """What a message says, for the conversation's history."""
    if isinstance(message, TextMessage):
        return message.text
    if isinstance(message, ImageMessage):
        return message.caption or "(hình ảnh)"
    if isinstance(message, FileMessage):
        return f"(tệp {message.name})"
    if isinstance(message, TemplateMessage):
        return f"(tin mẫu {message.template_kind})"
    if isinstance(message, SealedText):
        return "(tin kín)"
    return message.title
