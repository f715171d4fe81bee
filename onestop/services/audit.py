"""Who did what and when: every call of an officer leaves an entry, refused ones too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onestop.storage import Session
from onestop.storage import audit as rows
from onestop.storage.mailbox_tables import AuditEntry


def note(session: Session, now: datetime, who: str, what: str, subject: str | None, detail: dict[str, Any]) -> None:
    """Writes an entry in the caller's transaction, so that nothing happens without one.

    Args:
        what: `ticket.reply`, `feedback.forward` …
        subject: The ticket's number or the feedback's code.
        detail: Ids and outcomes; never a citizen's or an officer's words.
    """
    rows.insert_entry(session, now, who[:60], what, subject[:60] if subject else None, detail)


def newest(session: Session, limit: int = 100) -> list[AuditEntry]:
    """The newest entries first."""
    return rows.entries(session, limit)
