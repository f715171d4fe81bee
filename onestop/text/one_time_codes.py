"""Codes that a citizen copies from an SMS or from an officer's screen, in any spelling."""

from __future__ import annotations

import re

from onestop.text.diacritics import fold, nfc
from onestop.text.numbers import spoken_digits

CODE_DIGITS = 6

# No letter or digit that is taken for another one: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
DESK_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
DESK_GROUPS, DESK_GROUP = 3, 4

_DIGITS = re.compile(r"(?<![\w.\-/])(?<!\d )\d(?:[ .\-]{0,2}\d){3,7}(?![ .\-]?\d)(?![\w/])")
_AROUND = frozenset(
    "ma so otp code la xac nhan thuc minh cua toi tui em con chau chu bac co anh chi day ne nay do nha nhe nghen a ad "
    "ha da vang thua cho gui nhan duoc roi vua tin tra loi lien ket dien thoai sms va thi vao giup dum gium voi nhap "
    "ok".split()
)
_NAMED = re.compile(r"\b(?:ma|otp|code|xac nhan|xac thuc)\b")
_ELSEWHERE = re.compile(r"\b(?:ho so|tra cuu|thua|to ban do|bao danh|phan anh|can cuoc|cccd|cmnd|thu tuc)\b")
_MOST_WORDS = 14
_DESK = re.compile(
    rf"(?<![A-Za-z0-9])LK[\s\-–—]{{0,2}}([{DESK_ALPHABET}]{{4}})[\s\-–—]?([{DESK_ALPHABET}]{{4}})[\s\-–—]?"
    rf"([{DESK_ALPHABET}]{{4}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def one_time_code_in(text: str) -> str | None:
    """The digits (4 to 8, six where they are right) of a message that gives a one-time code; else None.

    "123456", "mã là 123 456 nha em", "một hai ba bốn năm sáu". Only to be asked while a code is awaited.
    """
    folded = fold(nfc(text))
    found = list(_DIGITS.finditer(folded))
    if not found:
        return _spoken(folded)
    if len(found) > 1 or _ELSEWHERE.search(folded):
        return None
    rest = re.findall(r"\w+", folded[: found[0].start()] + " " + folded[found[0].end() :])
    digits = re.sub(r"\D", "", found[0].group())
    if all(word in _AROUND for word in rest):
        return digits
    is_named = len(digits) == CODE_DIGITS and len(rest) <= _MOST_WORDS and _NAMED.search(folded) is not None
    return digits if is_named and not any(word.isdigit() for word in rest) else None


def desk_token_in(text: str) -> str | None:
    """The token `LK-XXXX-XXXX-XXXX` of an officer's QR code in a text or an address, in its one spelling; else None."""
    match = _DESK.search(nfc(text))
    return "LK-" + "-".join(match.groups()).upper() if match else None


def _spoken(folded: str) -> str | None:
    words = re.findall(r"\w+", folded)
    while words and words[0] in _AROUND:
        words.pop(0)
    while words and words[-1] in _AROUND:
        words.pop()
    digits = spoken_digits(" ".join(words)) if len(words) == CODE_DIGITS else None
    return digits if digits is not None and len(digits) == CODE_DIGITS else None
