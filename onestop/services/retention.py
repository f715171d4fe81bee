"""Nothing is kept longer than docs/privacy.md says; the notifier looks every hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from onestop.log import get_logger
from onestop.services import export
from onestop.services.inbox import KNOWN_FOR
from onestop.settings import Settings
from onestop.storage import SessionFactory, retention, waiting_questions
from onestop.storage.conversation import delete_expired_buttons

log = get_logger()

PICTURES = "inbound"
REMINDERS = timedelta(days=90)
MISSES = timedelta(days=1)
QUESTIONS = timedelta(days=7)
MESSAGES_AT_ONCE = 1000
MESSAGE_SLICES = 20


def tidy(sessions: SessionFactory, settings: Settings, now: datetime) -> dict[str, int]:
    """Deletes what is over its time; returns how much, by kind."""
    talk_ends = now - timedelta(days=settings.message_days)
    with sessions.begin() as session:
        done = {
            "buttons": delete_expired_buttons(session, now),
            "exports": export.delete_expired(session, settings.files_dir, now),
            "inbox_bodies": retention.empty_inbox_bodies(session, now - timedelta(days=settings.inbox_days)),
            "inbox_rows": retention.delete_inbox_rows(session, now - KNOWN_FOR),
            "reminders": retention.delete_ended_reminders(session, now - REMINDERS),
            "occasions": retention.delete_ended_occasions(session, now - REMINDERS),
            "misses": retention.delete_misses(session, now - MISSES),
            "questions": waiting_questions.delete_ended(session, now - QUESTIONS),
        }
        kept = retention.kept_files(session)
    done["messages"] = _delete_messages(sessions, talk_ends)
    done["talk"] = retention.delete_old_talk(settings.tracker_url, talk_ends)
    pictures_end = now - timedelta(days=settings.picture_days)
    done["pictures"] = _delete_pictures(settings.files_dir, kept, pictures_end)
    deleted = {name: number for name, number in done.items() if number}
    if deleted:
        log.info("retention.deleted", **deleted)
    return done


def _delete_messages(sessions: SessionFactory, before: datetime) -> int:
    """A little at a time, so that others can write in between; what is left of a great broadcast goes next time."""
    deleted = 0
    for _slice in range(MESSAGE_SLICES):
        with sessions.begin() as session:
            number = retention.delete_sent_messages(session, before, MESSAGES_AT_ONCE)
        deleted += number
        if number < MESSAGES_AT_ONCE:
            break
    return deleted


def _delete_pictures(files_dir: Path, kept: set[str], before: datetime) -> int:
    """Deletes pictures and files that served a look-up only: nothing that is kept names them."""
    folder = files_dir / PICTURES
    deleted = 0
    for file in folder.iterdir() if folder.is_dir() else ():
        is_old = file.stat().st_mtime <= before.timestamp()
        if file.is_file() and is_old and f"{PICTURES}/{file.name}" not in kept:
            file.unlink(missing_ok=True)
            deleted += 1
    return deleted
