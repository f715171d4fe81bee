"""The search index: groups of procedures, their names, and what was learnt from written queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from onestop.search.coverage import Coverage, WordCoverage
from onestop.search.grouping import PROVINCE_LEVELS, ProcedureGroup, bare_title, group_procedures
from onestop.search.learnt import NOTHING_LEARNT, LearntModel, LearntScores, learn
from onestop.search.lexical import LexicalIndex
from onestop.search.ranking import CANDIDATE_FEATURES, FLOOR, RankingWeights, softmax_of
from onestop.search.records import SearchableProcedure, WrittenQuery, resolve_codes
from onestop.search.wording import Wording, wording_of_name, wording_of_query

SURE, SEVERAL, NONE = "sure", "several", "none"
ALIASES = "aliases"
"""Stands for the writer of a query that is a curated procedure's name or alias."""
_CANDIDATES_EACH = 12
_TELLING_NAME_WORDS = 4
_UNHEARD_FROM = 0.999
"""Share of unknown words from which nothing was said that a search could look for."""
_CODE = re.compile(r"(?<![\d.])([1-9]\.\d{6})(?!\d)")


@dataclass(frozen=True)
class Hit:
    """One procedure offered.

    Attributes:
        code: The procedure to show.
        score: Logarithm of its odds against the others; only for ordering and logs.
        probability: That this is what was meant.
        also: Codes of procedures with the same title, behind the one shown.
    """

    code: str
    name: str
    score: float
    probability: float
    curated: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchResult:
    """What was found, best first, and how to answer: `sure` (the first), `several` (offer them) or `none`."""

    hits: tuple[Hit, ...]
    verdict: str


@dataclass(frozen=True)
class Candidates:
    """What is known of one query's candidates.

    Attributes:
        groups: int, numbers of the groups, shape (n_candidates,).
        features: float64, shape (n_candidates, len(CANDIDATE_FEATURES)).
        learnt: What the learnt model says of the query.
        nearest_group: Group that the nearest written query asks for.
        coverage: Which of the query's words each candidate explains, in the same order.
    """

    groups: np.ndarray
    features: np.ndarray
    learnt: LearntScores
    nearest_group: int
    coverage: Coverage

    def doubts(self, utilities: np.ndarray) -> np.ndarray:
        """Describes the query by what speaks for and against there being such a procedure.

        Args:
            utilities: float64, shape (n_candidates,).

        Returns:
            float64, shape (len(DOUBT_FEATURES),).
        """
        order = np.argsort(-utilities)
        best, second = int(order[0]), int(order[min(1, len(order) - 1)])
        of_best = dict(zip(CANDIDATE_FEATURES, self.features[best], strict=True))
        chances = self.learnt.probabilities
        unexplained = self.coverage.unexplained(best)
        return np.array(
            [
                utilities[best],
                utilities[best] - utilities[second],
                softmax_of(utilities)[best],
                max(float(np.log(chances.max() + 1e-9)), FLOOR) if len(chances) else FLOOR,
                -float(chances @ np.log(chances + 1e-9)) if len(chances) else 0.0,
                float(self.learnt.similarities.max()) if len(chances) else 0.0,
                float(self.groups[best] == self.nearest_group),
                of_best["cosine"],
                of_best["query_share"],
                of_best["name_share"],
                of_best["pair_share"],
                of_best["named_whole"],
                of_best["explained"],
                self.coverage.unknown_share,
                unexplained[0],
                unexplained[1],
                self.learnt.foreign,
                np.log(1.0 + len(self.coverage.known) + len(self.coverage.unknown)),
            ]
        )


