"""The one clock of the product.

Demo and tests move it: the file that `ONESTOP_CLOCK_OFFSET_FILE` names holds the seconds to add, as a decimal
number (shared with the simulator). In production the variable is unset and the clock is the machine's.
"""

from __future__ import annotations

import os
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
OFFSET_VARIABLE = "ONESTOP_CLOCK_OFFSET_FILE"


class _Offset:
    """The offset, read again when the file changed: a moved clock is moved for all processes at once."""

    def __init__(self) -> None:
        self._stamp: tuple[str, int, int] | None = None
        self._seconds = 0.0

    def seconds(self) -> float:
        name = os.environ.get(OFFSET_VARIABLE)
        if not name:
            return 0.0
        self._read(name)
        return self._seconds

    def _read(self, name: str) -> None:
        try:
            status = os.stat(name)
            stamp = (name, status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._seconds = float(Path(name).read_text(encoding="ascii").strip() or 0)
                self._stamp = stamp
        except (OSError, ValueError):
            self._seconds, self._stamp = 0.0, (name, 0, 0)


_offset = _Offset()


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(timezone.utc) + timedelta(seconds=_offset.seconds())


def local_now() -> datetime:
    """The present moment, aware, Asia/Ho_Chi_Minh."""
    return now().astimezone(LOCAL)


def today() -> date:
    """Today's date in Asia/Ho_Chi_Minh."""
    return local_now().date()


def timestamp() -> float:
    """Seconds since 1970 on this clock."""
    return time.time() + _offset.seconds()
