"""Apologies for lateness: prepared before the due date passes, confirmed where a centre wants it.

A dossier that nears its date and is still at work gets a draft. The dossier system's new date (its move 4 to 4) lets
the letter go out, at once or when an officer has confirmed it; a draft whose dossier went on in time is withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.services.centre_settings import CentreSettings, longest_prepare_hours, settings_at_all
from onestop.services.working_days import (
    HOURS_PER_WORKING_DAY,
    TimeLimit,
    WorkCalendar,
    add_working_days,
    calendar_of,
    due_at,
    is_working_day,
)
from onestop.storage import Session, apologies, dossier_queries
from onestop.storage.apologies import CONFIRMED, DRAFTED, SENT, WITHDRAWN
from onestop.storage.dossier_records import Agency, DossierEvent, DossierRecord
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import RUNNING_STATES
from onestop.storage.notice_tables import Apology

PAGE = 500
AUTOMATIC = "auto"  # confirmed by the centre's setting, by nobody in person


class NothingToConfirm(OnestopError):
    """No draft has this number; the text is a sentence for the officer."""


NO_CENTRE = Agency(id="", name="trung tâm", kind="one_stop_centre")


@dataclass(frozen=True)
class AtRisk:
    """A dossier that nears its date, with its centre and the step at work."""

    dossier: DossierRecord
    centre: Agency
    step: str


def prepare(session: Session, reader: DossierReader, now: datetime) -> int:
    """Drafts an apology for each dossier that is due within its centre's working hours; returns how many are new.

    Nothing is drafted on a day that is not worked.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    calendar, holidays = reader.read(_calendar)
    if not is_working_day(now.astimezone(LOCAL).date(), calendar):
        return 0
    candidates = _candidates(reader, now, _longest_horizon(session, now, calendar))
    here = settings_at_all(session, tuple({one.dossier.centre_id for one in candidates}))
    added = 0
    for one in candidates:
        decided = here[one.dossier.centre_id]
        horizon = _horizon(now, decided.prepare_hours, calendar_of(holidays, one.centre.working_hours))
        if one.dossier.due_at is not None and one.dossier.due_at <= horizon:
            added += _draft(session, one, decided, now)
    return added


