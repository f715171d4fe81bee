"""Draws a blank form on A4: labels with dotted lines to write on, boxes to tick, tables to fill.

Kinds of blocks: `line` (a label and a dotted line; `lines`: how many), `pair` (labels beside each other), `heading`,
`text`, `ticks` (boxes, after an optional `label`), `table` (`columns`, `rows`), `signatures`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from onestop.paper_forms.forms import PaperForm
from onestop.receipts.fonts import BOLD, ITALIC, REGULAR, register_fonts
from onestop.text.diacritics import nfc

DRAWING_VERSION = 1
"""Raise it when a form looks different from the same data."""
MARGIN = 18 * mm
SIZE = 10.5
LINE_HEIGHT = 7.4 * mm
INK = "#1A1A1A"
SMALL_PRINT = (
    "Bản trắng để điền, trợ lý của trung tâm soạn lại theo các mục của mẫu công bố ({origin}). "
    "Mẫu chính thức ở trang của thủ tục trên Cổng Dịch vụ công quốc gia; khác nhau thì theo mẫu chính thức."
)


def draw_form(form: PaperForm) -> bytes:
    """Draws a form as PDF."""
    register_fonts()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=14 * mm,
        bottomMargin=18 * mm,
        title=nfc(form.title),
        author="Trung tâm Phục vụ hành chính công",
        lang="vi",
    )
    document.build(_content(form), onFirstPage=_foot(form), onLaterPages=_foot(form))
    return file.getvalue()


class DottedLine(Flowable):
    """A label, and dots from its end to the right edge; a long label wraps, its last line is followed by dots.

    Args:
        label: Words in front of the dots; "" for a whole line of dots.
        width: Share of the frame's width that it takes.
    """

    def __init__(self, label: str, width: float = 1.0) -> None:
        super().__init__()
        self._label = nfc(label)
        self._share = width
        self._lines: list[str] = []

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """Breaks the label where it leaves too little room to write."""
        self.width = available_width * self._share
        self._lines = _broken(self._label, self.width)
        self.height = LINE_HEIGHT * len(self._lines)
        return self.width, self.height

    def draw(self) -> None:
        """Draws label and dots."""
        canvas = self.canv
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, SIZE)
        for number, line in enumerate(self._lines):
            base = self.height - LINE_HEIGHT * (number + 1) + 2.2 * mm
            canvas.drawString(0, base, line)
            if number == len(self._lines) - 1:
                start = stringWidth(line, REGULAR, SIZE) + (1.5 * mm if line else 0)
                canvas.setStrokeColor("#666666")
                canvas.setLineWidth(0.7)
                canvas.setDash(0.7, 2.0)
                canvas.line(start, base - 0.6, self.width - 1 * mm, base - 0.6)
                canvas.setDash()


class TickBoxes(Flowable):
    """Boxes to tick, each with its words, in one or more lines."""

    def __init__(self, label: str, choices: Sequence[str]) -> None:
        super().__init__()
        self._label = nfc(label)
        self._choices = [nfc(choice) for choice in choices]
        self._places: list[tuple[float, int, str]] = []

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """Puts the boxes side by side as far as they fit."""
        self.width = available_width
        left, row = (stringWidth(self._label, REGULAR, SIZE) + 4 * mm if self._label else 0.0), 0
        self._places = []
        for choice in self._choices:
            needed = 6 * mm + stringWidth(choice, REGULAR, SIZE) + 6 * mm
            if left + needed > available_width and left > 0:
                left, row = 0.0, row + 1
            self._places.append((left, row, choice))
            left += needed
        self.height = LINE_HEIGHT * (row + 1)
        return self.width, self.height

    def draw(self) -> None:
        """Draws them."""
        canvas = self.canv
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, SIZE)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.7)
        if self._label:
            canvas.drawString(0, self.height - LINE_HEIGHT + 2.2 * mm, self._label)
        for left, row, choice in self._places:
            base = self.height - LINE_HEIGHT * (row + 1) + 2.2 * mm
            canvas.rect(left, base - 0.6 * mm, 3.8 * mm, 3.8 * mm)
            canvas.drawString(left + 5.4 * mm, base, choice)


def _content(form: PaperForm) -> list[Flowable]:
    content: list[Flowable] = []
    if form.number:
        content.append(_paragraph(form.number, ITALIC, 9.5, alignment=2))
    content += [
        _paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD, 11.5, TA_CENTER),
        _paragraph("Độc lập - Tự do - Hạnh phúc", BOLD, 11, TA_CENTER),
        _Rule(44 * mm),
        Spacer(0, 4 * mm),
        _paragraph(form.title.upper(), BOLD, 14, TA_CENTER),
        Spacer(0, 2 * mm),
    ]
    if form.addressee is not None:
        content += [DottedLine(f"Kính gửi: {form.addressee}".rstrip()), Spacer(0, 1 * mm)]
    for block in form.blocks:
        content += _BLOCKS[next(kind for kind in _BLOCKS if kind in block)](block)
    return content


def _line(block: Mapping[str, Any]) -> list[Flowable]:
    empty = [DottedLine("") for _ in range(int(block.get("lines", 1)) - 1)]
    return [DottedLine(block["line"]), *empty]


def _pair(block: Mapping[str, Any]) -> list[Flowable]:
    labels = block["pair"]
    shares = block.get("shares") or [1 / len(labels)] * len(labels)
    table = Table([[DottedLine(label) for label in labels]], [f"{share * 100:.1f}%" for share in shares])
    table.setStyle(_BARE)
    return [table]


def _heading(block: Mapping[str, Any]) -> list[Flowable]:
    return [Spacer(0, 1.5 * mm), _paragraph(block["heading"], BOLD, SIZE), Spacer(0, 0.5 * mm)]


def _text(block: Mapping[str, Any]) -> list[Flowable]:
    style = ITALIC if block.get("is_note") else REGULAR
    return [Spacer(0, 1 * mm), _paragraph(block["text"], style, 9.5 if block.get("is_note") else SIZE, TA_JUSTIFY)]


def _ticks(block: Mapping[str, Any]) -> list[Flowable]:
    return [TickBoxes(block.get("label", ""), block["ticks"])]


def _table(block: Mapping[str, Any]) -> list[Flowable]:
    columns = block["table"]
    shares = block.get("shares") or [1 / len(columns)] * len(columns)
    header = [_paragraph(title, BOLD, 9, TA_CENTER) for title in columns]
    rows = [["" for _ in columns] for _ in range(int(block["rows"]))]
    heights = [None, *[8 * mm] * len(rows)]
    table = Table([header, *rows], [f"{share * 100:.1f}%" for share in shares], heights, repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.6, INK), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return [Spacer(0, 1.5 * mm), table, Spacer(0, 1.5 * mm)]


def _signatures(block: Mapping[str, Any]) -> list[Flowable]:
    signers = block["signatures"]
    place = _paragraph("…………………, ngày …… tháng …… năm ……………", ITALIC, SIZE, alignment=2)
    cells = [
        [_paragraph(one, BOLD, SIZE, TA_CENTER), _paragraph("(Ký, ghi rõ họ tên)", ITALIC, 9, TA_CENTER)] if one else ""
        for one in signers
    ]
    table = Table([cells, [Spacer(0, 22 * mm) for _ in signers]], [f"{100 / len(signers):.1f}%"] * len(signers))
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return [KeepTogether([Spacer(0, 3 * mm), place, Spacer(0, 1 * mm), table])]


class _Rule(Flowable):
    """A short line in the middle."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self._length = length

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, 2 * mm
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setLineWidth(0.8)
        start = (self.width - self._length) / 2
        self.canv.line(start, mm, start + self._length, mm)


