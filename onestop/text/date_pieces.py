"""The parts that dates are made of (a day, a clock time, a part of the day), and the patterns that find them.

Patterns run over folded text. What they find is kept only where the words, if they carry marks at all, carry
the right ones: 'tôi' is not 'tối', 'mại' is not 'mai'.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from onestop.text.diacritics import fold
from onestop.text.lunar_days import solar_day
from onestop.text.numbers import NUMBER, is_number_word, parse_number

_MARKED_WORDS: dict[str, frozenset[str]] = {
    fold(words.split()[0]): frozenset(words.split())
    for words in (
        "mai",
        "nay này",
        "qua",
        "mốt một",
        "kia kìa",
        "hôm",
        "bữa bửa",
        "ngày",
        "sáng",
        "trưa",
        "chiều",
        "tối",
        "đêm",
        "khuya",
        "tuần",
        "tháng",
        "năm",
        "thứ",
        "chủ",
        "nhật",
        "trước",
        "nữa nửa",
        "giờ",
        "phút",
        "tiếng",
        "rưỡi rưởi",
        "kém",
        "mùng",
        "mồng",
        "rằm",
        "tết",
        "giêng",
        "chạp",
        "âm",
        "tây",
        "cuối",
        "đầu",
        "giữa",
        "hồi",
        "lúc",
        "sáu sau",
        "cách",
        "đây",
        "lịch",
        "vừa",
        "sớm",
        "tiếp",
        "theo",
        "rồi",
    )
}
"""How each folded word of the patterns may be written with marks; without any it is taken as it is."""
_WEEKDAYS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5,
}  # fmt: skip
_NO_CLOCKS = ("bay gio", "3g", "4g", "5g")  # bây giờ, mobile data
_MONTHS = 12
_UNIT_DAYS = {"ngay": 1, "bua": 1, "hom": 1, "tuan": 7}


@dataclass(frozen=True)
class DateContext:
    """What a date is relative to: the present moment (Asia/Ho_Chi_Minh) and whether it should lie ahead."""

    now: datetime
    prefers_future: bool

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True)
class Piece:
    """A part of a date: `day`, `clock`, `part` (of the day), or a whole `moment` ("mười phút nữa")."""

    start: int
    end: int
    kind: str
    day: date | None = None
    clock: time | None = None
    part: str | None = None
    moment: datetime | None = None
    is_doubtful_behind_a_day: bool = False


_Reader = Callable[[re.Match[str], DateContext], "Piece | None"]


def _safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(day: int, month: int, context: DateContext) -> date | None:
    candidates = [
        candidate
        for year in (context.today.year - 1, context.today.year, context.today.year + 1)
        if (candidate := _safe_date(year, month, day))
    ]
    if context.prefers_future:
        candidates = [candidate for candidate in candidates if candidate >= context.today]
    return min(candidates, key=lambda candidate: abs(candidate - context.today), default=None)


def _nearest_in_month(day: int, context: DateContext) -> date | None:
    first = context.today.replace(day=1)
    months = [_month_after(first, step) for step in (-1, 0, 1, 2)]
    candidates = [candidate for m in months if (candidate := _safe_date(m.year, m.month, day))]
    if context.prefers_future:
        candidates = [candidate for candidate in candidates if candidate >= context.today]
    return min(candidates, key=lambda candidate: abs(candidate - context.today), default=None)


def _month_after(day: date, months: int) -> date:
    """The first day of the month that many months after the one of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _full_year(written: str) -> int:
    year = int(written)
    return year + 2000 if year < 100 else year


def _day_piece(match: re.Match[str], day: date | None) -> Piece | None:
    return Piece(match.start(), match.end(), "day", day=day) if day else None


def _read_numeric(match: re.Match[str], context: DateContext) -> Piece | None:
    day, month = int(match["d"]), int(match["m"])
    year = match["y"]
    if match["lunar"]:
        return _day_piece(match, solar_day(day, month, context.today, _full_year(year) if year else None))
    value = _safe_date(_full_year(year), month, day) if year else _nearest(day, month, context)
    return _day_piece(match, value)


