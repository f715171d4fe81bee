"""Generated dossiers over real procedures and centres, in every national state.

Each dossier draws from a generator of its own, named by seed, day and number: adding one changes no other.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onestop.services.working_days import TimeLimit, WorkCalendar, time_limit_of
from onestop.storage.dossier_records import Agency, Procedure
from seed.codes import CodeBook
from seed.files import read_json
from seed.history import Case, History, write_history
from seed.people import Population
from seed.timeline import Timeline, last_working_day_before

Row = dict[str, Any]

# How many of a thousand dossiers are in each national state.
STATE_SHARES = {1: 50, 2: 100, 3: 20, 4: 320, 5: 70, 6: 50, 7: 15, 8: 25, 9: 130, 10: 220}
LONGEST_TERM_DAYS = 60
NO_TERM = TimeLimit(15, "working_days")  # what a centre agrees on where the catalogue fixes nothing

_WORKING_DAYS_PER_UNIT = {"working_days": 1.0, "days": 5 / 7, "hours": 1 / 8, "months": 21.0, "years": 250.0}


@dataclass
class GeneratedDossiers:
    """Rows of the dossier tables; events are in the order in which they happened."""

    dossiers: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


def generate_dossiers(
    seed: int,
    today: date,
    count: int,
    procedures: Iterable[Procedure],
    centres: Iterable[Agency],
    calendar: WorkCalendar,
) -> GeneratedDossiers:
    """Makes `count` dossiers; the same for the same arguments.

    Args:
        seed: Names the demo's world.
        today: Day of loading: nothing happened later than the last working day before it.
        count: How many.
        procedures: The catalogue.
        centres: One-stop centres of today.
        calendar: Which days are worked, with opening hours.
    """
    world = random.Random(f"{seed}/{today}")
    population = Population(random.Random(f"{seed}/people"))
    choice = _Choice(list(procedures), list(centres))
    codes = CodeBook(world)
    last_day = last_working_day_before(today, calendar)
    generated = GeneratedDossiers()
    for number, state in enumerate(_states(count, world)):
        rng = random.Random(f"{seed}/{today}/{number}")
        procedure, centre = choice.draw(rng)
        limit = limit_of(procedure)
        case = Case(state, procedure, centre, limit, working_days_of(limit), _channel(rng, state))
        history = write_history(case, Timeline(rng, calendar, last_day))
        numbered_at = history.dossier.get("received_at") or history.dossier["submitted_at"]
        code = codes.next_code(centre, procedure, numbered_at, rng)
        person = population.draw(centre.area or "")
        owner = person.name if rng.random() < 0.85 else population.name()
        _append(generated, history, code)
        generated.dossiers[-1].update(
            second_code=codes.next_second_code(),
            applicant_name=person.name,
            applicant_phone=person.phone,
            applicant_address=person.address,
            owner_name=owner,
        )
    generated.events.sort(key=lambda event: (event["at"], event["dossier_code"]))
    return generated


def limit_of(procedure: Procedure) -> TimeLimit:
    """The time limit of a procedure, or what is agreed on where it has none."""
    return time_limit_of(procedure) or NO_TERM


def working_days_of(limit: TimeLimit) -> int:
    """About how many working days a time limit has; 0 for the same day."""
    if limit.unit == "same_day":
        return 0
    return max(1, round(limit.number * _WORKING_DAYS_PER_UNIT[limit.unit]))


class _Choice:
    """Draws a procedure and a centre that takes it."""

    def __init__(self, procedures: list[Procedure], centres: list[Agency]) -> None:
        usable = [one for one in procedures if working_days_of(limit_of(one)) <= LONGEST_TERM_DAYS]
        current = [one for one in usable if one.valid_to is None]
        self._curated = [one for one in current if one.curated and _takes(one)]
        self._national = [one for one in current if not one.curated and one.level in ("xã", "tỉnh")]
        self._everyday = set(read_json("demo_words.json")["everyday_topics"])
        self._province = [one for one in centres if one.level == "tỉnh"]
        communes = [one for one in centres if one.level == "xã"]
        busy = read_json("demo_words.json")["busy_centres"]
        self._communes = communes
        self._weights = [6 if one.id in busy else 1 for one in communes]

    def draw(self, rng: random.Random) -> tuple[Procedure, Agency]:
        procedure = self._procedure(rng)
        if "xã" in (procedure.level or ""):
            return procedure, rng.choices(self._communes, self._weights)[0]
        return procedure, self._province[0]

    def _procedure(self, rng: random.Random) -> Procedure:
        if rng.random() < 0.1:
            return rng.choice(self._national)
        drawn = rng.choice(self._curated)
        if drawn.topic not in self._everyday and rng.random() < 0.5:
            return rng.choice(self._curated)
        return drawn


def _takes(procedure: Procedure) -> bool:
    return any(level in (procedure.level or "") for level in ("xã", "tỉnh"))


def _states(count: int, rng: random.Random) -> list[int]:
    """Every state, in its share; the rest of the rounding goes to the greatest share."""
    states: list[int] = []
    for state, share in STATE_SHARES.items():
        states += [state] * max(1, count * share // 1000)
    states += [4] * (count - len(states))
    rng.shuffle(states)
    return states[:count]


def _channel(rng: random.Random, state: int) -> str:
    if state in (1, 3):
        return "online"  # what comes to the counter is taken or sent back at once, without a record
    return rng.choices(("direct", "online", "postal"), (60, 32, 8))[0]


def _append(generated: GeneratedDossiers, history: History, code: str) -> None:
    generated.dossiers.append({"code": code, **history.dossier})
    generated.steps += [{"dossier_code": code, **step} for step in history.steps]
    generated.documents += [{"dossier_code": code, **paper} for paper in history.documents]
    generated.events += [{"dossier_code": code, **event} for event in history.events]
