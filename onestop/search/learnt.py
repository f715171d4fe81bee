"""Learns from written queries which procedure is meant: a softmax over n-grams, and the nearest queries."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from onestop.errors import OnestopError
from onestop.search.coverage import HeardWords
from onestop.search.ngrams import Vocabulary, char_ngrams, word_ngrams
from onestop.search.records import ELSEWHERE_KEY, MATTERS, WrittenQuery
from onestop.search.wording import Wording, wording_of_name, wording_of_query

_MARKED, _FOLDED = 1, 2
_FORMAT = "5"


class UnreadableModel(OnestopError):
    """A stored model cannot be read; learn it anew."""


def query_ngrams(wordings: Sequence[Wording]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes what the learnt models look at: folded words and letters, words with marks where there are any.

    Returns:
        rows and hashes as `char_ngrams` does.
    """
    folded = [wording.folded for wording in wordings]
    marked = [wording.marked if wording.has_marks else "" for wording in wordings]
    parts = [word_ngrams(folded, size, _FOLDED) for size in (1, 2)]
    parts += [char_ngrams(folded, size, _FOLDED) for size in (3, 4)]
    parts += [word_ngrams(marked, size, _MARKED) for size in (1, 2)]
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([hashes for _, hashes in parts])


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turns rows of scores into rows of probabilities."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Training:
    """How the softmax is fitted: Adam over shuffled batches, in float32 to keep memory near the weights' own."""

    epochs: int = 14
    batch: int = 1024
    rate: float = 0.1
    penalty: float = 2e-6
    seed: int = 2019


