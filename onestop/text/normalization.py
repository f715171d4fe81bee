"""Brings a citizen's spelling to one spelling, and remembers where each character came from.

For understanding only: what a citizen wrote is stored as written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from onestop.text.diacritics import fold
from onestop.text.input_slips import decode_telex, decode_vni
from onestop.text.syllables import is_folded_syllable, is_syllable, with_common_tone_place

_WORD = re.compile(r"\w+", re.UNICODE)
_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_ABBREVIATIONS_FILE = Path(__file__).parent / "data" / "abbreviations.json"

Span = tuple[int, int]


@dataclass(frozen=True)
class NormalizedText:
    """A normalised text with the way back.

    Attributes:
        text: The normalised text, NFC, lower case.
        spans: For each character of `text`, the [start, end) of the original that it stands for.
    """

    text: str
    spans: tuple[Span, ...]

    def original_span(self, start: int, end: int) -> Span:
        """Maps [start, end) of the normalised text to the original; an empty stretch maps to an empty one."""
        if start >= end:
            at = self.spans[start][0] if start < len(self.spans) else (self.spans[-1][1] if self.spans else 0)
            return at, at
        return self.spans[start][0], self.spans[end - 1][1]


@lru_cache(maxsize=1)
def abbreviations() -> dict[str, str]:
    """Short forms (lower case, NFC) and the words they always stand for."""
    words: dict[str, str] = json.loads(_ABBREVIATIONS_FILE.read_text(encoding="utf-8"))["words"]
    return words


def _compose(text: str) -> list[tuple[str, Span]]:
    """Splits a text into NFC characters, each with the span it came from."""
    composed: list[tuple[str, Span]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        composed.extend((character, (start, end)) for character in unicodedata.normalize("NFC", text[start:end]))
        start = end
    return composed


def _is_dropped(character: str) -> bool:
    """Emoji, variation selectors and other pictures."""
    return unicodedata.category(character) in ("So", "Sk", "Cf", "Co", "Cs", "Mn", "Me")


def normalize(text: str) -> NormalizedText:
    """Normalises a message for understanding.

    Lower case and NFC; tone marks at their common place ('hoà' → 'hòa'); Telex and VNI slips decoded; letters
    repeated for stress made one; teencode and unambiguous abbreviations written out; emoji made a blank.
    Words with digits that are no VNI slip (codes, dates, phones) are only put in lower case.
    """
    composed = _compose(text)
    plain = "".join(" " if _is_dropped(c) else c.lower()[:1] or c for c, _ in composed)
    origin = [span for _, span in composed]
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(plain)]
    is_vni = any(decode_vni(word) for _, _, word in words)
    parts: list[str] = []
    spans: list[Span] = []
    position = 0
    for i, (start, end, word) in enumerate(words):
        parts.append(plain[position:start])
        spans.extend(origin[position:start])
        before = words[i - 1][2] if i else ""
        after = words[i + 1][2] if i + 1 < len(words) else ""
        written_out = _word_in_context(word, before, after, is_vni, plain[start - 1 : start] or " ")
        parts.append(written_out)
        if written_out == word:
            spans.extend(origin[start:end])
        else:
            spans.extend([(origin[start][0], origin[end - 1][1])] * len(written_out))
        position = end
    parts.append(plain[position:])
    spans.extend(origin[position:])
    return NormalizedText("".join(parts), tuple(spans))


def _word_in_context(word: str, before: str, after: str, is_vni: bool, left: str) -> str:
    if word in _CONTEXTUAL:
        return _CONTEXTUAL[word](fold(before), fold(after)) or word
    if left.isdigit() or word.isdigit():
        return word
    if len(word) == 1 and left not in " ,.?!" and word in "kjrzvea":
        return word  # part of a web address, a formula or '50k'
    return normalize_word(word, is_vni)


@lru_cache(maxsize=20000)
def normalize_word(word: str, is_vni: bool = False) -> str:
    """Normalises one lower-case word by itself; `is_vni` tells that the message was typed by VNI keys."""
    known = abbreviations()
    if word in known:
        return known[word]
    if any(character.isdigit() for character in word):
        return decode_vni(word, is_tone_enough=is_vni) or word
    decoded = decode_telex(word)
    if decoded:
        return decoded
    if is_syllable(word):
        return with_common_tone_place(word)
    single = _REPEATED.sub(r"\1", word)
    if single != word:
        return normalize_word(single)
    moved = with_common_tone_place(word)
    if moved != word:
        return moved
    if len(word) > 2 and word[-1] == word[-2]:  # 'giúpp'
        shorter = word.rstrip(word[-1]) + word[-1]
        if is_syllable(shorter) or is_folded_syllable(shorter) or shorter in known:
            return normalize_word(shorter)
    return word


_AFTER_CAN = frozenset("ko k khong chua hong hok hem kg roi r z v vay ha a nha khum hay".split())
_VERBS_BEFORE = frozenset("lam nop lay xin gui tra xem coi di duoc cap doi ban sang tach ky xong dang".split())


def _dc(before: str, after: str) -> str:
    if before in {"xin", "cho", "ghi", "so", "biet", "nham"} and after not in _AFTER_CAN:
        return "địa chỉ"
    if after in {"o", "trung", "cua", "ubnd", "cty", "nha", "chi", "cho"} and before not in _VERBS_BEFORE:
        return "địa chỉ"
    return "được"


def _bn(before: str, after: str) -> str:
    if before in {"so", "ma", "giay", "phieu", "cai", "to"}:
        return "biên nhận"
    if after in {
        "tien",
        "ngay",
        "lau",
        "tuoi",
        "k",
        "phi",
        "thang",
        "hom",
        "bua",
        "gio",
        "v",
        "z",
        "vay",
        "r",
        "nghin",
    }:
        return "bao nhiêu"
    if before in {"het", "ton", "phi", "gia", "la", "mat", "tien", "dong", "khoang"}:
        return "bao nhiêu"
    return "bạn"


def _dk(before: str, after: str) -> str:
    if after in _AFTER_CAN or (not after and before in _VERBS_BEFORE):
        return "được"
    return "đăng ký"


def _bs(before: str, after: str) -> str:
    if before in {"can", "yeu", "phai", "hs", "so", "giay", "cau", "bao", "them", "doi"}:
        return "bổ sung"
    if after in {"gks", "khai", "cccd", "bang", "ks", "sao"}:
        return "bản sao"
    return ""


def _ks(before: str, after: str) -> str:
    return "khai sinh" if before in {"giay", "lam", "dk", "ky", "luc", "g", "sao", "ban", "to"} else ""


_CONTEXTUAL: dict[str, Callable[[str, str], str]] = {
    "dc": _dc,
    "đc": _dc,
    "bn": _bn,
    "dk": _dk,
    "bs": _bs,
    "ks": _ks,
    "t2": lambda before, after: "thứ hai",
    "t3": lambda before, after: "thứ ba",
    "t4": lambda before, after: "thứ tư",
    "t5": lambda before, after: "thứ năm",
    "t6": lambda before, after: "thứ sáu",
    "t7": lambda before, after: "thứ bảy",
    "cn": lambda before, after: "chủ nhật" if before in {"t7", "bay", "sang", "chieu", "ngay", "hay", "7"} else "",
}
