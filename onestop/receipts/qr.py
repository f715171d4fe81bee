"""QR codes that hold a bare dossier code."""

from __future__ import annotations

import io

import qrcode
from PIL import Image

QUIET_ZONE_MODULES = 4  # ISO/IEC 18004


def qr_image(text: str, module_px: int = 8) -> Image.Image:
    """Draws a QR code.

    Args:
        text: What it holds; error correction M survives a fold or a thumb.
        module_px: Side of one module in pixels.

    Returns:
        A grey-scale image with the quiet zone around it.
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module_px, border=QUIET_ZONE_MODULES
    )
    code.add_data(text)
    code.make(fit=True)
    return code.make_image().get_image().convert("L")


def qr_in_terminal(text: str) -> str:
    """Draws a QR code with block characters, light on dark."""
    code = qrcode.QRCode(border=QUIET_ZONE_MODULES)
    code.add_data(text)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()


def qr_png(text: str, module_px: int = 8) -> bytes:
    """Draws a QR code as a PNG file."""
    file = io.BytesIO()
    qr_image(text, module_px).save(file, format="PNG")
    return file.getvalue()
