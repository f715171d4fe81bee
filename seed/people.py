"""Fictitious applicants."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from seed.files import read_json

# The demo's own range: 0900 0xx xxx. No subscriber has it.
PHONE_PREFIX = "+849000"


@dataclass(frozen=True)
class Person:
    """Somebody who hands in dossiers; `phone` is +84…, None where none was given."""

    name: str
    phone: str | None
    address: str


class Population:
    """Draws people, some of them again and again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._words: dict[str, Any] = read_json("demo_words.json")
        self._known: list[Person] = []
        self._phones = iter(rng.sample(range(10, 100_000), 99_990))

    def draw(self, area: str) -> Person:
        """Somebody new, or, for every third dossier, somebody who has handed in one before."""
        if self._known and self._rng.random() < 0.33:
            return self._rng.choice(self._known[-400:])
        phone = None if self._rng.random() < 0.02 else f"{PHONE_PREFIX}{next(self._phones):05d}"
        person = Person(name=self.name(), phone=phone, address=self._address(area))
        self._known.append(person)
        return person

    def name(self) -> str:
        """A name: mostly a person's, now and then a rare one or an organisation's."""
        rng, words = self._rng, self._words
        kind = rng.random()
        if kind < 0.03:
            return rng.choice(words["rare_people"])
        if kind < 0.09:
            return rng.choice(words["organisations"])
        gender = rng.choice(("men", "women"))
        parts = [words["families"], words[f"middle_{gender}"], words[f"given_{gender}"]]
        return " ".join(rng.choice(part) for part in parts)

    def _address(self, area: str) -> str:
        rng = self._rng
        if area.startswith("Xã"):
            return f"Ấp {rng.randint(1, 9)}, {area}"
        return f"Số {rng.randint(1, 480)}, {rng.choice(self._words['roads'])}, {area}"
