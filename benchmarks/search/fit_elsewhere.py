"""Fits the judge that says "another office does that": python -m benchmarks.search.fit_elsewhere [--write].

Three folds: each leaves out one writer of procedures' queries, some writers of requests for no procedure, and every
third of the words kept with each matter. What is left out is scored; nobody is judged by what was learnt from them.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from benchmarks.search.catalogue import QUERIES, whole_catalogue
from benchmarks.search.noise import SPOILINGS
from onestop.search import Index, SearchableProcedure, WrittenQuery, build_index, learn
from onestop.search.elsewhere import ElsewhereJudge
from onestop.search.grouping import bare_title
from onestop.search.index import bare_titles, training_queries
from onestop.search.learnt import fit_logistic
from onestop.search.ranking import WEIGHTS_FILE, RankingWeights
from onestop.search.records import read_query_folder, resolve_codes
from onestop.search.wording import wording_of_query
from onestop.services.elsewhere import matter_queries
from onestop.text import fold

FOLDS = (("a", "n1", "n4"), ("b", "n2", "n5"), ("s", "n3", "n6", "n7"))
_MOST_FALSE_ALARMS = 0.002
"""Share of queries for procedures that may be sent elsewhere."""
_INSTEAD_FROM, _OFFERED_FROM = 0.75, 0.5
"""A wrong offer costs a tap; where no procedure fits, a near matter is better than nothing."""
_SHARES = {"matter": 0.5, "procedure": 0.3, "name": 0.1, "none": 0.1}


@dataclass(frozen=True)
class Case:
    """One query that was left out: of a matter, a procedure, a procedure's name, or nothing at all."""

    kind: str
    text: str
    features: np.ndarray
    found: str
    wanted: str

    @property
    def is_right(self) -> bool:
        return bool(self.wanted) and self.found == self.wanted


def case_of(index: Index, query: WrittenQuery, kind: str) -> Case:
    """Scores one query."""
    candidates = index.candidates(wording_of_query(query.text))
    doubts = candidates.doubts(index.weights.utilities(candidates.features))
    found = candidates.matters.ids[candidates.matters.best()]
    return Case(kind, query.text, index.judged_by(candidates.matters, doubts), found, query.matter)


def both_ways(queries: Sequence[WrittenQuery]) -> list[WrittenQuery]:
    """As written, and without marks where there are any."""
    return [*queries, *[replace(query, text=fold(query.text)) for query in queries if fold(query.text) != query.text]]


def fold_cases(
    catalogue: Sequence[SearchableProcedure], queries: Sequence[WrittenQuery], number: int, chance: random.Random
) -> list[Case]:
    """Learns without one fold and scores it."""
    left_out = FOLDS[number]
    words = matter_queries()
    held = [query for at, query in enumerate(words) if at % 3 == number]
    kept = [query for at, query in enumerate(words) if at % 3 != number]
    rest = [query for query in queries if query.writer not in left_out] + kept
    index = build_index(catalogue, learnt=learn(training_queries(catalogue, rest), bare_titles(catalogue)))
    asked = both_ways(held + [query for query in queries if query.writer in left_out])
    cases = [case_of(index, query, kind_of(query)) for query in asked]
    for procedure in chance.sample(list(catalogue), 400) + [one for one in catalogue if one.curated]:
        text = chance.choice(list(SPOILINGS.values()))(bare_title(procedure.official_name or procedure.name), chance)
        cases.append(case_of(index, WrittenQuery(text, (procedure.code,)), "name"))
    return cases


def kind_of(query: WrittenQuery) -> str:
    """What a query asks for."""
    return "matter" if query.matter else "procedure" if query.codes else "none"


def fit(cases: Sequence[Case]) -> ElsewhereJudge:
    """Fits the judge; a matter that was mixed up with another counts neither way."""
    used = [case for case in cases if case.is_right or not case.wanted]
    kinds = [case.kind for case in used]
    worth = np.array([_SHARES[kind] / kinds.count(kind) for kind in kinds])
    features = sparse.csr_matrix(np.array([case.features for case in used]))
    fitted = fit_logistic(features, np.array([case.is_right for case in used]), worth, penalty=1e-4)
    judge = ElsewhereJudge(fitted[:-1].astype(np.float64), float(fitted[-1]), 1.0, _INSTEAD_FROM, _OFFERED_FROM)
    harmless = sorted(judge.probability(case.features) for case in cases if case.kind == "procedure")
    said_from = harmless[int(len(harmless) * (1.0 - _MOST_FALSE_ALARMS))]
    return replace(judge, said_from=round(float(said_from), 3))


def summary(judge: ElsewhereJudge, cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Counts, for each kind, how often another office is named, and how often the right one."""
    table = {}
    for kind in _SHARES:
        some = [case for case in cases if case.kind == kind]
        said = [judge.probability(case.features) >= judge.said_from for case in some]
        right = [is_said and case.is_right for is_said, case in zip(said, some, strict=True)]
        table[kind] = {"said": round(float(np.mean(said)), 4), "right": round(float(np.mean(right)), 4)}
        table[kind]["queries"] = len(some)
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the judge into onestop/search/weights.json")
    parser.add_argument("--show", action="store_true", help="list queries for procedures that are sent elsewhere")
    arguments = parser.parse_args()
    catalogue = whole_catalogue()
    queries = resolve_codes(read_query_folder(QUERIES), catalogue)
    chance = random.Random(2019)
    cases = [case for number in range(len(FOLDS)) for case in fold_cases(catalogue, queries, number, chance)]
    judge = fit(cases)
    print(json.dumps(judge.as_json(), indent=1))
    print(json.dumps(summary(judge, cases), indent=1))
    if arguments.show:
        said = [case for case in cases if judge.probability(case.features) >= judge.said_from]
        print("\n".join(f"{case.kind}: {case.text} -> {case.found}" for case in said if case.kind != "matter"))
    if arguments.write:
        weights = replace(RankingWeights.packaged(), elsewhere=judge)
        WEIGHTS_FILE.write_text(json.dumps(weights.as_json()) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
