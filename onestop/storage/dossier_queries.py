"""Questions to the one-stop shop's database. Each is one short statement over an indexed column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Row

from onestop.storage import dossier_tables as tables
from onestop.storage.dossier_records import (
    AdminUnit,
    Agency,
    DossierDocument,
    DossierEvent,
    DossierRecord,
    DossierStep,
    Holiday,
    OldUnit,
    Procedure,
)
from onestop.storage.engine import Session
from onestop.storage.life_cycle import RUNNING_STATES

T = TypeVar("T")


def dossier_by_code(session: Session, code: str) -> DossierRecord | None:
    """The dossier printed with exactly this code."""
    return _one(session, DossierRecord, sa.select(tables.dossier).where(tables.dossier.c.code == code))


def dossiers_by_codes(session: Session, codes: Sequence[str]) -> list[DossierRecord]:
    """The dossiers with these codes, newest first; codes nobody has are left out."""
    query = sa.select(tables.dossier).where(tables.dossier.c.code.in_(codes))
    return _all(session, DossierRecord, _newest_first(query))


def dossiers_by_phone(session: Session, phone: str, limit: int = 20) -> list[DossierRecord]:
    """The dossiers handed in with this phone number (+84…), newest first."""
    query = sa.select(tables.dossier).where(tables.dossier.c.applicant_phone == phone)
    return _all(session, DossierRecord, _newest_first(query).limit(limit))


def has_phone(session: Session, phone: str) -> bool:
    """Whether any dossier was handed in with this phone number (+84…)."""
    query = sa.select(tables.dossier.c.code).where(tables.dossier.c.applicant_phone == phone).limit(1)
    return session.execute(query).first() is not None


@dataclass(frozen=True)
class DossierFilter:
    """Which dossiers a list shows; what is None does not matter.

    Attributes:
        state: National code.
        overdue: Whether the due date has passed while the clock was running.
        now: The moment that `overdue` is judged by.
        procedure_code: National procedure code.
        centre_id: Agency id.
    """

    now: datetime
    state: int | None = None
    overdue: bool | None = None
    procedure_code: str | None = None
    centre_id: str | None = None


def dossiers_matching(
    session: Session, wanted: DossierFilter, limit: int | None = None, offset: int = 0
) -> list[DossierRecord]:
    """The dossiers that pass the filter, newest first."""
    query = _newest_first(sa.select(tables.dossier).where(*_conditions(wanted)))
    return _all(session, DossierRecord, query.limit(limit).offset(offset))


def count_dossiers(session: Session, wanted: DossierFilter) -> int:
    """How many dossiers pass the filter."""
    query = sa.select(sa.func.count()).select_from(tables.dossier).where(*_conditions(wanted))
    return session.execute(query).scalar_one()


def running_due_between(
    session: Session, after: datetime | None, until: datetime, limit: int, offset: int = 0
) -> list[DossierRecord]:
    """Dossiers at work whose due date lies after `after` and not after `until`, the oldest date first."""
    column = tables.dossier.c
    query = sa.select(tables.dossier).where(
        column.state.in_([int(state) for state in RUNNING_STATES]), column.due_at <= until
    )
    if after is not None:
        query = query.where(column.due_at > after)
    return _all(session, DossierRecord, query.order_by(column.due_at, column.code).limit(limit).offset(offset))


def dossiers_between(
    session: Session,
    column: str,
    states: Sequence[int],
    after: datetime,
    until: datetime,
    limit: int,
    offset: int = 0,
) -> list[DossierRecord]:
    """Dossiers in these states with a moment (`due_at`, `paused_at` …) past `after` and up to `until`, in order."""
    at = tables.dossier.c[column]
    query = sa.select(tables.dossier).where(
        tables.dossier.c.state.in_([int(state) for state in states]), at > after, at <= until
    )
    return _all(session, DossierRecord, query.order_by(at, tables.dossier.c.code).limit(limit).offset(offset))


def steps_of(session: Session, dossier_code: str) -> list[DossierStep]:
    """The steps of a dossier in their order."""
    step = tables.dossier_step
    return _all(
        session,
        DossierStep,
        sa.select(step).where(step.c.dossier_code == dossier_code).order_by(step.c.number),
    )


def steps_at_work(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """The name of the step that each of these dossiers is at, by code."""
    step = tables.dossier_step
    query = sa.select(step.c.dossier_code, step.c.name).where(
        step.c.dossier_code.in_(codes), step.c.started_at.is_not(None), step.c.ended_at.is_(None)
    )
    return {row.dossier_code: row.name for row in session.execute(query.order_by(step.c.number.desc()))}


def documents_of(session: Session, dossier_code: str) -> list[DossierDocument]:
    """The papers of a dossier in the order of the receipt."""
    paper = tables.dossier_document
    query = sa.select(paper).where(paper.c.dossier_code == dossier_code).order_by(paper.c.number)
    return _all(session, DossierDocument, query)


def events_of(session: Session, dossier_code: str) -> list[DossierEvent]:
    """Everything that happened to a dossier, oldest first."""
    event = tables.dossier_event
    query = sa.select(event).where(event.c.dossier_code == dossier_code).order_by(event.c.id)
    return _all(session, DossierEvent, query)


def event_by_id(session: Session, event_id: int) -> DossierEvent | None:
    """One dossier event."""
    event = tables.dossier_event
    return _one(session, DossierEvent, sa.select(event).where(event.c.id == event_id))


def events_after(session: Session, cursor: int, limit: int = 100) -> list[DossierEvent]:
    """The next dossier events past `cursor` (the id of the last one seen; 0 for the first), oldest first."""
    event = tables.dossier_event
    query = sa.select(event).where(event.c.id > cursor).order_by(event.c.id).limit(limit)
    return _all(session, DossierEvent, query)


def newest_event_id(session: Session) -> int:
    """Where a cursor starts that wants nothing of the past; 0 where nothing happened yet."""
    return session.execute(sa.select(sa.func.max(tables.dossier_event.c.id))).scalar() or 0


def procedure_by_code(session: Session, code: str) -> Procedure | None:
    """The procedure with this national code."""
    query = sa.select(tables.procedure).where(tables.procedure.c.code == code)
    return _one(session, Procedure, query)


def all_procedures(session: Session) -> list[Procedure]:
    """Every procedure, by code, for the search index (thousands: give the reader a longer time limit)."""
    return _all(session, Procedure, sa.select(tables.procedure).order_by(tables.procedure.c.code))


def agency_by_id(session: Session, agency_id: str) -> Agency | None:
    """The agency with this id."""
    return _one(session, Agency, sa.select(tables.agency).where(tables.agency.c.id == agency_id))


def all_agencies(session: Session) -> list[Agency]:
    """Every agency, also those that have ended, by id."""
    return _all(session, Agency, sa.select(tables.agency).order_by(tables.agency.c.id))


def all_admin_units(session: Session) -> list[AdminUnit]:
    """Every commune-level unit, by id."""
    return _all(session, AdminUnit, sa.select(tables.admin_unit).order_by(tables.admin_unit.c.id))


def admin_units_by_name(session: Session, name: str) -> list[AdminUnit]:
    """The units with exactly this name, of today."""
    unit = tables.admin_unit
    return _all(session, AdminUnit, sa.select(unit).where(unit.c.name == name).order_by(unit.c.id))


def all_old_units(session: Session) -> list[OldUnit]:
    """Every former unit with the unit that took it over."""
    return _all(session, OldUnit, sa.select(tables.old_unit).order_by(tables.old_unit.c.id))


def old_units_by_name(session: Session, name: str) -> list[OldUnit]:
    """The former units with exactly this name; several units may have had it, or share what it was."""
    unit = tables.old_unit
    return _all(session, OldUnit, sa.select(unit).where(unit.c.name == name).order_by(unit.c.id))


def all_holidays(session: Session) -> list[Holiday]:
    """Every entered day off and make-up day, oldest first."""
    return _all(session, Holiday, sa.select(tables.holiday).order_by(tables.holiday.c.day))


def _conditions(wanted: DossierFilter) -> list[Any]:
    column = tables.dossier.c
    conditions = [
        column[name] == value
        for name, value in (
            ("state", wanted.state),
            ("procedure_code", wanted.procedure_code),
            ("centre_id", wanted.centre_id),
        )
        if value is not None
    ]
    if wanted.overdue is not None:
        running = column.state.in_([int(state) for state in RUNNING_STATES])
        is_overdue = sa.and_(running, column.due_at.isnot(None), column.due_at < wanted.now)
        conditions.append(is_overdue if wanted.overdue else sa.not_(is_overdue))
    return conditions


def _newest_first(query: Any) -> Any:
    return query.order_by(tables.dossier.c.submitted_at.desc(), tables.dossier.c.code)


def _one(session: Session, record: type[T], query: Any) -> T | None:
    row = session.execute(query).first()
    return None if row is None else _record(record, row)


def _all(session: Session, record: type[T], query: Any) -> list[T]:
    return [_record(record, row) for row in session.execute(query)]


def _record(record: type[T], row: Row) -> T:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in row._mapping.items()}
    return record(**values)
