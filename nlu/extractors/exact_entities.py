"""Entities with a shape of their own, found by the exact readers of `onestop.text`, and the values of all entities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from onestop.text.candidate_numbers import find_candidate_numbers, only_digits
from onestop.text.dates import find_dates, resolve_date
from onestop.text.dossier_codes import find_dossier_codes
from onestop.text.feedback_codes import find_feedback_codes
from onestop.text.parcels import find_parcels
from onestop.text.phones import find_phones
from onestop.text.ratings import find_ratings, rating_of

CERTAIN = ("dossier_code", "feedback_code", "phone_number", "parcel")
"""Entities whose shape alone proves them, best first; dates, ratings and bare numbers need the words around them."""


@dataclass(frozen=True)
class FoundEntity:
    """An entity found in a message.

    Attributes:
        start: Offset of its first character.
        end: Offset past its last character.
        entity: Its name.
        value: Its value after normalisation.
    """

    start: int
    end: int
    entity: str
    value: str | int


def find_exact_entities(text: str, now: datetime) -> list[FoundEntity]:
    """Finds every entity that has an exact reader, overlaps resolved in favour of the more certain one."""
    found: list[FoundEntity] = []
    for entities in (
        [FoundEntity(m.start, m.end, "dossier_code", m.code) for m in find_dossier_codes(text)],
        [FoundEntity(m.start, m.end, "feedback_code", m.code) for m in find_feedback_codes(text)],
        [FoundEntity(m.start, m.end, "candidate_number", m.number) for m in find_candidate_numbers(text)],
        [FoundEntity(m.start, m.end, "phone_number", m.number) for m in find_phones(text)],
        [FoundEntity(m.start, m.end, "parcel", m.parcel) for m in find_parcels(text)],
        [FoundEntity(m.start, m.end, "date", m.value) for m in find_dates(text, now)],
        [FoundEntity(m.start, m.end, "rating", m.rating) for m in find_ratings(text)],
    ):
        found.extend(e for e in entities if not any(e.start < other.end and other.start < e.end for other in found))
    return sorted(found, key=lambda entity: entity.start)


def _first_value(values: list[str]) -> str | None:
    return values[0] if values else None


_READERS: dict[str, Callable[[str, datetime], str | int | None]] = {
    "dossier_code": lambda written, now: _first_value([m.code for m in find_dossier_codes(written)]),
    "feedback_code": lambda written, now: _first_value([m.code for m in find_feedback_codes(written)]),
    "phone_number": lambda written, now: _first_value([m.number for m in find_phones(written)]),
    "parcel": lambda written, now: _first_value([m.parcel for m in find_parcels(written)]),
    "date": lambda written, now: _first_value([m.value for m in [resolve_date(written, now)] if m]),
    "rating": lambda written, now: rating_of(written),
    "candidate_number": lambda written, now: only_digits(written) or None,
}


def entity_value(entity: str, written: str, now: datetime) -> str | int:
    """Returns the value of an entity after normalisation; as written where there is nothing to normalise."""
    reader = _READERS.get(entity)
    value = reader(written, now) if reader else None
    return written if value is None else value
