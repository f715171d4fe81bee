"""How the intent classifier is trained: copies of the messages, uncertain entities, calibration."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np

from nlu.classifiers.intent_features import Counts, feature_counts
from nlu.classifiers.linear_model import Calibration, LinearIntentModel, fit_temperature
from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan, Example
from nlu.noise import noisy

OUT_OF_SCOPE = "out_of_scope"
_FEWEST_TO_CALIBRATE = 200
_LARGEST_SHIFT = 1.5


def doubtful_entities(example: Example, rng: random.Random, miss_rate: float) -> tuple[EntitySpan, ...]:
    """The entities as a tagger might find them: some missed. Exact ones are never missed."""
    soft = ("procedure", "agency", "place", "date", "rating")
    return tuple(e for e in example.entities if e.entity not in soft or rng.random() >= miss_rate)


def training_documents(
    examples: Sequence[Example],
    lexicon: ConceptLexicon,
    copies: Sequence[str] = ("folded",),
    miss_rate: float = 0.25,
) -> tuple[list[Counts], list[str]]:
    """Counts the features of the messages and of their misspelt copies.

    Args:
        examples: Messages with intents and entities.
        lexicon: Concepts.
        copies: Kinds of noise, one copy of all messages each.
        miss_rate: Share of soft entities left out of the copies, as the tagger will miss some.
    """
    rng = random.Random(20)
    documents = [feature_counts(e.text, e.entities, lexicon) for e in examples]
    labels = [e.intent for e in examples]
    for kind in copies:
        for example in examples:
            copy = noisy(example, kind)
            entities = doubtful_entities(copy, rng, miss_rate)
            if copy.text == example.text and entities == example.entities:
                continue
            documents.append(feature_counts(copy.text, entities, lexicon))
            labels.append(copy.intent)
    return documents, labels


def train_intents(
    examples: Sequence[Example],
    lexicon: ConceptLexicon,
    copies: Sequence[str] = ("folded", "typos"),
    strength: float = 0.5,
    rarest: int = 2,
    calibrate: bool = True,
    most_refused: float = 0.03,
) -> LinearIntentModel:
    """Trains the classifier and calibrates its confidence.

    Args:
        examples: Messages with intents, entities and writers.
        lexicon: Concepts.
        copies: Kinds of noise, one copy of all messages each.
        strength: C of the machines.
        rarest: Fewest messages a feature must be in.
        calibrate: Whether to calibrate; costs about as much as the training itself.
        most_refused: Share of messages in scope that may be taken for out of scope.
    """
    calibration = Calibration(temperature=3.0)
    if calibrate and len(examples) >= _FEWEST_TO_CALIBRATE:
        calibration = _calibration(examples, lexicon, strength, rarest, most_refused)
    documents, labels = training_documents(examples, lexicon, copies)
    model = LinearIntentModel.train(documents, labels, strength, rarest)
    model.calibration = calibration
    return model


def _held_back(examples: Sequence[Example]) -> list[set[int]]:
    """Chooses what to hold back: each of the two writers of most messages in turn, or else a fifth at random.

    A writer's own messages resemble each other; held back message by message they would make the model look
    surer than it is of strangers'.
    """
    writers = Counter(example.origin for example in examples).most_common()
    enough = [writer for writer, count in writers if count >= len(examples) / 10]
    if len(enough) >= 3:
        return [{i for i, e in enumerate(examples) if e.origin == writer} for writer in enough[:2]]
    order = list(range(len(examples)))
    random.Random(21).shuffle(order)
    return [set(order[: len(order) // 5])]


def _calibration(
    examples: Sequence[Example], lexicon: ConceptLexicon, strength: float, rarest: int, most_refused: float
) -> Calibration:
    labels = sorted({e.intent for e in examples})
    decisions: list[np.ndarray] = []
    truths: list[int] = []
    for held in _held_back(examples):
        rest = [e for i, e in enumerate(examples) if i not in held]
        if {e.intent for e in rest} != set(labels):
            continue
        model = LinearIntentModel.train(*training_documents(rest, lexicon, ()), strength, rarest)
        unseen = [examples[i] for i in sorted(held)]
        decisions.append(model.decisions([feature_counts(e.text, e.entities, lexicon) for e in unseen]))
        truths += [labels.index(e.intent) for e in unseen]
    if not decisions:
        return Calibration(temperature=3.0)
    values, truth = np.concatenate(decisions), np.array(truths)
    temperature = fit_temperature(values, truth)
    if OUT_OF_SCOPE not in labels:
        return Calibration(temperature)
    return Calibration(
        temperature, fit_oos_shift(values * temperature, truth, labels.index(OUT_OF_SCOPE), most_refused)
    )


def fit_oos_shift(values: np.ndarray, truth: np.ndarray, oos: int, most_refused: float) -> float:
    """Finds how far out-of-scope may be raised with few enough messages in scope refused.

    Args:
        values: float, shape (n, n_labels), scaled decision values of unseen messages.
        truth: int, shape (n,), the right columns.
        oos: Column of out-of-scope.
        most_refused: Share of messages in scope that may end as out of scope.
    """
    in_scope = values[truth != oos]
    if not len(in_scope):
        return 0.0
    others = np.delete(in_scope, oos, axis=1).max(axis=1)
    margins = np.sort(others - in_scope[:, oos])  # a shift above a message's margin refuses it
    allowed = int(most_refused * len(margins))
    return float(np.clip(margins[allowed], -_LARGEST_SHIFT, _LARGEST_SHIFT))
