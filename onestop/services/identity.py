"""Proving a phone: a one-time code goes to the number by SMS, and whoever types it in the chat has the phone at hand.

A number that is typed or shared proves nothing. Whether any dossier carries it is told by neither words nor times: for
one that none carries the same rows are written, the SMS is only never sent. ADR 0041.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from onestop.messages import identity as words
from onestop.messages.types import Button, SealedText, TextMessage
from onestop.services import buttons, guesses, outbox
from onestop.services.buttons import Choice
from onestop.services.citizens import note_consent
from onestop.services.delivery_status import CANCELLED
from onestop.services.outcomes import forget_if_sealed
from onestop.services.sealing import Sealer, is_same
from onestop.storage import Session, dossier_queries
from onestop.storage import identity as rows
from onestop.storage import outbox as outbox_rows
from onestop.storage.citizens import citizen_by_id, citizens_with_phone
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Citizen
from onestop.text.one_time_codes import CODE_DIGITS, desk_token_in, one_time_code_in

PURPOSE = "link_phone"
SECRET_INTENTS = frozenset({"give_code", "use_desk_link"})  # they stand for a secret that the channel took away
CODE_VALID_FOR = timedelta(minutes=5)
SPOKEN_OF_FOR = timedelta(minutes=15)  # a code typed too late is still known to be one
MOST_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_PER_HOUR = 3  # per citizen, and per phone
MOST_PER_DAY = 10
SLOWED_FOR_ALL_FROM = 300  # codes asked for by everybody in an hour: who asked before waits
STOPPED_FOR_ALL_FROM = 1500
SLOW_WAIT_FOR_ALL = timedelta(minutes=10)


@dataclass(frozen=True)
class Requested:
    """A code was asked for; `wait` is zero, or how long the citizen has to wait before the next (nothing was done)."""

    wait: timedelta = timedelta(0)

    @property
    def is_done(self) -> bool:
        """Whether the code is on its way, if there is one."""
        return self.wait <= timedelta(0)


class Check(Enum):
    """What became of a code that was typed."""

    LINKED = "linked"
    ALREADY_LINKED = "already-linked"
    WRONG = "wrong"
    NOT_SIX_DIGITS = "not-six-digits"
    SPENT = "spent"
    EXPIRED = "expired"
    MUST_WAIT = "must-wait"
    NOTHING_ASKED = "nothing-asked"


@dataclass(frozen=True)
class Checked:
    """The verdict on a code, with what its words need."""

    check: Check
    tries_left: int = 0
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class LinkView:
    """A citizen's linked phone.

    Attributes:
        proof: code | desk.
        others: How many other citizens have linked the same phone.
    """

    phone: str
    since: datetime
    proof: str | None
    others: int


def request_code(
    session: Session,
    reader: DossierReader,
    sealer: Sealer,
    citizen_id: str,
    phone: str,
    message_id: str,
    province: str,
    now: datetime,
) -> Requested:
    """Sends a one-time code to a phone (+84…) if a dossier carries it; the answer is the same if none does.

    Where others have asked for codes for this phone lately nothing is sent either, and the answer is again the same:
    it would tell that somebody links the number. Every earlier code of the citizen is void. A repeated turn asks once.

    Raises:
        BackendUnavailable: The dossier system does not answer; nothing was done.
    """
    if rows.code_by_key(session, message_id) is not None:
        return Requested()
    phone_hash = sealer.fingerprint("phone", phone)
    wait = _wait_before_request(session, citizen_id, now)
    if wait > timedelta(0):
        return Requested(wait)
    is_busy = _wait_by_counts(rows.requests_for_phone(session, phone_hash, now - DAY), now) > timedelta(0)
    is_sent = reader.read(dossier_queries.has_phone, phone) and not is_busy
    _close_earlier(session, citizen_id, "replaced", now)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    matching = _code_hash(sealer, message_id, citizen_id, code)
    rows.insert_code(
        session,
        {
            "key": message_id,
            "citizen_id": citizen_id,
            "phone": phone,
            # What is not sent counts as a request of its citizen only: nobody else has to wait for it.
            "phone_hash": sealer.fingerprint("busy-phone", phone) if is_busy else phone_hash,
            "code_hash": matching if is_sent else sealer.fingerprint("nothing", secrets.token_hex(16)),
            "state": "open",
            "tries": 0,
            "created_at": now,
            "expires_at": now + CODE_VALID_FOR,
        },
    )
    _queue_sms(session, sealer, citizen_id, phone, message_id, words.code_sms(code, province), is_sent, now)
    return Requested()


def check_code(
    session: Session, citizen_id: str, code_hash: str | None, wording: str, message_id: str, now: datetime
) -> Checked:
    """Judges a code that was typed, by the hash that `secret_in` made; the right one links the phone.

    Args:
        code_hash: None where the digits were not six.
        wording: What the citizen had been told that the code agrees to; `{phone}` is filled in.
    """
    row = rows.latest_code(session, citizen_id, now - SPOKEN_OF_FOR)
    if row is None or row.state == "cancelled":
        return Checked(Check.NOTHING_ASKED)
    if row.state == "used":
        return Checked(Check.LINKED if row.last_try_key == message_id else Check.ALREADY_LINKED)
    allowance = guesses.allowance_of(session, citizen_id, now)
    if not allowance.is_given:
        return Checked(Check.MUST_WAIT, wait=allowance.wait)
    if row.state == "spent":
        return Checked(Check.SPENT)
    if row.expires_at <= now or row.phone is None:
        return Checked(Check.EXPIRED)
    if code_hash is None:
        return Checked(Check.NOT_SIX_DIGITS)
    if row.last_try_key == message_id:
        return _wrong(row.tries)
    if not rows.take_try(session, row.id, message_id, MOST_TRIES):
        return Checked(Check.SPENT)
    session.refresh(row)
    if not is_same(row.code_hash, code_hash):
        guesses.note_miss(session, citizen_id, message_id, "one-time-code", now)
        if row.tries >= MOST_TRIES:
            row.state = "spent"
            _cancel_sms(session, citizen_id, now)
        return _wrong(row.tries)
    phone, row.phone, row.state = row.phone, None, "used"
    link(session, citizen_id, phone, "code", wording, message_id, now)
    return Checked(Check.LINKED)


def secret_in(session: Session, sealer: Sealer, citizen_id: str, text: str, now: datetime) -> Choice | None:
    """What a typed one-time code or desk code means: an intent with a keyed hash, so that Rasa never sees the secret.

    A one-time code is only looked for while one is awaited; anything else is only text: None.
    """
    token = desk_token_in(text)
    if token is not None:
        return Choice("(mã QR tại quầy)", "use_desk_link", {"desk_hash": desk_hash(sealer, token)})
    digits = one_time_code_in(text)
    row = rows.latest_code(session, citizen_id, now - SPOKEN_OF_FOR) if digits else None
    if digits is None or row is None or row.state == "cancelled":
        return None
    given = _code_hash(sealer, row.key, citizen_id, digits) if len(digits) == CODE_DIGITS else None
    return Choice("(mã xác nhận)", "give_code", {"code_hash": given} if given else {})


def desk_hash(sealer: Sealer, token: str) -> str:
    """The keyed hash by which a desk token is kept and passed on."""
    return sealer.fingerprint("desk", token)


def phone_asked_for(session: Session, citizen_id: str, now: datetime) -> str | None:
    """The number to which a code was asked for a short while ago, if it is not settled: "gửi lại mã" means it."""
    row = rows.latest_code(session, citizen_id, now - SPOKEN_OF_FOR)
    return row.phone if row is not None and row.state in ("open", "spent") else None


def cancel_request(session: Session, citizen_id: str, now: datetime) -> bool:
    """Leaves the linking: a code under way is void; whether there was one."""
    return _close_earlier(session, citizen_id, "cancelled", now)


def link(
    session: Session, citizen_id: str, phone: str, proof: str, wording: str, message_id: str, now: datetime
) -> None:
    """Ties a proved phone to a citizen, in place of any other, and records the consent.

    A phone may be tied to several citizens (families share one): those who had it are told, and each may untie the
    others.

    Args:
        proof: code | desk.
        wording: The words that were agreed to; `{phone}` is filled in, masked.
    """
    citizen = citizen_by_id(session, citizen_id)
    if citizen is None:
        return
    if citizen.phone != phone:
        rows.take_back_phone_proofs(session, citizen_id)
    citizen.phone, citizen.phone_linked_at, citizen.phone_proof = phone, now, proof
    agreed = wording.format(phone=words.masked_phone(phone))
    note_consent(session, citizen_id, PURPOSE, True, agreed, message_id, now)
    session.flush()
    for other in _others(session, citizen):
        _tell_other(session, other, phone, message_id, now)


def unlink(session: Session, citizen_id: str, message_id: str, now: datetime) -> str | None:
    """Unties the phone; its dossiers are private again. Gives the number, None where there was none."""
    citizen = citizen_by_id(session, citizen_id)
    _close_earlier(session, citizen_id, "cancelled", now)
    if citizen is None or citizen.phone is None or citizen.phone_linked_at is None:
        return None
    phone = citizen.phone
    _untie(session, citizen, message_id, now)
    return phone


def unlink_others(session: Session, citizen_id: str, message_id: str, now: datetime) -> tuple[str | None, int]:
    """Unties the citizen's phone from everybody else; gives the number and how many."""
    citizen = citizen_by_id(session, citizen_id)
    if citizen is None or citizen.phone is None or citizen.phone_linked_at is None:
        return None, 0
    others = _others(session, citizen)
    for other in others:
        _untie(session, other, message_id, now)
    return citizen.phone, len(others)


