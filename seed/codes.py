"""Dossier codes in the forms that are in use side by side, and second codes."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime

from onestop.clock import LOCAL
from onestop.storage.dossier_records import Agency, Procedure
from onestop.storage.second_codes import draw_second_code


class CodeBook:
    """Numbers dossiers by centre and day, no code twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._last: defaultdict[tuple[str, date], int] = defaultdict(int)
        self._foreign = rng.sample(range(1000, 100_000), 5000)

    def next_code(self, centre: Agency, procedure: Procedure, at: datetime, rng: random.Random) -> str:
        """The next code of this centre on this day; now and then a number of another system."""
        day = at.astimezone(LOCAL).date()
        if procedure.topic == "bao_hiem" and rng.random() < 0.4:
            return f"{self._foreign.pop():05d}/{day.year}/{self._foreign.pop():05d}"
        prefix = centre.agency_code or "000"
        if rng.random() < 0.02 and prefix.startswith("000.00."):
            prefix = prefix.replace("000.00.", f"000.{rng.randint(11, 29)}.", 1)
        # Most dossiers of a day are not in the demo: numbers have gaps, as if they were.
        self._last[prefix, day] += rng.randint(1, 12)
        return f"{prefix}-{day:%y%m%d}-{self._last[prefix, day]:04d}"

    def next_second_code(self) -> str:
        """The code printed beside the dossier code."""
        return draw_second_code(self._rng)
