"""When somebody wants to be reminded: everything that `dates` reads, and what people say only of reminders.

"trước hẹn trả 1 ngày", "cuối tuần", "rằm tháng này", "mùng một tới", "trước giờ đóng cửa", "mỗi thứ hai"; and days that
there are not (30/2). Pure: the present moment is an argument.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from onestop.text.date_pieces import DateContext, find_pieces
from onestop.text.dates import LOCAL, DateMatch, find_dates, resolve_date
from onestop.text.diacritics import fold, nfc
from onestop.text.dossier_codes import find_dossier_codes
from onestop.text.lunar_days import lunar_day_of, next_lunar_day
from onestop.text.numbers import NUMBER, parse_number

USUAL_TIME = time(8)
_BEFORE_CLOSING = timedelta(hours=1)


@dataclass(frozen=True)
class WantedTime:
    """When a message wants something, as far as its words tell.

    Attributes:
        at: The moment, aware; 8:00 where only a day was named. None where no moment ahead was named.
        names_day: Whether a day was named.
        names_clock: Whether a clock time or a part of the day was named.
        is_past: A moment was named, and it is over.
        impossible: What there is not, in words ("tháng 2 không có ngày 30"); empty otherwise.
        offer: The next sensible moment where the one named is past or does not exist.
        other: The other reading of a day that may be solar or lunar.
        is_lunar: `at` was read by the lunar calendar.
        before_due: The time is told as so long before the day a result is promised.
        before_closing: The time is told as "before the office closes".
        repeats: What is to be repeated, in words ("mỗi thứ Hai"); empty otherwise.
    """

    at: datetime | None = None
    names_day: bool = False
    names_clock: bool = False
    is_past: bool = False
    impossible: str = ""
    offer: datetime | None = None
    other: datetime | None = None
    is_lunar: bool = False
    before_due: timedelta | None = None
    before_closing: bool = False
    repeats: str = ""

    @property
    def says_something(self) -> bool:
        """Whether the message names a time at all, be it a usable one or not."""
        return bool(self.at or self.is_past or self.impossible or self.before_due is not None or self.before_closing)


_UNIT = r"(?P<unit>phut|p|tieng|gio|ngay|bua|hom|tuan)"
_MINUTES = {"phut": 1, "p": 1, "tieng": 60, "gio": 60, "ngay": 1440, "bua": 1440, "hom": 1440, "tuan": 10080}
_PROMISED = (
    r"(?:(?:cai |dung |toi |den )?(?:ngay |buoi |luc )?(?:hen|han)(?: tra| lay| nhan"
    r"| giai quyet)*(?: ket qua)?|ngay (?:tra|lay|nhan) ket qua)"
)
_BEFORE_PROMISED = re.compile(
    rf"\btruoc (?:khi )?{_PROMISED}(?:\s+(?:chung |khoang |do )?(?P<n>{NUMBER})\s*{_UNIT})?\b"
    rf"|\b(?P<n2>{NUMBER})\s*(?P<unit2>phut|tieng|gio|ngay|bua|hom|tuan) truoc (?:khi )?{_PROMISED}\b"
    rf"|\b(?P<eve>hom|bua|ngay) truoc (?:khi )?{_PROMISED}\b"
)
_ON_PROMISED = re.compile(
    r"\b(?:dung|toi|den|vao|hom|bua|ngay) +(?:dung )?(?:ngay )?(?:hen|han)(?: tra)?(?: ket qua)?\b|\bngay hen\b"
)
_EARLIER = re.compile(rf"\b(?:truoc|som)(?: (?:do|hon|len|truoc))?\s+(?:chung |khoang )?(?P<n>{NUMBER})\s*{_UNIT}\b")
_CLOSING = re.compile(
    r"\btruoc (?:khi |gio )?(?:ho |trung tam |xa |co quan )?(?:dong cua|nghi|het gio(?: lam)?)\b|\bgan gio dong cua\b"
)
_IN = re.compile(
    rf"(?<!tuan )(?<!thang )(?<!nam )(?<!thu )\b(?:sau|trong(?: vong)?)\s+(?P<n>nua|{NUMBER})\s*(?P<unit>phut|p"
    rf"|tieng|gio|h|ngay|bua|hom|tuan)(?P<half> ruoi)?\b(?! (?:sang|chieu|toi|trua|dem|nua))"
)
_HALF = re.compile(r"(?<![\d/.:])(?P<h>\d{1,2}) ruoi\b")
_WEEKEND = re.compile(r"\bcuoi tuan(?: (?P<which>nay|sau|toi))?\b")
_MIDNIGHT = re.compile(r"\b(?:12|0|00|muoi hai)\s*(?:h|g|gio|:00)\s*(?:00 )?(?:dem|khuya)\b|\bnua dem\b")
_LUNAR = re.compile(
    rf"\b(?:ngay |hom |bua )?(?:(?P<full>ram)|(?:mung|mong)\s+(?P<n>{NUMBER}?))"
    r"(?:\s+(?P<which>thang (?:nay|sau|toi)|nay|sau|toi|am(?: lich)?|al))?\b(?!\s+(?:thang|tet|gieng|chap))"
)
_EVERY = re.compile(
    r"\b(?:moi|tung|hang|hong)\s+(?P<unit>ngay|tuan|thang|nam|quy|gio|sang|trua|chieu|toi|dem|bua|hom"
    r"|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn)\b"
    r"|\b(?P<always>ngay|tuan|thang|sang|chieu|toi|bua|hom)(?: nao)? (?:nao )?cung\b|\b(?P<again>dinh ky|lap lai)\b"
)
_NUMERIC = re.compile(
    r"(?<![\w./\-])(?P<d>\d{1,2})\s?(?P<s>[/.\-])\s?(?P<m>\d{1,2})(?:\s?(?P=s)\s?(?P<y>\d{4}|\d{2}))?(?![\w/])"
)
_SPOKEN = re.compile(
    rf"\bngay\s+(?P<d>{NUMBER})\s+thang\s+(?P<m>{NUMBER})(?:\s+nam\s+(?P<y>20\d\d))?\b"
    rf"|\b(?P<d2>\d{{1,2}})\s+thang\s+(?P<m2>\d{{1,2}})(?:\s+nam\s+(?P<y2>20\d\d))?\b"
)
_LONE_DAY = re.compile(r"\bngay\s+(?P<d>\d{2})(?![\w/.\-])(?!\s*(?:thang|ngay|nguoi|lan))")
_CLOCK = re.compile(r"(?<![\d/.:\-])(?P<h>\d{1,2})\s*(?:h|g|gio|:)\s*(?P<min>\d{2})?(?![\d/])")
_CHANGING = re.compile(
    r"\b(?:doi|chuyen|sua|hoan|lui|thay|dat lai)(?: (?:gio|ngay|lich|lai|cai|loi|nhac|hen|nho|do|nay|giup|gium|dum"
    r"|cho|toi|tui|em|minh|so|\d+))*"
    r" (?:qua|sang|thanh|lai|toi|den|vao|vo|luc|xuong|len)\b"
)
_INSTEAD = re.compile(r"\bthay (?:vi|cho)\b.*$")
_LATER = re.compile(
    rf"\b(?:lui|doi|hoan|tre|muon|cham)(?: (?:lai|them|hon|xuong|sau|gio|loi nhac|nhac hen))*\s+(?P<n>nua"
    rf"|{NUMBER})\s*{_UNIT}(?P<half> ruoi)?(?! nua)\b"
)
_SOONER = re.compile(rf"\b(?:som|truoc)(?: (?:hon|len|lai))?\s+(?P<n>nua|{NUMBER})\s*{_UNIT}(?P<half> ruoi)?\b")


def read_reminder_time(text: str, now: datetime, is_answer: bool = False) -> WantedTime:
    """Reads when a message wants to be reminded.

    Args:
        text: The message.
        now: The present moment, aware.
        is_answer: The message answers "when?": then a lone part of the day ("sáng") is a time too.
    """
    now = now.astimezone(LOCAL)
    text = _without_codes(nfc(text))
    impossible = _impossible(text, now)
    if impossible is not None:
        return impossible
    repeats = _repeated(text)
    before_due = _before_promised(text)
    if before_due is not None:
        return WantedTime(before_due=before_due, repeats=repeats, **_clock_named(text, now))
    if _CLOSING.search(fold(text)):
        return WantedTime(before_closing=True, repeats=repeats, at=None, **_day_named(text, now))
    text = _cut(_cut(text, _CHANGING)[0], _INSTEAD)[0]  # "dời qua 9h" is not "hôm qua"
    text, earlier = _cut_earlier(text)
    text, is_midnight = _cut(text, _MIDNIGHT)
    plain, is_lunar, other = _lunar_as_solar(_spelled_out(text, now), now)
    found = _named(plain, now, is_answer)
    if found is None and is_midnight:
        found = _Named(now.replace(hour=0, minute=0, second=0, microsecond=0), names_day=True, names_clock=True)
    if found is None:
        return WantedTime(before_due=earlier or None, repeats=repeats)
    at = found.at
    if is_midnight:
        at = at.replace(hour=0, minute=0) + timedelta(days=1)
    at -= earlier
    others = datetime.combine(other, at.time(), LOCAL) if other and other != at.date() else None
    if at > now:
        return WantedTime(at, found.names_day, found.names_clock, other=others, is_lunar=is_lunar, repeats=repeats)
    offer = others if others and others > now else _next_sensible(at, now)
    if is_lunar:
        following = next_lunar_day(lunar_day_of(at.date())[0], now.date() + timedelta(days=1))
        offer = datetime.combine(following, at.time(), LOCAL) if following else offer
    return WantedTime(None, found.names_day, found.names_clock, is_past=True, offer=offer, repeats=repeats)


def read_shift(text: str) -> timedelta | None:
    """By how much a reminder is to be moved: "dời lại 1 tiếng", "trễ hơn 30 phút", "sớm hơn 2 ngày"."""
    folded = fold(_without_codes(nfc(text)))
    for pattern, sign in ((_SOONER, -1), (_LATER, 1)):
        match = pattern.search(folded)
        span = _span(match["n"], match["unit"], bool(match["half"])) if match else None
        if span is not None:
            return sign * span
    return None


def moved(before: datetime, wanted: WantedTime) -> datetime | None:
    """A reminder's new moment where only its day or only its clock time was named: the other stays."""
    if wanted.at is None:
        return None
    before = before.astimezone(LOCAL)
    if wanted.names_day and not wanted.names_clock:
        return datetime.combine(wanted.at.date(), before.time(), LOCAL)
    if wanted.names_clock and not wanted.names_day:
        return datetime.combine(before.date(), wanted.at.time(), LOCAL)
    return wanted.at


