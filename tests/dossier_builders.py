"""Builders of rows in the one-stop shop's database; keyword defaults keep what matters in sight."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from onestop.storage import Session, dossier_tables
from onestop.storage import dossier_writes as writes

CODE = "H39.17-261118-0003"
CENTRE = "pvhcc-can-giuoc"
PHONE = "+84900012345"


def moment(day: int, hour: int = 3, month: int = 11) -> datetime:
    """A moment of 2026 in UTC; 3 o'clock is 10:00 in Asia/Ho_Chi_Minh."""
    return datetime(2026, month, day, hour, tzinfo=timezone.utc)


def create_agency(session: Session, id: str = CENTRE, **changes: Any) -> None:
    """Adds a one-stop centre of today."""
    row = {
        "id": id,
        "name": "Trung tâm Phục vụ hành chính công xã Cần Giuộc",
        "kind": "one_stop_centre",
        "level": "xã",
        "area": "Xã Cần Giuộc, tỉnh Tây Ninh",
        "agency_code": "H39.17",
        "working_hours": {"mon_fri": [["07:00", "11:30"], ["13:30", "17:00"]]},
        "topics": [],
        "aliases": [],
        "successors": [],
        "unverified": [],
    }
    writes.insert_rows(session, dossier_tables.agency, [{**row, **changes}])


def create_dossier(session: Session, code: str = CODE, **changes: Any) -> None:
    """Adds a dossier in progress."""
    row = {
        "code": code,
        "second_code": "K7QX",
        "procedure_code": "1.001193",
        "procedure_name": "Đăng ký khai sinh",
        "centre_id": CENTRE,
        "applicant_name": "Nguyễn Thị Bí Mật",
        "applicant_phone": PHONE,
        "applicant_address": "Ấp 3, xã Cần Giuộc",
        "owner_name": "Trần Văn Kín",
        "channel": "direct",
        "return_mode": "counter",
        "state": 4,
        "submitted_at": moment(18),
        "received_at": moment(18),
        "due_at": moment(30),
        "original_due_at": moment(30),
    }
    writes.insert_rows(session, dossier_tables.dossier, [{**row, **changes}])


def create_step(session: Session, number: int, name: str, code: str = CODE, **changes: Any) -> None:
    """Adds a step."""
    row = {"dossier_code": code, "number": number, "name": name, "department": "Phòng chuyên môn"}
    writes.insert_rows(session, dossier_tables.dossier_step, [{**row, **changes}])


def create_document(session: Session, number: int, name: str, code: str = CODE, state: str = "submitted") -> None:
    """Adds a paper."""
    row = {"dossier_code": code, "number": number, "name": name, "originals": 1, "copies": 0, "state": state}
    writes.insert_rows(session, dossier_tables.dossier_document, [row])
