"""What `./run import` can import: a kind is anything that reads a file and says what it would change.

The information look-ups come by themselves (`onestop/information/registry.py`); another kind is a line in `importers`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from onestop.cli.import_procedures import PreparedProcedures, ProceduresImporter
from onestop.information import csv_table, loading
from onestop.information.areas import Areas
from onestop.information.loading import Changes, FileRefused, Line
from onestop.information.provider import Provider
from onestop.information.registry import all_providers
from onestop.services.offices import OfficeDesk
from onestop.storage import SessionFactory
from onestop.storage.guard import DossierReader

__all__ = ["FileRefused", "Importer", "Place", "Prepared", "importers"]

MOST_LISTED = 3
MOST_CELLS = 4
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.+)?")


@dataclass(frozen=True)
class Place:
    """Where an import goes to: our database, the one-stop shop's for the names of communes, and the present moment."""

    sessions: SessionFactory
    dossiers: DossierReader
    now: datetime
    today: date


class Prepared(Protocol):
    """A good file that has not counted yet."""

    def summary(self) -> list[str]:
        """What it would change, line by line, for people."""

    def apply(self) -> list[str]:
        """Lets it count, all of it or nothing; what it changed."""


class Importer(Protocol):
    """One kind of file."""

    @property
    def kind(self) -> str:
        """Its name on the command line."""

    @property
    def title(self) -> str:
        """What it holds, in Vietnamese."""

    @property
    def is_asked_first(self) -> bool:
        """Whether it counts only after `--yes` or a yes at the keyboard; others count at once without a keyboard."""

    def template(self) -> str:
        """An empty file with the right header."""

    def explanation(self) -> list[str]:
        """The columns, each with whether it must be filled and an example."""

    def prepare(self, content: bytes, place: Place, source: str | None, checked_on: date | None) -> Prepared:
        """Reads and checks a file.

        Raises:
            FileRefused: Something in it is wrong.
        """


def importers() -> dict[str, Importer]:
    """Every kind by its name."""
    kinds: list[Importer] = [InformationImporter(provider) for provider in all_providers()]
    kinds.append(CatalogueImporter())
    return {one.kind: one for one in kinds}


class CatalogueImporter(ProceduresImporter):
    """Imports the province's own procedures."""

    def prepare(self, content: bytes, place: Place, source: str | None, checked_on: date | None) -> Prepared:
        """See Importer."""
        records = self.read(content, place.dossiers, place.now, place.today, source, checked_on)
        return PreparedProcedures(records, place.sessions, place.dossiers, place.now)


class InformationImporter:
    """Imports the file of one look-up."""

    is_asked_first = False

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @property
    def kind(self) -> str:
        """See Importer."""
        return self._provider.kind

    @property
    def title(self) -> str:
        """See Importer."""
        return self._provider.title

    def template(self) -> str:
        """See Importer."""
        return csv_table.template(self._provider.columns)

    def explanation(self) -> list[str]:
        """See Importer."""
        return [
            f"{column.title}{' (bắt buộc)' if column.is_required else ''}"
            + (f", ví dụ {column.example}" if column.example else "")
            for column in self._provider.columns
        ]

    def prepare(self, content: bytes, place: Place, source: str | None, checked_on: date | None) -> Prepared:
        """See Importer."""
        areas = Areas(OfficeDesk(place.dossiers), place.now)
        lines = loading.read_lines(self._provider, content, areas, place.today, source, checked_on)
        return PreparedInformation(self._provider, lines, areas, place)


class PreparedInformation:
    """A good file of one look-up."""

    def __init__(self, provider: Provider, lines: Sequence[Line], areas: Areas, place: Place) -> None:
        self._provider = provider
        self._lines = lines
        self._areas = areas
        self._place = place

    def summary(self) -> list[str]:
        """See Prepared."""
        with self._place.sessions() as session:
            return self._told(loading.changes_of(session, self._provider, self._lines))

    def apply(self) -> list[str]:
        """See Prepared."""
        with self._place.sessions.begin() as session:
            changes = loading.replace_records(session, self._provider, self._lines, self._areas, self._place.now)
        return self._told(changes)

    def _told(self, changes: Changes) -> list[str]:
        added, changed, removed = len(changes.added), len(changes.changed), len(changes.removed)
        lines = [
            f"{changes.rows} dòng: {added} mới, {changed} đổi, {changes.confirmed} giữ nguyên.",
            f"{removed} dòng đang có sẽ không còn.",
        ]
        for title, keys in (("mới", changes.added), ("đổi", changes.changed), ("không còn", changes.removed)):
            lines += [f"  {title}: {self._label(changes.data[key])}" for key in keys[:MOST_LISTED]]
            if len(keys) > MOST_LISTED:
                lines.append(f"  … và {len(keys) - MOST_LISTED} dòng {title} nữa")
        if removed * 2 > removed + changes.rows - added:
            lines.append("Chú ý: quá nửa dữ liệu đang có sẽ không còn. Xem lại tệp có đủ không.")
        return lines

    def _label(self, data: Mapping[str, Any]) -> str:
        """The first cells of a line, as people know it."""
        cells = [self._shown(data[column.name]) for column in self._provider.own_columns if column.name in data]
        return " · ".join(cells[:MOST_CELLS])

    def _shown(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value)
        area = self._areas.area(value) if isinstance(value, str) else None
        if area is not None:
            return area.name
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M}".removesuffix(" 00:00")
        return str(value)
