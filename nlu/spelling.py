"""Corrects mistyped words by the words that others wrote: one letter too many, missing, wrong, or two swapped.

Learnt from the training messages: which words there are and which stand side by side. Only a word that nobody wrote
is changed, never one with a digit (codes, phones, dates), and one that could be a syllable only where a neighbour
speaks for the other word. Independent of Rasa.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.examples import EntitySpan
from nlu.noise import telex_keys
from onestop.text import fold, nfc, normalize
from onestop.text.normalization import abbreviations, normalize_word
from onestop.text.syllables import is_folded_syllable

_WORD = re.compile(r"\w+")
_FILE = "spelling.json"
_START, _END = "<", ">"
_BINDING = tuple("@./_-\\")
_SHORTEST, _LONGEST = 3, 12
_SHORTEST_RUN, _LONGEST_RUN, _LONGEST_PART = 6, 40, 7  # of words run together; of one of them
_FEWEST_BY_KEYS = 5
_FEWEST_ALONE = 15  # of a word that no neighbour speaks for: 'canon' is no slip for a rare word
_KNOWN_PAIR = 4.0  # log-odds that two words stand together that were seen together
_FEWEST = 2  # a word written once may itself be a slip
_FEWEST_OF_PART = 4  # words that may be found run together
_MARKED = 2.5  # many write without marks; in a message with marks the marked spelling is the likelier
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_UNLIKELY_EDIT, _FIRST_LETTER, _SAME_MARKS = -1.5, -1.0, 2.5  # log-odds, set on messages of writers left out


def _neighbours() -> frozenset[tuple[str, str]]:
    places = {key: (x, y) for y, row in enumerate(_KEYS) for x, key in enumerate(row)}
    return frozenset(
        (a, b)
        for a, (xa, ya) in places.items()
        for b, (xb, yb) in places.items()
        if a != b and abs(xa - xb) <= 1 and abs(ya - yb) <= 1
    )


_NEAR_KEYS = _neighbours()


def edit_odds(typed: str, meant: str) -> float | None:
    """How likely one slip made `typed` of `meant`: log-odds against a usual slip, None where it takes two."""
    first = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    start = _FIRST_LETTER if first == 0 else 0.0
    rest_typed, rest_meant = typed[first:], meant[first:]
    if rest_typed[1:] == rest_meant[1:] and rest_typed and rest_meant:  # another letter
        return start + (0.0 if (rest_typed[0], rest_meant[0]) in _NEAR_KEYS else _UNLIKELY_EDIT)
    if rest_typed[:2] == rest_meant[:2][::-1] and len(rest_typed) > 1 and rest_typed[2:] == rest_meant[2:]:
        return start  # two swapped
    if rest_typed == rest_meant[1:]:  # one missing
        return start
    if rest_typed[1:] == rest_meant:  # one too many; a doubled one is the usual slip
        is_double = first > 0 and rest_typed[0] == typed[first - 1]
        return start + (0.0 if is_double else _UNLIKELY_EDIT)
    return None


def _is_in_address(text: str, start: int, end: int) -> bool:
    """Whether a word belongs to a web or mail address, a code or the like."""
    has_left = start > 0 and text[start - 1] in _BINDING
    return has_left or (text[end : end + 1] in _BINDING and text[end + 1 : end + 2].isalnum())


def _without_one(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


@dataclass(frozen=True)
class Edit:
    """A stretch of a message and what stands for it in the corrected one.

    Attributes:
        start: Offset of its first character in the message.
        end: Offset past its last character.
        new_start: Offset of the correction in the corrected message.
        new_end: Offset past it.
    """

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class CorrectedText:
    """A corrected message with the way there and back.

    Attributes:
        text: The corrected message.
        edits: What was changed, in order.
    """

    text: str
    edits: tuple[Edit, ...] = ()

    def corrected_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the message stands in the corrected one; an edit it cuts belongs to it whole."""
        return self._moved(start, False, False), self._moved(end, True, False)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the corrected message stood in the message."""
        return self._moved(start, False, True), self._moved(end, True, True)

    def _moved(self, offset: int, is_end: bool, is_back: bool) -> int:
        shift = 0
        for edit in self.edits:
            here, there = (edit.start, edit.end), (edit.new_start, edit.new_end)
            if is_back:
                here, there = there, here
            if offset >= here[1]:
                shift = there[1] - here[1]
            elif offset > here[0]:
                return there[1] if is_end else there[0]
        return offset + shift


@dataclass(frozen=True)
class _Parts:
    """Words found run together, and whether each two neighbours were seen side by side before."""

    text: str
    are_seen: bool


class SpellingModel:
    """Knows the words of the training messages and corrects others to them."""

    def __init__(self, forms: dict[str, dict[str, int]], pairs: dict[tuple[str, str], int]) -> None:
        """Takes what was counted.

        Args:
            forms: For each folded word, how often each spelling of it with marks was written.
            pairs: How often two folded words stood side by side; '<' and '>' are the ends of a message.
        """
        self._forms = forms
        self._pairs = pairs
        self._counts = {word: sum(spellings.values()) for word, spellings in forms.items()}
        self._total = sum(self._counts.values())
        self._keys = self._typed_by_telex()
        self._index: dict[str, list[str]] = defaultdict(list)
        common = (word for word, count in self._counts.items() if count >= _FEWEST and len(word) > 1 and word.isalpha())
        for word in (*common, *self._keys):
            for part in _without_one(word) | {word}:
                self._index[part].append(word)

    def _typed_by_telex(self) -> dict[str, str]:
        """The keys of common words as Telex takes them, where they are no word themselves: 'khoong' → 'khong'."""
        forms = [
            (form, word)
            for word, spellings in self._forms.items()
            for form, count in spellings.items()
            if count >= _FEWEST_BY_KEYS and form.isalpha() and not form.isascii()
        ]
        keys = {telex_keys(form): word for form, word in forms}
        return {typed: word for typed, word in keys.items() if typed not in self._counts}

    @classmethod
    def train(cls, texts: Iterable[str]) -> SpellingModel:
        """Counts the words of messages."""
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            words = _WORD.findall(normalize(text).text)
            folded = [fold(word) for word in words]
            pairs.update(zip([_START, *folded], [*folded, _END], strict=True))
            short_forms = [word for word in _WORD.findall(nfc(text).lower()) if word in abbreviations()]
            for word in [*words, *short_forms]:
                forms[fold(word)][word] += 1
        return cls({word: dict(spellings) for word, spellings in forms.items()}, dict(pairs))

    def save(self, folder: Path) -> None:
        """Writes the counts into a folder."""
        pairs = [[first, second, count] for (first, second), count in self._pairs.items()]
        text = json.dumps({"forms": self._forms, "pairs": pairs}, ensure_ascii=False)
        (folder / _FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> SpellingModel:
        """Reads what `save` wrote."""
        counts = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(counts["forms"], {(first, second): count for first, second, count in counts["pairs"]})

    def correct(self, text: str) -> CorrectedText:
        """Corrects a message; what is right stays as it is, letter by letter."""
        words = list(_WORD.finditer(text))
        folded = [fold(normalize_word(match.group().lower())) for match in words]
        if all(self._is_known(word) for word in folded):
            return CorrectedText(text)
        is_marked = sum(not match.group().isascii() for match in words) * 3 >= len(words)
        parts: list[str] = []
        edits: list[Edit] = []
        position = length = 0
        for i, match in enumerate(words):
            if _is_in_address(text, *match.span()):
                continue
            meant = self._meant(match.group().lower(), folded, i, is_marked)
            if meant is None:
                continue
            folded[i] = fold(meant.split()[-1])
            before = text[position : match.start()]
            parts += [before, meant]
            length += len(before) + len(meant)
            edits.append(Edit(match.start(), match.end(), length - len(meant), length))
            position = match.end()
        return CorrectedText("".join([*parts, text[position:]]), tuple(edits))

    def correct_spans(self, text: str, entities: Sequence[EntitySpan]) -> tuple[str, list[EntitySpan]]:
        """Corrects a message, and moves its entities along."""
        corrected = self.correct(text)
        if not corrected.edits:
            return text, list(entities)
        spans = [corrected.corrected_span(entity.start, entity.end) for entity in entities]
        moved = [EntitySpan(start, end, e.entity) for (start, end), e in zip(spans, entities, strict=True)]
        return corrected.text, moved

    def _is_known(self, word: str) -> bool:
        """Whether people write so: more than once, or once and it could be a syllable."""
        count = self._counts.get(word, 0)
        return count >= _FEWEST or (count == 1 and is_folded_syllable(word))

    def _meant(self, typed: str, folded: Sequence[str], i: int, is_marked: bool) -> str | None:
        """The word (or two, run together) that was meant by the i-th; None where nothing is to be changed."""
        word = folded[i]
        if self._is_known(word) or not word.isalpha() or len(word) < _SHORTEST:
            return None
        if len(word) > _LONGEST:
            run = self._run_together(word, typed, is_marked) if len(typed) == len(word) <= _LONGEST_RUN else None
            return run.text if run else None
        could_be_right = is_folded_syllable(word)
        can_be_run = (
            not could_be_right and len(typed) == len(word) and (len(word) >= _SHORTEST_RUN or not typed.isascii())
        )
        parts = self._run_together(word, typed, is_marked) if can_be_run else None
        if parts and parts.are_seen:
            return parts.text
        return self._best_candidate(word, typed, folded, i, is_marked) or (parts.text if parts else None)

    def _best_candidate(self, word: str, typed: str, folded: Sequence[str], i: int, is_marked: bool) -> str | None:
        """The word one slip away that fits best; None where none is common enough or fits its neighbours."""
        before = folded[i - 1] if i else _START
        after = folded[i + 1] if i + 1 < len(folded) else _END
        could_be_right = is_folded_syllable(word)
        best: tuple[float, str] | None = None
        for candidate, odds in self._candidates(word):
            is_seen_here = (before, candidate) in self._pairs or (candidate, after) in self._pairs
            if not is_seen_here and (could_be_right or self._counts[candidate] < _FEWEST_ALONE):
                continue
            spelling, closeness = self._spelling(candidate, typed, is_marked)
            score = odds + closeness + self._fitness(before, candidate, after)
            best = max(best, (score, spelling)) if best else (score, spelling)
        return best[1] if best else None

    def _candidates(self, word: str) -> Iterator[tuple[str, float]]:
        for candidate in {c for part in _without_one(word) | {word} for c in self._index.get(part, ())}:
            odds = edit_odds(word, candidate)
            if odds is not None:
                yield self._keys.get(candidate, candidate), odds

    def _spelling(self, word: str, typed: str, is_marked: bool) -> tuple[str, float]:
        """How a folded word is written in this message, and a bonus where its marks are those typed."""
        forms = self._forms[word]
        if not is_marked:
            return word, 0.0
        close = [form for form in forms if edit_odds(typed, form) is not None]
        if close and not typed.isascii():
            return max(close, key=lambda form: forms[form]), _SAME_MARKS
        return max(forms, key=lambda form: forms[form] * (1 if form.isascii() else _MARKED)), 0.0

    def _fitness(self, before: str, word: str, after: str) -> float:
        """How well a word stands between its neighbours: log of its count and of both pairs' smoothed chances."""
        count = self._counts[word]
        left = (self._pairs.get((before, word), 0) + 0.05) / (self._counts.get(before, 0) + 5)
        right = (self._pairs.get((word, after), 0) + 0.05) / (count + 5)
        return math.log(count) + math.log(left) + math.log(right)

    def _run_together(self, word: str, typed: str, is_marked: bool) -> _Parts | None:
        """Common words with the blanks between them left out; None where the word is not made of such."""
        best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ())] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PART), end):
                before, part = best[start], word[start:end]
                count = self._counts.get(part, 0)
                if before is None or count < _FEWEST_OF_PART or (len(part) == 1 and typed[start].isascii()):
                    continue
                is_seen = bool(before[1]) and (before[1][-1], part) in self._pairs
                score = before[0] + math.log(count / self._total) + (_KNOWN_PAIR if is_seen else 0.0)
                known = best[end]
                if known is None or score > known[0]:
                    best[end] = (score, (*before[1], part))
        if best[-1] is None:
            return None
        parts = best[-1][1]
        written, at = [], 0
        for part in parts:
            own = typed[at : at + len(part)]
            written.append(self._spelling(part, own, is_marked)[0] if own.isascii() else own)
            at += len(part)
        return _Parts(" ".join(written), all(pair in self._pairs for pair in zip(parts, parts[1:], strict=False)))
