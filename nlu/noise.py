"""Misspells messages the way people do, keeping track of where entities end up.

For training copies (so that a model has seen such writing) and for measuring how much understanding is lost.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from nlu.examples import EntitySpan, Example
from onestop.text import fold

_WORD = re.compile(r"\w+|\W")
_TEENCODE = {
    "không": ["ko", "k", "hok", "hông", "khong"], "được": ["dc", "đc", "đx"], "hồ sơ": ["hs"],
    "gì": ["j", "ji"], "vậy": ["z", "v", "zậy"], "rồi": ["r", "rùi"], "bao nhiêu": ["bn", "bnhiu"],
    "với": ["vs"], "em": ["e"], "anh": ["a"], "mình": ["mk", "mik"], "biết": ["bít", "bik"],
    "muốn": ["mún"], "cũng": ["cx"], "người": ["ng"], "trước": ["trc"], "thủ tục": ["tthc", "tt"],
    "giấy tờ": ["gtờ"], "số điện thoại": ["sđt", "sdt"], "như thế nào": ["ntn"], "làm": ["lm"],
    "cảm ơn": ["tks", "cmon"], "quá": ["wá"], "luôn": ["lun"], "thôi": ["thui"], "bây giờ": ["bjo"],
    "đăng ký": ["đk", "dk"], "kết quả": ["kq"], "căn cước công dân": ["cccd"], "căn cước": ["cccd"],
    "khai sinh": ["ks"], "kết hôn": ["kh"], "giấy phép": ["gp"], "xây dựng": ["xd"], "kinh doanh": ["kd"],
    "lệ phí": ["lp"], "hôm nay": ["hnay"], "điện thoại": ["đt"], "ủy ban": ["ub"], "bảo hiểm": ["bh"],
    "nhé": ["nha"], "gửi": ["gởi"], "thứ bảy": ["t7"], "công ty": ["cty"],
}  # fmt: skip
_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_SHAPES = {"\u0302": None, "\u0306": "w", "\u031b": "w"}
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "x": "zc", "y": "tu",
}  # fmt: skip

Rewrite = Callable[[str, random.Random], str]


def _rewrite_example(example: Example, rewrite_piece: Rewrite, rng: random.Random) -> Example:
    """Rewrites the stretches between and inside entities one by one, so that entities keep their borders."""
    parts: list[str] = []
    spans: list[EntitySpan] = []
    position = length = 0

    def take(piece: str) -> int:
        parts.append(piece)
        return len(piece)

    for span in example.entities:
        length += take(rewrite_piece(example.text[position : span.start], rng))
        inside = example.text[span.start : span.end]
        written = rewrite_piece(inside, rng) if span.entity in _WORDY else inside
        spans.append(EntitySpan(length, length + len(written), span.entity, span.value))
        length += take(written)
        position = span.end
    take(rewrite_piece(example.text[position:], rng))
    return Example("".join(parts), example.intent, tuple(spans), example.origin)


_WORDY = ("procedure", "agency", "place", "date", "rating", "parcel")


def folded(example: Example) -> Example:
    """The message as typed without diacritics (lower case too)."""
    return Example(fold(example.text), example.intent, example.entities, example.origin)


def _teencode_piece(piece: str, rng: random.Random) -> str:
    for words, shorts in _TEENCODE.items():
        if words in piece.lower() and rng.random() < 0.7:
            piece = re.sub(rf"(?i)(?<!\w){words}(?!\w)", rng.choice(shorts), piece)
    return piece


def telex_keys(word: str) -> str:
    """The keys of a word typed with the input method switched off: 'được' → 'dduwowcj'."""
    keys, tone = "", ""
    for character in unicodedata.normalize("NFD", word):
        if character in _TELEX_TONES:
            tone = _TELEX_TONES[character]
        elif character in _TELEX_SHAPES:
            keys += _TELEX_SHAPES[character] or keys[-1]
        else:
            keys += "dd" if character == "đ" else character
    return keys + tone


def _telex_piece(piece: str, rng: random.Random) -> str:
    words = _WORD.findall(piece)
    return "".join(telex_keys(w) if len(w) > 1 and not w.isascii() and rng.random() < 0.4 else w for w in words)


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    kind = rng.random()
    if kind < 0.3:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.55:
        return word[:at] + word[at + 1 :]
    if kind < 0.75:
        return word[:at] + word[at] + word[at:]
    base = fold(word[at])
    return word[:at] + rng.choice(_NEAR.get(base, base)) + word[at + 1 :]


def _typo_piece(piece: str, rng: random.Random) -> str:
    words = _WORD.findall(piece)
    return "".join(_typo(w, rng) if len(w) > 2 and w.isalpha() and rng.random() < 0.15 else w for w in words)


def _glue_piece(piece: str, rng: random.Random) -> str:
    return re.sub(r"(?<=\w) (?=\w)", lambda match: "" if rng.random() < 0.1 else " ", piece)


def _half_folded_piece(piece: str, rng: random.Random) -> str:
    words = _WORD.findall(piece)
    return "".join(fold(w) if rng.random() < 0.5 else w for w in words)


_PIECES: dict[str, Rewrite] = {
    "teencode": _teencode_piece,
    "telex": _telex_piece,
    "typos": _typo_piece,
    "half_folded": _half_folded_piece,
    "missing_spaces": _glue_piece,
}
KINDS = ("folded", *_PIECES)
"""The kinds of noise that `noisy` knows."""


def noisy(example: Example, kind: str, seed: int = 0) -> Example:
    """Returns the example written with one kind of noise; the same seed gives the same spelling.

    Codes, phones and other numbers inside entities are left alone.
    """
    if kind == "folded":
        return folded(example)
    rng = random.Random(f"{seed}:{kind}:{example.text}")
    return _rewrite_example(example, _PIECES[kind], rng)
