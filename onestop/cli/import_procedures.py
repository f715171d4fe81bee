"""`./run import procedures FILE`: the province's own procedures, shown beside the last import before they count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from onestop.information import csv_table
from onestop.information.areas import Areas
from onestop.services import catalogue_import
from onestop.services.catalogue_import import COLUMNS, Comparison, field_changes, name_of
from onestop.services.offices import OfficeDesk
from onestop.storage import SessionFactory
from onestop.storage.catalogue import Change, Imported
from onestop.storage.dossier_queries import all_procedures
from onestop.storage.guard import DossierReader

MOST_LISTED = 12
_TITLES = {"new": "mới", "changed": "đổi", "gone": "không còn trong tệp"}


class ProceduresImporter:
    """Imports procedures; implements `onestop.cli.import_kinds.Importer`."""

    kind = "procedures"
    title = "thủ tục của tỉnh (ghi đè lên danh mục, từng mục một)"
    is_asked_first = True

    def template(self) -> str:
        """See Importer."""
        return csv_table.template(COLUMNS)

    def explanation(self) -> list[str]:
        """See Importer."""
        return [
            f"{column.title}{' (bắt buộc)' if column.is_required else ''}"
            + (f", ví dụ {column.example}" if column.example else "")
            for column in COLUMNS
        ]

    def read(
        self,
        content: bytes,
        dossiers: DossierReader,
        now: datetime,
        today: date,
        source: str | None,
        checked_on: date | None,
    ) -> list[Imported]:
        """Reads and checks a file.

        Raises:
            FileRefused: Something in it is wrong.
        """
        return catalogue_import.read_export(content, Areas(OfficeDesk(dossiers), now), today, source, checked_on)


class PreparedProcedures:
    """A good file of procedures that has not counted yet."""

    def __init__(
        self, records: Sequence[Imported], sessions: SessionFactory, dossiers: DossierReader, now: datetime
    ) -> None:
        self._records = records
        self._sessions = sessions
        self._dossiers = dossiers
        self._now = now

    def summary(self) -> list[str]:
        """What changes against the last import, field by field."""
        with self._sessions() as session:
            lines = _told(catalogue_import.compare(session, self._records))
        known = {record.code for record in self._dossiers.read(all_procedures, time_limit_s=30.0)}
        foreign = [record.code for record in self._records if record.code not in known]
        if foreign:
            lines.append(f"{len(foreign)} mã chưa có trong danh mục, sẽ thêm vào: {', '.join(foreign[:5])}")
        return lines

    def apply(self) -> list[str]:
        """Lets it count, all of it or nothing."""
        with self._sessions.begin() as session:
            return _told(catalogue_import.apply(session, self._records, self._now))


def _told(compared: Comparison) -> list[str]:
    counts = {kind: compared.of_kind(kind) for kind in _TITLES}
    same = len(compared.records) - len(counts["new"]) - len(counts["changed"])
    lines = [
        f"{len(compared.records)} thủ tục: {len(counts['new'])} mới, {len(counts['changed'])} đổi, "
        f"{same} giữ nguyên; {len(counts['gone'])} thủ tục của lần nhập trước không còn."
    ]
    for kind, changes in counts.items():
        for change in changes[:MOST_LISTED]:
            lines += [f"  {_TITLES[kind]}: {change.code} {name_of(change)[:80]}", *_fields(change)]
        if len(changes) > MOST_LISTED:
            lines.append(f"  … và {len(changes) - MOST_LISTED} thủ tục {_TITLES[kind]} nữa")
    if counts["gone"]:
        lines.append("Thủ tục không còn trong tệp sẽ nói theo danh mục chung; muốn bỏ hẳn thì ghi “Hết hiệu lực”.")
    return lines


def _fields(change: Change) -> list[str]:
    return [f"      {line}" for line in field_changes(change)] if change.kind == "changed" else []
