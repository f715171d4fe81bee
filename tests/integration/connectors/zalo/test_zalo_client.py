from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import traceback
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from structlog.testing import capture_logs

from connectors.zalo import errors
from connectors.zalo.answers import Quota
from connectors.zalo.bodies import Call, CallKind
from connectors.zalo.client import ZaloClient, app_proof
from connectors.zalo.error_codes import OA_CODES, ZBS_CODES
from connectors.zalo.errors import Host, classify
from connectors.zalo.gate import RateGate
from connectors.zalo.history import Found, NotFound, Undecidable
from connectors.zalo.render import to_bodies
from onestop.messages.types import Button, FileMessage, ImageMessage, RequestUserInfo, TextMessage
from tests.integration.connectors.zalo.misbehaving_zalo import (
    HTML,
    accepts,
    breaks_off,
    chunked,
    drips,
    refuses,
    resets_after,
    resets_before,
    says,
    says_raw,
    waits,
)
from tests.integration.connectors.zalo.token_stores import FixedTokens

USER = "8000000000000000001"
PHONE = "0900000001"
NOW = datetime(2026, 11, 24, 12, 0, 30, tzinfo=timezone.utc)


@pytest.fixture
def tokens():
    return FixedTokens("AT-1", "AT-2")


@pytest.fixture
def client(config, tokens):
    made = ZaloClient(config, tokens, now=lambda: NOW)
    yield made
    made.close()


# What goes out


def test_a_text_is_posted_as_zalo_wants_it(zalo, client):
    sent = client.send_text(USER, "Chào bác", quote_message_id="m0")
    (received,) = zalo.received
    assert (received.method, received.path) == ("POST", "/v3.0/oa/message/cs")
    assert received.headers["access_token"] == "AT-1"
    assert "authorization" not in received.headers
    assert received.headers["content-type"] == "application/json"
    assert received.json == {
        "recipient": {"user_id": USER},
        "message": {"text": "Chào bác", "quote_message_id": "m0"},
    }
    assert (sent.message_id, sent.quota) == ("m1", None)
    assert sent.sent_at == datetime(2026, 9, 21, 14, 13, 22, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("send", "path"),
    [
        (lambda client: client.send_buttons(USER, "a", [Button("b", "c")]), "/v3.0/oa/message/cs"),
        (lambda client: client.send_image(USER, attachment_id="x"), "/v3.0/oa/message/cs"),
        (lambda client: client.send_image(USER, url="https://x", caption="a"), "/v3.0/oa/message/cs"),
        (lambda client: client.send_file(USER, "token"), "/v3.0/oa/message/cs"),
        (lambda client: client.send_request_user_info(USER, RequestUserInfo("a", "b")), "/v3.0/oa/message/cs"),
        (lambda client: client.send_template_uid(USER, "1", {}), "/v3.0/oa/message/template"),
        (lambda client: client.send_template_phone("+84900000001", "1", {}, "n1"), "/message/template"),
        (lambda client: client.send_anonymous_text("a", "c", "text"), "/v2.0/oa/message"),
    ],
)
def test_every_kind_of_send_goes_to_its_address(zalo, client, send, path):
    assert send(client).message_id == "m1"
    assert [received.path for received in zalo.received] == [path]


def test_the_answer_to_a_template_by_phone_is_read(zalo, client):
    quota = {"dailyQuota": "20000", "remainingQuota": "19999"}
    zalo.plan(says({"error": 0, "data": {"msg_id": "z1", "sent_time": "1790000003000", "quota": quota}}))
    sent = client.send_template_phone("+84900000001", "1", {})
    assert (sent.message_id, sent.quota) == ("z1", Quota("daily", 19999, 20000))


def test_the_quota_of_a_reply_is_read_and_a_time_at_the_root(zalo, client):
    data = {"message_id": "m1", "quota": {"quota_type": "reply", "remain": "8", "total": 8}}
    zalo.plan(says({"error": "0", "sent_time": "1790000003000", "data": data}))
    sent = client.send_text(USER, "a")
    assert sent.quota == Quota("reply", 8, 8)
    assert sent.sent_at is not None


def test_an_acceptance_without_an_id_is_still_an_acceptance(zalo, client):
    zalo.plan(says({"error": 0}))
    assert client.send_text(USER, "a").message_id is None