def withdraw_needless(session: Session, reader: DossierReader) -> int:
    """Takes back drafts whose dossier has ended, waits for the citizen, or has got another date; returns how many.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    drafts = [row for row in apologies.apologies_in(session, (DRAFTED, CONFIRMED)) if row.event_id is None]
    codes = [row.dossier_code for row in drafts]
    dossiers = {one.code: one for one in reader.read(dossier_queries.dossiers_by_codes, codes)} if codes else {}
    needless = [row for row in drafts if not _is_still_due(dossiers.get(row.dossier_code), row)]
    for row in needless:
        row.state = WITHDRAWN
    return len(needless)


def is_held(session: Session, event: DossierEvent, dossier: DossierRecord, here: CentreSettings, now: datetime) -> bool:
    """Notes the new date of an apology, and decides whether its letter waits for an officer.

    It waits only where the centre confirms letters, nobody has confirmed this one, and the promised date has not
    passed: an unconfirmed letter keeps nobody in the dark.
    """
    row = apologies.apology_of_event(session, event.id)
    if row is not None and row.sent_at is not None:
        return False  # a replay
    row = row or apologies.newest_open(session, dossier.code) or _unprepared(session, event, dossier, now)
    row.event_id = event.id
    row.new_due_at = _new_date(event)
    waits = here.confirms_apologies and row.state == DRAFTED and row.due_at > now
    if not waits:
        mark_sent(row, now)
    return waits


def mark_sent(row: Apology, now: datetime) -> None:
    """The letter goes out now."""
    row.state, row.sent_at = SENT, now


def confirm(session: Session, apology_id: int, officer: str, now: datetime) -> Apology:
    """An officer says that the apology may go out as soon as there is a new date.

    Raises:
        NothingToConfirm: See there.
    """
    row = apologies.apology_by_id(session, apology_id)
    if row is None or row.state != DRAFTED:
        raise NothingToConfirm(f"Không có thư xin lỗi nháp số {apology_id}.")
    row.state, row.confirmed_at, row.confirmed_by = CONFIRMED, now, officer[:60]
    return row


def open_apologies(session: Session) -> list[Apology]:
    """Drafts and confirmed letters, the most urgent first."""
    return apologies.apologies_in(session, (DRAFTED, CONFIRMED))


def _draft(session: Session, candidate: AtRisk, here: CentreSettings, now: datetime) -> bool:
    dossier = candidate.dossier
    confirmed = {} if here.confirms_apologies else {"confirmed_at": now, "confirmed_by": AUTOMATIC}
    values = {
        **confirmed,
        "dossier_code": dossier.code,
        "centre_id": dossier.centre_id,
        "due_at": dossier.due_at,
        "step": candidate.step[:200] or None,
        "state": DRAFTED if here.confirms_apologies else CONFIRMED,
        "prepared_at": now,
    }
    return apologies.insert_apology(session, values)


def _unprepared(session: Session, event: DossierEvent, dossier: DossierRecord, now: datetime) -> Apology:
    """A row for an apology that came before we prepared one, under the date that it replaces."""
    due = dossier.original_due_at or event.at
    if apologies.apology_of(session, dossier.code, due) is not None:
        due = event.at  # a further date: the law has one, vendors have more
    values = {"dossier_code": dossier.code, "centre_id": dossier.centre_id, "due_at": due}
    apologies.insert_apology(session, {**values, "state": DRAFTED, "prepared_at": now})
    row = apologies.apology_of(session, dossier.code, due)
    assert row is not None  # it was inserted now or before
    return row


def _new_date(event: DossierEvent) -> datetime | None:
    given = (event.data or {}).get("due_at")
    return datetime.fromisoformat(given) if given else None


def _is_still_due(dossier: DossierRecord | None, row: Apology) -> bool:
    return dossier is not None and dossier.state in RUNNING_STATES and dossier.due_at == row.due_at


def _longest_horizon(session: Session, now: datetime, calendar: WorkCalendar) -> datetime:
    """A moment that no centre's horizon lies behind."""
    days = longest_prepare_hours(session) // HOURS_PER_WORKING_DAY + 2
    last = add_working_days(now.astimezone(LOCAL).date(), days, calendar)
    return datetime.combine(last, datetime.max.time(), LOCAL)


def _horizon(now: datetime, hours: int, calendar: WorkCalendar) -> datetime:
    return due_at(now, TimeLimit(hours, "hours"), calendar)


def _calendar(session: Session) -> tuple[WorkCalendar, Sequence]:
    holidays = dossier_queries.all_holidays(session)
    return calendar_of(holidays), holidays


def _candidates(reader: DossierReader, now: datetime, until: datetime) -> list[AtRisk]:
    found: list[AtRisk] = []
    while True:
        page = reader.read(_at_risk, now, until, PAGE, len(found))
        found += page
        if len(page) < PAGE:
            return found


def _at_risk(session: Session, after: datetime, until: datetime, limit: int, offset: int) -> list[AtRisk]:
    return with_steps(session, dossier_queries.running_due_between(session, after, until, limit, offset))


def with_steps(session: Session, dossiers: Sequence[DossierRecord]) -> list[AtRisk]:
    """Dossiers with their centres and the step that each is at; two queries and one a centre."""
    centres = {id: dossier_queries.agency_by_id(session, id) for id in {one.centre_id for one in dossiers}}
    steps = dossier_queries.steps_at_work(session, [one.code for one in dossiers])
    return [AtRisk(one, centres[one.centre_id] or NO_CENTRE, steps.get(one.code, "")) for one in dossiers]
