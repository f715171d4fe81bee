"""Draws a document from its layout and values: one engine for all, A5, as PDF and as the picture that Zalo takes."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import pypdfium2
from PIL import Image as PilImage
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from onestop.receipts.fonts import BOLD, ITALIC, MEDIUM, REGULAR, register_fonts
from onestop.receipts.layouts import Form, Layout, common
from onestop.receipts.qr import qr_png
from onestop.text.diacritics import nfc

MARGIN = 11 * mm
FRAME_PADDING = 6  # reportlab's, in points
PICTURE_DPI = 150
BLANK = "…………………………"

Values = Mapping[str, Any]
"""A text, a list of texts, or a list of rows (a text by column) for each field of a layout."""

_STYLES = {"bold": BOLD, "italic": ITALIC, "medium": MEDIUM}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_pdfium = threading.Lock()  # PDFium is not safe between threads


def draw_pdf(layout: Layout, form: Form, values: Values) -> bytes:
    """Draws a document on A5, on more than one page where a list is long.

    Args:
        layout: What stands where.
        form: Which form it is; named in the small print.
        values: By field; a missing or empty one leaves a dotted line, or no line where the layout says optional.
    """
    register_fonts()
    shown = {**values, "document_number": layout.document_number, "form_note": form.note}
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A5,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=9 * mm,
        bottomMargin=8 * mm,
        title=nfc(f"{layout.official_name} {values.get('code', '')}"),
        lang="vi",
    )
    document.build(_content(layout, shown, document.width - 2 * FRAME_PADDING))
    return file.getvalue()


def png_of(pdf: bytes, dpi: int = PICTURE_DPI) -> bytes:
    """A PDF as one grey picture, its pages below each other."""
    pages = _rendered(pdf, dpi)
    picture = PilImage.new("L", (max(page.width for page in pages), sum(page.height for page in pages)), 255)
    top = 0
    for page in pages:
        picture.paste(page, (0, top))
        top += page.height
    file = io.BytesIO()
    picture.save(file, format="PNG", compress_level=3)  # `optimize` saves 12 % of the bytes for ten times the time
    return file.getvalue()


def _rendered(pdf: bytes, dpi: int) -> list[PilImage.Image]:
    with _pdfium:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
        finally:
            document.close()


def _content(layout: Layout, values: Values, width: float) -> list[Flowable]:
    content: list[Flowable] = [_head(values, width), Spacer(0, 3 * mm), _title(layout, values, width)]
    content.append(Spacer(0, 2 * mm))
    for block in layout.blocks:
        content += _block(block, values, width)
    return [*content, Spacer(0, 2 * mm), *_small_print(layout, values)]


def _block(block: Mapping[str, Any], values: Values, width: float) -> list[Flowable]:
    kind = next(name for name in _BLOCKS if name in block)
    return _BLOCKS[kind](block, values, width)


def _head(values: Values, width: float) -> Table:
    head = common()["head"]
    left = head["left_share"]
    cells = [[part for line in head[side] for part in _head_line(line, values)] for side in ("left", "right")]
    return _columns(cells, [width * left, width * (1 - left)])


def _head_line(line: Mapping[str, Any], values: Values) -> list[Flowable]:
    if "rule_mm" in line:
        return [HRFlowable(width=line["rule_mm"] * mm, thickness=0.6, color="#222222", spaceBefore=1.5, spaceAfter=2)]
    text = _filled(line["text"], values)
    if not text:
        return []
    return [_paragraph(text, line.get("style", ""), line["size"], is_centred=True)]


def _title(layout: Layout, values: Values, width: float) -> Table:
    words: list[Flowable] = [_paragraph(_safe(line), "bold", "title", is_centred=True) for line in layout.title]
    words.append(Spacer(0, 1.2 * mm))
    words.append(_paragraph(f"Mã hồ sơ: <b>{_safe(values['code'])}</b>", "", "code", is_centred=True))
    if layout.shows_second_code and values.get("second_code"):
        words.append(_paragraph(f"Mã tra cứu: <b>{_safe(values['second_code'])}</b>", "", "code", is_centred=True))
    if layout.under_title:
        words.append(_paragraph(_safe(layout.under_title), "italic", "under_title", is_centred=True))
    side = common()["qr_mm"] * mm
    table = _columns(
        [words, [Image(io.BytesIO(qr_png(values["code"])), side, side)]], [width - side - 2 * mm, side + 2 * mm]
    )
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table


def _line(block: Mapping[str, Any], values: Values, _width: float) -> list[Flowable]:
    text = block.get("value") or values.get(block.get("field", "")) or ""
    if not text and block.get("optional"):
        return []
    shown = _safe(str(text)) if text else BLANK
    if block.get("is_important"):
        shown = f"<b>{shown}</b>"
    return [_paragraph(f"{_safe(block['line'])}: {shown}")]


def _text(block: Mapping[str, Any], values: Values, _width: float) -> list[Flowable]:
    return [_paragraph(_filled(block["text"], values), "medium" if block.get("is_important") else "")]


def _list(block: Mapping[str, Any], values: Values, _width: float) -> list[Flowable]:
    items = values.get(block["list"]) or ()
    style = _paragraph_style(REGULAR, common()["sizes"]["body"], False, 8 * mm)
    lines: list[Flowable] = [Paragraph(_safe(item), style, bulletText=f"{n}.") for n, item in enumerate(items, 1)]
    return lines or [_paragraph(BLANK)]


def _table(block: Mapping[str, Any], values: Values, width: float) -> list[Flowable]:
    columns = block["columns"]
    fixed = sum(column.get("width_mm", 0) for column in columns) * mm
    rows: list[list[Any]] = [[_paragraph(_safe(c["title"]), "medium", "table_head", is_centred=True) for c in columns]]
    for row in values.get(block["table"]) or ():
        cells = [(str(row.get(column["field"]) or ""), bool(column.get("centred"))) for column in columns]
        rows.append([_paragraph(_safe(text), "", "table", is_centred=centred) for text, centred in cells])
    widths = [column["width_mm"] * mm if "width_mm" in column else width - fixed for column in columns]
    table = Table(rows, colWidths=widths, repeatRows=1)
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
    return [Spacer(0, 1 * mm), table, Spacer(0, 1 * mm)]


def _signatures(block: Mapping[str, Any], values: Values, width: float) -> list[Flowable]:
    signers = block["signatures"]
    cells = [_signature(signer, values) for signer in signers]
    return [Spacer(0, 3 * mm), _columns(cells, [width / len(signers)] * len(signers))]


def _signature(signer: Mapping[str, Any], values: Values) -> list[Flowable]:
    if signer.get("blank"):
        return [Spacer(0, 1)]
    name = values.get(signer.get("field", "")) or ""
    hint = signer.get("hint", "(Ký và ghi rõ họ tên)")
    return [
        _paragraph(_safe(signer["title"]), "bold", "signature", is_centred=True),
        _paragraph(_safe(hint), "italic", "signature_hint", is_centred=True),
        Spacer(0, 11 * mm),
        _paragraph(_safe(name), "", "signature", is_centred=True),
    ]


def _space(block: Mapping[str, Any], _values: Values, _width: float) -> list[Flowable]:
    return [Spacer(0, block["space_mm"] * mm)]


_BLOCKS: dict[str, Callable[[Mapping[str, Any], Values, float], list[Flowable]]] = {
    "line": _line,
    "text": _text,
    "list": _list,
    "table": _table,
    "signatures": _signatures,
    "space_mm": _space,
}


def fields_of(layout: Layout) -> set[str]:
    """The fields that a layout, with head and foot, shows; a test compares them with what documents give."""
    texts = [block["text"] for block in layout.blocks if "text" in block]
    texts += [*layout.notes, *common()["foot"], "{code}"]
    texts += [line["text"] for side in ("left", "right") for line in common()["head"][side] if "text" in line]
    found = {name for text in texts for name in _PLACEHOLDER.findall(text)}
    for block in layout.blocks:
        found |= {block[name] for name in ("field", "list", "table") if name in block}
        found |= {signer["field"] for signer in block.get("signatures", ()) if "field" in signer}
    return found - {"document_number", "form_note"}


def _small_print(layout: Layout, values: Values) -> list[Flowable]:
    rule: list[Flowable] = [HRFlowable(width="100%", thickness=0.4, color="#999999", spaceAfter=2)]
    notes = [_filled(note, values) for note in (*layout.notes, *common()["foot"])]
    return rule + [_paragraph(note, "italic", "note") for note in notes if note]


def _columns(cells: Sequence[list[Flowable]], widths: list[float]) -> Table:
    table = Table([list(cells)], colWidths=widths)
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


def _paragraph(markup: str, style: str = "", size: str = "body", *, is_centred: bool = False) -> Paragraph:
    font = _STYLES.get(style, REGULAR)
    return Paragraph(markup, _paragraph_style(font, common()["sizes"][size], is_centred, 0))


@lru_cache(maxsize=64)
def _paragraph_style(font: str, size: float, is_centred: bool, indent: float) -> ParagraphStyle:
    return ParagraphStyle(
        name=f"{font}-{size}-{is_centred}-{indent}",
        fontName=font,
        fontSize=size,
        leading=size * 1.42,
        spaceAfter=0 if is_centred else size * 0.15,
        leftIndent=indent,
        bulletIndent=indent / 2,
        bulletFontName=font,
        bulletFontSize=size,
        **({"alignment": TA_CENTER} if is_centred else {}),
    )


def _filled(text: str, values: Values) -> str:
    """The text with its fields filled in, as markup; a field that nobody gave leaves a dotted line."""
    return _PLACEHOLDER.sub(lambda match: _safe(str(values.get(match[1], BLANK))), nfc(text))


def _safe(text: str) -> str:
    """The text in NFC (decomposed marks are drawn beside their letters) with markup signs escaped."""
    return escape(nfc(text))
