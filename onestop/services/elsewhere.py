"""Matters that people bring to a one-stop shop and that another office deals with: who, and what to do next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from onestop.search import WrittenQuery
from onestop.search.records import MATTERS

MATTERS_FILE = Path(__file__).resolve().parents[2] / "data" / "elsewhere" / "matters.json"


@dataclass(frozen=True)
class Matter:
    """One matter.

    Attributes:
        matter: What it is, so that "Dạ, … không làm ở một cửa" reads well.
        who: The office that deals with it.
        advice: The next step, one or two sentences.
        related: Codes of real procedures that are easily taken for it.
        source: The law or the office that says so.
        words: How people ask for it.
        phone: The office's number, where one is known to all.
        url: Its page.
    """

    id: str
    matter: str
    who: str
    advice: str
    related: tuple[str, ...]
    source: str
    checked_on: date
    words: tuple[str, ...]
    phone: str | None = None
    url: str | None = None


@lru_cache(maxsize=1)
def all_matters() -> dict[str, Matter]:
    """Every matter by its id, from `data/elsewhere`."""
    document = json.loads(MATTERS_FILE.read_text(encoding="utf-8"))
    checked_on = date.fromisoformat(document["checked_on"])
    matters = (
        Matter(
            id=one["id"],
            matter=one["matter"],
            who=one["who"],
            advice=one["do"],
            related=tuple(one["related"]),
            source=one["source"],
            checked_on=checked_on,
            words=tuple(one["words"]),
            phone=one.get("phone"),
            url=one.get("url"),
        )
        for one in document["matters"]
    )
    return {matter.id: matter for matter in matters}


def matter_queries() -> list[WrittenQuery]:
    """The words of all matters, as the search learns them."""
    return [WrittenQuery(words, (), MATTERS, matter.id) for matter in all_matters().values() for words in matter.words]
