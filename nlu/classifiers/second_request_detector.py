"""Rasa component that tells the dialogue of a second request in a message."""

from __future__ import annotations

from typing import Any, Dict, List  # noqa: UP035  (Rasa resolves these names at run time)

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.classifiers.linear_intent_classifier import CLAUSE_INTENTS
from nlu.classifiers.second_request import find_requests, with_first

SECOND_INTENT = "second_intent"
"""Message property in the parse output: {"name", "confidence", "text", "entities"}, absent if there is none."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SecondRequestDetector(GraphComponent):
    """Sets `second_intent` where two different requests stand in one message, and which of them comes first.

    Put it behind `LinearIntentClassifier`, which ranks the clauses.

    Config:
        least_confidence: How sure a clause must be to count as a request of its own.
    """

    def __init__(self, config: Dict[str, Any]) -> None:  # noqa: UP006
        self._least_confidence = float(config["least_confidence"])

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        """See the class."""
        return {"least_confidence": 0.6}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SecondRequestDetector:
        """Creates the detector."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:  # noqa: UP006
        """Adds the second request to each message that has one."""
        for message in messages:
            intent = (message.get(INTENT) or {}).get("name")
            clauses = message.get(CLAUSE_INTENTS) or []
            requests = find_requests(intent, clauses, self._least_confidence) if intent else None
            if requests is None:
                continue
            _put_first(message, requests.first)
            second = requests.second
            entities = [e for e in message.get(ENTITIES, []) if second.start <= e["start"] and e["end"] <= second.end]
            found = {
                "name": second.intent,
                "confidence": second.confidence,
                "text": message.get(TEXT)[second.start : second.end],
                "entities": entities,
            }
            message.set(SECOND_INTENT, found, add_to_output=True)
        return messages


def _put_first(message: Message, intent: str) -> None:
    """Makes an intent that was said first the message's own."""
    ranking = [
        (item[INTENT_NAME_KEY], item[PREDICTED_CONFIDENCE_KEY]) for item in message.get(INTENT_RANKING_KEY) or []
    ]
    if not ranking or ranking[0][0] == intent:
        return
    ordered = [
        {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
        for name, confidence in with_first(ranking, intent)
    ]
    message.set(INTENT, ordered[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ordered, add_to_output=True)
