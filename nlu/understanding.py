"""The whole understanding of a message without Rasa: for evaluation, benchmarks and tests.

The Rasa components are thin wrappers around the same parts in the same order, so what is measured here is what
the product does; `tests/integration/nlu` checks that both agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlu.classifiers.intent_ranker import IntentRanker, Ranking
from nlu.classifiers.intent_training import IntentOptions, train_intents
from nlu.classifiers.second_request import SecondRequest, find_requests, with_first
from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan, Example
from nlu.extractors.exact_entities import CERTAIN, FoundEntity
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.merging import merge_entities
from nlu.extractors.tagger_model import TaggerModel
from nlu.extractors.tagger_training import TaggerOptions, train_tagger
from onestop import clock


@dataclass(frozen=True)
class Understood:
    """What a message was understood as.

    Attributes:
        ranking: Intents with their confidence, best first.
        entities: Entities with their values, in order.
        second: A second request in the message, if any.
    """

    ranking: Ranking
    entities: tuple[FoundEntity, ...]
    second: SecondRequest | None = None

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """How sure that intent is, 0 to 1."""
        return self.ranking[0][1]


class Understanding:
    """Tagger, exact readers, intent classifier and second request, one behind the other."""

    def __init__(
        self,
        tagger: TaggerModel,
        intents: IntentRanker,
        certain: Sequence[str] = CERTAIN,
    ) -> None:
        self._tagger = tagger
        self._intents = intents
        self._certain = certain

    @classmethod
    def train(
        cls,
        examples: Sequence[Example],
        tagger_options: TaggerOptions | None = None,
        intent_options: IntentOptions | None = None,
        gazetteer: Gazetteer | None = None,
        certain: Sequence[str] = CERTAIN,
    ) -> Understanding:
        """Learns from annotated messages.

        Args:
            examples: Messages with intents, entities and writers.
            tagger_options: How the tagger is trained.
            intent_options: How the intents are trained.
            gazetteer: Lists of names; the product's own by default.
            certain: Entities for which exact readers overrule the tagger; () for corpora without such entities.
        """
        lists = gazetteer or Gazetteer.from_files()
        tagger = train_tagger(examples, lists, tagger_options)
        return cls(tagger, train_intents(examples, intent_options), certain)

    @classmethod
    def load(cls, folder: Path) -> Understanding:
        """Reads what `save` wrote."""
        tagger = TaggerModel.load(folder, Gazetteer.from_files())
        return cls(tagger, IntentRanker.load(folder, ConceptLexicon.from_file()))

    def save(self, folder: Path) -> None:
        """Writes the models into a folder."""
        self._tagger.save(folder)
        self._intents.save(folder)

    @property
    def intents(self) -> list[str]:
        """The intents it knows."""
        return self._intents.model.labels

    def understand(self, text: str, now: datetime | None = None, seeks_second: bool = True) -> Understood:
        """Understands one message.

        Args:
            text: The message, NFC.
            now: The present moment, for relative dates; the product's clock by default.
            seeks_second: Whether to look for a second request.
        """
        tagged = [FoundEntity(e.start, e.end, e.entity, text[e.start : e.end]) for e in self._tagger.find(text)]
        entities = merge_entities(text, tagged, now or clock.local_now(), self._certain)
        spans = [EntitySpan(e.start, e.end, e.entity) for e in entities]
        ranking = self._intents.rank(text, spans)
        requests = find_requests(ranking[0][0], self._intents.rank_clauses(text, spans)) if seeks_second else None
        if requests is None:
            return Understood(ranking, tuple(entities))
        return Understood(with_first(ranking, requests.first), tuple(entities), requests.second)
