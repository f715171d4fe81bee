"""From a message and its entities to a ranking of intents; independent of Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlu.classifiers.clauses import split_clauses
from nlu.classifiers.intent_features import feature_counts
from nlu.classifiers.linear_model import LinearIntentModel
from nlu.classifiers.second_request import ClauseIntent
from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan
from nlu.spelling import SpellingModel

Ranking = tuple[tuple[str, float], ...]
_OF_A_CLAUSE = 3  # intents kept


class IntentRanker:
    """Corrects the spelling, reads the features, and ranks the intents."""

    def __init__(
        self,
        model: LinearIntentModel,
        lexicon: ConceptLexicon | None,
        spelling: SpellingModel,
        sees_entities: bool = True,
    ) -> None:
        """Takes the learnt parts.

        Args:
            model: Ranks by features.
            lexicon: Concepts; None where the model has read none.
            spelling: Corrects messages.
            sees_entities: Whether the model has learnt from messages with their entities named.
        """
        self.model = model
        self._sees_entities = sees_entities
        self._lexicon = lexicon
        self._spelling = spelling

    @classmethod
    def load(cls, folder: Path, lexicon: ConceptLexicon | None, sees_entities: bool = True) -> IntentRanker:
        """Reads what `save` wrote."""
        return cls(LinearIntentModel.load(folder), lexicon, SpellingModel.load(folder), sees_entities)

    def save(self, folder: Path) -> None:
        """Writes the models into a folder."""
        self.model.save(folder)
        self._spelling.save(folder)

    def rank(self, text: str, entities: Sequence[EntitySpan]) -> Ranking:
        """Returns all intents with their confidence, best first.

        Args:
            text: The message as written.
            entities: Its entities, as offsets into that.
        """
        corrected, moved = self._spelling.correct_spans(text, entities if self._sees_entities else ())
        chances = self.model.probabilities(self.model.decision(feature_counts(corrected, moved, self._lexicon)))
        return tuple((self.model.labels[i], float(chances[i])) for i in (-chances).argsort())

    def rank_clauses(self, text: str, entities: Sequence[EntitySpan]) -> list[ClauseIntent]:
        """Ranks the intents of each clause by itself; nothing for a message of one clause."""
        spans = split_clauses(text)
        if len(spans) < 2:
            return []
        return [self._clause(text[start:end], start, entities_within(entities, start, end)) for start, end in spans]

    def _clause(self, text: str, start: int, entities: Sequence[EntitySpan]) -> ClauseIntent:
        return ClauseIntent.read(text, start, self.rank(text, entities)[:_OF_A_CLAUSE])


def entities_within(entities: Sequence[EntitySpan], start: int, end: int) -> list[EntitySpan]:
    """The entities inside [start, end), with offsets into that stretch."""
    return [EntitySpan(e.start - start, e.end - start, e.entity) for e in entities if start <= e.start and e.end <= end]
