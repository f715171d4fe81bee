"""Form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả": what stands on it. Where, says `layouts/receipt.json`.

Source of the form: docs/notifications.md, "Documents" (Thông tư 03/2025/TT-VPCP, Phụ lục I, mẫu số 01).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onestop.clock import LOCAL
from onestop.receipts.drawing import PICTURE_DPI, draw_pdf, png_of
from onestop.receipts.layouts import layout_for
from onestop.receipts.wording import date_words, fee_words, grouped_phone, moment_words, place_of, return_place
from onestop.storage.dossier_records import Agency, DossierDocument, DossierRecord, Procedure


@dataclass(frozen=True)
class ReceiptPaper:
    """A line of the list of papers handed in."""

    name: str
    originals: int
    copies: int


@dataclass(frozen=True)
class Receipt:
    """What stands on the receipt; empty texts leave a dotted line to fill in.

    Attributes:
        centre_name: Which centre took the dossier.
        place: Where it was signed, without "xã" or "phường".
        second_code: Printed beside the code; proves that one holds the paper.
        term_text: The procedure's time limit in words.
        received_at: Aware.
        due_at: Aware; None where nothing was promised.
    """

    centre_name: str
    place: str
    code: str
    second_code: str
    applicant_name: str
    owner_name: str
    address: str
    phone: str
    procedure_name: str
    papers: tuple[ReceiptPaper, ...]
    term_text: str
    received_at: datetime
    due_at: datetime | None
    return_place: str
    fee_text: str
    contact: str


def receipt_of(
    record: DossierRecord,
    documents: Sequence[DossierDocument],
    centre: Agency,
    procedure: Procedure | None,
) -> Receipt:
    """Gathers what the receipt of an accepted dossier says.

    Raises:
        ValueError: The dossier has not been accepted.
    """
    if record.received_at is None:
        raise ValueError("a dossier that was not accepted has no receipt")
    papers = tuple(
        ReceiptPaper(paper.name, paper.originals, paper.copies) for paper in documents if paper.state == "submitted"
    )
    return Receipt(
        centre_name=centre.name,
        place=place_of(centre),
        code=record.code,
        second_code=record.second_code or "",
        applicant_name=record.applicant_name,
        owner_name=record.owner_name or record.applicant_name,
        address=record.applicant_address or "",
        phone=grouped_phone(record.applicant_phone),
        procedure_name=record.procedure_name,
        papers=papers,
        term_text=(procedure.duration_text if procedure else None) or "",
        received_at=record.received_at,
        due_at=record.original_due_at or record.due_at,
        return_place=return_place(record.return_mode),
        fee_text=fee_words(procedure),
        contact=centre.hotline or centre.phone or "1022",
    )


def receipt_pdf(receipt: Receipt) -> bytes:
    """Draws the receipt on A5, on more than one page where the list of papers is long."""
    layout, form = layout_for("receipt", receipt.received_at.astimezone(LOCAL).date())
    return draw_pdf(layout, form, receipt_values(receipt))


def receipt_png(receipt: Receipt, dpi: int = PICTURE_DPI) -> bytes:
    """Draws the receipt as one picture, its pages below each other."""
    return png_of(receipt_pdf(receipt), dpi)


def receipt_values(receipt: Receipt) -> dict[str, Any]:
    """The receipt as the layout's fields."""
    return {
        "issuer_capitals": receipt.centre_name.upper(),
        "place": receipt.place,
        "issued_on": date_words(receipt.received_at),
        "code": receipt.code,
        "second_code": receipt.second_code,
        "owner_name": receipt.owner_name,
        "applicant_name": receipt.applicant_name,
        "other_applicant": receipt.applicant_name if receipt.applicant_name != receipt.owner_name else "",
        "address": receipt.address,
        "phone": receipt.phone,
        "procedure_name": receipt.procedure_name,
        "papers": [
            {"number": number, "name": paper.name, "originals": paper.originals, "copies": paper.copies}
            for number, paper in enumerate(receipt.papers, start=1)
        ],
        "term": receipt.term_text,
        "received_at": moment_words(receipt.received_at),
        "due_at": moment_words(receipt.due_at) if receipt.due_at else "",
        "return_place": receipt.return_place,
        "fee": receipt.fee_text,
        "contact": receipt.contact,
    }
