"""Scores understanding against annotated messages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.examples import Example
from nlu.noise import noisy
from nlu.understanding import Understanding, Understood

OUT_OF_SCOPE = "out_of_scope"
CONDITIONS = ("clean", "folded", "teencode", "telex", "typos")
"""How the messages are written: as they are, without diacritics, in teencode, with Telex slips, mistyped."""
_NOISE_SEED = 7  # not the seed of the training copies
_NOW = datetime(2026, 7, 15, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@dataclass
class SpanCounts:
    """Right, wrong and missed spans of one entity; its F1 from them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 when there is nothing."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 0.0


@dataclass
class Scores:
    """What came out for a set of messages.

    Attributes:
        messages: How many there were.
        right: How many got their intent.
        by_intent: For each intent, [right, all].
        confusions: (truth, taken for) → the messages.
        out_of_scope: Of the messages out of scope, how many were recognised, and all of them.
        refused: Of the messages in scope, how many were taken for out of scope, and all of them.
        entities: Spans by entity.
        span_errors: Messages with wrong spans: the message, what was missed, what was wrong.
        values: Of the right spans whose value the message gives, how many got that value, and all of them.
        confidences: For each message, (confidence, whether right).
        milliseconds: For each message, the time to understand it.
    """

    messages: int = 0
    right: int = 0
    by_intent: dict[str, list[int]] = field(default_factory=dict)
    confusions: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    out_of_scope: list[int] = field(default_factory=lambda: [0, 0])
    refused: list[int] = field(default_factory=lambda: [0, 0])
    entities: dict[str, SpanCounts] = field(default_factory=dict)
    span_errors: list[tuple[str, str, str]] = field(default_factory=list)
    values: list[int] = field(default_factory=lambda: [0, 0])
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Share of messages with the right intent."""
        return self.right / self.messages if self.messages else 0.0

    @property
    def span_f1(self) -> float:
        """Span-exact micro F1 over all entities."""
        total = SpanCounts()
        for counts in self.entities.values():
            total.right += counts.right
            total.wrong += counts.wrong
            total.missed += counts.missed
        return total.f1

    @property
    def median_ms(self) -> float:
        """Median time to understand a message, milliseconds."""
        ordered = sorted(self.milliseconds)
        return ordered[len(ordered) // 2] if ordered else 0.0

    @property
    def calibration_error(self) -> float:
        """Expected calibration error over ten equal bands of confidence."""
        return sum(abs(sure - right) * count for _, sure, right, count in self.calibration()) / max(1, self.messages)

    def calibration(self, bands: int = 10) -> list[tuple[int, float, float, int]]:
        """For each band of confidence with messages: its number, mean confidence, accuracy, messages."""
        groups: dict[int, list[tuple[float, bool]]] = {}
        for confidence, is_right in self.confidences:
            groups.setdefault(min(bands - 1, int(confidence * bands)), []).append((confidence, is_right))
        return [
            (band, sum(c for c, _ in group) / len(group), sum(r for _, r in group) / len(group), len(group))
            for band, group in sorted(groups.items())
        ]

    def add(self, example: Example, understood: Understood, milliseconds: float) -> None:
        """Counts one message."""
        self.milliseconds.append(milliseconds)
        self._add_entities(example, understood)
        if not example.intent:
            return
        is_right = understood.intent == example.intent
        self.messages += 1
        self.right += is_right
        self.confidences.append((understood.confidence, is_right))
        counts = self.by_intent.setdefault(example.intent, [0, 0])
        counts[0] += is_right
        counts[1] += 1
        if not is_right:
            self.confusions.setdefault((example.intent, understood.intent), []).append(example.text)
        pair = self.out_of_scope if example.intent == OUT_OF_SCOPE else self.refused
        pair[0] += understood.intent == OUT_OF_SCOPE
        pair[1] += 1

    def _add_entities(self, example: Example, understood: Understood) -> None:
        wanted = {(e.start, e.end, e.entity) for e in example.entities}
        values = {(e.start, e.end, e.entity): str(e.value) for e in understood.entities}
        found = set(values)
        given = [((e.start, e.end, e.entity), e.value) for e in example.entities if e.value is not None]
        self.values[0] += sum(values.get(span) == value for span, value in given)
        self.values[1] += sum(span in found for span, _ in given)
        for spans, name in ((wanted & found, "right"), (found - wanted, "wrong"), (wanted - found, "missed")):
            for _, _, entity in spans:
                counts = self.entities.setdefault(entity, SpanCounts())
                setattr(counts, name, getattr(counts, name) + 1)
        if wanted != found:
            self.span_errors.append(
                (example.text, _named(example.text, wanted - found), _named(example.text, found - wanted))
            )

    def merge(self, other: Scores) -> None:
        """Adds another set's counts to this one's."""
        self.messages += other.messages
        self.right += other.right
        for intent, (right, every) in other.by_intent.items():
            counts = self.by_intent.setdefault(intent, [0, 0])
            counts[0] += right
            counts[1] += every
        for pair, texts in other.confusions.items():
            self.confusions.setdefault(pair, []).extend(texts)
        pairs = ((self.out_of_scope, other.out_of_scope), (self.refused, other.refused), (self.values, other.values))
        for mine, theirs in pairs:
            mine[0] += theirs[0]
            mine[1] += theirs[1]
        for entity, counts_of in other.entities.items():
            total = self.entities.setdefault(entity, SpanCounts())
            total.right += counts_of.right
            total.wrong += counts_of.wrong
            total.missed += counts_of.missed
        self.span_errors += other.span_errors
        self.confidences += other.confidences
        self.milliseconds += other.milliseconds


def _named(text: str, spans: set[tuple[int, int, str]]) -> str:
    return ", ".join(f"{text[start:end]} ({entity})" for start, end, entity in sorted(spans))


def score(
    understanding: Understanding, examples: Sequence[Example], condition: str = "clean", seeks_second: bool = True
) -> Scores:
    """Understands messages written in one way, and counts what is right.

    Args:
        understanding: The trained understanding.
        examples: Annotated messages.
        condition: One of `CONDITIONS`.
        seeks_second: Whether to look for second requests; they are our subject's, not another corpus's.
    """
    scores = Scores()
    for example in examples:
        written = example if condition == "clean" else noisy(example, condition, _NOISE_SEED)
        began = time.perf_counter()
        understood = understanding.understand(written.text, _NOW, seeks_second)
        scores.add(written, understood, (time.perf_counter() - began) * 1000)
    return scores


def confusion_list(scores: Scores, most: int = 40) -> list[tuple[str, str, list[str]]]:
    """The commonest confusions: truth, taken for, messages."""
    ordered = sorted(scores.confusions.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(truth, taken, texts) for (truth, taken), texts in ordered[:most]]
