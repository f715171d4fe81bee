"""A province's export of its own procedures: read, checked line by line, compared with the last one, put in its place.

What an import says counts over the dossier system's catalogue, field by field; the vendor's database stays untouched.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onestop.information import columns as cells
from onestop.information.areas import Areas
from onestop.information.columns import COMMON, CellError, Column
from onestop.information.csv_table import Problem, Row, read_table
from onestop.information.loading import FileRefused
from onestop.storage import Session, catalogue
from onestop.storage.catalogue import Change, Imported
from onestop.text import fold

ONLINE_LEVELS = {"toàn trình": "Toàn trình", "một phần": "Một phần", "không trực tuyến": "Không trực tuyến"}
_MODES = {"truc tiep": "trực tiếp", "truc tuyen": "trực tuyến", "buu chinh": "bưu chính công ích"}
_LEVELS = {"bo": "bộ", "trung uong": "bộ", "tinh": "tỉnh", "xa": "xã", "khac": "cơ quan khác"}
_CODE = re.compile(r"(?P<national>\d\.\d{6})(?:\.[\w.]+)?")
_TERM = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>ngay lam viec|ngay|gio lam viec|gio|thang|nam)\b", re.IGNORECASE
)
_TERM_UNITS = {
    "ngay lam viec": "working_days",
    "ngay": "days",
    "gio lam viec": "hours",
    "gio": "hours",
    "thang": "months",
    "nam": "years",
}
_MONEY = re.compile(r"\s*(?P<digits>\d{1,3}(?:[.,]\d{3})+|\d{4,})\s*(?:đồng|vnđ|vnd|đ)?\s*", re.IGNORECASE)
_FREE = ("mien phi", "khong", "khong thu", "khong thu phi", "khong co", "khong mat phi")


def procedure_code(cell: str, _areas: Areas) -> str:
    """The national code, also out of a province's longer one (`2.000815.000.00.00.H55`)."""
    match = _CODE.fullmatch(cell.strip())
    if match is None:
        raise CellError(f"“{cell}” không phải là mã thủ tục; ghi dạng 1.001193")
    return match["national"]


def levels(cell: str, _areas: Areas) -> str:
    """Where it is handled: "Cấp tỉnh; Cấp xã" → `tỉnh, xã`."""
    found = []
    for one in re.split(r"[;,|]", cell):
        word = fold(one).strip().removeprefix("cap ").removeprefix("co quan ")
        if word not in _LEVELS:
            raise CellError(f"“{one.strip()}” không phải là cấp thực hiện; ghi Cấp tỉnh, Cấp xã, Cấp bộ")
        found.append(_LEVELS[word])
    return ", ".join(dict.fromkeys(found))


def term(cell: str, _areas: Areas) -> dict[str, Any]:
    """How long it takes; a bare number is refused, because it may be days, working days or hours."""
    words = " ".join(cell.split())
    folded = fold(words)
    if re.fullmatch(r"[\d.,]+", words):
        raise CellError(f"“{cell}” thiếu đơn vị; ghi “{words} ngày làm việc”, “{words} ngày” hoặc “{words} giờ”")
    found = [(match["number"], _TERM_UNITS[match["unit"].lower()]) for match in _TERM.finditer(folded)]
    if len(set(found)) == 1 and found[0][0].isdigit():
        return {"text": words, "number": int(found[0][0]), "unit": found[0][1]}
    if not found and re.search(r"\btrong ngay\b", folded):
        return {"text": words, "number": 0, "unit": "same_day"}
    return {"text": words, "number": None, "unit": None}


def fee(cell: str, _areas: Areas) -> dict[str, Any]:
    """What it costs; a bare 0 is refused, because exports write it for "not known" as well."""
    words = " ".join(cell.split())
    if fold(words).rstrip(".") in _FREE:
        return {"text": None, "vnd": 0}
    if re.fullmatch(r"0+", words):
        raise CellError("“0” chưa rõ nghĩa; miễn phí thì ghi “Miễn phí”, chưa biết thì để trống")
    match = _MONEY.fullmatch(words)
    return {"text": None, "vnd": int(re.sub(r"\D", "", match["digits"]))} if match else {"text": words, "vnd": None}


