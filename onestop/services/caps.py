"""How many messages one citizen gets unasked on a day, and what becomes of more; the numbers are data (`caps.json`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from onestop.clock import LOCAL
from onestop.services.preferences import Kind, kind_of_row
from onestop.storage import Session
from onestop.storage import caps as rows
from onestop.storage.broadcasts import KIND as BROADCAST

_FILE = Path(__file__).with_name("caps.json")
NEXT_DAY, DROP = "next_day", "drop"
_LOOKS_AHEAD = 30  # days; nobody has that many full ones


@dataclass(frozen=True)
class Cap:
    """At most `most` a day; `holds` says whether more waits for the next day, else it is dropped."""

    most: int
    holds: bool


@dataclass(frozen=True)
class Caps:
    """What holds from a day on."""

    valid_from: date
    held_until: time
    kinds: dict[Kind, Cap]
    broadcasts: int
    never_held: frozenset[str]


def caps_on(day: date) -> Caps:
    """What holds on a day; before the first version, the first."""
    versions = _versions()
    return next((one for one in versions if one.valid_from <= day), versions[-1])


def room_for(session: Session, citizen_id: str, row_kind: str, at: datetime) -> datetime | None:
    """When a message of this kind may go to this citizen: `at`, or a later day; None where it is dropped.

    Args:
        at: When it would go otherwise.
    """
    day = at.astimezone(LOCAL).date()
    caps = caps_on(day)
    kind = kind_of_row(row_kind)
    cap = caps.kinds.get(kind) if kind is not None else None
    if cap is None or row_kind in caps.never_held:
        return at
    sent = rows.sent_since(session, (citizen_id,), _begin(day))
    taken = Counter(when.astimezone(LOCAL).date() for _id, name, when in sent if _counts(name, kind, caps))
    if taken[day] < cap.most:
        return at
    if not cap.holds:
        return None
    days = (day + timedelta(days=ahead) for ahead in range(1, _LOOKS_AHEAD))
    free = next((one for one in days if taken[one] < cap.most), day + timedelta(days=_LOOKS_AHEAD))
    return datetime.combine(free, caps.held_until, LOCAL)


def full_for_broadcasts(session: Session, citizen_ids: Sequence[str], at: datetime) -> set[str]:
    """Which of these citizens get no further broadcast on the day of a moment."""
    if not citizen_ids:
        return set()
    day = at.astimezone(LOCAL).date()
    caps = caps_on(day)
    tomorrow = _begin(day + timedelta(days=1))
    today = [(id, name) for id, name, when in rows.sent_since(session, citizen_ids, _begin(day)) if when < tomorrow]
    broadcasts = Counter(id for id, name in today if name == BROADCAST)
    news = Counter(id for id, name in today if _counts(name, Kind.NEWS, caps))
    most = caps.kinds[Kind.NEWS].most if Kind.NEWS in caps.kinds else None
    return {id for id in citizen_ids if broadcasts[id] >= caps.broadcasts or (most is not None and news[id] >= most)}


def _counts(row_kind: str, kind: Kind | None, caps: Caps) -> bool:
    return kind_of_row(row_kind) is kind and row_kind not in caps.never_held


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


@lru_cache(maxsize=1)
def _versions() -> tuple[Caps, ...]:
    data: Iterable[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["versions"]
    found = [
        Caps(
            date.fromisoformat(one["valid_from"]),
            time.fromisoformat(one["held_until"]),
            {Kind(name): Cap(cap["most"], cap["excess"] == NEXT_DAY) for name, cap in one["kinds"].items()},
            one["broadcasts"],
            frozenset(one["never_held"]),
        )
        for one in data
    ]
    return tuple(sorted(found, key=lambda one: one.valid_from, reverse=True))