_BARE = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
)
_BLOCKS: dict[str, Callable[[Mapping[str, Any]], list[Flowable]]] = {
    "line": _line,
    "pair": _pair,
    "heading": _heading,
    "text": _text,
    "ticks": _ticks,
    "table": _table,
    "signatures": _signatures,
}


def _paragraph(text: str, font: str, size: float, alignment: int = 0) -> Paragraph:
    style = ParagraphStyle(f"{font}{size}{alignment}", fontName=font, fontSize=size, leading=size * 1.4, textColor=INK)
    style.alignment = alignment
    return Paragraph(escape(nfc(text)), style)


def _broken(label: str, width: float) -> list[str]:
    """A label in lines, so that the last one leaves a quarter of the width, or 20 mm, to write on."""
    room = max(width * 0.25, 20 * mm)
    words, lines = label.split(" "), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, REGULAR, SIZE) > width - 2 * mm and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    if stringWidth(lines[-1], REGULAR, SIZE) > width - room:
        lines.append("")
    return lines


def _foot(form: PaperForm) -> Callable[[Any, Any], None]:
    note = Paragraph(
        escape(nfc(SMALL_PRINT.format(origin=form.origin))),
        ParagraphStyle("foot", fontName=ITALIC, fontSize=7.5, leading=9.5, textColor="#444444"),
    )

    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        width = A4[0] - 2 * MARGIN - 18 * mm
        _, height = note.wrap(width, 20 * mm)
        note.drawOn(canvas, MARGIN, 14 * mm - height)
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(A4[0] - MARGIN, 6 * mm, f"Trang {document.page}")
        canvas.restoreState()

    return draw
