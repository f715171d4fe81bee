"""Looking dossiers up for a citizen: reads what they typed, keeps guessing slow, decides what they may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from onestop.errors import OnestopError
from onestop.messages.dossiers import DossierStatus, PrivateDetails
from onestop.services import guesses
from onestop.services.dossiers import (
    DossierNotFound,
    PrivateDossier,
    PublicDossier,
    find_first_dossier,
    find_private_dossier,
    second_code_matches,
)
from onestop.services.follows import follow_of
from onestop.services.ownership import has_void_code, is_void
from onestop.services.sealing import Sealer
from onestop.storage import Session
from onestop.storage.citizens import citizen_by_id
from onestop.storage.conversation import opened_lately
from onestop.storage.guard import DossierReader
from onestop.text import fold
from onestop.text.dossier_codes import find_dossier_codes, possible_codes

MOST_CODES = 5
OPEN_FOR = timedelta(minutes=30)

_SECOND_CODE = re.compile(
    r"\b(?:ma tra cuu|ma thu (?:hai|2)|ma so (?:hai|2)|ma 2|ma bi mat|ma phu|ma 4 (?:so|ky tu|chu))\W*"
    r"(?:la|so|cua toi)?\W*"
    r"(?P<code>[a-z0-9]{4,8})\b"
)
_BARE_SECOND_CODE = re.compile(r"^(?=.*[0-9A-Z])[A-Z0-9]{4}$")
_BESIDE_ITS_CODE = re.compile(r"^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{4}$")  # "H39.1-261124-0002 NW96"
_TAIL = re.compile(r"(?<![\w.])(?:\d{6}[\s\-]\d{2,6}|\d{3,6})(?![\w.])")


class GuessingRefused(OnestopError):
    """This citizen (or everybody) has missed too often: nothing was looked up."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many look-ups that found nothing")
        self.wait = wait


@dataclass(frozen=True)
class CodeReading:
    """One code that a citizen gave: its likeliest form, and all that it may stand for, likeliest first."""

    code: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Lookup:
    """What a look-up gave.

    Attributes:
        asked: The code as the citizen meant it.
        dossier: None where there is none.
        private: Given where the citizen has proved that the dossier is theirs.
        proof: code | second_code | phone | desk.
    """

    asked: str
    dossier: PublicDossier | None = None
    private: PrivateDossier | None = None
    proof: str = "code"

    @property
    def needs_confirmation(self) -> bool:
        """Whether the dossier was found under another reading than the likeliest one."""
        return self.dossier is not None and self.dossier.code != self.asked


def readings_in(text: str, values: Iterable[str] = ()) -> list[CodeReading]:
    """The codes in a message, each once, at most five.

    Args:
        text: What was typed.
        values: Codes that are given exactly (a button's, a QR code's).
    """
    found = {
        one.code: CodeReading(one.code, tuple(possible_codes(one.written)) or (one.code,))
        for one in find_dossier_codes(text)
    }
    for value in values:
        if value not in found and not any(value in reading.candidates for reading in found.values()):
            found[value] = CodeReading(value, (value,))
    return list(found.values())[:MOST_CODES]


def has_only_a_tail(text: str) -> bool:
    """Whether a message names the last part of a code only ("hồ sơ 583", "260804-0583")."""
    return not find_dossier_codes(text) and _TAIL.search(text) is not None


def second_code_in(text: str, is_bare_enough: bool = False) -> str | None:
    """The second code that a message gives, upper case.

    Args:
        is_bare_enough: Whether the four characters alone will do, because a dossier is being talked about.
    """
    codes = find_dossier_codes(text)
    for code in codes:
        text = text.replace(code.written, " ")
    named = _SECOND_CODE.search(fold(text))
    if named:
        return named["code"].upper()
    bare = text.strip(" .,!:;/()-\n")
    if len(codes) == 1 and _BESIDE_ITS_CODE.match(bare):
        return bare.upper()
    return bare if is_bare_enough and _BARE_SECOND_CODE.match(bare) else None


