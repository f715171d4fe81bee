"""Forgets a citizen.

Asked for in the chat it happens in two steps. At once: everything they told us or asked of us. Two minutes later, when
the farewell is sent and Rasa has saved the turn: messages, the conversation's history, Zalo's id. A receipt without any
personal data stays, so that we can prove it. ADR 0013.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from onestop import clock
from onestop.services import export, identity
from onestop.services.files import file_of
from onestop.services.guesses import WINDOW
from onestop.settings import Settings
from onestop.storage import Session, SessionFactory, erasure, lookup_misses
from onestop.storage.tables import Erasure

FINISH_AFTER = timedelta(minutes=2)
_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"


def request_erasure(session: Session, citizen_id: str, message_id: str, files_dir: Path, now: datetime) -> str:
    """Forgets what the citizen told us now, and the rest soon; asking twice with one message is asking once.

    Who has just guessed codes or asked for one-time codes is forgotten only after an hour: else erasing would begin the
    count anew.

    Returns:
        The number of the receipt.
    """
    has_guessed = _has_guessed(session, citizen_id, now)
    identity.cancel_request(session, citizen_id, now)
    row = erasure.insert_erasure(
        session,
        {
            "receipt": _new_receipt(now),
            "key": message_id,
            "citizen_id": citizen_id,
            "requested_at": now,
            "finish_after": now + (WINDOW if has_guessed else FINISH_AFTER),
        },
    )
    _delete_files(files_dir, erasure.photos_of(session, citizen_id))
    export.delete_of(session, files_dir, citizen_id)
    erasure.delete_content(session, citizen_id)
    return row.receipt


def receipt_under_way(session: Session, citizen_id: str) -> str | None:
    """The receipt of an erasing that was asked for and is not finished; it takes along what came since."""
    return next((row.receipt for row in erasure.open_erasures_of(session, citizen_id)), None)


def withdraw(sessions: SessionFactory, settings: Settings, citizen_id: str, now: datetime) -> None:
    """Zalo says that somebody withdrew: forgets them at once, as nobody is to be answered; who guessed in two steps."""
    with sessions.begin() as session:
        if _has_guessed(session, citizen_id, now):
            request_erasure(session, citizen_id, f"withdraw:{citizen_id}", settings.files_dir, now)
            return
    erase_citizen(sessions, settings, citizen_id)


def finish_erasures(sessions: SessionFactory, settings: Settings, now: datetime) -> int:
    """Ends the requests that are due; returns how many. The notifier calls it every few seconds.

    Who went on guessing meanwhile is put off once more.
    """
    due = []
    with sessions.begin() as session:
        for row in erasure.due_erasures(session, now):
            if _has_guessed(session, str(row.citizen_id), now):
                row.finish_after = now + WINDOW
            else:
                due.append(str(row.citizen_id))
    for citizen_id in due:
        erase_citizen(sessions, settings, citizen_id)
    return len(due)


def erase_citizen(sessions: SessionFactory, settings: Settings, citizen_id: str) -> None:
    """Forgets a citizen wholly, at once. Killed half-way it can be called again: the tracker goes first.

    What stays is a receipt with a mark of the id: by it other stores (examples under review, a restored backup) find
    what they have to erase too.
    """
    _delete_files(settings.files_dir, erasure.delete_tracker_events(settings.tracker_url, citizen_id))
    with sessions.begin() as session:
        photos = erasure.photos_of(session, citizen_id)
        export.delete_of(session, settings.files_dir, citizen_id)
        erasure.delete_content(session, citizen_id)
        erasure.delete_messages(session, citizen_id)
        asked_for = erasure.open_erasures_of(session, citizen_id) or [_unasked(session, citizen_id)]
        for row in asked_for:
            row.finished_at = clock.now()
            row.key, row.citizen_id, row.citizen_mark = row.receipt, None, mark_of(citizen_id)
    _delete_files(settings.files_dir, photos)


def mark_of(citizen_id: str) -> str:
    """What stays of a citizen's id: enough to find the same id elsewhere, and nobody's anything else."""
    return hashlib.sha256(citizen_id.encode()).hexdigest()


def _has_guessed(session: Session, citizen_id: str, now: datetime) -> bool:
    """Whether a clean count would help them: look-ups missed, or codes asked for, within the hour."""
    has_missed = bool(lookup_misses.misses_of(session, citizen_id, now - WINDOW))
    return has_missed or identity.has_asked_lately(session, citizen_id, now)


def _unasked(session: Session, citizen_id: str) -> Erasure:
    """Zalo told us (`user_withdraw`): nobody is given the receipt, but the mark is needed all the same."""
    now = clock.now()
    values = {"receipt": _new_receipt(now), "key": f"withdraw:{citizen_id}", "citizen_id": citizen_id}
    return erasure.insert_erasure(session, {**values, "requested_at": now, "finish_after": now})


def _new_receipt(now: datetime) -> str:
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return f"XD-{now.astimezone(clock.LOCAL):%y%m%d}-{drawn}"


def _delete_files(folder: Path, references: list[str]) -> None:
    for reference in references:
        file = file_of(folder, reference)
        if file is not None:
            file.unlink(missing_ok=True)
