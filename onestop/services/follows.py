"""Who is told when a dossier changes. A look-up only offers it; nobody follows by looking."""

from __future__ import annotations

from datetime import datetime

from onestop.services.citizens import note_consent
from onestop.storage import Session, follows
from onestop.storage.tables import Follow

PURPOSE = "follow_dossier"
PROOF_RANK = {"code": 0, "second_code": 1, "phone": 2, "desk": 3}


def follow(
    session: Session, citizen_id: str, dossier_code: str, proof: str, message_id: str, wording: str, now: datetime
) -> bool:
    """Lets a citizen follow a dossier and records that they agreed to be written to.

    Args:
        proof: code | second_code | phone | desk; a better proof than before replaces it, a worse one does not.
        wording: The words that the citizen had before them.

    Returns:
        Whether they follow it only now.
    """
    is_new = follows.insert_follow(session, citizen_id, dossier_code, proof, now)
    row = follows.follow_of(session, citizen_id, dossier_code)
    assert row is not None  # it was inserted now or before
    if row.ended_at is not None:
        row.ended_at, row.proof, is_new = None, proof, True
    elif PROOF_RANK[proof] > PROOF_RANK[row.proof]:
        row.proof = proof
    note_consent(session, citizen_id, PURPOSE, True, wording, message_id, now)
    return is_new


def unfollow(
    session: Session, citizen_id: str, dossier_code: str, message_id: str, wording: str, now: datetime
) -> bool:
    """Ends a follow; False where the citizen did not follow this dossier."""
    row = follows.follow_of(session, citizen_id, dossier_code)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = now
    note_consent(session, citizen_id, PURPOSE, False, wording, message_id, now)
    return True


def mute(session: Session, citizen_id: str, dossier_code: str, message_id: str, wording: str, now: datetime) -> bool:
    """Tells an owner, who hears of a dossier by their linked phone, nothing more of it; False where they did before."""
    follows.insert_follow(session, citizen_id, dossier_code, "code", now)
    return unfollow(session, citizen_id, dossier_code, message_id, wording, now)


def followed_by(session: Session, citizen_id: str) -> list[Follow]:
    """The dossiers that a citizen follows, newest first."""
    return follows.open_follows(session, citizen_id)


def follow_of(session: Session, citizen_id: str, dossier_code: str) -> Follow | None:
    """The follow that is in force, if there is one."""
    row = follows.follow_of(session, citizen_id, dossier_code)
    return row if row is not None and row.ended_at is None else None
