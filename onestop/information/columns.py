"""Columns of an imported file, and how a cell of each kind is read.

What a cell becomes can be kept as JSON: text, numbers, lists, ISO days and moments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onestop.clock import LOCAL
from onestop.information.areas import Areas
from onestop.text import fold

Reader = Callable[[str, Areas], Any]
"""Reads a cell that is not empty; raises CellError."""


class CellError(ValueError):
    """A cell that cannot be read; the message is Vietnamese and names what would be right."""


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Attributes:
        name: In the record's data.
        title: In the file's header; case, marks and punctuation do not matter there.
        is_required: Whether every line must fill it.
        example: A cell as it should look, for people.
    """

    name: str
    title: str
    read: Reader
    is_required: bool = False
    example: str = ""


_DAY = re.compile(r"(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4})|(?P<iso>\d{4}-\d{2}-\d{2})")
_CLOCK = re.compile(r"(?<![\d/.\-])(?P<hour>\d{1,2})(?:[:hg](?P<minute>\d{2})?)(?::\d{2})?(?![\d/])")
_GROUPED = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")
_UNIT = re.compile(r"\s*(?:đồng|vnđ|vnd|đ)?(?:\s*/\s*m(?:2|²))?\s*$", re.IGNORECASE)


def text(cell: str, _areas: Areas) -> str:
    """Words as they stand, blanks put right."""
    return " ".join(cell.split())


def paragraphs(cell: str, _areas: Areas) -> str:
    """Words whose line breaks count."""
    return "\n".join(" ".join(line.split()) for line in cell.strip().splitlines() if line.strip())


def items(cell: str, _areas: Areas) -> list[str]:
    """Several words or names, `;` between them."""
    return [" ".join(one.split()) for one in re.split(r"[;|]", cell) if one.strip()]


def day(cell: str, _areas: Areas) -> str:
    """A day: 20/11/2026 or 2026-11-20, day before month."""
    match = _DAY.fullmatch(cell.strip())
    found = _day_of(match) if match else None
    if found is None:
        raise CellError(f"“{cell}” không phải là ngày; ghi dạng 20/11/2026")
    return found.isoformat()


def moment(cell: str, _areas: Areas) -> str:
    """A day with its time of day, in either order: 08:00 25/11/2026, 2026-11-25 08:00; Asia/Ho_Chi_Minh."""
    match = _DAY.search(cell)
    found = _day_of(match) if match else None
    rest = cell.replace(match[0], " ").replace("T", " ") if match else ""
    clock = _CLOCK.search(rest)
    if found is None or clock is None or int(clock["hour"]) > 23 or int(clock["minute"] or 0) > 59:
        raise CellError(f"“{cell}” không phải là ngày giờ; ghi dạng 25/11/2026 08:00")
    return datetime(
        found.year, found.month, found.day, int(clock["hour"]), int(clock["minute"] or 0), tzinfo=LOCAL
    ).isoformat()


def whole_number(cell: str, _areas: Areas) -> int:
    """A number without fraction; thousands may be grouped by dots: 12.000.000 or 12.000.000 đồng/m²."""
    digits = _UNIT.sub("", cell).strip()
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[.,\s]", "", digits)
    if not digits.isdigit():
        raise CellError(f"“{cell}” không phải là số nguyên; ghi dạng 12.000.000 hoặc 12000000")
    return int(digits)


def decimal_between(least: float, most: float) -> Reader:
    """A number with a decimal comma or point, from `least` to `most`."""

    def read(cell: str, _areas: Areas) -> float:
        try:
            value = float(cell.strip().replace(",", "."))
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise CellError(f"“{cell}” phải là số từ {_short(least)} đến {_short(most)}, ví dụ 8,25")
        return value

    return read


def digits_of(least: int, most: int) -> Reader:
    """A number that is a name: kept as text, with the zeros in front."""

    def read(cell: str, _areas: Areas) -> str:
        digits = re.sub(r"[\s.]", "", cell).removeprefix("'")
        if not digits.isdigit() or not least <= len(digits) <= most:
            raise CellError(f"“{cell}” phải gồm {least} đến {most} chữ số")
        return digits

    return read


def choice(words: Mapping[str, str]) -> Reader:
    """One of a few values, by its code or its name, whatever the case and the marks.

    Args:
        words: Code kept in the record: name for people.
    """
    known = {fold(code): code for code in words} | {fold(name): code for code, name in words.items()}

    def read(cell: str, _areas: Areas) -> str:
        code = known.get(fold(" ".join(cell.split())))
        if code is None:
            raise CellError(f"“{cell}” không có trong danh sách: {', '.join(dict.fromkeys(words.values()))}")
        return code

    return read


def phone(cell: str, _areas: Areas) -> str:
    """A phone number; kept as digits."""
    digits = re.sub(r"[\s.\-()+]", "", cell)
    digits = "0" + digits[2:] if digits.startswith("84") and len(digits) > 9 else digits
    if not digits.isdigit() or not 3 <= len(digits) <= 11:
        raise CellError(f"“{cell}” không phải là số điện thoại")
    return digits


def web_address(cell: str, _areas: Areas) -> str:
    """An address that begins with https:// or http://."""
    if not re.fullmatch(r"https?://\S+\.\S+", cell.strip()):
        raise CellError(f"“{cell}” không phải là địa chỉ trang; ghi dạng https://…")
    return cell.strip()


def commune(cell: str, areas: Areas) -> str:
    """A commune of today, by a name of today or of before July 2025; kept as its id."""
    found = areas.exact(cell)
    if len(found) == 1:
        return found[0].id
    if found:
        raise CellError(f"“{cell}” có thể là {' hoặc '.join(area.name for area in found)}; ghi rõ tên có dấu")
    near = areas.named(cell).areas[:2]
    hint = f"; có phải {' hoặc '.join(area.name for area in near)}?" if near else ""
    raise CellError(f"“{cell}” không phải là xã, phường của tỉnh{hint}")


def _day_of(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _short(number: float) -> str:
    return f"{number:g}".replace(".", ",")


SOURCE = Column("source", "Nguồn", text, example="Công ty Điện lực")
CHECKED_ON = Column("checked_on", "Ngày kiểm tra", day, example="20/11/2026")
COMMON = (SOURCE, CHECKED_ON)
"""Columns that every kind has; `--source` and `--checked` fill them where the file does not."""
