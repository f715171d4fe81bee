"""What became of an attempt to send, and what that makes of its row: sent, tried again, another channel, given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from onestop.log import get_logger
from onestop.messages.codec import to_json
from onestop.messages.types import SealedText
from onestop.services import channel_plan, routing
from onestop.services import delivery_status as status
from onestop.storage import Session, outbox
from onestop.storage.tables import Citizen, Notification

log = get_logger()

RETRY_AFTER_S = (2.0, 5.0, 15.0, 60.0, *(300.0,) * 4, *(600.0,) * 24)
"""Waits between tries of what Zalo surely did not take: over four hours, then the next channel or a failure."""


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
    NOT_TRIED = "not-tried"  # no call was made; does not count as an attempt


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt.

    Attributes:
        message_id: Where the channel took it.
        error: A code without personal data.
        retry_after_s: Not sooner than this. Of `OTHER_WAY`: where there is no other way, again then.
        max_attempts: How many times this very error may come before the channel is given up; None: as long as the
            back-off lasts.
        is_patient: No message is at fault (no consent, no contract, a wrong setting): tried until it works.
    """

    fate: Fate
    message_id: str | None = None
    error: str | None = None
    retry_after_s: float | None = None
    look_up_after_s: float = 2.0
    max_attempts: int | None = None
    is_patient: bool = False


def forget_if_sealed(row: Notification) -> None:
    """Empties a sealed text that has served: a one-time code stays readable for nobody."""
    if row.status not in (status.CREATED, status.SENDING, status.TEMPORARY_FAILURE) and row.body["kind"] == "sealed":
        row.body = to_json(SealedText(""))


def put_back(row: Notification, leg: routing.NotBefore | None, now: datetime) -> None:
    """A claimed row that is not sent now: in the morning, or never where no channel is left."""
    if leg is None:
        row.status, row.error, row.finished_at = status.PERMANENT_FAILURE, routing.REFUSED_BY_ALL, now
    else:
        row.status, row.next_attempt_at = status.CREATED, leg.at
    log.info("notification.put_back", notification_id=row.id, error=row.error)


def record(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    """Writes the end of an attempt into its row; `row.attempts` counts it already. Not for `AMBIGUOUS`."""
    _FATES[outcome.fate](session, row, outcome, now)
    forget_if_sealed(row)


def _record_sent(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    row.status, row.zalo_message_id, row.finished_at = status.SENT, outcome.message_id, now


def _record_retry(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    if not outcome.is_patient and _has_tried_enough(session, row, outcome):
        _record_given_up(session, row, outcome, now)
        return
    back_off_s = RETRY_AFTER_S[min(row.attempts, len(RETRY_AFTER_S)) - 1]
    again_at = now + timedelta(seconds=max(back_off_s, outcome.retry_after_s or 0.0))
    if row.expires_at is not None and row.expires_at <= again_at:
        _record_expired(session, row, outcome, now)
        return
    row.status, row.next_attempt_at = status.TEMPORARY_FAILURE, again_at


def _has_tried_enough(session: Session, row: Notification, outcome: Outcome) -> bool:
    if outcome.max_attempts is not None:
        return outbox.times_failed(session, row.id, outcome.error) + 1 >= outcome.max_attempts
    return row.attempts > len(RETRY_AFTER_S)


def _record_other_way(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    if outcome.retry_after_s is not None and not routing.has_other_way(session, row, now):
        _record_retry(session, row, outcome, now)  # a quota that is full today, a template being mended
    else:
        _record_given_up(session, row, outcome, now)


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


def _record_not_tried(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    # Not `created`: a row that waits in that state holds back no later one of its citizen.
    row.status, row.next_attempt_at = status.TEMPORARY_FAILURE, now + timedelta(seconds=outcome.retry_after_s or 0.0)


def _record_broken(session: Session, row: Notification, outcome: Outcome, now: datetime) -> None:
    row.status, row.finished_at = status.TECHNICAL_FAILURE, now


_FATES: dict[Fate, Callable[[Session, Notification, Outcome, datetime], None]] = {
    Fate.SENT: _record_sent,
    Fate.RETRY: _record_retry,
    Fate.GIVE_UP: _record_given_up,
    Fate.OTHER_WAY: _record_other_way,
    Fate.UNREACHABLE: _record_unreachable,
    Fate.BROKEN: _record_broken,
    Fate.EXPIRED: _record_expired,
    Fate.NOT_TRIED: _record_not_tried,
}
