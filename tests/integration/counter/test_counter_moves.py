"""What officers do: accept dossiers and move them on, each with the event that the product finds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from onestop.clock import LOCAL
from onestop.storage import dossier_queries as queries
from onestop.storage.dossier_records import DossierEvent
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import DossierState, allowed_moves
from seed.load import load_demo
from tests.databases import DEMO_DAY
from tests.integration.counter.conftest import Counter, running_counter

NEEDED: dict[int, dict[str, Any]] = {5: {"items": ["Giấy chứng sinh"]}, 6: {"amount_vnd": 50_000}}
SOON = "2026-12-09T10:00:00+07:00"


@pytest.fixture
def events(counter: Counter) -> Iterator[Any]:
    """Reads the events past a cursor, as the product does."""
    engine = create_engine(counter.database_url, read_only=True)
    reader = DossierReader(session_factory(engine))
    yield lambda cursor: reader.read(queries.events_after, cursor)
    engine.dispose()


def bring_to(counter: Counter, state: int) -> dict[str, Any]:
    """A dossier in this state, fresh from the counter or of the demo."""
    path = {2: [], 4: [4], 5: [4, 5], 6: [4, 6], 7: [7], 8: [4, 8], 9: [4, 9], 10: [4, 9, 10]}
    if state not in path:
        code = counter.get("/dossiers", state=state, limit=1)["dossiers"][0]["code"]
        return counter.get(f"/dossiers/{code}")
    dossier = counter.accept()
    for target in path[state]:
        dossier = counter.move(dossier["code"], target, **NEEDED.get(target, {}))
    return dossier


def test_new_dossier_is_accepted_with_code_second_code_and_due_date(counter: Counter, events: Any) -> None:
    dossier = counter.accept(procedure_code="1.001193", centre="pvhcc-can-giuoc")
    assert dossier["state"] == 2
    assert dossier["centre"] == "pvhcc-can-giuoc"
    assert dossier["code"].split("-")[1:] == ["261125", "0001"]
    assert len(dossier["second_code"]) == 4
    assert dossier["received_at"] == "2026-11-25T09:30:00+07:00"
    assert dossier["due_at"] == "2026-11-25T17:00:00+07:00"  # the same day, before 15:00
    assert dossier["steps"][0]["started_at"] == dossier["received_at"]
    assert [paper["state"] for paper in dossier["documents"]].count("submitted") == len(dossier["documents"])

    found: list[DossierEvent] = events(dossier["event_id"] - 1)
    assert [(event.id, event.kind, event.dossier_code) for event in found] == [
        (dossier["event_id"], "received", dossier["code"])
    ]
    assert found[0].data["due_at"] == dossier["due_at"]


def test_dossier_without_a_centre_goes_to_the_provinces(counter: Counter) -> None:
    assert counter.accept()["centre"] == "pvhcc-tinh"


def test_dossier_accepted_after_three_is_due_the_next_working_day(counter: Counter) -> None:
    counter.now = datetime(2026, 11, 27, 15, 30, tzinfo=LOCAL)  # a Friday
    assert counter.accept()["due_at"] == "2026-11-30T17:00:00+07:00"


def test_codes_do_not_collide_when_many_counters_work_at_once(counter: Counter) -> None:
    with ThreadPoolExecutor(8) as pool:
        dossiers = list(pool.map(lambda _: counter.accept(centre="pvhcc-long-an"), range(32)))
    numbers = sorted(int(dossier["code"].rsplit("-", 1)[1]) for dossier in dossiers)
    assert numbers == list(range(1, 33))
    ids = [dossier["event_id"] for dossier in dossiers]
    assert len(set(ids)) == 32


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"procedure_code": "9.999999"}, "thủ tục"),
        ({"procedure_code": 1}, "procedure_code"),
        ({"applicant_name": ""}, "applicant_name"),
        ({"applicant_name": "x" * 2000}, "applicant_name"),
        ({"applicant_phone": "12"}, "điện thoại"),
        ({"applicant_phone": None}, "applicant_phone"),
        ({"centre": "hcc-can-giuoc"}, "trung tâm"),  # ended in 2025
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_new_dossier_that_cannot_be_is_refused_with_a_sentence(
    counter: Counter, changes: dict[str, Any], what: str
) -> None:
    body = {"procedure_code": "1.001193", "applicant_name": "A", "applicant_phone": "+84900099999", **changes}
    answer = requests.post(f"{counter.url}/dossiers", json=body, timeout=10)
    assert 400 <= answer.status_code < 500
    assert what in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe"])
def test_body_that_is_no_json_object_is_refused(counter: Counter, body: bytes) -> None:
    for path in ("/dossiers", "/dossiers/H39.1-261125-0001/move"):
        answer = requests.post(f"{counter.url}{path}", data=body, timeout=10)
        assert answer.status_code == 400
        assert answer.json()["error"]


@pytest.mark.parametrize("state", range(1, 11))
def test_only_lawful_moves_are_made_and_each_makes_one_event(counter: Counter, events: Any, state: int) -> None:
    for target in DossierState:
        dossier = bring_to(counter, state)
        assert dossier["state"] == state
        fields = dict(NEEDED.get(target, {}))
        if state == target == 4:
            fields["due_at"] = SOON
        newest = counter.accept()["event_id"]
        if target in allowed_moves(state):
            moved = counter.move(dossier["code"], target, **fields)
            assert moved["state"] == target
            (event,) = events(newest)
            assert event.id == moved["event_id"]
            assert (event.state_from, event.state_to) == (state, target)
        else:
            error = counter.move(dossier["code"], target, status=409, **fields)["error"]
            assert str(state) in error
            assert events(newest) == []


def test_supplement_asks_for_papers_and_stops_the_clock(counter: Counter, events: Any) -> None:
    dossier = bring_to(counter, 4)
    known = dossier["documents"][0]["name"]
    moved = counter.move(dossier["code"], 5, items=[known, "Giấy lạ"], note="Thiếu chữ ký", due_at=SOON)
    missing = {paper["name"] for paper in moved["documents"] if paper["state"] == "missing"}
    assert missing == {known, "Giấy lạ"}
    assert moved["respond_by"] == SOON
    assert moved["due_at"] == dossier["due_at"]
    assert events(moved["event_id"] - 1)[0].data == {
        "items": [known, "Giấy lạ"],
        "note": "Thiếu chữ ký",
        "due_at": SOON,
    }
    counter.now += timedelta(days=60)
    assert counter.get(f"/dossiers/{dossier['code']}")["overdue"] is False


@pytest.mark.parametrize("target", [2, 4])
def test_papers_that_came_clear_the_list_and_set_a_new_due_date(counter: Counter, target: int) -> None:
    dossier = counter.accept(procedure_code="1.004884")
    term_ends = datetime.fromisoformat(dossier["due_at"])
    counter.move(dossier["code"], 5, items=["Giấy lạ"])
    counter.now += timedelta(days=7)
    moved = counter.move(dossier["code"], target)
    assert all(paper["state"] == "submitted" for paper in moved["documents"])
    # Asked for on the first day: the term starts again, one week later.
    assert datetime.fromisoformat(moved["due_at"]) >= term_ends + timedelta(days=7)
    assert moved["respond_by"] is None
    assert moved["events"][-1]["kind"] == "supplement_received"
    assert moved["events"][-1]["data"]["due_at"] == moved["due_at"]


def test_due_date_that_the_officer_sets_wins(counter: Counter) -> None:
    code = bring_to(counter, 5)["code"]
    assert counter.move(code, 4, due_at=SOON)["due_at"] == SOON


def test_money_due_names_the_amount(counter: Counter, events: Any) -> None:
    code = bring_to(counter, 4)["code"]
    moved = counter.move(code, 6, amount_vnd=61_300_000_000, note="Lệ phí trước bạ")
    assert moved["amount_vnd"] == 61_300_000_000
    assert events(moved["event_id"] - 1)[0].data["amount_vnd"] == 61_300_000_000
    assert counter.move(code, 4)["events"][-1]["kind"] == "money_paid"


def test_apology_has_a_new_date_and_keeps_the_first_one(counter: Counter, events: Any) -> None:
    dossier = bring_to(counter, 4)
    moved = counter.move(dossier["code"], 4, due_at=SOON, note="Chờ xác minh")
    assert moved["due_at"] == SOON
    assert moved["original_due_at"] == dossier["due_at"]
    event = events(moved["event_id"] - 1)[0]
    assert (event.kind, event.data) == ("apology", {"note": "Chờ xác minh", "due_at": SOON})


def test_date_without_a_time_means_closing_time(counter: Counter) -> None:
    code = bring_to(counter, 4)["code"]
    assert counter.move(code, 4, due_at="2026-12-09")["due_at"] == "2026-12-09T17:00:00+07:00"


def test_result_before_its_due_day_is_early(counter: Counter) -> None:
    early = counter.accept(procedure_code="1.004884")
    assert counter.move(early["code"], 9)["events"][-1]["kind"] == "ready_early"
    today = bring_to(counter, 4)
    moved = counter.move(today["code"], 9)
    assert moved["events"][-1]["kind"] == "ready"
    assert moved["finished_at"] is not None


def test_steps_are_closed_and_opened_as_the_dossier_moves(counter: Counter) -> None:
    dossier = counter.accept()

    def open_steps(current: dict[str, Any]) -> list[str]:
        return [step["name"] for step in current["steps"] if step["started_at"] and not step["ended_at"]]

    assert open_steps(dossier) == ["Tiếp nhận hồ sơ"]
    assert open_steps(counter.move(dossier["code"], 4)) == ["Thẩm định hồ sơ"]
    assert open_steps(counter.move(dossier["code"], 9)) == ["Trả kết quả"]
    returned = counter.move(dossier["code"], 10)
    assert open_steps(returned) == []
    assert returned["returned_at"] is not None


def test_online_dossier_is_accepted_with_a_due_date(counter: Counter) -> None:
    dossier = bring_to(counter, 1)
    assert dossier["due_at"] is None
    moved = counter.move(dossier["code"], 2)
    assert moved["received_at"] == "2026-11-25T09:30:00+07:00"
    assert moved["due_at"] is not None
    assert moved["events"][-1]["kind"] == "received"
    assert moved["steps"]


def test_online_dossier_whose_missing_papers_came_is_accepted_then(counter: Counter) -> None:
    code = bring_to(counter, 1)["code"]
    counter.move(code, 5, items=["Tờ khai"])
    moved = counter.move(code, 4)
    assert moved["received_at"] is not None
    assert moved["due_at"] is not None
    assert [step["name"] for step in moved["steps"] if step["started_at"] and not step["ended_at"]] == [
        "Thẩm định hồ sơ"
    ]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({}, "to"),
        ({"to": "5"}, "to"),
        ({"to": True}, "to"),
        ({"to": 12}, "to"),
        ({"to": 5}, "items"),
        ({"to": 5, "items": []}, "items"),
        ({"to": 5, "items": ["  "]}, "items"),
        ({"to": 5, "items": "Tờ khai"}, "items"),
        ({"to": 6}, "amount_vnd"),
        ({"to": 6, "amount_vnd": "50k"}, "amount_vnd"),
        ({"to": 6, "amount_vnd": -1}, "amount_vnd"),
        ({"to": 4}, "due_at"),
        ({"to": 4, "due_at": "mai"}, "due_at"),
        ({"to": 4, "due_at": "2026-12-09T10:00:00"}, "due_at"),  # no zone
        ({"to": 4, "due_at": "2026-11-25T09:00:00+07:00"}, "due_at"),  # past
        ({"to": 9, "note": 5}, "note"),
    ],
)
def test_move_without_what_it_needs_is_refused_and_changes_nothing(
    counter: Counter, body: dict[str, Any], what: str
) -> None:
    dossier = bring_to(counter, 4)
    answer = requests.post(f"{counter.url}/dossiers/{dossier['code']}/move", json=body, timeout=10)
    assert 400 <= answer.status_code < 500
    assert answer.status_code != 409
    assert f"“{what}”" in answer.json()["error"]
    assert counter.get(f"/dossiers/{dossier['code']}")["events"] == dossier["events"]


def test_two_officers_who_move_a_dossier_at_once_do_it_once(counter: Counter) -> None:
    code = bring_to(counter, 9)["code"]

    def hand_over(_: int) -> int:
        return requests.post(f"{counter.url}/dossiers/{code}/move", json={"to": 10}, timeout=20).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(hand_over, range(6)))
    assert statuses == [200, 409, 409, 409, 409, 409]


def test_unknown_dossier_cannot_be_moved(counter: Counter) -> None:
    assert "error" in counter.move("H39.1-261125-9999", 4, status=404)


def test_counter_without_a_database_says_so(tmp_path: Any) -> None:
    with running_counter(f"sqlite:///{tmp_path / 'empty.sqlite3'}") as counter:
        assert "chưa được nạp" in counter.get("/dossiers", status=503)["error"]


def test_counter_works_on_postgresql(postgresql_url: str) -> None:
    load_demo(postgresql_url, seed=2019, dossiers=30, today=DEMO_DAY)
    with running_counter(postgresql_url) as counter:
        with ThreadPoolExecutor(6) as pool:
            dossiers = list(pool.map(lambda _: counter.accept(), range(12)))
        assert len({dossier["code"] for dossier in dossiers}) == 12
        moved = counter.move(dossiers[0]["code"], 5, items=["Tờ khai"])
        assert moved["event_id"] > max(dossier["event_id"] for dossier in dossiers)
        assert counter.get("/dossiers", q="thu nghiem", overdue="false")["total"] == 12
