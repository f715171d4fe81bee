"""What the search is given: procedures, and queries that people wrote for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onestop.errors import OnestopError

NO_PROCEDURE = "none"
"""Stands in a query file in place of a code when there is no such procedure."""

ELSEWHERE_KEY = "elsewhere:"
"""Starts the key of a matter that another office deals with: `elsewhere:<id>`, as in `data/elsewhere`."""

MATTERS = "matters"
"""Stands for the writer of the words under which a matter is kept in `data/elsewhere`."""

NAME_KEY = "name:"
"""Starts the key of a procedure that has no national code: `name:<its name>`."""


_BETWEEN_CODES = re.compile(r"[\s,;|]+")


class UnreadableQueries(OnestopError):
    """A file of written queries has a line that is not `query<TAB>code[,code…]`."""


@dataclass(frozen=True)
class SearchableProcedure:
    """One procedure of the catalogue, as much of it as ranking looks at.

    Attributes:
        code: National procedure code, or the made-up one of a procedure that has none.
        name: Short name to show.
        official_name: Title as published; may be empty.
        aliases: How people ask for it.
        levels: Where it is handled, any of "bộ", "tỉnh", "xã", "khác"; empty when unknown.
        curated: A person checked the record: it wins over its uncurated doubles.
    """

    code: str
    name: str
    official_name: str = ""
    aliases: tuple[str, ...] = ()
    topic: str = ""
    sector: str = ""
    levels: tuple[str, ...] = ()
    curated: bool = False
    portal_url: str = ""


@dataclass(frozen=True)
class WrittenQuery:
    """What a person wrote, with the codes of the procedures that answer it, best first.

    Attributes:
        codes: Empty where there is no such procedure.
        matter: What is asked for of another office; then `codes` is empty.
    """

    text: str
    codes: tuple[str, ...]
    writer: str = ""
    matter: str = ""


def read_queries(path: Path, writer: str = "", problems: list[str] | None = None) -> list[WrittenQuery]:
    """Reads one file of `query<TAB>code[,code…]` lines; codes may also stand between blanks, ';' or '|'.

    `none`, `-` or nothing for a code means: no such procedure; `elsewhere:<id>`: no procedure, but another office's.

    Args:
        path: The file, UTF-8 with or without a byte order mark.
        writer: Who wrote the queries.
        problems: Takes what is wrong with a line, which is then left out; None raises instead.

    Raises:
        UnreadableQueries: A line has no tab. The message names file and line, never the query.
    """
    queries = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        text, tab, label = line.partition("\t")
        if not tab or not text.strip():
            problem = f"{path.name}, line {number}: expected query<TAB>code"
            if problems is None:
                raise UnreadableQueries(problem)
            problems.append(problem)
            continue
        matter = label.strip().removeprefix(ELSEWHERE_KEY) if label.startswith(ELSEWHERE_KEY) else ""
        queries.append(WrittenQuery(text.strip(), () if matter else _codes_of(label), writer, matter))
    return queries


def _codes_of(label: str) -> tuple[str, ...]:
    if label.startswith(NAME_KEY):
        return (label.strip(),)  # a name may hold commas
    codes = (code for code in _BETWEEN_CODES.split(label.split("\t")[0]) if code)
    return tuple(code for code in codes if code.lower() not in (NO_PROCEDURE, "-"))


def read_query_folder(folder: Path) -> list[WrittenQuery]:
    """Reads `<folder>/<writer>/*.tsv`; the writer is the name of the sub-folder. Sorted, so always the same."""
    return [query for path in sorted(folder.glob("*/*.tsv")) for query in read_queries(path, writer=path.parent.name)]


def resolve_codes(queries: Iterable[WrittenQuery], procedures: Sequence[SearchableProcedure]) -> list[WrittenQuery]:
    """Puts codes in place of `name:` keys and drops codes that the catalogue does not hold.

    A query all of whose codes are unknown is dropped itself: it speaks of a procedure that is not loaded.
    """
    known = {procedure.code: procedure.code for procedure in procedures}
    known |= {NAME_KEY + procedure.name: procedure.code for procedure in procedures}
    resolved = []
    for query in queries:
        codes = tuple(dict.fromkeys(known[code] for code in query.codes if code in known))
        if codes or not query.codes:
            resolved.append(replace(query, codes=codes))
    return resolved
