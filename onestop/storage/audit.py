"""Queries over what officers did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.mailbox_tables import AuditEntry


def insert_entry(
    session: Session, at: datetime, who: str, what: str, subject: str | None, detail: dict[str, Any]
) -> None:
    """Writes one entry; it is never changed afterwards."""
    session.add(AuditEntry(at=at, who=who, what=what, subject=subject, detail=detail))


def entries(session: Session, limit: int = 100) -> list[AuditEntry]:
    """The newest entries first."""
    return list(session.execute(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)).scalars())
