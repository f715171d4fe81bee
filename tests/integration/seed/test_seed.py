"""The demo's world: whole, consistent, the same for the same seed and day, loaded all or nothing."""

from __future__ import annotations

import itertools
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onestop.clock import LOCAL
from onestop.services.working_days import WorkCalendar, calendar_of, is_working_day
from onestop.storage import dossier_queries as queries
from onestop.storage import dossier_tables
from onestop.storage import dossier_writes as writes
from onestop.storage.dossier_queries import DossierFilter
from onestop.storage.dossier_records import DossierEvent, DossierRecord, DossierStep
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import DossierState, allowed_moves
from onestop.text.dossier_codes import find_dossier_codes
from seed.dossiers import generate_dossiers
from seed.load import load_demo
from tests.databases import DEMO_DAY, DEMO_DOSSIERS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def dossiers(demo_reader: DossierReader) -> list[DossierRecord]:
    everything = DossierFilter(now=_morning())
    return demo_reader.read(queries.dossiers_matching, everything)


@pytest.fixture
def calendar(demo_reader: DossierReader) -> WorkCalendar:
    return calendar_of(demo_reader.read(queries.all_holidays))


def test_whole_national_catalogue_is_loaded_with_the_curated_procedures_on_top(
    demo_reader: DossierReader,
) -> None:
    procedures = {one.code: one for one in demo_reader.read(queries.all_procedures, time_limit_s=20)}
    assert len(procedures) == 5664 + 1 + 3  # one curated code is not in the snapshot, three have none
    assert sum(one.curated for one in procedures.values()) == 216
    birth = procedures["1.001193"]
    assert birth.name == "Đăng ký khai sinh"
    assert birth.duration_unit == "same_day"
    assert birth.documents
    assert birth.portal_url  # what the curated record does not say stays from the national one
    national = next(one for one in procedures.values() if not one.curated)
    assert national.documents is None  # the national record does not tell them


def test_procedures_without_a_national_code_have_made_up_ids_that_say_so(demo_reader: DossierReader) -> None:
    for code in ("0.000001", "0.000002", "0.000003"):
        procedure = demo_reader.read(queries.procedure_by_code, code)
        assert procedure is not None
        assert "code" in procedure.unverified
        assert procedure.valid_to == date(2025, 6, 30)
    bare = demo_reader.read(queries.procedure_by_code, "0.000001")
    assert bare is not None
    assert bare.name == "Cấp Giấy phép bán lẻ rượu"


def test_no_bare_number_of_the_national_record_became_an_hour_or_a_month(demo_reader: DossierReader) -> None:
    for procedure in demo_reader.read(queries.all_procedures, time_limit_s=20):
        if not procedure.curated:
            assert (procedure.duration_number is None) is (procedure.duration_unit is None)
            assert procedure.duration_number != 0


def test_centres_of_today_stand_beside_the_agencies_of_2019(demo_reader: DossierReader) -> None:
    agencies = demo_reader.read(queries.all_agencies)
    today = [one for one in agencies if one.kind == "one_stop_centre" and one.valid_to is None]
    assert Counter(one.level for one in today) == {"tỉnh": 1, "xã": 96}
    assert len({one.agency_code for one in today}) == 97
    assert all("hotline" in one.unverified and one.hotline is None for one in today)
    ended = [one for one in agencies if one.valid_to is not None]
    assert len(ended) == 41
    assert all(one.successors for one in ended)
    assert len(demo_reader.read(queries.all_admin_units)) == 96
    assert len(demo_reader.read(queries.all_old_units)) == 302


def test_every_national_state_is_there(dossiers: list[DossierRecord]) -> None:
    assert len(dossiers) == DEMO_DOSSIERS
    assert {dossier.state for dossier in dossiers} == set(range(1, 11))


def test_codes_are_unique_and_of_the_forms_that_people_can_look_up(dossiers: list[DossierRecord]) -> None:
    for dossier in dossiers:
        assert [found.code for found in find_dossier_codes(dossier.code)] == [dossier.code]
        assert re.fullmatch("[A-Z0-9]{4}", dossier.second_code or "")
    forms = Counter(_form(dossier.code) for dossier in dossiers)
    assert forms["two groups"] > 50
    assert forms["four groups"] > 30
    assert {"three groups", "insurance"} <= set(forms)


