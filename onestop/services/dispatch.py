"""The one loop that sends what stands in the outbox, each row through the sender of its channel.

It runs in two places: Rasa's process sends replies at once, the notifier sends everything else and replies that were
orphaned. A row is claimed, the transaction ends, the message is sent, the outcome is recorded; retry is a value
(`next_attempt_at`), not a sleep. A row whose sender died, or whose answer from Zalo was lost, stays in `sending` and is
looked up in Zalo's conversation history: it becomes sent, is queued again, or, undecidable, is marked unknown for a
person to judge.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from onestop import clock
from onestop.log import get_logger
from onestop.messages.codec import to_json
from onestop.messages.types import Message, SealedText
from onestop.services import channel_plan, routing
from onestop.services import delivery_status as status
from onestop.storage import Session, SessionFactory, outbox
from onestop.storage.tables import Citizen, Notification

log = get_logger()

RETRY_AFTER_S = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 3600.0, 3600.0)
MAX_LOOKUPS = 20
RECORD_AT_ONCE = 20
DEAD_OWNER_AFTER_S = 3.0


class Fate(Enum):
    """What became of an attempt to send."""

    SENT = "sent"
    RETRY = "retry"
    GIVE_UP = "give-up"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    AMBIGUOUS = "ambiguous"
    OTHER_WAY = "other-way"  # this channel will not carry it to this person now
    EXPIRED = "expired"


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt: `message_id` where the channel took it, `error` as a code without personal data."""

    fate: Fate
    message_id: str | None = None
    error: str | None = None
    retry_after_s: float | None = None
    look_up_after_s: float = 2.0


class HistoryAnswer(Enum):
    """What Zalo's conversation history says of a send whose answer was lost."""

    FOUND = "found"
    ABSENT = "absent"
    UNDECIDABLE = "undecidable"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Evidence:
    """`message_id` is given where the message was found."""

    answer: HistoryAnswer
    message_id: str | None = None


class Sender(Protocol):
    """One channel, as this loop needs it. Neither method raises for anything that the channel or the network does.

    `address` is the row's phone number where it has one, else the citizen's Zalo id.
    """

    def send(self, address: str, message: Message) -> Outcome:
        """Sends one message, once."""

    def look_up(
        self,
        address: str,
        message: Message,
        not_before: datetime,
        is_known: Callable[[list[str]], set[str]],
    ) -> Evidence:
        """Whether a message sent since `not_before` stands in the history under an id that no row of ours knows."""


@dataclass(frozen=True)
class _Attempt:
    row: Notification
    outcome: Outcome
    took_ms: int


def owner_name(process: str) -> str:
    """Names this process in `claimed_by`: what it is, its machine, its process id."""
    return f"{process}@{socket.gethostname()[:30]}@{os.getpid()}"


def is_dead(owner: str | None) -> bool:
    """Whether the process that claimed a row certainly no longer runs: same machine, process id gone."""
    _kind, host, pid = owner.split("@") if owner is not None and owner.count("@") == 2 else ("", "", "")
    if host != socket.gethostname()[:30] or not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


