"""Rasa entity extractor for codes, phones and plots of land, which also gives every entity its value."""

from __future__ import annotations

from typing import Any, Dict, List  # noqa: UP035  (Rasa resolves these names at run time)

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, EXTRACTOR, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.extractors.exact_entities import CERTAIN, FoundEntity
from nlu.extractors.merging import merge_entities
from nlu.training_messages import rasa_entity
from onestop import clock


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ExactEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds entities whose shape alone proves them, and puts normalised values on all entities.

    Of what extractors before it found, entities that overlap a certain one go; of the others the value is
    normalised: canonical codes, +84…, ISO 8601 (relative to the product's clock), plot/sheet, 1–5, digits.
    Behind no other extractor it finds everything that has an exact reader, by `alone: true`.

    Config:
        certain: Entities that overrule what others found.
        alone: Whether dates, ratings and candidates' numbers are taken from the exact readers too.
    """

    def __init__(self, config: Dict[str, Any]) -> None:  # noqa: UP006
        self._certain = tuple(config["certain"])
        self._alone = bool(config["alone"])

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        """See the class."""
        return {"certain": list(CERTAIN), "alone": False}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ExactEntityExtractor:
        """Creates the extractor."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:  # noqa: UP006
        """Replaces each message's entities by the merged ones."""
        now = clock.local_now()
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            before = message.get(ENTITIES, [])
            found = [FoundEntity(e["start"], e["end"], e["entity"], e["value"]) for e in before if "start" in e]
            names = {(e.start, e.end, e.entity): known for e, known in zip(found, before, strict=False)}
            merged = []
            for entity in merge_entities(text, found, now, self._certain, self._alone):
                known = names.get((entity.start, entity.end, entity.entity), {EXTRACTOR: type(self).__name__})
                merged.append({**known, **rasa_entity(entity.start, entity.end, entity.entity, entity.value)})
            message.set(ENTITIES, merged, add_to_output=True)
        return messages
