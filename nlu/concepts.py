"""A lexicon of concepts: what people call by many names, read as one word.

'tốn nhiêu', 'hết bao nhiêu tiền', 'lệ phí' and 'giá sao' all ask a price; a model that has seen one of them in
an intent then knows the others. The lexicon is data (`nlu/data/concepts.json`), folded, longest phrase first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from onestop.text import fold, normalize

_SKIPPED = "_skip_"  # particles of politeness and the like, which ask nothing
DEFAULT_FILE = Path(__file__).parent / "data" / "concepts.json"


class ConceptLexicon:
    """Replaces phrases by the name of their concept."""

    def __init__(self, concepts: dict[str, list[str]]) -> None:
        """Takes concept names and their phrases, in any spelling."""
        self._phrases: dict[tuple[str, ...], str] = {}
        for name, phrases in concepts.items():
            for phrase in phrases:
                self._phrases.setdefault(tuple(fold(normalize(phrase).text).split()), f"_{name}_")
                self._phrases.setdefault(tuple(fold(phrase).split()), f"_{name}_")
        self._longest = max((len(words) for words in self._phrases), default=0)
        self._firsts = {words[0] for words in self._phrases if words}

    @classmethod
    def from_file(cls, file: Path = DEFAULT_FILE) -> ConceptLexicon:
        """Reads `{"concepts": {name: [phrase, …]}}`."""
        return cls(json.loads(file.read_text(encoding="utf-8"))["concepts"])

    def read(self, words: Sequence[str]) -> list[str]:
        """Returns the words with each known phrase replaced by its concept, longest phrases first.

        Args:
            words: Folded words, entity names such as '_date_' among them.
        """
        found: list[str] = []
        position = 0
        while position < len(words):
            length, name = self._at(words, position)
            if name != _SKIPPED:
                found.append(name)
            position += length
        return found

    def _at(self, words: Sequence[str], position: int) -> tuple[int, str]:
        if words[position] in self._firsts:
            for length in range(min(self._longest, len(words) - position), 0, -1):
                name = self._phrases.get(tuple(words[position : position + length]))
                if name:
                    return length, name
        return 1, words[position]


def fingerprint(file: Path = DEFAULT_FILE) -> str:
    """A digest of the lexicon: data from outside the training file must enter Rasa's fingerprint."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
