"""A linear intent classifier with calibrated confidence; independent of Rasa.

One-against-all linear support vector machines (liblinear, squared hinge) over sparse features that are weighted by
inverse document frequency and scaled to unit length family by family; a softmax whose temperature and
out-of-scope shift are set on messages the model has not learnt from. NumPy and JSON files, nothing pickled.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from nlu.classifiers.feature_table import SEPARATOR, FeatureTable
from nlu.classifiers.intent_features import FAMILIES, Counts, weighted

_WEIGHTS_FILE, _NAMES_FILE = "intent_weights.npz", "intent_names.json"
_FAMILY_SCALE = {
    "word": 0.7, "char": 0.6, "folded": 0.9, "folded_char": 1.0, "masked": 1.0, "concept": 1.2
}  # fmt: skip
_THREADS = 2


@dataclass(frozen=True)
class Calibration:
    """How decision values become probabilities: softmax(temperature · values + shift of out-of-scope)."""

    temperature: float = 1.0
    oos_shift: float = 0.0


class Vectorizer:
    """Turns counted features into sparse vectors."""

    def __init__(self, index: dict[str, int], idf: np.ndarray, family_scale: dict[str, float]) -> None:
        """Takes the learnt vocabulary.

        Args:
            index: Column of each feature, named family + separator + feature.
            idf: float32, shape (n_features,).
            family_scale: Length of each family's part of a vector.
        """
        self._index: dict[str, dict[str, int]] = {family: {} for family in FAMILIES}
        self._family_of = np.zeros(len(index), dtype=np.int64)
        numbers = {family: number for number, family in enumerate(FAMILIES)}
        for name, column in index.items():
            family, _, feature = name.partition(SEPARATOR)
            self._index[family][feature] = column
            self._family_of[column] = numbers[family]
        self.idf = idf
        self.family_scale = family_scale

    @property
    def index(self) -> dict[str, int]:
        """Column of each feature, in the columns' order."""
        named = {f"{family}{SEPARATOR}{f}": c for family, known in self._index.items() for f, c in known.items()}
        return dict(sorted(named.items(), key=lambda item: item[1]))

    @classmethod
    def fit(cls, table: FeatureTable, rarest: int = 2, weighs_rarity: bool = True) -> tuple[Vectorizer, csr_matrix]:
        """Learns the features that at least `rarest` messages hold; returns the messages' unscaled vectors too.

        Args:
            table: The messages' features.
            rarest: Fewest messages a feature must be in.
            weighs_rarity: Whether a feature counts the more the fewer messages hold it (inverse document frequency).
        """
        frequencies = np.bincount(table.columns, minlength=len(table.names))  # each feature stands once in a row
        is_kept = frequencies >= rarest
        renumbered = np.cumsum(is_kept) - 1
        names = {table.names[column]: int(renumbered[column]) for column in np.flatnonzero(is_kept)}
        idf = 1.0 + np.log((len(table.starts)) / (1 + frequencies[is_kept]))
        if not weighs_rarity:
            idf = np.ones_like(idf)
        vectorizer = cls(names, idf.astype(np.float32), dict(_FAMILY_SCALE))
        taken = is_kept[table.columns]
        ends = np.concatenate([[0], np.cumsum(taken)])[table.starts]
        return vectorizer, vectorizer._weighed(renumbered[table.columns[taken]], table.counts[taken], ends)

    def row(self, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
        """Returns one message's columns (int32) and values (float32), both of shape (n_known_features,)."""
        columns: list[int] = []
        values: list[np.ndarray] = []
        for family in FAMILIES:
            known = self._index[family]
            pairs = [(known[name], value) for name, value in weighted(counts[family]).items() if name in known]
            if not pairs:
                continue
            where = [column for column, _ in pairs]
            part = np.array([value for _, value in pairs], dtype=np.float32) * self.idf[where]
            columns += where
            values.append(part * (self.family_scale[family] / float(np.linalg.norm(part))))
        if not values:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        return np.asarray(columns, dtype=np.int32), np.concatenate(values)

    def _weighed(self, columns: np.ndarray, counts: np.ndarray, starts: np.ndarray) -> csr_matrix:
        """Damped counts times inverse document frequency, float32, shape (len(starts) - 1, n_features)."""
        values = (1.0 + np.log(np.maximum(counts, 1))) * self.idf[columns]
        shape = (len(starts) - 1, len(self.idf))
        matrix = csr_matrix((values.astype(np.float32), columns.astype(np.int32), starts), shape=shape)
        matrix.sort_indices()
        return matrix

    def scaled(self, matrix: csr_matrix) -> csr_matrix:
        """Returns a copy with each family's part of each row at its length."""
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        parts = rows * len(FAMILIES) + self._family_of[matrix.indices]
        squares = np.bincount(parts, matrix.data.astype(np.float64) ** 2, matrix.shape[0] * len(FAMILIES))
        lengths = np.array([self.family_scale[family] for family in FAMILIES])
        factors = np.tile(lengths, matrix.shape[0]) / np.sqrt(np.maximum(squares, 1e-12))
        values = (matrix.data * factors[parts]).astype(np.float32)
        return csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def fit_machines(
    matrix: csr_matrix, truth: np.ndarray, n_labels: int, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Trains one linear machine a label against all others, half of the labels in a thread of its own.

    Args:
        matrix: Scaled features, float32, shape (n, n_features).
        truth: int, shape (n,), the right labels; each label occurs.
        n_labels: Number of labels.
        strength: The machines' C.

    Returns:
        Weights, float32, shape (n_features, n_labels), and bias, float32, shape (n_labels,).
    """
    if n_labels < 2:
        return np.zeros((matrix.shape[1], n_labels), np.float32), np.zeros(n_labels, np.float32)
    doubles = matrix.astype(np.float64)  # what the machines work on; SciPy rearranges a matrix while it converts it
    halves = [part for part in np.array_split(np.arange(n_labels), _THREADS) if len(part)]
    with ThreadPoolExecutor(_THREADS) as threads:
        fitted = list(threads.map(lambda part: _fit_some(doubles, truth, part, strength), halves))
    weights = np.ascontiguousarray(np.vstack([w for w, _ in fitted]).T, dtype=np.float32)
    return weights, np.concatenate([b for _, b in fitted]).astype(np.float32)


def _fit_some(
    matrix: csr_matrix, truth: np.ndarray, labels: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Machines of some of the labels, shapes (n_some, n_features) and (n_some,); the other labels are one class."""
    from sklearn.svm import LinearSVC  # a second to import, needed only in training

    others = int(labels[-1]) + 1
    targets = np.where(np.isin(truth, labels), truth, others)
    machine = LinearSVC(C=strength, tol=0.05, random_state=0).fit(matrix, targets)
    if len(machine.classes_) == 2:  # one machine for both: it speaks for the second
        weights, bias = np.vstack([-machine.coef_, machine.coef_]), np.tile(machine.intercept_, 2) * [-1, 1]
    else:
        weights, bias = machine.coef_, machine.intercept_
    return weights[: len(labels)], bias[: len(labels)]


def softmax(values: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


class LinearIntentModel:
    """Ranks intents for a message."""

    def __init__(
        self,
        labels: list[str],
        vectorizer: Vectorizer,
        weights: np.ndarray,
        bias: np.ndarray,
        calibration: Calibration,
    ) -> None:
        """Takes the learnt parts.

        Args:
            labels: Intents.
            vectorizer: Features to vectors.
            weights: float32, shape (n_features, n_labels).
            bias: float32, shape (n_labels,).
            calibration: Decision values to probabilities.
        """
        self.labels = labels
        self.vectorizer = vectorizer
        self.weights = weights
        self.bias = bias
        self.calibration = calibration

    @classmethod
    def train(
        cls, documents: Sequence[Counts], labels: Sequence[str], strength: float = 0.5, rarest: int = 2
    ) -> LinearIntentModel:
        """Learns from counted features and intents; `strength` is the machines' C."""
        vectorizer, features = Vectorizer.fit(FeatureTable.of(documents), rarest)
        names = sorted(set(labels))
        truth = np.array([names.index(label) for label in labels])
        weights, bias = fit_machines(vectorizer.scaled(features), truth, len(names), strength)
        return cls(names, vectorizer, weights, bias, Calibration(temperature=3.0))

    def decision(self, counts: Counts) -> np.ndarray:
        """Returns the decision values of one message, float32, shape (n_labels,)."""
        columns, values = self.vectorizer.row(counts)
        return values @ self.weights[columns] + self.bias if len(columns) else self.bias.copy()

    def probabilities(self, decisions: np.ndarray, oos_label: str = "out_of_scope") -> np.ndarray:
        """Turns decision values into probabilities of the same shape."""
        values = decisions * self.calibration.temperature
        if oos_label in self.labels:
            values = values.copy()
            values[..., self.labels.index(oos_label)] += self.calibration.oos_shift
        return softmax(values)

    def save(self, folder: Path) -> None:
        """Writes the model into a folder."""
        np.savez(
            folder / _WEIGHTS_FILE, weights=self.weights.astype(np.float16), bias=self.bias, idf=self.vectorizer.idf
        )
        names = {
            "labels": self.labels,
            "features": list(self.vectorizer.index),
            "family_scale": self.vectorizer.family_scale,
            "temperature": self.calibration.temperature,
            "oos_shift": self.calibration.oos_shift,
        }
        (folder / _NAMES_FILE).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearIntentModel:
        """Reads a model that `save` wrote."""
        names = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _WEIGHTS_FILE) as arrays:
            weights = arrays["weights"].astype(np.float32)
            bias, idf = arrays["bias"], arrays["idf"]
        index = {name: column for column, name in enumerate(names["features"])}
        vectorizer = Vectorizer(index, idf, names["family_scale"])
        calibration = Calibration(names["temperature"], names["oos_shift"])
        return cls(names["labels"], vectorizer, weights, bias, calibration)


def fit_temperature(decisions: np.ndarray, truth: np.ndarray) -> float:
    """Finds the temperature under which unseen messages' intents are likeliest.

    Args:
        decisions: float, shape (n, n_labels), of messages the model has not learnt from.
        truth: int, shape (n,), the right columns.
    """

    def loss(log_temperature: float) -> float:
        values = decisions * math.exp(log_temperature)
        top = values.max(axis=1)
        log_sum = top + np.log(np.exp(values - top[:, None]).sum(axis=1))
        return float((log_sum - values[np.arange(len(truth)), truth]).mean())

    return math.exp(float(minimize_scalar(loss, bounds=(-2.0, 4.0), method="bounded").x))