def _read_day_of_month(match: re.Match[str], context: DateContext) -> Piece | None:
    day = parse_number(match["d"])
    if not day:
        return None
    month_word, year = match["m"], match["y"]
    is_lunar = bool(match["lunar"]) or month_word in ("gieng", "chap")
    month = {"gieng": 1, "chap": 12}.get(month_word or "", parse_number(month_word) if month_word else None)
    if is_lunar:
        return _day_piece(match, solar_day(day, month, context.today, int(year) if year else None))
    if month is None:
        return _day_piece(match, _nearest_in_month(day, context))
    value = _safe_date(int(year), month, day) if year else _nearest(day, month, context)
    return _day_piece(match, value)


def _read_day_in_relative_month(match: re.Match[str], context: DateContext) -> Piece | None:
    day = parse_number(match["d"])
    is_length = match["which"] in ("nay", "truoc", "roi") and (day or 0) <= _MONTHS
    if is_length and not match.group().startswith("ngay"):  # "hai tháng nay"
        return None
    month = _month_after(context.today, _relative_step(match["which"]))
    return _day_piece(match, _safe_date(month.year, month.month, day or 0))


def _read_lunar(match: re.Match[str], context: DateContext) -> Piece | None:
    day = 15 if match["day"].startswith("ram") else parse_number(match["n"])
    if not day:
        return None
    month_word = match["m"]
    month = {"gieng": 1, "chap": 12, "tet": 1}.get(month_word or "")
    if month_word and month is None:
        month = parse_number(month_word)
    if match["tet"]:
        month = 1
    if not match["day"].startswith("ram") and month_word and month not in (1, 12) and not match["lunar"]:
        # "mùng 5 tháng 7" is the fifth of the solar month for most who write it.
        return _day_piece(match, _nearest(day, month, context) if month else None)
    if not match["day"].startswith("ram") and not month_word and not match["tet"] and not match["lunar"]:
        return _day_piece(match, _nearest_in_month(day, context))
    return _day_piece(match, solar_day(day, month, context.today, None))


def _read_relative_day(match: re.Match[str], context: DateContext) -> Piece | None:
    words = match["word"]
    offsets = {"nay": 0, "ni": 0, "hnay": 0, "qua": -1, "hqua": -1, "mai": 1, "nmai": 1, "mot": 2}
    last = words.split()[-1]
    if last == "kia":
        step = 2 if words.startswith("ngay") else -2
    else:
        step = offsets[last]
    return _day_piece(match, context.today + timedelta(days=step))


def _relative_step(which: str | None) -> int:
    if not which:
        return 0
    if which.split()[-1] in ("truoc", "roi", "qua"):
        return -1
    return 0 if which.split()[-1] == "nay" else 1


def _read_weekday(match: re.Match[str], context: DateContext) -> Piece | None:
    weekday = 6 if match["sunday"] else _WEEKDAYS[match["w"] or match["w2"]]
    today = context.today
    which = match["which"] or ""
    monday = today - timedelta(days=today.weekday())
    if "tuan" in which:
        return _weekday_piece(match, monday + timedelta(days=7 * _relative_step(which) + weekday))
    ahead = (weekday - today.weekday() - 1) % 7 + 1
    is_past = which.endswith(("roi", "truoc", "qua")) or (match["past"] and not which)
    if is_past:
        ahead = -((today.weekday() - weekday - 1) % 7 + 1)
    elif which.endswith("nay") and weekday == today.weekday():
        ahead = 0
    elif which == "sau":
        return _weekday_piece(match, monday + timedelta(days=7 + weekday))
    return _weekday_piece(match, today + timedelta(days=ahead))


def _weekday_piece(match: re.Match[str], day: date) -> Piece:
    """A weekday; 'hôm' before it tells the time but does not belong to it."""
    start = match.end("past") if match["past"] else match.start()
    return Piece(start, match.end(), "day", day=day)


