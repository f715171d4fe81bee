"""Where a dossier stands: the facts that anybody with its code may hear, and those that need a proof.

What is public stands in a type without room for names, phone numbers and reasons, so that an answer to a code
alone cannot leak them (docs/integration.md, "What a citizen may see"). Whether a proof holds is decided by the
caller; `PrivateDossier` is read only after that.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from onestop.errors import OnestopError
from onestop.services.working_days import WorkCalendar, calendar_of, days_left
from onestop.storage import Session
from onestop.storage import dossier_queries as queries
from onestop.storage.dossier_records import Agency, DossierDocument, DossierRecord, DossierStep
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import STATE_NAMES, DossierState

MISSING = "missing"


class DossierNotFound(OnestopError):
    """No dossier has the code that was asked for. Its text does not repeat the code: it is logged."""

    def __init__(self) -> None:
        super().__init__("no such dossier")


@dataclass(frozen=True)
class StepFact:
    """One step of the work, as far as anybody may hear of it.

    Attributes:
        name: What is done.
        department: Who does it.
        planned_end_at: When it should have ended, or should end.
        days_over: Working days that it overran, 0 where it did not or by less than a day.
    """

    name: str
    department: str | None
    planned_end_at: datetime | None
    days_over: int


@dataclass(frozen=True)
class PublicDossier:
    """What anybody may hear who knows the code.

    Attributes:
        centre_id: The agency where the result is collected.
        respond_by: Until when the citizen is waited for, in states 5 and 6.
        current_step: The step at work; None where nothing is.
        overran_step: The step that made it late; None while it is not overdue.
        is_overdue: By the clock; never while the citizen is waited for or after the end.
        days_left: Working days to the due date, negative when late; None where the clock does not run.
        finished_late: Ended after its due date.
        papers_missing: Papers are asked for; which ones is private.
        money_due: Money is to be paid first; how much is private.
    """

    code: str
    state: DossierState
    state_name: str
    procedure_code: str | None
    procedure_name: str
    centre_id: str
    centre_name: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    original_due_at: datetime | None
    respond_by: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    current_step: StepFact | None
    overran_step: StepFact | None
    is_overdue: bool
    days_left: int | None
    finished_late: bool
    papers_missing: bool
    money_due: bool

    @property
    def was_postponed(self) -> bool:
        """Whether the due date is a later one than the receipt says."""
        return self.due_at is not None and self.original_due_at is not None and self.due_at > self.original_due_at


@dataclass(frozen=True)
class PrivateDossier:
    """What only the person may hear who proved the dossier theirs.

    Attributes:
        phone: On record, +84…; None where none was given.
        amount_vnd: To pay in state 6.
        reason: The officer's words about the newest move.
        missing_papers: Names of the papers that are asked for.
    """

    public: PublicDossier
    applicant_name: str = field(repr=False)
    owner_name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    address: str | None = field(repr=False)
    deciding_agency: str | None
    channel: str
    return_mode: str | None
    amount_vnd: int | None
    reason: str | None = field(repr=False)
    missing_papers: tuple[str, ...] = field(repr=False)
    documents: tuple[DossierDocument, ...] = field(repr=False)


@dataclass(frozen=True)
class _Findings:
    record: DossierRecord
    steps: Sequence[DossierStep]
    documents: Sequence[DossierDocument]
    centre: Agency | None
    calendar: WorkCalendar


def find_dossier(reader: DossierReader, code: str, now: datetime) -> PublicDossier:
    """Finds what anybody may hear about the dossier with this code.

    Raises:
        DossierNotFound: No dossier has it.
        BackendUnavailable: The dossier system does not answer.
    """
    return find_first_dossier(reader, (code,), now)


def find_first_dossier(reader: DossierReader, codes: Sequence[str], now: datetime) -> PublicDossier:
    """Finds the first of these codes that a dossier has: the readings of one mistyped code, likeliest first.

    Raises:
        DossierNotFound: None of them.
        BackendUnavailable: The dossier system does not answer.
    """
    found = reader.read(_find_first, tuple(codes))
    if found is None:
        raise DossierNotFound
    return _public(found, now)


def find_private_dossier(reader: DossierReader, code: str, now: datetime) -> PrivateDossier:
    """Finds everything about a dossier, for somebody who has proved that it is theirs.

    Raises:
        DossierNotFound: No dossier has this code.
        BackendUnavailable: The dossier system does not answer.
    """
    found = reader.read(_find_first, (code,))
    if found is None:
        raise DossierNotFound
    return _private(found, now)


def dossiers_of_phone(reader: DossierReader, phone: str, now: datetime) -> list[PublicDossier]:
    """The dossiers handed in with a phone number (+84…) that has been proved, newest first."""
    return [_public(found, now) for found in reader.read(_find_by_phone, phone)]


def phone_of_dossier(reader: DossierReader, code: str) -> str | None:
    """The phone number on a dossier, to send a one-time code to; None where there is none.

    Raises:
        DossierNotFound: No dossier has this code.
        BackendUnavailable: The dossier system does not answer.
    """
    return _record(reader, code).applicant_phone


def second_code_matches(reader: DossierReader, code: str, given: str) -> bool:
    """Whether `given` is the second code printed on the dossier's receipt.

    Letter case and blanks do not matter; it takes as long for a wrong code as for a right one.

    Raises:
        DossierNotFound: No dossier has this code.
        BackendUnavailable: The dossier system does not answer.
    """
    printed = _record(reader, code).second_code
    if not printed:
        return False
    plain = "".join(given.split()).upper()
    return hmac.compare_digest(plain.encode(), printed.upper().encode())


def printed_second_code(reader: DossierReader, code: str) -> str | None:
    """The second code that is printed on the receipt now; None where there is none, or no such dossier.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    record = reader.read(queries.dossier_by_code, code)
    return record.second_code if record is not None and record.second_code else None