def test_the_proof_of_the_app_is_sent_where_it_is_asked_for(zalo, config, tokens):
    ZaloClient(replace(config, sends_app_proof=True), tokens).send_text(USER, "a")
    assert zalo.received[0].headers["appsecret_proof"] == app_proof("example-app-secret", "AT-1")
    published = "86d0c7f68d407d377907275842279121c9016c1a43704420cc6585f210bc95bf"
    assert app_proof("example-app-secret", "example-access-token") == published


# What comes back wrong


@pytest.mark.parametrize("code", sorted(OA_CODES))
def test_every_code_of_the_account_interface_is_raised_as_its_class(zalo, config, code):
    zalo.usual = refuses(code)
    with pytest.raises(errors.ZaloError) as caught:
        ZaloClient(config, FixedTokens(), now=lambda: NOW).send_text(USER, "a")
    assert type(caught.value) is classify(code, Host.OPENAPI)
    assert caught.value.code == code


@pytest.mark.parametrize("code", sorted(ZBS_CODES))
def test_every_code_of_the_template_interface_is_raised_as_its_class(zalo, config, code):
    zalo.usual = refuses(code)
    with pytest.raises(errors.ZaloError) as caught:
        ZaloClient(config, FixedTokens(), now=lambda: NOW).send_template_phone("+84900000001", "1", {})
    assert type(caught.value) is classify(code, Host.BUSINESS)


AMBIGUOUS = {
    "reset before": resets_before,
    "reset after": resets_after,
    "half an answer": breaks_off,
    "silence": waits(0.6, accepts()),
    "drop by drop": drips,
    "500": says_raw(b"", 500),
    "502 html": says_raw(HTML, 502),
    "503 unknown json": says({"error": 503, "message": "busy"}, 503),
    "500 that claims success": says({"error": 0}, 500),
    "200 html": says_raw(HTML),
    "200 empty": says_raw(b""),
    "200 list": says([]),
    "200 without a code": says({"data": {}}),
    "200 odd code": says({"error": "none"}),
    "nested beyond measure": says_raw(b"[" * 100_000),
}


@pytest.mark.parametrize("behaviour", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_send_whose_answer_is_lost_is_ambiguous_and_not_repeated(zalo, client, behaviour):
    zalo.plan(behaviour)
    with pytest.raises(errors.ZaloAmbiguousError):
        client.send_text(USER, "a")
    assert len(zalo.received) <= 1


def test_a_silent_zalo_is_to_be_asked_later_than_a_broken_connection(zalo, client):
    zalo.plan(resets_after, waits(0.6, accepts()))
    with pytest.raises(errors.ZaloAmbiguousError) as cut:
        client.send_text(USER, "a")
    with pytest.raises(errors.ZaloAmbiguousError) as silent:
        client.send_text(USER, "a")
    assert cut.value.look_up_after_s < silent.value.look_up_after_s


@pytest.mark.parametrize("behaviour", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_question_whose_answer_is_lost_may_simply_be_asked_again(zalo, client, behaviour):
    zalo.plan(behaviour)
    with pytest.raises(errors.ZaloTemporaryError):
        client.getoa()


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (refuses(-230, status=400), errors.ZaloWindowError),
        (refuses(-32, status=503), errors.ZaloTemporaryError),
        (says_raw(HTML, 429), errors.ZaloTemporaryError),
        (says_raw(HTML, 408), errors.ZaloTemporaryError),
        (says_raw(HTML, 413), errors.ZaloPermanentError),
        (says_raw(HTML, 404), errors.ZaloConfigurationError),
        (says_raw(HTML, 403), errors.ZaloConfigurationError),
        (says_raw(b"", 302, Location="https://elsewhere.example/"), errors.ZaloConfigurationError),
    ],
)
def test_http_statuses_are_judged_where_the_body_is_not_zalos(zalo, client, behaviour, kind):
    zalo.plan(behaviour)
    with pytest.raises(errors.ZaloError) as caught:
        client.send_text(USER, "a")
    assert type(caught.value) is kind
    assert len(zalo.received) == 1


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def test_without_a_connection_nothing_was_sent(config, tokens):
    for url in (f"http://127.0.0.1:{free_port()}", "http://no-such-host.invalid"):
        with pytest.raises(errors.ZaloTemporaryError):
            ZaloClient(replace(config, openapi_url=url), tokens).send_text(USER, "a")


