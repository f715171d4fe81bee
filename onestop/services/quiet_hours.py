"""When the product may speak unasked."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from onestop.clock import LOCAL

BEGINS = time(21)
ENDS = time(7)
RECENT = timedelta(hours=48)


def earliest(now: datetime, last_interaction_at: datetime | None) -> datetime:
    """When news of a dossier may go: now by day; by night at 7:00, unless the citizen wrote within 48 hours.

    Source: docs/sources.md, "Quiet hours" (ours, stricter than the law's 22:00).
    """
    if last_interaction_at is not None and now - last_interaction_at <= RECENT:
        return now
    local = now.astimezone(LOCAL)
    if ENDS <= local.time() < BEGINS:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= BEGINS else 0)
    return datetime.combine(day, ENDS, LOCAL)
