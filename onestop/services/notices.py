"""From dossier events and due reminders to rows of the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onestop.clock import LOCAL
from onestop.messages.formats import hours_in_words
from onestop.messages.notice_kinds import notice_kinds
from onestop.messages.notices import (
    Notice,
    notice_brief,
    notice_buttons,
    notice_text,
    reminder_text,
    template_data,
)
from onestop.messages.types import Button, ImageMessage, TemplateMessage, TextMessage
from onestop.receipts.layouts import NoSuchForm, layout_for
from onestop.services import apologies, buttons, outbox
from onestop.services.apologies import NO_CENTRE
from onestop.services.buttons import Choice
from onestop.services.centre_settings import settings_at
from onestop.services.channel_plan import TEMPLATE_PHONE, sms_text
from onestop.services.documents import reference_of
from onestop.services.quiet_hours import RECENT, earliest
from onestop.storage import Session, conversation, dossier_queries, subscriptions
from onestop.storage.citizens import citizen_by_id, citizens_with_phone
from onestop.storage.dossier_records import Agency, DossierEvent, DossierRecord
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Citizen

CURSOR = "dossier-events"
PROOFS = ("second_code", "phone", "desk")
PUNCTUAL = timedelta(minutes=15)  # a reminder comes at its hour, also by night; one that is late waits for the day
_CITIZENS_TURN = ("supplement_requested", "money_due", "reminder_papers", "reminder_deadline")


@dataclass(frozen=True)
class ReminderFacts:
    """What a reminder by rule says besides the dossier itself.

    Attributes:
        occasion: Names it within its kind and dossier.
        visit_at: The day that it is about.
        expires_at: It is not sent from then on.
        has_photos: Pictures of missing papers were sent to us.
    """

    occasion: str
    visit_at: datetime | None
    expires_at: datetime | None = None
    is_ready: bool = False
    waiting_days: int | None = None
    has_photos: bool = False


@dataclass(frozen=True)
class News:
    """Something that happened to a dossier, with what the words need of it.

    Attributes:
        event: From the dossier system; where nothing came from there, one made up for the occasion, with id 0.
        centre: Where the dossier lies.
        step: What is being done with it, where that is told.
        reminder: Where a rule reminds of it.
    """

    event: DossierEvent
    dossier: DossierRecord
    centre: Agency = NO_CENTRE
    step: str = ""
    reminder: ReminderFacts | None = None

    @property
    def key(self) -> str:
        """Names the occasion: one citizen is told once of each."""
        if self.reminder is not None:
            return f"{self.event.kind}:{self.dossier.code}:{self.reminder.occasion}"
        if self.event.id:
            return f"event:{self.event.id}"
        due_at = self.dossier.due_at.isoformat() if self.dossier.due_at else ""
        return f"{self.event.kind}:{self.dossier.code}:{due_at}"


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


def fetch_one(reader: DossierReader, event_id: int) -> News | None:
    """One event, if it and its dossier are still there.

    Raises:
        BackendUnavailable: The dossier database does not answer.
    """
    return reader.read(_one_news, event_id)


def notify_followers(session: Session, news: News, now: datetime) -> int:
    """Queues what a dossier event is worth, where its centre sends this kind; a letter may have to wait (`apologies`).

    Returns:
        How many rows are new; the key (event, citizen) makes a replayed event add none.
    """
    here = settings_at(session, news.dossier.centre_id)
    if news.event.kind not in here.kinds_on:
        return 0
    if news.event.kind == "apology" and apologies.is_held(session, news.event, news.dossier, here, now):
        return 0
    audience = audience_of(session, news.dossier)
    return tell(session, news, audience, now) + tell_applicant(session, news, audience, now)


def audience_of(session: Session, dossier: DossierRecord) -> list[tuple[Citizen, str]]:
    """Who is told of a dossier, each with a proof (code | second_code | phone | desk).

    Followers by their proof, and everybody who has linked the dossier's phone and did not say "no more of this".
    """
    told = {citizen.id: (citizen, proof) for citizen, proof in subscriptions.followers_of(session, dossier.code)}
    if dossier.applicant_phone:
        silenced = subscriptions.ended_followers_of(session, dossier.code)
        owners = citizens_with_phone(session, dossier.applicant_phone)
        told |= {citizen.id: (citizen, "phone") for citizen in owners if citizen.id not in silenced}
    return [(citizen, _proof_now(citizen, dossier, proof)) for citizen, proof in told.values()]


def tell(session: Session, news: News, audience: Sequence[tuple[Citizen, str]], now: datetime) -> int:
    """Queues one message, and to an owner its document, for each citizen who takes messages; returns new messages."""
    added = 0
    for citizen, proof in audience:
        if citizen.notifications_stopped_at is None:
            added += _notify(session, news, citizen, proof, now)
    return added


def tell_applicant(session: Session, news: News, audience: Sequence[tuple[Citizen, str]], now: datetime) -> int:
    """Queues a template message to the applicant's phone, or an SMS, where nobody who owns the dossier is told here.

    Whoever has linked that phone has decided for themselves what they are told. Returns new rows, 0 or 1.
    """
    phone = news.dossier.applicant_phone
    if not phone or any(proof in PROOFS for _citizen, proof in audience) or citizens_with_phone(session, phone):
        return 0
    other = alternatives_of(notice_of(news, is_private=False))
    if other is None or other["template"] is None:
        return 0
    return outbox.put(
        session,
        key=f"{news.key}:phone",
        citizen_id=person_of_phone(phone),
        lane=outbox.NOTICE,
        kind=news.event.kind,
        message=TemplateMessage(other["template"], other["data"], phone),
        now=now,
        not_before=earliest(now, None),
        dossier_code=news.dossier.code,
        event_id=news.event.id or None,
        channel=TEMPLATE_PHONE,
        phone=phone,
        alternatives=other,
    )


def alternatives_of(notice: Notice) -> dict[str, Any] | None:
    """The same news for other channels, as `outbox.put` takes it; None where nothing is registered."""
    known = notice_kinds().get(notice.kind)
    if known is None:
        return None
    data = template_data(notice)
    short = sms_text(known.zalo_template or known.kind, notice.code)
    if data is None and short is None:
        return None
    return {"template": known.zalo_template if data is not None else None, "data": data, "sms": short}


def person_of_phone(phone: str) -> str:
    """Stands for somebody of whom only a phone number is known, so that their messages keep their order."""
    return f"phone:{hashlib.sha256(phone.encode()).hexdigest()[:24]}"


def notice_of(news: News, is_private: bool, document: str = "") -> Notice:
    """A dossier event as words need it.

    Args:
        is_private: The reader has proved that the dossier is theirs.
        document: The official name of the document that goes along.
    """
    data, dossier, centre = news.event.data or {}, news.dossier, news.centre
    date = datetime.fromisoformat(data["due_at"]) if data.get("due_at") else None
    reminder = news.reminder or ReminderFacts("", None)
    is_waiting = news.event.kind in _CITIZENS_TURN  # then the date is the citizen's
    return Notice(
        kind=news.event.kind,
        code=dossier.code,
        procedure_name=dossier.procedure_name,
        procedure_code=dossier.procedure_code or "",
        centre_name=centre.name,
        centre_id=centre.id,
        contact=centre.hotline or centre.phone or "1022",
        address=centre.address or "",
        hours=_hours(centre),
        is_private=is_private,
        happened_at=news.event.at,
        due_at=dossier.due_at if is_waiting else date or dossier.due_at,
        promised_at=dossier.original_due_at,
        respond_by=(date or dossier.respond_by) if is_waiting else None,
        step=news.step,
        visit_at=reminder.visit_at,
        is_ready=reminder.is_ready,
        waiting_days=reminder.waiting_days,
        has_photos=is_private and reminder.has_photos,
        amount_vnd=data.get("amount_vnd") if is_private else None,
        return_mode=(dossier.return_mode or "") if is_private else "",
        document=document if is_private else "",
        note=(data.get("note") or "") if is_private else "",
        items=tuple(data.get("items") or ()) if is_private else (),
    )


def document_of(news: News) -> tuple[str, str] | None:
    """The document that goes with an event, as our name and its official one; None where there is none."""
    kind = notice_kinds().get(news.event.kind)
    dossier = news.dossier
    if kind is None or kind.document is None or not news.event.id:
        return None
    if kind.document == "receipt" and dossier.received_at is None:
        return None
    accepted_on = (dossier.received_at or dossier.submitted_at).astimezone(LOCAL).date()
    try:
        return kind.document, layout_for(kind.document, accepted_on)[0].official_name
    except NoSuchForm:
        return None


def remind(session: Session, now: datetime, limit: int = 100) -> int:
    """Queues the reminders whose time has come; returns how many."""
    due = subscriptions.due_reminders(session, now, limit)
    for reminder in due:
        citizen = citizen_by_id(session, reminder.citizen_id)
        reminder.state = "unwanted"  # reminders were switched off since, or nobody is there any more
        if citizen is None:
            continue
        is_sent = _put(
            session,
            citizen,
            key=f"reminder:{reminder.id}",
            kind="reminder",
            text=reminder_text(reminder.text, reminder.dossier_code),
            choices=_reminder_choices(reminder.id, reminder.dossier_code),
            now=now,
            not_before=now if now - reminder.due_at < PUNCTUAL else earliest(now, citizen.last_interaction_at),
            dossier_code=reminder.dossier_code,
        )
        if is_sent:
            reminder.state = "sent"
    return len(due)


def _news(session: Session, after_event_id: int, limit: int) -> tuple[list[News], int]:
    events = dossier_queries.events_after(session, after_event_id, limit)
    codes = list(dict.fromkeys(event.dossier_code for event in events))
    dossiers = {dossier.code: dossier for dossier in dossier_queries.dossiers_by_codes(session, codes)}
    centres = {id: dossier_queries.agency_by_id(session, id) for id in {one.centre_id for one in dossiers.values()}}
    found = [
        News(event, dossiers[event.dossier_code], centres[dossiers[event.dossier_code].centre_id] or NO_CENTRE)
        for event in events
        if event.dossier_code in dossiers
    ]
    return found, events[-1].id if events else after_event_id


def _one_news(session: Session, event_id: int) -> News | None:
    event = dossier_queries.event_by_id(session, event_id)
    dossier = dossier_queries.dossier_by_code(session, event.dossier_code) if event else None
    if event is None or dossier is None:
        return None
    return News(event, dossier, dossier_queries.agency_by_id(session, dossier.centre_id) or NO_CENTRE)


def _proof_now(citizen: Citizen, dossier: DossierRecord, proof: str) -> str:
    """A follow once made with a phone opens nothing when that phone is no longer both linked and on the dossier."""
    has_phone = citizen.phone_linked_at is not None and citizen.phone == dossier.applicant_phone
    return "code" if proof == "phone" and not has_phone else proof


def _notify(session: Session, news: News, citizen: Citizen, proof: str, now: datetime) -> bool:
    is_private = proof in PROOFS
    document = document_of(news) if is_private and _is_free_to_write(citizen, now) else None
    notice = notice_of(news, is_private, document[1] if document else "")
    text = notice_text(notice)
    if text is None:
        return False
    not_before = earliest(now, citizen.last_interaction_at if news.reminder is None else None)
    is_new = _put(
        session,
        citizen,
        key=f"{news.key}:{citizen.id}",
        kind=news.event.kind,
        text=text,
        choices=[Choice(one.title, one.intent, dict(one.entities)) for one in notice_buttons(notice)],
        now=now,
        not_before=not_before,
        dossier_code=news.dossier.code,
        event_id=news.event.id or None,
        alternatives=alternatives_of(notice),
        brief=notice_brief(notice),
        expires_at=news.reminder.expires_at if news.reminder else None,
    )
    if is_new and document:
        _put_document(session, news, citizen, document, now, not_before)
    return is_new


def _is_free_to_write(citizen: Citizen, now: datetime) -> bool:
    """Whether the free window is open: outside it a document is fetched by its button, which opens it."""
    return citizen.last_interaction_at is not None and now - citizen.last_interaction_at <= RECENT


def _put_document(
    session: Session, news: News, citizen: Citizen, document: tuple[str, str], now: datetime, not_before: datetime
) -> None:
    """The picture follows the words: they must not wait for it."""
    name, official_name = document
    outbox.put(
        session,
        key=f"{news.key}:{citizen.id}:document",
        citizen_id=citizen.id,
        lane=outbox.NOTICE,
        kind="document",
        message=ImageMessage(official_name, file_ref=reference_of(name, news.event.id, "png")),
        now=now,
        not_before=not_before,
        behind=f"{news.key}:{citizen.id}",
        dossier_code=news.dossier.code,
        event_id=news.event.id,
    )


def _hours(centre: Agency) -> str:
    """Opening hours in words; unchecked ones are said to be the general rule."""
    hours = centre.working_hours or {}
    text = hours_in_words(str(hours.get("text") or ""))
    return f"{text} (theo quy định chung)" if text and not hours.get("verified") else text


def _reminder_choices(reminder_id: int, code: str | None) -> list[Choice]:
    look = [Choice("Xem hồ sơ", "lookup_dossier", {"dossier_code": code})] if code else []
    return [
        *look,
        Choice("Nhắc lại sau 1 giờ", "manage_reminder", {"do": "snooze", "minutes": 60, "reminder_id": reminder_id}),
        Choice("Xong rồi", "manage_reminder", {"do": "done", "reminder_id": reminder_id}),
    ]


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
    alternatives: dict[str, Any] | None = None,
    brief: str | None = None,
    expires_at: datetime | None = None,
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
        alternatives=alternatives,
        brief=brief,
        expires_at=expires_at,
    )
    if is_new:
        session.add_all(tokens)
        if dossier_code and not outbox.waits_for_digest(
            session, citizen.id, brief
        ):  # "khi nào lấy được?" after this message is about this dossier
            conversation.set_topic(session, citizen.id, dossier_code=dossier_code, dossier_at=now)
    return is_new