def test_a_connection_that_is_not_taken_in_time_sent_nothing(config, tokens):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]  # they fill the queue of connections
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        with pytest.raises(errors.ZaloTemporaryError):
            ZaloClient(replace(config, openapi_url=f"http://127.0.0.1:{port}"), tokens).send_text(USER, "a")
        for one in waiting:
            one.close()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "not an address", "http://"])
def test_an_unusable_address_is_a_fault_of_configuration(config, tokens, url):
    with pytest.raises(errors.ZaloConfigurationError):
        ZaloClient(replace(config, openapi_url=url), tokens).send_text(USER, "a")


@pytest.mark.parametrize("token", ["AT\r\nX-Evil: 1", "AT–1€"])
def test_an_unusable_token_is_a_fault_of_configuration_and_sends_nothing(zalo, config, token):
    with pytest.raises(errors.ZaloConfigurationError):
        ZaloClient(config, FixedTokens(token)).send_text(USER, "a")
    assert zalo.received == []


@pytest.mark.parametrize("behaviour", [resets_after, waits(0.6, accepts()), refuses(-230, f"user {USER} {PHONE}")])
def test_no_error_shows_an_id_a_text_or_an_address(zalo, client, behaviour, caplog):
    caplog.set_level(logging.INFO)
    zalo.plan(behaviour, behaviour)
    text, secrets = f"Nguyễn Văn A {PHONE}", (USER, PHONE, "AT-1", "?data=", "Max retries")
    with capture_logs() as logs:
        for call in (lambda: client.send_text(USER, text), lambda: client.user_detail(USER)):
            with pytest.raises(errors.ZaloError) as caught:
                call()
            shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(logs) + caplog.text
            for secret in secrets:
                assert secret not in shown


# Tokens


@pytest.mark.parametrize("code", [-216, -220, -124])
def test_a_refused_token_is_refreshed_and_the_call_repeated_once(zalo, client, tokens, code):
    zalo.plan(refuses(code), accepts("m9"))
    assert client.send_text(USER, "a").message_id == "m9"
    assert tokens.refreshes == ["AT-1"]
    assert [received.headers["access_token"] for received in zalo.received] == ["AT-1", "AT-2"]


def test_a_second_refusal_is_final(zalo, client, tokens):
    zalo.usual = refuses(-216)
    with pytest.raises(errors.ZaloTokenError):
        client.send_text(USER, "a")
    assert len(zalo.received) == 2
    assert tokens.refreshes == ["AT-1"]


def test_the_same_token_is_not_tried_again(zalo, config):
    zalo.usual = refuses(-216)
    with pytest.raises(errors.ZaloTokenError):
        ZaloClient(config, FixedTokens("AT-1")).send_text(USER, "a")
    assert len(zalo.received) == 1


# Speed


def test_a_refusal_for_speed_holds_back_all_senders_of_the_process(zalo, config, tokens):
    client = ZaloClient(config, tokens, now=lambda: NOW)
    zalo.plan(refuses(-32))
    with pytest.raises(errors.ZaloTemporaryError) as first:
        client.send_text(USER, "a")
    assert first.value.retry_after_s == pytest.approx(30)
    with pytest.raises(errors.ZaloTemporaryError) as second:
        client.send_text(USER, "b")
    assert second.value.retry_after_s > 25
    assert len(zalo.received) == 1
    assert client.gate.calls_per_minute() == pytest.approx(config.calls_per_minute / 2)


def test_a_gate_is_shared_by_those_who_are_given_it(zalo, config, tokens):
    gate = RateGate(3600, max_wait_s=0.1)
    clients = [ZaloClient(config, tokens, gate=gate, now=lambda: NOW) for _ in range(2)]
    zalo.plan(refuses(-32))
    for client in clients:
        with pytest.raises(errors.ZaloTemporaryError):
            client.send_text(USER, "a")
    assert len(zalo.received) == 1


