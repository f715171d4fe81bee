"""How the intent classifier is trained: copies of the messages, uncertain entities, calibration."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from nlu.classifiers.intent_features import Counts, feature_counts
from nlu.classifiers.linear_model import Calibration, LinearIntentModel, fit_temperature
from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan, Example
from nlu.noise import noisy

OUT_OF_SCOPE = "out_of_scope"


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
    copies: Sequence[str] = ("folded",),
    strength: float = 0.5,
    rarest: int = 2,
    calibrate: bool = True,
) -> LinearIntentModel:
    """Trains the classifier; its confidence is calibrated on a fifth of the messages, held back in a first pass."""
    calibration = Calibration(temperature=3.0)
    if calibrate and len(examples) >= 200:
        calibration = _calibration(examples, lexicon, copies, strength, rarest)
    documents, labels = training_documents(examples, lexicon, copies)
    model = LinearIntentModel.train(documents, labels, strength, rarest)
    model.calibration = calibration
    return model


def _calibration(
    examples: Sequence[Example], lexicon: ConceptLexicon, copies: Sequence[str], strength: float, rarest: int
) -> Calibration:
    order = list(range(len(examples)))
    random.Random(21).shuffle(order)
    held = set(order[: len(order) // 5])
    rest = [e for i, e in enumerate(examples) if i not in held]
    model = LinearIntentModel.train(*training_documents(rest, lexicon, ()), strength, rarest)
    unseen = [e for i, e in enumerate(examples) if i in held and e.intent in model.labels]
    decisions = model.decisions([feature_counts(e.text, e.entities, lexicon) for e in unseen])
    truth = np.array([model.labels.index(e.intent) for e in unseen])
    return Calibration(temperature=fit_temperature(decisions, truth))
