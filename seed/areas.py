"""Rows of agencies, centres, communes and days off."""

from __future__ import annotations

from typing import Any

from seed.files import read_json

Row = dict[str, Any]

_AGENCY_COLUMNS = (
    "id",
    "name",
    "kind",
    "level",
    "area",
    "address",
    "hotline",
    "phone",
    "phone_note",
    "email",
    "website",
    "agency_code",
    "working_hours",
    "topics",
    "aliases",
    "valid_from",
    "valid_to",
    "successors",
    "source",
    "note",
)
_UNIT_TITLES = {"xã": "Xã", "phường": "Phường"}


def agency_rows() -> list[Row]:
    """The agencies of 2019 with their ends and successors, then the centres of today."""
    agencies = [_agency_row(record) for record in read_json("agencies.json")]
    typical_hours = next(row["working_hours"] for row in agencies if row["kind"] == "one_stop_centre")
    return agencies + _centre_rows(typical_hours)


def admin_unit_rows() -> list[Row]:
    """The communes of today."""
    document = read_json("admin-units-2025.json")
    return [
        {
            "id": unit["slug"],
            "kind": unit["type"],
            "name": unit["name"],
            "province": document["province"],
            "former_province": unit["from_province"],
            "former_district": unit["main_old_district"],
            "valid_from": document["valid_from"],
            "source": f"{document['source']}: khoản {unit['clause']}",
        }
        for unit in document["units"]
    ]


def old_unit_rows() -> list[Row]:
    """What each commune of today was made from."""
    document = read_json("admin-units-2025.json")
    return [
        {
            "admin_unit_id": unit["slug"],
            "kind": old["type"],
            "name": old["name"],
            "part": old["part"],
            "district": old.get("district"),
            "province": unit["from_province"],
            "valid_to": "2025-06-30",
        }
        for unit in document["units"]
        for old in unit["old_units"]
    ]


def holiday_rows() -> list[Row]:
    """Days off and make-up days that somebody entered."""
    document = read_json("holidays.json")
    return [{"source": document["law"], **day} for day in document["days"]]


def _agency_row(record: Row) -> Row:
    row = {name: record[name] for name in _AGENCY_COLUMNS}
    row["parent_id"] = record["parent"]
    row["unverified"] = _unverified(record)
    return row


def _unverified(record: Row) -> list[str]:
    doubtful = []
    if record["working_hours"] and not record["working_hours"]["verified"]:
        doubtful.append("working_hours")
    if "chưa xác nhận" in record["source"]:
        doubtful += ["address", "hotline"]
    return doubtful


def _centre_rows(working_hours: Row) -> list[Row]:
    plan = read_json("centres.json")
    document = read_json("admin-units-2025.json")
    common = {
        "kind": "one_stop_centre",
        "working_hours": working_hours,
        "topics": [],
        "aliases": [],
        "valid_from": document["valid_from"],
        "successors": [],
        "unverified": plan["unverified"],
        "source": plan["source"],
    }
    province = plan["province_centre"]
    rows: list[Row] = [
        {
            **common,
            "id": province["id"],
            "name": province["name"],
            "level": "tỉnh",
            "area": province["short_unit"],
            "agency_code": province["agency_code"],
            "aliases": province["aliases"],
        }
    ]
    numbers = {name: plan["first_number"] for name in plan["province_codes"]}
    for unit in document["units"]:
        former_province = unit["from_province"]
        code = _agency_code(plan["province_codes"][former_province], numbers[former_province])
        numbers[former_province] += 1
        rows.append(
            {
                **common,
                "id": f"pvhcc-{unit['slug']}",
                "name": plan["commune_centre_name"].format(kind=unit["type"], name=unit["name"]),
                "level": "xã",
                "area": f"{_UNIT_TITLES[unit['type']]} {unit['name']}, tỉnh {document['province']}",
                "parent_id": province["id"],
                "admin_unit_id": unit["slug"],
                "agency_code": code,
            }
        )
    return rows


def _agency_code(province_code: str, number: int) -> str:
    """Codes in the forms that are in use side by side: two or three groups of 2020, four groups of 2016."""
    if number % 10 == 5:
        return f"{province_code}.{number}.2"
    return f"{province_code}.{number}" if number % 2 else f"000.00.{number}.{province_code}"
