"""Fits the weights by which the search weighs its scores: python -m benchmarks.search.fit_weights [--write].

Nobody is judged by what was learnt from them: each writer's queries are scored by a model learnt from the other
writers. Names, spoilt in all ways, stand for the procedures nobody wrote queries for; hand-written requests for
things that are no procedure teach when to say so.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import GradientBoostingClassifier

from benchmarks.search.catalogue import QUERIES, whole_catalogue
from benchmarks.search.noise import SPOILINGS
from onestop.search import Index, LearntModel, SearchableProcedure, WrittenQuery, build_index, learn
from onestop.search.doubt import DoubtTrees
from onestop.search.grouping import bare_title
from onestop.search.index import Candidates, bare_titles, training_queries
from onestop.search.learnt import learn_foreign
from onestop.search.ranking import CANDIDATE_FEATURES, WEIGHTS_FILE, RankingWeights, softmax_of
from onestop.search.records import read_query_folder, resolve_codes
from onestop.search.wording import wording_of_query
from onestop.text import fold

_MOST_REFUSED = 0.04
"""Share of unseen writers' queries that may be refused."""
_SURE_PRECISION = 0.92
_PENALTY = 1e-4
_TREES, _DEPTH = 60, 3


@dataclass(frozen=True)
class Case:
    """One query with its candidates; `wanted` marks the right ones (all False: no such procedure)."""

    kind: str
    writer: str
    candidates: Candidates
    wanted: np.ndarray
    is_missed: bool


def case_of(index: Index, query: WrittenQuery, kind: str) -> Case:
    """Scores a query and marks what was wanted; the first code counts, or any where several are written."""
    candidates = index.candidates(wording_of_query(query.text))
    groups = {index.group_of_code(code) for code in query.codes}
    wanted = np.array([group in groups for group in candidates.groups])
    return Case(kind, query.writer, candidates, wanted, bool(query.codes) and not wanted.any())


def models_without_each(
    catalogue: Sequence[SearchableProcedure], queries: Sequence[WrittenQuery]
) -> dict[str, LearntModel]:
    """Learns, for each writer of queries with a procedure, a model of all the others."""
    learnable = training_queries(catalogue, queries)
    writers = sorted({query.writer for query in resolve_codes(queries, catalogue) if query.codes})
    titles = bare_titles(catalogue)
    return {writer: learn([query for query in learnable if query.writer != writer], titles) for writer in writers}


def written_cases(base: Index, models: Mapping[str, LearntModel], queries: Sequence[WrittenQuery]) -> list[Case]:
    """Scores each writer's queries, as written and without marks, by a model of the others."""
    cases = []
    for writer, model in models.items():
        index = base.with_learnt(model)
        for query in queries:
            if query.writer == writer and query.codes:
                cases.append(case_of(index, query, "written"))
                cases.append(case_of(index, replace(query, text=fold(query.text)), "written"))
    return cases


def named_cases(
    catalogue: Sequence[SearchableProcedure], index: Index, chance: random.Random, n_others: int = 1500
) -> list[Case]:
    """Scores spoilt names: of every curated procedure, and of some of the others."""
    curated = [procedure for procedure in catalogue if procedure.curated]
    others = [procedure for procedure in catalogue if not procedure.curated]
    spoilings = list(SPOILINGS.values())
    cases = []
    for procedure in curated * 4 + chance.sample(others, min(n_others, len(others))):
        name = bare_title(chance.choice([procedure.name, procedure.official_name or procedure.name]))
        text = chance.choice(spoilings)(name, chance)
        cases.append(case_of(index, WrittenQuery(text, (procedure.code,), "names"), "named"))
    return cases


