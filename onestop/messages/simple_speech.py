"""For who wants it simple: a short text, the rest on request, choices as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LINES = 5
MOST_CHARACTERS = 260
MORE_TITLE = "Nghe thêm"
MOST_CHOICES = 5
MOST_REST = 1500

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+(?=[A-ZĐÀ-Ỹ])")
_IN_BRACKETS = re.compile(r"\s*\((?:ví dụ|thủ tục|theo)[^()]*\)")


@dataclass(frozen=True)
class Simple:
    """What is said now, and what is left for "Nghe thêm"."""

    text: str
    rest: str = ""


def simplified(text: str) -> Simple:
    """Cuts a text to a few short lines; a question at its end stays with what is said now."""
    lines = [line for whole in text.split("\n") for line in _short_lines(_IN_BRACKETS.sub("", whole).strip())]
    question = lines.pop() if len(lines) > 1 and lines[-1].endswith("?") else ""
    shown = _fitting(lines)
    rest = "\n".join(lines[len(shown) :])
    return Simple("\n".join([*shown, *([question] if question else [])]), rest[:MOST_REST])


def _short_lines(line: str) -> list[str]:
    return [part for part in _SENTENCE_ENDS.split(line) if part]


def _fitting(lines: list[str]) -> list[str]:
    shown: list[str] = []
    for line in lines[:MOST_LINES]:
        if shown and sum(map(len, shown)) + len(line) > MOST_CHARACTERS:
            break
        shown.append(line)
    if len(lines) - len(shown) == 1 and len(lines[-1]) <= MOST_CHARACTERS // 3:
        shown.append(lines[-1])  # one short line more is no reason to ask
    return shown
