"""Reads the photo of a receipt or of an officer's screen: a QR code or a Code 128 barcode.

What a code holds is untrusted text: only a dossier code or a desk token in it counts, an address in it is never
followed. Which retries help was measured on photos: docs/dialogue.md, "Photos of receipts".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from onestop.text.dossier_codes import find_dossier_codes
from onestop.text.one_time_codes import desk_token_in

MOST_PIXELS = 4_000_000
# QRCodeModel2, not QRCode: plain QRCode also matches Micro QR, and read "78" out of blurred images.
_FORMATS = (zxingcpp.BarcodeFormat.QRCodeModel2, zxingcpp.BarcodeFormat.Code128)
_SMALL_SIDE = 700
_LARGE_SIDE = 1400
_LONGEST_SIDE = 20_000  # no photo is longer; the reader of codes refuses 65,536, and a side may be tripled


class UnreadableImage(Exception):
    """The file is no picture that can be opened."""


@dataclass(frozen=True)
class ReadCodes:
    """What a picture's QR codes and barcodes hold: dossier codes, each once, and an officer's desk token."""

    dossier_codes: tuple[str, ...] = ()
    desk_token: str | None = field(default=None, repr=False)


def read_receipt_codes(file: Path) -> ReadCodes:
    """Reads a picture's QR codes and barcodes. Takes up to a second: keep it off event loops.

    Raises:
        UnreadableImage: The file is missing, broken, no picture, or beyond sense in size.
    """
    picture = _opened(file)
    for attempt, binarizer in _attempts(picture):
        read = _codes_in(attempt, binarizer)
        if read.dossier_codes or read.desk_token:
            return read
    return ReadCodes()


def read_dossier_codes(file: Path) -> list[str]:
    """The dossier codes alone; see `read_receipt_codes`.

    Raises:
        UnreadableImage: The file is missing, broken, no picture, or beyond sense in size.
    """
    return list(read_receipt_codes(file).dossier_codes)


def _opened(file: Path) -> Image.Image:
    try:
        with Image.open(file) as opened:
            if opened.width * opened.height > MOST_PIXELS * 16 or max(opened.size) > _LONGEST_SIDE:
                raise UnreadableImage("too many pixels")
            opened.draft("L", (2000, 2000))  # JPEG: decodes smaller, and so faster
            picture = ImageOps.exif_transpose(opened).convert("L")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError) as error:
        raise UnreadableImage(type(error).__name__) from error
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS:
        picture = _scaled(picture, (MOST_PIXELS / pixels) ** 0.5)
    return picture


def _attempts(picture: Image.Image) -> Iterator[tuple[Image.Image, zxingcpp.Binarizer]]:
    """The picture as it is, then mended in ways that helped photos taken in bad light, from afar, or too close."""
    local, fixed = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
    yield picture, local
    yield picture.filter(ImageFilter.MedianFilter(3)), local
    yield ImageOps.autocontrast(picture.filter(ImageFilter.GaussianBlur(1.2))), local
    longest = max(picture.size)
    if longest < _LARGE_SIDE:
        yield _scaled(picture, 2.0), local
    else:
        yield _scaled(picture, 0.5), local
    if longest < _SMALL_SIDE:
        yield _scaled(picture, 3.0).filter(ImageFilter.UnsharpMask(3, 200, 2)), local
    yield ImageOps.autocontrast(picture), fixed


def _codes_in(picture: Image.Image, binarizer: zxingcpp.Binarizer) -> ReadCodes:
    read = zxingcpp.read_barcodes(picture, formats=_FORMATS, binarizer=binarizer)  # type: ignore[arg-type]  # its stub
    texts = [result.text for result in read if result.valid]
    found = [code.code for text in texts for code in find_dossier_codes(text)]
    tokens = [token for text in texts if (token := desk_token_in(text))]
    return ReadCodes(tuple(dict.fromkeys(found)), tokens[0] if tokens else None)


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture.resize(size, Image.Resampling.LANCZOS)
