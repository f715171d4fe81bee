"""Codes given when feedback was received: PA-260915-0042 (PA, date YYMMDD, running number of the day)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from onestop.text.diacritics import nfc

_DIGIT = "[0-9OoIl]"
_GAP = r"[\s.,:_/\-‐‑‒–—−]{0,3}"
_CODE = re.compile(
    rf"(?<![^\W_])[Pp]\.?[Aa]{_GAP}(?P<day>{_DIGIT}{{2}}{_GAP}{_DIGIT}{{2}}{_GAP}{_DIGIT}{{2}}){_GAP}(?P<run>{_DIGIT}{{1,5}})"
    r"(?!\w)"
)
_LETTERS_FOR_DIGITS = str.maketrans("OoIl", "0011")
_NOT_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True)
class FeedbackCode:
    """A feedback code found in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        written: As the citizen wrote it.
        code: Canonical form, 'PA-260915-0042'.
    """

    start: int
    end: int
    written: str
    code: str


def find_feedback_codes(text: str) -> list[FeedbackCode]:
    """Finds every feedback code in a message, however its separators, case and zeros were typed."""
    text = nfc(text)
    found = []
    for match in _CODE.finditer(text):
        day = _NOT_DIGITS.sub("", match["day"].translate(_LETTERS_FOR_DIGITS))
        run = match["run"].translate(_LETTERS_FOR_DIGITS)
        if _is_day(day) and int(run) > 0:
            code = f"PA-{day}-{run.zfill(4)}"
            found.append(FeedbackCode(match.start(), match.end(), match.group(), code))
    return found


def _is_day(digits: str) -> bool:
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True
