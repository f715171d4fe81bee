"""The search index: groups of procedures, their names, and what was learnt from written queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from onestop.search.coverage import Coverage, WordCoverage
from onestop.search.elsewhere import MatterScores, judge_features, matter_of
from onestop.search.grouping import PROVINCE_LEVELS, ProcedureGroup, bare_title, group_procedures
from onestop.search.learnt import NOTHING_LEARNT, LearntModel, LearntScores, learn
from onestop.search.lexical import LexicalIndex
from onestop.search.ranking import CANDIDATE_FEATURES, DOUBT_FEATURES, FLOOR, RankingWeights, softmax_of
from onestop.search.records import SearchableProcedure, WrittenQuery, resolve_codes
from onestop.search.wording import Wording, wording_of_name, wording_of_query

SURE, SEVERAL, NONE = "sure", "several", "none"
ALIASES = "aliases"
"""Stands for the writer of a query that is a curated procedure's name or alias."""
_CANDIDATES_EACH = 12
_TELLING_NAME_WORDS = 4
_UNHEARD_FROM = 0.999
"""Share of unknown words from which nothing was said that a search could look for."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
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
    """What was found, best first, and how to answer: `sure` (the first), `several` (offer them) or `none`.

    Attributes:
        elsewhere: The matter of another office that is meant where the verdict is `none`; where it is `several`,
            one that may be meant as well.
    """

    hits: tuple[Hit, ...]
    verdict: str
    elsewhere: str | None = None


@dataclass(frozen=True)
class Candidates:
    """What is known of one query's candidates.

    Attributes:
        groups: int, numbers of the groups, shape (n_candidates,).
        features: float64, shape (n_candidates, len(CANDIDATE_FEATURES)).
        learnt: What the learnt model says of the query, among procedures.
        matters: What it says of other offices' matters.
        nearest_group: Group that the nearest written query asks for.
        coverage: Which of the query's words each candidate explains, in the same order.
    """

    groups: np.ndarray
    features: np.ndarray
    learnt: LearntScores
    nearest_group: int
    coverage: Coverage
    matters: MatterScores

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
class _Columns:
    """Which columns of the learnt model are procedures, and which are matters of other offices.

    Attributes:
        procedures: int, shape (n_procedures,); `groups`, in the same order, the group of each.
        matters: int, shape (n_matters,); `ids`, in the same order, the id of each.
        nothing: int, shape (1,) or (0,): the column of requests for nothing that anybody deals with.
    """

    procedures: np.ndarray
    groups: np.ndarray
    matters: np.ndarray
    ids: tuple[str, ...]
    nothing: np.ndarray

    @classmethod
    def of(cls, codes: Sequence[str], group_of_code: Mapping[str, int]) -> _Columns:
        known = [number for number, code in enumerate(codes) if code in group_of_code]
        matters = {number: matter for number, code in enumerate(codes) if (matter := matter_of(code))}
        return cls(
            np.array(known, dtype=np.int64),
            np.array([group_of_code[codes[number]] for number in known], dtype=np.int64),
            np.array(list(matters), dtype=np.int64),
            tuple(matters.values()),
            np.array([number for number, code in enumerate(codes) if matter_of(code) == ""], dtype=np.int64),
        )

    def apart(self, scores: LearntScores) -> tuple[LearntScores, MatterScores]:
        """Parts what is said of procedures, as if there were nothing else, from what is said of matters."""
        if not len(self.procedures):
            return scores, MatterScores((), np.empty(0, np.float32), np.empty(0, np.float32))
        of_procedures, near = scores.probabilities[self.procedures], scores.similarities[self.procedures]
        matters = MatterScores(
            self.ids,
            scores.probabilities[self.matters],
            scores.similarities[self.matters],
            max(float(of_procedures.max()), float(scores.probabilities[self.nothing].sum())),
            max(float(near.max()), float(scores.similarities[self.nothing].sum())),
            float(scores.similarities[self.nothing].sum()),
        )
        whole = max(float(of_procedures.sum()), 1e-12)
        return LearntScores(of_procedures / whole, near, scores.foreign), matters


@dataclass(frozen=True)
class Index:
    """Everything a search needs, in memory; never changed after it is built, so threads may share it."""

    groups: tuple[ProcedureGroup, ...]
    lexical: LexicalIndex
    coverage: WordCoverage
    learnt: LearntModel | None
    weights: RankingWeights
    _columns: _Columns = field(repr=False)
    _names: tuple[tuple[Wording, ...], ...] = field(repr=False)
    _curated: np.ndarray = field(repr=False)
    _own_level: np.ndarray = field(repr=False)
    _group_of_code: dict[str, int] = field(repr=False)

    def group_of_code(self, code: str) -> int | None:
        """The number of the group that holds a code."""
        return self._group_of_code.get(code)

    def name_of(self, code: str) -> str | None:
        """The name of the procedure with this code."""
        number = self._group_of_code.get(code)
        members = self.groups[number].members if number is not None else ()
        return next((member.name for member in members if member.code == code), None)

    def with_learnt(self, learnt: LearntModel) -> Index:
        """Returns the index with another learnt model; the lexical part is shared."""
        matters = frozenset(code for code in learnt.codes if matter_of(code) is not None)
        learnt = learnt.restricted_to(matters | frozenset(self._group_of_code))
        columns = _Columns.of(learnt.codes, self._group_of_code)
        # The words of matters are not among those heard of procedures, so their columns may point anywhere.
        groups = np.array([self._group_of_code.get(code, 0) for code in learnt.codes], dtype=np.int64)
        return replace(self, coverage=WordCoverage(self._names, learnt.heard, groups), learnt=learnt, _columns=columns)

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Finds the procedures that a message asks for."""
        named = self._by_code(text)
        if named is not None:
            return named
        candidates = self.candidates(wording_of_query(text))
        utilities = self.weights.utilities(candidates.features)
        doubts = candidates.doubts(utilities)
        none = self.weights.doubt_of(doubts)
        chances = softmax_of(utilities) * (1.0 - none)
        order = np.argsort(-chances, kind="stable")[:limit]
        hits = tuple(self._hit(int(candidates.groups[at]), float(chances[at])) for at in order)
        if not _LETTERS.search(text):
            return SearchResult(hits, NONE)
        is_unheard = candidates.coverage.unknown_share >= _UNHEARD_FROM
        result = self._judged(hits, 1.0 if is_unheard else none)
        return self._with_elsewhere(result, candidates.matters, doubts)

    def _with_elsewhere(self, result: SearchResult, matters: MatterScores, doubts: np.ndarray) -> SearchResult:
        judge = self.weights.elsewhere
        if judge is None or not matters.are_near:
            return result
        chance = judge.probability(self.judged_by(matters, doubts))
        if chance < (judge.instead_from if result.verdict == NONE else judge.offered_from):
            return result
        is_meant = result.verdict == NONE or chance >= judge.said_from
        return SearchResult(result.hits, NONE if is_meant else SEVERAL, matters.ids[matters.best()])

    def judged_by(self, matters: MatterScores, doubts: np.ndarray) -> np.ndarray:
        """Describes the best matter beside the best procedure; see `judge_features`."""
        described = dict(zip(DOUBT_FEATURES, doubts.tolist(), strict=True))
        return judge_features(matters, self.weights.doubt.log_odds(doubts), described)

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
        whole = self.learnt.score(query) if self.learnt is not None else NOTHING_LEARNT
        learnt, matters = self._columns.apart(whole)
        probability = np.zeros(len(self.groups), dtype=np.float32)
        neighbour = np.zeros(len(self.groups), dtype=np.float32)
        np.add.at(probability, self._columns.groups, learnt.probabilities)
        np.maximum.at(neighbour, self._columns.groups, learnt.similarities)
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
            picked, np.column_stack(features).astype(np.float64), learnt, int(neighbour.argmax()), coverage, matters
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
        _Columns.of((), group_of_code),
        names,
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