def none_cases(
    base: Index, models: Mapping[str, LearntModel], queries: Sequence[WrittenQuery], titles: Sequence[str]
) -> list[Case]:
    """Scores requests for things that are no procedure; what is foreign is learnt from the other writers' ones."""
    cases = []
    for writer in sorted({query.writer for query in queries if not query.codes}):
        others = [query for query in queries if query.writer != writer]
        asked = [query for query in queries if query.writer == writer and not query.codes]
        spelt = asked + [replace(query, text=fold(query.text)) for query in asked]
        for number, model in enumerate(models.values()):
            known = [query for query in others if query.writer != list(models)[number]]
            index = base.with_learnt(replace(model, foreign=learn_foreign(model.vocabulary, known, titles)))
            cases += [case_of(index, query, "none") for query in spelt[number :: len(models)]]
    return cases


def fit(cases: Sequence[Case]) -> RankingWeights:
    """Finds the weights of the candidates first, then those of the doubt that anything is meant at all."""
    candidate = fit_candidates([case for case in cases if case.wanted.any()])
    doubts = np.array([case.candidates.doubts(case.candidates.features @ candidate) for case in cases])
    is_none = np.array([case.kind == "none" for case in cases])
    doubt = fit_doubt(doubts, is_none, _worth(cases, {"written": 0.35, "named": 0.15, "none": 0.5}))
    return set_thresholds(RankingWeights(candidate, doubt, none_from=0.5, sure_from=0.75), cases)