def fit_softmax(features: sparse.csr_matrix, targets: np.ndarray, training: Training) -> tuple[np.ndarray, np.ndarray]:
    """Fits multinomial logistic regression.

    Args:
        features: float32, shape (n_queries, n_features).
        targets: float32, shape (n_queries, n_classes); rows add up to one.

    Returns:
        weights: float32, shape (n_features, n_classes). bias: float32, shape (n_classes,).
    """
    n_queries, n_features = features.shape
    shape = (n_features, targets.shape[1])
    weights, bias = np.zeros(shape, np.float32), np.zeros(shape[1], np.float32)
    slope, energy = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    random = np.random.default_rng(training.seed)
    step, n_steps = 0, training.epochs * -(-n_queries // training.batch)
    for _ in range(training.epochs):
        order = random.permutation(n_queries)
        for start in range(0, n_queries, training.batch):
            step += 1
            picked = order[start : start + training.batch]
            batch = features[picked]
            error = (softmax(batch @ weights + bias) - targets[picked]) / len(picked)
            gradient = batch.T.tocsr() @ error + training.penalty * weights
            slope *= 0.9
            slope += 0.1 * gradient
            np.multiply(gradient, gradient, out=gradient)
            energy *= 0.99
            energy += 0.01 * gradient
            rate = training.rate * (1.0 - (step - 1) / n_steps)
            corrected = rate * np.sqrt(1.0 - 0.99**step) / (1.0 - 0.9**step)
            weights -= corrected * slope / (np.sqrt(energy) + 1e-8)
            bias -= rate * error.sum(axis=0)
    return weights, bias


@dataclass(frozen=True)
class LearntScores:
    """What the learnt model says of one query.

    Attributes:
        probabilities: float32, shape (n_codes,).
        similarities: Cosine with the nearest written query of each procedure, float32, shape (n_codes,).
        foreign: Log-odds that it asks for no procedure at all.
    """

    probabilities: np.ndarray
    similarities: np.ndarray
    foreign: float


NOTHING_LEARNT = LearntScores(np.empty(0, np.float32), np.empty(0, np.float32), 0.0)


@dataclass(frozen=True)
class LearntModel:
    """What was learnt from written queries.

    Attributes:
        codes: The procedures it knows and the matters of other offices (`elsewhere:<id>`), in the order of its columns.
        vocabulary: The n-grams it looks at.
        weights: float32, shape (n_features, n_codes); rounded to half precision, in which they are stored.
        bias: float32, shape (n_codes,).
        written: float32, TF-IDF of the written queries, shape (n_written, n_features).
        classes: int32, shape (n_written,): column of the procedure each of them asks for.
        foreign: Log-odds that a text asks for no procedure at all, float32, shape (n_features + 1,); last the bias.
        heard: The words of the written queries.
        fingerprint: Of the queries and procedures it was learnt from.
    """

    codes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: np.ndarray
    bias: np.ndarray
    written: sparse.csc_matrix
    classes: np.ndarray
    foreign: np.ndarray
    heard: HeardWords
    fingerprint: str

    def score(self, query: Wording) -> LearntScores:
        """Scores one query."""
        features = self.vocabulary.weigh(*query_ngrams([query]), 1)
        picked = self.weights[features.indices]
        probabilities = softmax((features.data @ picked + self.bias)[np.newaxis])[0]
        near = np.asarray(self.written[:, features.indices] @ features.data).ravel()
        similarities = np.zeros(len(self.codes), dtype=np.float32)
        np.maximum.at(similarities, self.classes, near)
        foreign = float(self.foreign[features.indices] @ features.data + self.foreign[-1])
        return LearntScores(probabilities, similarities, foreign)

    def restricted_to(self, known: frozenset[str]) -> LearntModel:
        """Returns the model without procedures that `known` does not hold."""
        kept = np.array([code in known for code in self.codes])
        if kept.all():
            return self
        column = np.cumsum(kept) - 1
        rows = kept[self.classes]
        return LearntModel(
            tuple(code for code in self.codes if code in known),
            self.vocabulary,
            self.weights[:, kept],
            self.bias[kept],
            self.written.tocsr()[rows].tocsc(),
            column[self.classes[rows]].astype(np.int32),
            self.foreign,
            replace(self.heard, by_column=self.heard.by_column[kept]),
            self.fingerprint,
        )

    def save(self, path: Path) -> None:
        """Writes everything into one .npz file of plain arrays."""
        np.savez(
            path,
            format=_FORMAT,
            fingerprint=self.fingerprint,
            codes=np.array(self.codes),
            hashes=self.vocabulary.hashes,
            idf=self.vocabulary.weights,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            written_data=self.written.data,
            written_indices=self.written.indices,
            written_indptr=self.written.indptr,
            classes=self.classes,
            foreign=self.foreign,
            heard_queries=self.heard.n_queries,
            heard_hashes=self.heard.vocabulary.hashes,
            heard_idf=self.heard.vocabulary.weights,
            heard_indices=self.heard.by_column.indices,
            heard_indptr=self.heard.by_column.indptr,
        )

    @classmethod
    def load(cls, path: Path) -> LearntModel:
        """Reads what `save` wrote; nothing is unpickled.

        Raises:
            UnreadableModel: The file is broken, or another version wrote it.
        """
        try:
            return cls._load(path)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise UnreadableModel(f"{path.name}: {type(error).__name__}") from error

    @classmethod
    def _load(cls, path: Path) -> LearntModel:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["format"]) != _FORMAT:
                raise ValueError("format")
            classes, hashes = stored["classes"], stored["hashes"]
            parts = (stored["written_data"], stored["written_indices"], stored["written_indptr"])
            return cls(
                tuple(stored["codes"].tolist()),
                Vocabulary(hashes, stored["idf"]),
                stored["weights"].astype(np.float32),
                stored["bias"],
                sparse.csc_matrix(parts, shape=(len(classes), len(hashes))),
                classes,
                stored["foreign"],
                _stored_words(stored, int(stored["heard_queries"])),
                str(stored["fingerprint"]),
            )


def _stored_words(stored: Mapping[str, np.ndarray], n_queries: int) -> HeardWords:
    vocabulary = Vocabulary(stored["heard_hashes"], stored["heard_idf"])
    indices, indptr = stored["heard_indices"], stored["heard_indptr"]
    ones = np.ones(len(indices), dtype=np.float32)
    by_column = sparse.csr_matrix((ones, indices, indptr), shape=(len(indptr) - 1, len(vocabulary.hashes)))
    return HeardWords(vocabulary, by_column, n_queries)


def fingerprint_of(queries: Iterable[WrittenQuery]) -> str:
    """Digests what a model is learnt from, so that a stale one is noticed."""
    digest = hashlib.sha256(_FORMAT.encode())
    for query in queries:
        digest.update(f"{query.text}\t{','.join(_classes_of(query))}\n".encode())
    return digest.hexdigest()


