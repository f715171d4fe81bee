"""Plots of land as people name them: plot number and map sheet ("thửa 12 tờ 5", "tờ bản đồ số 4, thửa 123")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onestop.text.diacritics import fold, nfc

_NUMBER = r"(?:so\s*)?[:.]?\s*(?P<{name}>\d{{1,5}})"
_PLOT = rf"(?:lo\s+)?(?:thua\s+dat|thua|th)\s*{_NUMBER.format(name='plot')}"
_SHEET = rf"(?:to\s+ban\s+do|to\s*bd|tbd|bd|to)\s*{_NUMBER.format(name='sheet')}"
_LINK = r"[\s,;.\-/]*(?:(?:thuoc|o|va|cua|trong|nam)\s+)?"
_PATTERNS = (
    re.compile(rf"\b{_PLOT}{_LINK}{_SHEET}(?![\w/])"),
    re.compile(rf"\b{_SHEET}{_LINK}{_PLOT}(?![\w/])"),
)


@dataclass(frozen=True)
class ParcelMatch:
    """A plot of land found in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        written: As the citizen wrote it.
        parcel: Plot and map sheet, '12/5'.
    """

    start: int
    end: int
    written: str
    parcel: str


def find_parcels(text: str) -> list[ParcelMatch]:
    """Finds every plot named by plot number and map sheet, in either order, in order of appearance."""
    text = nfc(text)
    folded = fold(text)
    found: list[ParcelMatch] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            start, end = match.span()
            parcel = f"{int(match['plot'])}/{int(match['sheet'])}"
            if not any(other.start < end and start < other.end for other in found):
                found.append(ParcelMatch(start, end, text[start:end], parcel))
    return sorted(found, key=lambda match: match.start)
