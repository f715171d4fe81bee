"""Form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", as PDF and as the picture that Zalo takes.

Source of the form: docs/integration.md, "The receipt" (Thông tư 03/2025/TT-VPCP, Phụ lục I, mẫu số 01).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import pypdfium2
from PIL import Image as PilImage
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from onestop.clock import LOCAL
from onestop.receipts.fonts import BOLD, ITALIC, MEDIUM, REGULAR, register_fonts
from onestop.receipts.qr import qr_png
from onestop.storage.dossier_records import Agency, DossierDocument, DossierRecord, Procedure
from onestop.text.diacritics import nfc

MARGIN = 11 * mm
FRAME_PADDING = 6  # reportlab's, in points
QR_SIDE = 27 * mm
PICTURE_DPI = 150

_pdfium = threading.Lock()  # PDFium is not safe between threads

_RETURN_PLACES = {
    "counter": "Quầy trả kết quả của trung tâm",
    "postal": "Địa chỉ của người nộp, qua bưu chính công ích",
    "electronic": "Bản điện tử",
}
_UNIT_WORDS = ("xã", "phường", "tỉnh")
_BLANK = "…………………………"


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
        place=_place(centre),
        code=record.code,
        second_code=record.second_code or "",
        applicant_name=record.applicant_name,
        owner_name=record.owner_name or record.applicant_name,
        address=record.applicant_address or "",
        phone=_grouped_phone(record.applicant_phone),
        procedure_name=record.procedure_name,
        papers=papers,
        term_text=(procedure.duration_text if procedure else None) or "",
        received_at=record.received_at,
        due_at=record.original_due_at or record.due_at,
        return_place=_RETURN_PLACES.get(record.return_mode or "", _RETURN_PLACES["counter"]),
        fee_text=_fee(procedure),
        contact=centre.hotline or centre.phone or "1022",
    )


def receipt_pdf(receipt: Receipt) -> bytes:
    """Draws the receipt on A5, on more than one page where the list of papers is long."""
    register_fonts()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A5,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=9 * mm,
        bottomMargin=8 * mm,
        title=nfc(f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {receipt.code}"),
        lang="vi",
    )
    document.build(_content(receipt, document.width - 2 * FRAME_PADDING))
    return file.getvalue()


def receipt_png(receipt: Receipt, dpi: int = PICTURE_DPI) -> bytes:
    """Draws the receipt as one picture, its pages below each other."""
    pages = _rendered(receipt_pdf(receipt), dpi)
    picture = PilImage.new("L", (max(page.width for page in pages), sum(page.height for page in pages)), 255)
    top = 0
    for page in pages:
        picture.paste(page, (0, top))
        top += page.height
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _rendered(pdf: bytes, dpi: int) -> list[PilImage.Image]:
    with _pdfium:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
        finally:
            document.close()


def _content(receipt: Receipt, width: float) -> list[Flowable]:
    return [
        _head(receipt, width),
        Spacer(0, 3 * mm),
        _title(receipt, width),
        Spacer(0, 2 * mm),
        *_applicant(receipt),
        *_papers(receipt, width),
        *_terms(receipt),
        Spacer(0, 3 * mm),
        _signatures(receipt, width),
        Spacer(0, 2 * mm),
        *_small_print(receipt),
    ]


def _head(receipt: Receipt, width: float) -> Table:
    left = [
        _paragraph(receipt.centre_name.upper(), font=BOLD, size=7.4, centred=True),
        _rule(14 * mm),
        _paragraph(f"Mã hồ sơ: {receipt.code}", font=MEDIUM, size=7.4, centred=True),
    ]
    right = [
        _paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", font=BOLD, size=7.0, centred=True),
        _paragraph("Độc lập - Tự do - Hạnh phúc", font=BOLD, size=7.4, centred=True),
        _rule(26 * mm),
        _paragraph(f"{receipt.place}, {_date_words(receipt.received_at)}", font=ITALIC, size=7.4, centred=True),
    ]
    return _columns([left, right], [width * 0.44, width * 0.56])


def _title(receipt: Receipt, width: float) -> Table:
    words: list[Flowable] = [
        _paragraph("GIẤY TIẾP NHẬN HỒ SƠ", font=BOLD, size=12, centred=True),
        _paragraph("VÀ HẸN TRẢ KẾT QUẢ", font=BOLD, size=12, centred=True),
        Spacer(0, 1.2 * mm),
        _paragraph(f"Mã hồ sơ: <b>{_safe(receipt.code)}</b>", size=9.2, centred=True, marked_up=True),
    ]
    if receipt.second_code:
        words.append(
            _paragraph(f"Mã tra cứu: <b>{_safe(receipt.second_code)}</b>", size=9.2, centred=True, marked_up=True)
        )
    words.append(_paragraph("(Liên: Giao người nộp hồ sơ)", font=ITALIC, size=7.6, centred=True))
    code = Image(io.BytesIO(qr_png(receipt.code)), QR_SIDE, QR_SIDE)
    table = _columns([words, [code]], [width - QR_SIDE - 2 * mm, QR_SIDE + 2 * mm])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table


def _applicant(receipt: Receipt) -> list[Flowable]:
    lines = [("Tiếp nhận hồ sơ của", receipt.owner_name)]
    if receipt.applicant_name != receipt.owner_name:
        lines.append(("Người nộp", receipt.applicant_name))
    lines += [
        ("Địa chỉ", receipt.address),
        ("Số điện thoại", receipt.phone),
        ("Nội dung yêu cầu giải quyết", receipt.procedure_name),
    ]
    return [_line(label, text) for label, text in lines]


def _papers(receipt: Receipt, width: float) -> list[Flowable]:
    header = ["STT", "Tên giấy tờ, tài liệu", "Bản chính", "Bản sao"]
    rows: list[list[Any]] = [[_paragraph(text, font=MEDIUM, size=7.2, centred=True) for text in header]]
    for number, paper in enumerate(receipt.papers, start=1):
        counts = [str(count) if count else "" for count in (paper.originals, paper.copies)]
        rows.append(
            [
                _paragraph(str(number), size=7.6, centred=True),
                _paragraph(paper.name, size=7.6),
                *(_paragraph(text, size=7.6, centred=True) for text in counts),
            ]
        )
    narrow, number_width = 14 * mm, 11 * mm
    table = Table(rows, colWidths=[number_width, width - 2 * narrow - number_width, narrow, narrow], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, "#555555"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
            ]
        )
    )
    return [_paragraph("1. Thành phần hồ sơ nộp gồm:"), Spacer(0, 1 * mm), table, Spacer(0, 1 * mm)]


def _terms(receipt: Receipt) -> list[Flowable]:
    due = _moment_words(receipt.due_at) if receipt.due_at else _BLANK
    return [
        _line("2. Số lượng hồ sơ", "01 (bộ)"),
        _line("3. Thời gian giải quyết hồ sơ theo quy định là", receipt.term_text),
        _line("4. Thời gian nhận hồ sơ", _moment_words(receipt.received_at)),
        _paragraph(f"5. Thời gian trả kết quả giải quyết hồ sơ: <b>{_safe(due)}</b>", marked_up=True),
        _line("6. Đăng ký nhận kết quả tại", receipt.return_place),
        _line("7. Phí, lệ phí", receipt.fee_text),
    ]


def _signatures(receipt: Receipt, width: float) -> Table:
    columns = [
        [
            _paragraph(title, font=BOLD, size=8, centred=True),
            _paragraph("(Ký và ghi rõ họ tên)", font=ITALIC, size=7.2, centred=True),
            Spacer(0, 11 * mm),
            _paragraph(name, size=8, centred=True),
        ]
        for title, name in (("NGƯỜI NỘP HỒ SƠ", receipt.applicant_name), ("NGƯỜI TIẾP NHẬN HỒ SƠ", ""))
    ]
    return _columns(columns, [width / 2, width / 2])


def _small_print(receipt: Receipt) -> list[Flowable]:
    notes = (
        "Khi đến nhận kết quả, mang theo giấy này và giấy tờ tùy thân; người nhận thay mang theo giấy ủy quyền.",
        f"Tra cứu: quét mã QR hoặc nhắn mã hồ sơ cho Zalo của một cửa; hỏi thêm: {receipt.contact}.",
        "Bản gửi qua Zalo là bản để tiện theo dõi, không thay cho giấy có chữ ký.",
    )
    return [HRFlowable(width="100%", thickness=0.4, color="#999999", spaceAfter=2)] + [
        _paragraph(note, font=ITALIC, size=6.8) for note in notes
    ]


def _columns(cells: list[list[Flowable]], widths: list[float]) -> Table:
    table = Table([cells], colWidths=widths)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("ALIGN", (0, 0), (-1, -1), "CENTER"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _line(label: str, text: str) -> Paragraph:
    return _paragraph(f"{_safe(label)}: {_safe(text) if text else _BLANK}", marked_up=True)


def _paragraph(
    text: str, *, font: str = REGULAR, size: float = 8.2, centred: bool = False, marked_up: bool = False
) -> Paragraph:
    style = ParagraphStyle(
        name=f"{font}-{size}-{centred}",
        fontName=font,
        fontSize=size,
        leading=size * 1.42,
        **({"alignment": TA_CENTER} if centred else {}),
    )
    return Paragraph(nfc(text) if marked_up else _safe(text), style)


def _rule(width: float) -> HRFlowable:
    return HRFlowable(width=width, thickness=0.6, color="#222222", spaceBefore=1.5, spaceAfter=2)


def _safe(text: str) -> str:
    """The text in NFC (decomposed marks are drawn beside their letters) with markup signs escaped."""
    return escape(nfc(text))


def _place(centre: Agency) -> str:
    words = (centre.area or centre.name).split(",")[0].split(" ")
    return " ".join(words[1:] if words[0].lower() in _UNIT_WORDS else words)


def _grouped_phone(phone: str | None) -> str:
    if not phone:
        return ""
    local = phone.replace("+84", "0", 1)
    return f"{local[:4]} {local[4:7]} {local[7:]}" if len(local) == 10 else local


def _fee(procedure: Procedure | None) -> str:
    if procedure is None or procedure.fee_vnd is None:
        return "theo quy định"
    if procedure.fee_vnd == 0:
        return "miễn phí"
    return f"{procedure.fee_vnd:,} đồng".replace(",", ".")


def _moment_words(moment: datetime) -> str:
    local = moment.astimezone(LOCAL)
    return f"{local:%H} giờ {local:%M} phút, {_date_words(local)}"


def _date_words(moment: datetime) -> str:
    """A date as official papers write it: days and the months 1 and 2 with a leading zero."""
    day: date = moment.astimezone(LOCAL).date()
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