def time_spans(text: str, now: datetime) -> list[tuple[int, int]]:
    """Where a message's words about time stand, so that what is left says of what to remind."""
    text = _masked(nfc(text))
    folded = fold(text)
    spans = [(one.start, one.end) for one in find_dates(text, now, prefers_future=True)]
    for pattern in (_BEFORE_PROMISED, _EARLIER, _CLOSING, _IN, _WEEKEND, _MIDNIGHT, _LUNAR, _EVERY, _NUMERIC, _SPOKEN):
        spans += [match.span() for match in pattern.finditer(folded) if match.group().strip()]
    return sorted(spans)


def lunar_text(day: date) -> str:
    """`rằm tháng 10 âm lịch`, `mùng 1 tháng 11 âm lịch`."""
    number, month = lunar_day_of(day)
    name = "rằm" if number == 15 else f"mùng {number}" if number <= 10 else f"ngày {number}"
    return f"{name} tháng {month} âm lịch"


@dataclass(frozen=True)
class _Named:
    at: datetime
    names_day: bool
    names_clock: bool


def _named(text: str, now: datetime, is_answer: bool) -> _Named | None:
    matches = find_dates(text, now, prefers_future=True)
    if not matches:
        lone = resolve_date(text, now, prefers_future=True) if is_answer or _has_marked_part(text) else None
        matches = [lone] if lone else []
    if not matches:
        return None
    kinds = {piece.kind for piece in find_pieces(text, DateContext(now, True))}
    value = _joined(matches)
    at = datetime.fromisoformat(value)
    if len(value) == len("2026-11-25"):
        at = datetime.combine(at.date(), USUAL_TIME, LOCAL)
    names_clock = "T" in value
    is_moment = "moment" in kinds
    at = at.replace(tzinfo=LOCAL) if at.tzinfo is None else at
    if names_clock and not is_moment and "day" not in kinds and at <= now:
        at += timedelta(days=1)
    return _Named(at, names_day="day" in kinds or is_moment, names_clock=names_clock)


