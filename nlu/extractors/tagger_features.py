"""What the entity tagger sees of each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.extractors.exact_entities import find_exact_entities
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.learnt_names import LearntNames
from nlu.extractors.name_shapes import Shape, Words, find_shapes
from nlu.tokenizers.word_spans import Span
from onestop.text import fold
from onestop.text.normalization import normalize_word

# Features tell only where an exact reader found something; the day it is does not matter.
_ANY_DAY = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


_NEAR, _FARTHEST = 3, 10  # words off: the near ones are seen one by one, the far ones together


def shape(word: str) -> str:
    """The shape of a word: 'H39' → 'X9', 'Cần' → 'Xx', '15/7' → '9/9'."""
    letters: list[str] = []
    for character in word[:12]:
        kind = "9" if character.isdigit() else "X" if character.isupper() else "x" if character.isalpha() else character
        if not letters or letters[-1] != kind:
            letters.append(kind)
    return "".join(letters)


@dataclass(frozen=True)
class NameSources:
    """Where the tagger looks names up.

    Attributes:
        gazetteer: Lists of names.
        learnt: Names that the training messages mark, if they are used.
        without: The part of the training messages that is not to be heard (`LearntNames.marks`).
        hears_lists: Whether what the gazetteer says is told. Not always in training: lists know the names of the
            training messages better than those of strangers, and must not be relied upon alone.
    """

    gazetteer: Gazetteer
    learnt: LearntNames | None = None
    without: str | None = None
    hears_lists: bool = True


def word_features(text: str, spans: Sequence[Span], sources: NameSources) -> list[list[str]]:
    """Returns the features of each word of a message.

    Each word is seen as written (lower case), spelling-normalised, and folded, with its neighbours and with what
    lists of names and exact readers say, so that nothing hangs on the diacritics alone.
    """
    raw = [text[start:end].lower() for start, end in spans]
    normal = [normalize_word(word) if len(word) < 12 else word for word in raw]
    folded = [fold(word) for word in normal]
    simple = ["0" * len(w) if w.isdigit() else w for w in folded]
    listed = _listed(text, spans, normal, sources.gazetteer) if sources.hears_lists else _nothing_listed(len(spans))
    names = listed.names
    learnt = sources.learnt.marks(folded, sources.without) if sources.learnt else []
    exact = _exact_marks(text, spans)
    count = len(spans)
    base: list[list[str]] = []
    for i in range(count):
        word = folded[i]
        own = [f"w={simple[i]}", f"n={normal[i]}", f"p2={word[:2]}", f"p3={word[:3]}", f"s2={word[-2:]}"]
        own += [f"s3={word[-3:]}", f"sh={shape(text[spans[i][0] : spans[i][1]])}", f"x={exact[i]}"]
        own += [f"g={mark}" for mark in names[i]]
        own += [f"h={hint}" for hint in listed.hints[i]]
        if sources.hears_lists:
            own.append("hh=" + "".join(sorted(listed.hints[i])))
        own += [f"q={mark}" for mark in listed.shapes[i]]
        own += _learnt_around(i, learnt)
        own += _far_words(i, simple, learnt)
        own += _company(i, simple, exact)
        base.append(own)
    return [_with_context(i, base, simple, names, exact, count) for i in range(count)]


@dataclass(frozen=True)
class _Listed:
    """What lists of names say of each word: names it stands in, hints, and shapes of names."""

    names: list[list[str]]
    hints: list[list[str]]
    shapes: list[list[str]]


def _nothing_listed(count: int) -> _Listed:
    return _Listed([[] for _ in range(count)], [[] for _ in range(count)], [[] for _ in range(count)])


def _learnt_around(i: int, learnt: list[list[str]]) -> list[str]:
    """The marks of learnt names on a word and its neighbours."""
    steps = (step for step in (-1, 0, 1) if 0 <= i + step < len(learnt))
    return [f"l{step}={mark}" for step in steps for mark in learnt[i + step]]


def _far_words(i: int, simple: list[str], learnt: list[list[str]]) -> list[str]:
    """What stands further off a learnt name, in any order: its part may hang on it ("hạ cánh … lúc 9 giờ")."""
    if not learnt or not learnt[i]:
        return []
    before = simple[max(0, i - _FARTHEST) : max(0, i - _NEAR)]
    after = simple[i + 1 + _NEAR : i + 1 + _FARTHEST]
    return [f"f-={word}" for word in before] + [f"f+={word}" for word in after]


def _listed(text: str, spans: Sequence[Span], normal: list[str], gazetteer: Gazetteer) -> _Listed:
    """Asks the lists; a short form is looked up as the words that it stands for."""
    owners = [i for i, word in enumerate(normal) for _ in word.split()]
    written = [part for word in normal for part in word.split()]
    parts = [fold(part) for part in written]
    is_name = [not text.isupper() and text[spans[owner][0]].isupper() for owner in owners]
    listed = _Listed([[] for _ in normal], [[] for _ in normal], [[] for _ in normal])
    for owner, marks, hints in zip(owners, gazetteer.marks(parts, written), gazetteer.hints(parts), strict=True):
        listed.names[owner].extend(mark for mark in marks if mark not in listed.names[owner])
        listed.hints[owner].extend(hint for hint in hints if hint not in listed.hints[owner])
    shapes = find_shapes(Words(parts, written, is_name), gazetteer)
    for shape in shapes:
        _mark_shape(shape, shapes, parts, owners, listed.shapes)
    return listed


def _mark_shape(
    shape: Shape, shapes: Sequence[Shape], parts: Sequence[str], owners: Sequence[int], marks: list[list[str]]
) -> None:
    """Marks the words of a shape, with what stands around it and how alone it is in the message."""
    first, last = owners[shape.start], owners[shape.end - 1]
    alike = [other for other in shapes if other.name == shape.name]
    before = parts[shape.start - 1] if shape.start else "<s>"
    after = parts[shape.end] if shape.end < len(parts) else "</s>"
    around = [
        f"{shape.name}#{min(len(alike), 3)}{alike[0] is shape}",
        f"{shape.name}size{min(len(marks) // 3, 5)}",
        f"{shape.name}<{before}",
        f"{shape.name}>{after}",
        f"{shape.name}<{before}>{after}",
    ]
    for i in range(first, last + 1):
        place = "W" if first == last else "B" if i == first else "E" if i == last else "I"
        marks[i] += [f"{shape.name}{shape.made_of}:{place}", f"{shape.name}:{place}", *around]
    if first:
        marks[first - 1].append(f"<{shape.name}{shape.made_of}")
    if last + 1 < len(marks):
        marks[last + 1].append(f">{shape.name}{shape.made_of}")


def _company(i: int, simple: list[str], exact: list[str]) -> list[str]:
    """What the whole message says about a number or a reader's find: 'chấm 4' is a score, 'sbd 490123' is none.

    Dates look the same in any message.
    """
    kind = exact[i] if exact[i] != "-" else simple[i] if simple[i].startswith("0") else ""
    if not kind or kind.startswith("date"):
        return []
    others = {word for word, mark in zip(simple, exact, strict=True) if mark == "-"}
    company = [f"c={kind}|{word}" for word in sorted(others)]
    rest = sum(mark == "-" for mark in exact)
    company.append(f"cn={kind}|{min(rest, 6)}")
    return company


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
