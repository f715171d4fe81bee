"""What officers do at the counter: accept a dossier and move it on.

Each act is one transaction together with the event that the product will find.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from onestop.clock import LOCAL
from onestop.services.working_days import (
    TimeLimit,
    WorkCalendar,
    add_working_days,
    calendar_of,
    due_after_supplement,
    due_at,
    time_limit_of,
    working_days_between,
)
from onestop.storage import Session, SessionFactory, dossier_queries, dossier_tables
from onestop.storage import dossier_writes as writes
from onestop.storage.dossier_records import Agency, DossierRecord, Procedure
from onestop.storage.life_cycle import (
    ENDED_STATES,
    STATE_NAMES,
    DossierState,
    EventKind,
    allowed_moves,
    event_kind_of_move,
)
from onestop.storage.second_codes import draw_second_code
from simulator.counter.errors import CounterError, MoveForbidden, NotFound, Unusable
from simulator.counter.requests import Move, NewDossier

_PLAN = json.loads(Path(__file__).with_name("new_dossier.json").read_text(encoding="utf-8"))
_NO_TERM = TimeLimit(**_PLAN["term_where_none_is_fixed"])
_PAUSED_STATES = (
    DossierState.SUPPLEMENT_REQUESTED,
    DossierState.MONEY_DUE,
    DossierState.WITHDRAWAL_REQUESTED,
)
_FARTHEST = timedelta(days=3650)
_random = random.SystemRandom()


@dataclass(frozen=True)
class Accomplished:
    """The dossier that was acted on, and the event that the product will find."""

    code: str
    event_id: int


class Desk:
    """Acts on the vendor's database.

    Args:
        sessions: Sessions on it, with the right to write.
        now: The simulated clock.
    """

    def __init__(self, sessions: SessionFactory, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._now = now

    def accept(self, new: NewDossier) -> Accomplished:
        """Accepts a new dossier: numbers it, counts its due date, puts it in state 2.

        Raises:
            CounterError: Procedure or centre is unknown, or the centre has no code to number with.
        """
        with self._sessions.begin() as session:
            writes.begin_writing(session)
            return _accept(session, new, self._now())

    def move(self, code: str, move: Move) -> Accomplished:
        """Moves a dossier to another state.

        Raises:
            NotFound: No dossier has this code.
            MoveForbidden: The life cycle has no such move.
            CounterError: A field that this move needs is missing or unusable.
        """
        with self._sessions.begin() as session:
            writes.begin_writing(session)
            dossier = dossier_queries.dossier_by_code(session, code)
            if dossier is None:
                raise NotFound(f"Không có hồ sơ mã {code}.")
            return _move(session, dossier, move, self._now())


def centre_of(session: Session, centre_id: str | None) -> Agency:
    """The centre of today with this id; the province's where none is named.

    Raises:
        Unusable: It is not a one-stop centre of today.
    """
    if centre_id is None:
        centres = [one for one in dossier_queries.all_agencies(session) if _is_open_centre(one)]
        province = [one for one in centres if one.level == "tỉnh"]
        if not centres:
            raise Unusable("Chưa có trung tâm nào trong dữ liệu.")
        return (province or centres)[0]
    centre = dossier_queries.agency_by_id(session, centre_id)
    if centre is None or not _is_open_centre(centre):
        raise Unusable(f"Không có trung tâm nào mang mã “{centre_id}”.")
    return centre


def calendar_at(session: Session, centre: Agency | None) -> WorkCalendar:
    """The calendar of working days, with the centre's opening hours."""
    return calendar_of(dossier_queries.all_holidays(session), centre.working_hours if centre else None)


def _is_open_centre(agency: Agency) -> bool:
    return agency.kind == "one_stop_centre" and agency.valid_to is None


def _accept(session: Session, new: NewDossier, now: datetime) -> Accomplished:
    procedure = dossier_queries.procedure_by_code(session, new.procedure_code)
    if procedure is None:
        raise Unusable(f"Không có thủ tục mã {new.procedure_code}.")
    centre = centre_of(session, new.centre_id)
    calendar = calendar_at(session, centre)
    due = due_at(now, time_limit_of(procedure) or _NO_TERM, calendar)
    code = _next_code(session, centre, now)
    row = {
        "code": code,
        "second_code": draw_second_code(_random),
        "procedure_code": procedure.code,
        "procedure_name": procedure.name,
        "centre_id": centre.id,
        "deciding_agency": procedure.agency,
        "applicant_name": new.applicant_name,
        "applicant_phone": new.applicant_phone,
        "applicant_address": new.applicant_address,
        "owner_name": new.owner_name or new.applicant_name,
        "channel": new.channel,
        "return_mode": new.return_mode,
        "state": int(DossierState.RECEIVED),
        "submitted_at": now,
        "received_at": now,
        "due_at": due,
        "original_due_at": due,
    }
    writes.insert_rows(session, dossier_tables.dossier, [row])
    writes.insert_rows(session, dossier_tables.dossier_document, _papers(code, procedure))
    _plan_steps(session, code, now, due, calendar)
    event_id = writes.add_event(
        session,
        code,
        EventKind.RECEIVED.value,
        state_from=None,
        state_to=int(DossierState.RECEIVED),
        at=now,
        data={"due_at": due.isoformat()},
    )
    return Accomplished(code, event_id)