def fit_candidates(cases: Sequence[Case]) -> np.ndarray:
    """Fits the conditional logit over candidates: float64, shape (len(CANDIDATE_FEATURES),)."""
    width = max(len(case.wanted) for case in cases)
    features = np.zeros((len(cases), width, len(CANDIDATE_FEATURES)))
    present, wanted = np.zeros((2, len(cases), width), dtype=bool)
    for row, case in enumerate(cases):
        features[row, : len(case.wanted)] = case.candidates.features
        present[row, : len(case.wanted)] = True
        wanted[row, : len(case.wanted)] = case.wanted
    worth = _worth(cases, {"written": 0.7, "named": 0.3})

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utilities = np.where(present, features @ weights, -np.inf)
        odds = np.exp(utilities - utilities.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        right = np.maximum((chances * wanted).sum(axis=1, keepdims=True), 1e-12)
        error = (chances - chances * wanted / right) * worth[:, None]
        gradient = np.einsum("rc,rcf->f", error, features) + 2 * _PENALTY * weights
        return float(-(np.log(right[:, 0]) * worth).sum() + _PENALTY * weights @ weights), gradient

    start = np.zeros(len(CANDIDATE_FEATURES))
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def fit_doubt(features: np.ndarray, is_none: np.ndarray, worth: np.ndarray) -> DoubtTrees:
    """Boosts small trees that tell requests for no procedure from the others.

    Args:
        features: float64, shape (n_cases, len(DOUBT_FEATURES)).
        is_none: bool, shape (n_cases,).
        worth: Weight of each case, shape (n_cases,), adding up to one.
    """
    model = GradientBoostingClassifier(
        n_estimators=_TREES, max_depth=_DEPTH, subsample=0.6, min_samples_leaf=20, random_state=0
    )
    model.fit(features, is_none, sample_weight=worth * len(worth))
    complete = [_completed(step[0].tree_) for step in model.estimators_]
    chance = float(worth[is_none].sum())
    return DoubtTrees(
        np.array([inner for inner, _, _ in complete]),
        np.array([thresholds for _, thresholds, _ in complete]),
        np.array([leaves for _, _, leaves in complete]) * model.learning_rate,
        float(np.log(chance / (1.0 - chance))),
    )


def _completed(tree: Any) -> tuple[list[int], list[float], list[float]]:
    """Fills a grown tree up to its full depth, repeating a leaf's vote below it."""
    inner, thresholds, leaves = [0] * (2**_DEPTH - 1), [0.0] * (2**_DEPTH - 1), [0.0] * 2**_DEPTH
    todo = [(0, 0)]
    while todo:
        grown, place = todo.pop()
        if place >= len(inner):
            leaves[place - len(inner)] = float(tree.value[grown, 0, 0])
            continue
        is_leaf = tree.children_left[grown] < 0
        if not is_leaf:
            inner[place], thresholds[place] = int(tree.feature[grown]), float(tree.threshold[grown])
        first, second = (grown, grown) if is_leaf else (tree.children_left[grown], tree.children_right[grown])
        todo += [(first, 2 * place + 1), (second, 2 * place + 2)]
    return inner, thresholds, leaves


def _worth(cases: Sequence[Case], shares: Mapping[str, float]) -> np.ndarray:
    """Shares one out among the kinds, and a kind's part evenly among its writers."""
    sources = [(case.kind, case.writer) for case in cases]
    sizes = Counter(sources)
    n_writers = Counter(kind for kind, _ in sizes)
    return np.array([shares[kind] / n_writers[kind] / sizes[kind, writer] for kind, writer in sources])


@dataclass(frozen=True)
class Outcome:
    """How one case came out under some weights."""

    is_first: bool
    is_in_three: bool
    probability: float
    doubt: float


def outcome_of(weights: RankingWeights, case: Case) -> Outcome:
    """Ranks the candidates of a case."""
    utilities = weights.utilities(case.candidates.features)
    doubt = weights.doubt_of(case.candidates.doubts(utilities))
    order = np.argsort(-utilities)[:3]
    probability = float(softmax_of(utilities).max()) * (1.0 - doubt)
    return Outcome(bool(case.wanted[order[0]]), bool(case.wanted[order].any()), probability, doubt)


def set_thresholds(weights: RankingWeights, cases: Sequence[Case]) -> RankingWeights:
    """Refuses as much as leaves few written queries refused; is sure where the first is right nine times in ten."""
    outcomes = [outcome_of(weights, case) for case in cases if case.kind == "written"]
    none_from = float(np.quantile([outcome.doubt for outcome in outcomes], 1.0 - _MOST_REFUSED))
    offered = sorted((o for o in outcomes if o.doubt < none_from), key=lambda o: -o.probability)
    precision = np.cumsum([o.is_first for o in offered]) / np.arange(1, len(offered) + 1)
    good = np.flatnonzero(precision >= _SURE_PRECISION)
    sure_from = offered[good[-1]].probability if len(good) else 1.0
    return replace(weights, none_from=round(none_from, 3), sure_from=round(sure_from, 3))


def summary(weights: RankingWeights, cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Counts, for each kind and writer, first places, first three, refusals, and answers said to be sure."""
    table: dict[str, list[tuple[bool, bool, bool, bool]]] = {}
    for case in cases:
        came = outcome_of(weights, case)
        is_refused = came.doubt >= weights.none_from
        is_sure = not is_refused and came.probability >= weights.sure_from
        row = (came.is_first, came.is_in_three, is_refused, is_sure)
        table.setdefault(f"{case.kind} {case.writer}", []).append(row)
    names = ("first", "in_three", "refused", "sure")
    return {
        key: dict(zip(names, np.mean(rows, axis=0).round(4).tolist(), strict=True)) | {"queries": len(rows)}
        for key, rows in table.items()
    }


def all_cases(catalogue: Sequence[SearchableProcedure]) -> list[Case]:
    """Gathers the cases of all three kinds; names are scored by a model of all writers."""
    queries = resolve_codes(read_query_folder(QUERIES), catalogue)
    whole = build_index(catalogue, queries)
    models = models_without_each(catalogue, queries)
    return (
        written_cases(whole, models, queries)
        + named_cases(catalogue, whole, random.Random(2019))
        + none_cases(whole, models, queries, bare_titles(catalogue))
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the weights into onestop/search/weights.json")
    arguments = parser.parse_args()
    cases = all_cases(whole_catalogue())
    weights = fit(cases)
    print(json.dumps(weights.as_json(), indent=1))
    print(json.dumps(summary(weights, cases), indent=1))
    if arguments.write:
        WEIGHTS_FILE.write_text(json.dumps(weights.as_json(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
