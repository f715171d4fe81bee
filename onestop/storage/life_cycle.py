"""The life cycle of a dossier: the national status codes and the moves between them.

Source: docs/integration.md, "States" (codes of Cổng Dịch vụ công quốc gia; the arrows are practice, not law).
"""

from __future__ import annotations

from enum import Enum, IntEnum


class DossierState(IntEnum):
    """National status codes."""

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT_REQUESTED = 5
    MONEY_DUE = 6
    WITHDRAWAL_REQUESTED = 7
    STOPPED = 8
    READY = 9
    RETURNED = 10


STATE_NAMES: dict[DossierState, str] = {
    DossierState.REGISTERED: "Mới đăng ký",
    DossierState.RECEIVED: "Được tiếp nhận",
    DossierState.REFUSED: "Không được tiếp nhận",
    DossierState.PROCESSING: "Đang xử lý",
    DossierState.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung giấy tờ",
    DossierState.MONEY_DUE: "Yêu cầu thực hiện nghĩa vụ tài chính",
    DossierState.WITHDRAWAL_REQUESTED: "Công dân yêu cầu rút hồ sơ",
    DossierState.STOPPED: "Dừng xử lý",
    DossierState.READY: "Đã xử lý xong",
    DossierState.RETURNED: "Đã trả kết quả",
}

# Here the clock runs, so only here a dossier can be overdue: in 5, 6 and 7 the citizen is waited for or
# leaves, and the rest have ended.
RUNNING_STATES = frozenset({DossierState.RECEIVED, DossierState.PROCESSING})

ENDED_STATES = frozenset({DossierState.REFUSED, DossierState.STOPPED, DossierState.READY, DossierState.RETURNED})

_MOVES: dict[int, tuple[int, ...]] = {
    1: (2, 3, 5, 7),
    2: (4, 5, 6, 7, 9),
    3: (),
    4: (4, 5, 6, 7, 8, 9),  # 4 to 4 is the apology with a new date
    5: (2, 4, 8),
    6: (4, 8, 9),
    7: (8,),
    8: (),
    9: (10,),
    10: (),
}


class EventKind(str, Enum):
    """What a dossier event tells; the vendor's event log uses these words."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENT_RECEIVED = "supplement_received"
    MONEY_DUE = "money_due"
    MONEY_PAID = "money_paid"
    APOLOGY = "apology"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    READY = "ready"
    READY_EARLY = "ready_early"
    RETURNED = "returned"


def allowed_moves(state: int) -> tuple[DossierState, ...]:
    """The states that a dossier in `state` may be moved to; empty where its life has ended."""
    return tuple(DossierState(target) for target in _MOVES[state])


def event_kind_of_move(state_from: int, state_to: int, *, is_early: bool = False) -> EventKind:
    """The kind of event that a lawful move makes.

    Args:
        state_from: National code before the move.
        state_to: National code after it.
        is_early: Whether the due date was still to come; matters for READY only.
    """
    if state_to == DossierState.READY:
        return EventKind.READY_EARLY if is_early else EventKind.READY
    if state_from == state_to == DossierState.PROCESSING:
        return EventKind.APOLOGY
    if state_from == DossierState.SUPPLEMENT_REQUESTED and state_to in RUNNING_STATES:
        return EventKind.SUPPLEMENT_RECEIVED
    if state_from == DossierState.MONEY_DUE and state_to == DossierState.PROCESSING:
        return EventKind.MONEY_PAID
    return _KINDS_BY_TARGET[DossierState(state_to)]


_KINDS_BY_TARGET = {
    DossierState.REGISTERED: EventKind.SUBMITTED,
    DossierState.RECEIVED: EventKind.RECEIVED,
    DossierState.REFUSED: EventKind.REFUSED,
    DossierState.PROCESSING: EventKind.PROCESSING,
    DossierState.SUPPLEMENT_REQUESTED: EventKind.SUPPLEMENT_REQUESTED,
    DossierState.MONEY_DUE: EventKind.MONEY_DUE,
    DossierState.WITHDRAWAL_REQUESTED: EventKind.WITHDRAWN,
    DossierState.STOPPED: EventKind.STOPPED,
    DossierState.RETURNED: EventKind.RETURNED,
}