def look_up(
    reader: DossierReader,
    session: Session,
    citizen_id: str,
    message_id: str,
    readings: Sequence[CodeReading],
    second_code: str | None,
    now: datetime,
    sealer: Sealer,
) -> list[Lookup]:
    """Looks codes up, and counts what was not found.

    Args:
        second_code: A proof that was given with one single code; a wrong one counts as a miss, and so does one that the
            dossier's owner made void. A right one counts for half an hour, so that our own buttons work.

    Raises:
        GuessingRefused: Decided before anything is looked up.
        BackendUnavailable: The dossier system does not answer; nothing was counted.
    """
    are_known = all(_is_followed(session, citizen_id, reading) for reading in readings)
    if not are_known or second_code is not None:
        allowance = guesses.allowance_of(session, citizen_id, now)
        if not allowance.is_given:
            raise GuessingRefused(allowance.wait)
    phone = _linked_phone(session, citizen_id)
    proofs = {reading.code: _proof_in_force(session, citizen_id, reading) for reading in readings}
    opened = opened_lately(session, citizen_id, now - OPEN_FOR)
    opens = partial(_opens, reader, session, sealer, second_code, opened)
    found = [_look_up_one(reader, reading, opens, proofs[reading.code], phone, now) for reading in readings]
    for number, lookup in enumerate(found):
        is_wrong_proof = second_code is not None and lookup.proof == "code"
        if lookup.dossier is None or is_wrong_proof:
            guesses.note_miss(session, citizen_id, message_id, str(number), now)
    return found


def status_of(dossier: PublicDossier, now: datetime, private: PrivateDossier | None = None) -> DossierStatus:
    """What may be said of a dossier, as words need it."""
    overran = dossier.overran_step
    return DossierStatus(
        code=dossier.code,
        procedure_name=dossier.procedure_name,
        centre_name=dossier.centre_name,
        state=int(dossier.state),
        step=dossier.current_step.name if dossier.current_step else None,
        submitted_at=dossier.submitted_at,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        original_due_at=dossier.original_due_at if dossier.was_postponed else None,
        respond_by=dossier.respond_by,
        is_response_late=dossier.respond_by is not None and dossier.respond_by < now,
        finished_at=dossier.finished_at,
        returned_at=dossier.returned_at,
        days_left=dossier.days_left,
        is_overdue=dossier.is_overdue,
        overran_step=overran.name if overran else None,
        overran_days=overran.days_over if overran else 0,
        return_mode=private.return_mode if private else None,
    )


def private_details_of(private: PrivateDossier) -> PrivateDetails:
    """What only the one who proved it may hear, as words need it."""
    return PrivateDetails(
        missing_papers=private.missing_papers,
        amount_vnd=private.amount_vnd,
        note=private.reason or "",
        applicant_name=private.applicant_name,
        owner_name=private.owner_name or "",
    )


def _look_up_one(
    reader: DossierReader,
    reading: CodeReading,
    opens: Callable[[str], bool],
    proof: str,
    phone: str | None,
    now: datetime,
) -> Lookup:
    try:
        dossier = find_first_dossier(reader, reading.candidates, now)
        if opens(dossier.code) and proof != "desk":
            proof = "second_code"
        if proof in ("code", "phone") and phone is None:
            return Lookup(reading.code, dossier)
        private = find_private_dossier(reader, dossier.code, now)
    except DossierNotFound:
        return Lookup(reading.code)
    is_phones = phone is not None and private.phone == phone
    if proof in ("code", "phone"):  # a follow once made with a phone proves nothing by itself
        return Lookup(reading.code, dossier, private, "phone") if is_phones else Lookup(reading.code, dossier)
    return Lookup(reading.code, dossier, private, "phone" if is_phones else proof)


def _opens(
    reader: DossierReader, session: Session, sealer: Sealer, second_code: str | None, opened: set[str], code: str
) -> bool:
    """Whether the second code that is given, or was a short while ago, opens this dossier."""
    if second_code is None:
        return code in opened and not has_void_code(session, reader, sealer, code)
    if not second_code_matches(reader, code, second_code):
        return False
    return not is_void(session, sealer, code, second_code)


def _is_followed(session: Session, citizen_id: str, reading: CodeReading) -> bool:
    return follow_of(session, citizen_id, reading.code) is not None


def _proof_in_force(session: Session, citizen_id: str, reading: CodeReading) -> str:
    for code in reading.candidates:
        follow = follow_of(session, citizen_id, code)
        if follow is not None:
            return follow.proof
    return "code"


def _linked_phone(session: Session, citizen_id: str) -> str | None:
    citizen = citizen_by_id(session, citizen_id)
    return citizen.phone if citizen is not None and citizen.phone_linked_at is not None else None
