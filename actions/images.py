"""Dossier codes and officers' desk codes in the photos that citizens send."""

from __future__ import annotations

from dataclasses import dataclass

from actions.turn import Turn
from onestop.log import get_logger
from onestop.receipts.qr_reader import UnreadableImage, read_receipt_codes
from onestop.services.files import file_of
from onestop.services.lookups import readings_in
from onestop.text.one_time_codes import desk_token_in

MOST_IMAGES = 3

log = get_logger()


@dataclass(frozen=True)
class SeenInImages:
    """What a message's pictures and the words under them hold."""

    dossier_codes: tuple[str, ...]
    desk_token: str | None


def seen_in_images(turn: Turn) -> SeenInImages:
    """The dossier codes, each once, and an officer's desk token, if there is one."""
    caption = str(turn.value("caption") or "")
    codes = [reading.code for reading in readings_in(caption)]
    token = desk_token_in(caption)
    for reference in turn.values("files")[:MOST_IMAGES]:
        file = file_of(turn.services.settings.files_dir, str(reference))
        if file is None:
            continue
        try:
            read = read_receipt_codes(file)
        except UnreadableImage as error:
            log.info("image.unreadable", why=str(error))
            continue
        codes += read.dossier_codes
        token = token or read.desk_token
    return SeenInImages(tuple(dict.fromkeys(codes)), token)
