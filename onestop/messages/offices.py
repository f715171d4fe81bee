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
    """A day that somebody asks about: `name` says why it is a day off where that is known.

    Attributes:
        is_unverified: Nobody has confirmed that this day is off.
    """

    day: date
    is_worked: bool
    is_today: bool
    next_worked: date
    name: str | None = None
    is_unverified: bool = False


UNVERIFIED_DAY = "Ngày nghỉ này theo lịch dự kiến, chưa ai xác nhận; anh/chị gọi hỏi trước khi đi."

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


def what_about_text(name: str) -> str:
    """Only a place was said: what about it?"""
    return f"Dạ, anh/chị cần hỏi gì về {name} ạ? Hỏi thủ tục thì anh/chị nhắn luôn tên việc cần làm."


def hours_text(
    office: OfficeFacts | None, day: DayFacts, opening: Sequence[tuple[time, time]], moment: time | None = None
) -> str:
    """Whether the office works on that day, and when; at a time of day that was asked about, whether it is open then.

    Args:
        office: None for the province's centres in general.
        opening: The hours to name; the office's own or the usual ones.
        moment: Local time, or None for the whole day.
    """
    name = office.name if office else "các trung tâm"
    start = _opening(office) if office else "Dạ, "
    spans = _spans(opening)
    when = f"hôm nay ({date_text(day.day)})" if day.is_today else date_text(day.day)
    if not day.is_worked:
        why = f" ({day.name})" if day.name else ""
        text = f"{start}{when} {name} nghỉ{why}. Ngày làm việc gần nhất: {date_text(day.next_worked)}"
        text += f", {spans}." if spans else "."
        return text + (f"\n{UNVERIFIED_DAY}" if day.is_unverified else "")
    if not spans:
        return f"{start}{when} {name} làm việc, nhưng em chưa có giờ cụ thể."
    text = f"{start}{when} {name} làm việc {spans}."
    if moment is not None:
        text = f"{start}{_at(moment, opening)}. {when[:1].upper()}{when[1:]} {name} làm việc {spans}."
    if office is None or not office.is_hours_verified:
        text += "\nĐây là giờ hành chính thông thường; quầy thường ngưng nhận hồ sơ trước giờ nghỉ khoảng 30 phút."
    return text


def hours_line(day: DayFacts, opening: Sequence[tuple[time, time]]) -> str:
    """Today's hours as one line under another answer."""
    spans = _spans(opening)
    if not day.is_worked:
        why = f" ({day.name})" if day.name else ""
        return f"Hôm nay nghỉ{why}; làm việc lại {date_text(day.next_worked)}" + (f", {spans}." if spans else ".")
    return f"Hôm nay làm việc {spans}." if spans else "Hôm nay có làm việc."


def days_off_text(feast: str, first: date, last: date, worked_again: date, is_unverified: bool) -> str:
    """How long a feast's days off last, weekends beside them included."""
    days = date_text(first) if first == last else f"từ {date_text(first)} đến hết {date_text(last)}"
    text = f"Dạ, {feast} các trung tâm nghỉ {days}; làm việc lại {date_text(worked_again)}."
    return f"{text}\n{UNVERIFIED_DAY}" if is_unverified else text


def feast_worked_text(feast: str, day: date) -> str:
    """A feast on which the centres work all the same."""
    return f"Dạ, {feast} ({date_text(day)}) các trung tâm vẫn làm việc bình thường."


def submit_here_text(office: OfficeFacts, procedure: str, today: str, nearby: str | None, advice: str | None) -> str:
    """Where somebody who lives there hands in a procedure that the commune's centre takes."""
    if office.old_name:
        lines = [f"Dạ, {office.old_name} nay do {office.name} phục vụ: anh/chị nộp {procedure} ở đó."]
    else:
        lines = [f"Dạ, {procedure} anh/chị nộp ở {office.name}."]
    lines += [line for line in (_where(office), today, advice, nearby) if line]
    return "\n".join(lines)


def submit_province_text(office: OfficeFacts, procedure: str, place: str, today: str) -> str:
    """Where somebody who lives there hands in a procedure of the province: its centre, or the one nearby."""
    return "\n".join(
        [
            f"Dạ, {procedure} nộp tại {place}.",
            f"Gần anh/chị là {office.name}{_formerly(office)}: trong tỉnh được chọn nơi nộp, không kể nơi ở "
            "(quy định chung, Nghị định 118/2025/NĐ-CP). Anh/chị gọi hỏi trước để khỏi đi lại.",
            today,
        ]
    )


def submit_counter_text(office: OfficeFacts, procedure: str, place: str, advice: str | None) -> str:
    """Where it is handed in when the deciding agency has counters of its own."""
    lines = [f"Dạ, {procedure} do {place} nhận.", *([advice] if advice else [])]
    lines.append(f"Trung tâm nơi anh/chị ở: {office.name}{_formerly(office)}.")
    return "\n".join(lines)


def choose_near_text(procedure: str, names: Sequence[str], said: str, nearby: str | None) -> str:
    """The place named is several communes today: which one is near?"""
    listed = "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
    opening = f"Dạ, “{said}” nay có thể là nhiều xã, phường."
    return "\n".join([opening, *([nearby] if nearby else []), f"Anh/chị nộp {procedure} ở nơi nào cho tiện ạ?", listed])


def place_unknown_text(said: str) -> str:
    """A place that is none of the province's."""
    return f"Em chưa nhận ra “{said}” trong tỉnh; anh/chị cho em tên xã, phường (cũ hoặc mới) để em chỉ nơi gần nhất."


def own_counter_text(procedure: str, place: str, advice: str | None, fallback: str) -> str:
    """Number or hours of a counter that is no centre's: not on record, so who to ask."""
    lines = [f"Dạ, {procedure} do {place} nhận; em chưa có số và giờ riêng của nơi này.", *([advice] if advice else [])]
    return "\n".join([*lines, f"Anh/chị gọi tổng đài {fallback} để được nối máy, hoặc cho em tên xã, phường."])


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


def _at(moment: time, opening: Sequence[tuple[time, time]]) -> str:
    """Open or closed at a time of a working day, and until when."""
    said = f"lúc {clock_text(moment)}"
    for opens, closes in opening:
        if moment < opens:
            why = "nghỉ trưa" if opens != opening[0][0] else "chưa mở cửa"
            return f"{said} {why}, mở lại lúc {clock_text(opens)}" if why == "nghỉ trưa" else f"{said} {why}"
        if moment < closes:
            return f"{said} đang giờ làm việc, đến {clock_text(closes)}"
    return f"{said} đã hết giờ làm việc"


def _spans(opening: Sequence[tuple[time, time]]) -> str:
    return " và ".join(f"{clock_text(opens)} – {clock_text(closes)}" for opens, closes in opening)


def _where(office: OfficeFacts) -> str | None:
    if office.address is None:
        return None
    caution = "" if office.is_address_verified else " (chưa được trung tâm xác nhận)"
    return f"Địa chỉ: {office.address}{caution}."


def _formerly(office: OfficeFacts) -> str:
    return f" ({office.old_name} nay thuộc đây)" if office.old_name else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
