"""From events of the dossier system and due reminders to rows of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.messages.notices import Notice, notice_text, reminder_text
from onestop.messages.types import Button, TextMessage
from onestop.services import buttons, outbox
from onestop.services.buttons import Choice
from onestop.services.quiet_hours import earliest
from onestop.storage import Session, conversation, dossier_queries, subscriptions
from onestop.storage.citizens import citizen_by_id, citizens_with_phone
from onestop.storage.dossier_records import DossierEvent, DossierRecord
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Citizen

CURSOR = "dossier-events"
PROOFS = ("second_code", "phone", "desk")


@dataclass(frozen=True)
class News:
    """A dossier event with what the words need of its dossier."""

    event: DossierEvent
    dossier: DossierRecord
    centre_name: str


def begin_reading(session: Session, reader: DossierReader) -> None:
    """At the very first start: what happened before us is not news."""
    if not subscriptions.has_cursor(session, CURSOR):
        subscriptions.start_cursor(session, CURSOR, reader.read(dossier_queries.newest_event_id))


def fetch_news(reader: DossierReader, after_event_id: int, limit: int = 100) -> tuple[list[News], int]:
    """Events past the cursor, and the id of the last of them.

    Raises:
        BackendUnavailable: The dossier database does not answer; the cursor stays.
    """
    return reader.read(_news, after_event_id, limit)


def notify_followers(session: Session, news: News, now: datetime) -> int:
    """Queues one message to each citizen who follows the dossier or has proved its phone theirs.

    Returns:
        How many rows are new; the key (event, citizen) makes a replayed event add none.
    """
    added = 0
    for citizen, proof in _audience(session, news.dossier):
        if citizen.notifications_stopped_at is None:
            added += _notify(session, news, citizen, proof, now)
    return added


def remind(session: Session, now: datetime, limit: int = 100) -> int:
    """Queues the reminders whose time has come; returns how many."""
    due = subscriptions.due_reminders(session, now, limit)
    for reminder in due:
        citizen = citizen_by_id(session, reminder.citizen_id)
        reminder.state = "sent"
        if citizen is None:
            continue
        _put(
            session,
            citizen,
            key=f"reminder:{reminder.id}",
            kind="reminder",
            text=reminder_text(reminder.text, reminder.dossier_code),
            choices=_reminder_choices(reminder.dossier_code),
            now=now,
            not_before=now,
            dossier_code=reminder.dossier_code,
        )
    return len(due)


def _news(session: Session, after_event_id: int, limit: int) -> tuple[list[News], int]:
    events = dossier_queries.events_after(session, after_event_id, limit)
    dossiers = {
        dossier.code: dossier
        for dossier in dossier_queries.dossiers_by_codes(session, [event.dossier_code for event in events])
    }
    found = []
    for event in events:
        dossier = dossiers.get(event.dossier_code)
        if dossier is not None:
            centre = dossier_queries.agency_by_id(session, dossier.centre_id)
            found.append(News(event, dossier, centre.name if centre else "trung tâm"))
    return found, events[-1].id if events else after_event_id


def _audience(session: Session, dossier: DossierRecord) -> list[tuple[Citizen, str]]:
    """Followers by their proof, and everybody who has linked the dossier's phone and did not say "no more of this"."""
    told = {citizen.id: (citizen, proof) for citizen, proof in subscriptions.followers_of(session, dossier.code)}
    if dossier.applicant_phone:
        silenced = subscriptions.ended_followers_of(session, dossier.code)
        owners = citizens_with_phone(session, dossier.applicant_phone)
        told |= {citizen.id: (citizen, "phone") for citizen in owners if citizen.id not in silenced}
    return [(citizen, _proof_now(citizen, dossier, proof)) for citizen, proof in told.values()]


def _proof_now(citizen: Citizen, dossier: DossierRecord, proof: str) -> str:
    """A follow once made with a phone opens nothing when that phone is no longer both linked and on the dossier."""
    has_phone = citizen.phone_linked_at is not None and citizen.phone == dossier.applicant_phone
    return "code" if proof == "phone" and not has_phone else proof


def _notify(session: Session, news: News, citizen: Citizen, proof: str, now: datetime) -> bool:
    text = notice_text(_notice(news, proof in PROOFS))
    if text is None:
        return False
    return _put(
        session,
        citizen,
        key=f"event:{news.event.id}:{citizen.id}",
        kind=news.event.kind,
        text=text,
        choices=_news_choices(news.event.kind, news.dossier.code),
        now=now,
        not_before=earliest(now, citizen.last_interaction_at),
        dossier_code=news.dossier.code,
        event_id=news.event.id,
    )


def _notice(news: News, is_private: bool) -> Notice:
    data = news.event.data or {}
    due_at = data.get("due_at")
    return Notice(
        kind=news.event.kind,
        code=news.dossier.code,
        procedure_name=news.dossier.procedure_name,
        centre_name=news.centre_name,
        is_private=is_private,
        due_at=datetime.fromisoformat(due_at) if due_at else news.dossier.due_at,
        respond_by=news.dossier.respond_by,
        amount_vnd=data.get("amount_vnd") if is_private else None,
        note=(data.get("note") or "") if is_private else "",
        items=tuple(data.get("items") or ()) if is_private else (),
    )


def _news_choices(kind: str, code: str) -> list[Choice]:
    if kind == "returned":
        return [Choice("Đánh giá dịch vụ", "rate_service", {"dossier_code": code})]
    return [
        Choice("Xem chi tiết", "lookup_dossier", {"dossier_code": code}),
        Choice("Thôi báo hồ sơ này", "unfollow_dossier", {"dossier_code": code}),
    ]


def _reminder_choices(code: str | None) -> list[Choice]:
    return [Choice("Xem hồ sơ", "lookup_dossier", {"dossier_code": code})] if code else []


def _put(
    session: Session,
    citizen: Citizen,
    *,
    key: str,
    kind: str,
    text: str,
    choices: Sequence[Choice],
    now: datetime,
    not_before: datetime,
    dossier_code: str | None,
    event_id: int | None = None,
) -> bool:
    tokens = buttons.mint(citizen.id, choices, now)
    message = TextMessage(text, tuple(Button(token.title, token.token) for token in tokens))
    is_new = outbox.put(
        session,
        key=key,
        citizen_id=citizen.id,
        lane=outbox.NOTICE,
        kind=kind,
        message=message,
        now=now,
        not_before=not_before,
        dossier_code=dossier_code,
        event_id=event_id,
    )
    if is_new:
        session.add_all(tokens)
        if dossier_code:  # "khi nào lấy được?" after this message is about this dossier
            conversation.set_topic(session, citizen.id, dossier_code=dossier_code, dossier_at=now)
    return is_new
