"""What operators do with rows of the outbox: send again, take back, and see what it all cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from onestop.errors import OnestopError
from onestop.services import delivery_status as status
from onestop.services.channel_plan import rates_on
from onestop.services.reminder_rules import KINDS
from onestop.services.routing import REFUSED_BY_ALL
from onestop.storage import Session
from onestop.storage.outbox_reports import Cost, costs_between, row_by_id, rows_of
from onestop.storage.tables import Notification

ENDED_BADLY = (status.PERMANENT_FAILURE, status.TECHNICAL_FAILURE, status.CANCELLED)
WAITING = (status.CREATED, status.TEMPORARY_FAILURE)


class CannotDo(OnestopError):
    """The row is in no state for this; the text is a sentence for the operator."""


@dataclass(frozen=True)
class Ledger:
    """Costs of a time, in đồng, and what the same by SMS would have cost more."""

    costs: tuple[Cost, ...]
    total_vnd: int
    saved_vnd: int


def replay(session: Session, notification_id: int, now: datetime, even_unknown: bool = False) -> None:
    """Queues a row again that was given up.

    Args:
        even_unknown: Also one of which nobody knows whether it arrived: the citizen may get it twice.

    Raises:
        CannotDo: There is no such row, it is under way, arrived, or held a one-time code.
    """
    row = _row(session, notification_id)
    if row.status == status.UNKNOWN and not even_unknown:
        raise CannotDo("Không biết tin này đã tới chưa; gửi lại có thể trùng. Thêm --even-unknown nếu vẫn muốn gửi.")
    if row.status not in (*ENDED_BADLY, status.UNKNOWN):
        raise CannotDo(f"Tin đang ở trạng thái “{row.status}”, không gửi lại được.")
    if row.body.get("kind") == "sealed":
        raise CannotDo("Tin này là mã dùng một lần, nội dung đã được xóa; người dân tự yêu cầu mã mới.")
    row.status, row.next_attempt_at, row.attempts = status.CREATED, now, 0
    row.error = row.tried = row.finished_at = row.expires_at = None


def cancel(session: Session, notification_id: int, now: datetime) -> None:
    """Takes back a row that waits.

    Raises:
        CannotDo: There is no such row, or it no longer waits.
    """
    row = _row(session, notification_id)
    if row.status not in WAITING:
        raise CannotDo(f"Tin đang ở trạng thái “{row.status}”, không thu hồi được.")
    row.status, row.finished_at, row.error = status.CANCELLED, now, "by-operator"


def call_list(session: Session, limit: int = 200) -> list[Notification]:
    """Rows that no channel could carry: somebody has to call. Nobody is rung up for a reminder by rule."""
    found = rows_of(session, (status.PERMANENT_FAILURE,), None, REFUSED_BY_ALL, limit)
    return [row for row in found if row.kind not in KINDS]


def ledger(session: Session, begin: datetime, end: datetime) -> Ledger:
    """What was sent in [begin, end) and what it cost; compared with SMS at its price of that time."""
    costs = tuple(costs_between(session, begin, end))
    total = sum(one.cost_vnd for one in costs)
    by_sms = sum(one.count for one in costs if one.kind != "reply") * rates_on(begin.date()).sms_vnd
    return Ledger(costs, total, by_sms - total)


def _row(session: Session, notification_id: int) -> Notification:
    row = row_by_id(session, notification_id)
    if row is None:
        raise CannotDo(f"Không có tin số {notification_id}.")
    return row
