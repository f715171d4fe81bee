"""Vietnamese phone numbers in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onestop.text.diacritics import fold, nfc
from onestop.text.numbers import spoken_digits

# Change of mobile prefixes of 2018 (Quyết định 798/QĐ-BTTTT): eleven digits became ten.
_OLD_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_GROUPED = re.compile(
    r"(?<![\w.,/\-])(?:\(?\+?\s?84\)?|\(?[0oO])[\s.\-]?(?:\(0\)\s?)?(?:[0-9oO]+[)]?(?:[\s.\-]{1,2}\(?[0-9oO]+\)?)*)"
    r"(?![\w/])"
)
_GROUP = re.compile(r"[0-9oO]+")
_DIGIT_WORD = r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)"
_SPOKEN = re.compile(rf"\bkhong(?:[\s,]+{_DIGIT_WORD}){{9,10}}\b")
_MOBILE = re.compile(r"0[35789]\d{8}")
_FIXED = re.compile(r"02\d{8,9}")  # ten digits are one short, yet meant as a phone


@dataclass(frozen=True)
class PhoneMatch:
    """A phone number found in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        written: As the citizen wrote it.
        number: International form, '+84912345678'.
    """

    start: int
    end: int
    written: str
    number: str


def find_phones(text: str) -> list[PhoneMatch]:
    """Finds every Vietnamese phone number in a message, in order; identity numbers and codes are none."""
    text = nfc(text)
    found = [match for region in _GROUPED.finditer(text) for match in _in_region(text, region)]
    folded = fold(text)
    for region in _SPOKEN.finditer(folded):
        number = _international(spoken_digits(region.group()) or "")
        if number:
            found.append(PhoneMatch(region.start(), region.end(), text[region.start() : region.end()], number))
    return sorted(found, key=lambda match: match.start)


def canonical_phone(written: str) -> str | None:
    """Returns '+84…' for a text that is, apart from what surrounds it, one phone number; else None."""
    found = find_phones(written)
    return found[0].number if len(found) == 1 else None


def _in_region(text: str, region: re.Match[str]) -> Iterator[PhoneMatch]:
    """Takes the shortest run of whole groups from the region's start that is a phone number.

    A run followed by so few digits that twelve come out is rather an identity number.
    """
    groups = list(_GROUP.finditer(region.group()))
    digits = ""
    for i, group in enumerate(groups):
        digits += group.group().replace("o", "0").replace("O", "0")
        number = _international(digits)
        if number is None:
            continue
        following = sum(len(other.group()) for other in groups[i + 1 :])
        if i > 0 and following and len(digits) + following == 12:
            return
        start, end = region.start(), region.start() + group.end()
        if text[end : end + 1] == ")" and "(" in text[start:end].split()[-1]:
            end += 1
        yield PhoneMatch(start, end, text[start:end], number)
        return


def _international(digits: str) -> str | None:
    if digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:].lstrip("0")
    elif digits.startswith("0084"):
        digits = "0" + digits[4:]
    if len(digits) == 11 and digits[:4] in _OLD_PREFIXES:
        digits = _OLD_PREFIXES[digits[:4]] + digits[4:]
    if _MOBILE.fullmatch(digits) or _FIXED.fullmatch(digits):
        return "+84" + digits[1:]
    return None
