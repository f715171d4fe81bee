"""The steps of the work on a generated dossier: planned over its term, done as far as its state says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from onestop.services.working_days import add_working_days, working_days_between
from onestop.storage.life_cycle import DossierState, EventKind
from seed.files import read_json
from seed.timeline import Timeline

if TYPE_CHECKING:
    from seed.history import Case, History

Row = dict[str, Any]

_WORDS = read_json("demo_words.json")
_NAMES: dict[str, str] = _WORDS["steps"]
_DEPARTMENTS: dict[str, str] = _WORDS["departments"]
_WEIGHTS = {"assigning": 1, "examining": 4, "on_site": 3, "consulting": 3, "signing": 2, "issuing": 1}


def write_steps(case: Case, timeline: Timeline, history: History) -> None:
    """Adds the steps that follow from the history's events; call it when those are complete."""
    passed_on_at = _passed_on_at(history)
    planned_end_at = _planned(history, timeline, 0.0, case)
    reception = {
        "number": 1,
        "name": _NAMES["reception"],
        "department": _DEPARTMENTS["desk"],
        "started_at": history.dossier["received_at"],
        "planned_end_at": max(planned_end_at, passed_on_at or planned_end_at),
        "ended_at": passed_on_at,
    }
    history.steps.append(reception)
    work = _work_steps(case)
    total = sum(_WEIGHTS[kind] for kind in work)
    done = 0
    for number, kind in enumerate(work, start=2):
        done += _WEIGHTS[kind]
        history.steps.append(
            {
                "number": number,
                "name": _NAMES[kind],
                "department": _department(case, kind),
                "started_at": None,
                "planned_end_at": _planned(history, timeline, done / total, case),
                "ended_at": None,
            }
        )
    history.steps.append({"number": len(work) + 2, "name": _NAMES["returning"], "department": _DEPARTMENTS["desk"]})
    if passed_on_at is not None:
        _carry_out(timeline, history)


def _carry_out(timeline: Timeline, history: History) -> None:
    dossier = history.dossier
    if dossier["state"] in (DossierState.READY, DossierState.RETURNED):
        _finish_all(timeline, history)
        last = history.steps[-1]
        last.update(started_at=dossier["finished_at"], ended_at=dossier.get("returned_at"))
        return
    stopped_at = dossier.get("finished_at") or dossier.get("paused_at")
    current = _current_step(timeline, history, stopped_at)
    at: datetime = history.steps[0]["ended_at"]
    for step in history.steps[1:current]:
        step["started_at"] = at
        day = min(step["planned_end_at"].date(), timeline.last_day)
        drawn = timeline.moment(max(day, at.date()), not_before=at)
        at = _not_after(drawn, at, step["planned_end_at"], stopped_at or drawn)
        step["ended_at"] = at
    history.steps[current]["started_at"] = at
    if dossier["state"] == DossierState.STOPPED:
        history.steps[current]["ended_at"] = stopped_at


def _finish_all(timeline: Timeline, history: History) -> None:
    """Ends the working steps one after the other, the last one when the result was ready."""
    work = history.steps[1:-1]
    at: datetime = history.steps[0]["ended_at"]
    finished_at: datetime = history.dossier["finished_at"]
    days = working_days_between(at.date(), finished_at.date(), timeline.calendar)
    for position, step in enumerate(work, start=1):
        step["started_at"] = at
        if position == len(work):
            step["ended_at"] = finished_at
            break
        day = add_working_days(at.date(), days // len(work), timeline.calendar)
        at = _not_after(timeline.moment(max(day, at.date()), not_before=at), at, finished_at)
        step["ended_at"] = at


def _not_after(drawn: datetime, started_at: datetime, *ends: datetime) -> datetime:
    """The drawn moment, or, where a step must have ended before, some minutes after its start."""
    if drawn <= min(ends):
        return drawn
    left = (min(ends) - started_at) / 2
    return started_at + max(min(left, timedelta(minutes=25)), timedelta())


def _current_step(timeline: Timeline, history: History, stopped_at: datetime | None) -> int:
    """Index of the step at work: by plan, or, where the plan has run out, one that overran."""
    last_work = len(history.steps) - 2
    today: date = stopped_at.date() if stopped_at is not None else timeline.last_day
    for index in range(1, last_work + 1):
        if history.steps[index]["planned_end_at"].date() > today:
            return index
    return timeline.rng.randint(1, last_work)


def _planned(history: History, timeline: Timeline, share: float, case: Case) -> datetime:
    """Planned end of a step at a share of the term, by the date that held before any apology."""
    due = history.dossier["due_at"]
    if any(event["kind"] == EventKind.APOLOGY.value for event in history.events):
        due = history.dossier["original_due_at"]
    received_at: datetime = history.dossier["received_at"]
    days = working_days_between(received_at.date(), due.date(), timeline.calendar)
    if share >= 1.0 or days <= 1:
        return due
    day = add_working_days(received_at.date(), max(1, round(days * share)), timeline.calendar)
    return due.replace(year=day.year, month=day.month, day=day.day)


def _passed_on_at(history: History) -> datetime | None:
    return next((event["at"] for event in history.events if event["kind"] == EventKind.PROCESSING.value), None)


def _work_steps(case: Case) -> list[str]:
    if case.term_days <= 1:
        return ["examining", "signing"]
    middle = []
    if case.procedure.topic in _WORDS["on_site_topics"]:
        middle = ["on_site"]
    elif case.procedure.topic in _WORDS["consulting_topics"]:
        middle = ["consulting"]
    start = ["assigning"] if case.term_days >= 5 else []
    return [*start, "examining", *middle, "signing", "issuing"]


def _department(case: Case, kind: str) -> str:
    if kind == "issuing":
        return _DEPARTMENTS["desk"]
    if kind in ("signing", "assigning"):
        unit = "tỉnh" if case.centre.level == "tỉnh" else (case.centre.area or "xã").split(" ")[0].lower()
        return _DEPARTMENTS.get(f"leaders_{unit}", _DEPARTMENTS["other"])
    if case.centre.level == "tỉnh":
        return _DEPARTMENTS["other"]
    return _DEPARTMENTS.get(case.procedure.topic or "", _DEPARTMENTS["other"])