@dataclass(frozen=True)
class Index:
    """Everything a search needs, in memory; never changed after it is built, so threads may share it."""

    groups: tuple[ProcedureGroup, ...]
    lexical: LexicalIndex
    coverage: WordCoverage
    learnt: LearntModel | None
    weights: RankingWeights
    _names: tuple[tuple[Wording, ...], ...] = field(repr=False)
    _group_of_column: np.ndarray = field(repr=False)
    _curated: np.ndarray = field(repr=False)
    _own_level: np.ndarray = field(repr=False)
    _group_of_code: dict[str, int] = field(repr=False)

    def group_of_code(self, code: str) -> int | None:
        """The number of the group that holds a code."""
        return self._group_of_code.get(code)

    def with_learnt(self, learnt: LearntModel) -> Index:
        """Returns the index with another learnt model; the lexical part is shared."""
        learnt = learnt.restricted_to(frozenset(self._group_of_code))
        columns = np.array([self._group_of_code[code] for code in learnt.codes], dtype=np.int64)
        coverage = WordCoverage(self._names, learnt.heard, columns)
        return replace(self, coverage=coverage, learnt=learnt, _group_of_column=columns)

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Finds the procedures that a message asks for."""
        named = self._by_code(text)
        if named is not None:
            return named
        candidates = self.candidates(wording_of_query(text))
        utilities = self.weights.utilities(candidates.features)
        none = self.weights.doubt_of(candidates.doubts(utilities))
        chances = softmax_of(utilities) * (1.0 - none)
        order = np.argsort(-chances, kind="stable")[:limit]
        hits = tuple(self._hit(int(candidates.groups[at]), float(chances[at])) for at in order)
        is_unheard = candidates.coverage.unknown_share >= _UNHEARD_FROM
        return self._judged(hits, 1.0 if is_unheard else none)

    def _judged(self, hits: tuple[Hit, ...], none: float) -> SearchResult:
        if not hits or none >= self.weights.none_from:
            return SearchResult(hits, NONE)
        return SearchResult(hits, SURE if hits[0].probability >= self.weights.sure_from else SEVERAL)

    def _by_code(self, text: str) -> SearchResult | None:
        known = [code for code in _CODE.findall(text) if code in self._group_of_code]
        if not known:
            return None
        hits = tuple(self._hit(self._group_of_code[code], 1.0, code) for code in dict.fromkeys(known))
        return SearchResult(hits, SURE if len(hits) == 1 else SEVERAL)

    def _hit(self, group_number: int, probability: float, code: str = "") -> Hit:
        group = self.groups[group_number]
        shown = next((member for member in group.members if member.code == code), group.shown)
        score = float(np.log(max(probability, 1e-12) / max(1.0 - probability, 1e-12)))
        also = tuple(other for other in group.codes if other != shown.code)
        return Hit(shown.code, shown.name, score, probability, shown.curated, also)

    def candidates(self, query: Wording) -> Candidates:
        """Picks the groups worth weighing and describes each by numbers."""
        lexical = self.lexical.score(query)
        learnt = self.learnt.score(query) if self.learnt is not None else NOTHING_LEARNT
        probability = np.zeros(len(self.groups), dtype=np.float32)
        neighbour = np.zeros(len(self.groups), dtype=np.float32)
        np.add.at(probability, self._group_of_column, learnt.probabilities)
        np.maximum.at(neighbour, self._group_of_column, learnt.similarities)
        exactness = lexical.query_share * lexical.name_share
        picked = _union_of_best((probability, neighbour, lexical.cosine, exactness, lexical.pair_share))
        coverage = self.coverage.of(query).of_groups(picked)
        named = self._named_whole(query, picked)
        features = (
            np.log(np.maximum(probability[picked], np.exp(FLOOR))),
            probability[picked],
            neighbour[picked],
            lexical.cosine[picked],
            lexical.cosine[picked] ** 2,
            lexical.query_share[picked],
            lexical.name_share[picked],
            lexical.pair_share[picked],
            exactness[picked],
            np.log1p(named),
            (named == named.max()) & (named >= _TELLING_NAME_WORDS),
            coverage.shares,
            coverage.shares**2,
            self._curated[picked],
            self._own_level[picked],
        )
        return Candidates(
            picked, np.column_stack(features).astype(np.float64), learnt, int(neighbour.argmax()), coverage
        )

    def _named_whole(self, query: Wording, groups: np.ndarray) -> np.ndarray:
        """Counts the words of each group's longest name that stands in the query word for word."""
        longest = (
            max((name.folded.count(" ") - 1 for name in self._names[group] if name.folded in query.folded), default=0)
            for group in groups
        )
        return np.fromiter(longest, dtype=np.float64, count=len(groups))


def _union_of_best(scores: Sequence[np.ndarray]) -> np.ndarray:
    best = [np.argpartition(-row, min(_CANDIDATES_EACH, len(row) - 1))[:_CANDIDATES_EACH] for row in scores]
    return np.unique(np.concatenate(best))


def build_index(
    procedures: Iterable[SearchableProcedure],
    queries: Iterable[WrittenQuery] = (),
    learnt: LearntModel | None = None,
    weights: RankingWeights | None = None,
) -> Index:
    """Builds the index.

    Args:
        procedures: The whole catalogue.
        queries: Written queries to learn from; not looked at when `learnt` is given.
        learnt: A model learnt before; what it knows of procedures outside the catalogue is left out.
        weights: How scores are weighed; by default the packaged ones.
    """
    catalogue = list(procedures)
    groups = tuple(group_procedures(catalogue))
    group_of_code = {code: number for number, group in enumerate(groups) for code in group.codes}
    names = tuple(tuple(_names_of(group)) for group in groups)
    own_level = [any(PROVINCE_LEVELS & set(member.levels) for member in group.members) for group in groups]
    unlearnt = Index(
        groups,
        LexicalIndex(names),
        WordCoverage(names, None, np.empty(0, np.int64)),
        None,
        weights or RankingWeights.packaged(),
        names,
        np.empty(0, np.int64),
        np.array([group.shown.curated for group in groups], dtype=np.float64),
        np.array(own_level, dtype=np.float64),
        group_of_code,
    )
    if learnt is None:
        usable = training_queries(catalogue, queries)
        learnt = learn(usable, bare_titles(catalogue)) if any(query.codes for query in usable) else None
    return unlearnt.with_learnt(learnt) if learnt is not None else unlearnt


def training_queries(catalogue: Sequence[SearchableProcedure], queries: Iterable[WrittenQuery]) -> list[WrittenQuery]:
    """Gathers what can be learnt from: written queries, names and aliases of curated procedures."""
    written = resolve_codes(queries, catalogue)
    named = [
        WrittenQuery(name, (procedure.code,), ALIASES)
        for procedure in catalogue
        if procedure.curated
        for name in dict.fromkeys((procedure.name, *procedure.aliases))
    ]
    return written + named


def bare_titles(catalogue: Sequence[SearchableProcedure]) -> list[str]:
    """The titles of the catalogue: asking for one of them is not foreign, though nobody wrote queries for it."""
    return sorted({bare_title(procedure.official_name or procedure.name) for procedure in catalogue})


def _names_of(group: ProcedureGroup) -> list[Wording]:
    """Gathers every distinct name of a group: short, official and everyday ones."""
    names: dict[str, Wording] = {}
    for member in group.members:
        for name in (member.name, member.official_name, *member.aliases):
            bare = bare_title(name) if name else ""
            if bare:
                wording = wording_of_name(bare)
                names.setdefault(wording.folded, wording)
    return list(names.values())
