"""Brings what people type, and the titles of the catalogue, to the forms that are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from onestop.text import fold, nfc, normalize

_ABBREVIATIONS = Path(__file__).with_name("abbreviations.tsv")
_BLANK = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Wording:
    """One text in the two forms that are compared; words are parted by single blanks, one blank stands at each end.

    Attributes:
        marked: Lower case, with the marks its writer typed.
        folded: The same without marks, d for đ.
    """

    marked: str
    folded: str

    @property
    def has_marks(self) -> bool:
        return self.marked != self.folded


def wording_of_query(text: str) -> Wording:
    """Undoes slips of the input method, teencode and abbreviations, and drops punctuation."""
    return _wording(normalize(text).text)


def wording_of_name(name: str) -> Wording:
    """Drops punctuation; a published name has no slips to undo."""
    return _wording(nfc(name).lower())


def _wording(text: str) -> Wording:
    marked = " ".join(_spelt_out(word) for word in _BLANK.sub(" ", text).split())
    return Wording(f" {marked} ", f" {fold(marked)} ")


def _spelt_out(word: str) -> str:
    return abbreviations().get(fold(word), word) if len(word) < 10 and not _has_tone(word) else word


def _has_tone(word: str) -> bool:
    """Tells whether more than đ is marked: 'đk' may be short for something, 'tờ' is a word."""
    return word.replace("đ", "d") != fold(word)


@lru_cache(maxsize=1)
def abbreviations() -> Mapping[str, str]:
    """Reads the packaged list of short forms: folded form → what it stands for, in lower case."""
    lines = _ABBREVIATIONS.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {form: meaning.lower() for form, meaning in pairs}
