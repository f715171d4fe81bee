"""The search index: groups of procedures, their names, and what was learnt from written queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from onestop.search.grouping import PROVINCE_LEVELS, ProcedureGroup, bare_title, group_procedures
from onestop.search.learnt import LearntModel, learn
from onestop.search.lexical import LexicalIndex
from onestop.search.ranking import FLOOR, RankingWeights
from onestop.search.records import SearchableProcedure, WrittenQuery, resolve_codes
from onestop.search.wording import Wording, wording_of_name, wording_of_query

SURE, SEVERAL, NONE = "sure", "several", "none"
_CANDIDATES_EACH = 12
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
        none: float64, shape (len(NONE_FEATURES),).
    """

    groups: np.ndarray
    features: np.ndarray
    none: np.ndarray


@dataclass(frozen=True)
class Index:
    """Everything a search needs, in memory; never changed after it is built, so threads may share it."""

    groups: tuple[ProcedureGroup, ...]
    lexical: LexicalIndex
    learnt: LearntModel | None
    weights: RankingWeights
    _group_of_column: np.ndarray = field(repr=False)
    _curated: np.ndarray = field(repr=False)
    _own_level: np.ndarray = field(repr=False)
    _group_of_code: dict[str, int] = field(repr=False)

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Finds the procedures that a message asks for."""
        named = self._by_code(text)
        if named is not None:
            return named
        candidates = self.candidates(wording_of_query(text))
        chances = self.weights.probabilities(candidates.features, candidates.none)
        order = np.argsort(-chances[:-1], kind="stable")[:limit]
        hits = tuple(self._hit(int(candidates.groups[at]), float(chances[at])) for at in order)
        return self._judged(hits, float(chances[-1]))

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
        probability = np.zeros(len(self.groups), dtype=np.float32)
        neighbour = np.zeros(len(self.groups), dtype=np.float32)
        if self.learnt is not None:
            by_column, near = self.learnt.score(query)
            np.add.at(probability, self._group_of_column, by_column)
            np.maximum.at(neighbour, self._group_of_column, near)
        picked = _union_of_best(
            (probability, neighbour, lexical.cosine, lexical.query_share * lexical.name_share)
        )
        cosine, shared = lexical.cosine[picked], lexical.query_share[picked]
        named = lexical.name_share[picked]
        features = np.column_stack(
            [
                np.log(np.maximum(probability[picked], np.exp(FLOOR))),
                probability[picked],
                neighbour[picked],
                cosine,
                cosine**2,
                shared,
                named,
                shared * named,
                self._curated[picked],
                self._own_level[picked],
            ]
        ).astype(np.float64)
        none = [
            1.0,
            probability.max(),
            neighbour.max(),
            cosine.max(),
            shared.max(),
            len(query.folded.split()) / 10,
        ]
        return Candidates(picked, features, np.array(none, dtype=np.float64))


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
        learnt: A model learnt before; columns of procedures that are not in the catalogue are ignored.
        weights: How scores are weighed; by default the packaged ones.
    """
    catalogue = list(procedures)
    groups = tuple(group_procedures(catalogue))
    if learnt is None:
        usable = [query for query in resolve_codes(queries, catalogue) if query.codes]
        learnt = learn(usable) if usable else None
    lexical = LexicalIndex([_names_of(group) for group in groups])
    group_of_code = {code: number for number, group in enumerate(groups) for code in group.codes}
    return _assemble(groups, lexical, learnt, weights or RankingWeights.packaged(), group_of_code)


def _assemble(
    groups: tuple[ProcedureGroup, ...],
    lexical: LexicalIndex,
    learnt: LearntModel | None,
    weights: RankingWeights,
    group_of_code: dict[str, int],
) -> Index:
    if learnt is not None:
        learnt = learnt.restricted_to(frozenset(group_of_code))
    columns = [group_of_code[code] for code in learnt.codes] if learnt is not None else []
    curated = np.array([group.shown.curated for group in groups], dtype=np.float64)
    own_level = [any(PROVINCE_LEVELS & set(member.levels) for member in group.members) for group in groups]
    return Index(
        groups,
        lexical,
        learnt,
        weights,
        np.array(columns, dtype=np.int64),
        curated,
        np.array(own_level, dtype=np.float64),
        group_of_code,
    )


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
