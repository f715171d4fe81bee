"""What officers do over HTTP, and what they may not see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from console.gate import officer_of, read_tokens
from console.officer_api import CALLS, DESCRIPTION
from onestop import clock
from onestop.errors import MissingSetting
from onestop.services import officers
from onestop.storage.mailbox_tables import AuditEntry
from onestop.storage.tables import Citizen, Notification
from tests.integration.console.conftest import TOKENS, Desk, add_citizen, add_feedback, add_ticket


def outbox(desk: Desk) -> list[dict[str, Any]]:
    with desk.sessions() as session:
        return [{"kind": row.kind, **row.body} for row in session.query(Notification).order_by(Notification.id)]


def audit(desk: Desk) -> list[tuple[str, str, str | None, str]]:
    with desk.sessions() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.id).all()
    return [(row.who, row.what, row.subject, row.detail["outcome"]) for row in rows]


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _what, _work in CALLS])
def test_every_route_asks_who_you_are(desk: Desk, method: str, path: str) -> None:
    concrete = path.replace("{ticket_id:int}", "1").replace("{message_id:int}", "1")
    concrete = concrete.replace("{number:int}", "1").replace("{code}", "PA-261125-0001")
    for token in ("", "x", TOKENS["lan"][:-1], f"{TOKENS['lan']}x"):
        answer = desk.calls(method, concrete, token=token)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert audit(desk) == []


def test_the_description_names_every_route_and_no_other() -> None:
    described = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    named = {(verb.upper(), path) for path, verbs in described.items() for verb in verbs if verb in ("get", "post")}
    assert named == {(method, path.replace(":int", "")) for method, path, _what, _work in CALLS}


@pytest.mark.parametrize("setting", ["", "lan", "lan:short", f"lan:{'x' * 30},minh:{'x' * 30}", f":{'x' * 30}"])
def test_without_good_tokens_it_does_not_start(setting: str) -> None:
    with pytest.raises(MissingSetting):
        read_tokens(setting)


def test_a_token_names_its_officer() -> None:
    tokens = read_tokens(f"lan:{'a' * 30}, minh : {'b' * 30}")
    assert officer_of(f"Bearer {'b' * 30}", tokens) == "minh"
    assert officer_of(f"Basic {'b' * 30}", tokens) is None and officer_of(None, tokens) is None


def test_a_ticket_from_taking_to_handing_back(desk: Desk) -> None:
    citizen = add_citizen(desk)
    number = add_ticket(desk, citizen)
    (listed,) = desk.gets("/tickets")["tickets"]
    assert (listed["id"], listed["question"], listed["state"]) == (number, "sổ đỏ sai tên", "waiting")
    assert desk.does(f"/tickets/{number}/take")["taken_by"] == "lan"
    desk.does(f"/tickets/{number}/reply", text="Chị gửi giúp em ảnh sổ", key="a")
    desk.does(f"/tickets/{number}/reply", text="Chị gửi giúp em ảnh sổ", key="a")
    assert [one["text"] for one in outbox(desk)] == ["Cán bộ: Chị gửi giúp em ảnh sổ"]
    assert outbox(desk)[0]["buttons"][0]["title"] == "Quay lại trợ lý"
    with desk.sessions.begin() as session:
        assert session.get(Citizen, citizen).silenced_until > clock.now()
        officers.keep_message(session, citizen, "m2", "dạ ảnh đây", ("inbound/a.jpg",), clock.now())
    shown = desk.gets(f"/tickets/{number}")
    assert [(one["from"], one["text"], one["files"]) for one in shown["messages"]] == [
        ("officer", "Chị gửi giúp em ảnh sổ", 0),
        ("citizen", "dạ ảnh đây", 1),
    ]
    assert desk.does(f"/tickets/{number}/hand_back")["ended_by"] == "officer"
    assert "em hỗ trợ tiếp" in outbox(desk)[-1]["text"]
    with desk.sessions() as session:
        assert session.get(Citizen, citizen).silenced_until is None
    assert desk.calls("POST", f"/tickets/{number}/reply", text="x").status_code == 409
    assert ("lan", "ticket.reply", str(number), "TicketEnded") in audit(desk)
    assert ("lan", "ticket.hand_back", str(number), "done") in audit(desk)


def test_a_ticket_of_another_officer_is_not_taken_over(desk: Desk) -> None:
    number = add_ticket(desk, add_citizen(desk))
    desk.does(f"/tickets/{number}/take")
    for act in ("take", "reply"):
        answer = desk.calls("POST", f"/tickets/{number}/{act}", token=TOKENS["minh"], text="x")
        assert answer.status_code == 409
    assert outbox(desk) == []


def test_a_picture_on_a_ticket_can_be_seen_and_nothing_else(desk: Desk) -> None:
    citizen = add_citizen(desk)
    number = add_ticket(desk, citizen)
    (desk.files_dir / "inbound").mkdir(parents=True)
    (desk.files_dir / "inbound" / "a.jpg").write_bytes(b"\xff\xd8\xff")
    (desk.files_dir.parent / "secret.txt").write_text("x")
    with desk.sessions.begin() as session:
        files = ("inbound/a.jpg", "../secret.txt")
        officers.keep_message(session, citizen, "m2", "(hình ảnh)", files, clock.now())
    message = desk.gets(f"/tickets/{number}")["messages"][0]["id"]
    seen = desk.calls("GET", f"/tickets/{number}/messages/{message}/files/1")
    assert seen.content == b"\xff\xd8\xff" and seen.headers["Cache-Control"] == "no-store"
    for wrong in (0, 2, 3):
        assert desk.calls("GET", f"/tickets/{number}/messages/{message}/files/{wrong}").status_code == 404


def test_feedback_from_taking_to_the_answer(desk: Desk) -> None:
    code = add_feedback(desk, add_citizen(desk))
    (listed,) = desk.gets("/feedback")["feedback"]
    assert (listed["code"], listed["state"], listed["is_overdue"]) == (code, "received", False)
    assert desk.does(f"/feedback/{code}/take")["state"] == "taken"
    classified = desk.does(f"/feedback/{code}/classify", category="lighting", kind="report")
    assert classified["category_name"] == "Điện chiếu sáng"
    units = desk.gets("/units?q=xã Đức Hòa")["units"]
    commune = next(one for one in units if one["name"] == "UBND xã Đức Hòa")
    forwarded = desk.does(f"/feedback/{code}/forward", unit=commune["id"], note="nhờ xử lý sớm")
    assert (forwarded["state"], forwarded["unit"]["name"]) == ("forwarded", "UBND xã Đức Hòa")
    desk.does(f"/feedback/{code}/answer", text="Đã thay bóng đèn ngày 26/11.")
    told = outbox(desk)
    assert "đã được chuyển tới UBND xã Đức Hòa" in told[0]["text"] and "nhờ xử lý" not in told[0]["text"]
    assert "Đã thay bóng đèn" in told[1]["text"]
    assert [one["title"] for one in told[1]["buttons"]] == ["Đã giải quyết", "Chưa, mở lại"]
    shown = desk.gets(f"/feedback/{code}")
    assert [one["what"] for one in shown["events"]] == ["received", "taken", "classified", "forwarded", "answered"]
    assert desk.gets("/feedback")["feedback"] == []
    assert len(desk.gets("/feedback?state=answered")["feedback"]) == 1


def test_an_answer_that_comes_weeks_later_has_another_way(desk: Desk) -> None:
    code = add_feedback(desk, add_citizen(desk))
    desk.does(f"/feedback/{code}/answer", text="Đã thay bóng đèn.")
    with desk.sessions() as session:
        row = session.query(Notification).one()
    assert row.alternatives["template"] == "feedback_answer" and row.alternatives["data"]["ma_phan_anh"] == code
    assert code in row.alternatives["sms"] and len(row.alternatives["sms"]) <= 160
    assert "bóng" not in json.dumps(row.alternatives, ensure_ascii=False)


def test_who_stopped_all_news_is_not_written_to(desk: Desk) -> None:
    citizen = add_citizen(desk)
    code = add_feedback(desk, citizen)
    with desk.sessions.begin() as session:
        session.get(Citizen, citizen).notifications_stopped_at = clock.now()
    desk.does(f"/feedback/{code}/answer", text="Xong.")
    assert outbox(desk) == []


def test_no_answer_holds_zalo_ids_or_whole_phones(desk: Desk) -> None:
    citizen = add_citizen(desk)
    add_feedback(desk, citizen)
    add_ticket(desk, citizen, "m9")
    said = json.dumps([desk.gets("/feedback"), desk.gets("/tickets"), desk.gets("/tickets/1")], ensure_ascii=False)
    assert "0912 *** 678" in said
    for hidden in ("912345678", "345", citizen, f"8{citizen[-6:]}"):
        assert hidden not in said


def test_anonymous_feedback_has_nobody_behind_it(desk: Desk) -> None:
    code = add_feedback(desk, add_citizen(desk), is_anonymous=True, dossier_code="H39-1")
    shown = desk.gets(f"/feedback/{code}")
    assert shown["citizen"] is None and shown["dossier_code"] is None and "abcd" not in json.dumps(shown)
    desk.does(f"/feedback/{code}/answer", text="Xong.")
    assert len(outbox(desk)) == 1  # the answer comes back nevertheless


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/feedback/PA-261125-9999/take", {}, 404),
        ("/tickets/77/take", {}, 404),
        ("/feedback/{code}/answer", {}, 422),
        ("/feedback/{code}/answer", {"text": "x" * 2001}, 422),
        ("/feedback/{code}/answer", {"text": ["x"]}, 422),
        ("/feedback/{code}/classify", {}, 422),
        ("/feedback/{code}/classify", {"category": "nothing"}, 422),
        ("/feedback/{code}/forward", {"unit": "nobody"}, 422),
    ],
)
def test_what_is_wrong_is_refused_and_audited(desk: Desk, path: str, body: dict[str, Any], status: int) -> None:
    code = add_feedback(desk, add_citizen(desk))
    answer = desk.calls("POST", path.format(code=code), **body)
    assert answer.status_code == status and answer.json()["error"]
    assert audit(desk)[-1][3] != "done"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tickets?limit=²", 422),
        ("/tickets?limit=-1", 422),
        ("/tickets/99999999999999999999999", 404),
        ("/feedback/%00", 404),
        ("/feedback?category=%00", 404),
    ],
)
def test_odd_addresses_are_refused_not_failed(desk: Desk, path: str, status: int) -> None:
    assert desk.calls("GET", path).status_code == status


@pytest.mark.parametrize(
    "body",
    [b"[" * 60_000, b'{"text": "a\\u0000b"}', b'{"text": "a\\ud800b"}', b"[1]", b"{"],
    ids=["deep", "nul", "surrogate", "list", "broken"],
)
def test_odd_bodies_are_refused_not_failed(desk: Desk, body: bytes) -> None:
    code = add_feedback(desk, add_citizen(desk))
    headers = {"Authorization": f"Bearer {desk.token}"}
    answer = requests.post(f"{desk.url}/officer/v1/feedback/{code}/answer", data=body, headers=headers, timeout=10)
    assert answer.status_code == 422


def test_the_audit_says_who_what_when_and_never_words(desk: Desk) -> None:
    code = add_feedback(desk, add_citizen(desk))
    desk.does(f"/feedback/{code}/answer", text="Đã thay bóng đèn.")
    desk.gets(f"/feedback/{code}")
    entries = desk.gets("/audit")["entries"]
    assert [(one["who"], one["what"], one["subject"]) for one in entries] == [
        ("lan", "feedback.show", code),
        ("lan", "feedback.answer", code),
    ]
    assert "bóng" not in json.dumps(entries, ensure_ascii=False)


def test_files_folder_is_not_needed_before_the_first_picture(desk: Desk) -> None:
    code = add_feedback(desk, add_citizen(desk), photos=("inbound/gone.jpg",))
    assert not Path(desk.files_dir).exists()
    assert desk.calls("GET", f"/feedback/{code}/photos/1").status_code == 404