def test_date_in_a_code_is_the_day_of_acceptance(dossiers: list[DossierRecord]) -> None:
    for dossier in dossiers:
        day = (dossier.received_at or dossier.submitted_at).astimezone(LOCAL)
        assert f"-{day:%y%m%d}-" in dossier.code or f"/{day:%Y}/" in dossier.code


def test_phones_are_of_the_fictitious_range_and_some_have_several_dossiers(
    dossiers: list[DossierRecord],
) -> None:
    phones = Counter(dossier.applicant_phone for dossier in dossiers if dossier.applicant_phone)
    assert all(re.fullmatch(r"\+849000\d{5}", phone) for phone in phones)
    assert max(phones.values()) >= 2


def test_nothing_happened_after_the_last_working_day_before_loading(
    demo_reader: DossierReader, dossiers: list[DossierRecord]
) -> None:
    # 24/11/2026 is a holiday: the counters were last open on Monday, 23/11.
    for dossier in dossiers:
        moments = [event.at for event in _events(demo_reader, dossier)]
        assert max(moments).astimezone(LOCAL).date() <= date(2026, 11, 23)


def test_counters_act_on_working_days_in_opening_hours(dossiers: list[DossierRecord], calendar: WorkCalendar) -> None:
    for dossier in dossiers:
        for moment in (dossier.received_at, dossier.finished_at, dossier.returned_at):
            if moment is not None:
                local = moment.astimezone(LOCAL)
                assert is_working_day(local.date(), calendar), dossier.code
                assert 7 <= local.hour < 18, dossier.code


def test_events_lead_lawfully_to_the_state(demo_reader: DossierReader, dossiers: list[DossierRecord]) -> None:
    for dossier in dossiers:
        events = _events(demo_reader, dossier)
        assert events[-1].state_to == dossier.state
        for before, after in itertools.pairwise(events):
            assert after.state_from == before.state_to
            assert after.state_to in allowed_moves(before.state_to)
            assert after.at >= before.at


def test_steps_are_in_order_and_the_current_one_is_open(
    demo_reader: DossierReader, dossiers: list[DossierRecord]
) -> None:
    for dossier in dossiers:
        steps: list[DossierStep] = demo_reader.read(queries.steps_of, dossier.code)
        started = [step for step in steps if step.started_at]
        assert [step.number for step in started] == list(range(1, len(started) + 1))
        for step in started:
            assert step.ended_at is None or step.started_at is None or step.ended_at >= step.started_at
        if dossier.state in (2, 4, 5, 6, 7, 9):
            assert [step.ended_at for step in started].count(None) == 1


def test_overdue_dossiers_have_a_step_that_overran_and_some_an_apology(
    demo_reader: DossierReader, dossiers: list[DossierRecord]
) -> None:
    overdue = [dossier for dossier in dossiers if dossier.is_overdue(_morning())]
    assert len(overdue) >= DEMO_DOSSIERS // 20
    for dossier in overdue:
        steps = demo_reader.read(queries.steps_of, dossier.code)
        assert any(step.is_overdue(_morning()) for step in steps)
    late = [dossier for dossier in dossiers if dossier.state == DossierState.PROCESSING]
    told = [one for one in late if any(event.kind == "apology" for event in _events(demo_reader, one))]
    assert told
    assert all(one.due_at > one.original_due_at for one in told if one.due_at and one.original_due_at)
    assert any(one not in told for one in overdue)


def test_waiting_dossiers_say_for_what(demo_reader: DossierReader, dossiers: list[DossierRecord]) -> None:
    for dossier in dossiers:
        papers = demo_reader.read(queries.documents_of, dossier.code)
        missing = {paper.name for paper in papers if paper.state == "missing"}
        last = _events(demo_reader, dossier)[-1]
        if dossier.state == DossierState.SUPPLEMENT_REQUESTED:
            assert missing == set(last.data["items"])
            assert dossier.respond_by is not None
            assert dossier.note
        else:
            assert not missing
        if dossier.state == DossierState.MONEY_DUE:
            assert dossier.amount_vnd == last.data["amount_vnd"] > 0