def _joined(matches: Sequence[DateMatch]) -> str:
    """The moment named; a day and a clock time that stand apart ("mai nhắc tôi lúc 7h30") are one."""
    days = [one.value for one in matches if not one.has_time]
    times = [one.value for one in matches if one.has_time]
    if days and len(times) == 1:
        return days[0] + times[0][len(days[0]) :]
    return matches[0].value


_PART_WITH_MARKS = re.compile(r"\b(?:sáng|trưa|chiều|tối|đêm|khuya)\b", re.IGNORECASE)


def _has_marked_part(text: str) -> bool:
    """Without marks "toi" is nearly always "tôi"."""
    return bool(_PART_WITH_MARKS.search(text))


def _masked(text: str) -> str:
    """Dossier codes hold numbers that look like days; as long as before."""
    for code in find_dossier_codes(text):
        text = text.replace(code.written, "x" * len(code.written))
    return text


def _without_codes(text: str) -> str:
    return _masked(text)


def _impossible(text: str, now: datetime) -> WantedTime | None:
    folded = fold(text)
    for match in [*_NUMERIC.finditer(folded), *_SPOKEN.finditer(folded)]:
        groups = match.groupdict()
        if groups.get("s") in (".", "-") and not groups.get("y") and "ngay" not in folded[: match.start()][-6:]:
            continue  # "5-10 ngày", "1.5"
        day = parse_number(groups["d"] or groups.get("d2") or "")
        month = parse_number(groups["m"] or groups.get("m2") or "")
        written_year = groups["y"] or groups.get("y2")
        if day is None or month is None or folded[match.end() :].lstrip().startswith(("am lich", "al")):
            continue
        wrong = _no_such_day(day, month, int(written_year) if written_year else None, now)
        if wrong is not None:
            return wrong
    lone = _LONE_DAY.search(folded)
    if lone and int(lone["d"]) > 31:
        return WantedTime(impossible=f"không có ngày {lone['d']}", names_day=True)
    for match in _CLOCK.finditer(folded):
        if int(match["h"]) > 24 or int(match["min"] or 0) > 59:
            return WantedTime(impossible=f"không có lúc {match.group().strip()}", names_clock=True)
    return None


