"""What officers look at: lists, filters, search, single dossiers, receipts."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
import requests
import zxingcpp
from PIL import Image

from onestop.storage.life_cycle import STATE_NAMES, DossierState, allowed_moves
from tests.databases import DEMO_DOSSIERS
from tests.integration.counter.conftest import Counter

CONTRACT_FIELDS = {
    "code",
    "second_code",
    "state",
    "state_name",
    "overdue",
    "procedure_code",
    "procedure_name",
    "applicant_name",
    "applicant_phone",
    "received_at",
    "due_at",
    "centre",
}


def test_list_shows_fifty_newest_dossiers_with_the_fields_of_the_contract(counter: Counter) -> None:
    answer = counter.get("/dossiers")
    assert len(answer["dossiers"]) == 50
    assert answer["total"] == DEMO_DOSSIERS
    assert all(set(dossier) >= CONTRACT_FIELDS for dossier in answer["dossiers"])
    submitted = [dossier["submitted_at"] for dossier in answer["dossiers"]]
    assert submitted == sorted(submitted, reverse=True)
    assert all(at.endswith("+07:00") for at in submitted)


@pytest.mark.parametrize("state", range(1, 11))
def test_list_of_one_state_has_only_that_state(counter: Counter, state: int) -> None:
    dossiers = counter.get("/dossiers", state=state)["dossiers"]
    assert dossiers
    assert {(one["state"], one["state_name"]) for one in dossiers} == {(state, STATE_NAMES[DossierState(state)])}


def test_overdue_is_judged_by_the_simulated_clock(counter: Counter) -> None:
    before = counter.get("/dossiers", overdue="true", limit=1000)
    assert before["total"] > 0
    for dossier in before["dossiers"]:
        assert dossier["overdue"] is True
        assert dossier["state"] in (2, 4)
        assert datetime.fromisoformat(dossier["due_at"]) < counter.now
    counter.now += timedelta(days=120)
    after = counter.get("/dossiers", overdue="true", limit=1000)
    assert after["total"] > before["total"]
    assert counter.get("/dossiers", overdue="true", state=5)["total"] == 0
    total = after["total"] + counter.get("/dossiers", overdue="false")["total"]
    assert total == DEMO_DOSSIERS


def test_list_is_filtered_by_centre_and_procedure_by_code_or_words(counter: Counter) -> None:
    some = counter.get("/dossiers", limit=200)["dossiers"]
    centre, code = some[0]["centre"], some[0]["procedure_code"]
    assert {one["centre"] for one in counter.get("/dossiers", centre=centre)["dossiers"]} == {centre}
    assert {one["procedure_code"] for one in counter.get("/dossiers", procedure=code)["dossiers"]} == {code}
    by_words = counter.get("/dossiers", procedure="dang ky", limit=1000)
    assert by_words["total"] > 0
    assert all("đăng ký" in one["procedure_name"].lower() for one in by_words["dossiers"])


def test_search_needs_no_marks_and_finds_codes_names_and_phones(counter: Counter) -> None:
    dossier = counter.accept(applicant_name="Đỗ Thị Hằng Ngãi", applicant_phone="0900 077 777")
    for words in ("do thi hang ngai", "HẰNG NGÃI", dossier["code"].lower(), "0900077777", "+84900077777"):
        found = counter.get("/dossiers", q=words)
        assert dossier["code"] in [one["code"] for one in found["dossiers"]], words
    assert counter.get("/dossiers", q="không có ai tên này")["total"] == 0


def test_pages_follow_each_other_without_gap_or_repetition(counter: Counter) -> None:
    codes = [
        one["code"]
        for offset in range(0, DEMO_DOSSIERS, 97)
        for one in counter.get("/dossiers", limit=97, offset=offset)["dossiers"]
    ]
    assert len(codes) == len(set(codes)) == DEMO_DOSSIERS
    page = counter.get("/dossiers", q="đăng ký", limit=2, offset=2)["dossiers"]
    assert page == counter.get("/dossiers", q="đăng ký", limit=4)["dossiers"][2:]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "11"},
        {"state": "đang xử lý"},
        {"state": "²"},
        {"overdue": "maybe"},
        {"limit": "0"},
        {"limit": "-1"},
        {"offset": "x"},
        {"centre": "nowhere"},
    ],
)
def test_filter_that_makes_no_sense_is_refused_with_a_sentence(counter: Counter, query: dict[str, str]) -> None:
    answer = requests.get(f"{counter.url}/dossiers", params=query, timeout=10)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"].endswith(".")


def test_whole_dossier_has_steps_papers_events_and_lawful_moves(counter: Counter) -> None:
    for state in range(1, 11):
        code = counter.get("/dossiers", state=state, limit=1)["dossiers"][0]["code"]
        dossier = counter.get(f"/dossiers/{code}")
        assert set(dossier) >= CONTRACT_FIELDS | {"steps", "documents", "events"}
        assert dossier["events"][-1]["state_to"] == state
        assert sorted(move["to"] for move in dossier["moves"]) == sorted(allowed_moves(state))


def test_code_is_found_in_lower_case_and_with_slashes(counter: Counter) -> None:
    codes = [one["code"] for one in counter.get("/dossiers", limit=1000)["dossiers"]]
    insurance = next(code for code in codes if "/" in code)
    assert counter.get(f"/dossiers/{insurance}")["code"] == insurance
    assert counter.get(f"/dossiers/{insurance.replace('/', '%2F')}")["code"] == insurance
    plain = next(code for code in codes if code.startswith("H39"))
    assert counter.get(f"/dossiers/{plain.lower()}")["code"] == plain


def test_what_is_not_there_is_a_404_with_a_sentence(counter: Counter) -> None:
    for path in ("/dossiers/H39.1-261125-9999", "/dossiers/H39.1-261125-9999/receipt.png", "/nothing"):
        assert "error" in counter.get(path, status=404)
    assert "error" in counter.post("/centres", {}, status=405)


def test_receipt_is_a_picture_with_the_code_in_it(counter: Counter) -> None:
    code = counter.accept()["code"]
    answer = requests.get(f"{counter.url}/dossiers/{code}/receipt.png", timeout=20)
    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [code]


def test_dossier_that_was_not_accepted_has_no_receipt(counter: Counter) -> None:
    code = counter.get("/dossiers", state=1, limit=1)["dossiers"][0]["code"]
    assert "chưa được tiếp nhận" in counter.get(f"/dossiers/{code}/receipt.png", status=404)["error"]


def test_procedures_are_searched_by_words_without_marks(counter: Counter) -> None:
    found = counter.get("/procedures", q="khai sinh", limit=5)
    assert found["procedures"][0]["code"] == "1.001193"
    assert len(found["procedures"]) == 5 < found["total"]
    assert counter.get("/procedures", q="1.001193")["procedures"][0]["name"] == "Đăng ký khai sinh"


def test_centres_are_those_of_today(counter: Counter) -> None:
    centres = counter.get("/centres")["centres"]
    assert len(centres) == 97
    assert centres[0]["id"] == "pvhcc-tinh"


def test_every_lawful_move_has_a_title(counter: Counter) -> None:
    titled = {(move["from"], move["to"]) for move in counter.get("/moves")["moves"] if move["title"]}
    lawful = {(int(state), int(target)) for state in DossierState for target in allowed_moves(state)}
    assert titled == lawful