class Dispatcher:
    """Sends rows of the outbox for one process.

    Args:
        sessions: Makes sessions of our database.
        senders: Channels by the name that rows carry (`cs`, `sms`).
        owner: Names this process in `claimed_by`.
        stuck_after_s: Machine seconds after which a row in `sending` is looked up though its sender seems to live;
            longer than a call with upload, token refresh and retries may take.
    """

    def __init__(
        self, sessions: SessionFactory, senders: Mapping[str, Sender], owner: str, stuck_after_s: float = 120.0
    ) -> None:
        self._sessions = sessions
        self._senders = senders
        self._owner = owner
        self._stuck_after_s = stuck_after_s

    def due(self, lanes: tuple[str, ...], limit: int = 100, older_than_s: float = 0.0) -> list[int]:
        """Ids of rows to send now, oldest first."""
        now = clock.now()
        before = now - timedelta(seconds=older_than_s) if older_than_s else None
        with self._sessions() as session:
            return outbox.due_ids(session, lanes, now, before, limit)

    def due_citizens(self, lane: str, limit: int = 100) -> list[str]:
        """Citizens to whom something of this lane may be sent now."""
        with self._sessions() as session:
            return outbox.citizens_due(session, lane, clock.now(), limit)

    def send_row(self, notification_id: int) -> bool:
        """Claims one row, sends it, records the outcome.

        Returns:
            Whether this call claimed it (another sender may have been quicker, or an earlier row is unfinished).
        """
        with self._sessions.begin() as session:
            row = outbox.claim(session, notification_id, self._owner, clock.now(), time.time())
            if row is None:
                return False
            leg = routing.plan_leg(session, row, clock.now())
            if not isinstance(leg, routing.Leg):
                _put_back(row, leg, clock.now())
                return True
            row.channel, row.cost_vnd = leg.channel, leg.cost_vnd
        self._record_all([self._timed_attempt(leg, row)])
        return True

    def send_rows(self, ids: Sequence[int], pool: Executor) -> int:
        """Sends many rows of different citizens beside each other, claimed in one transaction, recorded by the dozen.

        Returns:
            How many this call claimed.
        """
        if not ids:
            return 0
        with self._sessions.begin() as session:
            rows = outbox.claim_many(session, ids, self._owner, clock.now(), time.time())
            legs = {row.id: routing.plan_leg(session, row, clock.now()) for row in rows}
            for row in rows:
                leg = legs[row.id]
                if isinstance(leg, routing.Leg):
                    row.channel, row.cost_vnd = leg.channel, leg.cost_vnd
                else:
                    _put_back(row, leg, clock.now())
        under_way = [
            pool.submit(self._timed_attempt, leg, row) for row in rows if isinstance(leg := legs[row.id], routing.Leg)
        ]
        done: list[_Attempt] = []
        try:
            for future in as_completed(under_way):
                done.append(future.result())
                if len(done) >= RECORD_AT_ONCE:
                    done, recorded = [], done
                    self._record_all(recorded)
        finally:
            self._record_all(done)
        return len(rows)

    def send_citizen_lane(self, citizen_id: str, lane: str) -> int:
        """Sends what is due to one citizen, in order, until nothing is left or one row must wait."""
        sent = 0
        while True:
            with self._sessions() as session:
                next_id = outbox.next_of_citizen(session, citizen_id, lane, clock.now())
            if next_id is None or not self.send_row(next_id):
                return sent
            sent += 1

    def resolve_stuck(self, limit: int = 50) -> int:
        """Decides rows that have been in `sending` for too long, or whose sender died; returns how many."""
        with self._sessions() as session:
            rows = outbox.sending_since(session, time.time() - DEAD_OWNER_AFTER_S, limit)
        due_s = time.time() - self._stuck_after_s
        return sum(self._resolve(row) for row in rows if row.claimed_at < due_s or is_dead(row.claimed_by))

    def _timed_attempt(self, leg: routing.Leg, row: Notification) -> _Attempt:
        began = time.perf_counter()
        outcome = self._attempt(leg, row)
        return _Attempt(row, outcome, round((time.perf_counter() - began) * 1000))

    def _record_all(self, attempts: Sequence[_Attempt]) -> None:
        if not attempts:
            return
        with self._sessions.begin() as session:
            stored = outbox.rows_with_ids(session, [one.row.id for one in attempts])
            told = [
                self._record(session, stored[one.row.id], one.outcome, one.took_ms)
                for one in attempts
                if one.row.id in stored
            ]
            outbox.add_attempts(session, told)

    def _attempt(self, leg: routing.Leg, row: Notification) -> Outcome:
        if leg.address is None:
            return Outcome(Fate.GIVE_UP, error="citizen-erased")
        if row.expires_at is not None and row.expires_at <= clock.now():
            return Outcome(Fate.EXPIRED, error="expired")
        try:
            return self._senders[leg.channel].send(leg.address, leg.message)
        except Exception:
            log.exception("notification.broken", notification_id=row.id)
            return Outcome(Fate.BROKEN, error="internal")

    def _record(self, session: Session, row: Notification, outcome: Outcome, took_ms: int) -> dict[str, Any]:
        """Writes what became of an attempt into its row; returns the attempt as `outbox.add_attempts` takes it."""
        now = clock.now()
        row.attempts += 1
        row.error = outcome.error
        if (
            outcome.fate is Fate.AMBIGUOUS
        ):  # stays in `sending`; `resolve_stuck` looks it up once Zalo must be through with it
            row.claimed_at = time.time() - self._stuck_after_s + outcome.look_up_after_s
        else:
            _FATES[outcome.fate](session, row, outcome, now)
            forget_if_sealed(row)
        log.info(
            "notification.attempted",
            channel=row.channel,
            fate=outcome.fate.value,
            notification_id=row.id,
            attempt=row.attempts,
            took_ms=took_ms,
            error=outcome.error,
        )
        return {
            "notification_id": row.id,
            "attempt": row.attempts,
            "at": now,
            "outcome": outcome.fate.value,
            "channel": row.channel,
            "error": outcome.error,
            "took_ms": took_ms,
        }

    def _resolve(self, row: Notification) -> bool:
        with self._sessions() as session:
            leg = routing.leg_as_claimed(session, row)

        def known(ids: list[str]) -> set[str]:
            with self._sessions() as session:
                return outbox.known_message_ids(session, row.citizen_id, ids)

        if leg.address is None:
            evidence = Evidence(HistoryAnswer.UNDECIDABLE)
        else:
            not_before = row.sending_since - timedelta(seconds=5)
            evidence = self._senders[leg.channel].look_up(leg.address, leg.message, not_before, known)
        with self._sessions.begin() as session:
            return self._settle(session, row, evidence)

    def _settle(self, session: Session, row: Notification, evidence: Evidence) -> bool:
        stored = session.get(Notification, row.id)
        if stored.status != status.SENDING or stored.claimed_at != row.claimed_at:
            return False  # its sender has come back, or another process decided
        now = clock.now()
        if evidence.answer is HistoryAnswer.UNAVAILABLE:
            stored.attempts += 1
            stored.claimed_at = time.time()
            if stored.attempts < MAX_LOOKUPS:
                return False
        if evidence.answer is HistoryAnswer.FOUND:
            stored.status, stored.zalo_message_id, stored.finished_at = status.SENT, evidence.message_id, now
        elif evidence.answer is HistoryAnswer.ABSENT:
            stored.status, stored.next_attempt_at = status.TEMPORARY_FAILURE, now
        else:
            stored.status, stored.finished_at = status.UNKNOWN, now
        forget_if_sealed(stored)
        log.info("notification.resolved", notification_id=row.id, answer=evidence.answer.value)
        return True


