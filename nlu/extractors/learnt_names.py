"""Names as the training messages mark them: a list that every project has, whatever its entities.

A stretch of words that others have marked is likely to be an entity again, the likelier the oftener it was marked
where it stood. In training, a message is shown only what other parts of the data say (other writers' messages): a
name that only it bears must look as unknown as a new name will.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from nlu.examples import Example
from nlu.tokenizers.word_spans import Span, word_spans
from onestop.text import fold
from onestop.text.normalization import normalize_word

FILE = "learnt_names.json"
_STOOD = ""  # counts how often a name's words stood somewhere, marked or not
_LONGEST = 8
_PARTS = 5
_LEAST_SHARE = 0.15  # of what a name was marked as, to be mentioned
_USUALLY, _SOMETIMES = 0.75, 0.35
_OFTEN = 3
_LARGEST_WRITER = 0.5  # of the messages; without a larger one too little would be left

PartOf = Callable[[Example], str]


def parts_of(examples: Sequence[Example]) -> PartOf:
    """How the data fall into parts: writers, or, where one wrote most, fifths."""
    writers = Counter(example.origin for example in examples)
    if len(writers) > 2 and max(writers.values()) <= len(examples) * _LARGEST_WRITER:
        return lambda example: example.origin
    return lambda example: str(zlib.crc32(example.text.encode()) % _PARTS)


def folded_words(text: str, spans: Sequence[Span]) -> list[str]:
    """The words as names are held: short forms written out, folded."""
    return [fold(normalize_word(text[start:end].lower())) for start, end in spans]


class LearntNames:
    """Knows the names of the training messages, part by part of the data."""

    def __init__(self, by_part: dict[str, dict[str, Counter[str]]]) -> None:
        """Takes, for each name (folded words with blanks), what each part of the data counts."""
        self._by_part = by_part
        self._total = {name: _sum(parts.values()) for name, parts in by_part.items()}
        chains = [name.split() for name in by_part]
        self._beginnings = {" ".join(chain[:i]) for chain in chains for i in range(1, len(chain))}

    @classmethod
    def train(cls, examples: Sequence[Example], part_of: PartOf) -> LearntNames:
        """Counts what the messages mark."""
        by_part: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        read = []
        for example in examples:
            spans = word_spans(example.text)
            words, part = folded_words(example.text, spans), part_of(example)
            read.append((words, part))
            for name, entity in _marked(example, spans, words):
                by_part[name][part][entity] += 1
        names = cls(by_part)
        for words, part in read:
            for _, _, name in names._stretches(words):
                by_part[name][part][_STOOD] += 1
        return cls({name: dict(parts) for name, parts in by_part.items()})

    @classmethod
    def load(cls, folder: Path) -> LearntNames:
        """Reads what `save` wrote."""
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls({name: {"": Counter(counts)} for name, counts in stored.items()})

    def save(self, folder: Path) -> None:
        """Writes the counts into a folder."""
        (folder / FILE).write_text(json.dumps(self._total, ensure_ascii=False), encoding="utf-8")

    def marks(self, words: Sequence[str], without: str | None = None) -> list[list[str]]:
        """Says for each word which names it stands in, the longest of those that begin at a word.

        Args:
            words: From `folded_words`.
            without: The part of the data that is not to be heard.

        Returns:
            For each word its marks: place in the name (B, I, E, or W for the only word) with how usually and how
            often it is marked, and each entity that it was marked as.
        """
        marks: list[list[str]] = [[] for _ in words]
        position = 0
        for start, (end, counts) in sorted(self._longest(words, without).items()):
            if start >= position:
                _mark(marks, start, end, counts)
                position = end
        return marks

    def _longest(self, words: Sequence[str], without: str | None) -> dict[int, tuple[int, Counter[str]]]:
        longest: dict[int, tuple[int, Counter[str]]] = {}
        for start, end, name in self._stretches(words):
            counts = self._total[name]
            if without is not None and without in self._by_part[name]:
                counts = counts - self._by_part[name][without]
            if _marks_in(counts):
                longest[start] = (end, counts)
        return longest

    def _stretches(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """The known names in a message, shorter ones first: first word, past the last, name."""
        for start in range(len(words)):
            name = ""
            for end in range(start, min(start + _LONGEST, len(words))):
                name = f"{name} {words[end]}" if name else words[end]
                if name in self._by_part:
                    yield start, end + 1, name
                if name not in self._beginnings:
                    break


def _marked(example: Example, spans: Sequence[Span], words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The names that a message marks, with their entities; long ones and mere numbers are none."""
    for entity in example.entities:
        inside = [w for w, (start, end) in zip(words, spans, strict=True) if start < entity.end and entity.start < end]
        name = " ".join(inside)
        if len(inside) <= _LONGEST and any(word.isalpha() for word in name.split()):
            yield name, entity.entity


def _mark(marks: list[list[str]], start: int, end: int, counts: Counter[str]) -> None:
    marked = _marks_in(counts)
    share = marked / max(marked, counts[_STOOD])
    usual = "u" if share >= _USUALLY else "s" if share >= _SOMETIMES else "r"
    for i in range(start, end):
        place = "W" if end - start == 1 else "B" if i == start else "E" if i == end - 1 else "I"
        marks[i].append(f"{place}{usual}{'+' * (marked >= _OFTEN)}")
        marks[i] += [f"{e}:{place}" for e, n in counts.items() if e != _STOOD and n >= marked * _LEAST_SHARE]


def _marks_in(counts: Counter[str]) -> int:
    return sum(counts.values()) - counts[_STOOD]


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total
