"""Dossier codes in the photos that citizens send."""

from __future__ import annotations

from actions.turn import Turn
from onestop.log import get_logger
from onestop.receipts.qr_reader import UnreadableImage, read_dossier_codes
from onestop.services.files import file_of
from onestop.services.lookups import readings_in

MOST_IMAGES = 3

log = get_logger()


def codes_in_images(turn: Turn) -> list[str]:
    """The codes in a message's pictures and in the words under them, each once."""
    codes = [reading.code for reading in readings_in(str(turn.value("caption") or ""))]
    for reference in turn.values("files")[:MOST_IMAGES]:
        file = file_of(turn.services.settings.files_dir, str(reference))
        if file is None:
            continue
        try:
            codes += read_dossier_codes(file)
        except UnreadableImage as error:
            log.info("image.unreadable", why=str(error))
    return list(dict.fromkeys(codes))