def _next_code(session: Session, centre: Agency, now: datetime) -> str:
    if not centre.agency_code:
        raise Unusable(f"{centre.name} chưa có mã cơ quan để đánh số hồ sơ.")
    prefix = f"{centre.agency_code}-{now.astimezone(LOCAL):%y%m%d}-"
    taken = [code.removeprefix(prefix) for code in writes.codes_starting_with(session, prefix)]
    return f"{prefix}{max((int(number) for number in taken), default=0) + 1:04d}"


def _papers(code: str, procedure: Procedure) -> list[dict[str, Any]]:
    return [
        {
            "dossier_code": code,
            "number": number,
            "name": name,
            "originals": 1 if number == 1 else 0,
            "copies": 0 if number == 1 else 1,
            "state": "submitted",
        }
        for number, name in enumerate(procedure.documents or _PLAN["general_papers"], start=1)
    ]


def _plan_steps(session: Session, code: str, start: datetime, due: datetime, calendar: WorkCalendar) -> None:
    days = working_days_between(start.astimezone(LOCAL).date(), due.astimezone(LOCAL).date(), calendar)
    rows = []
    for number, step in enumerate(_PLAN["steps"], start=1):
        rows.append(
            {
                "dossier_code": code,
                "number": number,
                "name": step["name"],
                "department": step["department"],
                "started_at": start if number == 1 else None,
                "planned_end_at": _planned_end(start, due, days, step["share"], calendar),
            }
        )
    writes.insert_rows(session, dossier_tables.dossier_step, rows)


def _planned_end(
    start: datetime, due: datetime, days: int, share: float | None, calendar: WorkCalendar
) -> datetime | None:
    if share is None:
        return None
    if share >= 1.0 or days <= 1:
        return due
    day = add_working_days(start.astimezone(LOCAL).date(), max(1, round(days * share)), calendar)
    return due.astimezone(LOCAL).replace(year=day.year, month=day.month, day=day.day)


def _move(session: Session, dossier: DossierRecord, move: Move, now: datetime) -> Accomplished:
    _check(dossier, move, now)
    changes: dict[str, Any] = {"state": move.to, "note": move.note, **_pause_or_resume(move, now)}
    changes.update(_consequences(session, dossier, move, now))
    writes.update_dossier(session, dossier.code, changes)
    _move_steps(session, dossier, move, now)
    _move_papers(session, dossier, move)
    due: datetime | None = changes.get("due_at", dossier.due_at)
    is_early = due is not None and now.astimezone(LOCAL).date() < due.astimezone(LOCAL).date()
    kind = event_kind_of_move(dossier.state, move.to, is_early=is_early)
    event_id = writes.add_event(
        session,
        dossier.code,
        kind.value,
        state_from=dossier.state,
        state_to=move.to,
        at=now,
        data=_event_data(dossier, move, changes),
    )
    return Accomplished(dossier.code, event_id)


def _check(dossier: DossierRecord, move: Move, now: datetime) -> None:
    lawful = allowed_moves(dossier.state)
    if move.to not in lawful:
        here = STATE_NAMES[DossierState(dossier.state)]
        names = ", ".join(f"{int(state)} ({STATE_NAMES[state]})" for state in lawful)
        raise MoveForbidden(
            f"Hồ sơ đang ở trạng thái {dossier.state} ({here}) không chuyển sang {move.to} được."
            f" {'Chuyển được sang: ' + names if names else 'Hồ sơ đã kết thúc'}."
        )
    if move.to == DossierState.SUPPLEMENT_REQUESTED and not move.items:
        raise CounterError("Yêu cầu bổ sung cần “items”: danh sách giấy tờ còn thiếu.")
    if move.to == DossierState.MONEY_DUE and move.amount_vnd is None:
        raise CounterError("Thông báo nộp tiền cần “amount_vnd”: số tiền phải nộp.")
    if dossier.state == move.to == DossierState.PROCESSING and move.due_at is None:
        raise CounterError("Xin lỗi, hẹn lại cần “due_at”: ngày hẹn trả mới.")
    if move.due_at is not None and not now < move.due_at < now + _FARTHEST:
        raise Unusable("“due_at” phải ở sau thời điểm hiện tại và không quá mười năm.")