def forget_if_sealed(row: Notification) -> None:
    """Empties a sealed text that has served: a one-time code stays readable for nobody."""
    if row.status not in (status.CREATED, status.SENDING, status.TEMPORARY_FAILURE) and row.body["kind"] == "sealed":
        row.body = to_json(SealedText(""))


def _put_back(row: Notification, leg: routing.NotBefore | None, now: datetime) -> None:
    """A claimed row that is not sent now: in the morning, or never where no channel is left."""
    if leg is None:
        row.status, row.error, row.finished_at = status.PERMANENT_FAILURE, routing.REFUSED_BY_ALL, now
    else:
        row.status, row.next_attempt_at = status.CREATED, leg.at
    log.info("notification.put_back", notification_id=row.id, error=row.error)


def _record_sent(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    row.status, row.zalo_message_id, row.finished_at = status.SENT, outcome.message_id, now


def _record_retry(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    if row.attempts > len(RETRY_AFTER_S):
        row.status, row.finished_at = status.PERMANENT_FAILURE, now
        return
    again_at = now + timedelta(seconds=outcome.retry_after_s or RETRY_AFTER_S[row.attempts - 1])
    if row.expires_at is not None and row.expires_at <= again_at:
        _record_expired(session, row, outcome, now)
        return
    row.status, row.next_attempt_at = status.TEMPORARY_FAILURE, again_at


def _record_given_up(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    if (
        row.alternatives is not None and outcome.error != "citizen-erased"
    ):  # the next way; none left is told by its plan
        row.tried = " ".join(sorted(routing.tried(row) | {row.channel}))
        row.status, row.next_attempt_at = status.TEMPORARY_FAILURE, now
        return
    row.status, row.finished_at = status.PERMANENT_FAILURE, now


def _record_unreachable(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    _record_given_up(session, row, outcome, now)
    citizen = session.get(Citizen, row.citizen_id)
    if citizen is not None and row.channel in (channel_plan.CS, channel_plan.TEMPLATE_UID):
        citizen.unreachable_since = now


def _record_expired(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    row.status, row.finished_at = status.CANCELLED, now


def _record_broken(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    row.status, row.finished_at = status.TECHNICAL_FAILURE, now


_FATES: dict[Fate, Callable[[Session, Notification, Outcome, datetime], None]] = {
    Fate.SENT: _record_sent,
    Fate.RETRY: _record_retry,
    Fate.GIVE_UP: _record_given_up,
    Fate.OTHER_WAY: _record_given_up,
    Fate.UNREACHABLE: _record_unreachable,
    Fate.BROKEN: _record_broken,
    Fate.EXPIRED: _record_expired,
}
