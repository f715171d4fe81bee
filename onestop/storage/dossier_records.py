"""What is read from the one-stop shop's database: a frozen record per row.

Times are aware UTC, days are Asia/Ho_Chi_Minh. Fields that are personal data stay out of `repr`, which ends
up in logs and error reports. The columns are explained in `docs/integration.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from onestop.storage.life_cycle import RUNNING_STATES


@dataclass(frozen=True)
class Agency:
    """An agency, a one-stop centre or a channel; `valid_to` is its last day where it has ended."""

    id: str
    name: str
    kind: str  # one_stop_centre | department | vertical | utility | channel
    level: str | None = None
    area: str | None = None
    parent_id: str | None = None
    admin_unit_id: str | None = None
    address: str | None = None
    hotline: str | None = None
    phone: str | None = None
    phone_note: str | None = None
    email: str | None = None
    website: str | None = None
    map_url: str | None = None
    agency_code: str | None = None
    working_hours: dict[str, Any] | None = None
    topics: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class AdminUnit:
    """A commune-level unit of today."""

    id: str
    kind: str  # xã | phường
    name: str
    province: str
    former_province: str | None = None
    former_district: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str | None = None


@dataclass(frozen=True)
class OldUnit:
    """A former commune-level unit, and the unit of today that took it over, wholly or in part."""

    id: int
    admin_unit_id: str
    kind: str  # xã | phường | thị trấn
    name: str
    part: str  # all | part | rest
    district: str | None = None
    province: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure; None and empty mean "not on record", never "nothing needed" or "free"."""

    code: str
    official_name: str
    name: str
    aliases: tuple[str, ...] = ()
    curated: bool = False
    topic: str | None = None
    sector: str | None = None
    level: str | None = None
    agency: str | None = None
    for_whom: tuple[str, ...] | None = None
    life_event: str | None = None
    submit_modes: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    copies: int | None = None
    duration_number: int | None = None
    duration_unit: str | None = None  # working_days | days | hours | months | years | same_day
    duration_text: str | None = None
    fee_vnd: int | None = None
    fee_text: str | None = None
    result: str | None = None
    legal_basis: tuple[str, ...] | None = None
    decision: str | None = None
    online_level: str | None = None
    paper_forms: tuple[dict[str, Any], ...] | None = None  # {"name", "url"}
    portal_id: str | None = None
    portal_url: str | None = None
    channels: tuple[dict[str, Any], ...] | None = None  # {"channel", "time", "unit", "fee_vnd"}
    level_2019: str | None = None
    agency_2019: str | None = None
    unverified: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class DossierRecord:
    """A dossier with everything on record: never to be shown whole (`onestop.services.dossiers` decides)."""

    code: str
    procedure_name: str
    centre_id: str
    state: int  # national code 1 to 10, `onestop.storage.life_cycle`
    channel: str  # direct | online | postal
    submitted_at: datetime
    applicant_name: str = field(repr=False)
    second_code: str | None = field(default=None, repr=False)
    procedure_code: str | None = None
    deciding_agency: str | None = None
    applicant_phone: str | None = field(default=None, repr=False)  # +84…
    applicant_address: str | None = field(default=None, repr=False)
    owner_name: str | None = field(default=None, repr=False)
    return_mode: str | None = None  # counter | postal | electronic
    received_at: datetime | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    paused_at: datetime | None = None
    respond_by: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    amount_vnd: int | None = None
    note: str | None = field(default=None, repr=False)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the due date has passed while the clock was running (states 2 and 4 only)."""
        return self.state in RUNNING_STATES and self.due_at is not None and self.due_at < now


@dataclass(frozen=True)
class DossierStep:
    """One step of the work on a dossier; a step without `ended_at` that has started is the current one."""

    dossier_code: str
    number: int
    name: str
    department: str | None = None
    started_at: datetime | None = None
    planned_end_at: datetime | None = None
    ended_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the step took, or is taking, longer than planned."""
        return self.planned_end_at is not None and (self.ended_at or now) > self.planned_end_at


@dataclass(frozen=True)
class DossierDocument:
    """A paper of a dossier: handed in, or asked for and still missing."""

    dossier_code: str
    number: int
    name: str = field(repr=False)
    originals: int
    copies: int
    state: str  # submitted | missing


@dataclass(frozen=True)
class DossierEvent:
    """Something that happened to a dossier; `id` only grows."""

    id: int
    dossier_code: str
    kind: str  # a value of `onestop.storage.life_cycle.EventKind`
    state_from: int | None
    state_to: int
    at: datetime
    data: dict[str, Any] = field(repr=False)  # items, note, due_at (ISO 8601), amount_vnd, as far as they apply


@dataclass(frozen=True)
class Holiday:
    """A day that is not what its weekday says."""

    day: date
    kind: str  # off | working (a Saturday or Sunday that is worked)
    name: str
    source: str | None
    unverified: bool
