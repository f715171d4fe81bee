"""What an owner decides about others who follow their dossier: counting them, sending them away, letting them back.

The owner is who proved the phone on the dossier, or was tied to it at the desk. Nobody learns who follows. ADR 0043.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from onestop.services.dossiers import DossierNotFound, phone_of_dossier, printed_second_code
from onestop.services.sealing import Sealer
from onestop.storage import Session
from onestop.storage import identity as rows
from onestop.storage.citizens import citizen_by_id, citizens_with_phone
from onestop.storage.dossier_queries import dossiers_by_phone
from onestop.storage.follows import open_follows
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Follow

DESK = "desk"


@dataclass(frozen=True)
class Followers:
    """Who follows a dossier besides its owner, as numbers.

    Attributes:
        by_second_code: Those who hold the receipt, or did.
        by_code: Those who know the code only.
        co_owners: Other citizens who have linked the same phone.
        is_closed: Whether somebody was sent away or the second code is void.
    """

    by_second_code: int
    by_code: int
    co_owners: int
    is_closed: bool


def owns(session: Session, reader: DossierReader, citizen_id: str, dossier_code: str) -> bool:
    """Whether a dossier is this citizen's: by its phone, linked, or by the desk.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    follow = next((one for one in _follows(session, dossier_code) if one.citizen_id == citizen_id), None)
    if follow is not None and follow.proof == DESK:
        return True
    citizen = citizen_by_id(session, citizen_id)
    if citizen is None or citizen.phone is None or citizen.phone_linked_at is None:
        return False
    return _phone(reader, dossier_code) == citizen.phone


def dossiers_owned(session: Session, reader: DossierReader, citizen_id: str) -> list[str]:
    """The codes of this citizen's own dossiers, newest first, at most twenty.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    citizen = citizen_by_id(session, citizen_id)
    own = [one.dossier_code for one in open_follows(session, citizen_id) if one.proof == DESK]
    if citizen is not None and citizen.phone and citizen.phone_linked_at is not None:
        own = [one.code for one in reader.read(dossiers_by_phone, citizen.phone)] + own
    return list(dict.fromkeys(own))


def followers_besides(session: Session, reader: DossierReader, citizen_id: str, dossier_code: str) -> Followers:
    """Counts the others."""
    co_owners = _co_owners(session, reader, dossier_code) - {citizen_id}
    others = _strangers(session, co_owners | {citizen_id}, dossier_code)
    return Followers(
        by_second_code=sum(one.proof != "code" for one in others),
        by_code=sum(one.proof == "code" for one in others),
        co_owners=len(co_owners),
        is_closed=rows.has_blocks(session, dossier_code),
    )


def send_others_away(
    session: Session, reader: DossierReader, sealer: Sealer, citizen_id: str, dossier_code: str, now: datetime
) -> int:
    """Ends everybody else's follows, keeps them from following again, and makes the printed second code void.

    Others who have linked the same phone are owners too and stay.

    Returns:
        How many were sent away.
    """
    owners = _co_owners(session, reader, dossier_code) | {citizen_id}
    others = _strangers(session, owners, dossier_code)
    for follow in others:
        follow.ended_at, follow.proof = now, "code"
        rows.block(session, follow.citizen_id, dossier_code, now)
    printed = printed_second_code(reader, dossier_code)
    if printed:
        rows.void_second_code(session, dossier_code, _fingerprint(sealer, dossier_code, printed), now)
    return len(others)


def let_back(session: Session, dossier_code: str) -> bool:
    """Takes the closing back; whoever wants to follow has to ask for it again. False where nothing was closed."""
    return rows.lift_blocks(session, dossier_code)


def is_sent_away(session: Session, citizen_id: str, dossier_code: str) -> bool:
    """Whether the owner keeps this citizen from following."""
    return rows.is_blocked(session, citizen_id, dossier_code)


def is_void(session: Session, sealer: Sealer, dossier_code: str, second_code: str) -> bool:
    """Whether the owner made this second code void."""
    return rows.is_void(session, dossier_code, _fingerprint(sealer, dossier_code, second_code))


def has_void_code(session: Session, reader: DossierReader, sealer: Sealer, dossier_code: str) -> bool:
    """Whether the second code that is printed now is void: proofs that were given with it count no more."""
    printed = printed_second_code(reader, dossier_code)
    return printed is not None and is_void(session, sealer, dossier_code, printed)


def _follows(session: Session, dossier_code: str) -> list[Follow]:
    return rows.open_follows_of_dossier(session, dossier_code)


def _strangers(session: Session, owners: set[str], dossier_code: str) -> list[Follow]:
    return [one for one in _follows(session, dossier_code) if one.citizen_id not in owners and one.proof != DESK]


def _co_owners(session: Session, reader: DossierReader, dossier_code: str) -> set[str]:
    phone = _phone(reader, dossier_code)
    return {one.id for one in citizens_with_phone(session, phone)} if phone else set()


def _phone(reader: DossierReader, dossier_code: str) -> str | None:
    try:
        return phone_of_dossier(reader, dossier_code)
    except DossierNotFound:
        return None


def _fingerprint(sealer: Sealer, dossier_code: str, second_code: str) -> str:
    return sealer.fingerprint("second-code", dossier_code, "".join(second_code.split()).upper())