def is_overdue(dossier: DossierRecord, now: datetime) -> bool:
    """Whether a dossier is late by the clock; never while the citizen is waited for or after the end."""
    return dossier.is_overdue(now)


def _record(reader: DossierReader, code: str) -> DossierRecord:
    record = reader.read(queries.dossier_by_code, code)
    if record is None:
        raise DossierNotFound
    return record


def _find_first(session: Session, codes: Sequence[str]) -> _Findings | None:
    for code in codes:
        record = queries.dossier_by_code(session, code)
        if record is not None:
            return _findings(session, record)
    return None


def _find_by_phone(session: Session, phone: str) -> list[_Findings]:
    return [_findings(session, record) for record in queries.dossiers_by_phone(session, phone)]


def _findings(session: Session, record: DossierRecord) -> _Findings:
    centre = queries.agency_by_id(session, record.centre_id)
    return _Findings(
        record,
        queries.steps_of(session, record.code),
        queries.documents_of(session, record.code),
        centre,
        calendar_of(queries.all_holidays(session), centre.working_hours if centre else None),
    )


def _public(found: _Findings, now: datetime) -> PublicDossier:
    record = found.record
    state = DossierState(record.state)
    overdue = record.is_overdue(now)
    running = state in (DossierState.RECEIVED, DossierState.PROCESSING)
    left = days_left(now, record.due_at, found.calendar) if running and record.due_at is not None else None
    return PublicDossier(
        code=record.code,
        state=state,
        state_name=STATE_NAMES[state],
        procedure_code=record.procedure_code,
        procedure_name=record.procedure_name,
        centre_id=record.centre_id,
        centre_name=found.centre.name if found.centre else "",
        submitted_at=record.submitted_at,
        received_at=record.received_at,
        due_at=record.due_at,
        original_due_at=record.original_due_at,
        respond_by=record.respond_by,
        finished_at=record.finished_at,
        returned_at=record.returned_at,
        current_step=_current_step(found, now),
        overran_step=_overran_step(found, now) if overdue else None,
        is_overdue=overdue,
        days_left=left,
        finished_late=_finished_late(record),
        papers_missing=state is DossierState.SUPPLEMENT_REQUESTED,
        money_due=state is DossierState.MONEY_DUE,
    )


def _private(found: _Findings, now: datetime) -> PrivateDossier:
    record = found.record
    return PrivateDossier(
        public=_public(found, now),
        applicant_name=record.applicant_name,
        owner_name=record.owner_name,
        phone=record.applicant_phone,
        address=record.applicant_address,
        deciding_agency=record.deciding_agency,
        channel=record.channel,
        return_mode=record.return_mode,
        amount_vnd=record.amount_vnd,
        reason=record.note,
        missing_papers=tuple(paper.name for paper in found.documents if paper.state == MISSING),
        documents=tuple(found.documents),
    )


def _current_step(found: _Findings, now: datetime) -> StepFact | None:
    """The step at work; while the citizen is waited for it does not grow later."""
    now = found.record.paused_at or now
    for step in found.steps:
        if step.started_at is not None and step.ended_at is None:
            return _fact(step, found.calendar, now)
    return None


def _overran_step(found: _Findings, now: datetime) -> StepFact | None:
    """The step that holds the dossier up: the one at work if it overran, else the one that overran most."""
    late = [step for step in found.steps if step.started_at is not None and step.is_overdue(now)]
    if not late:
        return None
    at_work = [step for step in late if step.ended_at is None]
    facts = [_fact(step, found.calendar, now) for step in at_work or late]
    return max(facts, key=lambda fact: fact.days_over)


def _fact(step: DossierStep, calendar: WorkCalendar, now: datetime) -> StepFact:
    over = 0
    if step.planned_end_at is not None and step.is_overdue(now):
        over = -days_left(step.ended_at or now, step.planned_end_at, calendar)
    return StepFact(step.name, step.department, step.planned_end_at, over)


def _finished_late(record: DossierRecord) -> bool:
    """By the national portal's rule: the moment of the result counts, not that of handing it over."""
    return record.finished_at is not None and record.due_at is not None and record.finished_at > record.due_at