def _no_such_day(day: int, month: int, year: int | None, now: datetime) -> WantedTime | None:
    if not 1 <= month <= 12:
        return WantedTime(impossible=f"không có tháng {month}", names_day=True)
    if year is not None and year < 100:
        year += 2000
    known = year or (now.year if (month, day) >= (now.month, now.day) else now.year + 1)
    last = calendar.monthrange(known, month)[1]
    if 1 <= day <= last:
        return None
    offer = datetime.combine(date(known, month, last), USUAL_TIME, LOCAL)
    what = f"tháng {month} không có ngày {day}"
    if (day, month) == (29, 2):
        what = f"tháng 2 năm {known} chỉ có 28 ngày, không có ngày 29"
    return WantedTime(impossible=what, names_day=True, offer=offer if offer > now else None)


def _repeated(text: str) -> str:
    folded = fold(text)
    for match in _EVERY.finditer(folded):
        written = text[match.start() : match.end()].lower()
        if written.startswith(("mới", "mời", "mọi người", "tưng", "hồng")):
            continue
        return "định kỳ" if match["again"] else written
    return ""


def _before_promised(text: str) -> timedelta | None:
    folded = fold(text)
    match = _BEFORE_PROMISED.search(folded)
    if match is None:
        return timedelta(0) if _ON_PROMISED.search(folded) and not _has_date(text) else None
    span = _span(match["n"] or match["n2"], match["unit"] or match["unit2"])
    return span or timedelta(days=1)


def _has_date(text: str) -> bool:
    return any(match for match in (_NUMERIC.search(fold(text)), _SPOKEN.search(fold(text))) if match)


def _cut_earlier(text: str) -> tuple[str, timedelta]:
    """ "27/11 là hết hạn, nhắc trước một ngày": by how much earlier than the moment named."""
    match = _EARLIER.search(fold(text))
    span = _span(match["n"], match["unit"]) if match else None
    if match is None or span is None:
        return text, timedelta(0)
    return _blank(text, match), span


def _cut(text: str, pattern: re.Pattern[str]) -> tuple[str, bool]:
    match = pattern.search(fold(text))
    return (_blank(text, match), True) if match else (text, False)


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]


def _spelled_out(text: str, now: datetime) -> str:
    """What `dates` does not read, in words that it does."""
    text = _replaced(text, _WEEKEND, lambda m: _weekend(m["which"], now))
    text = _replaced(text, _IN, lambda m: f"{m['n']} {_UNIT_WORDS[m['unit']]}{' rưỡi' if m['half'] else ''} nữa")
    return _replaced(text, _HALF, lambda m: f"{m['h']} giờ rưỡi")