def modes(cell: str, _areas: Areas) -> list[str]:
    """How it may be handed in."""
    found = []
    for one in re.split(r"[;,|]", cell):
        mode = next((name for key, name in _MODES.items() if key in fold(one)), None)
        if mode is None:
            raise CellError(f"“{one.strip()}” không phải là cách nộp; ghi trực tiếp, trực tuyến, bưu chính")
        found.append(mode)
    return list(dict.fromkeys(found))


def papers(cell: str, _areas: Areas) -> list[str]:
    """Several papers: a line each, or `;` between them."""
    return [" ".join(one.split()).lstrip("-+• ") for one in re.split(r"[;|\n]", cell) if one.strip(" -+•\t\r")]


def copies(cell: str, areas: Areas) -> int:
    """How many sets are to be handed in."""
    number = re.sub(r"\s*bộ\s*$", "", cell.strip(), flags=re.IGNORECASE)
    return cells.whole_number(number, areas)


COLUMNS: tuple[Column, ...] = (
    Column("code", "Mã thủ tục", procedure_code, True, "1.001193"),
    Column("official_name", "Tên thủ tục", cells.text, True, "Đăng ký khai sinh"),
    Column("aliases", "Tên thường gọi", cells.items, False, "làm khai sinh; giấy khai sanh"),
    Column("sector", "Lĩnh vực", cells.text, False, "Hộ tịch"),
    Column("level", "Cấp thực hiện", levels, False, "Cấp xã"),
    Column("agency", "Cơ quan giải quyết", cells.text, False, "UBND cấp xã"),
    Column("place", "Nơi nộp", cells.text, False, "Trung tâm Phục vụ hành chính công xã, phường"),
    Column("submit_modes", "Cách nộp", modes, False, "trực tiếp; trực tuyến; bưu chính"),
    Column("documents", "Thành phần hồ sơ", papers, False, "Tờ khai đăng ký khai sinh; Giấy chứng sinh"),
    Column("copies", "Số bộ", copies, False, "1"),
    Column("term", "Thời hạn giải quyết", term, False, "3 ngày làm việc"),
    Column("fee", "Lệ phí", fee, False, "8.000 đồng"),
    Column("online_level", "Mức độ trực tuyến", cells.choice(ONLINE_LEVELS), False, "Toàn trình"),
    Column("submit_url", "Liên kết nộp trực tuyến", cells.web_address, False, "https://dichvucong.gov.vn/…"),
    Column("form_name", "Tên mẫu đơn", cells.text, False, "Tờ khai đăng ký khai sinh"),
    Column("form_url", "Liên kết mẫu đơn", cells.web_address, False, "https://…/to-khai.docx"),
    Column("result", "Kết quả", cells.text, False, "Giấy khai sinh"),
    Column("legal_basis", "Căn cứ pháp lý", papers, False, "Luật Hộ tịch 60/2014/QH13"),
    Column("is_ended", "Hiệu lực", cells.choice({"còn": "Còn hiệu lực", "hết": "Hết hiệu lực"}), False, "còn"),
    *COMMON,
)
_TITLES = {column.name: column.title for column in COLUMNS}


@dataclass(frozen=True)
class Comparison:
    """A good file beside the last import: what becomes of each procedure."""

    records: tuple[Imported, ...]
    changes: tuple[Change, ...]

    def of_kind(self, kind: str) -> tuple[Change, ...]:
        """The changes of one kind: new, changed or gone."""
        return tuple(change for change in self.changes if change.kind == kind)


def read_export(
    content: bytes, areas: Areas, today: date, source: str | None = None, checked_on: date | None = None
) -> list[Imported]:
    """Reads and checks a whole export, CSV or JSON lines with the same titles.

    Args:
        source: For lines that name none.
        checked_on: For lines that name no day.

    Raises:
        FileRefused: Something is wrong; all of it is told at once.
    """
    is_lines = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    table = read_table(_as_csv(content) if is_lines else content, COLUMNS, areas)
    problems = list(table.problems)
    records: dict[str, tuple[int, Imported]] = {}
    for row in table.rows:
        wrong = _contradiction(row) or _missing(row, source, checked_on)
        record = None if wrong else _record(row, source, checked_on)
        if wrong or record is None:
            problems.append(Problem(row.line, str(wrong)))
        elif record.checked_on > today:
            problems.append(Problem(row.line, f"ngày kiểm tra {record.checked_on:%d/%m/%Y} còn ở tương lai"))
        elif record.code in records:
            problems.append(Problem(row.line, f"mã {record.code} trùng với dòng {records[record.code][0]}"))
        else:
            records[record.code] = (row.line, record)
    if problems:
        shift = 1 if is_lines else 0  # the header of the made CSV is no line of the file
        told = [Problem(max(one.line - shift, 0), one.text) for one in problems]
        raise FileRefused(sorted(told, key=lambda problem: problem.line))
    return [record for _line, record in records.values()]


