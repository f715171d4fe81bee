"""A plain DOCX: headings and paragraphs, enough to be read on any phone; nothing but the standard library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
_END = "</w:body></w:document>"
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; a heading is larger and bold."""

    text: str
    is_heading: bool = False


def docx_of(paragraphs: Iterable[Paragraph]) -> bytes:
    """The document as a file's content."""
    document = _BEGIN + "".join(map(_paragraph, paragraphs)) + _END
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", document)
    return content.getvalue()


def _paragraph(one: Paragraph) -> str:
    look = '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr>' if one.is_heading else ""
    runs = [
        f'<w:r>{look}<w:t xml:space="preserve">{escape(line)}</w:t></w:r>'
        for line in one.text.translate(_NOT_XML).split("\n")
    ]
    return "<w:p>" + "<w:r><w:br/></w:r>".join(runs) + "</w:p>"
