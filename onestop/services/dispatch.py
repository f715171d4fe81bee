"""The one loop that sends what stands in the outbox, each row through the sender of its channel.

It runs in two places: Rasa's process sends replies at once, the notifier sends everything else and replies that were
orphaned. A row is claimed, the transaction ends, the message is sent, the outcome is recorded; retry is a value
(`next_attempt_at`), not a sleep. A row whose sender died, or whose answer from Zalo was lost, stays in `sending` and is
looked up in Zalo's conversation history: it becomes sent, is queued again, or, undecidable, is marked unknown for a
person to judge.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, TimeoutError, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onestop import clock
from onestop.log import get_logger
from onestop.services import delivery_status as status
from onestop.services import outcomes, routing
from onestop.services.outcomes import Fate, Outcome
from onestop.services.owners import is_dead, owner_name
from onestop.services.senders import Evidence, HistoryAnswer, Sender
from onestop.storage import Session, SessionFactory, outbox
from onestop.storage.engine import DatabaseUnavailable, begin_immediate
from onestop.storage.tables import Notification

__all__ = ["Dispatcher", "Evidence", "Fate", "HistoryAnswer", "Outcome", "Sender", "is_dead", "owner_name"]

log = get_logger()

MAX_LOOKUPS = 120
RECORD_AT_ONCE = 20
PATIENCE_S = 0.5  # how long a round waits for its sends; what hangs longer is recorded by a later round
PATIENCE_WITH_HANGING_S = 0.1
CLOCK_SKEW_S = 60.0
LOOKUPS_AT_ONCE = 4
DEAD_OWNER_AFTER_S = 12.0  # what a dead process had posted may take effect that much later


@dataclass(frozen=True)
class _Attempt:
    row: Notification
    outcome: Outcome
    took_ms: int

    def owns(self, stored: Notification) -> bool:
        """Whether the row is still as this attempt claimed it."""
        mine = (self.row.claimed_by, self.row.sending_since)
        return stored.status == status.SENDING and (stored.claimed_by, stored.sending_since) == mine


class Dispatcher:
    """Sends rows of the outbox for one process.

    Args:
        sessions: Makes sessions of our database.
        senders: Channels by the name that rows carry (`cs`, `sms`).
        owner: Names this process in `claimed_by`.
        stuck_after_s: Machine seconds after which a row in `sending` is looked up though its sender seems to live;
            longer than a call with upload, token refresh and retries may take.
        machine_s: The machine's clock, seconds since 1970.
    """

    def __init__(
        self,
        sessions: SessionFactory,
        senders: Mapping[str, Sender],
        owner: str,
        stuck_after_s: float = 120.0,
        machine_s: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._senders = senders
        self._owner = owner
        self._stuck_after_s = stuck_after_s
        self._machine_s = machine_s
        self._drift_s = machine_s() - time.monotonic()
        self._trusts_ages_from = 0.0
        self._clock_drift_s = float("inf")  # so that the first look counts as a clock set back while we were away
        self._under_way: dict[Future[_Attempt], Executor] = {}
        self._lock = threading.Lock()
        self._unrecorded: list[_Attempt] = []
        self._doubtful_claims: list[float] = []
        self._looking_up: set[int] = set()
        self._trouble: Exception | None = None

    def under_way(self, pool: Executor) -> int:
        """How many sends of this pool have not ended, or are not recorded."""
        return sum(one is pool for one in self._under_way.values())

    def raise_trouble(self) -> int:
        """Raises what our database refused since the last call where that was survived in silence; else returns 0."""
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            raise trouble
        return 0

    def due(self, lanes: tuple[str, ...], limit: int = 100, older_than_s: float = 0.0) -> list[int]:
        """Ids of rows to send now, oldest first."""
        self._watch_clock()
        now = clock.now()
        before = now - timedelta(seconds=older_than_s) if older_than_s else None
        with self._sessions() as session:
            return outbox.due_ids(session, lanes, now, before, limit)

    def due_citizens(self, lane: str, limit: int = 100) -> list[str]:
        """Citizens to whom something of this lane may be sent now."""
        self._watch_clock()
        with self._sessions() as session:
            return outbox.citizens_due(session, lane, clock.now(), limit)

    def send_row(self, notification_id: int) -> bool:
        """Claims one row, sends it, records the outcome.

        Returns:
            Whether this call claimed it (another sender may have been quicker, or an earlier row is unfinished).
        """
        self._catch_up()
        claimed, ready = self._claim([notification_id])
        self._record_all([self._timed_attempt(leg, row, time.monotonic()) for leg, row in ready])
        return claimed > 0

    def send_rows(
        self, ids: Sequence[int], pool: Executor, patience_s: float | None = None, may_remain: int = 0
    ) -> int:
        """Sends many rows of different citizens beside each other, claimed in one transaction, recorded by the dozen.

        A send that hangs holds up nobody else's: it is recorded by a later call.

        Args:
            pool: Sends them; each pool has its own count of what is under way.
            patience_s: How long to wait for sends of this pool to end; None: half a second, and less while some hang.
            may_remain: How many of this pool need not be waited for, so that its senders do not idle until the next
                call.

        Returns:
            How many this call claimed.
        """
        self._catch_up()
        if patience_s is None:
            patience_s = PATIENCE_WITH_HANGING_S if self.under_way(pool) else PATIENCE_S
        claimed, ready = self._claim(ids) if ids else (0, [])
        now_s = time.monotonic()
        self._under_way |= {pool.submit(self._timed_attempt, leg, row, now_s): pool for leg, row in ready}
        self.collect(pool, patience_s, may_remain)
        return claimed

    def collect(self, pool: Executor | None = None, patience_s: float = 0.0, may_remain: int = 0) -> None:
        """Records the sends that have ended, of all pools, waiting a little for those of one pool."""
        done: list[_Attempt] = []
        try:
            for future in self._ending(pool, patience_s, may_remain):
                del self._under_way[future]
                done.append(future.result())
                if len(done) >= RECORD_AT_ONCE:
                    done, recorded = [], done
                    self._record_all(recorded)
        finally:
            self._record_all(done)

    def _ending(self, pool: Executor | None, patience_s: float, may_remain: int) -> Iterator[Future[_Attempt]]:
        awaited = [future for future, sender in self._under_way.items() if sender is pool]
        try:
            for ended, future in enumerate(as_completed(awaited, timeout=patience_s)):
                if len(awaited) - ended <= may_remain:
                    break
                yield future
        except TimeoutError:
            pass  # they hang
        yield from [future for future in self._under_way if future.done()]

    def send_citizen_lane(self, citizen_id: str, lane: str) -> int:
        """Sends what is due to one citizen, in order, until nothing is left or one row must wait."""
        sent = 0
        while True:
            with self._sessions() as session:
                next_id = outbox.next_of_citizen(session, citizen_id, lane, clock.now())
            if next_id is None or not self.send_row(next_id):
                return sent
            sent += 1

    def resolve_stuck(self, pool: Executor | None = None, limit: int = 200) -> int:
        """Decides rows that have been in `sending` for too long, or whose sender died.

        Args:
            pool: Asks Zalo there, a few at a time, so that a Zalo that hangs does not hold up the caller.

        Returns:
            How many were decided, or with a pool are being looked up.
        """
        now_s = self._machine_s()
        self._watch_machine_clock(now_s)
        with self._sessions() as session:
            rows = outbox.sending_rows(session, limit)
        self._restamp([row for row in rows if row.claimed_at > now_s + self._stuck_after_s], now_s)
        stuck = [row for row in rows if self._is_stuck(row, now_s)]
        if pool is None:
            return sum(self._resolve(row) for row in stuck)
        begun = [row for row in stuck if self._begin_look_up(row.id)]
        for row in begun:
            pool.submit(self._look_up_in_pool, row)
        return len(begun)

    def _is_stuck(self, row: Notification, now_s: float) -> bool:
        age_s = now_s - row.claimed_at
        if is_dead(row.claimed_by):
            return age_s > min(DEAD_OWNER_AFTER_S, self._stuck_after_s)
        return age_s > self._stuck_after_s and time.monotonic() >= self._trusts_ages_from

    def _watch_clock(self) -> None:
        """After the clock was set back: what was due when it was queued is due now."""
        drift_s = clock.timestamp() - time.monotonic()
        if drift_s < self._clock_drift_s - CLOCK_SKEW_S:
            with self._sessions.begin() as session:
                outbox.make_due(session, clock.now(), timedelta(seconds=CLOCK_SKEW_S))
        self._clock_drift_s = drift_s

    def _watch_machine_clock(self, now_s: float) -> None:
        """After a leap of the machine's clock no claim is as old as it looks: its sender may be at work."""
        drift_s = now_s - time.monotonic()
        if drift_s - self._drift_s > self._stuck_after_s / 4:
            log.warning("dispatch.clock_leapt", seconds=round(drift_s - self._drift_s))
            self._trusts_ages_from = time.monotonic() + self._stuck_after_s
        self._drift_s = drift_s

    def _restamp(self, rows: Sequence[Notification], now_s: float) -> None:
        """Claims from the future: the machine's clock was set back. Their age counts from now."""
        if rows:
            with self._sessions.begin() as session:
                for row in rows:
                    outbox.restamp_claim(session, row, now_s)

    def _begin_look_up(self, notification_id: int) -> bool:
        with self._lock:
            if notification_id in self._looking_up or len(self._looking_up) >= LOOKUPS_AT_ONCE:
                return False
            self._looking_up.add(notification_id)
            return True

    def _look_up_in_pool(self, row: Notification) -> None:
        try:
            self._resolve(row)
        except DatabaseUnavailable as error:
            self._trouble = error
        except Exception:
            log.exception("notification.look_up_failed", notification_id=row.id)
        finally:
            with self._lock:
                self._looking_up.discard(row.id)

    def _claim(self, ids: Sequence[int]) -> tuple[int, list[tuple[routing.Leg, Notification]]]:
        """Takes rows and plans their legs; how many were taken, and those that can be sent now."""
        now, machine_s = clock.now(), self._machine_s()
        ready: list[tuple[routing.Leg, Notification]] = []
        try:
            with self._sessions.begin() as session:
                rows = outbox.claim_many(session, ids, self._owner, now, machine_s)
                for row in rows:
                    leg = routing.plan_leg(session, row, now)
                    if isinstance(leg, routing.Leg):
                        row.channel, row.cost_vnd = leg.channel, leg.cost_vnd
                        ready.append((leg, row))
                    else:
                        outcomes.put_back(row, leg, now)
        except DatabaseUnavailable:
            with self._lock:  # the commit may have been done nevertheless; nothing of it was sent
                self._doubtful_claims.append(machine_s)
            raise
        return len(rows), ready

    def _catch_up(self) -> None:
        """Writes down what could not be written while the database was away."""
        with self._lock:
            attempts, self._unrecorded = self._unrecorded, []
            claims, self._doubtful_claims = self._doubtful_claims, []
        self._record_all(attempts)
        for position, machine_s in enumerate(claims):
            try:
                with self._sessions.begin() as session:
                    outbox.release_claim(session, self._owner, machine_s)
            except DatabaseUnavailable:
                with self._lock:
                    self._doubtful_claims += claims[position:]
                return

    def _timed_attempt(self, leg: routing.Leg, row: Notification, claimed_s: float) -> _Attempt:
        began = time.monotonic()
        if began - claimed_s > self._stuck_after_s / 2:  # it waited behind sends that hang: others may soon take it
            outcome = Outcome(Fate.NOT_TRIED)
        else:
            outcome = self._attempt(leg, row)
        return _Attempt(row, outcome, round((time.monotonic() - began) * 1000))

    def _record_all(self, attempts: Sequence[_Attempt]) -> None:
        """Records attempts; keeps them for later where the database is away or full."""
        if not attempts:
            return
        try:
            with self._sessions.begin() as session:
                begin_immediate(session)
                stored = outbox.rows_with_ids(session, [one.row.id for one in attempts])
                told = [self._record(session, stored[one.row.id], one) for one in attempts if one.row.id in stored]
                outbox.add_attempts(session, [one for one in told if one is not None])
        except DatabaseUnavailable as error:
            with self._lock:
                self._unrecorded += attempts
            self._trouble = error
            log.error("alarm.outcomes_not_recorded", count=len(attempts), error=type(error).__name__)

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

    def _record(self, session: Session, row: Notification, attempt: _Attempt) -> dict[str, Any] | None:
        """Writes what became of an attempt into its row; returns the attempt as `outbox.add_attempts` takes it."""
        now, outcome = clock.now(), attempt.outcome
        if not attempt.owns(row):  # it was looked up meanwhile; that it was sent still is the truth
            log.warning("notification.claim_lost", notification_id=row.id, fate=outcome.fate.value)
            if outcome.fate is not Fate.SENT or row.status in (status.SENT, status.DELIVERED):
                return None
        if outcome.fate is Fate.NOT_TRIED:
            outcomes.record(session, row, outcome, now)
            return None
        row.attempts += 1
        row.error = outcome.error
        if outcome.fate is Fate.AMBIGUOUS:  # stays in `sending`; looked up once Zalo must be through with it
            row.claimed_by, row.claimed_at = None, self._machine_s() - self._stuck_after_s + outcome.look_up_after_s
        else:
            outcomes.record(session, row, outcome, now)
        log.info(
            "notification.attempted",
            channel=row.channel,
            fate=outcome.fate.value,
            notification_id=row.id,
            attempt=row.attempts,
            took_ms=attempt.took_ms,
            error=outcome.error,
        )
        return _delivery(row, outcome.fate.value, outcome.error, now, attempt.took_ms)

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
            begin_immediate(session)  # else two processes could both find the row undecided
            return self._settle(session, row, evidence)

    def _settle(self, session: Session, row: Notification, evidence: Evidence) -> bool:
        stored = session.get(Notification, row.id, with_for_update=True)
        asked_about = (status.SENDING, row.claimed_at, row.sending_since)
        if stored is None or (stored.status, stored.claimed_at, stored.sending_since) != asked_about:
            return False  # its sender has come back, or another process decided
        now = clock.now()
        if evidence.answer is HistoryAnswer.UNAVAILABLE:
            tried = outbox.times_failed(session, row.id, _NO_HISTORY) + 1
            outbox.add_attempts(session, [_delivery(stored, "look-up", _NO_HISTORY, now, None)])
            if tried < MAX_LOOKUPS:
                stored.claimed_at = self._machine_s()
                return False
        if evidence.answer is HistoryAnswer.FOUND:
            stored.status, stored.zalo_message_id, stored.finished_at = status.SENT, evidence.message_id, now
        elif evidence.answer is HistoryAnswer.ABSENT and stored.attempts:
            outcomes.record(session, stored, Outcome(Fate.RETRY, error=stored.error), now)
        elif evidence.answer is HistoryAnswer.ABSENT:  # its sender died
            stored.status, stored.next_attempt_at = status.TEMPORARY_FAILURE, now
        else:
            stored.status, stored.finished_at = status.UNKNOWN, now
        outcomes.forget_if_sealed(stored)
        log.info("notification.resolved", notification_id=row.id, answer=evidence.answer.value)
        return True


_NO_HISTORY = "no-history"


def _delivery(row: Notification, outcome: str, error: str | None, at: datetime, took_ms: int | None) -> dict[str, Any]:
    return {
        "notification_id": row.id,
        "attempt": row.attempts,
        "at": at,
        "outcome": outcome,
        "channel": row.channel,
        "error": error,
        "took_ms": took_ms,
    }
