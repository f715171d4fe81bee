"""Rasa intent classifier: linear, calibrated, the same with and without diacritics."""

from __future__ import annotations

from typing import Any, Dict, List  # noqa: UP035  (Rasa resolves these names at run time)

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import concepts
from nlu.classifiers.intent_ranker import IntentRanker
from nlu.classifiers.intent_training import IntentOptions, train_intents
from nlu.concepts import ConceptLexicon
from nlu.training_messages import entity_spans, examples_of

CLAUSE_INTENTS = "clause_intents"
"""Message property: a list of `ClauseIntent`, set for messages of several clauses."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks intents by one-against-all linear machines over n-grams of several readings of the message.

    Reads the message as normalised, folded, and with its entities and concepts named, so put the entity
    extractors before it. Confidence is calibrated on messages held back in training. Several clauses are ranked
    one by one too, for `SecondRequestDetector`.

    Config:
        copies: Kinds of misspelt copies to learn from (`nlu.noise.KINDS`).
        strength: C of the machines.
        rarest: Fewest messages a feature must be in.
        ranking_length: How many intents to name.
        rank_clauses: Whether clauses are ranked.
        sees_entities: Whether entities are named in what the machines see.
        concepts: Whether to read the concepts of `nlu/data/concepts.json`; False for another subject than ours.
        weighs_rarity: Whether a feature counts the more the fewer messages hold it; better without where the messages
            are long and full of names, as in PhoATIS.
    """

    def __init__(self, config: Dict[str, Any], resource: Resource, storage: ModelStorage) -> None:  # noqa: UP006
        self._config = config
        self._resource = resource
        self._storage = storage
        self._lexicon = ConceptLexicon.from_file() if config["concepts"] else None
        self._ranker: IntentRanker | None = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        """See the class."""
        return {
            "copies": ["folded", "typos"],
            "strength": 0.5,
            "rarest": 2,
            "ranking_length": 10,
            "rank_clauses": True,
            "sees_entities": True,
            "concepts": True,
            "weighs_rarity": True,
        }

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str | None:  # noqa: UP006
        """The lexicon's contents, so that a new one trains anew."""
        return concepts.fingerprint()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Creates an untrained classifier."""
        return cls(config, resource, model_storage)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the messages with intents and stores the model."""
        examples = [e for e in examples_of(training_data.intent_examples) if e.intent]
        options = IntentOptions(
            copies=tuple(self._config["copies"]),
            strength=self._config["strength"],
            rarest=self._config["rarest"],
            sees_entities=self._config["sees_entities"],
            reads_concepts=self._config["concepts"],
            weighs_rarity=self._config["weighs_rarity"],
        )
        self._ranker = train_intents(examples, options)
        with self._storage.write_to(self._resource) as folder:
            self._ranker.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Loads a trained classifier.

        Raises:
            ValueError: Nothing was stored: a model without its classifier must not answer.
        """
        component = cls(config, resource, model_storage)
        with model_storage.read_from(resource) as folder:
            component._ranker = IntentRanker.load(folder, component._lexicon, config["sees_entities"])
        return component

    def process(self, messages: List[Message]) -> List[Message]:  # noqa: UP006
        """Sets the intent and the ranking of each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._ranker is None:
                continue
            entities = entity_spans(message)
            ranking = self._ranker.rank(text, entities)
            top = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
                for name, confidence in ranking[: self._config["ranking_length"]]
            ]
            message.set(INTENT, top[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, top, add_to_output=True)
            if self._config["rank_clauses"]:
                message.set(CLAUSE_INTENTS, self._ranker.rank_clauses(text, entities))
        return messages