_UNIT_WORDS = {
    "phut": "phút", "p": "phút", "tieng": "tiếng", "gio": "giờ", "h": "giờ", "ngay": "ngày", "bua": "ngày",
    "hom": "ngày", "tuan": "tuần",
}  # fmt: skip


def _weekend(which: str | None, now: datetime) -> str:
    if which == "sau":
        return "thứ bảy tuần sau"
    return "chủ nhật" if now.weekday() == 5 else "thứ bảy"


def _replaced(text: str, pattern: re.Pattern[str], spelled: Callable[[re.Match[str]], str]) -> str:
    for match in reversed(list(pattern.finditer(fold(text)))):
        text = f"{text[: match.start()]} {spelled(match)} {text[match.end() :]}"
    return text


def _lunar_as_solar(text: str, now: datetime) -> tuple[str, bool, date | None]:
    """Writes "rằm tháng này", "mùng một tới" as a solar day.

    Rằm and mùng một are days of the lunar month; of other "mùng" days most mean the solar month (the pension comes on
    mùng 5), so there the lunar day is the other reading.

    Returns:
        The text, whether the day is lunar, and the other reading of the day.
    """
    match = _LUNAR.search(fold(text))
    if match is None or (match["n"] is not None and not match["n"].strip()):
        return text, False, None
    day = 15 if match["full"] else parse_number(match["n"] or "")
    which = match["which"] or ""
    lunar = _lunar_day(day, which, now) if day else None
    if day is None or lunar is None:
        return text, False, None
    solar = _solar_day(day, which, now)
    if day in (1, 15) or which.startswith("a"):
        return _replaced_once(text, match, lunar), True, None if match["full"] else solar
    return (_replaced_once(text, match, solar), False, lunar) if solar else (text, False, None)


def _replaced_once(text: str, match: re.Match[str], day: date) -> str:
    return f"{text[: match.start()]} {day:%d/%m/%Y} {text[match.end() :]}"


def _lunar_day(day: int, which: str, now: datetime) -> date | None:
    today = now.date()
    begins = today - timedelta(days=lunar_day_of(today)[0] - 1)  # of the present lunar month
    if which == "thang nay":
        return next_lunar_day(day, begins)
    if which in ("thang sau", "thang toi", "sau"):
        following = next_lunar_day(1, today + timedelta(days=1))
        return next_lunar_day(day, following) if following else None
    return next_lunar_day(day, today)


def _solar_day(day: int, which: str, now: datetime) -> date | None:
    today = now.date()
    step = 1 if which in ("thang sau", "thang toi", "sau") or (which != "thang nay" and day < today.day) else 0
    index = today.year * 12 + today.month - 1 + step
    try:
        return date(index // 12, index % 12 + 1, day)
    except ValueError:
        return None


def _next_sensible(at: datetime, now: datetime) -> datetime:
    """The same clock time on the next day that is ahead; of a wrong year, the same day in the right one."""
    if at < now - timedelta(days=60):
        for year in (now.year, now.year + 1):
            try:
                same = at.replace(year=year)
            except ValueError:
                continue
            if same > now:
                return same
    today = datetime.combine(now.date(), at.time(), LOCAL)
    return today if today > now and at.date() < now.date() else today + timedelta(days=1)


def _clock_named(text: str, now: datetime) -> dict[str, Any]:
    """The clock time beside "trước hẹn trả 1 ngày": its date means nothing."""
    found = _named(_blanked_promise(text), now, is_answer=False)
    if found is None or not found.names_clock:
        return {}
    return {"at": found.at, "names_clock": True}


def _blanked_promise(text: str) -> str:
    for pattern in (_BEFORE_PROMISED, _ON_PROMISED):
        match = pattern.search(fold(text))
        text = _blank(text, match) if match else text
    return text


def _day_named(text: str, now: datetime) -> dict[str, Any]:
    found = _named(_spelled_out(text, now), now, is_answer=False)
    return {"names_day": found.names_day, "offer": found.at} if found and found.names_day else {}


def _span(number: str | None, unit: str | None, and_half: bool = False) -> timedelta | None:
    if not number or not unit:
        return None
    count = 0.5 if number == "nua" else parse_number(number)
    if count is None:
        return None
    return timedelta(minutes=(count + (0.5 if and_half else 0)) * _MINUTES[unit])
