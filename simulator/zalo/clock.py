"""The movable clock that simulator and product share through one small file."""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

INDOCHINA_TIME = timezone(timedelta(hours=7))


class ClockGoesBack(ValueError):
    """Only a reset may move the clock back."""


class SimulatedClock:
    """Wall time plus an offset in seconds; this process is the only writer of the offset's file."""

    def __init__(self, offset_file: Path) -> None:
        self._file = offset_file
        self._offset_s = _read_offset(offset_file)
        self._listeners: list[Callable[[], None]] = []

    @property
    def offset_s(self) -> float:
        """Seconds that simulated time runs ahead of wall time."""
        return self._offset_s

    def now(self) -> float:
        """Simulated time, in seconds since 1970."""
        return time.time() + self._offset_s

    def now_ms(self) -> str:
        """Simulated time as Zalo writes it: milliseconds since 1970, a string."""
        return as_ms(self.now())

    def on_move(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after every jump of the clock."""
        self._listeners.append(listener)

    def advance(self, seconds: float) -> None:
        """Moves the clock on.

        Raises:
            ClockGoesBack: `seconds` is negative.
        """
        if seconds < 0:
            raise ClockGoesBack("The clock goes backward only by a reset.")
        self._move(self._offset_s + seconds)

    def move_to(self, at: datetime) -> None:
        """Moves the clock on to a moment (aware).

        Raises:
            ClockGoesBack: the moment is past.
        """
        self.advance(at.timestamp() - self.now())

    def reset(self) -> None:
        """Sets the clock to wall time."""
        self._move(0.0)

    def _move(self, offset_s: float) -> None:
        _write_offset(self._file, offset_s)
        self._offset_s = offset_s
        for listener in self._listeners:
            listener()


def as_ms(at: float) -> str:
    """Milliseconds since 1970 as a string, the way Zalo writes times."""
    return str(int(at * 1000))


def iso(at: float) -> str:
    """ISO 8601 with the offset of Vietnam."""
    return local_time(at).isoformat(timespec="milliseconds")


def local_time(at: float) -> datetime:
    """Vietnamese time of a moment; quotas and nights follow it."""
    return datetime.fromtimestamp(at, INDOCHINA_TIME)


def _read_offset(path: Path) -> float:
    if not path.exists():
        return 0.0
    text = path.read_text(encoding="ascii").strip()
    try:
        return float(text or 0)
    except ValueError as error:
        raise ValueError(f"The clock's offset file {path.name} does not hold a number of seconds.") from error


def _write_offset(path: Path, offset_s: float) -> None:
    """Replaces the file in one step: the product may read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(f"{offset_s:.3f}\n", encoding="ascii")
    os.replace(temporary, path)
