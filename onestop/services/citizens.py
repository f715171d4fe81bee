"""What a citizen decides about themselves: being written to, and what they agreed to."""

from __future__ import annotations

from datetime import datetime

from onestop.storage import Session, follows
from onestop.storage.citizens import citizen_by_id
from onestop.storage.tables import Citizen, Consent

NOTIFICATIONS = "notifications"


def note_consent(
    session: Session, citizen_id: str, purpose: str, given: bool, wording: str, message_id: str, now: datetime
) -> None:
    """Records what a citizen agreed to or withdrew, in the words shown; a repeated turn records nothing twice."""
    if follows.has_consent_of_message(session, citizen_id, purpose, message_id):
        return
    session.add(
        Consent(
            citizen_id=citizen_id,
            purpose=purpose,
            given=given,
            wording=wording[:500],
            message_id=message_id,
            at=now,
        )
    )


def citizen_of(session: Session, citizen_id: str) -> Citizen | None:
    """A citizen by our own id; None in tests of the dialogue without a channel."""
    return citizen_by_id(session, citizen_id)
