"""The last look-up of a citizen: "còn ngày mốt?" is about the same commune."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from onestop.storage import Session
from onestop.storage import information as rows

FRESH_FOR = timedelta(minutes=30)
PUSH_FRESH_FOR = timedelta(days=1)
"""A push is often read hours later."""


@dataclass(frozen=True)
class LastLookUp:
    """What was looked up last; `intent` is empty where nothing was, or too long ago."""

    intent: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def last_look_up(session: Session, citizen_id: str, now: datetime, fresh_for: timedelta = FRESH_FOR) -> LastLookUp:
    """What a follow-up may leave unsaid."""
    row = rows.topic_of(session, citizen_id)
    if row is None or now - row.at > fresh_for:
        return LastLookUp()
    return LastLookUp(row.intent, dict(row.facts))


def remember(session: Session, citizen_id: str, now: datetime, intent: str, facts: Mapping[str, Any]) -> None:
    """The talk is now of this look-up."""
    rows.set_topic(session, citizen_id, intent, facts, now)
