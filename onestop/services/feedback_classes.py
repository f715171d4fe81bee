"""What a report is about and of what kind: proposed from its words, never decided without the citizen.

Naive Bayes over words, learnt from labelled reports (`data/mailbox/reports.tsv`), plus the weighted
key words of each category (`data/mailbox/categories.json`), which are compared with marks where the text has them.
Learning takes some 10 ms. How right it is: docs/mailbox.md; tests/unit/services/test_feedback_classes.py measures it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from onestop.text import fold, nfc

DATA = Path(__file__).resolve().parents[2] / "data" / "mailbox"
OTHER = "other"
REPORT = "report"
SURE_FROM = 0.6
"""Share of the probability from which a category is proposed without offering others first."""

# Chosen by ten-fold cross-validation over the reports to learn from.
_SMOOTHING = 2.0
_KEY_WORD_WEIGHT = 4.0
_TEMPERATURE = 3.0  # the scores are sharper than they are right
_WORDS = re.compile(r"\w+")
_FORMAL = ("complaint", "denunciation")


@dataclass(frozen=True)
class Kind:
    """Report, suggestion, praise, complaint, denunciation: what the law makes of it differs."""

    id: str
    name: str
    may_be_anonymous: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class Category:
    """What feedback may be about.

    Attributes:
        unit: Who is responsible: `commune`, `police`, `centre`, `province_centre` or the id of an agency.
        elsewhere: Words that make somebody else responsible, with that unit.
    """

    id: str
    name: str
    unit: str
    words: tuple[str, ...]
    elsewhere: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True)
class Example:
    """A labelled report."""

    kind: str
    category: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """What a text seems to be; `ranking` holds every category's id, likeliest first; `confidence` is 0 to 1."""

    kind: str
    category: str
    confidence: float
    ranking: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether the category is more than a guess."""
        return self.confidence >= SURE_FROM


@dataclass(frozen=True)
class Catalogue:
    """Kinds, categories, units and terms of an installation: data with a source."""

    kinds: tuple[Kind, ...]
    categories: tuple[Category, ...]
    units: dict[str, Any]
    terms: dict[str, Any]

    def kind(self, kind_id: str) -> Kind:
        """A kind by its id; plain reports for one that the data no longer have."""
        return next((one for one in self.kinds if one.id == kind_id), self.kinds[0])

    def category(self, category_id: str | None) -> Category:
        """A category by its id; "other" for one that the data no longer have."""
        return next((one for one in self.categories if one.id == category_id), self.categories[-1])

    def answer_days(self, category_id: str, unit_id: str | None) -> int:
        """Working days until an answer is due; the unit's own term counts before the category's."""
        by_unit, by_category = self.terms["by_unit"], self.terms["by_category"]
        return int(by_unit.get(unit_id) or by_category.get(category_id) or self.terms["answer_within_working_days"])


class ReportReader:
    """Proposes kind and category.

    Args:
        catalogue: Kinds and categories with their key words.
        examples: Labelled reports to learn from.
    """

    def __init__(self, catalogue: Catalogue, examples: Iterable[Example]) -> None:
        self._catalogue = catalogue
        examples = list(examples)
        self._categories = _Bayes([(one.category, one.text) for one in examples])
        self._kinds = _Bayes([(one.kind, one.text) for one in examples if one.kind not in _FORMAL])

    def propose(self, text: str) -> Proposal:
        """Reads a report; an empty or strange text becomes a plain report about something else."""
        scores = self._category_scores(text)
        ranking = tuple(sorted(scores, key=lambda name: -scores[name]))
        return Proposal(self._kind(text), ranking[0], _shares(scores)[ranking[0]], ranking)

    def named(self, text: str) -> str | None:
        """The category whose name or key words stand in a few words ("cái này là về rác"); None where none does."""
        words = _Words(text)
        hits = {one.id: _hits(words, (one.name, *one.words)) for one in self._catalogue.categories}
        best = max(hits, key=lambda name: hits[name])
        return best if hits[best] > 0 else None

    def kind_named(self, text: str) -> str | None:
        """The kind that is called by its name ("đây là góp ý"); None where none is."""
        words = _Words(text)
        return next((one.id for one in self._catalogue.kinds if words.have(one.name)), None)

    def _category_scores(self, text: str) -> dict[str, float]:
        words = _Words(text)
        learnt = self._categories.scores(text)
        floor = min(learnt.values(), default=0.0)
        return {
            one.id: learnt.get(one.id, floor) + _KEY_WORD_WEIGHT * _hits(words, one.words)
            for one in self._catalogue.categories
        }

    def _kind(self, text: str) -> str:
        words = _Words(text)
        for kind in self._catalogue.kinds:
            if kind.id in _FORMAL and _hits(words, kind.words):
                return kind.id
        learnt = self._kinds.scores(text)
        scores = {
            kind.id: learnt[kind.id] + _KEY_WORD_WEIGHT * _hits(words, kind.words)
            for kind in self._catalogue.kinds
            if kind.id in learnt
        }
        return max(scores, key=lambda name: scores[name]) if scores else REPORT


class _Bayes:
    """Multinomial naive Bayes: log-probabilities of labels given the words of a text."""

    def __init__(self, labelled: Sequence[tuple[str, str]]) -> None:
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for label, text in labelled:
            counts[label].update(_features(text))
        self._labels = Counter(label for label, _text in labelled)
        self._counts = counts
        self._known = {feature for counter in counts.values() for feature in counter}
        self._totals = {
            label: sum(counter.values()) + _SMOOTHING * len(self._known) for label, counter in counts.items()
        }

    def scores(self, text: str) -> dict[str, float]:
        """The logarithm of each label's weight; words never seen say nothing."""
        seen = [feature for feature in _features(text) if feature in self._known]
        return {
            label: math.log(number / self._labels.total())
            + sum(math.log((self._counts[label][feature] + _SMOOTHING) / self._totals[label]) for feature in seen)
            for label, number in self._labels.items()
        }


