"""How the entity tagger is trained: which copies of the messages it learns from."""

from __future__ import annotations

import random
from collections.abc import Sequence

from nlu.examples import EntitySpan, Example
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.tagger_model import TaggerModel
from nlu.noise import noisy
from nlu.spelling import SpellingModel
from onestop.text import fold, has_diacritics

DEFAULT_PARAMETERS: dict[str, dict[str, float | int]] = {
    "ap": {"max_iterations": 12, "feature.possible_transitions": 1},
    "lbfgs": {"c1": 0.0, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": 1},
}


def train_tagger(
    examples: Sequence[Example],
    gazetteer: Gazetteer,
    copies: Sequence[str] = ("folded",),
    replacements: int = 0,
    algorithm: str = "lbfgs",
    parameters: dict[str, float | int] | None = None,
) -> TaggerModel:
    """Trains a tagger on messages, on misspelt copies, and on copies with other names in them.

    Args:
        examples: Annotated messages.
        gazetteer: Lists of names.
        copies: Kinds of noise, one copy of all messages each.
        replacements: How many copies of each message that names a listed kind get names from the lists.
        algorithm: crfsuite's.
        parameters: The algorithm's; None for ours.
    """
    learnt = list(examples)
    for seed in range(replacements):
        learnt += replaced(examples, gazetteer, seed)
    for kind in copies:
        learnt += [noisy(example, kind) for example in list(learnt) if kind != "folded" or is_worth_folding(example)]
    listed = [name for names in gazetteer.names.values() for name in names]
    spelling = SpellingModel.train([*(example.text for example in examples), *listed])
    return TaggerModel.train(learnt, gazetteer, spelling, algorithm, parameters or DEFAULT_PARAMETERS.get(algorithm))


def is_worth_folding(example: Example) -> bool:
    """Tells whether a folded copy would differ, and show how an entity looks; without those a fifth less to learn."""
    return bool(example.entities) and has_diacritics(example.text)


def replaced(examples: Sequence[Example], gazetteer: Gazetteer, seed: int) -> list[Example]:
    """Copies the messages that name something listed, with another listed name in its place."""
    rng = random.Random(seed)
    copies = []
    for example in examples:
        if any(span.entity in gazetteer.names for span in example.entities):
            copies.append(_with_other_names(example, gazetteer, rng))
    return copies


def _with_other_names(example: Example, gazetteer: Gazetteer, rng: random.Random) -> Example:
    text, spans, position = "", [], 0
    is_plain = not has_diacritics(example.text)
    for span in example.entities:
        text += example.text[position : span.start]
        written = example.text[span.start : span.end]
        names = gazetteer.names.get(span.entity)
        if names and rng.random() < 0.8:
            written = rng.choice(names)
            if is_plain:
                written = fold(written)
        spans.append(EntitySpan(len(text), len(text) + len(written), span.entity))
        text += written
        position = span.end
    return Example(text + example.text[position:], example.intent, tuple(spans), example.origin)
