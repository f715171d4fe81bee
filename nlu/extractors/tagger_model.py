"""A linear-chain conditional random field that marks entities; independent of Rasa.

crfsuite trains and decodes. Its own binary file holds the weights, so nothing is pickled.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pycrfsuite

from nlu.examples import EntitySpan, Example
from nlu.extractors import learnt_names
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.learnt_names import LearntNames
from nlu.extractors.tagger_features import NameSources, word_features
from nlu.spelling import SpellingModel
from nlu.tokenizers.word_spans import Span, word_spans

OUTSIDE = "O"
_MODEL_FILE = "tagger.crfsuite"


def labels_of(spans: Sequence[Span], entities: Iterable[EntitySpan]) -> list[str]:
    """Turns entities into one BIO label a word; a word that an entity only cuts belongs to it."""
    labels = [OUTSIDE] * len(spans)
    for entity in entities:
        prefix = "B-"
        for i, (start, end) in enumerate(spans):
            if start < entity.end and entity.start < end:
                labels[i] = prefix + entity.entity
                prefix = "I-"
    return labels


def entities_of(spans: Sequence[Span], labels: Sequence[str]) -> list[EntitySpan]:
    """Turns BIO labels into entities."""
    entities: list[EntitySpan] = []
    for i, (span, label) in enumerate(zip(spans, labels, strict=True)):
        if label == OUTSIDE:
            continue
        name = label[2:]
        goes_on = label[0] == "I" and i > 0 and labels[i - 1] != OUTSIDE and labels[i - 1][2:] == name
        start = entities.pop().start if goes_on else span[0]
        entities.append(EntitySpan(start, span[1], name))
    return entities


@dataclass(frozen=True)
class Lesson:
    """A message to learn from, and how it is shown.

    Attributes:
        example: The message with its entities.
        part: The part of the data that it, or what it is a copy of, belongs to.
        hears_lists: Whether what the lists of names say is told.
    """

    example: Example
    part: str | None = None
    hears_lists: bool = True


class TaggerModel:
    """Marks the entities of a message."""

    def __init__(self, weights: bytes, sources: NameSources, spelling: SpellingModel) -> None:
        """Takes crfsuite's file, where to look names up, and what corrects messages before they are looked at."""
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(weights)
        self._weights = weights
        self._sources = sources
        self._spelling = spelling

    @classmethod
    def train(
        cls,
        lessons: Iterable[Lesson],
        sources: NameSources,
        spelling: SpellingModel,
        algorithm: str,
        parameters: dict[str, float | int],
    ) -> TaggerModel:
        """Learns from annotated messages.

        Args:
            lessons: Messages with their entities; give folded and misspelt copies too.
            sources: Where to look names up.
            spelling: Corrects messages before they are looked at.
            algorithm: One of crfsuite's: 'ap' (averaged perceptron), 'pa', 'lbfgs', 'l2sgd', 'arow'.
            parameters: The algorithm's parameters.
        """
        trainer = pycrfsuite.Trainer(algorithm=algorithm, verbose=False)
        trainer.set_params(parameters)
        for lesson in lessons:
            example = lesson.example
            spans = word_spans(example.text)
            if spans:
                seen = replace(sources, without=lesson.part, hears_lists=lesson.hears_lists)
                trainer.append(word_features(example.text, spans, seen), labels_of(spans, example.entities))
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, _MODEL_FILE)
            trainer.train(file)
            return cls(Path(file).read_bytes(), sources, spelling)

    @classmethod
    def load(cls, folder: Path, gazetteer: Gazetteer) -> TaggerModel:
        """Reads a model that `save` wrote."""
        learnt = LearntNames.load(folder) if (folder / learnt_names.FILE).exists() else None
        sources = NameSources(gazetteer, learnt)
        return cls((folder / _MODEL_FILE).read_bytes(), sources, SpellingModel.load(folder))

    def save(self, folder: Path) -> None:
        """Writes the model into a folder."""
        (folder / _MODEL_FILE).write_bytes(self._weights)
        self._spelling.save(folder)
        if self._sources.learnt is not None:
            self._sources.learnt.save(folder)

    def find(self, text: str) -> list[EntitySpan]:
        """Finds the entities of a message, in order, without overlaps."""
        corrected = self._spelling.correct(text)
        found = self._find(corrected.text)
        return [EntitySpan(*corrected.original_span(e.start, e.end), e.entity) for e in found]

    def _find(self, text: str) -> list[EntitySpan]:
        spans = word_spans(text)
        if not spans:
            return []
        return entities_of(spans, self._tagger.tag(word_features(text, spans, self._sources)))
