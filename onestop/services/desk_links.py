"""An officer's one-time QR code: after a look at the identity card it ties a dossier's phone to a chat. ADR 0042."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from onestop.log import get_logger
from onestop.services import follows, guesses, identity
from onestop.services.dossiers import DossierNotFound, phone_of_dossier
from onestop.services.sealing import Sealer
from onestop.storage import Session
from onestop.storage import identity as rows
from onestop.storage.guard import DossierReader
from onestop.text.one_time_codes import DESK_ALPHABET, DESK_GROUP, DESK_GROUPS

VALID_FOR = timedelta(minutes=10)
PROOF = "desk"

log = get_logger()


@dataclass(frozen=True)
class DeskCode:
    """What the officer shows.

    Attributes:
        token: Printed under the QR code, to be typed: `LK-XXXX-XXXX-XXXX`.
        url: What the QR code holds: the account's own address, so that a phone's camera opens the chat.
    """

    token: str = field(repr=False)
    url: str = field(repr=False)
    expires_at: datetime


class DeskState(Enum):
    """What a desk token is good for."""

    OPEN = "open"
    USED_BY_THIS_CITIZEN = "used-by-this-citizen"
    GONE = "gone"  # used, too old, or never given out: nobody is told which
    MUST_WAIT = "must-wait"


@dataclass(frozen=True)
class DeskView:
    """A desk token as its holder may know it: dossier and phone only while it is open."""

    state: DeskState
    dossier_code: str | None = None
    phone: str | None = field(default=None, repr=False)
    wait: timedelta = timedelta(0)


def create_desk_code(
    session: Session,
    reader: DossierReader,
    sealer: Sealer,
    dossier_code: str,
    officer: str,
    oa_id: str,
    now: datetime,
) -> DeskCode:
    """Makes a code for one dossier; it works once, for ten minutes.

    Args:
        officer: Who vouches for the citizen, as the counter's system names them; kept with the link for a week.

    Raises:
        DossierNotFound: No dossier has this code.
        BackendUnavailable: The dossier system does not answer.
    """
    phone_of_dossier(reader, dossier_code)
    drawn = ("".join(secrets.choice(DESK_ALPHABET) for _ in range(DESK_GROUP)) for _ in range(DESK_GROUPS))
    token = "LK-" + "-".join(drawn)
    expires_at = now + VALID_FOR
    rows.insert_desk_link(
        session,
        {
            "token_hash": identity.desk_hash(sealer, token),
            "dossier_code": dossier_code,
            "officer": officer[:60],
            "created_at": now,
            "expires_at": expires_at,
        },
    )
    log.info("desk_link.created")
    return DeskCode(token, f"https://zalo.me/{oa_id}?lk={token}", expires_at)


def view_desk_code(
    session: Session, reader: DossierReader, token_hash: str, citizen_id: str, message_id: str, now: datetime
) -> DeskView:
    """What a token is good for; one that is good for nothing counts as a guess.

    Raises:
        BackendUnavailable: The dossier system does not answer.
    """
    allowance = guesses.allowance_of(session, citizen_id, now)
    if not allowance.is_given:
        return DeskView(DeskState.MUST_WAIT, wait=allowance.wait)
    row = rows.desk_link(session, token_hash)
    if row is not None and row.used_at is not None and row.citizen_id == citizen_id:
        return DeskView(DeskState.USED_BY_THIS_CITIZEN)
    if row is None or row.used_at is not None or row.expires_at <= now:
        guesses.note_miss(session, citizen_id, message_id, "desk", now)
        return DeskView(DeskState.GONE)
    try:
        return DeskView(DeskState.OPEN, row.dossier_code, phone_of_dossier(reader, row.dossier_code))
    except DossierNotFound:  # the vendor took it off meanwhile
        return DeskView(DeskState.GONE)


def use_desk_code(
    session: Session,
    view: DeskView,
    token_hash: str,
    citizen_id: str,
    wording: str,
    message_id: str,
    now: datetime,
) -> bool:
    """Uses an open token up: ties its dossier's phone to the citizen, or, where there is none, the dossier alone.

    Returns:
        False where somebody else was quicker.
    """
    if view.dossier_code is None or not rows.use_desk_link(session, token_hash, citizen_id, now):
        return False
    if view.phone:
        identity.link(session, citizen_id, view.phone, PROOF, wording, message_id, now)
    else:
        follows.follow(session, citizen_id, view.dossier_code, PROOF, message_id, wording, now)
    log.info("desk_link.used")
    return True
