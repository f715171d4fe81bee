"""Dossiers as the counter's JSON shows them; times with the offset of Asia/Ho_Chi_Minh."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from onestop.clock import LOCAL
from onestop.services.working_days import WorkCalendar, days_left
from onestop.storage.dossier_records import (
    Agency,
    DossierDocument,
    DossierEvent,
    DossierRecord,
    DossierStep,
    Procedure,
)
from onestop.storage.life_cycle import RUNNING_STATES, STATE_NAMES, DossierState, allowed_moves

Json = dict[str, Any]

MOVES: list[Json] = json.loads(Path(__file__).with_name("moves.json").read_text(encoding="utf-8"))["moves"]


@dataclass(frozen=True)
class WholeDossier:
    """A dossier with everything that hangs on it."""

    record: DossierRecord
    steps: Sequence[DossierStep]
    documents: Sequence[DossierDocument]
    events: Sequence[DossierEvent]


def row_json(record: DossierRecord, now: datetime, calendar: WorkCalendar, centre_name: str) -> Json:
    """A dossier as a line of the list; `days_left` in working days, None where the clock does not run."""
    running = record.state in RUNNING_STATES and record.due_at is not None
    left = days_left(now, record.due_at, calendar) if running and record.due_at is not None else None
    return {
        "code": record.code,
        "second_code": record.second_code,
        "state": record.state,
        "state_name": STATE_NAMES[DossierState(record.state)],
        "overdue": record.is_overdue(now),
        "days_left": left,
        "procedure_code": record.procedure_code,
        "procedure_name": record.procedure_name,
        "applicant_name": record.applicant_name,
        "applicant_phone": record.applicant_phone,
        "submitted_at": iso(record.submitted_at),
        "received_at": iso(record.received_at),
        "due_at": iso(record.due_at),
        "centre": record.centre_id,
        "centre_name": centre_name,
    }


def whole_json(whole: WholeDossier, now: datetime, calendar: WorkCalendar, centre_name: str) -> Json:
    """A dossier with its steps, papers, events and lawful moves."""
    record = whole.record
    return {
        **row_json(record, now, calendar, centre_name),
        "deciding_agency": record.deciding_agency,
        "applicant_address": record.applicant_address,
        "owner_name": record.owner_name,
        "channel": record.channel,
        "return_mode": record.return_mode,
        "original_due_at": iso(record.original_due_at),
        "paused_at": iso(record.paused_at),
        "respond_by": iso(record.respond_by),
        "finished_at": iso(record.finished_at),
        "returned_at": iso(record.returned_at),
        "amount_vnd": record.amount_vnd,
        "note": record.note,
        "steps": [{**_plain(step, "dossier_code"), "overdue": step.is_overdue(now)} for step in whole.steps],
        "documents": [_plain(paper, "dossier_code") for paper in whole.documents],
        "events": [_plain(event, "dossier_code") for event in whole.events],
        "moves": moves_from(record.state),
    }


def moves_from(state: int) -> list[Json]:
    """The lawful moves from a state, in the order in which officers need them."""
    lawful = allowed_moves(state)
    return [move for move in MOVES if move["from"] == state and move["to"] in lawful]


def procedure_json(procedure: Procedure) -> Json:
    """A procedure as the officer's search shows it."""
    return {
        "code": procedure.code,
        "name": procedure.name,
        "official_name": procedure.official_name,
        "sector": procedure.sector,
        "level": procedure.level,
        "duration_text": procedure.duration_text,
        "fee_vnd": procedure.fee_vnd,
        "curated": procedure.curated,
    }


def centre_json(centre: Agency) -> Json:
    """A one-stop centre as the officer's choice shows it."""
    return {"id": centre.id, "name": centre.name, "level": centre.level, "area": centre.area}


def iso(moment: datetime | None) -> str | None:
    """The moment in ISO 8601 with its offset."""
    return None if moment is None else moment.astimezone(LOCAL).isoformat(timespec="seconds")


def _plain(record: Any, left_out: str) -> Json:
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in asdict(record).items()
        if name != left_out
    }