def link_of(session: Session, citizen_id: str) -> LinkView | None:
    """The phone that a citizen has proved theirs, if they have."""
    citizen = citizen_by_id(session, citizen_id)
    if citizen is None or citizen.phone is None or citizen.phone_linked_at is None:
        return None
    others = len(_others(session, citizen))
    return LinkView(citizen.phone, citizen.phone_linked_at, citizen.phone_proof, others)


def facts_of(session: Session, citizen_id: str, now: datetime) -> dict[str, Any]:
    """What is kept of a citizen's proofs, for the copy that they may ask for."""
    view = link_of(session, citizen_id)
    return {
        "linked_phone": {"phone": view.phone, "since": view.since, "proof": view.proof} if view else None,
        "codes_asked_for": rows.requests_of_citizen(session, citizen_id, now - DAY),
        "desk_codes_used": rows.desk_codes_used(session, citizen_id),
        "sent_away_from": rows.blocked_dossiers(session, citizen_id),
    }


def tidy(session: Session, now: datetime) -> None:
    """Forgets what served: numbers after an hour, requests after a day, desk links a week after their end."""
    rows.tidy_codes(session, now - HOUR, now - DAY)
    rows.tidy_desk_links(session, now - timedelta(days=7))


def has_asked_lately(session: Session, citizen_id: str, now: datetime) -> bool:
    """Whether a citizen asked for codes within the hour: erasing must not begin their count anew."""
    return bool(rows.requests_of_citizen(session, citizen_id, now - HOUR))


