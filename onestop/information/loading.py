"""An import: a whole file takes the place of what was there, or nothing changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from onestop.information import csv_table, subscriptions
from onestop.information.areas import Areas
from onestop.information.book import Record
from onestop.information.csv_table import Problem, Row
from onestop.information.provider import Index, Provider
from onestop.storage import Session
from onestop.storage import information as rows
from onestop.storage.information_tables import InformationRecord


class FileRefused(Exception):
    """A file with at least one bad line; nothing of it counts."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Line:
    """A line of a good file with what it will be found by, where it comes from and when it was checked."""

    index: Index
    values: Mapping[str, Any]
    source: str
    checked_on: date


@dataclass(frozen=True)
class Changes:
    """What a file changes: keys by what becomes of them.

    Attributes:
        confirmed: How many lines stay as they are, at most with another source or a later day of checking.
        data: What stands, or stood, under each key.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    confirmed: int
    data: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many lines the file has."""
        return len(self.added) + len(self.changed) + self.confirmed


def read_lines(
    provider: Provider,
    content: bytes,
    areas: Areas,
    today: date,
    source: str | None = None,
    checked_on: date | None = None,
) -> list[Line]:
    """Reads and checks a whole file.

    Args:
        source: For lines that name none.
        checked_on: For lines that name no day.

    Raises:
        FileRefused: Something is wrong; all of it is told at once.
    """
    table = csv_table.read_table(content, provider.columns, areas)
    problems = list(table.problems)
    lines: dict[str, tuple[int, Line]] = {}
    for row in table.rows:
        wrong = provider.contradiction(row.values)
        line = None if wrong else _line(provider, row, source, checked_on)
        if wrong or line is None:
            problems.append(Problem(row.line, wrong or _missing(row, source)))
        elif line.checked_on > today:
            problems.append(Problem(row.line, f"ngày kiểm tra {line.checked_on:%d/%m/%Y} còn ở tương lai"))
        elif line.index.key in lines:
            problems.append(Problem(row.line, f"trùng với dòng {lines[line.index.key][0]}"))
        else:
            lines[line.index.key] = (row.line, line)
    if problems:
        raise FileRefused(sorted(problems, key=lambda problem: problem.line))
    return [line for _number, line in lines.values()]


def changes_of(session: Session, provider: Provider, lines: Sequence[Line]) -> Changes:
    """What the file would change, without changing it."""
    before = {row.key: row for row in rows.all_records(session, provider.kind)}
    added = tuple(line.index.key for line in lines if line.index.key not in before)
    changed = tuple(line.index.key for line in lines if _is_changed(before.get(line.index.key), line))
    kept = {line.index.key for line in lines}
    removed = tuple(key for key in before if key not in kept)
    data = {key: dict(row.data) for key, row in before.items()} | {line.index.key: line.values for line in lines}
    return Changes(added, changed, removed, len(lines) - len(added) - len(changed), data)


def replace_records(
    session: Session, provider: Provider, lines: Sequence[Line], areas: Areas, now: datetime
) -> Changes:
    """Puts the file in the place of what was there, and queues what subscribers are told of new lines.

    One transaction, the caller's: all of it counts or none. A second import of the same file changes nothing.
    """
    before = {row.key: row for row in rows.all_records(session, provider.kind)}
    changes = changes_of(session, provider, lines)
    by_key = {line.index.key: line for line in lines}
    rows.write_changes(
        session,
        provider.kind,
        changed={row.id: _columns(by_key[key]) for key, row in before.items() if key in by_key},
        added=[_columns(by_key[key]) for key in changes.added],
        removed=[before[key].id for key in changes.removed],
    )
    rows.note_load(
        session,
        provider.kind,
        now,
        rows=changes.rows,
        added=len(changes.added),
        changed=len(changes.changed),
        removed=len(changes.removed),
    )
    if provider.followed_as:
        new = [_record(by_key[key]) for key in changes.added if provider.can_still_be_news(by_key[key].index, now)]
        subscriptions.announce(session, provider, new, areas, now)
    return changes


def _line(provider: Provider, row: Row, source: str | None, checked_on: date | None) -> Line | None:
    values = dict(row.values)
    said_by = values.pop("source", None) or source
    checked = values.pop("checked_on", None)
    day = date.fromisoformat(checked) if checked else checked_on
    if not said_by or day is None:
        return None
    return Line(provider.index(values), values, str(said_by)[:300], day)


def _missing(row: Row, source: str | None) -> str:
    if not row.values.get("source") and not source:
        return 'thiếu “Nguồn”; ghi ở cột này hoặc thêm --source "…"'
    return "thiếu “Ngày kiểm tra”; ghi ở cột này hoặc thêm --checked 20/11/2026"


def _is_changed(row: InformationRecord | None, line: Line) -> bool:
    return row is not None and dict(row.data) != dict(line.values)


def _columns(line: Line) -> dict[str, Any]:
    index = line.index
    return {
        "key": index.key,
        "name": index.name,
        "area": index.area,
        "starts_at": index.starts_at,
        "ends_at": index.ends_at,
        "visible_from": index.visible_from,
        "latitude": index.latitude,
        "longitude": index.longitude,
        "data": dict(line.values),
        "source": line.source,
        "checked_on": line.checked_on,
    }


def _record(line: Line) -> Record:
    return Record(**_columns(line))
