"""Names of roads, stops and places in what people type: no marks, shortened, misspelt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence

from onestop.text import fold, nfc

LIKENESS = 0.82
_NOT_WORDS = re.compile(r"[^\w]+")
_SHORT_ROADS = (
    (re.compile(r"\b(?:duong tinh|tinh lo|dt|tl|duong dt|hl|huong lo)\s*(\d+\w?)\b"), r"dt \1"),
    (re.compile(r"\b(?:quoc lo|ql)\s*(\d+\w?)\b"), r"ql \1"),
    (re.compile(r"\bql 1a\b"), "ql 1"),
    (re.compile(r"\b(?:cmt ?8|cach mang thang 8)\b"), "cach mang thang tam"),
)


def key_of(name: str) -> str:
    """A name as it is compared: folded, one blank between words, numbered roads in one spelling.

    "Đường tỉnh 826" and "DT826" are both "dt 826".
    """
    plain = " ".join(_NOT_WORDS.sub(" ", fold(nfc(name))).split())
    for pattern, spelling in _SHORT_ROADS:
        plain = pattern.sub(spelling, plain)
    return re.sub(r"^(?:duong|pho|hem) (?=\S)", "", plain)


def names_in(words: str, names: Collection[str], is_exact: bool = False) -> list[str]:
    """The names (keys) that stand in a text; where none does, the one that is most like a part of it.

    Args:
        words: What somebody typed.
        names: Keys made by `key_of`.
        is_exact: Whether a misspelt name is none.
    """
    plain = f" {key_of(words)} "
    found = [name for name in names if name and f" {name} " in plain]
    longest = [one for one in found if not any(one != other and f" {one} " in f" {other} " for other in found)]
    if longest:
        return sorted(longest, key=plain.index)
    return [] if is_exact else _likest(plain.split(), names)


def _likest(words: Sequence[str], names: Collection[str]) -> list[str]:
    best, best_likeness = "", 0.0
    windows = {size: _windows(words, size) for size in range(1, 8)}
    for name in names:
        joined, size = name.replace(" ", ""), name.count(" ") + 1
        if len(joined) < 5 or joined.isdigit():
            continue
        for window in (*windows.get(size - 1, ()), *windows.get(size, ()), *windows.get(size + 1, ())):
            likeness = _likeness(window, joined)
            if likeness > best_likeness:
                best, best_likeness = name, likeness
    return [best] if best_likeness >= LIKENESS else []


def _windows(words: Sequence[str], size: int) -> list[str]:
    return ["".join(words[start : start + size]) for start in range(len(words) - size + 1)] if size > 0 else []


def _likeness(window: str, name: str) -> float:
    if abs(len(window) - len(name)) > 2 or _digits(window) != _digits(name):
        return 0.0
    matcher = difflib.SequenceMatcher(None, window, name, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= LIKENESS and matcher.quick_ratio() >= LIKENESS else 0.0


def _digits(word: str) -> str:
    return "".join(character for character in word if character.isdigit())
