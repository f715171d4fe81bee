"""Puts together what the tagger found and what the exact readers know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nlu.extractors.exact_entities import CERTAIN, FoundEntity, entity_value, find_exact_entities


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
        for e in found
        if e.entity not in certain and not any(e.start < x.end and x.start < e.end for x in exact)
    ]
    return sorted([*exact, *kept], key=lambda entity: entity.start)
