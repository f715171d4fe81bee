"""Splits a message into clauses that can each hold a request."""

from __future__ import annotations

import re

from onestop.text import fold, has_diacritics

Span = tuple[int, int]

_BREAK = re.compile(
    r"[.!?;\n]+(?=\s|$)|[?!;]+|,"
    r"|\s(?=(?:voi lai|nhan tien|tien the|tien day|san tien|san cho|san day|ngoai ra|ben canh do|dong thoi|a ma|con nua"
    r"|roi cho|va cho|cho hoi them|hoi them|luon tien|tien cho|con cai|them nua|va|con|roi"
    r"|xong(?! (?:thi|chua|khong|ko|k|hong|het|viec|xuoi)\b))\s)"
)
_FEWEST_WORDS = 2


def split_clauses(text: str) -> list[Span]:
    """Returns the [start, end) of a message's clauses, in order.

    Clauses end at marks and before words that bring another matter up ("với lại", "nhân tiện", "còn"). What is
    too short to hold a request goes with its neighbour.
    """
    folded, is_marked = fold(text), has_diacritics(text)
    starts = [0]
    for match in _BREAK.finditer(folded):
        if _is_inside_number(folded, match) or _is_child(text, match.end(), is_marked):
            continue
        starts.append(match.end())
    spans = [_trimmed(text, start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    clauses: list[Span] = []
    for start, end in spans:
        if start >= end:
            continue
        if clauses and (_words(text, start, end) < _FEWEST_WORDS or _words(text, *clauses[-1]) < _FEWEST_WORDS):
            clauses[-1] = (clauses[-1][0], end)
        else:
            clauses.append((start, end))
    return clauses


def _is_inside_number(text: str, match: re.Match[str]) -> bool:
    return match.group() in (",", ".") and text[match.end() : match.end() + 1].isdigit()


def _is_child(text: str, start: int, is_marked: bool) -> bool:
    """Whether 'con' begins here, in a message that would write the joining word 'còn'."""
    return is_marked and re.match(r"(?i)con\b", text[start:]) is not None


def _words(text: str, start: int, end: int) -> int:
    return len(re.findall(r"\w+", text[start:end]))


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and not (text[start].isalnum()):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
