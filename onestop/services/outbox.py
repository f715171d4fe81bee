"""The durable outbox: what we say is a row before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onestop.messages.codec import to_json
from onestop.messages.types import FileMessage, ImageMessage, Message, SealedText, TemplateMessage, TextMessage
from onestop.services import channel_plan
from onestop.services.delivery_status import CREATED
from onestop.storage import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Notification

REPLY = "reply"
CODE = "code"
NOTICE = "notice"

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
        "record": plain_text(message),
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