def load_catalogue(path: Path = DATA / "categories.json") -> Catalogue:
    """Reads kinds, categories, units and terms."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Catalogue(
        kinds=tuple(
            Kind(one["id"], one["name"], one["may_be_anonymous"], tuple(one["words"])) for one in data["kinds"]
        ),
        categories=tuple(_category(one) for one in data["categories"]),
        units=data["units"],
        terms=data["terms"],
    )


def read_examples(path: Path = DATA / "reports.tsv") -> list[Example]:
    """Reads labelled reports: kind, category and text with tabs between, one a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Example(*line.split("\t")) for line in lines if line.strip()]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The installation's kinds and categories, read once."""
    return load_catalogue()


@lru_cache(maxsize=1)
def reader() -> ReportReader:
    """The reader of this process, learnt at the first report."""
    return ReportReader(catalogue(), read_examples())


def _category(data: dict[str, Any]) -> Category:
    elsewhere = tuple((tuple(one["words"]), one["unit"]) for one in data.get("elsewhere", ()))
    return Category(data["id"], data["name"], data["unit"], tuple(data["words"]), elsewhere)


def _plain(text: str) -> str:
    """Folded words with a blank before, between and after, so that a phrase is found as whole words."""
    return f" {' '.join(_WORDS.findall(fold(text)))} "


class _Words:
    """A text's words, compared with marks where it has them: "đây" is not "dây", "day" may be."""

    def __init__(self, text: str) -> None:
        self._marked = _WORDS.findall(nfc(text).lower())
        self._folded = [fold(word) for word in self._marked]
        self._plain = f" {' '.join(self._folded)} "

    def have(self, phrase: str) -> bool:
        """Whether a phrase stands in it as whole words."""
        if _plain(phrase) not in self._plain:
            return False
        wanted = _WORDS.findall(nfc(phrase).lower())
        starts = range(len(self._marked) - len(wanted) + 1)
        return any(all(self._is(start + at, word) for at, word in enumerate(wanted)) for start in starts)

    def _is(self, at: int, word: str) -> bool:
        written = self._marked[at]
        return written == word or (written == self._folded[at] and written == fold(word))


def _hits(words: _Words, phrases: Iterable[str]) -> float:
    """How much of the key phrases stands in a text: a phrase counts more than a word, each once."""
    return sum(math.sqrt(_plain(one).count(" ") - 1) for one in set(phrases) if words.have(one))


def _features(text: str) -> list[str]:
    return list(dict.fromkeys(_plain(text).split()))


def _shares(scores: dict[str, float]) -> dict[str, float]:
    top = max(scores.values())
    odds = {name: math.exp((score - top) / _TEMPERATURE) for name, score in scores.items()}
    whole = sum(odds.values())
    return {name: odd / whole for name, odd in odds.items()}
