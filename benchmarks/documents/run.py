"""Draws every document, warm, and reports milliseconds as PDF and as PNG.

    .venv/bin/python -m benchmarks.documents.run

Writes `benchmarks/documents/result.json`. The bar: 100 ms a document, drawing and picture together, as wall time on a
machine with nothing else to do. `load` is what else it had to do: above the number of cores only `png_cpu_ms` and
`ratio_to_work` say something (`work_ms` is a fixed piece of Python at the same moment, slowed alike).
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from onestop.clock import LOCAL
from onestop.receipts.documents import DOCUMENTS, Subject, document_pdf, document_png
from onestop.storage.dossier_records import Agency, DossierDocument, DossierEvent, DossierRecord, Procedure

RESULT = Path(__file__).with_name("result.json")
ROUNDS = 30
BAR_MS = 100.0
_CODE = "000.00.36.H39-261120-0061"


def main() -> int:
    """Measures, prints, writes the report; 1 where wall time (on a busy machine CPU time) misses the bar."""
    subject = _subject()
    rows = {document: _row(document, subject) for document in DOCUMENTS}
    work = _median_ms(_fixed_work)
    load = os.getloadavg()[0]
    report = {
        "bar_ms": BAR_MS,
        "rounds": ROUNDS,
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "work_ms": work,
        "documents": {name: {**row, "ratio_to_work": round(row["png_ms"] / work, 2)} for name, row in rows.items()},
    }
    RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))
    measure = "png_ms" if load <= (os.cpu_count() or 1) else "png_cpu_ms"
    return int(any(row[measure] > BAR_MS for row in rows.values()))


def _row(document: str, subject: Subject) -> dict[str, Any]:
    pdf, png = document_pdf(document, subject), document_png(document, subject)  # the first draws fonts in
    return {
        "pdf_ms": _median_ms(lambda: document_pdf(document, subject)),
        "png_ms": _median_ms(lambda: document_png(document, subject)),
        "png_cpu_ms": _median_ms(lambda: document_png(document, subject), time.process_time),
        "pdf_bytes": len(pdf),
        "png_bytes": len(png),
    }


def _median_ms(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = clock()
        work()
        taken.append((clock() - began) * 1000)
    return round(statistics.median(taken), 1)


def _fixed_work() -> int:
    return sum(number * number % 7 for number in range(200_000))


def _subject() -> Subject:
    received = datetime(2026, 11, 20, 9, 5, tzinfo=LOCAL)
    record = DossierRecord(
        code=_CODE,
        procedure_name="Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất do chuyển nhượng",
        centre_id="pvhcc-can-giuoc",
        state=5,
        channel="direct",
        submitted_at=received,
        received_at=received,
        due_at=datetime(2026, 12, 4, 17, tzinfo=LOCAL),
        original_due_at=datetime(2026, 11, 30, 17, tzinfo=LOCAL),
        applicant_name="Nguyễn Thị Quỳnh Như",
        owner_name="Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Nông sản Đồng Tháp Mười",
        applicant_phone="+84900012345",
        applicant_address="Số 123/45B, đường Nguyễn Thị Minh Khai, ấp Phước Thuận, xã Cần Giuộc, tỉnh Tây Ninh",
        deciding_agency="Văn phòng đăng ký đất đai tỉnh Tây Ninh – Chi nhánh khu vực Cần Giuộc",
        second_code="K7QX",
    )
    names = [f"Giấy tờ thứ {number} theo quy định của thủ tục, bản chính hoặc bản sao" for number in range(8)]
    data = {"items": names[:4], "note": "Thành phần hồ sơ chưa đầy đủ", "due_at": "2026-12-08T17:00:00+07:00"}
    return Subject(
        record,
        Agency(
            id="pvhcc-can-giuoc",
            name="Trung tâm Phục vụ hành chính công xã Cần Giuộc",
            kind="one_stop_centre",
            area="Xã Cần Giuộc, tỉnh Tây Ninh",
        ),
        DossierEvent(1, _CODE, "supplement_requested", 4, 5, datetime(2026, 11, 24, 10, tzinfo=LOCAL), data),
        [DossierDocument(_CODE, number, name, 1, 1, "submitted") for number, name in enumerate(names, 1)],
        Procedure(code="1", official_name="x", name="x", fee_vnd=15000, duration_text="20 ngày làm việc"),
    )


if __name__ == "__main__":
    raise SystemExit(main())