def test_results_are_early_in_time_and_late(demo_reader: DossierReader, dossiers: list[DossierRecord]) -> None:
    kinds = Counter(event.kind for one in dossiers for event in _events(demo_reader, one))
    assert kinds["ready"] > 0
    assert kinds["ready_early"] > 0
    finished = [one for one in dossiers if one.finished_at and one.due_at and one.state >= 9]
    assert any(one.finished_at > one.due_at for one in finished if one.finished_at and one.due_at)


def test_same_seed_and_day_make_the_same_world(tmp_path: Path, demo_url: str) -> None:
    again = _url(tmp_path / "again.sqlite3")
    load_demo(again, seed=2019, dossiers=DEMO_DOSSIERS, today=DEMO_DAY)
    assert _content(again) == _content(demo_url)


def test_other_seed_or_day_makes_another_world(demo_reader: DossierReader) -> None:
    procedures = demo_reader.read(queries.all_procedures, time_limit_s=20)
    centres = [one for one in demo_reader.read(queries.all_agencies) if one.id.startswith("pvhcc-")]
    calendar = calendar_of(demo_reader.read(queries.all_holidays), centres[0].working_hours)

    def codes(seed: int, day: date) -> list[str]:
        generated = generate_dossiers(seed, day, 40, procedures, centres, calendar)
        return [row["code"] for row in generated.dossiers]

    assert codes(2019, DEMO_DAY) == codes(2019, DEMO_DAY)
    assert codes(2019, DEMO_DAY) != codes(2020, DEMO_DAY)
    assert codes(2019, DEMO_DAY) != codes(2019, DEMO_DAY + timedelta(days=1))


def test_loads_once_or_afresh_on_both_kinds_of_database(database_url: str) -> None:
    demo = load_demo(database_url, seed=2019, dossiers=40, today=DEMO_DAY)
    assert (demo.counts["procedure"], demo.counts["dossier"]) == (5668, 40)
    before = _content(database_url)
    assert len(before["dossier"]) == 40

    assert load_demo(database_url, seed=7, dossiers=40, today=DEMO_DAY).was_loaded_before
    assert _content(database_url) == before

    load_demo(database_url, seed=7, dossiers=40, today=DEMO_DAY, fresh=True)
    after = _content(database_url)
    assert after["dossier"] != before["dossier"]
    newest = max(int(row[0]) for row in before["dossier_event"])
    assert min(int(row[0]) for row in after["dossier_event"]) == newest + 1  # ids go on growing
    with session_factory(create_engine(database_url)).begin() as session:
        code = queries.dossiers_matching(session, DossierFilter(now=_morning()), limit=1)[0].code
        added = writes.add_event(session, code, "ready", state_from=4, state_to=9, at=_morning(), data={})
    assert added == newest + len(after["dossier_event"]) + 1


def test_load_that_is_killed_leaves_nothing_and_the_next_one_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "killed.sqlite3"
    command = [sys.executable, "-m", "seed", "--url", _url(path), "--today", str(DEMO_DAY), "--dossiers", "60"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "thủ tục" in line:  # procedures are written, dossiers are not
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Đã nạp 60 hồ sơ" in done.stdout
    assert len(_content(_url(path))["dossier"]) == 60


def test_full_demo_loads_in_seconds(tmp_path: Path) -> None:
    started_at = time.monotonic()
    demo = load_demo(_url(tmp_path / "full.sqlite3"), seed=2019, dossiers=2000, today=DEMO_DAY)
    assert demo.counts["dossier"] == 2000
    assert time.monotonic() - started_at < 15


def test_command_without_a_database_says_what_is_missing() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ONESTOP_DOSSIERS_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "seed"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "ONESTOP_DOSSIERS_URL" in done.stderr


def _events(reader: DossierReader, dossier: DossierRecord) -> list[DossierEvent]:
    return reader.read(queries.events_of, dossier.code)


def _morning() -> datetime:
    return datetime(DEMO_DAY.year, DEMO_DAY.month, DEMO_DAY.day, 8, tzinfo=LOCAL)


def _form(code: str) -> str:
    if "/" in code:
        return "insurance"
    return {2: "two groups", 3: "three groups", 4: "four groups"}[code.split("-")[0].count(".") + 1]


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _content(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, for comparison."""
    engine = create_engine(url)
    content = {}
    with engine.connect() as connection:
        for table in dossier_tables.dossier_metadata.sorted_tables:
            rows = connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            content[table.name] = [tuple(map(repr, row)) for row in rows]
    engine.dispose()
    return content
