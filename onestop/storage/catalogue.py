"""Queries over the province's own procedures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.catalogue_tables import CatalogueImport, ImportedProcedure, ProcedureChange
from onestop.storage.engine import Session, begin_immediate


@dataclass(frozen=True)
class Imported:
    """What an export says of one procedure: `values` by the columns' names, only those that are filled in."""

    code: str
    values: Mapping[str, Any]
    source: str
    checked_on: date


@dataclass(frozen=True)
class Change:
    """What an import does to one procedure."""

    code: str
    kind: str  # new | changed | gone
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def catalogue_version(session: Session) -> int:
    """Grows with every import that counts; 0 before the first."""
    return session.execute(sa.select(sa.func.max(CatalogueImport.id))).scalar() or 0


def imported_procedure(session: Session, code: str) -> Imported | None:
    """What the last import says of this procedure."""
    row = session.get(ImportedProcedure, code)
    return _imported(row) if row is not None else None


def all_imported(session: Session) -> dict[str, Imported]:
    """What the last import says, by code."""
    rows = session.execute(sa.select(ImportedProcedure).order_by(ImportedProcedure.code)).scalars()
    return {row.code: _imported(row) for row in rows}


def write_import(
    session: Session, records: Iterable[Imported], changes: Iterable[Change], now: datetime
) -> CatalogueImport:
    """Puts these records in the place of the last import's, and keeps what changed."""
    kept, done = list(records), list(changes)
    counts = {kind: sum(1 for change in done if change.kind == kind) for kind in ("new", "changed", "gone")}
    made = CatalogueImport(
        imported_at=now,
        rows=len(kept),
        added=counts["new"],
        changed=counts["changed"],
        removed=counts["gone"],
    )
    session.add(made)
    session.flush()
    session.execute(sa.delete(ImportedProcedure), execution_options={"synchronize_session": False})
    if kept:
        session.execute(
            sa.insert(ImportedProcedure.__table__),
            [
                {"code": one.code, "data": dict(one.values), "source": one.source, "checked_on": one.checked_on}
                for one in kept
            ],
        )
    session.add_all(
        ProcedureChange(
            import_id=made.id, code=one.code, kind=one.kind, before=_plain(one.before), after=_plain(one.after)
        )
        for one in done
    )
    return made


def history_of(session: Session, code: str) -> list[tuple[datetime, Change]]:
    """Everything that imports did to a procedure, oldest first."""
    query = (
        sa.select(CatalogueImport.imported_at, ProcedureChange)
        .join(ProcedureChange, ProcedureChange.import_id == CatalogueImport.id)
        .where(ProcedureChange.code == code)
        .order_by(CatalogueImport.id)
    )
    return [(at, Change(row.code, row.kind, row.before, row.after)) for at, row in session.execute(query)]


def lock_imports(session: Session) -> None:
    """Lets one import at a time compare and write; call it first in the transaction."""
    begin_immediate(session)


def _imported(row: ImportedProcedure) -> Imported:
    return Imported(row.code, row.data, row.source, row.checked_on)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)