def _wait_before_request(session: Session, citizen_id: str, now: datetime) -> timedelta:
    """How long until a citizen may ask for a code; decided before anything is looked up, and by their own requests."""
    allowance = guesses.allowance_of(session, citizen_id, now)
    own = rows.requests_of_citizen(session, citizen_id, now - DAY)
    waits = [allowance.wait if allowance.is_stopped else timedelta(0)]
    waits.append(_wait_by_counts(own, now))
    of_all = rows.count_requests(session, now - HOUR)
    if of_all >= STOPPED_FOR_ALL_FROM or (of_all >= SLOWED_FOR_ALL_FROM and own):
        waits.append(SLOW_WAIT_FOR_ALL - (now - own[-1] if own and of_all < STOPPED_FOR_ALL_FROM else timedelta(0)))
    return max(waits)


def _wait_by_counts(asked: Sequence[datetime], now: datetime) -> timedelta:
    """`asked`: within the last day, oldest first."""
    if not asked:
        return timedelta(0)
    within_hour = [at for at in asked if at > now - HOUR]
    waits = [RESEND_AFTER - (now - asked[-1])]
    if len(within_hour) >= MOST_PER_HOUR:
        waits.append(HOUR - (now - within_hour[-MOST_PER_HOUR]))
    if len(asked) >= MOST_PER_DAY:
        waits.append(DAY - (now - asked[-MOST_PER_DAY]))
    return max(waits)


