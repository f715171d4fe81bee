"""What cannot wait for an office: fire, injury, crime. Read from key phrases, before anything else is understood.

Folding would make "cháy" (fire) of "chạy" (run), so words with marks are compared with marks and a text without any
has phrases of its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from onestop.services.feedback_classes import DATA
from onestop.text import fold, has_diacritics, nfc

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Emergency:
    """A kind of emergency with whom to call; `is_urgent` is false where a crime is told of that is not going on."""

    id: str
    what: str
    phones: tuple[str, ...]
    is_urgent: bool


@dataclass(frozen=True)
class _Phrases:
    emergency: Emergency
    marked: tuple[str, ...]
    unmarked: tuple[str, ...]
    unless: tuple[str, ...]


def urgent_in(text: str) -> Emergency | None:
    """The emergency that a message cries out, or None."""
    never, kinds = _data()
    if len(text) > 400 or _has_any(text, never, never):
        return None
    return next((one.emergency for one in kinds if one.emergency.is_urgent and _is_in(one, text)), None)


def crime_in(text: str) -> Emergency | None:
    """The emergency or crime that a report tells of, or None."""
    return urgent_in(text) or next((one.emergency for one in _data()[1] if _is_in(one, text)), None)


def _is_in(phrases: _Phrases, text: str) -> bool:
    return _has_any(text, phrases.marked, phrases.unmarked) and not _has_any(text, phrases.unless, phrases.unless)


def _has_any(text: str, marked: tuple[str, ...], unmarked: tuple[str, ...]) -> bool:
    if has_diacritics(text):
        spaced, phrases = _spaced(nfc(text).lower()), marked
    else:
        spaced, phrases = _spaced(fold(text)), tuple(map(fold, unmarked))
    return any(f" {phrase} " in spaced for phrase in phrases)


def _spaced(text: str) -> str:
    return f" {' '.join(_WORDS.findall(text))} "


@lru_cache(maxsize=1)
def _data() -> tuple[tuple[str, ...], tuple[_Phrases, ...]]:
    data = json.loads((DATA / "emergencies.json").read_text(encoding="utf-8"))
    kinds = tuple(
        _Phrases(
            Emergency(one["id"], one["what"], tuple(one["phones"]), one["is_urgent"]),
            tuple(one["marked"]),
            tuple(one["unmarked"]),
            tuple(one["unless"]),
        )
        for one in data["kinds"]
    )
    return tuple(data["never"]), kinds
