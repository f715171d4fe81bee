"""The durable outbox: what we say is a row before it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from onestop.log import get_logger
from onestop.messages.address import addressed
from onestop.messages.codec import to_json
from onestop.messages.types import FileMessage, ImageMessage, Message, SealedText, TemplateMessage, TextMessage
from onestop.services import channel_plan
from onestop.services.delivery_status import CREATED
from onestop.services.preferences import kind_of_row, may_be_told, preferences_of
from onestop.storage import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Notification
from onestop.text.notice_codes import notice_code, with_code

log = get_logger()

REPLY = "reply"
CODE = "code"
NOTICE = "notice"

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

    Returns:
        Whether the row is new.
    """
    is_unasked = lane not in (REPLY, CODE) and phone is None
    chosen = preferences_of(session, citizen_id)
    if is_unasked and not may_be_told(session, citizen_id, kind, chosen):
        log.info("notice.not_wanted", kind=kind, citizen_id=citizen_id)
        return False
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
        "lane": lane,
        "kind": kind,
        "channel": channel,
        "phone": phone,
        "expires_at": expires_at,
        "alternatives": alternatives,
        "event_id": event_id,
        "dossier_code": dossier_code,
        "body": to_json(message),
        "record": record,
        "notice_code": code if isinstance(message, TextMessage) else None,
        "status": CREATED,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": not_before or now,
    }
    return insert_once(session, Notification, values)


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