def _read_week(match: re.Match[str], context: DateContext) -> Piece | None:
    monday = context.today - timedelta(days=context.today.weekday())
    start = monday + timedelta(days=7 * _relative_step(match["which"]))
    position = match["pos"]
    offset = {"cuoi": 4, "dau": 0, "giua": 2}.get(position or "", 0)
    if position == "cuoi" and not match["which"] and context.today.weekday() > 4:
        offset = context.today.weekday()
    if position == "dau" and not match["which"]:
        start += timedelta(days=7 if context.today.weekday() else 0)
    return _day_piece(match, start + timedelta(days=offset))


def _read_month(match: re.Match[str], context: DateContext) -> Piece | None:
    which, number = match["which"], match["m"]
    if number:
        month = {"gieng": 1, "chap": 12}.get(number) or parse_number(number)
        year = match["y"]
        if not month or not 1 <= month <= 12:
            return None
        first = date(int(year), month, 1) if year else _nearest(1, month, context)
    elif which or match["pos"]:
        first = _month_after(context.today, _relative_step(which))
    else:
        return None
    if first is None:
        return None
    position = match["pos"]
    if position == "cuoi":
        return _day_piece(match, _month_after(first, 1) - timedelta(days=1))
    return _day_piece(match, first + timedelta(days=14) if position == "giua" else first)


def _read_in_units(match: re.Match[str], context: DateContext) -> Piece | None:
    is_clock_unit = match["u"] not in _UNIT_DAYS and match["u"] != "thang"
    if not (match["dir"] or match["ago"]) or (is_clock_unit and match["dir"] in ("toi", "tới")):
        return None
    if not match["n"] and match["u"] not in ("tuan", "thang"):
        return None
    count = 1.0 if not match["n"] else 0.5 if match["n"] == "nua" else parse_number(match["n"])
    if count is None:
        return None
    if match["half"]:
        count += 0.5
    sign = -1 if match["dir"] in ("truoc",) or match["ago"] else 1
    unit = match["u"]
    if unit in _UNIT_DAYS:
        return _day_piece(match, context.today + timedelta(days=round(sign * count * _UNIT_DAYS[unit])))
    if unit == "thang":
        month = _month_after(context.today, round(sign * count))
        last = _month_after(month, 1) - timedelta(days=1)
        return _day_piece(match, month.replace(day=min(context.today.day, last.day)))
    minutes = count * (1 if unit in ("phut", "p") else 60)
    moment = (context.now + timedelta(minutes=sign * minutes)).replace(second=0, microsecond=0)
    return Piece(match.start(), match.end(), "moment", moment=moment)


def _read_clock(match: re.Match[str], context: DateContext) -> Piece | None:
    if match.group() in _NO_CLOCKS:
        return None
    hour = parse_number(match["h"] or match["hw"])
    if hour is None or hour > 24:
        return None
    minute = 0
    if match["min"]:
        minute = parse_number(match["min"]) or 0
    elif match["half"]:
        minute = 30
    if match["less"]:
        hour, minute = hour - 1, 60 - (parse_number(match["less"]) or 0)
    if not (0 <= minute < 60) or hour < 0:
        return None
    part = match["part"]
    hour = hour_of_day(hour, part)
    return Piece(
        match.start(),
        match.end(),
        "clock",
        clock=time(hour % 24, minute),
        part=part,
    )


def hour_of_day(hour: int, part: str | None) -> int:
    """Puts an hour said with its part of the day on the 24-hour clock."""
    if part in ("chieu", "toi") and hour < 12:
        return hour + 12
    if part == "trua" and hour < 5:
        return hour + 12
    if part in ("dem", "khuya") and 6 <= hour < 12:
        return hour + 12
    return hour


def _read_part(match: re.Match[str], context: DateContext) -> Piece | None:
    return Piece(match.start(), match.end(), "part", part=match["part"])


def _without_marks(piece: Piece, written: str) -> Piece:
    """Remembers that 'toi' behind a day may be 'tôi', and 'sang' the verb ('hom qua sang ten')."""
    is_doubtful = piece.kind == "part" and written in ("toi", "sang")
    return replace(piece, is_doubtful_behind_a_day=True) if is_doubtful else piece


