"""Reads an imported file: its encoding, its separator, its columns, each cell; says what is wrong, line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from onestop.information.areas import Areas
from onestop.information.columns import CellError, Column
from onestop.text import fold, nfc

_SEPARATORS = (";", ",", "\t")
_BIGGEST_CELL = 20_000


@dataclass(frozen=True)
class Problem:
    """What is wrong: `line` counts the file's lines from 1 (its header); 0 is the file as a whole."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"dòng {self.line}: {self.text}" if self.line else self.text


@dataclass(frozen=True)
class Row:
    """A line that was read: the values by the columns' names; empty cells are left out."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A file that was read. Its rows count only where there is no problem."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def template(columns: Sequence[Column]) -> str:
    """An empty file with the right header."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow([column.title for column in columns])
    return written.getvalue()


def read_table(content: bytes, columns: Sequence[Column], areas: Areas) -> Table:
    """Reads a CSV file: UTF-8 with or without BOM, comma, semicolon or tab between the cells.

    Args:
        content: The file.
        columns: What the header may and must name; the order in the file does not matter.
        areas: The communes of today.
    """
    try:
        words = nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _refused("tệp không ở bảng mã UTF-8; trong Excel chọn Lưu thành “CSV UTF-8 (phân cách bằng dấu phẩy)”")
    if not words.strip():
        return _refused("tệp trống")
    if "\x00" in words:
        return _refused("tệp không phải là tệp chữ CSV")
    lines = _numbered(words)
    (header_line, header), *rest = lines
    found, problems = _columns_of(header, columns, header_line)
    if problems:
        return Table((), tuple(problems))
    rows = []
    for line, cells in rest:
        row, wrong = _row(line, cells, found, areas)
        problems += wrong
        if row is not None:
            rows.append(row)
    if not rows and not problems:
        problems.append(Problem(0, "tệp chỉ có dòng tiêu đề, chưa có dòng dữ liệu nào"))
    return Table(tuple(rows), tuple(problems))


def _refused(why: str) -> Table:
    return Table((), (Problem(0, why),))


def _numbered(words: str) -> list[tuple[int, list[str]]]:
    """The lines that hold anything, each with the number of its first line in the file."""
    csv.field_size_limit(_BIGGEST_CELL * 10)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=_separator(words))
    lines: list[tuple[int, list[str]]] = []
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            lines.append((begins, cells))
        begins = reader.line_num + 1
    return lines


def _separator(words: str) -> str:
    header = re.sub(r'"[^"]*"', "", words.strip("\r\n").split("\n", 1)[0])
    return max(_SEPARATORS, key=header.count)


def _columns_of(
    header: Sequence[str], columns: Sequence[Column], line: int
) -> tuple[list[Column | None], list[Problem]]:
    known = {_plain(column.title): column for column in columns}
    found: list[Column | None] = []
    problems = []
    for title in header:
        column = known.get(_plain(title))
        if column is None and title.strip():
            problems.append(Problem(line, f"không có cột “{title.strip()}”; các cột đúng: {_titles(columns)}"))
        elif column is not None and column in found:
            problems.append(Problem(line, f"cột “{column.title}” có hai lần"))
        found.append(column)
    missing = [column for column in columns if column.is_required and column not in found]
    if missing:
        problems.append(Problem(line, f"thiếu cột {', '.join(f'“{column.title}”' for column in missing)}"))
    return found, problems


def _row(
    line: int, cells: Sequence[str], columns: Sequence[Column | None], areas: Areas
) -> tuple[Row | None, list[Problem]]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        why = f"có {len(cells)} ô mà tiêu đề có {len(columns)} cột; ô có dấu phân cách phải đặt trong ngoặc kép"
        return None, [Problem(line, why)]
    values: dict[str, Any] = {}
    problems = []
    for number, column in enumerate(columns):
        cell = cells[number].strip() if number < len(cells) else ""
        if column is None:
            if cell:
                problems.append(Problem(line, f"ô “{cell[:30]}” đứng ở cột không có tiêu đề"))
            continue
        if not cell:
            if column.is_required:
                problems.append(Problem(line, f"thiếu “{column.title}”"))
            continue
        try:
            if len(cell) > _BIGGEST_CELL:
                raise CellError("ô dài quá")
            values[column.name] = column.read(cell, areas)
        except CellError as error:
            problems.append(Problem(line, f"cột “{column.title}”: {error}"))
    return (None if problems else Row(line, values)), problems


def _titles(columns: Sequence[Column]) -> str:
    return ", ".join(column.title for column in columns)


def _plain(title: str) -> str:
    return "".join(character for character in fold(title) if character.isalnum())
