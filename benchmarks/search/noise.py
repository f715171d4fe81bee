"""Spoils names the way people do: without marks, with typos, raw Telex keys, abbreviations, chatter around them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from onestop.search.wording import abbreviations
from onestop.text import fold

_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_SHAPES = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_NEAR = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopoSdfghjklkxcvbnmn".lower(), strict=True))
_BEFORE = (
    "cho em hỏi thủ tục ",
    "dạ chào ad, em muốn làm ",
    "anh chị ơi giờ muốn ",
    "tui cần ",
    "xin hỏi hồ sơ ",
    "làm sao để ",
    "mình muốn hỏi về ",
)
_AFTER = (
    " cần giấy tờ gì ạ",
    " ở đâu vậy",
    " thì làm sao",
    " mất bao lâu",
    " giúp em với",
    " nha ad",
    " hết nhiêu tiền",
)


def unmarked(name: str, chance: random.Random) -> str:
    """Drops the marks."""
    return fold(name)


def with_typos(name: str, chance: random.Random) -> str:
    """Swaps, drops, doubles or mistypes one letter in about every 25, at least one."""
    letters = list(name.lower())
    for _ in range(max(1, len(letters) // 25)):
        at = chance.randrange(len(letters) - 1)
        kind = chance.choice(("swap", "drop", "double", "near"))
        if kind == "swap":
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind == "drop":
            letters[at] = ""
        elif kind == "double":
            letters[at] *= 2
        else:
            letters[at] = _NEAR.get(letters[at], letters[at])
    return "".join(letters)


def unmarked_with_typos(name: str, chance: random.Random) -> str:
    """Both of the above."""
    return with_typos(fold(name), chance)


def as_telex_keys(name: str, chance: random.Random) -> str:
    """Writes about a third of the words as the raw keys of the Telex method, the tone key last."""
    return " ".join(_telex(word) if chance.random() < 0.35 else word for word in name.lower().split())


def _telex(word: str) -> str:
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), tone)
        toneless = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        keys += _SHAPES.get(toneless, toneless)
    return keys + tone


def abbreviated(name: str, chance: random.Random) -> str:
    """Puts short forms in place of words that have one, each with even odds."""
    text = name.lower()
    for short, meaning in sorted(abbreviations().items(), key=lambda pair: -len(pair[1])):
        if meaning in text and chance.random() < 0.5:
            text = text.replace(meaning, short)
    return text


def in_chatter(name: str, chance: random.Random) -> str:
    """Puts everyday words before and behind."""
    return chance.choice(_BEFORE) + name.lower() + chance.choice(_AFTER)


def unmarked_in_chatter(name: str, chance: random.Random) -> str:
    """Puts everyday words around, and drops all marks."""
    return fold(in_chatter(name, chance))


def shortened(name: str, chance: random.Random) -> str:
    """Leaves out about every eighth word."""
    words = name.lower().split()
    kept = [word for word in words if chance.random() > 0.125]
    return " ".join(kept if len(kept) > 2 else words)


Spoiling = Callable[[str, random.Random], str]
SPOILINGS: dict[str, Spoiling] = {
    "unmarked": unmarked,
    "typos": with_typos,
    "unmarked, typos": unmarked_with_typos,
    "telex keys": as_telex_keys,
    "abbreviated": abbreviated,
    "in chatter": in_chatter,
    "unmarked, in chatter": unmarked_in_chatter,
    "shortened": shortened,
}
