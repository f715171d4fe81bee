"""Dossier codes as printed on receipts, and as people mistype them.

A code is: deciding agency – date of acceptance YYMMDD – running number of that day (Nghị định 61/2018/NĐ-CP):
`000.00.16.H39-190712-0005` (QCVN 102:2016/BTTTT), `H57.132-260804-0583` (Quyết định 20/2020/QĐ-TTg), and
social insurance's `03706/2026/07906`. Read widely, compare narrowly: what is found is looked up, not trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from onestop.text.diacritics import nfc

_FIRST_YEAR, _LAST_YEAR = 2012, 2033
# Provinces bear H01 to H63 in the alphabetical order of the 63 before July 2025, ministries G…; a higher number is
# believed only where a hyphen stands too, as printed.
_LAST_OF = {"H": 63, "G": 29}

# What stands for a digit, and what stands between groups, one character for one so that offsets keep.
_LETTERS_FOR_DIGITS = str.maketrans("OoQIl|і", "0001111")
_SAME_LETTERS = {ord("Н"): "H", ord("н"): "h", ord("Η"): "H"}
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_DASHES = {ord(dash): "-" for dash in "‐‑‒–—―−﹣_~·•"}
_TABLE = {**_SAME_LETTERS, **_FULL_WIDTH, **_DASHES}

_DIGIT = "[0-9OoQIl|]"
_GAP = r"(?:[\s.\-:;/\\]|,(?=\S)){1,4}"
_PREFIX = rf"(?:{_DIGIT}{{1,3}}{_GAP}){{1,3}}|[0Oo]{{3}}{_DIGIT}{{4}}|[0Oo]{{2}}{_DIGIT}{{2}}"
_GLUED = "|".join(rf"(?<=\b{word})" for word in ("hs", "HS", "Hs", "ma", "mã", "so", "số", "bn", "mhs"))
_CODE_REGION = re.compile(
    rf"(?:(?<![\w])|{_GLUED})(?P<prefix>{_PREFIX})?(?P<letter>[Hh]{{1,2}}|[Gg]{{1,2}})[\s.\-]{{0,3}}"
    rf"(?P<province>{_DIGIT}{{2}})(?P<rest>(?:(?:{_GAP})?{_DIGIT}+){{1,8}})"
)
_INSURANCE = re.compile(r"(?<![\d/.\-])(\d{5})\s?[/.\-]\s?(20[1-4]\d)\s?[/.\-]\s?(\d{5})(?![\d/])")
_PROCEDURE_CODE_BEFORE = re.compile(r"\d\.\d{6}[.\s](?:\d{1,3}[.\s]){0,3}\Z")
_CLOCK_OR_WEIGHT_BEFORE = re.compile(r"\d\s{0,2}\Z")
_ROOM_OR_REGISTER_BEFORE = re.compile(
    r"(?:phòng|phong|lô|căn|quầy|dãy|vào sổ|vao so|sổ số|so so)\s{0,2}\Z", re.IGNORECASE
)
_PHONE_BEHIND_A_LETTER = re.compile(r"[Hh][\s:]+0[35789](?:[\s.\-]?\d){8}(?!\d)")  # 'anh H 09 13 …'
_GOES_ON = re.compile(r"[.,]?\d|/\d")
_GROUP = re.compile(rf"{_DIGIT}+")


@dataclass(frozen=True)
class DossierCode:
    """A dossier code found in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        written: As the citizen wrote it.
        code: Canonical form, upper case; the likeliest when several are possible (`possible_codes`).
        repaired: Whether anything but letter case had to be changed.
    """

    start: int
    end: int
    written: str
    code: str
    repaired: bool


@dataclass(frozen=True)
class _Reading:
    """One way to read a region: canonical code, and how many groups after the province it uses up."""

    code: str
    end: int


def find_dossier_codes(text: str) -> list[DossierCode]:
    """Finds every dossier code in a message, in order.

    Accepts spaces, dots, dashes of all kinds and line breaks for separators or none at all, lower case, O for
    0, l and I for 1, leading zeros left out. Procedure codes (1.001193, 2.000815.000.00.00.H55), phones,
    identity numbers, dates, sums and plots of land are not codes, because no agency with a real date and a
    running number is to be read in them.
    """
    text = nfc(text)
    plain = text.translate(_TABLE)
    found: list[DossierCode] = []
    position = 0
    while match := _CODE_REGION.search(plain, position):
        region = _read_region(text, match)
        if region is None:
            position = match.start("letter") + 1
            continue
        found.append(region)
        position = region.end
    for match in _INSURANCE.finditer(text):
        code = "/".join(match.groups())
        found.append(DossierCode(match.start(), match.end(), match.group(), code, match.group() != code))
    return sorted(found, key=lambda item: item.start)


def _read_region(text: str, match: re.Match[str]) -> DossierCode | None:
    reading = next(_readings(match), None)
    if reading is None:
        return None
    prefix = _prefix_groups(match) if not _units_of(reading.code) else []
    start = match.start("prefix") if prefix else match.start("letter")
    if not prefix and _CLOCK_OR_WEIGHT_BEFORE.search(text, 0, start) and "-" not in match.group("rest"):
        return None  # '8h30 …', '8 h 30 …' is a time
    if not prefix and _PHONE_BEHIND_A_LETTER.match(text, start):
        return None
    if _PROCEDURE_CODE_BEFORE.search(text, 0, start) or _ROOM_OR_REGISTER_BEFORE.search(text, 0, start):
        return None
    written = text[start : reading.end]
    return DossierCode(start, reading.end, written, reading.code, written.upper() != reading.code)


def canonical_dossier_code(written: str) -> str | None:
    """Returns the canonical form of what is, apart from blanks around it, one dossier code; else None."""
    found = find_dossier_codes(written)
    if len(found) == 1 and found[0].written == nfc(written).strip(" \t\r\n.,;:()[]\"'"):
        return found[0].code
    return None


def possible_codes(written: str, limit: int = 12) -> list[str]:
    """Lists the codes that a written code may stand for, likeliest first, to be tried against the database.

    Units and running numbers with and without leading zeros, the agency in the form of 2018 and of 2020, and
    other divisions of digits written without separators.
    """
    plain = nfc(written).translate(_TABLE)
    candidates: dict[str, None] = {}
    match = _CODE_REGION.search(plain)
    if match:
        readings = [reading.code for reading in _readings(match)]
        for code in readings:
            candidates[code] = None
        for code in readings:
            candidates.update(dict.fromkeys(_variants(code)))
        for code in readings:
            candidates.update(dict.fromkeys(_units_apart(code)))
    else:
        candidates.update(dict.fromkeys(found.code for found in find_dossier_codes(written)))
    return list(candidates)[:limit]


def _prefix_groups(match: re.Match[str]) -> list[str]:
    """The groups before the province in the form of 2018, or [] when what stands there is none of it."""
    prefix = match.group("prefix") or ""
    groups = [group.translate(_LETTERS_FOR_DIGITS) for group in _GROUP.findall(prefix)]
    if len(groups) == 1 and len(groups[0]) == 7:
        return [groups[0][:3], groups[0][3:5], groups[0][5:]]
    if len(groups) == 1 and len(groups[0]) == 4:
        return [groups[0][:2], groups[0][2:]]
    if len(groups) == 1 and not prefix.endswith("."):
        return []
    return groups


def _agency_of_2018(prefix: list[str], province: str) -> str:
    widths = (3, 2, 2)
    groups = ["0"] * (3 - len(prefix)) + prefix
    padded = [group.lstrip("0").zfill(width) for group, width in zip(groups, widths, strict=True)]
    return ".".join([*padded, province])


def _readings(match: re.Match[str]) -> Iterator[_Reading]:
    """Yields the readings of a region, likeliest first."""
    letter = match.group("letter")[0].upper()
    province = letter + match.group("province").translate(_LETTERS_FOR_DIGITS)
    is_known = 0 < int(province[1:]) <= _LAST_OF[letter]
    if not is_known and "-" not in match.group("rest").translate(_TABLE):
        return
    offset = match.start("rest")
    groups = [
        (item.group().translate(_LETTERS_FOR_DIGITS), offset + item.end())
        for item in _GROUP.finditer(match.group("rest"))
    ]
    prefix = _prefix_groups(match)
    for units, day, run, end in _divisions(groups, bool(prefix)):
        if len(run) > 6 or int(run) == 0 or _GOES_ON.match(match.string, end):
            continue
        agency = _agency_of_2018(prefix, province) if prefix and not units else ".".join([province, *units])
        yield _Reading(f"{agency}-{day}-{run.zfill(4)}", end)


def _divisions(groups: list[tuple[str, int]], has_agency: bool) -> Iterator[tuple[list[str], str, str, int]]:
    """Yields (units, YYMMDD, running number, end offset) for each way to divide digit groups.

    Args:
        groups: Digits and the offset past them.
        has_agency: Whether the agency stood before the province, so that no units follow it.
    """
    digits = [group for group, _ in groups]
    for k in range(min(4, len(groups))):
        units = digits[:k]
        if any(len(unit) > 3 for unit in units):
            return
        if has_agency or units:
            yield from _with_whole_year(units, groups[k:])
        yield from _divisions_at(units, groups[k:])
        if not has_agency and not units:
            yield from _with_whole_year(units, groups[k:])


def _with_whole_year(units: list[str], groups: list[tuple[str, int]]) -> Iterator[tuple[list[str], str, str, int]]:
    """Reads the date as YYYYMMDD, whole or broken up, the running number in a group of its own."""
    if len(groups[0][0]) not in (4, 8):
        return
    for parts in range(1, min(4, len(groups))):
        day = "".join(group for group, _ in groups[:parts])
        if len(day) == 8 and day.startswith("20") and _is_day(day[2:]):
            yield units, day[2:], *groups[parts]


def _divisions_at(units: list[str], groups: list[tuple[str, int]]) -> Iterator[tuple[list[str], str, str, int]]:
    head = groups[0][0]
    following = groups[1] if len(groups) > 1 else None
    if len(head) == 6 and following and _is_day(head):
        if len(groups) > 2 and len(following[0]) + len(groups[2][0]) == 4:  # '00 12'
            if int(following[0]) == 0 and int(groups[2][0]) > 0:
                yield units, head, following[0] + groups[2][0], groups[2][1]
        yield units, head, following[0], following[1]
    if 9 <= len(head) <= 12 and _is_day(head[:6]):
        yield units, head[:6], head[6:], groups[0][1]
    for parts in (2, 3):  # the date itself broken up: '26 07 15'
        day = "".join(group for group, _ in groups[:parts])
        if len(groups) > parts and _is_day(day):
            yield units, day, groups[parts][0], groups[parts][1]
    for width in (2, 3, 1):
        unit, day, run = head[:width], head[width : width + 6], head[width + 6 :]
        if not _is_day(day) or len(units) == 3 or int(unit) == 0:
            continue
        if not run and following:
            yield [*units, unit], day, following[0], following[1]
        elif 3 <= len(run) <= 5:
            yield [*units, unit], day, run, groups[0][1]


def _is_day(digits: str) -> bool:
    if len(digits) != 6:
        return False
    try:
        day = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def _units_apart(code: str) -> Iterator[str]:
    """Units that were written without the dots between them ('H39.452-…' → 'H39.45.2-…')."""
    units = _units_of(code)
    if len(units) != 1 or len(units[0]) < 2:
        return
    digits, head = units[0], code.split(".")[0]
    tail = code.split("-", 1)[1]
    for width in (2, 1, 3):
        if width < len(digits):
            yield f"{head}.{digits[:width]}.{digits[width:]}-{tail}"
    if len(digits) == 3:
        yield f"{head}.{'.'.join(digits)}-{tail}"


def _units_of(code: str) -> list[str]:
    """The units behind the province in the form of 2020 ('H39.16.5-…' → ['16', '5'])."""
    agency = code.split("-")[0]
    return agency.split(".")[1:] if agency[0] in "HG" else []


def _variants(code: str) -> Iterator[str]:
    """Yields other spellings under which the same dossier may be recorded."""
    agency, day, run = code.split("-")
    short_run = run.lstrip("0")
    runs = list(dict.fromkeys([run, short_run.zfill(4), short_run.zfill(5), short_run.zfill(3), short_run.zfill(6)]))
    for other_agency in [agency, *_agency_variants(agency)]:
        for other_run in runs if other_agency == agency else runs[:1]:
            yield f"{other_agency}-{day}-{other_run}"


def _agency_variants(agency: str) -> Iterator[str]:
    groups = agency.split(".")
    if agency[0] in "HG":
        province, units = groups[0], groups[1:]
        if units and any(unit != unit.lstrip("0") for unit in units):
            yield ".".join([province, *[unit.lstrip("0") or "0" for unit in units]])
        for width in (2, 3):
            if any(len(unit) < width for unit in units):
                yield ".".join([province, *[unit.zfill(width) for unit in units]])
        if len(units) == 1 and len(units[0]) <= 2:
            yield f"000.00.{units[0].zfill(2)}.{province}"
        if len(units) == 2 and all(len(unit) <= 2 for unit in units):
            yield f"000.{units[1].zfill(2)}.{units[0].zfill(2)}.{province}"
        return
    province, above = groups[-1], [group.lstrip("0") for group in groups[:-1]]
    used = [group for group in reversed(above) if group]
    if used:
        yield ".".join([province, *used])
        yield ".".join([province, *[group.zfill(2) for group in used]])