_PART = r"(?:sang|trua|chieu|toi|dem|khuya)"
_THIS = r"(?:nay|toi|tới|sau|truoc|roi|vua roi|vua qua|qua|tiep theo)"
_LUNAR = r"(?P<lunar>\s*(?:am lich|am|al)\b)?"
_MONTH = r"(?:gieng|chap|\d{1,2}|mot|hai|ba|tu|bon|nam|sau|bay|tam|chin|muoi(?: mot| hai)?)"
_NOT_COUNTED = r"(?<!\d )(?<!\bmay )(?<!\bca )(?<!\bmot )(?<!\bhai )(?<!\bba )(?<!\bbon )(?<!\bnua )"
_ON = r"(?:ngay\s+)?"
_NOT_IN_NUMBER = r"(?<![\w/.\-])"
_NUMBER_ENDS = r"(?![\w/]|[.\-]\d)"
_YEAR = r"(?:\s*(?:nam\s+|/)(?P<y>20\d\d))?"
_UNTIL = re.compile(r"\btới\b")
_COUNTED_BY_HALVES = "trieu|ty|ti|ngan|nghin|tram|muc|cong|met|m|ky|ki|kg|can|cay|tuoi|nam|thang|tuan|ngay|tieng|chai"
_MINUTES = r"(?P<min>\d{2}|(?:(?:ba|bon|nam|hai) )?muoi(?: lam| nam)?)(?:\s*(?:phut|p))?"

