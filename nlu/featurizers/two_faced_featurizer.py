"""Rasa featurizer that sees each word with and without its diacritics."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, Dict, List, Type  # noqa: UP035  (Rasa resolves these names at run time)

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.tokenizers.vietnamese_tokenizer import SEGMENTED_WORD
from onestop.text import fold
from onestop.text.normalization import normalize_word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TwoFacedFeaturizer(SparseFeaturizer, GraphComponent):
    """Sparse features for Rasa's own classifiers and extractors (DIET, logistic regression, CRF).

    Each word gives its normalised form, its folded form, its character n-grams folded, and, where
    `VietnameseTokenizer` has segmented the message, the word of several syllables that it is part of. Features are
    hashed, so nothing is learnt or stored. Our own classifier and tagger compute their features themselves and
    need no featurizer.

    Config:
        dimensions: Columns of the hashed space.
        shortest, longest: Lengths of the character n-grams.
    """

    def __init__(self, config: Dict[str, Any], name: str) -> None:  # noqa: UP006
        super().__init__(name, config)
        self._dimensions = int(config["dimensions"])
        self._lengths = range(int(config["shortest"]), int(config["longest"]) + 1)

    @classmethod
    def required_components(cls) -> List[Type]:  # noqa: UP006
        """A tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        """See the class."""
        return {**SparseFeaturizer.get_default_config(), "dimensions": 2**16, "shortest": 2, "longest": 4}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TwoFacedFeaturizer:
        """Creates the featurizer."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:  # noqa: UP006
        """Any numbers will do."""

    def process(self, messages: List[Message]) -> List[Message]:  # noqa: UP006
        """Adds features to the text of each message."""
        for message in messages:
            self._add_features(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds features to the training messages."""
        self.process(training_data.training_examples)
        return training_data

    def _add_features(self, message: Message) -> None:
        from rasa.nlu.constants import TOKENS_NAMES

        tokens = message.get(TOKENS_NAMES[TEXT])
        if not tokens:
            return
        sequence = self._matrix([list(self._features(token)) for token in tokens])
        sentence = csr_matrix(sequence.sum(axis=0), dtype=np.float32)
        self.add_features_to_message(sequence, sentence, TEXT, message)

    def _features(self, token: Token) -> Iterator[str]:
        normal = normalize_word(token.text.lower())
        folded = fold(normal)
        yield f"n={normal}"
        yield f"f={folded}"
        word = token.get(SEGMENTED_WORD)
        if word and "_" in word:
            yield f"s={word}"
            yield f"sf={fold(word)}"
        padded = f" {folded} "
        for length in self._lengths:
            for i in range(len(padded) - length + 1):
                yield f"c={padded[i : i + length]}"

    def _matrix(self, rows: list[list[str]]) -> csr_matrix:
        """Returns float32 of shape (n_tokens, dimensions)."""
        columns = [zlib.crc32(feature.encode()) % self._dimensions for row in rows for feature in row]
        starts = np.cumsum([0, *map(len, rows)])
        ones = np.ones(len(columns), dtype=np.float32)
        matrix = csr_matrix((ones, columns, starts), shape=(len(rows), self._dimensions))
        matrix.sum_duplicates()
        return matrix