def _code_hash(sealer: Sealer, key: str, citizen_id: str, code: str) -> str:
    """Bound to one request of one citizen: no other's code and no earlier one fits."""
    return sealer.fingerprint("code", key, citizen_id, code)


def _queue_sms(
    session: Session,
    sealer: Sealer,
    citizen_id: str,
    phone: str,
    message_id: str,
    text: str,
    is_sent: bool,
    now: datetime,
) -> None:
    outbox.put(
        session,
        key=f"code:{message_id}",
        citizen_id=citizen_id,
        lane=outbox.CODE,
        kind="one_time_code",
        message=SealedText(sealer.seal(text)),
        now=now,
        channel=outbox.SMS,
        phone=phone,
        expires_at=now + CODE_VALID_FOR,
    )
    if not is_sent:
        _cancel_sms(session, citizen_id, now)


def _cancel_sms(session: Session, citizen_id: str, now: datetime) -> None:
    for row in outbox_rows.waiting_of(session, citizen_id, outbox.CODE):
        row.status, row.finished_at, row.phone = CANCELLED, now, None
        forget_if_sealed(row)


def _close_earlier(session: Session, citizen_id: str, state: str, now: datetime) -> bool:
    closed = rows.open_codes(session, citizen_id)
    for row in closed:
        row.state, row.phone = state, None
    _cancel_sms(session, citizen_id, now)
    return any(row.created_at > now - SPOKEN_OF_FOR for row in closed)


def _wrong(tries: int) -> Checked:
    return Checked(Check.WRONG, tries_left=MOST_TRIES - tries) if tries < MOST_TRIES else Checked(Check.SPENT)


def _others(session: Session, citizen: Citizen) -> list[Citizen]:
    return [one for one in citizens_with_phone(session, str(citizen.phone)) if one.id != citizen.id]


def _untie(session: Session, citizen: Citizen, message_id: str, now: datetime) -> None:
    agreed = words.UNLINK_WORDING.format(phone=words.masked_phone(str(citizen.phone)))
    citizen.phone = citizen.phone_linked_at = citizen.phone_proof = None
    rows.take_back_phone_proofs(session, citizen.id)
    note_consent(session, citizen.id, PURPOSE, False, agreed, message_id, now)


def _tell_other(session: Session, citizen: Citizen, phone: str, message_id: str, now: datetime) -> None:
    """At once, also at night: if it was a thief, every minute counts."""
    if citizen.notifications_stopped_at is not None:
        return
    tokens = buttons.mint(citizen.id, [Choice("Gỡ các Zalo khác", "unlink_others", {})], now)
    message = TextMessage(words.linked_elsewhere_text(phone), tuple(Button(one.title, one.token) for one in tokens))
    is_new = outbox.put(
        session,
        key=f"linked:{message_id}:{citizen.id}",
        citizen_id=citizen.id,
        lane=outbox.NOTICE,
        kind="phone_linked_elsewhere",
        message=message,
        now=now,
    )
    if is_new:
        session.add_all(tokens)
