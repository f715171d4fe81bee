"""How the entity tagger is trained: which copies of the messages it learns from."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.examples import EntitySpan, Example
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.learnt_names import LearntNames, PartOf, parts_of
from nlu.extractors.tagger_features import NameSources
from nlu.extractors.tagger_model import Lesson, TaggerModel
from nlu.noise import noisy
from nlu.spelling import SpellingModel
from onestop.text import fold, has_diacritics

DEFAULT_PARAMETERS: dict[str, dict[str, float | int]] = {
    "ap": {"max_iterations": 12, "feature.possible_transitions": 1},
    "pa": {"max_iterations": 12, "feature.possible_transitions": 1},
    "lbfgs": {"c1": 0.0, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": 1},
}


@dataclass(frozen=True)
class TaggerOptions:
    """How a tagger is trained.

    Attributes:
        copies: Kinds of noise, one copy of all messages each.
        replacements: How many copies of each message that names a listed kind get names from the lists.
        algorithm: crfsuite's: 'lbfgs', or, many times faster where there are many entities, 'pa'.
        parameters: The algorithm's; None for ours.
        learns_names: Whether the names that the messages mark make a list of their own.
        deaf_share: Share of the messages that are learnt without what the lists of names say.
    """

    copies: tuple[str, ...] = ("folded",)
    replacements: int = 0
    algorithm: str = "lbfgs"
    parameters: dict[str, float | int] | None = None
    learns_names: bool = False
    deaf_share: float = 0.15


def train_tagger(
    examples: Sequence[Example], gazetteer: Gazetteer, options: TaggerOptions | None = None
) -> TaggerModel:
    """Trains a tagger on messages, on misspelt copies, and on copies with other names in them.

    Args:
        examples: Annotated messages.
        gazetteer: Lists of names.
        options: How.
    """
    chosen = options or TaggerOptions()
    part_of = parts_of(examples)
    learnt = LearntNames.train(examples, part_of) if chosen.learns_names else None
    listed = [name for names in gazetteer.names.values() for name in names]
    spelling = SpellingModel.train([*(example.text for example in examples), *listed])
    return TaggerModel.train(
        lessons_of(examples, gazetteer, chosen, part_of),
        NameSources(gazetteer, learnt),
        spelling,
        chosen.algorithm,
        chosen.parameters or DEFAULT_PARAMETERS.get(chosen.algorithm, {}),
    )


def lessons_of(
    examples: Sequence[Example], gazetteer: Gazetteer, options: TaggerOptions, part_of: PartOf
) -> Iterator[Lesson]:
    """The messages and their copies, some of them without what the lists say, always the same ones."""
    rng = random.Random(21)
    written = [(example, part_of(example)) for example in examples]
    for seed in range(options.replacements):
        written += [(copy, part_of(example)) for example, copy in replaced(examples, gazetteer, seed)]
    for kind in ("", *options.copies):
        for example, part in written:
            if kind == "folded" and not is_worth_folding(example):
                continue
            copy = noisy(example, kind) if kind else example
            yield Lesson(copy, part, hears_lists=rng.random() >= options.deaf_share)


def is_worth_folding(example: Example) -> bool:
    """Tells whether a folded copy would differ, and show how an entity looks; without those a fifth less to learn."""
    return bool(example.entities) and has_diacritics(example.text)


def replaced(examples: Sequence[Example], gazetteer: Gazetteer, seed: int) -> list[tuple[Example, Example]]:
    """The messages that name something listed, each with a copy with another listed name in its place."""
    rng = random.Random(seed)
    copies = []
    for example in examples:
        if any(span.entity in gazetteer.names for span in example.entities):
            copies.append((example, _with_other_names(example, gazetteer, rng)))
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
