"""Rows of the table `procedure`: the national catalogue with the curated procedures on top."""

from __future__ import annotations

from typing import Any

from seed.files import read_json, read_json_lines

Row = dict[str, Any]

NATIONAL_SOURCE = "Cổng Dịch vụ công quốc gia, bản chụp 18/07/2026 (kho GitHub suzhentxt/VNeGuide)"
PORTAL = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"

_LEVELS = {
    "Cấp bộ": "bộ",
    "Cấp tỉnh": "tỉnh",
    "Cấp xã": "xã",
    "Cơ quan khác": "cơ quan khác",
    "Cơ quan ngành dọc": "ngành dọc",
}
_CHANNELS = {"direct": "trực tiếp", "online": "trực tuyến", "postal": "bưu chính công ích"}
_UNITS = {
    "working_days": "ngày làm việc",
    "days": "ngày",
    "hours": "giờ",
    "months": "tháng",
    "years": "năm",
}
_HISTORICAL_ENDED_ON = "2025-06-30"  # district procedures ended with the districts


def procedure_rows() -> list[Row]:
    """All procedures by code: national records, replaced where a curated one has the same code."""
    rows = {record["code"]: national_row(record) for record in read_json_lines("procedures-national.jsonl")}
    made_up = 0
    for record in read_json("procedures.json"):
        if record["code"] is None:
            made_up += 1
            record["code"] = f"0.{made_up:06d}"
            record["unverified"] = [*record["unverified"], "code"]
        rows[record["code"]] = curated_row(record, rows.get(record["code"], {}))
    return [rows[code] for code in sorted(rows)]


def national_row(record: Row) -> Row:
    """A procedure as the national catalogue has it: no papers, numbers that are defaults."""
    number, unit = _plain_term(record["channels"])
    return {
        "code": record["code"],
        "official_name": record["title"],
        "name": _short_name(record["title"]),
        "sector": record["sector"],
        "level": ", ".join(_LEVELS.get(level, level.lower()) for level in record["levels"]),
        "agency": "; ".join(record["agencies"]) or None,
        "for_whom": record["for_whom"],
        "life_event": record["life_event"],
        "submit_modes": _submit_modes(record["channels"]),
        "duration_number": number,
        "duration_unit": unit,
        "duration_text": f"{number} {_UNITS[unit]}" if unit else None,
        "fee_vnd": _plain_fee(record["channels"]),
        "result": "; ".join(record["results"]) or None,
        "legal_basis": record["legal_bases"],
        "decision": record["decision"],
        "aliases": [],
        "curated": False,
        "portal_id": record["portal_id"],
        "portal_url": PORTAL + record["portal_id"],
        "channels": record["channels"],
        "unverified": [],
        "source": NATIONAL_SOURCE,
    }


def curated_row(record: Row, national: Row) -> Row:
    """A procedure that people of ours described; the rest of it stays from the national record."""
    duration = record["duration"]
    return {
        **national,
        "code": record["code"],
        "official_name": record["official_name"] or record["name"],
        "name": record["name"],
        "topic": record["topic"],
        "sector": record["field"],
        "level": record["level"],
        "agency": record["agency"],
        "submit_modes": record["submit_modes"],
        "documents": record["documents"],
        "copies": record["copies"],
        "duration_number": duration["number"],
        "duration_unit": duration["unit"],
        "duration_text": duration["text"],
        "fee_vnd": record["fee_vnd"],
        "fee_text": record["fee_text"],
        "result": record["result"],
        "legal_basis": record["legal_basis"],
        "decision": record["decision_no"],
        "online_level": record["online_level"],
        "aliases": record["aliases"],
        "curated": True,
        "level_2019": record["level_2019"],
        "agency_2019": record["agency_2019"],
        "unverified": record["unverified"],
        "source": record["source"],
        "note": record["note"],
        "valid_to": _HISTORICAL_ENDED_ON if record["status"] == "historical_2019" else None,
    }


def _short_name(title: str) -> str:
    name = title.strip().rstrip(".")
    if name.lower().startswith("thủ tục "):
        name = name[len("thủ tục ") :].strip()
    return name[:1].upper() + name[1:]


def _submit_modes(channels: list[Row]) -> list[str]:
    return [name for key, name in _CHANNELS.items() if any(one["channel"] == key for one in channels)]


def _plain_term(channels: list[Row]) -> tuple[int | None, str | None]:
    """The term at the counter, else online, else by post: the first that the record states plainly."""
    for channel in _CHANNELS:
        for one in channels:
            if one["channel"] == channel and one["unit"] in _UNITS and one["time"]:
                return one["time"], one["unit"]
    return None, None


def _plain_fee(channels: list[Row]) -> int | None:
    """The fee where all channels agree on it."""
    fees = {one["fee_vnd"] for one in channels}
    return fees.pop() if len(fees) == 1 else None
