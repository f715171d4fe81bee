"""Dates, money and places as official papers write them."""

from __future__ import annotations

from datetime import date, datetime

from onestop.clock import LOCAL
from onestop.storage.dossier_records import Agency, Procedure

_RETURN_PLACES = {
    "counter": "Quầy trả kết quả của trung tâm",
    "postal": "Địa chỉ của người nộp, qua bưu chính công ích",
    "electronic": "Bản điện tử",
}
_UNIT_WORDS = ("xã", "phường", "tỉnh")


def place_of(centre: Agency) -> str:
    """Where a centre signs: its commune without "xã" or "phường"."""
    words = (centre.area or centre.name).split(",")[0].split(" ")
    return " ".join(words[1:] if words[0].lower() in _UNIT_WORDS else words)


def return_place(return_mode: str | None) -> str:
    """How the result comes back, as form 01 says it."""
    return _RETURN_PLACES.get(return_mode or "", _RETURN_PLACES["counter"])


def grouped_phone(phone: str | None) -> str:
    """`0912 345 678` of +84912345678; empty where there is none."""
    if not phone:
        return ""
    local = phone.replace("+84", "0", 1)
    return f"{local[:4]} {local[4:7]} {local[7:]}" if len(local) == 10 else local


def fee_words(procedure: Procedure | None) -> str:
    """The procedure's fee; what is not on record is "theo quy định"."""
    if procedure is None or procedure.fee_vnd is None:
        return "theo quy định"
    return "miễn phí" if procedure.fee_vnd == 0 else f"{procedure.fee_vnd:,} đồng".replace(",", ".")


def moment_words(moment: datetime) -> str:
    """`08 giờ 05 phút, ngày 03 tháng 02 năm 2026`."""
    local = moment.astimezone(LOCAL)
    return f"{local:%H} giờ {local:%M} phút, {date_words(local)}"


def date_words(moment: datetime) -> str:
    """A date as official papers write it: days and the months 1 and 2 with a leading zero."""
    day: date = moment.astimezone(LOCAL).date()
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
