"""Vietnamese number words, with or without diacritics."""

from __future__ import annotations

import re

from onestop.text.diacritics import fold

_UNITS = {
    "khong": 0, "linh": 0, "le": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5,
    "lam": 5, "nham": 5, "sau": 6, "bay": 7, "bẩy": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_MARKED = {
    "khong": {"không"}, "linh": {"linh"}, "le": {"lẻ"}, "mot": {"một", "mốt"}, "hai": {"hai"}, "ba": {"ba"},
    "bon": {"bốn"}, "tu": {"tư"}, "nam": {"năm"}, "lam": {"lăm"}, "nham": {"nhăm"}, "sau": {"sáu"},
    "bay": {"bảy", "bẩy"}, "tam": {"tám"}, "chin": {"chín"}, "muoi": {"mười", "mươi"}, "chuc": {"chục"},
    "tram": {"trăm"},
}  # fmt: skip

WORD = "(?:khong|linh|le|mot|hai|ba|bon|tu|nam|lam|nham|sau|bay|tam|chin|muoi|chuc|tram)"
"""A regular expression for one folded number word."""
NUMBER = rf"(?:\d{{1,4}}|{WORD}(?:\s+{WORD}){{0,4}})"
"""A regular expression, over folded text, for a number in digits or words up to hundreds."""

_WORD_OR_DIGITS = re.compile(r"\w+")


def is_number_word(word: str) -> bool:
    """Tells whether a word, with the marks it has, is a number word ('nam' may be, 'nám' is not)."""
    folded = fold(word)
    return folded in _MARKED and (word.lower() == folded or word.lower() in _MARKED[folded])


def parse_number(text: str) -> int | None:
    """Reads a number below 1,000 in digits or words: '12', 'mười hai', 'hai mươi lăm', 'ba trăm lẻ hai'.

    A sequence of bare digits in words ('một hai ba') is no number and gives None.
    """
    words = _WORD_OR_DIGITS.findall(fold(text))
    if len(words) == 1 and words[0].isdigit():
        return int(words[0])
    if not words or any(word not in _MARKED for word in words):
        return None
    return _sum_words(words)


def _sum_words(words: list[str]) -> int | None:
    total, pending = 0, None
    for word in words:
        if word in ("muoi", "chuc"):
            if pending is not None and pending > 9:
                return None
            total += 10 * (pending or 1)
            pending = None
        elif word == "tram":
            if pending is None:
                return None
            total += 100 * pending
            pending = None
        elif pending is not None and pending > 0:
            return None
        else:
            pending = _UNITS[word]
    return total + (pending or 0)


def spoken_digits(text: str) -> str | None:
    """Reads digits said one by one: 'không chín một hai' → '0912'; None when a word is no digit."""
    digits: list[str] = []
    for word in _WORD_OR_DIGITS.findall(fold(text)):
        if word.isdigit():
            digits.append(word)
        elif word in _UNITS:
            digits.append(str(_UNITS[word]))
        else:
            return None
    return "".join(digits) or None