def learn(queries: Sequence[WrittenQuery], names: Sequence[str] = (), training: Training | None = None) -> LearntModel:
    """Learns from written queries, each as written and without marks.

    Args:
        queries: Those with several codes are learnt mostly for the first; those with none teach what is foreign, and
            those of a matter of another office that matter besides.
        names: Of procedures nobody wrote queries for: they are not foreign.
        training: How the softmax is fitted.
    """
    codes = tuple(sorted({code for query in queries for code in _classes_of(query)}))
    column = {code: number for number, code in enumerate(codes)}
    wordings = [wording_of_query(query.text) for query in queries]
    seen, source = _both_ways(wordings)
    vocabulary = Vocabulary.of(*query_ngrams(seen), len(seen), min_texts=2)
    features = vocabulary.weigh(*query_ngrams(seen), len(seen))
    targets = _targets([_classes_of(queries[at]) for at in source], column)
    weights, bias = fit_softmax(features, targets, training or Training())
    classes = np.array([column[_classes_of(query)[0]] for query in queries], dtype=np.int32)
    of_procedures = np.array([bool(query.codes) for query in queries])
    spoken = [wording for wording, query in zip(wordings, queries, strict=True) if query.codes]
    return LearntModel(
        codes,
        vocabulary,
        weights.astype(np.float16).astype(np.float32),  # the same whether learnt now or loaded
        bias,
        features[: len(queries)].tocsc(),
        classes,
        learn_foreign(vocabulary, queries, names),
        HeardWords.of(spoken, classes[of_procedures], len(codes)),
        fingerprint_of(queries),
    )


def _classes_of(query: WrittenQuery) -> tuple[str, ...]:
    """What a query asks for: procedures, best first, or a matter of another office; the nameless one is nothing."""
    return query.codes or (ELSEWHERE_KEY + query.matter,)


def _both_ways(wordings: Sequence[Wording]) -> tuple[list[Wording], list[int]]:
    """Adds to texts the same without marks, where they have any; tells of which text each is a form."""
    marked = [number for number, wording in enumerate(wordings) if wording.has_marks]
    stripped = [Wording(wordings[number].folded, wordings[number].folded) for number in marked]
    return [*wordings, *stripped], [*range(len(wordings)), *marked]


def _targets(labels: Sequence[Sequence[str]], column: Mapping[str, int]) -> np.ndarray:
    """Shares each query out among its codes, each half as much as the one before."""
    targets = np.zeros((len(labels), len(column)), dtype=np.float32)
    for row, codes in enumerate(labels):
        shares = np.array([0.5**rank for rank in range(len(codes))])
        targets[row, [column[code] for code in codes]] = shares / shares.sum()
    return targets


def learn_foreign(vocabulary: Vocabulary, queries: Sequence[WrittenQuery], names: Sequence[str] = ()) -> np.ndarray:
    """Fits which n-grams tell that a text asks for no procedure: float32, shape (n_features + 1,), last the bias.

    Queries with a procedure, names, and requests for things that are none weigh the same in all, however many. The
    words kept with a matter are left out: they say what to look for, not how people speak.
    """
    spoken = [query for query in queries if query.writer != MATTERS]
    texts = [wording_of_query(query.text) for query in spoken]
    kinds = [1 if query.codes else 2 for query in spoken]
    if 2 not in kinds:
        return np.zeros(len(vocabulary.hashes) + 1, dtype=np.float32)
    seen, source = _both_ways(texts + [wording_of_name(name) for name in names])
    kind = np.array([*kinds, *[0] * len(names)])[source]
    features = vocabulary.weigh(*query_ngrams(seen), len(seen))
    worth = (1.0 / np.maximum(np.bincount(kind, minlength=3), 1))[kind]
    return fit_logistic(features, kind == 2, worth / worth.sum())


def fit_logistic(
    features: sparse.csr_matrix, positive: np.ndarray, worth: np.ndarray, penalty: float = 2e-5
) -> np.ndarray:
    """Fits weighted logistic regression by L-BFGS: float32, shape (n_features + 1,), last the bias.

    Args:
        features: float32, shape (n_texts, n_features).
        positive: bool, shape (n_texts,).
        worth: Weight of each text, shape (n_texts,), adding up to one.
        penalty: Weight of half the squared weights.
    """
    signs = np.where(positive, 1.0, -1.0)
    transposed = features.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (features @ flat[:-1] + flat[-1])
        slope = -signs * worth * expit(-margins)
        gradient = np.append(transposed @ slope + penalty * flat[:-1], slope.sum())
        return float(worth @ np.logaddexp(0.0, -margins) + 0.5 * penalty * flat[:-1] @ flat[:-1]), gradient

    start = np.zeros(features.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return found.x.astype(np.float32)
