"""Papers that a citizen sends as pictures in answer to a request to supplement, item by item.

The dossier system is read only: what was sent lies with us, for the officer, until its time is over. Only who has
proved the dossier theirs sends (the caller decides). What may be left and gone on with later is a row, not a slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from onestop.services.files import file_of
from onestop.storage import Session, dossier_queries, supplements
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import DossierState

MOST_PER_ITEM = 10
MOST_PER_REQUEST = 60
MOST_BYTES = 80_000_000  # of one citizen for one request
KEPT_FOR = timedelta(days=90)
UNNAMED = "Giấy tờ bổ sung"


@dataclass(frozen=True)
class Request:
    """What a dossier waits for.

    Attributes:
        request_id: The event that asked; a later request is another one.
        items: The papers, as the officer wrote them; at least one.
    """

    dossier_code: str
    request_id: int
    items: tuple[str, ...]
    respond_by: datetime | None
    centre_id: str
    centre_name: str

    def name_of(self, number: int) -> str:
        """The paper with this number, 1 for the first."""
        return self.items[number - 1]


@dataclass(frozen=True)
class Progress:
    """How far a citizen has come.

    Attributes:
        current: Number of the paper that is being sent.
        counts: Pictures received, by number of the paper.
        skipped: Numbers that were left out.
    """

    items: tuple[str, ...]
    current: int
    counts: dict[int, int]
    skipped: frozenset[int]

    @property
    def missing(self) -> list[int]:
        """Papers without a picture."""
        return [number for number in range(1, len(self.items) + 1) if not self.counts.get(number)]

    @property
    def unanswered(self) -> list[int]:
        """Papers with neither a picture nor a "skip"."""
        return [number for number in self.missing if number not in self.skipped]

    @property
    def pictures(self) -> int:
        """Pictures received for all papers."""
        return sum(self.counts.values())


class Kept(Enum):
    """What became of pictures that were sent."""

    KEPT = "kept"
    TOO_MANY = "too-many"
    NOTHING = "nothing"


def request_of(reader: DossierReader, dossier_code: str) -> Request | None:
    """What this dossier waits for; None where it waits for no papers.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    return reader.read(_request, dossier_code)


def progress_of(session: Session, citizen_id: str, request: Request) -> Progress:
    """How far this citizen has come with it."""
    row = supplements.answer_of(session, citizen_id, request.dossier_code, request.request_id)
    counts: dict[int, int] = {}
    for photo in supplements.photos_of_request(session, request.dossier_code, request.request_id, citizen_id):
        counts[photo.item_number] = counts.get(photo.item_number, 0) + 1
    current = min(row.item_number, len(request.items)) if row else 1
    return Progress(request.items, current, counts, frozenset(row.skipped if row else ()))


def begin(session: Session, citizen_id: str, request: Request, now: datetime, item: int | None = None) -> Progress:
    """Begins, or goes on after a break, at the first paper that is still missing (or at `item`)."""
    row = supplements.open_answer(session, citizen_id, request.dossier_code, request.request_id, now)
    before = progress_of(session, citizen_id, request)
    first = next(iter(before.unanswered or before.missing), 1)
    row.item_number = item if item is not None and 1 <= item <= len(request.items) else first
    row.skipped = [number for number in row.skipped if number != row.item_number]
    row.updated_at, row.finished_at = now, None
    return progress_of(session, citizen_id, request)


def keep(
    session: Session,
    files_dir: Path,
    citizen_id: str,
    message_id: str,
    request: Request,
    references: Sequence[str],
    now: datetime,
) -> Kept:
    """Keeps the pictures of one message for the paper that is being sent; a repeated turn keeps nothing twice."""
    row = supplements.open_answer(session, citizen_id, request.dossier_code, request.request_id, now)
    kept = Kept.NOTHING
    for place, reference in enumerate(references):
        file = file_of(files_dir, reference)
        if file is None or not file.is_file():
            continue
        size = file.stat().st_size
        if _is_full(session, citizen_id, request, row.item_number, size):
            return Kept.TOO_MANY
        values = {
            "key": f"{message_id}:{place}",
            "citizen_id": citizen_id,
            "dossier_code": request.dossier_code,
            "request_id": request.request_id,
            "item_number": row.item_number,
            "item_name": request.name_of(min(row.item_number, len(request.items))),
            "file_ref": reference,
            "size_bytes": size,
            "sent_at": now,
            "delete_after": now + KEPT_FOR,
        }
        supplements.insert_photo(session, values)
        kept = Kept.KEPT
    row.updated_at = now
    return kept


def go_on(
    session: Session, citizen_id: str, request: Request, now: datetime, *, skips: bool = False, to: int | None = None
) -> Progress | None:
    """Goes to the next paper that is missing, or to the paper `to`; None where all have been answered."""
    row = supplements.open_answer(session, citizen_id, request.dossier_code, request.request_id, now)
    if skips:
        row.skipped = sorted({*row.skipped, row.item_number})
    row.updated_at = now
    session.flush()
    progress = progress_of(session, citizen_id, request)
    if to is not None and 1 <= to <= len(request.items):
        row.item_number = to
    elif progress.unanswered:
        later = [number for number in progress.unanswered if number > row.item_number]
        row.item_number = (later or progress.unanswered)[0]
    else:
        return None
    return progress_of(session, citizen_id, request)


def finish(session: Session, citizen_id: str, request: Request, now: datetime) -> Progress:
    """The citizen has sent what they have."""
    row = supplements.open_answer(session, citizen_id, request.dossier_code, request.request_id, now)
    row.finished_at = row.updated_at = now
    return progress_of(session, citizen_id, request)


def tidy(session: Session, files_dir: Path, now: datetime, limit: int = 500) -> int:
    """Deletes pictures whose time is over; returns how many."""
    expired = supplements.expired_photos(session, now, limit)
    for photo in expired:
        file = file_of(files_dir, photo.file_ref)
        if file is not None:
            file.unlink(missing_ok=True)
        session.delete(photo)
    return len(expired)


def _is_full(session: Session, citizen_id: str, request: Request, item: int, size: int) -> bool:
    photos = supplements.photos_of_request(session, request.dossier_code, request.request_id, citizen_id)
    of_item = sum(photo.item_number == item for photo in photos)
    total = sum(photo.size_bytes for photo in photos) + size
    return of_item >= MOST_PER_ITEM or len(photos) >= MOST_PER_REQUEST or total > MOST_BYTES


def _request(session: Session, dossier_code: str) -> Request | None:
    record = dossier_queries.dossier_by_code(session, dossier_code)
    if record is None or record.state != DossierState.SUPPLEMENT_REQUESTED:
        return None
    events = dossier_queries.events_of(session, dossier_code)
    asked = [event for event in events if event.kind == "supplement_requested"]
    named = list((asked[-1].data or {}).get("items") or ()) if asked else []
    if not named:
        papers = dossier_queries.documents_of(session, dossier_code)
        named = [paper.name for paper in papers if paper.state == "missing"]
    centre = dossier_queries.agency_by_id(session, record.centre_id)
    return Request(
        dossier_code=dossier_code,
        request_id=asked[-1].id if asked else 0,
        items=tuple(named) or (UNNAMED,),
        respond_by=record.respond_by,
        centre_id=record.centre_id,
        centre_name=centre.name if centre else "trung tâm",
    )
