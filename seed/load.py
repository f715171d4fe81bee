"""Fills the one-stop shop's database with the demo's world, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onestop.services.working_days import calendar_of
from onestop.storage import dossier_tables as tables
from onestop.storage import dossier_writes as writes
from onestop.storage.dossier_queries import (
    all_agencies,
    all_holidays,
    all_procedures,
    newest_event_id,
)
from onestop.storage.dossier_tables import dossier_metadata
from onestop.storage.engine import Session, create_engine, session_factory
from seed.areas import admin_unit_rows, agency_rows, holiday_rows, old_unit_rows
from seed.catalogue import procedure_rows
from seed.dossiers import GeneratedDossiers, generate_dossiers

Report = Callable[[str], None]


@dataclass(frozen=True)
class LoadedDemo:
    """What a load did; `counts` holds rows by table, empty where everything was there already."""

    was_loaded_before: bool
    counts: dict[str, int]


def load_demo(
    url: str,
    *,
    seed: int,
    dossiers: int,
    today: date,
    fresh: bool = False,
    report: Report = lambda line: None,
) -> LoadedDemo:
    """Loads the demo's data unless they are there.

    One transaction: a load that is killed leaves nothing, and the next one starts anew. Event ids go on
    growing over the loads, so that a reader's cursor never meets an old id again.

    Args:
        url: The database.
        seed: Names the demo's world; same seed and day, same world.
        dossiers: How many to generate.
        today: Day that all dates are relative to.
        fresh: Drops what is there and loads anew.
        report: Gets a line of progress at a time.
    """
    engine = create_engine(url)
    try:
        with session_factory(engine).begin() as session:
            writes.begin_writing(session)
            loaded_before = writes.is_loaded(session)
            if loaded_before and not fresh:
                report("Dữ liệu minh họa đã có sẵn.")
                return LoadedDemo(True, {})
            newest = newest_event_id(session) if loaded_before else 0
            writes.drop_tables(session)
            writes.create_tables(session)
            counts = _load_catalogue(session, report)
            counts |= _load_dossiers(session, seed, dossiers, today, newest, report)
        return LoadedDemo(loaded_before, counts)
    finally:
        engine.dispose()


def _load_catalogue(session: Session, report: Report) -> dict[str, int]:
    counts = {}
    for table, rows, title in (
        (tables.admin_unit, admin_unit_rows(), "xã, phường"),
        (tables.old_unit, old_unit_rows(), "đơn vị cũ"),
        (tables.agency, agency_rows(), "cơ quan, trung tâm"),
        (tables.holiday, holiday_rows(), "ngày nghỉ, ngày làm bù"),
        (tables.procedure, procedure_rows(), "thủ tục"),
    ):
        counts[table.name] = writes.insert_rows(session, table, _with_dates(rows))
        report(f"Đã nạp {counts[table.name]} {title}")
    return counts


def _load_dossiers(
    session: Session, seed: int, count: int, today: date, newest_id: int, report: Report
) -> dict[str, int]:
    agencies = [agency for agency in all_agencies(session) if agency.kind == "one_stop_centre"]
    centres = [agency for agency in agencies if agency.valid_to is None]
    calendar = calendar_of(all_holidays(session), centres[0].working_hours)
    generated = generate_dossiers(seed, today, count, all_procedures(session), centres, calendar)
    for event_id, event in enumerate(generated.events, start=newest_id + 1):
        event["id"] = event_id
    counts = _insert_dossiers(session, generated)
    writes.continue_event_ids(session, newest_id + len(generated.events))
    for name, title in (("dossier", "hồ sơ"), ("dossier_event", "sự kiện hồ sơ")):
        report(f"Đã nạp {counts[name]} {title}")
    return counts


def _insert_dossiers(session: Session, generated: GeneratedDossiers) -> dict[str, int]:
    rows = {
        "dossier": generated.dossiers,
        "dossier_step": generated.steps,
        "dossier_document": generated.documents,
        "dossier_event": generated.events,
    }
    return {name: writes.insert_rows(session, dossier_metadata.tables[name], given) for name, given in rows.items()}


def _with_dates(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their ISO days as dates."""
    return [
        {name: _day(value) if name in ("valid_from", "valid_to", "day") else value for name, value in row.items()}
        for row in rows
    ]


def _day(value: str | None) -> date | None:
    return None if value is None else datetime.fromisoformat(value).date()
