"""Exam candidates' numbers (số báo danh): six to nine digits, named as such."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onestop.text.diacritics import fold, nfc

_NAMED = re.compile(
    r"(?:\bsbd|\bso\s*b(?:ao)?\s*d(?:anh)?|\bbao\s+danh|\bmshs\s+thi)\b[\s:.\-]*(?:(?:la|so|thi|cua|em|con|chau|no)\s+){0,3}"
    r"(?P<number>\d[\d .]{2,12}\d)(?![\w/])"
)


@dataclass(frozen=True)
class CandidateNumber:
    """A candidate's number found in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        written: As the citizen wrote it.
        number: Digits only.
    """

    start: int
    end: int
    written: str
    number: str


def find_candidate_numbers(text: str) -> list[CandidateNumber]:
    """Finds the numbers that the message itself calls a candidate's number ('sbd 49001234')."""
    text = nfc(text)
    found = []
    for match in _NAMED.finditer(fold(text)):
        written = text[match.start("number") : match.end("number")]
        number = only_digits(written)
        if 4 <= len(number) <= 10:
            found.append(CandidateNumber(match.start("number"), match.end("number"), written, number))
    return found


def only_digits(written: str) -> str:
    """Returns the digits of a text."""
    return "".join(character for character in written if character.isdigit())
