"""Names of roads, stops and places in what people type: no marks, shortened, misspelt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence

from onestop.text import fold, nfc

LIKENESS = 0.82
_AFTER_A_NAME = frozenset(
    "o tai thuoc xa phuong huyen thi tinh ap khu khuc doan gan tu den va bao gia vi thua thi la co nay".split()
)
LIKENESS_OF_A_WORD = 0.8
LIKENESS_WITHOUT_BLANKS = 0.92
_NOT_WORDS = re.compile(r"[^\w]+")
_SHORT_ROADS = (
    (re.compile(r"\b(?:duong tinh|tinh lo|dt|tl|duong dt|hl|huong lo)\s*(\d+\w?)\b"), r"dt \1"),
    (re.compile(r"\b(?:quoc lo|ql)\s*(\d+\w?)\b"), r"ql \1"),
    (re.compile(r"\bql 1a\b"), "ql 1"),
    (re.compile(r"\b(?:cmt ?8|cach mang thang 8)\b"), "cach mang thang tam"),
    (re.compile(r"\b(?:duong )?3[/ ]2\b"), "3 thang 2"),
    (re.compile(r"\b(?:duong )?30[/ ]4\b"), "30 thang 4"),
    (re.compile(r"\b(?:duong )?2[/ ]9\b"), "2 thang 9"),
)


def key_of(name: str) -> str:
    """A name as it is compared: folded, one blank between words, numbered roads in one spelling.

    "Đường tỉnh 826" and "DT826" are both "dt 826".
    """
    plain = " ".join(_NOT_WORDS.sub(" ", fold(nfc(name))).split())
    for pattern, spelling in _SHORT_ROADS:
        plain = pattern.sub(spelling, plain)
    return re.sub(r"^(?:duong|pho|hem) (?=\S)", "", plain)


def names_in(
    words: str, names: Collection[str], is_exact: bool = False, followers: Collection[str] = frozenset()
) -> list[str]:
    """The names (keys) that stand in a text; where none does, the one that is most like a part of it.

    Args:
        words: What somebody typed.
        names: Keys made by `key_of`.
        is_exact: Whether a misspelt name is none.
        followers: Keys of what often comes right after a name (communes after roads), so that the name ends there.
    """
    plain = f" {key_of(words)} "
    found = [name for name in names if name and f" {name} " in plain]
    longest = [one for one in found if not any(one != other and f" {one} " in f" {other} " for other in found)]
    if longest:
        return sorted(longest, key=plain.index)
    return [] if is_exact else _likest(plain.split(), names, followers)


def _likest(words: Sequence[str], names: Collection[str], followers: Collection[str]) -> list[str]:
    """The name most like a stretch of words.

    A short word may be wrong only where a name can end: "Hữu Thọ" is not "Huệ".
    """
    best, best_likeness = "", 0.0
    for name in names:
        parts = name.split()
        if len("".join(parts)) < 5 or name.replace(" ", "").isdigit():
            continue
        for likeness in _likenesses(words, parts, followers):
            if likeness > best_likeness:
                best, best_likeness = name, likeness
    return [best] if best_likeness >= LIKENESS else []


def _likenesses(words: Sequence[str], parts: Sequence[str], followers: Collection[str]) -> Iterator[float]:
    size = len(parts)
    for start in range(len(words) - size + 1):
        stretch = words[start : start + size]
        ends_here = _is_end(words[start + size :], followers)
        if all(_may_be(word, part, ends_here) for word, part in zip(stretch, parts, strict=True)):
            yield _likeness("".join(stretch), "".join(parts))
    for other in (size - 1, size + 1):  # a blank too many or too few
        for start in range(len(words) - other + 1 if other > 0 else 0):
            likeness = _likeness("".join(words[start : start + other]), "".join(parts))
            if likeness >= LIKENESS_WITHOUT_BLANKS:
                yield likeness


def _is_end(following: Sequence[str], followers: Collection[str]) -> bool:
    if not following or following[0] in _AFTER_A_NAME or following[0].isdigit():
        return True
    rest = " ".join(following) + " "
    return any(rest.startswith(f"{name} ") for name in followers)


def _may_be(word: str, part: str, ends_here: bool) -> bool:
    if word == part:
        return True
    if len(part) < 4 or len(word) < 3:
        return ends_here and len(word) == len(part) == 3 and sum(map(str.__ne__, word, part)) == 1
    return abs(len(word) - len(part)) <= 2 and _ratio(word, part) >= LIKENESS_OF_A_WORD


def _likeness(window: str, name: str) -> float:
    if abs(len(window) - len(name)) > 2 or _digits(window) != _digits(name):
        return 0.0
    return _ratio(window, name)


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _digits(word: str) -> str:
    return "".join(character for character in word if character.isdigit())
