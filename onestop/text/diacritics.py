"""Unicode form and diacritics of Vietnamese text."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def nfc(text: str) -> str:
    """Returns the text in Unicode normalisation form C, the only form in which offsets are meant here."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """Folds one character to exactly one character."""
    lowered = character.lower()
    decomposed = unicodedata.normalize("NFD", lowered)
    if not decomposed:
        return character
    base = decomposed[0]
    if base in "đð":
        return "d"
    # A combining mark that NFC could not attach stays, so that offsets keep their meaning.
    return base


class _FoldTable(dict[int, str]):
    def __missing__(self, codepoint: int) -> str:
        folded = _fold_character(chr(codepoint))
        self[codepoint] = folded
        return folded


_FOLD_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Returns the text in lower case, without diacritics, with d for đ.

    One character of `nfc(text)` becomes exactly one character, so for a text already in NFC every offset into
    the folded text is also an offset into the text. Blanks, punctuation and emoji stay.
    """
    return text.lower() if text.isascii() else nfc(text).translate(_FOLD_TABLE)


def has_diacritics(text: str) -> bool:
    """Tells whether any letter carries a Vietnamese mark, or is đ."""
    if text.isascii():
        return False
    return nfc(text).lower() != fold(text)
