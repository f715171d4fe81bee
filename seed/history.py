"""What happened to one generated dossier: its row, papers and events, consistent with its state."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from onestop.clock import LOCAL
from onestop.services.working_days import (
    TimeLimit,
    add_working_days,
    due_after_supplement,
    due_at,
)
from onestop.storage.dossier_records import Agency, Procedure
from onestop.storage.life_cycle import DossierState, EventKind
from seed.files import read_json
from seed.steps import write_steps
from seed.timeline import Timeline

Row = dict[str, Any]

WORDS = read_json("demo_words.json")
OVERDUE_SHARE = 0.22
AFTERNOON = time(15, 0)  # what comes later is passed on the next working day
MOST_PAPERS = 8


@dataclass(frozen=True)
class Case:
    """What is given of a dossier before its history is drawn.

    Attributes:
        state: National code that it has reached.
        procedure: What is applied for.
        centre: Where it was handed in.
        limit: The time limit.
        term_days: The limit in working days, roughly.
        channel: direct, online or postal.
    """

    state: int
    procedure: Procedure
    centre: Agency
    limit: TimeLimit
    term_days: int
    channel: str


@dataclass
class History:
    """Rows of one dossier, without its code."""

    dossier: Row
    steps: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        """When the newest event happened."""
        return self.events[-1]["at"]

    def happened(self, kind: EventKind, state_from: int | None, state_to: int, at: datetime, **data: Any) -> None:
        """Adds an event and moves the dossier to its state."""
        self.events.append({"kind": kind.value, "state_from": state_from, "state_to": state_to, "at": at, "data": data})
        self.dossier["state"] = state_to


def write_history(case: Case, timeline: Timeline) -> History:
    """Draws the history of a dossier that has reached `case.state`."""
    rng = timeline.rng
    history = History(
        dossier={
            "procedure_code": case.procedure.code,
            "procedure_name": case.procedure.name,
            "centre_id": case.centre.id,
            "deciding_agency": _deciding_agency(case),
            "channel": case.channel,
            "return_mode": rng.choices(("counter", "postal", "electronic"), (75, 15, 10))[0],
        }
    )
    _hand_in_papers(case, history, rng)
    _WRITERS[case.state](case, timeline, history)
    return history


def _registered(case: Case, timeline: Timeline, history: History) -> None:
    _submit(timeline, history, timeline.days_ago(timeline.rng.randint(0, 3)))


def _refused(case: Case, timeline: Timeline, history: History) -> None:
    day = timeline.days_ago(timeline.rng.randint(3, 60))
    _submit(timeline, history, day)
    at = timeline.moment(timeline.after(day, timeline.rng.randint(1, 2)))
    note = timeline.rng.choice(WORDS["refusal_notes"])
    history.dossier.update(finished_at=at, note=note)
    history.happened(EventKind.REFUSED, 1, DossierState.REFUSED, at, note=note)


def _received(case: Case, timeline: Timeline, history: History) -> None:
    _receive(case, timeline, history, timeline.days_ago(timeline.rng.randint(0, 1)))
    write_steps(case, timeline, history)


def _processing(case: Case, timeline: Timeline, history: History) -> None:
    rng, term = timeline.rng, case.term_days
    if rng.random() < OVERDUE_SHARE:
        _start(case, timeline, history, age=term + rng.randint(1, 12))
        if rng.random() < 0.4:
            _apologise(timeline, history)
    else:
        _start(case, timeline, history, age=rng.randint(1, max(1, term - 1)))
        _maybe_supplement_round(case, timeline, history)
    write_steps(case, timeline, history)


def _waiting_for_papers(case: Case, timeline: Timeline, history: History) -> None:
    rng = timeline.rng
    _start(case, timeline, history, age=rng.randint(2, case.term_days + 12))
    _ask_for_papers(case, timeline, history)
    write_steps(case, timeline, history)


def _waiting_for_money(case: Case, timeline: Timeline, history: History) -> None:
    rng, dossier = timeline.rng, history.dossier
    _start(case, timeline, history, age=rng.randint(2, max(2, case.term_days)))
    at = _some_moment_since(timeline, history)
    amount = rng.choice((15, 28, 50, 120, 350, 500, 1_250, 3_400, 8_750, 24_600, 61_300)) * 1000
    note, respond_by = rng.choice(WORDS["money_notes"]), _end_of(at.date() + timedelta(days=30))
    dossier.update(amount_vnd=amount, note=note, respond_by=respond_by, paused_at=at)
    history.happened(EventKind.MONEY_DUE, 4, 6, at, amount_vnd=amount, note=note, due_at=respond_by.isoformat())
    write_steps(case, timeline, history)


def _withdrawing(case: Case, timeline: Timeline, history: History) -> None:
    _start(case, timeline, history, age=timeline.rng.randint(2, max(2, case.term_days)))
    at = _some_moment_since(timeline, history)
    note = timeline.rng.choice(WORDS["withdrawal_notes"])
    history.dossier.update(note=note, paused_at=at)
    history.happened(EventKind.WITHDRAWN, 4, 7, at, note=note)
    write_steps(case, timeline, history)


def _stopped(case: Case, timeline: Timeline, history: History) -> None:
    _start(case, timeline, history, age=timeline.rng.randint(2, case.term_days + 30))
    at = _some_moment_since(timeline, history)
    note = timeline.rng.choice(WORDS["stop_notes"])
    history.dossier.update(finished_at=at, note=note)
    history.happened(EventKind.STOPPED, 4, 8, at, note=note)
    write_steps(case, timeline, history)


def _ready(case: Case, timeline: Timeline, history: History) -> None:
    _finish(case, timeline, history, finished_days_ago=timeline.rng.randint(0, 20))
    write_steps(case, timeline, history)


def _returned(case: Case, timeline: Timeline, history: History) -> None:
    rng = timeline.rng
    _finish(case, timeline, history, finished_days_ago=rng.randint(1, 110))
    finished_at = history.dossier["finished_at"]
    at = timeline.moment(timeline.after(finished_at.date(), rng.randint(0, 9)), not_before=finished_at)
    history.dossier["returned_at"] = at
    history.happened(EventKind.RETURNED, 9, DossierState.RETURNED, at, return_mode=history.dossier["return_mode"])
    write_steps(case, timeline, history)


_WRITERS = {
    1: _registered,
    2: _received,
    3: _refused,
    4: _processing,
    5: _waiting_for_papers,
    6: _waiting_for_money,
    7: _withdrawing,
    8: _stopped,
    9: _ready,
    10: _returned,
}


def _submit(timeline: Timeline, history: History, day: date) -> None:
    at = timeline.evening_moment(day) if timeline.rng.random() < 0.3 else timeline.moment(day)
    history.dossier["submitted_at"] = at
    history.happened(EventKind.SUBMITTED, None, DossierState.REGISTERED, at)


def _receive(case: Case, timeline: Timeline, history: History, day: date) -> None:
    at = timeline.moment(day)
    if case.channel == "online":
        submitted_at = at - timedelta(minutes=timeline.rng.randint(15, 45))
        if timeline.rng.random() < 0.6:
            submitted_at = timeline.evening_moment(day - timedelta(days=1))
        history.dossier["submitted_at"] = submitted_at
        history.happened(EventKind.SUBMITTED, None, DossierState.REGISTERED, submitted_at)
    else:
        history.dossier["submitted_at"] = at
    due = due_at(at, case.limit, timeline.calendar)
    history.dossier.update(received_at=at, due_at=due, original_due_at=due)
    state_from = 1 if case.channel == "online" else None
    history.happened(EventKind.RECEIVED, state_from, DossierState.RECEIVED, at, due_at=due.isoformat())


def _start(case: Case, timeline: Timeline, history: History, age: int) -> None:
    """Receives the dossier `age` working days ago and passes it on."""
    _receive(case, timeline, history, timeline.days_ago(age))
    received_at = history.dossier["received_at"]
    waits = received_at.time() > AFTERNOON and age > 0
    day = timeline.after(received_at.date(), 1 if waits else 0)
    at = timeline.moment(day, not_before=received_at)
    history.happened(EventKind.PROCESSING, 2, DossierState.PROCESSING, at)


def _ask_for_papers(case: Case, timeline: Timeline, history: History) -> None:
    rng = timeline.rng
    at = _some_moment_since(timeline, history, most_days=max(2, case.term_days))
    items = _missing_items(history, rng)
    note, respond_by = rng.choice(WORDS["supplement_notes"]), _end_of(at.date() + timedelta(days=15))
    history.dossier.update(note=note, paused_at=at, respond_by=respond_by)
    history.happened(EventKind.SUPPLEMENT_REQUESTED, 4, 5, at, items=items, note=note, due_at=respond_by.isoformat())


def _maybe_supplement_round(case: Case, timeline: Timeline, history: History) -> None:
    """Every fifth dossier with a longer term was sent for papers once, and they came."""
    if case.term_days < 4 or timeline.rng.random() > 0.2:
        return
    _ask_for_papers(case, timeline, history)
    dossier, asked_at = history.dossier, history.last_at
    came_at = timeline.moment(timeline.after(asked_at.date(), timeline.rng.randint(1, 5)), not_before=asked_at)
    due = due_after_supplement(
        dossier["received_at"], dossier["due_at"], asked_at, came_at, case.limit, timeline.calendar
    )
    dossier.update(due_at=due, paused_at=None, respond_by=None, note=None)
    for paper in history.documents:
        paper["state"] = "submitted"
    history.happened(EventKind.SUPPLEMENT_RECEIVED, 5, 4, came_at, due_at=due.isoformat())


def _apologise(timeline: Timeline, history: History) -> None:
    """Sets a new date, told on the working day before the old one, or as soon as the work had begun."""
    dossier, calendar = history.dossier, timeline.calendar
    old_due: datetime = dossier["due_at"]
    day = min(max(old_due.date() - timedelta(days=1), history.last_at.date()), timeline.last_day)
    at = timeline.moment(timeline.after(day - timedelta(days=1), 1), not_before=history.last_at)
    new_day = add_working_days(old_due.date(), timeline.rng.randint(3, 12), calendar)
    new_due = old_due.replace(year=new_day.year, month=new_day.month, day=new_day.day)
    note = timeline.rng.choice(WORDS["apology_notes"])
    dossier.update(due_at=new_due, note=note)
    history.happened(EventKind.APOLOGY, 4, 4, at, note=note, due_at=new_due.isoformat())


def _finish(case: Case, timeline: Timeline, history: History, finished_days_ago: int) -> None:
    rng, term = timeline.rng, case.term_days
    took = rng.choices((rng.randint(term // 3, max(term - 1, 0)), term, term + rng.randint(1, 8)), (45, 43, 12))[0]
    _start(case, timeline, history, age=finished_days_ago + took)
    if took < term:
        _maybe_supplement_round(case, timeline, history)
    elif took > term and rng.random() < 0.5:
        _apologise(timeline, history)
    day = max(timeline.days_ago(finished_days_ago), history.last_at.date())
    at = timeline.moment(day, not_before=history.last_at)
    due: datetime = history.dossier["due_at"]
    if took == term and at > due:
        at = _just_in_time(timeline, due, history.last_at)
    history.dossier["finished_at"] = at
    kind = EventKind.READY_EARLY if at.date() < due.date() else EventKind.READY
    history.happened(kind, 4, DossierState.READY, at)


def _just_in_time(timeline: Timeline, due: datetime, not_before: datetime) -> datetime:
    """A moment of the due day before the due moment, in opening hours."""
    opens = datetime.combine(due.date(), timeline.calendar.opening[0][0], tzinfo=LOCAL)
    earliest = max(opens, not_before + timedelta(minutes=3))
    minutes = max(int((due - earliest).total_seconds() // 60), 0)
    return earliest + timedelta(minutes=timeline.rng.randint(0, min(minutes, 60)))


def _some_moment_since(timeline: Timeline, history: History, most_days: int = 60) -> datetime:
    """A moment after the newest event, some working days later."""
    day = timeline.after(history.last_at.date(), timeline.rng.randint(0, min(most_days, 6)))
    return timeline.moment(day, not_before=history.last_at)


def _hand_in_papers(case: Case, history: History, rng: random.Random) -> None:
    names = list(case.procedure.documents or WORDS["general_papers"])[:MOST_PAPERS]
    history.documents += [
        {
            "number": number,
            "name": name,
            "originals": 1 if number == 1 or rng.random() < 0.5 else 0,
            "copies": rng.choice((0, 1, 1)),
            "state": "submitted",
        }
        for number, name in enumerate(names, start=1)
    ]
    for paper in history.documents:
        if not paper["originals"] and not paper["copies"]:
            paper["copies"] = 1


def _missing_items(history: History, rng: random.Random) -> list[str]:
    """Marks a paper or two as missing, or asks for one that was not on the list; returns their names."""
    papers = rng.sample(history.documents, rng.randint(1, min(2, len(history.documents))))
    for paper in papers:
        paper["state"] = "missing"
    items = [paper["name"] for paper in papers]
    extra = rng.choice(WORDS["supplement_items"])
    if rng.random() < 0.4 and extra not in items:
        items.append(extra)
        history.documents.append(
            {
                "number": len(history.documents) + 1,
                "name": extra,
                "originals": 0,
                "copies": 1,
                "state": "missing",
            }
        )
    return items


def _deciding_agency(case: Case) -> str | None:
    if case.centre.level != "xã":
        return case.procedure.agency
    unit = (case.centre.area or case.centre.name).split(",")[0]
    return f"UBND {unit[:1].lower()}{unit[1:]}"


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(17, 0), tzinfo=LOCAL)