def test_many_threads_share_one_client(zalo, client):
    results: list[str | None] = []

    def work() -> None:
        for _ in range(5):
            results.append(client.send_text(USER, "a").message_id)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["m1"] * 40
    assert len(zalo.received) == 40


def test_a_kept_connection_is_used_again_also_after_chunked_and_compressed_answers(zalo, client):
    answer = json.dumps({"error": 0, "data": {"message_id": "m1"}}).encode()
    zalo.plan(accepts(), refuses(-230), chunked(answer), chunked(gzip.compress(answer), Content_Encoding="gzip"))
    for expected in ("m1", None, "m1", "m1", "m1"):
        if expected is None:
            with pytest.raises(errors.ZaloWindowError):
                client.send_text(USER, "a")
        else:
            assert client.send_text(USER, "a").message_id == expected
    assert len({received.client_port for received in zalo.received}) == 1


# Delivering rendered calls


def test_a_picture_is_uploaded_once_and_sent_twice(zalo, client):
    (call,) = to_bodies(USER, ImageMessage(caption="Biên nhận", file_ref="receipts/a.png"))
    zalo.plan(says({"error": 0, "data": {"attachment_id": "att1"}}))
    for _ in range(2):
        client.deliver(call, lambda ref: f"content of {ref}".encode())
    paths = [received.path for received in zalo.received]
    assert paths == ["/v2.0/oa/upload/image", "/v3.0/oa/message/cs", "/v3.0/oa/message/cs"]
    assert b'name="file"; filename="a.png"' in zalo.received[0].body
    assert b"content of receipts/a.png" in zalo.received[0].body
    element = zalo.received[2].json["message"]["attachment"]["payload"]["elements"][0]
    assert element == {"media_type": "image", "attachment_id": "att1"}


def test_an_expired_upload_is_uploaded_again_once(zalo, client):
    (call,) = to_bodies(USER, FileMessage("a.pdf", "Phiếu.pdf"))
    token1, token2 = (says({"error": 0, "data": {"token": token}}) for token in ("tok1", "tok2"))
    zalo.plan(token1, refuses(-100), token2, accepts("m7"))
    assert client.deliver(call, lambda _ref: b"%PDF-").message_id == "m7"
    assert zalo.received[3].json["message"]["attachment"]["payload"] == {"token": "tok2"}


def test_a_lost_answer_to_an_upload_is_no_lost_message(zalo, client):
    (call,) = to_bodies(USER, FileMessage("a.pdf", "a.pdf"))
    zalo.plan(resets_after)
    with pytest.raises(errors.ZaloTemporaryError):
        client.deliver(call, lambda _ref: b"%PDF-")
    zalo.plan(says({"error": 0, "data": {}}))
    with pytest.raises(errors.ZaloTemporaryError):
        client.deliver(call, lambda _ref: b"%PDF-")


@pytest.mark.parametrize("code", [-201, -233])
def test_refused_buttons_go_out_as_a_numbered_list(zalo, client, code):
    (call,) = to_bodies(USER, TextMessage("Chọn nhé", (Button("Tra cứu", "t1"),)))
    zalo.plan(refuses(code), accepts("m8"))
    assert client.deliver(call, open_nothing).message_id == "m8"
    assert zalo.received[1].json["message"]["text"].startswith("Chọn nhé\n\n1. Tra cứu\n")
    assert "attachment" not in zalo.received[1].json["message"]


def test_other_refusals_of_buttons_are_not_answered_with_a_list(zalo, client):
    (call,) = to_bodies(USER, TextMessage("Chọn nhé", (Button("Tra cứu", "t1"),)))
    zalo.plan(refuses(-230))
    with pytest.raises(errors.ZaloWindowError):
        client.deliver(call, open_nothing)
    assert len(zalo.received) == 1


def open_nothing(_file_ref: str) -> bytes:
    raise AssertionError("this call has no file")


# Questions


def test_questions_go_as_one_field_of_json(zalo, client):
    zalo.plan(
        says(
            {"error": 0, "data": [{"src": 0, "time": 1790000000123, "message": "a", "message_id": "m1", "to_id": USER}]}
        )
    )
    (item,) = client.conversation_history(USER, offset=10, count=5)
    assert (item.message_id, item.from_oa, item.text, item.user_id) == ("m1", True, "a", USER)
    (received,) = zalo.received
    assert received.path == "/v2.0/oa/conversation"
    assert json.loads(received.query["data"][0]) == {"user_id": USER, "offset": 10, "count": 5}


