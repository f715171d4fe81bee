"""The documents of dossiers as files: drawn when they are first needed, kept for a few days, never told apart by names.

A reference names the dossier event that the document tells of (`documents/7-receipt.png`); whoever sends a message that
holds it asks here for its bytes. Who may have one is decided before the reference is given out.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onestop.errors import OnestopError
from onestop.log import get_logger
from onestop.storage import Session, SessionFactory, exchange
from onestop.storage import dossier_queries as queries
from onestop.storage.dossier_records import DossierEvent
from onestop.storage.guard import DossierReader

if TYPE_CHECKING:
    from onestop.receipts.documents import Subject

log = get_logger()

FOLDER = "documents"
FORMATS = ("png", "pdf")
KEPT_FOR_S = 3 * 86400.0  # machine time: they can be drawn again

_REFERENCE = re.compile(r"documents/(?P<event>\d+)-(?P<document>[a-z_]+)\.(?P<format>png|pdf)")

# Which events a document may tell of, for one that is asked for in the chat: the newest of them.
EVENTS_OF: dict[str, tuple[str, ...]] = {
    "receipt": ("received",),
    "supplement_request": ("supplement_requested",),
    "refusal": ("refused",),
    "apology": ("apology",),
    "stop_notice": ("stopped",),
    "result_notice": ("ready", "ready_early"),
}


class NoSuchDocument(OnestopError):
    """There is no such document: the dossier or its event is gone, or no form fits."""


@dataclass(frozen=True)
class DocumentName:
    """What a document is called on its form, and where its file is."""

    reference: str
    official_name: str


def reference_of(document: str, event_id: int, file_format: str) -> str:
    """Names a document's file."""
    return f"{FOLDER}/{event_id}-{document}.{file_format}"


def is_document(reference: str) -> bool:
    """Whether a file of ours is a document that is drawn on demand."""
    return _REFERENCE.fullmatch(reference) is not None


def warm_up() -> None:
    """Makes a process ready to draw at once."""
    from onestop.receipts.documents import warm_up

    warm_up()


class DocumentDesk:
    """Draws documents.

    Args:
        reader: The dossier system.
        files_dir: Where files of ours lie.
        sessions: Our database, for events that were pushed and stand in no event table; None where none are.
    """

    def __init__(self, reader: DossierReader, files_dir: Path, sessions: SessionFactory | None = None) -> None:
        self._reader = reader
        self._files_dir = files_dir
        self._sessions = sessions

    def content(self, reference: str) -> bytes:
        """The bytes of a document, drawn where it is not kept; about 40 ms.

        Raises:
            NoSuchDocument: See there.
            BackendUnavailable: The dossier system does not answer.
        """
        file = self._files_dir / reference
        if file.is_file():
            return file.read_bytes()
        drawn = self._draw(reference)
        try:
            _write(file, drawn)
        except OSError as error:  # a full disk: it can be drawn again
            log.error("alarm.document_not_kept", error=type(error).__name__)
        return drawn

    def newest(self, dossier_code: str, document: str, file_format: str) -> DocumentName:
        """The document about the newest event that fits, drawn.

        Raises:
            NoSuchDocument: Nothing such has happened to the dossier.
            BackendUnavailable: The dossier system does not answer.
        """
        kinds = EVENTS_OF.get(document, ())
        pushed = [event.id for event in self._pushed_of(dossier_code) if event.kind in kinds]
        read = self._reader.read(_newest_event, dossier_code, kinds)
        event_id = max([*pushed, *([] if read is None else [read])], default=None)
        if event_id is None or file_format not in FORMATS:
            raise NoSuchDocument(document)
        reference = reference_of(document, event_id, file_format)
        self.content(reference)
        return DocumentName(reference, self._official_name(document, event_id))

    def tidy(self) -> int:
        """Deletes files that nobody needs any more; returns how many."""
        old = [file for file in (self._files_dir / FOLDER).glob("*") if file.stat().st_mtime < time.time() - KEPT_FOR_S]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _draw(self, reference: str) -> bytes:
        # Imported here: Rasa's process sends replies too, and draws none as a rule.
        from onestop.receipts.documents import document_pdf, document_png
        from onestop.receipts.layouts import NoSuchForm

        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise NoSuchDocument(reference)
        subject = self._subject(int(match["event"]))
        draw = document_pdf if match["format"] == "pdf" else document_png
        try:
            return draw(match["document"], subject)
        except NoSuchForm as error:
            raise NoSuchDocument(match["document"]) from error

    def _official_name(self, document: str, event_id: int) -> str:
        from onestop.receipts.documents import official_name

        return official_name(document, self._subject(event_id))

    def _subject(self, event_id: int) -> Subject:
        subject = self._reader.read(_subject, event_id, None)
        if subject is None and self._sessions is not None:
            with self._sessions() as session:
                pushed = exchange.pushed_event(session, event_id)
            subject = self._reader.read(_subject, event_id, pushed) if pushed is not None else None
        if subject is None:
            raise NoSuchDocument(str(event_id))
        return subject

    def _pushed_of(self, dossier_code: str) -> list[DossierEvent]:
        if self._sessions is None:
            return []
        with self._sessions() as session:
            return exchange.pushed_events_of(session, dossier_code)


def _subject(session: Session, event_id: int, pushed: DossierEvent | None) -> Subject | None:
    from onestop.receipts.documents import Subject

    event = pushed or queries.event_by_id(session, event_id)
    record = queries.dossier_by_code(session, event.dossier_code) if event else None
    centre = queries.agency_by_id(session, record.centre_id) if record else None
    if event is None or record is None or centre is None:
        return None
    procedure = queries.procedure_by_code(session, record.procedure_code) if record.procedure_code else None
    return Subject(record, centre, event, queries.documents_of(session, record.code), procedure)


def _newest_event(session: Session, dossier_code: str, kinds: tuple[str, ...]) -> int | None:
    events = [event.id for event in queries.events_of(session, dossier_code) if event.kind in kinds]
    return max(events, default=None)


def _write(file: Path, content: bytes) -> None:
    """Writes a file whole or not at all: two processes may draw the same one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