def compare(session: Session, records: Sequence[Imported]) -> Comparison:
    """What the file would change against the last import, without changing it."""
    before = catalogue.all_imported(session)
    changes = []
    for record in records:
        old = before.get(record.code)
        if old is None:
            changes.append(Change(record.code, "new", None, record.values))
        elif dict(old.values) != dict(record.values):
            changes.append(Change(record.code, "changed", old.values, record.values))
    kept = {record.code for record in records}
    changes += [Change(code, "gone", old.values, None) for code, old in before.items() if code not in kept]
    return Comparison(tuple(records), tuple(changes))


def apply(session: Session, records: Sequence[Imported], now: datetime) -> Comparison:
    """Puts the file in the place of the last import; all of it or nothing, in the caller's transaction."""
    catalogue.lock_imports(session)
    compared = compare(session, records)
    catalogue.write_import(session, compared.records, compared.changes, now)
    return compared


def field_changes(change: Change) -> list[str]:
    """What a change does to each field, as people read it: `Lệ phí: 5.000 đồng → 8.000 đồng`."""
    before, after = change.before or {}, change.after or {}
    names = [name for name in _TITLES if before.get(name) != after.get(name)]
    return [f"{_TITLES[name]}: {_shown(name, before.get(name))} → {_shown(name, after.get(name))}" for name in names]


def name_of(change: Change) -> str:
    """The procedure's name, of today or of before it went."""
    return str((change.after or change.before or {}).get("official_name", ""))


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "(trống)"
    if name == "term":
        return str(value["text"])
    if name == "fee":
        return value["text"] or ("Miễn phí" if value["vnd"] == 0 else f"{value['vnd']:,} đồng".replace(",", "."))
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _contradiction(row: Row) -> str | None:
    values = row.values
    if values.get("submit_url") and values.get("online_level") == "không trực tuyến":
        return "có “Liên kết nộp trực tuyến” mà “Mức độ trực tuyến” ghi Không trực tuyến"
    if values.get("form_url") and not values.get("form_name"):
        return "có “Liên kết mẫu đơn” mà thiếu “Tên mẫu đơn”"
    return None


def _missing(row: Row, source: str | None, checked_on: date | None) -> str | None:
    if not row.values.get("source") and not source:
        return 'thiếu “Nguồn”; ghi ở cột này hoặc thêm --source "…"'
    if not row.values.get("checked_on") and checked_on is None:
        return "thiếu “Ngày kiểm tra”; ghi ở cột này hoặc thêm --checked 20/11/2026"
    return None


def _record(row: Row, source: str | None, checked_on: date | None) -> Imported:
    values = dict(row.values)
    said_by = str(values.pop("source", None) or source)
    day = values.pop("checked_on", None)
    code = str(values.pop("code"))
    return Imported(code, values, said_by[:300], date.fromisoformat(day) if day else checked_on or date.min)


def _as_csv(content: bytes) -> bytes:
    """JSON lines as the CSV that they stand for: a key is a column's title, a list is parted by `;`."""
    objects, problems = [], []
    for number, line in enumerate(content.decode("utf-8-sig", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            problems.append(Problem(number, "không phải là một đối tượng JSON trên một dòng"))
        else:
            objects.append({str(key): _cell(value) for key, value in found.items()})
    if problems:
        raise FileRefused(problems)
    titles = list(dict.fromkeys(title for one in objects for title in one))
    written = io.StringIO()
    writer = csv.DictWriter(written, titles, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(objects)
    return written.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value).replace("\n", "; ")
