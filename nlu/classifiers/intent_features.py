"""What the intent classifier sees of a message.

The same message is read several ways, so that nothing hangs on one spelling: normalised as written, folded, and
folded with its entities and spoken concepts put for the words ("_procedure_ hết bao nhiêu" whatever the procedure).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan
from onestop.text import fold, normalize

_TOKEN = re.compile(r"_\w+_|\w+|[^\w\s]", re.UNICODE)
_NUMBER = re.compile(r"\d")

FAMILIES = ("word", "char", "folded", "folded_char", "masked", "concept")
"""Groups of features; each is weighted and scaled to unit length by itself."""

Counts = dict[str, Counter[str]]


def _word_ngrams(words: Sequence[str], longest: int) -> Iterable[str]:
    padded = ["<", *words, ">"]
    yield from words
    for size in range(2, longest + 1):
        for i in range(len(padded) - size + 1):
            yield " ".join(padded[i : i + size])


@lru_cache(maxsize=50_000)
def _char_ngrams(word: str, shortest: int, longest: int) -> tuple[str, ...]:
    padded = f" {word} "
    sizes = range(shortest, longest + 1)
    return tuple(padded[i : i + size] for size in sizes for i in range(len(padded) - size + 1))


def _all_char_ngrams(words: Sequence[str], shortest: int, longest: int) -> Iterable[str]:
    return chain.from_iterable(_char_ngrams(word, shortest, longest) for word in words)


def _skip_pairs(words: Sequence[str], reach: int = 4) -> Iterable[str]:
    """Pairs of words near each other, in order, other words between them left out."""
    for i, first in enumerate(words):
        for second in words[i + 2 : i + reach]:
            yield f"{first}~{second}"


def mask_entities(text: str, entities: Sequence[EntitySpan]) -> str:
    """Puts '_entity_' for each entity of a message."""
    parts, position = [], 0
    for entity in sorted(entities, key=lambda e: e.start):
        if entity.start < position:
            continue
        parts += [text[position : entity.start], f" _{entity.entity}_ "]
        position = entity.end
    return "".join(parts) + text[position:]


def feature_counts(text: str, entities: Sequence[EntitySpan], lexicon: ConceptLexicon | None) -> Counts:
    """Counts the features of a message, by family.

    Args:
        text: The message as written.
        entities: Its entities, as the tagger finds them.
        lexicon: Concepts that different people name by different words; None to read none.
    """
    normal = [_NUMBER.sub("0", word) for word in _TOKEN.findall(normalize(text).text)]
    folded = [fold(word) for word in normal]
    masked = [_NUMBER.sub("0", fold(word)) for word in _TOKEN.findall(normalize(mask_entities(text, entities)).text)]
    concepts = lexicon.read(masked) if lexicon else []
    named = [word for word in concepts if word.startswith("_") or word in ("?", "!")]
    return {
        "word": Counter(_word_ngrams(normal, 3)),
        "char": Counter(_all_char_ngrams(normal, 3, 5)),
        "folded": Counter(_word_ngrams(folded, 3)),
        "folded_char": Counter(_all_char_ngrams(folded, 2, 5)),
        "masked": Counter(chain(_word_ngrams(masked, 3), _skip_pairs(masked))),
        "concept": Counter(chain(_word_ngrams(concepts, 3), _word_ngrams(named, 3), _skip_pairs(named)))
        if lexicon
        else Counter(),
    }


def weighted(counts: Counter[str]) -> dict[str, float]:
    """Damps counts: a word said thrice is not three times as telling."""
    return {name: 1.0 + math.log(count) for name, count in counts.items()}
