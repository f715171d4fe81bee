"""Gathers procedures that a citizen could not tell apart by their titles.

Land procedures of 2026 stand in the national catalogue once a province, other procedures once a level; ten hits with
one name help nobody. Source: docs/sources.md, "Danh mục thủ tục quốc gia".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onestop.search.records import SearchableProcedure
from onestop.text import fold

PROVINCE_LEVELS = frozenset({"tỉnh", "xã"})
"""Levels of a province's own offices: what its one-stop shop takes in."""

_LEVEL_NOTE = re.compile(
    r"\(\s*(?:áp dụng\s+)?(?:thực hiện\s+)?(?:[oở]\s+|tại\s+)*(?:cấp\s+)?"
    r"(?:tỉnh|xã|huyện|bộ|trung ương|tw|địa phương)\s*\)"
)
_CODE_NOTE = re.compile(r"\(\s*\d\.\d{6}\s*\)|\b\d\.\d{6}\b")
_OPENING = re.compile(r"^\W*(?:thủ tục\b\W*)+(?:hành chính\b\W*)?(?:về việc\b\W*|về\b\W*)?")
_SAYS_NOTHING = re.compile(r"\b(?:đối với|trường hợp|trong|các|những|việc|và|của|cho|theo|tại|là|được|thì|mà)\b")
_APART = re.compile(r"\W+")
_PER_PROVINCE_SECTORS = frozenset({"Đất đai"})
"""Sectors that the catalogue holds once a province, with titles that wander a little from one to the next."""
_TELLING_WORDS = frozenset(
    "tru cap doi lai moi lan dau gia han dieu chinh sua bo sung thu hoi huy xoa cham dut tam ngung to chuc ca nhan ho "
    "dinh khong chua cong ty tinh xa tach hop mat tang giam mot hai".split()
)
_NEAR_EQUAL = 0.92
"""Share of common words from which two long titles of one sector are one procedure, told apart on real land titles."""
_LONG_TITLE_WORDS = 14


@dataclass(frozen=True)
class ProcedureGroup:
    """Procedures with equal or nearly equal titles; the first is the one to show."""

    members: tuple[SearchableProcedure, ...]

    @property
    def shown(self) -> SearchableProcedure:
        return self.members[0]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(member.code for member in self.members)


def bare_title(title: str) -> str:
    """Drops from a title what is not its name: "Thủ tục", the level in brackets, a code."""
    text = _OPENING.sub("", title.strip().lower())
    text = _CODE_NOTE.sub(" ", _LEVEL_NOTE.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip(" .;,:-")


def title_key(title: str) -> str:
    """Gives equal keys to titles that differ in marks of style alone."""
    return _APART.sub(" ", fold(_SAYS_NOTHING.sub(" ", bare_title(title)))).strip()


def group_procedures(procedures: Iterable[SearchableProcedure]) -> list[ProcedureGroup]:
    """Groups procedures by title; curated ones come first in a group, then the province's own levels."""
    by_key: dict[str, list[SearchableProcedure]] = {}
    for procedure in procedures:
        by_key.setdefault(title_key(procedure.official_name or procedure.name), []).append(procedure)
    merged = _merge_near_equal(by_key)
    return [ProcedureGroup(tuple(sorted(members, key=_precedence))) for members in merged]


def _precedence(procedure: SearchableProcedure) -> tuple[bool, bool, str]:
    return (not procedure.curated, not PROVINCE_LEVELS & set(procedure.levels), procedure.code)


def _merge_near_equal(by_key: dict[str, list[SearchableProcedure]]) -> list[list[SearchableProcedure]]:
    """Joins long titles of a per-province sector that share nearly all words and differ in none that tells."""
    merged: list[list[SearchableProcedure]] = []
    leaders: list[tuple[frozenset[str], list[SearchableProcedure]]] = []
    for key in sorted(by_key, key=lambda key: min(_precedence(member) for member in by_key[key])):
        members = sorted(by_key[key], key=_precedence)
        words = frozenset(key.split())
        may_join = members[0].sector in _PER_PROVINCE_SECTORS and len(words) >= _LONG_TITLE_WORDS
        home = _nearly_equal(words, leaders) if may_join and not members[0].curated else None
        if home is None:
            home = []
            merged.append(home)
            if may_join:
                leaders.append((words, home))
        home.extend(members)
    return merged


def _nearly_equal(
    words: frozenset[str], leaders: Sequence[tuple[frozenset[str], list[SearchableProcedure]]]
) -> list[SearchableProcedure] | None:
    for leader, members in leaders:
        apart = words ^ leader
        if apart & _TELLING_WORDS or any(word.isdigit() for word in apart):
            continue
        if len(words & leader) >= _NEAR_EQUAL * len(words | leader):
            return members
    return None
