"""Questions asked while the dossier system was down: kept, and answered unasked once it is back.

The notifier puts a waiting question into the inbox again, as if it were a tap: so the dialogue answers it by the same
rules, in whatever form the citizen is meanwhile. Dropped are those that the citizen got answered otherwise, and those
older than a day. ADR 0091.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onestop.services import inbox
from onestop.services.citizens import note_consent
from onestop.services.quiet_hours import earliest
from onestop.storage import Session, waiting_questions
from onestop.storage.citizens import citizen_by_id
from onestop.storage.control_tables import WaitingQuestion

PURPOSE = "answer_later"
KEY_PREFIX = "later:"
EVENT_NAME = "onestop_ask_again"
WORTH_ANSWERING_FOR = timedelta(days=1)
AT_ONCE_FOR = timedelta(hours=2)  # by night only who has just asked is answered
MOST_WAITING = 5
_RETRY_AFTER = timedelta(seconds=20)
_MOST_TEXT = 1000


@dataclass(frozen=True)
class Question:
    """What was asked, as an intent with entities, so that nothing has to be understood anew.

    Attributes:
        codes: Dossiers in question; empty where none is.
    """

    text: str
    intent: str
    entities: dict[str, Any]

    @property
    def codes(self) -> tuple[str, ...]:
        """The dossiers in question."""
        value = self.entities.get("dossier_code") or ()
        return tuple(value) if isinstance(value, list) else (str(value),)


def keep(session: Session, citizen_id: str, message_id: str, question: Question, wording: str, now: datetime) -> bool:
    """Keeps a question; that it is answered later is what the citizen is told, and agrees to by asking.

    Returns:
        Whether it is kept: False where this citizen has five waiting already.
    """
    waiting = waiting_questions.open_of(session, citizen_id)
    if any(_is_same(row, question) for row in waiting):
        return True
    if len(waiting) >= MOST_WAITING:
        return False
    waiting_questions.insert(
        session,
        {
            "key": message_id,
            "citizen_id": citizen_id,
            "text": question.text[:_MOST_TEXT],
            "intent": question.intent,
            "entities": question.entities,
            "asked_at": now,
            "state": "waiting",
            "tries": 0,
            "next_try_at": now,
        },
    )
    note_consent(session, citizen_id, PURPOSE, True, wording, message_id, now)
    return True


def ask_again(session: Session, now: datetime, limit: int = 50) -> int:
    """Puts waiting questions into the inbox; the caller has seen that the dossier system answers.

    Returns:
        How many.
    """
    asked = 0
    for row in waiting_questions.due(session, now, limit):
        citizen = citizen_by_id(session, row.citizen_id)
        if citizen is None or citizen.zalo_user_id is None or now - row.asked_at > WORTH_ANSWERING_FOR:
            row.state, row.ended_at = "dropped", now
            continue
        opens = earliest(now, None)
        if opens > now and now - row.asked_at > AT_ONCE_FOR:
            row.next_try_at = opens
            continue
        row.state, row.tries = "asked", row.tries + 1
        _put_into_inbox(session, row, citizen.zalo_user_id, now)
        asked += 1
    return asked


def question_behind(session: Session, message_id: str) -> WaitingQuestion | None:
    """The kept question that a message of ours asks again; None for a message of the citizen's."""
    if not message_id.startswith(KEY_PREFIX):
        return None
    return waiting_questions.by_id(session, int(message_id.split(":")[1]))


def is_repeat(message_id: str) -> bool:
    """Whether a message is a kept question asked again by us."""
    return message_id.startswith(KEY_PREFIX)


def answered(row: WaitingQuestion, now: datetime) -> None:
    """It has been answered."""
    row.state, row.ended_at = "answered", now


def put_back(session: Session, message_id: str, now: datetime) -> None:
    """The dossier system failed again: the question waits on, a little longer each time."""
    row = question_behind(session, message_id)
    if row is not None and row.state == "asked":
        row.state, row.next_try_at = "waiting", now + _RETRY_AFTER * 2 ** min(row.tries, 8)


def settle(session: Session, citizen_id: str, intent: str, codes: Sequence[str], now: datetime) -> None:
    """The citizen has just got this answered otherwise: what waits for the same is dropped."""
    for row in waiting_questions.open_of(session, citizen_id):
        kept = Question(row.text, row.intent, dict(row.entities))
        if row.intent == intent and (not kept.codes or set(kept.codes) & set(codes)):
            row.state, row.ended_at = "dropped", now


def _is_same(row: WaitingQuestion, question: Question) -> bool:
    return row.intent == question.intent and dict(row.entities) == question.entities


def _put_into_inbox(session: Session, row: WaitingQuestion, zalo_user_id: str, now: datetime) -> None:
    body = {"text": row.text, "intent": row.intent, "entities": row.entities}
    inbox.store_event(
        session,
        f"{KEY_PREFIX}{row.id}:{row.tries}",
        EVENT_NAME,
        zalo_user_id,
        json.dumps(body, ensure_ascii=False).encode(),
        now,
        now,
    )
