"""Where a dossier is handed in when the agency that decides has counters of its own: police, social insurance, tax."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from onestop.text import nfc

RECEIVERS_FILE = Path(__file__).resolve().parents[2] / "data" / "elsewhere" / "receivers.json"


@dataclass(frozen=True)
class Receiver:
    """Who takes it.

    Attributes:
        place: As it is said: "Công an xã, phường".
        advice: A sentence about it, or None.
        is_at_centres: Whether a one-stop centre may take it too.
    """

    words: tuple[str, ...]
    place: str
    advice: str | None = None
    is_at_centres: bool = True


def receiver_of(agency: str | None) -> Receiver | None:
    """The counter of an agency that has its own; None where the one-stop centres take its dossiers."""
    said = nfc(agency or "").lower()
    return next((one for one in _receivers() if any(words in said for words in one.words)), None)


@lru_cache(maxsize=1)
def _receivers() -> tuple[Receiver, ...]:
    document = json.loads(RECEIVERS_FILE.read_text(encoding="utf-8"))
    return tuple(
        Receiver(tuple(one["words"]), one["place"], one["advice"], one.get("at_centre", True))
        for one in document["receivers"]
    )
