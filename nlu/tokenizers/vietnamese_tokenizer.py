"""Rasa tokenizer for Vietnamese."""

from __future__ import annotations

from typing import Any, Dict, List  # noqa: UP035  (Rasa resolves these names at run time)

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.tokenizers.segmentation import segment
from nlu.tokenizers.word_spans import word_spans

SEGMENTED_WORD = "segmented_word"
"""Key in a token's data: the word, its syllables joined by '_', that the syllable belongs to."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Cuts a message into syllables and marks; dossier codes, phones, dates and clock times stay whole.

    Every token satisfies `text[token.start:token.end] == token.text`. With `segmentation: true` the words that
    underthesea sees (several syllables each) are added to the tokens' data, where `TwoFacedFeaturizer` reads them;
    tokens stay syllables, because the segmentation is unsure where diacritics are missing and would make entity
    borders coarse.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        """The tokenizer's keys that Rasa asks for, and `segmentation`."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
            "segmentation": False,
        }

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VietnameseTokenizer:
        """Creates the tokenizer, and warms the segmentation up where it is wanted."""
        if config.get("segmentation"):
            segment("khởi động")
        return cls(config)

    @staticmethod
    def required_packages() -> List[str]:  # noqa: UP006
        """Packages that must be installed."""
        return ["underthesea"]

    def tokenize(self, message: Message, attribute: str) -> List[Token]:  # noqa: UP006
        """Cuts one attribute of a message."""
        text = message.get(attribute)
        spans = word_spans(text) or [(0, len(text))]
        tokens = [Token(text[start:end], start, end) for start, end in spans]
        if self._config.get("segmentation"):
            for token, word in zip(tokens, segment(text, spans), strict=True):
                token.set(SEGMENTED_WORD, word)
        return self._apply_token_pattern(tokens)
