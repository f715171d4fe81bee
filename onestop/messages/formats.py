"""Dates, times, money and phone numbers as people read them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from onestop.clock import LOCAL

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def date_text(day: date) -> str:
    """`thứ Tư, 25/11/2026`; a datetime is taken in Asia/Ho_Chi_Minh."""
    if isinstance(day, datetime):
        day = day.astimezone(LOCAL).date()
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def time_text(moment: datetime) -> str:
    """`8 giờ 30`, or `8 giờ` at the full hour."""
    local = moment.astimezone(LOCAL)
    return f"{local.hour} giờ" + (f" {local.minute:02d}" if local.minute else "")


def moment_text(moment: datetime) -> str:
    """`8 giờ 30 thứ Tư, 25/11/2026`."""
    return f"{time_text(moment)} {date_text(moment)}"


def money_text(amount_vnd: int) -> str:
    """`15.000 đồng`; nothing to pay is `miễn phí`."""
    return "miễn phí" if amount_vnd == 0 else f"{amount_vnd:,}".replace(",", ".") + " đồng"


def clock_text(moment: time) -> str:
    """`8 giờ 30`, or `8 giờ` at the full hour; local time already."""
    return f"{moment.hour} giờ" + (f" {moment.minute:02d}" if moment.minute else "")


def hours_in_words(text: str) -> str:
    """`7:00–11:30` inside a text as `7 giờ – 11 giờ 30`."""

    def spoken(found: re.Match[str]) -> str:
        return clock_text(time(int(found[1]), int(found[2])))

    plain = re.sub(r"\b([01]?\d|2[0-3]):([0-5]\d)\b", spoken, text)
    return re.sub(r"(?<=[\dờ])\s*–\s*(?=\d+ giờ)", " – ", plain)


def phone_text(phone: str) -> str:
    """`0912 345 678`, `0272 387 1201`, `1900 1006`; short numbers stay as they are."""
    digits = "0" + phone[3:] if phone.startswith("+84") else "".join(c for c in phone if c.isdigit())
    if len(digits) < 8:
        return digits
    if digits.startswith(("1800", "1900", "02")):
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}" if len(digits) > 8 else f"{digits[:4]} {digits[4:]}"
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
