"""Rasa entity extractor for names that only their surroundings betray: procedures, agencies, places and more."""

from __future__ import annotations

from typing import Any, Dict, List  # noqa: UP035  (Rasa resolves these names at run time)

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.extractors import gazetteer
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.tagger_model import TaggerModel
from nlu.extractors.tagger_training import TaggerOptions, train_tagger
from nlu.training_messages import examples_of, rasa_entity


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityTagger(GraphComponent, EntityExtractorMixin):
    """Marks entities by a conditional random field over words with and without diacritics.

    Learns every entity that the training data annotate, from the messages and from copies of them without
    diacritics and misspelt. Put `ExactEntityExtractor` behind it for codes, phones and values.

    Config:
        copies: Kinds of misspelt copies to learn from (`nlu.noise.KINDS`).
        algorithm, parameters: crfsuite's; 'lbfgs' measured best on few entities, 'pa' learns dozens in seconds.
        gazetteer: Kind of name → file under `nlu/data`; {} for none.
        replacements: Copies of each message with a name of the gazetteer in its entities' places.
        learns_names: Whether the names that the training data mark make a list too; for projects without lists.
        deaf_share: Share of the messages that are learnt without what the lists say, so that it is not all.
    """

    def __init__(self, config: Dict[str, Any], resource: Resource, storage: ModelStorage) -> None:  # noqa: UP006
        self._config = config
        self._resource = resource
        self._storage = storage
        self._gazetteer = Gazetteer.from_files(config["gazetteer"])
        self._model: TaggerModel | None = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        """See the class."""
        return {
            "copies": ["folded"],
            "algorithm": "lbfgs",
            "parameters": None,
            "gazetteer": dict(gazetteer.DEFAULT_LISTS),
            "replacements": 0,
            "learns_names": False,
            "deaf_share": 0.15,
        }

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str | None:  # noqa: UP006
        """The names lists' contents, so that new lists train anew."""
        return gazetteer.fingerprint({**cls.get_default_config(), **config}["gazetteer"])

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityTagger:
        """Creates an untrained tagger."""
        return cls(config, resource, model_storage)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the annotated messages and stores the model."""
        self._model = train_tagger(
            examples_of(training_data.nlu_examples),
            self._gazetteer,
            TaggerOptions(
                copies=tuple(self._config["copies"]),
                replacements=self._config["replacements"],
                algorithm=self._config["algorithm"],
                parameters=self._config["parameters"],
                learns_names=self._config["learns_names"],
                deaf_share=self._config["deaf_share"],
            ),
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityTagger:
        """Loads a trained tagger.

        Raises:
            ValueError: Nothing was stored: a model without its tagger must not answer.
        """
        component = cls(config, resource, model_storage)
        with model_storage.read_from(resource) as folder:
            component._model = TaggerModel.load(folder, component._gazetteer)
        return component

    def process(self, messages: List[Message]) -> List[Message]:  # noqa: UP006
        """Adds the entities found to each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._model is None:
                continue
            found = [rasa_entity(e.start, e.end, e.entity, text[e.start : e.end]) for e in self._model.find(text)]
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages
