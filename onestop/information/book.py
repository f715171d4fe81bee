"""The records of one kind, as its provider reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from onestop.clock import LOCAL
from onestop.information.areas import Area, Areas
from onestop.services.offices import OfficeDesk
from onestop.storage import Session
from onestop.storage import information as rows
from onestop.storage.information_tables import InformationRecord

FAR_OFF_KM = 25.0
_EARTH_KM = 6371.0


@dataclass(frozen=True)
class Record:
    """One line of a file; moments are aware. `data` holds the columns by their names."""

    key: str
    source: str
    checked_on: date
    name: str | None = None
    area: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    visible_from: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def get(self, column: str, default: Any = None) -> Any:
        """The value of a column."""
        return self.data.get(column, default)


class Book:
    """Answers a provider's questions about its records; each method is one query.

    Args:
        session: Of our database.
        kind: The kind of records.
        offices: Knows communes and numbers of offices.
        now: The present moment, aware.
        hotline: The province's hotline, where nobody else is known.
    """

    def __init__(self, session: Session, kind: str, offices: OfficeDesk, now: datetime, hotline: str) -> None:
        self._session = session
        self._kind = kind
        self.offices = offices
        self.now = now
        self.hotline = hotline
        self.areas = Areas(offices, now)

    @property
    def today(self) -> date:
        """The present day, Asia/Ho_Chi_Minh."""
        return self.now.astimezone(LOCAL).date()

    @cached_property
    def newest(self) -> Record | None:
        """The record that was checked last; None where nothing has been imported."""
        row = rows.newest_checked(self._session, self._kind)
        return None if row is None else record_of(row)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been imported."""
        return self.newest is None

    def named(self, name: str, with_hidden: bool = False) -> list[Record]:
        """Records with this name.

        Args:
            with_hidden: Also those that are not public yet.
        """
        return self._public(rows.records_named(self._session, self._kind, name), with_hidden)

    def in_area(self, area_id: str) -> list[Record]:
        """Records in a commune."""
        return self._public(rows.records_in(self._session, self._kind, area_id))

    def all(self) -> list[Record]:
        """Every record that is public; for small kinds."""
        return self._public(rows.all_records(self._session, self._kind))

    def with_key(self, key: str) -> Record | None:
        """One record; None where it has gone or is not public."""
        row = rows.record_with(self._session, self._kind, key)
        return next(iter(self._public([row] if row is not None else [])), None)

    def names(self) -> list[tuple[str, str | None]]:
        """The names of the kind with the commune of each."""
        return rows.names_of(self._session, self._kind)

    def last_day(self) -> date | None:
        """The last day that any record reaches; None where none has an end."""
        end = rows.last_end(self._session, self._kind)
        return end.astimezone(LOCAL).date() if end else None

    def nearest_area(self, latitude: float, longitude: float) -> Area | None:
        """The commune whose nearest known spot lies closest; None where even that is far off."""
        spots = rows.located_records(self._session)
        here = (latitude, longitude)
        best = min(spots, key=lambda spot: distance_km(here, spot[1:]), default=None)
        if best is None or distance_km(here, best[1:]) > FAR_OFF_KM:
            return None
        return self.areas.area(best[0])

    def _public(self, found: Iterable[InformationRecord], with_hidden: bool = False) -> list[Record]:
        records = map(record_of, found)
        return [one for one in records if with_hidden or one.visible_from is None or one.visible_from <= self.now]


def record_of(row: InformationRecord) -> Record:
    """A row of the database as a record."""
    return Record(
        key=row.key,
        source=row.source,
        checked_on=row.checked_on,
        name=row.name,
        area=row.area,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        visible_from=row.visible_from,
        latitude=row.latitude,
        longitude=row.longitude,
        data=dict(row.data),
    )


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = (map(math.radians, here), map(math.radians, there))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))
