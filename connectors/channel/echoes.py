"""The same words sent again within seconds: whoever taps "alo" twenty times is answered once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from onestop.text import fold

WITHIN_S = 4.0
MOST_KEPT = 2000


class Echoes:
    """Remembers, for seconds only, what each citizen typed last; losing it costs one answer too many.

    Args:
        monotonic: The clock, in seconds: machine time, for people type in real time.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def is_echo(self, citizen_id: str, typed: str | None) -> bool:
        """Whether this citizen typed the same just before."""
        if typed is None:
            return False
        now, said = self._monotonic(), " ".join(fold(typed).split())
        before, at = self._last.pop(citizen_id, ("", 0.0))
        self._last[citizen_id] = (said, now)
        if len(self._last) > MOST_KEPT:
            self._last.popitem(last=False)
        return said == before and now - at <= WITHIN_S
