"""Scores from 1 to 5: '5 sao', 'bốn điểm', '4/5', 'rất hài lòng', 'tệ'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onestop.text.diacritics import fold, nfc
from onestop.text.numbers import NUMBER, parse_number

_STARS = re.compile(rf"\b(?P<n>{NUMBER})\s*(?:ngoi\s+)?(?:sao|diem|\*|(?:/|tren)\s*(?:5|10|nam|muoi)\b)(?!\s*\d)")
_PICTURES = re.compile(r"(?:⭐|🌟|★)(?:\ufe0f)?(?:\s?(?:⭐|🌟|★)\ufe0f?){0,4}")
# Worse readings first: 'không hài lòng' holds 'hài lòng'.
_WORDS: tuple[tuple[int, str], ...] = (
    (
        1,
        r"(?:rat|qua|cuc ky|sieu)\s+(?:te|kem|do|toi te|chan)|te\s+(?:hai|qua|lam)"
        r"|(?:rat|hoan toan)\s+khong\s+hai\s+long",
    ),
    (
        2,
        r"(?:khong|khong duoc|chua|ko|k|hong|hok|hem|chang)\s+(?:duoc\s+)?(?:hai\s+long|tot|ung|vua\s+long|on)"
        r"|te|kem|do\s+te|do|chan|that\s+vong|buc\s+minh|hoi\s+cham",
    ),
    (3, r"binh\s+thuong|tam\s+(?:duoc|tam|on)|tam\s+tam|trung\s+binh|cung\s+duoc|duoc\s+thoi"),
    (
        5,
        r"(?:rat|cuc\s+ky|vo\s+cung|qua|sieu)\s+(?:hai\s+long|tot|tuyet|ung|ok|nhiet\s+tinh|gioi|vua\s+y)"
        r"|tuyet\s+voi|hai\s+long\s+(?:lam|qua|tuyet\s+doi|vo\s+cung)|xuat\s+sac|qua\s+tot|tot\s+lam|hoan\s+hao"
        r"|(?:het\s+suc|het\s+y)\s+(?:hai\s+long|tot)|ung\s+(?:lam|qua)|diem\s+toi\s+da|diem\s+tuyet\s+doi",
    ),
    (4, r"hai\s+long|tot|on|hai\s+lo(?:ng)?|ung\s+y|kha"),
)  # fmt: skip
_WORD_PATTERNS = tuple((score, re.compile(rf"\b(?:{pattern})\b")) for score, pattern in _WORDS)
_MARKED = {"te": "tệ", "do": "dở", "chan": "chán", "kem": "kém", "on": "ổn", "tot": "tốt", "kha": "khá", "ung": "ưng"}

_ONLY_WITH_MARKS = ("do", "on", "chan")  # too common in other senses


@dataclass(frozen=True)
class RatingMatch:
    """A score found in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        written: As the citizen wrote it.
        rating: 1 (worst) to 5 (best).
    """

    start: int
    end: int
    written: str
    rating: int


def find_ratings(text: str) -> list[RatingMatch]:
    """Finds the scores in a message, in order, numbers and words; a number above 5 counts as of ten."""
    text = nfc(text)
    folded = fold(text)
    found: list[RatingMatch] = []

    def add(start: int, end: int, rating: int) -> None:
        if not any(other.start < end and start < other.end for other in found):
            found.append(RatingMatch(start, end, text[start:end], rating))

    for match in _STARS.finditer(folded):
        score = parse_number(match["n"])
        if score is not None and 0 <= score <= 10:
            add(match.start(), match.end(), _of_five(score))
    for match in _PICTURES.finditer(text):
        add(match.start(), match.end(), min(5, sum(match.group().count(star) for star in "⭐🌟★")))
    for rating, pattern in _WORD_PATTERNS:
        for match in pattern.finditer(folded):
            if _has_right_marks(text[match.start() : match.end()], match.group()):
                add(match.start(), match.end(), rating)
    return sorted(found, key=lambda match: match.start)


def rating_of(written: str) -> int | None:
    """Reads a text that is one score, a bare number included; None when it is none."""
    number = parse_number(written.strip())
    if number is not None:
        return _of_five(number) if 0 <= number <= 10 else None
    found = find_ratings(written)
    return max(found, key=lambda match: match.end - match.start).rating if found else None


def _of_five(score: int) -> int:
    return max(1, score if score <= 5 else round(score / 2))


def _has_right_marks(written: str, folded: str) -> bool:
    lowered = written.lower()
    if folded in _ONLY_WITH_MARKS:
        return lowered == _MARKED[folded]
    return lowered == folded or folded not in _MARKED or lowered == _MARKED[folded]
