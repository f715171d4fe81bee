"""How the intent classifier is trained: copies of the messages, uncertain entities, calibration."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags

from nlu.classifiers.feature_table import FeatureTable
from nlu.classifiers.intent_features import Counts, feature_counts
from nlu.classifiers.intent_ranker import IntentRanker
from nlu.classifiers.linear_model import Calibration, LinearIntentModel, Vectorizer, fit_machines, fit_temperature
from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan, Example
from nlu.noise import noisy
from nlu.spelling import SpellingModel

OUT_OF_SCOPE = "out_of_scope"
_FEWEST_TO_CALIBRATE = 200
_LARGEST_SHIFT = 1.5
_PROCESSES = 2
_FEWEST_FOR_PROCESSES = 2000  # to start processes takes longer than to read fewer messages


def doubtful_entities(example: Example, rng: random.Random, miss_rate: float) -> tuple[EntitySpan, ...]:
    """The entities as a tagger might find them: some missed. Exact ones are never missed."""
    soft = ("procedure", "agency", "place", "date", "rating")
    return tuple(e for e in example.entities if e.entity not in soft or rng.random() >= miss_rate)


@dataclass(frozen=True)
class Reader:
    """Counts what the classifier sees of messages, and of copies misspelt in one way.

    Attributes:
        lexicon: Concepts.
        spelling: Corrects the copies, as it will correct messages; what it cannot correct is what is to be learnt.
        miss_rate: Share of soft entities left out of the copies, as the tagger will miss some.
    """

    lexicon: ConceptLexicon | None
    spelling: SpellingModel
    miss_rate: float = 0.25

    def read(self, kind: str | None, examples: Sequence[Example]) -> tuple[FeatureTable, list[str]]:
        """Returns the features and intents of messages; of copies only of those that differ from their message.

        Args:
            kind: Kind of noise; None for the messages as written.
            examples: Messages with intents and entities.
        """
        rng = random.Random(20)
        labels: list[str] = []

        def documents() -> Iterator[Counts]:
            for example in examples:
                text, entities = example.text, example.entities
                if kind is not None:
                    copy = noisy(example, kind)
                    entities = doubtful_entities(copy, rng, self.miss_rate)
                    if copy.text == text and entities == example.entities:
                        continue
                    text, moved = self.spelling.correct_spans(copy.text, entities)
                    entities = tuple(moved)
                labels.append(example.intent)
                yield feature_counts(text, entities, self.lexicon)

        return FeatureTable.of(documents()), labels


def read_all(reader: Reader, examples: Sequence[Example], copies: Sequence[str]) -> tuple[FeatureTable, list[str]]:
    """Reads the messages as written and then each kind of copies, many messages in two processes."""
    middle = len(examples) // 2
    halves = (examples[:middle], examples[middle:])
    tasks = [(kind, half) for kind in (None, *copies) for half in halves]
    kinds, parts = [kind for kind, _ in tasks], [part for _, part in tasks]
    if len(examples) < _FEWEST_FOR_PROCESSES:
        read = list(map(reader.read, kinds, parts))
    else:
        with ProcessPoolExecutor(_PROCESSES) as processes:
            read = list(processes.map(reader.read, kinds, parts))
    return FeatureTable.joined([table for table, _ in read]), [label for _, labels in read for label in labels]


@dataclass(frozen=True)
class IntentOptions:
    """How an intent classifier is trained.

    Attributes:
        copies: Kinds of noise, one copy of all messages each.
        strength: C of the machines.
        rarest: Fewest messages a feature must be in.
        calibrate: Whether to calibrate the confidence; costs half as much as the training itself.
        most_refused: Share of messages in scope that may be taken for out of scope.
        sees_entities: Whether entities are named in what the machines see.
        reads_concepts: Whether the concepts of `nlu/data/concepts.json` are read.
        weighs_rarity: Whether a feature counts the more the fewer messages hold it.
    """

    copies: tuple[str, ...] = ("folded", "typos")
    strength: float = 0.5
    rarest: int = 2
    calibrate: bool = True
    most_refused: float = 0.03
    sees_entities: bool = True
    reads_concepts: bool = True
    weighs_rarity: bool = True


def train_intents(examples: Sequence[Example], options: IntentOptions | None = None) -> IntentRanker:
    """Trains the classifier and calibrates its confidence.

    Args:
        examples: Messages with intents, entities and writers.
        options: How.
    """
    chosen = options or IntentOptions()
    if not chosen.sees_entities:
        examples = [Example(e.text, e.intent, (), e.origin) for e in examples]
    reader = Reader(
        ConceptLexicon.from_file() if chosen.reads_concepts else None,
        SpellingModel.train(e.text for e in examples),
    )
    table, intents = read_all(reader, examples, chosen.copies)
    labels = sorted(set(intents))
    numbers = {label: number for number, label in enumerate(labels)}
    truth = np.array([numbers[intent] for intent in intents])
    vectorizer, features = Vectorizer.fit(table, chosen.rarest, chosen.weighs_rarity)
    weights, bias = fit_machines(vectorizer.scaled(features), truth, len(labels), chosen.strength)
    calibration = Calibration(temperature=3.0)
    if chosen.calibrate and len(examples) >= _FEWEST_TO_CALIBRATE:
        as_written = slice(len(examples))
        decisions, known = _unseen_decisions(
            vectorizer, features[as_written], truth[as_written], examples, chosen.strength
        )
        calibration = _calibration(decisions, known, labels, chosen.most_refused)
    model = LinearIntentModel(labels, vectorizer, weights, bias, calibration)
    return IntentRanker(model, reader.lexicon, reader.spelling, chosen.sees_entities)


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


def _unseen_decisions(
    vectorizer: Vectorizer, features: csr_matrix, truth: np.ndarray, examples: Sequence[Example], strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Decision values of messages by machines that have not learnt from them or their writer, and their labels.

    Args:
        vectorizer: Made the features.
        features: Unscaled features of the messages as written, shape (n, n_features).
        truth: int, shape (n,), their labels.
        examples: The messages.
        strength: C of the machines.

    Returns:
        float, shape (n_unseen, n_labels), and int, shape (n_unseen,); n_unseen may be 0.
    """
    n_labels = int(truth.max()) + 1
    decisions, known = [np.zeros((0, n_labels))], [np.zeros(0, dtype=int)]
    for held in _held_back(examples):
        is_held = np.isin(np.arange(len(examples)), list(held))
        learnt = features[~is_held]
        if len(set(truth[~is_held])) < n_labels:
            continue
        weights, bias = fit_machines(vectorizer.scaled(learnt), truth[~is_held], n_labels, strength)
        is_known = np.zeros(features.shape[1], dtype=np.float32)
        is_known[learnt.indices] = 1.0  # a feature of the held messages alone would not be seen
        unseen = features[is_held] @ diags(is_known)
        unseen.eliminate_zeros()
        decisions.append(vectorizer.scaled(unseen) @ weights + bias)
        known.append(truth[is_held])
    return np.concatenate(decisions), np.concatenate(known)


def _calibration(values: np.ndarray, truth: np.ndarray, labels: Sequence[str], most_refused: float) -> Calibration:
    """Fits the confidence to decision values of unseen messages, shape (n, n_labels), with their labels (n,)."""
    if not len(values):
        return Calibration(temperature=3.0)
    temperature = fit_temperature(values, truth)
    if OUT_OF_SCOPE not in labels:
        return Calibration(temperature)
    shift = fit_oos_shift(values * temperature, truth, labels.index(OUT_OF_SCOPE), most_refused)
    return Calibration(temperature, shift)


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
