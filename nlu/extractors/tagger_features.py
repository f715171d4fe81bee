"""What the entity tagger sees of each word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.extractors.exact_entities import find_exact_entities
from nlu.extractors.gazetteer import Gazetteer
from nlu.tokenizers.word_spans import Span
from onestop.text import fold
from onestop.text.normalization import normalize_word

# Features tell only where an exact reader found something; the day it is does not matter.
_ANY_DAY = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def shape(word: str) -> str:
    """The shape of a word: 'H39' → 'X9', 'Cần' → 'Xx', '15/7' → '9/9'."""
    letters: list[str] = []
    for character in word[:12]:
        kind = "9" if character.isdigit() else "X" if character.isupper() else "x" if character.isalpha() else character
        if not letters or letters[-1] != kind:
            letters.append(kind)
    return "".join(letters)


def word_features(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[list[str]]:
    """Returns the features of each word of a message.

    Each word is seen as written (lower case), spelling-normalised, and folded, with its neighbours and with what
    lists of names and exact readers say, so that nothing hangs on the diacritics alone.
    """
    raw = [text[start:end].lower() for start, end in spans]
    normal = [normalize_word(word) if len(word) < 12 else word for word in raw]
    folded = [fold(word) for word in normal]
    simple = ["0" * len(w) if w.isdigit() else w for w in folded]
    names, hints = _listed(folded, gazetteer)
    exact = _exact_marks(text, spans)
    count = len(spans)
    base: list[list[str]] = []
    for i in range(count):
        word = folded[i]
        own = [f"w={simple[i]}", f"n={normal[i]}", f"p2={word[:2]}", f"p3={word[:3]}", f"s2={word[-2:]}"]
        own += [f"s3={word[-3:]}", f"sh={shape(text[spans[i][0] : spans[i][1]])}", f"x={exact[i]}"]
        own += [f"g={mark}" for mark in names[i]]
        own += [f"h={hint}" for hint in hints[i]]
        own.append("hh=" + "".join(sorted(hints[i])))
        base.append(own)
    return [_with_context(i, base, simple, names, exact, count) for i in range(count)]


def _listed(folded: list[str], gazetteer: Gazetteer) -> tuple[list[list[str]], list[list[str]]]:
    """The lists' marks and hints for each word; a short form is looked up as the words that it stands for."""
    owners = [i for i, word in enumerate(folded) for _ in word.split()]
    parts = [part for word in folded for part in word.split()]
    names: list[list[str]] = [[] for _ in folded]
    hints: list[list[str]] = [[] for _ in folded]
    for owner, marks, own_hints in zip(owners, gazetteer.marks(parts), gazetteer.hints(parts), strict=True):
        names[owner] += [mark for mark in marks if mark not in names[owner]]
        hints[owner] += [hint for hint in own_hints if hint not in hints[owner]]
    return names, hints


def _with_context(
    i: int, base: list[list[str]], simple: list[str], names: list[list[str]], exact: list[str], count: int
) -> list[str]:
    def at(step: int) -> str:
        j = i + step
        return simple[j] if 0 <= j < count else ("<s>" if j < 0 else "</s>")

    features = list(base[i])
    features += [f"w{step:+d}={at(step)}" for step in (-3, -2, -1, 1, 2, 3)]
    features += [
        f"b-1={at(-1)}|{at(0)}",
        f"b+1={at(0)}|{at(1)}",
        f"b-2={at(-2)}|{at(-1)}",
        f"b+2={at(1)}|{at(2)}",
        f"t-={at(-2)}|{at(-1)}|{at(0)}",
        f"t0={at(-1)}|{at(0)}|{at(1)}",
        f"t+={at(0)}|{at(1)}|{at(2)}",
        f"j={at(-1)}|{at(1)}",
    ]
    for step in (-1, 1):
        if 0 <= i + step < count:
            features += [f"g{step:+d}={mark}" for mark in names[i + step]]
            features.append(f"x{step:+d}={exact[i + step]}")
    if i == 0:
        features.append("first")
    if i == count - 1:
        features.append("last")
    return features


def _exact_marks(text: str, spans: Sequence[Span]) -> list[str]:
    marks = ["-"] * len(spans)
    for entity in find_exact_entities(text, _ANY_DAY):
        is_first = True
        for i, (start, end) in enumerate(spans):
            if start < entity.end and entity.start < end:
                marks[i] = f"{entity.entity}:{'B' if is_first else 'I'}"
                is_first = False
    return marks