_PATTERNS: list[tuple[re.Pattern[str], _Reader]] = [
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            rf"{_NOT_IN_NUMBER}{_ON}(?P<d>\d{{1,2}})\s?/\s?(?P<m>\d{{1,2}})(?:\s?/\s?(?P<y>\d{{4}}|\d{{2}}))?"
            rf"{_NUMBER_ENDS}{_LUNAR}",
            _read_numeric,
        ),
        (
            rf"{_NOT_IN_NUMBER}{_ON}(?P<d>\d{{1,2}})(?P<s>[.\-])(?P<m>\d{{1,2}})(?P=s)(?P<y>20\d\d|\d\d)"
            rf"{_NUMBER_ENDS}{_LUNAR}",
            _read_numeric,
        ),
        (
            rf"{_NOT_IN_NUMBER}ngay\s+(?P<d>\d{{1,2}})[.\-](?P<m>\d{{1,2}})(?P<y>){_NUMBER_ENDS}"
            rf"{_LUNAR}",
            _read_numeric,
        ),
        (
            rf"\b{_ON}(?P<d>{NUMBER})\s+thang\s+(?P<which>truoc|sau|toi|tới|nay|roi)\b",
            _read_day_in_relative_month,
        ),
        (
            rf"\b{_ON}(?P<day>ram|(?:mung|mong)\s+(?P<n>{NUMBER}))(?:\s+thang\s+(?P<m>{_MONTH}))?"
            rf"(?P<tet>\s+tet)?{_LUNAR}\b",
            _read_lunar,
        ),
        (
            rf"\b{_ON}(?P<d>{NUMBER})\s+(?:tay\s+)?thang\s+(?P<m>{_MONTH})\b{_YEAR}{_LUNAR}",
            _read_day_of_month,
        ),
        (
            rf"\bngay\s+(?P<d>\d{{1,2}})(?:\s+tay\b)?(?P<m>)(?P<y>)(?![\w/]|[.,]\d)(?!\s*(?:ngay|nguoi|lan|bo|tuoi|trieu))"
            rf"{_LUNAR}",
            _read_day_of_month,
        ),
        (r"\b(?P<d>\d{1,2})\s+tay\b(?P<m>)(?P<y>)(?P<lunar>)", _read_day_of_month),
        (
            r"(?<!lan )(?<!cai )(?<!nguoi )(?<!con )(?<!dua )(?<!hang )(?<!bo )\b(?P<past>(?:hom|bua)\s+)?"
            r"(?:thu\s+(?P<w>[2-7]|hai|ba|tu|nam|sau|bay)|t(?P<w2>[2-7])|(?P<sunday>chu nhat|cn))\b"
            rf"(?:\s+(?P<which>(?:tuan\s+)?{_THIS}))?\b",
            _read_weekday,
        ),
        (
            rf"\b(?P<ago>cach day\s+)?(?:(?P<n>nua|{NUMBER})\s*)?"
            r"(?P<u>phut|p|tieng|gio|h|ngay|bua|hom|tuan|thang)"
            r"(?P<half>\s+ruoi)?(?:\s+(?P<dir>nua|truoc|toi|tới))?\b",
            _read_in_units,
        ),
        (rf"\b(?:(?P<pos>cuoi|dau|giua)\s+)tuan(?:\s+(?P<which>{_THIS}))?\b", _read_week),
        (rf"{_NOT_COUNTED}\b(?P<pos>)tuan\s+(?P<which>{_THIS})\b", _read_week),
        (
            rf"{_NOT_COUNTED}\b(?:(?P<pos>cuoi|dau|giua)\s+)?thang\s+(?:(?P<which>{_THIS})|(?P<m>{_MONTH}))\b{_YEAR}",
            _read_month,
        ),
        (r"\b(?P<pos>cuoi|dau|giua)\s+thang(?P<which>)(?P<m>)(?P<y>)\b", _read_month),
        (
            rf"\b(?P<word>{_NOT_COUNTED}(?:hom|bua)\s+n(?:ay|i)|(?:hom|bua|ngay)\s+(?:qua|mai|mot|kia)"
            r"|mai(?! mot\b| tang\b)|(?<!\bhom )(?<!\bbua )nay"
            r"|(?<!mai )mot|qua|hnay|hqua|nmai)\b",
            _read_relative_day,
        ),
        (
            rf"{_NOT_IN_NUMBER}(?<!trong )(?<!suot )(?:(?P<h>\d{{1,2}})\s*|(?P<hw>{NUMBER})\s+)(?:h|g|gio|:(?=\d\d))\s*"
            rf"(?:{_MINUTES}|(?P<half>ruoi)"
            rf"|kem\s+(?P<less>{NUMBER}))?(?:\s+(?P<part>{_PART}))?(?![\w/])(?!\s*(?:dong ho|lam viec|lien))",
            _read_clock,
        ),
        (
            rf"{_NOT_IN_NUMBER}(?:(?P<h>\d{{1,2}})|(?P<hw>{NUMBER}))\s+(?P<half>ruoi)(?P<min>)(?P<less>)"
            rf"(?:\s+(?P<part>{_PART}))?(?![\w/])(?!\s*(?:{_COUNTED_BY_HALVES})\b)",
            _read_clock,
        ),
        (rf"\b(?:(?:dau|cuoi)\s+gio\s+)?(?:buoi\s+)?(?P<part>{_PART})(?:\s+som)?\b", _read_part),
    )
]


def _has_right_marks(written: str, folded: str) -> bool:
    for raw, plain in zip(re.findall(r"\w+", written), re.findall(r"\w+", folded), strict=False):
        lowered = raw.lower()
        if lowered == plain or lowered in _MARKED_WORDS.get(plain, ()) or is_number_word(raw):
            continue
        return False
    return True


def _folded(text: str) -> str:
    """The folded text, but 'tới' (until, next) told from 'tối' (evening) where its mark is written."""
    folded = fold(text)
    for match in _UNTIL.finditer(text.lower()) if len(text.lower()) == len(text) else ():
        folded = folded[: match.start()] + match.group() + folded[match.end() :]
    return folded


def find_pieces(text: str, context: DateContext) -> list[Piece]:
    """Finds the parts of dates in an NFC text, without overlaps, in order; earlier patterns go first."""
    folded = _folded(text)
    is_taken = bytearray(len(text))
    pieces: list[Piece] = []
    for pattern, reader in _PATTERNS:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if any(is_taken[start:end]) or not _has_right_marks(text[start:end], folded[start:end]):
                continue
            piece = reader(match, context)
            if piece is not None:
                pieces.append(_without_marks(piece, text[start:end].lower()))
                is_taken[start:end] = b"\1" * (end - start)
    return sorted(pieces, key=lambda piece: piece.start)
