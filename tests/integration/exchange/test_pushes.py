"""Events pushed over real HTTP: who may push, what is taken, and that everything is told once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
from structlog.testing import capture_logs

from console.exchange_api import PATH, EventRate, exchange_routes, open_exchange
from notifier.monitoring import Watch
from notifier.pushes import PushReader
from onestop.errors import MissingSetting
from onestop.services import apologies
from onestop.services.documents import DocumentDesk
from onestop.services.signatures import is_signed, read_keys, signed_headers
from onestop.settings import Settings
from onestop.storage import dossier_writes as writes
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.exchange_tables import PushedEvent
from tests.dossier_builders import CODE, PHONE, create_dossier
from tests.integration.exchange.conftest import BOTH, KEY, Vendor, an_event
from tests.integration.exchange.description import answer_schema, check, named
from tests.integration.notices.conftest import Office


def as_described(answer: requests.Response) -> requests.Response:
    check(answer.json(), answer_schema(answer.status_code))
    if answer.status_code in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1
    return answer


@BOTH
def test_pushed_event_is_told_with_what_the_views_say_of_its_dossier(vendor: Vendor, office: Office) -> None:
    office.person()
    answer = as_described(vendor.pushes(an_event()))
    assert answer.status_code == 202
    assert answer.json() == {"received": 1, "new": 1, "known": 0, "passed_over": 0}
    assert office.rows() == []  # a row first, a message by the notifier
    assert vendor.notifier_reads() == 1
    (text,) = office.said()
    assert CODE in text and "Đăng ký khai sinh" in text
    assert office.rows()[0].event_id == 7001
    assert vendor.stored() == {"done": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "x" * 40},
        {"at_s": 0.0},
        {"signed": b"{}"},
        {"headers": {"X-Onestop-Signature": ""}},
        {"headers": {"X-Onestop-Signature": "v1=é".encode().decode("latin-1")}},
        {"headers": {"X-Onestop-Timestamp": "soon"}},
        {"headers": {"X-Onestop-Timestamp": "1" * 13}},
        {"late_s": -310},
        {"late_s": 310},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_wrong_or_old_signature_is_refused_and_nothing_kept(vendor: Vendor, wrong: dict[str, Any]) -> None:
    if "late_s" in wrong:
        wrong = {"at_s": time.time() + wrong["late_s"]}
    answer = as_described(vendor.pushes(an_event(), **wrong))
    assert (answer.status_code, answer.json()["error"]) == (401, "signature")
    assert vendor.stored() == {}


@pytest.mark.parametrize("late_s", [-280, 280])
def test_clocks_may_differ_by_almost_five_minutes(vendor: Vendor, late_s: float) -> None:
    assert vendor.pushes(an_event(), at_s=time.time() + late_s).status_code == 202


def test_signature_does_not_move_with_the_products_clock(vendor: Vendor, office: Office) -> None:
    office.now += timedelta(days=3)
    assert vendor.pushes(an_event()).status_code == 202


def test_both_keys_are_taken_while_one_is_changed() -> None:
    keys = read_keys(f"{'n' * 32}, {'o' * 32}")
    for key in keys:
        headers = signed_headers(key, b"x", 1000.0)
        assert is_signed(keys, headers["X-Onestop-Timestamp"], headers["X-Onestop-Signature"], b"x", 1000.0)
    with pytest.raises(MissingSetting):
        read_keys("short")


def test_without_a_key_there_is_no_such_route(tmp_path: Path) -> None:
    compulsory = dict.fromkeys(
        ("zalo_app_id", "zalo_oa_id", "zalo_app_secret", "zalo_secret_key", "token_key", "tracker_url"), "x"
    )
    settings = Settings(database_url="sqlite://", dossiers_url="sqlite://", **compulsory)
    sessions = session_factory(create_engine("sqlite://"))
    assert exchange_routes(open_exchange(settings, sessions)) == []


@BOTH
def test_replayed_request_gets_the_same_answer_and_adds_nothing(vendor: Vendor, office: Office) -> None:
    office.person()
    body = json.dumps({"events": [an_event(), an_event(7002, "no_such_kind")]}).encode()
    at_s = time.time()
    first = as_described(vendor.posts(body, key="a", at_s=at_s))
    vendor.notifier_reads()
    again = as_described(vendor.posts(body, key="a", at_s=at_s))
    assert first.json() == again.json() == {"received": 2, "new": 1, "known": 0, "passed_over": 1}
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    vendor.notifier_reads()
    assert len(office.rows()) == 1


def test_same_key_with_another_body_is_a_conflict(vendor: Vendor) -> None:
    vendor.pushes(an_event(), key="a")
    answer = as_described(vendor.pushes(an_event(7002), key="a"))
    assert (answer.status_code, answer.json()["error"]) == (409, "idempotency-key")
    assert vendor.stored() == {"waiting": 1}


@pytest.mark.parametrize("key", ["", "x" * 121, "with blank"])
def test_idempotency_key_is_compulsory_and_short(vendor: Vendor, key: str) -> None:
    answer = as_described(vendor.pushes(an_event(), headers={"Idempotency-Key": key}))
    assert (answer.status_code, answer.json()["error"]) == (400, "idempotency-key")


@BOTH
def test_feed_replayed_ten_times_by_both_ways_doubles_nothing(vendor: Vendor, office: Office) -> None:
    office.person()
    ids = [office.happens("processing", state_to=4) for _ in range(3)]
    office.decides("notify.processing", "on")
    for _ in range(10):
        office.forgets_cursor()
        office.reads_events()
        vendor.pushes(*[an_event(event_id, "processing", state_to=4) for event_id in ids], an_event(9000))
        vendor.notifier_reads()
    assert sorted(row.event_id for row in office.rows()) == [*sorted(ids), 9000]


@BOTH
def test_same_request_by_ten_threads_at_once_is_taken_once(vendor: Vendor, office: Office) -> None:
    office.person()
    body = json.dumps({"events": [an_event(event_id) for event_id in range(1, 51)]}).encode()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: vendor.posts(body, key=f"k{number % 3}"), range(10)))
    assert {answer.status_code for answer in answers} == {202}
    new = {answer.json()["new"] for answer in answers}
    firsts = [answer.json()["new"] for answer in answers if "Idempotent-Replay" not in answer.headers]
    assert sum(firsts) == 50 and new <= {0, 50}
    assert vendor.stored() == {"waiting": 50}


@BOTH
def test_two_notifiers_at_once_tell_everything_once_and_in_order(vendor: Vendor, office: Office) -> None:
    office.person()
    vendor.pushes(*[an_event(event_id, "ready") for event_id in range(40, 0, -1)])
    readers = [PushReader(office.sessions, office.reader) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda reader: reader.read(), readers))
    assert sum(told) == 40
    assert [row.event_id for row in office.rows()] == list(range(1, 41))


@pytest.mark.parametrize(
    "change",
    [
        {"id": 0},
        {"id": "7"},
        {"id": True},
        {"id": 2**63},
        {"kind": "Ready"},
        {"kind": ""},
        {"dossier_code": " x"},
        {"dossier_code": "x" * 61},
        {"dossier_code": "x\0"},
        {"dossier_code": "\ud800"},
        {"state_to": 11},
        {"state_to": None},
        {"state_from": 0},
        {"at": "2026-11-26T09:59:00"},
        {"at": "2026-13-26T09:59:00Z"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "2026-12-24T09:59:00Z"},
        {"at": 1764000000},
        {"data": []},
        {"data": {"items": "x"}},
        {"data": {"items": [1]}},
        {"data": {"due_at": "tomorrow"}},
        {"data": {"amount_vnd": 1.5}},
        {"data": {"note": "x" * 2001}},
    ],
    ids=str,
)
def test_bad_event_is_named_by_its_index_and_nothing_is_taken(vendor: Vendor, change: dict[str, Any]) -> None:
    bad = {**an_event(7003), **change}
    answer = as_described(vendor.pushes(an_event(), an_event(7002), bad))
    assert (answer.status_code, answer.json()["error"], answer.json()["index"]) == (400, "bad-event", 2)
    assert vendor.stored() == {}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"events": []}', b'{"events": {}}', b"\xff\xfe", b"[" * 100_000, b'{"events": [7]}'],
    ids=lambda body: repr(body[:14]),
)
def test_body_that_is_no_push_is_refused(vendor: Vendor, body: bytes) -> None:
    assert as_described(vendor.posts(body)).status_code == 400


def test_description_says_what_is_taken_and_what_is_not(vendor: Vendor) -> None:
    whole = an_event(
        state_from=None,
        at="2026-11-26T02:59:00.5Z",
        data={"items": ["Giấy chứng sinh"], "note": "x", "due_at": "2026-12-01T17:00+07:00", "amount_vnd": 0},
    )
    bare = {name: whole[name] for name in ("kind", "dossier_code", "state_to", "at")} | {"id": 2}
    check({"events": [whole, bare]}, named("Push"))
    assert vendor.pushes(whole, bare).status_code == 202
    for missing in bare:
        less = {name: value for name, value in bare.items() if name != missing}
        with pytest.raises(jsonschema.ValidationError):
            check({"events": [less]}, named("Push"))
        assert vendor.pushes(less).status_code == 400


def test_five_hundred_events_are_taken_and_one_more_is_not(vendor: Vendor) -> None:
    assert as_described(vendor.pushes(*[an_event(one) for one in range(1, 501)])).json()["new"] == 500
    assert as_described(vendor.pushes(*[an_event(one) for one in range(1, 502)])).status_code == 400


def test_body_over_a_megabyte_is_too_large_before_anybody_asks_who_signed(vendor: Vendor) -> None:
    assert as_described(vendor.posts(b" " * 1_000_001, secret="x" * 40)).status_code == 413
    chunks = requests.post(f"{vendor.url}{PATH}", data=iter([b" " * 600_000] * 2), timeout=20)
    assert chunks.status_code == 413


def test_moments_with_z_and_fractions_are_read(vendor: Vendor, office: Office) -> None:
    vendor.pushes(an_event(1, at="2026-11-26T02:59:00.5Z"), an_event(2, at="2026-11-26T09:59+07:00"))
    with office.sessions() as session:
        moments = [row.at.isoformat() for row in session.query(PushedEvent).order_by(PushedEvent.event_id)]
    assert moments == ["2026-11-26T02:59:00.500000+00:00", "2026-11-26T02:59:00+00:00"]


def test_too_many_a_minute_have_to_wait_and_then_may(make_vendor: Callable[..., Vendor]) -> None:
    vendor = make_vendor(per_minute=6000)
    assert vendor.pushes(*[an_event(one) for one in range(1, 501)]).status_code == 202
    vendor.pushes(*[an_event(one) for one in range(501, 1001)])
    answer = as_described(vendor.pushes(*[an_event(one) for one in range(1001, 1501)], key="later"))
    assert (answer.status_code, answer.json()["error"]) == (429, "rate")
    assert 1 <= int(answer.headers["Retry-After"]) <= 5
    time.sleep(int(answer.headers["Retry-After"]))
    assert vendor.pushes(*[an_event(one) for one in range(1001, 1501)], key="later").status_code == 202


def test_rate_refills_evenly() -> None:
    now = [0.0]
    rate = EventRate(600, lambda: now[0])
    assert rate.take(500) == 0.0
    assert rate.take(100) == pytest.approx(10.0)
    now[0] = 10.0
    assert rate.take(100) == 0.0
    assert rate.take(1) > 0


@BOTH
def test_pushing_ahead_of_the_notifier_is_held_back_until_it_caught_up(
    make_vendor: Callable[..., Vendor], office: Office
) -> None:
    vendor = make_vendor(max_waiting=10)
    assert vendor.pushes(*[an_event(one) for one in range(1, 12)], key="first").status_code == 202
    answer = as_described(vendor.pushes(an_event(12)))
    assert (answer.status_code, answer.json()["error"]) == (429, "behind")
    repeat = vendor.pushes(*[an_event(one) for one in range(1, 12)], key="first")
    assert repeat.status_code == 202  # a lost answer can be had again meanwhile
    vendor.notifier_reads()
    assert vendor.pushes(an_event(12)).status_code == 202


@BOTH
def test_event_waits_for_its_dossier_and_goes_in_order_when_it_is_there(vendor: Vendor, office: Office) -> None:
    other = "H39.17-261126-0009"
    office.person(code=other)
    vendor.pushes(an_event(1, "received", dossier_code=other), an_event(2, "ready"))
    assert vendor.notifier_reads() == 1
    office.now += timedelta(seconds=1)
    vendor.pushes(an_event(3, "ready", dossier_code=other))
    assert vendor.notifier_reads() == 0
    with office.vendor.begin() as session:
        create_dossier(session, code=other)
    office.now += timedelta(seconds=10)
    assert vendor.notifier_reads() == 2
    assert [row.event_id for row in office.rows()] == [1, 3]


def test_event_whose_dossier_never_comes_is_listed_after_a_day(vendor: Vendor, office: Office) -> None:
    vendor.pushes(an_event(1, dossier_code="H00"))
    for _ in range(60):
        office.now += timedelta(minutes=30)
        vendor.notifier_reads()
    assert vendor.stored() == {"unresolved": 1}


@BOTH
def test_event_that_breaks_holds_up_no_other(vendor: Vendor, office: Office) -> None:
    office.person()
    vendor.pushes(an_event(1), an_event(2))
    with office.sessions.begin() as session:  # as nothing pushed can be: what was checked is not trusted twice
        session.query(PushedEvent).filter_by(event_id=1).update({"data": {"due_at": "x"}})
    assert vendor.notifier_reads() == 1
    assert [row.event_id for row in office.rows()] == [2]
    assert vendor.stored() == {"done": 1, "waiting": 1}


def test_dossier_system_that_is_away_loses_nothing(vendor: Vendor, office: Office, tmp_path: Path) -> None:
    office.person()
    vendor.pushes(an_event())
    file = tmp_path / "vendor.sqlite3"
    file.rename(tmp_path / "away")
    office.vendor.kw["bind"].dispose()
    gone = session_factory(create_engine(f"sqlite:///{file}", read_only=True))
    from onestop.errors import BackendUnavailable
    from onestop.storage.guard import DossierReader

    with pytest.raises(BackendUnavailable):
        PushReader(office.sessions, DossierReader(gone)).read()
    (tmp_path / "away").rename(file)
    assert PushReader(office.sessions, DossierReader(gone)).read() == 1
    assert len(office.rows()) == 1


def test_reasons_are_told_to_the_owner_only_and_forgotten_after_ninety_days(vendor: Vendor, office: Office) -> None:
    owner, follower = office.person("8001", proof="phone"), office.person("8002")
    note = "Không đúng thẩm quyền"
    vendor.pushes(an_event(1, "refused", state_to=3, data={"note": note, "officer": "Lan"}))
    vendor.notifier_reads()
    assert note in office.said(owner)[0]
    assert note not in office.said(follower)[0]
    with office.sessions() as session:
        assert session.query(PushedEvent).one().data == {"note": note}
    office.now += timedelta(days=91)
    PushReader(office.sessions, office.reader).tidy()
    with office.sessions() as session:
        assert session.query(PushedEvent).one().data == {}


def test_log_holds_no_dossier_and_no_person(vendor: Vendor, office: Office) -> None:
    office.person(proof="phone")
    with capture_logs() as logs:
        vendor.pushes(an_event(data={"note": "Bí mật"}), an_event(2, dossier_code="H00-missing"))
        vendor.notifier_reads()
        vendor.pushes(an_event(), secret="x" * 40)
    assert logs
    assert not any(secret in repr(logs) for secret in (CODE, "H00", PHONE, "Bí mật", KEY))


def test_changes_of_the_dossier_are_not_taken_from_the_push(vendor: Vendor, office: Office) -> None:
    office.person()
    with office.vendor.begin() as session:
        writes.update_dossier(session, CODE, {"procedure_name": "Đăng ký kết hôn"})
    vendor.pushes(an_event())
    vendor.notifier_reads()
    assert "Đăng ký kết hôn" in office.said()[0]


def test_document_of_an_event_that_was_only_pushed_is_drawn(vendor: Vendor, office: Office, tmp_path: Path) -> None:
    owner = office.person(proof="phone")
    vendor.pushes(an_event(1, "refused", state_to=3, data={"note": "Không đúng thẩm quyền"}))
    vendor.notifier_reads()
    (picture,) = office.pictures(owner)
    desk = DocumentDesk(office.reader, tmp_path / "files", office.sessions)
    assert desk.content(str(picture.file_ref)).startswith(b"\x89PNG")
    assert desk.newest(CODE, "refusal", "pdf").reference == "documents/1-refusal.pdf"


def test_pushed_apology_held_for_an_officer_goes_out_when_confirmed(vendor: Vendor, office: Office) -> None:
    owner = office.person(proof="phone")
    office.decides("apology.confirm", "on")
    due = "2026-12-05T17:00:00+07:00"
    vendor.pushes(an_event(1, "apology", state_to=4, data={"due_at": due, "note": "Nhiều hồ sơ"}))
    vendor.notifier_reads()
    assert office.said(owner) == []
    with office.sessions.begin() as session:
        apologies.confirm(session, apologies.open_apologies(session)[0].id, "lan", office.now)
    office.tells_late()
    assert "05/12/2026" in office.said(owner)[0]


def test_metrics_tell_what_waits_and_what_nobody_took(vendor: Vendor, office: Office) -> None:
    vendor.pushes(an_event(1), an_event(2))
    families = {family.name: family for family in Watch(office.sessions, office.reader).collect()}
    pushed = {sample.labels["state"]: sample.value for sample in families["onestop_pushed_events"].samples}
    assert pushed == {"waiting": 2, "unresolved": 0}
    called = {sample.labels["state"]: sample.value for sample in families["onestop_callbacks"].samples}
    assert called == {"waiting": 0, "failed": 0}