def test_a_users_profile_is_read(zalo, client):
    data = {
        "user_id": USER,
        "display_name": "A",
        "user_is_follower": True,
        "is_sensitive": "false",
        "user_last_interaction_date": "21/09/2026",
        "shared_info": {"phone": 84900000001},
        "tags_and_notes_info": {"tag_names": ["vip"], "notes": []},
    }
    zalo.plan(says({"error": 0, "data": data}))
    detail = client.user_detail(USER)
    assert (detail.is_follower, detail.is_minor, detail.shared_phone, detail.tags) == (
        True,
        False,
        "84900000001",
        ("vip",),
    )
    assert detail.last_interaction_on is not None
    assert detail.last_interaction_on.isoformat() == "2026-09-21"
    assert USER not in repr(detail)


def test_the_account_is_read(zalo, client):
    data = {"oaid": "9000", "name": "Một cửa", "is_verified": True, "oa_type": "4", "num_follower": 12}
    zalo.plan(says({"error": 0, "data": data}))
    account = client.getoa()
    assert (account.oa_id, account.is_verified, account.oa_type, account.follower_count) == ("9000", True, 4, 12)


def test_quota_status_and_template_are_read(zalo, client):
    zalo.plan(
        says({"error": 0, "data": {"last_interaction": "1790000000000", "cs_reply": {"remain": 8, "total": "8"}}}),
        says({"error": 0, "data": {"status": 1}}),
        says({"error": 0, "data": {"status": -1}}),
        says({"error": 0, "data": {"templateId": 31, "status": "ENABLE", "listParams": [
            {"name": "ma", "require": True, "type": "CODE", "maxLength": 30, "minLength": 0}]}}),
        says({"error": 0}),
    )  # fmt: skip
    assert client.quota(USER).reply_remain == 8
    assert client.message_status("z1").is_delivered
    assert not client.message_status("z2").is_known
    template = client.template_info("31")
    assert (template.status, template.parameters[0].max_length, template.parameters[0].is_required) == (
        "ENABLE",
        30,
        True,
    )
    client.delete_user_info(USER)
    assert zalo.received[-1].path == "/v2.0/oa/deletefollowerinfo"


# What became of a lost send


def history_of(*items: tuple[str, str, float]) -> list[dict]:
    return [
        {"src": 0, "type": "text", "message": text, "message_id": message_id, "to_id": USER, "time": int(at * 1000)}
        for message_id, text, at in items
    ]


def test_a_lost_send_is_found_several_pages_back(zalo, client):
    start = NOW.timestamp()
    first = history_of(*[(f"n{number}", "khác", start + 60) for number in range(10)])
    second = history_of(("m5", "Xin chào", start + 1), ("old", "cũ", start - 100))
    zalo.plan(says({"error": 0, "data": first}), says({"error": 0, "data": second}))
    call = Call("/v3.0/oa/message/cs", {"recipient": {"user_id": USER}, "message": {"text": "Xin chào"}}, CallKind.TEXT)
    assert client.look_up_sent(call, NOW, lambda ids: ids & {"n1"}) == Found("m5")
    assert [json.loads(received.query["data"][0])["offset"] for received in zalo.received] == [0, 10]


def test_a_lost_send_that_another_row_owns_is_not_found(zalo, client):
    zalo.plan(says({"error": 0, "data": history_of(("m5", "Xin chào", NOW.timestamp() + 1))}))
    (call,) = to_bodies(USER, TextMessage("Xin chào"))
    assert client.look_up_sent(call, NOW, lambda ids: ids) == NotFound()


def test_a_history_without_end_is_not_read_for_ever(zalo, client):
    page = history_of(*[(f"n{number}", "khác", (NOW + timedelta(seconds=9)).timestamp()) for number in range(10)])
    zalo.usual = says({"error": 0, "data": page})
    (call,) = to_bodies(USER, TextMessage("Xin chào"))
    assert client.look_up_sent(call, NOW, lambda ids: ids) == Undecidable()
    assert len(zalo.received) == 5
