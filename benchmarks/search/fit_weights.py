"""Fits the weights by which the search weighs its scores: python -m benchmarks.search.fit_weights [--write].

Nobody is judged by what was learnt from them: each writer's queries are scored by a model learnt from the other
writers. Names, spoilt in all ways, stand for the procedures nobody wrote queries for; hand-written requests for
things that are no procedure teach when to say so.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from benchmarks.search.catalogue import QUERIES, whole_catalogue
from benchmarks.search.noise import SPOILINGS
from onestop.search import Index, LearntModel, SearchableProcedure, WrittenQuery, build_index, learn
from onestop.search.grouping import bare_title
from onestop.search.index import Candidates, training_queries
from onestop.search.ranking import CANDIDATE_FEATURES, NONE_FEATURES, WEIGHTS_FILE, RankingWeights
from onestop.search.records import read_query_folder, resolve_codes
from onestop.search.wording import wording_of_query
from onestop.text import fold

_SHARES = {"written": 0.5, "named": 0.25, "none": 0.25}
"""Which part of the whole each kind of query makes in the fit."""
_PENALTY = 1e-4


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


def written_cases(catalogue: Sequence[SearchableProcedure], base: Index, queries: Sequence[WrittenQuery]) -> list[Case]:
    """Scores each writer's queries, as written and without marks, by a model of the others."""
    cases = []
    learnable = training_queries(catalogue, queries)
    asked = resolve_codes(queries, catalogue)
    for writer in sorted({query.writer for query in asked if query.codes}):
        index = base.with_learnt(learn([query for query in learnable if query.writer != writer]))
        for query in asked:
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


def none_cases(index: Index, queries: Sequence[WrittenQuery]) -> list[Case]:
    """Scores requests for things that are no procedure."""
    asked = [query for query in queries if not query.codes]
    spelt = asked + [replace(query, text=fold(query.text)) for query in asked]
    return [case_of(index, query, "none") for query in spelt]


def fit(cases: Sequence[Case]) -> RankingWeights:
    """Finds the weights under which what was wanted is likeliest; thresholds are put by `set_thresholds`."""
    usable = [case for case in cases if not case.is_missed]
    width = max(len(case.candidates.groups) for case in usable)
    features = np.zeros((len(usable), width, len(CANDIDATE_FEATURES)))
    present = np.zeros((len(usable), width + 1), dtype=bool)
    wanted = np.zeros((len(usable), width + 1), dtype=bool)
    none = np.array([case.candidates.none for case in usable])
    for row, case in enumerate(usable):
        n_candidates = len(case.wanted)
        features[row, :n_candidates] = case.candidates.features
        present[row, :n_candidates] = present[row, -1] = True
        wanted[row, :n_candidates] = case.wanted
        wanted[row, -1] = not case.wanted.any()
    worth = _worth(usable)
    n_first = len(CANDIDATE_FEATURES)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        utilities = np.concatenate([features @ flat[:n_first], (none @ flat[n_first:])[:, None]], axis=1)
        utilities[~present] = -np.inf
        odds = np.exp(utilities - utilities.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        right = np.maximum((chances * wanted).sum(axis=1, keepdims=True), 1e-12)
        error = (chances - chances * wanted / right) * worth[:, None]
        slope = np.einsum("rc,rcf->f", error[:, :-1], features)
        gradient = np.concatenate([slope, error[:, -1] @ none]) + 2 * _PENALTY * flat
        return float(-(np.log(right[:, 0]) * worth).sum() + _PENALTY * flat @ flat), gradient

    start = np.zeros(n_first + len(NONE_FEATURES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return RankingWeights(found.x[:n_first], found.x[n_first:], none_from=0.5, sure_from=0.75)


def _worth(cases: Sequence[Case]) -> np.ndarray:
    kinds = [case.kind for case in cases]
    return np.array([_SHARES[kind] / kinds.count(kind) for kind in kinds])


def set_thresholds(weights: RankingWeights, cases: Sequence[Case]) -> RankingWeights:
    """Refuses as much as leaves at most 3 % of written queries refused; is sure where the first is right in 85 %."""
    chances = [weights.probabilities(case.candidates.features, case.candidates.none) for case in cases]
    refused = np.array([each[-1] for each, case in zip(chances, cases, strict=True) if case.kind == "written"])
    none_from = float(np.clip(np.quantile(refused, 0.97), 0.3, 0.9))
    tops, rights = [], []
    for each, case in zip(chances, cases, strict=True):
        if case.kind == "written" and each[-1] < none_from:
            tops.append(float(each[:-1].max()))
            rights.append(bool(case.wanted[int(each[:-1].argmax())]))
    order = np.argsort(tops)[::-1]
    precision = np.cumsum(np.array(rights)[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= 0.88)
    sure_from = float(np.clip(np.array(tops)[order][good[-1]], 0.5, 0.95)) if len(good) else 0.95
    return replace(weights, none_from=round(none_from, 3), sure_from=round(sure_from, 3))


def summary(weights: RankingWeights, cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Counts, for each kind and writer, first places, first three, and refusals."""
    table: dict[str, list[tuple[bool, bool, bool]]] = {}
    for case in cases:
        chances = weights.probabilities(case.candidates.features, case.candidates.none)
        order = np.argsort(-chances[:-1])[:3]
        row = (bool(case.wanted[order[0]]), bool(case.wanted[order].any()), bool(chances[-1] >= weights.none_from))
        table.setdefault(f"{case.kind} {case.writer}", []).append(row)
    return {
        key: dict(zip(("first", "in_three", "refused"), np.mean(rows, axis=0).round(4).tolist(), strict=True))
        | {"queries": len(rows)}
        for key, rows in table.items()
    }


def all_cases(catalogue: Sequence[SearchableProcedure], learnt: LearntModel | None = None) -> list[Case]:
    """Gathers the cases of all three kinds; names and refusals are scored by a model of all writers."""
    queries = read_query_folder(QUERIES)
    whole = build_index(catalogue, queries, learnt=learnt)
    chance = random.Random(2019)
    return written_cases(catalogue, whole, queries) + named_cases(catalogue, whole, chance) + none_cases(whole, queries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the weights into onestop/search/weights.json")
    arguments = parser.parse_args()
    cases = all_cases(whole_catalogue())
    weights = set_thresholds(fit(cases), cases)
    print(json.dumps(weights.as_json(), indent=1))
    print(json.dumps(summary(weights, cases), indent=1))
    if arguments.write:
        WEIGHTS_FILE.write_text(json.dumps(weights.as_json(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
