"""Puts together what the tagger found and what the exact readers know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from nlu.extractors.exact_entities import CERTAIN, FoundEntity, entity_value, find_exact_entities
from onestop.text.diacritics import fold

_WORD_OF_A_DAY = re.compile(r"(?:^|(?<=\W))(?:(?:hom|bua|ngay)\s+)+$")


def merge_entities(
    text: str,
    found: Sequence[FoundEntity],
    now: datetime,
    certain: Sequence[str] = CERTAIN,
    is_alone: bool = False,
) -> list[FoundEntity]:
    """Returns a message's entities, in order, without overlaps, with their values.

    Args:
        text: The message.
        found: What the tagger found.
        now: The present moment, aware, for relative dates.
        certain: Entities for which the exact readers overrule the tagger.
        is_alone: Whether there is no tagger, so that the exact readers' other finds count too.
    """
    exact = [e for e in find_exact_entities(text, now) if e.entity in certain or is_alone]
    kept = [
        FoundEntity(e.start, e.end, e.entity, entity_value(e.entity, text[e.start : e.end], now))
        for e in _whole_days(text, found)
        if e.entity not in certain and not any(e.start < x.end and x.start < e.end for x in exact)
    ]
    return sorted([*exact, *kept], key=lambda entity: entity.start)


def _whole_days(text: str, found: Sequence[FoundEntity]) -> Iterator[FoundEntity]:
    """Lets "hôm", "bữa" and "ngày" before a day belong to it, as the language contract's spans do."""
    taken = {position for e in found for position in range(e.start, e.end)}
    for e in found:
        word = _WORD_OF_A_DAY.search(fold(text[: e.start])) if e.entity == "date" else None
        is_free = word is not None and not taken & set(range(word.start(), word.end()))
        is_adverb = word is not None and text[word.start() : word.end()].strip().lower().startswith("ngay")
        starts = word.start() if word and is_free and not (is_adverb and not text[e.start].isdigit()) else e.start
        yield replace(e, start=starts)