def _pause_or_resume(move: Move, now: datetime) -> dict[str, Any]:
    """Stops the clock where the citizen is waited for, and lets it run again afterwards."""
    if move.to in _PAUSED_STATES:
        waits_until = None if move.to == DossierState.WITHDRAWAL_REQUESTED else move.due_at
        return {"paused_at": now, "respond_by": waits_until}
    return {"paused_at": None, "respond_by": None}


def _consequences(session: Session, dossier: DossierRecord, move: Move, now: datetime) -> dict[str, Any]:
    if move.to == DossierState.RECEIVED and dossier.received_at is None:
        return _first_acceptance(session, dossier, now)
    if move.to == DossierState.MONEY_DUE:
        return {"amount_vnd": move.amount_vnd}
    if move.to in (DossierState.RECEIVED, DossierState.PROCESSING):
        return _running_again(session, dossier, move, now)
    if move.to == DossierState.RETURNED:
        return {"returned_at": now}
    if move.to in ENDED_STATES:
        return {"finished_at": now}
    return {}


def _first_acceptance(session: Session, dossier: DossierRecord, now: datetime) -> dict[str, Any]:
    calendar = calendar_at(session, dossier_queries.agency_by_id(session, dossier.centre_id))
    due = due_at(now, _limit_of(session, dossier) or _NO_TERM, calendar)
    if not dossier_queries.steps_of(session, dossier.code):
        _plan_steps(session, dossier.code, now, due, calendar)
    return {"received_at": now, "due_at": due, "original_due_at": due}


def _running_again(session: Session, dossier: DossierRecord, move: Move, now: datetime) -> dict[str, Any]:
    """The due date of a dossier at work: what the officer sets wins, then what the waiting made of it."""
    if dossier.received_at is None:
        # Papers of an online dossier that came before anybody accepted it: it is accepted now.
        changes = _first_acceptance(session, dossier, now)
        return {**changes, "due_at": move.due_at or changes["due_at"]}
    if move.due_at is not None:
        return {"due_at": move.due_at}
    if dossier.paused_at is None or dossier.due_at is None:
        return {}
    calendar = calendar_at(session, dossier_queries.agency_by_id(session, dossier.centre_id))
    asked_for_papers = dossier.state == DossierState.SUPPLEMENT_REQUESTED
    limit = _limit_of(session, dossier) if asked_for_papers else None
    due = due_after_supplement(dossier.received_at, dossier.due_at, dossier.paused_at, now, limit, calendar)
    return {"due_at": due}


def _limit_of(session: Session, dossier: DossierRecord) -> TimeLimit | None:
    if dossier.procedure_code is None:
        return None
    procedure = dossier_queries.procedure_by_code(session, dossier.procedure_code)
    return time_limit_of(procedure) if procedure else None


def _move_steps(session: Session, dossier: DossierRecord, move: Move, now: datetime) -> None:
    steps = dossier_queries.steps_of(session, dossier.code)
    open_steps = [step for step in steps if step.started_at is not None and step.ended_at is None]
    if move.to == DossierState.PROCESSING:
        if open_steps and open_steps[0].number == 1 and len(steps) > 1:
            writes.update_step(session, dossier.code, 1, {"ended_at": now})
            writes.update_step(session, dossier.code, steps[1].number, {"started_at": now})
        return
    if move.to not in ENDED_STATES:
        return
    for step in open_steps:
        writes.update_step(session, dossier.code, step.number, {"ended_at": now})
    if move.to == DossierState.READY and steps:
        for step in steps[:-1]:
            if step.started_at is None:
                writes.update_step(session, dossier.code, step.number, {"started_at": now, "ended_at": now})
        writes.update_step(session, dossier.code, steps[-1].number, {"started_at": now})


def _move_papers(session: Session, dossier: DossierRecord, move: Move) -> None:
    if move.to == DossierState.SUPPLEMENT_REQUESTED:
        writes.ask_for_documents(session, dossier.code, move.items)
    elif dossier.state == DossierState.SUPPLEMENT_REQUESTED and move.to != DossierState.STOPPED:
        writes.hand_in_missing_documents(session, dossier.code)


def _event_data(dossier: DossierRecord, move: Move, changes: dict[str, Any]) -> dict[str, Any]:
    due: datetime | None = move.due_at or changes.get("due_at")
    if due is None and move.to in (DossierState.RECEIVED, DossierState.PROCESSING):
        due = dossier.due_at
    data = {
        "note": move.note,
        "items": list(move.items) if move.to == DossierState.SUPPLEMENT_REQUESTED else None,
        "due_at": None if due is None else due.isoformat(),
        "amount_vnd": changes.get("amount_vnd"),
        "return_mode": dossier.return_mode if move.to == DossierState.RETURNED else None,
    }
    return {name: value for name, value in data.items() if value is not None}
