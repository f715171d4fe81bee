"""What is being talked about with a citizen: it outlives Rasa's short sessions and a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onestop.services.buttons import CHOICE_VALID_FOR, Choice
from onestop.storage import Session, conversation

DOSSIER_FRESH_FOR = timedelta(days=3)  # a push is often read the next day
PROCEDURE_FRESH_FOR = timedelta(minutes=30)
AGENCY_FRESH_FOR = timedelta(minutes=30)
INTENT_FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class TopicView:
    """The topic as far as it is fresh; what has gone stale is None.

    Attributes:
        dossier_is_newer: Whether the dossier was spoken of after the procedure (or with it).
        asked: Choices just offered that a typed word may still answer.
    """

    dossier_code: str | None = None
    procedure_code: str | None = None
    agency_id: str | None = None
    dossier_is_newer: bool = False
    last_intent: str | None = None
    asked: tuple[Choice, ...] = ()


def topic_of(session: Session, citizen_id: str, now: datetime) -> TopicView:
    """What may be left unsaid in this citizen's next message."""
    row = conversation.topic_of(session, citizen_id)
    if row is None:
        return TopicView()
    dossier_code = _fresh(row.dossier_code, row.dossier_at, DOSSIER_FRESH_FOR, now)
    procedure_code = _fresh(row.procedure_code, row.procedure_at, PROCEDURE_FRESH_FOR, now)
    return TopicView(
        dossier_code=dossier_code,
        procedure_code=procedure_code,
        agency_id=_fresh(row.agency_id, row.agency_at, AGENCY_FRESH_FOR, now),
        dossier_is_newer=dossier_code is not None and (procedure_code is None or row.dossier_at >= row.procedure_at),
        last_intent=_fresh(row.last_intent, row.last_intent_at, INTENT_FRESH_FOR, now),
        asked=_choices(_fresh(row.asked, row.asked_at, CHOICE_VALID_FOR, now) or ()),
    )


def speak_of_dossier(
    session: Session,
    citizen_id: str,
    now: datetime,
    code: str,
    procedure_code: str | None,
    centre_id: str | None,
) -> None:
    """The talk is now of this dossier, and so of its procedure and centre."""
    values: dict[str, Any] = {"dossier_code": code, "dossier_at": now}
    if procedure_code:
        values |= {"procedure_code": procedure_code, "procedure_at": now}
    if centre_id:
        values |= {"agency_id": centre_id, "agency_at": now}
    conversation.set_topic(session, citizen_id, **values)


def speak_of_procedure(session: Session, citizen_id: str, now: datetime, code: str) -> None:
    """The talk is now of this procedure."""
    conversation.set_topic(session, citizen_id, procedure_code=code, procedure_at=now)


def speak_of_agency(session: Session, citizen_id: str, now: datetime, agency_id: str) -> None:
    """The talk is now of this office."""
    conversation.set_topic(session, citizen_id, agency_id=agency_id, agency_at=now)


def note_intent(session: Session, citizen_id: str, now: datetime, intent: str) -> None:
    """Remembers what was asked, for a follow-up such as "còn kết hôn thì sao"."""
    conversation.set_topic(session, citizen_id, last_intent=intent, last_intent_at=now)


def _fresh(value: Any, at: datetime | None, fresh_for: timedelta, now: datetime) -> Any:
    return value if value and at is not None and now - at <= fresh_for else None


def _choices(shown: Sequence[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(one["title"], one["intent"], dict(one["entities"])) for one in shown)
