"""Phone, address and opening hours of an office: what is not on record is said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from onestop.messages.formats import clock_text, date_text, phone_text


@dataclass(frozen=True)
class OfficeFacts:
    """An office as words need it; None means "not on record".

    Attributes:
        opening: Opening hours of a working day, in order.
        is_hours_verified: Whether somebody confirmed them; else they are the usual ones.
        old_name: What the citizen called it, where that office has ended.
    """

    id: str
    name: str
    phone: str | None = None
    phone_note: str | None = None
    address: str | None = None
    is_address_verified: bool = True
    map_url: str | None = None
    website: str | None = None
    opening: tuple[tuple[time, time], ...] = ()
    hours_text: str | None = None
    is_hours_verified: bool = False
    old_name: str | None = None


@dataclass(frozen=True)
class DayFacts:
    """A day that somebody asks about: `name` says why it is a day off where that is known."""

    day: date
    is_worked: bool
    is_today: bool
    next_worked: date
    name: str | None = None


PURPOSE_QUESTIONS = {
    "contact_hotline": "số điện thoại",
    "ask_address": "địa chỉ",
    "ask_working_hours": "giờ làm việc",
}


def hotline_text(office: OfficeFacts, fallback: str) -> str:
    """The office's number, or the province's where none is on record."""
    if office.phone is None:
        return (
            f"{_opening(office)}trong dữ liệu em chưa có số của {office.name}. "
            f"Anh/chị gọi tổng đài {fallback} để được nối máy giúp em."
        )
    note = f" ({_lower(office.phone_note)})" if office.phone_note else ""
    number = f"{_opening(office)}số của {office.name}: {phone_text(office.phone)}{note}."
    return number if office.phone == fallback else f"{number}\nKhông gọi được, anh/chị gọi tổng đài {fallback}."


def address_text(office: OfficeFacts, fallback: str) -> str:
    """The office's address and the way there."""
    if office.address is None:
        return (
            f"{_opening(office)}trong dữ liệu em chưa có địa chỉ đã xác nhận của {office.name}. "
            f"Anh/chị tìm tên trung tâm trên bản đồ, hoặc gọi tổng đài {fallback} để hỏi đường."
        )
    caution = "" if office.is_address_verified else " (địa chỉ chưa được trung tâm xác nhận)"
    lines = [f"{_opening(office)}{office.name} ở {office.address}{caution}."]
    if office.map_url:
        lines.append(f"Bản đồ: {office.map_url}")
    return "\n".join(lines)


def hours_text(office: OfficeFacts | None, day: DayFacts, opening: Sequence[tuple[time, time]]) -> str:
    """Whether the office works on that day, and when.

    Args:
        office: None for the province's centres in general.
        opening: The hours to name; the office's own or the usual ones.
    """
    name = office.name if office else "các trung tâm"
    start = _opening(office) if office else "Dạ, "
    spans = " và ".join(f"{clock_text(opens)} – {clock_text(closes)}" for opens, closes in opening)
    when = f"hôm nay ({date_text(day.day)})" if day.is_today else date_text(day.day)
    if not day.is_worked:
        why = f" ({day.name})" if day.name else ""
        text = f"{start}{when} {name} nghỉ{why}. Ngày làm việc gần nhất: {date_text(day.next_worked)}"
        return text + (f", {spans}." if spans else ".")
    if not spans:
        return f"{start}{when} {name} làm việc, nhưng em chưa có giờ cụ thể."
    text = f"{start}{when} {name} làm việc {spans}."
    if office is None or not office.is_hours_verified:
        text += "\nĐây là giờ hành chính thông thường; quầy thường ngưng nhận hồ sơ trước giờ nghỉ khoảng 30 phút."
    return text


def which_office_text(purpose: str, names: Sequence[str], fallback: str) -> str:
    """Several offices fit: which one? Who needs a number gets one that helps at once."""
    listed = "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
    at_once = f"\nCần gấp, anh/chị gọi tổng đài {fallback}." if purpose == "contact_hotline" else ""
    return f"Dạ, anh/chị hỏi {PURPOSE_QUESTIONS[purpose]} của nơi nào ạ?\n{listed}{at_once}"


def unknown_office_text(purpose: str, fallback: str) -> str:
    """No office fits the words."""
    return (
        "Dạ, em chưa nhận ra nơi này. Anh/chị cho em tên xã, phường (cũ hoặc mới) "
        f"để em tìm {PURPOSE_QUESTIONS[purpose]}, hoặc gọi tổng đài {fallback}."
    )


def _opening(office: OfficeFacts | None) -> str:
    if office is not None and office.old_name:
        return f"Dạ, {office.old_name} nay thuộc {office.name}; "
    return "Dạ, "


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
