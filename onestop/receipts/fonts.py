"""The font of our documents: Be Vietnam Pro, which has every Vietnamese letter."""

from __future__ import annotations

import threading

from fontpkg_be_vietnam_pro import ROOT
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "BeVietnamPro-Regular"
MEDIUM = "BeVietnamPro-Medium"
BOLD = "BeVietnamPro-Bold"
ITALIC = "BeVietnamPro-Italic"

_FACES = (REGULAR, MEDIUM, BOLD, ITALIC)
_lock = threading.Lock()


def register_fonts() -> None:
    """Makes the faces known to reportlab, once; call it before a document is drawn."""
    with _lock:
        known = set(pdfmetrics.getRegisteredFontNames())
        for face in _FACES:
            if face not in known:
                pdfmetrics.registerFont(TTFont(face, str(ROOT / "files" / f"{face}.ttf")))
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
