"""The wire against the simulator: what one colleague takes for Zalo, the other's client must get along with."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from PIL import Image

from connectors.zalo import errors
from connectors.zalo import event_types as types
from connectors.zalo.auth import OaTokens, new_verifier
from connectors.zalo.client import ZaloClient
from connectors.zalo.events import parse_event
from connectors.zalo.history import Found, NotFound
from connectors.zalo.media import MediaConfig, fetch_media
from connectors.zalo.render import RenderConfig, to_bodies
from connectors.zalo.signature import verify_signature
from onestop import clock
from onestop.messages.types import (
    Button,
    FileMessage,
    ImageMessage,
    PhoneButton,
    RequestUserInfo,
    TemplateMessage,
    TextMessage,
    UrlButton,
)
from tests.integration.connectors.zalo.conftest import config_for
from tests.integration.connectors.zalo.token_stores import MemoryTokenStore
from tests.sim_server import APP_ID, OA_ID, OA_SECRET, RunningSimulator, start_simulator

CALLBACK = "https://mot-cua.example/zalo/callback"


class Webhook:
    """Where the simulator posts; keeps body and signature of every request."""

    def __init__(self) -> None:
        self.posts: list[tuple[bytes, str | None]] = []
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                webhook.posts.append((body, self.headers.get("X-ZEvent-Signature")))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhook"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    made = Webhook()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory, webhook) -> Iterator[RunningSimulator]:
    running = start_simulator(tmp_path_factory.mktemp("simulator"), webhook.url, redirect_uri=CALLBACK)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def shared_clock(simulator, monkeypatch) -> Iterator[None]:
    monkeypatch.setenv(clock.OFFSET_VARIABLE, str(simulator.clock_offset_file))
    yield
    simulator.clear_faults()


@pytest.fixture(scope="module")
def tokens(simulator) -> OaTokens:
    """Tokens won by a real consent."""
    made = OaTokens(config_for(simulator.url), MemoryTokenStore(), poll_s=0.01)
    verifier = new_verifier()
    page = requests.get(made.authorize_url("state-1", verifier), allow_redirects=False, timeout=10)
    callback = parse_qs(urlsplit(page.headers["Location"]).query)
    assert callback["state"] == ["state-1"]
    made.exchange_code(callback["code"][0], verifier, callback["oa_id"][0])
    return made


@pytest.fixture
def client(simulator, tokens) -> Iterator[ZaloClient]:
    made = ZaloClient(config_for(simulator.url), tokens)
    yield made
    made.close()


@pytest.fixture
def citizen(simulator) -> str:
    user_id = simulator.create_citizen(name="Nguyễn Thị Hoa", phone="+84900000001")
    simulator.says(user_id, "Xin chào")
    return user_id


def last_event(webhook: Webhook, kind: type, oa_id: str = OA_ID) -> object:
    for body, signature in reversed(webhook.posts):
        event = parse_event(body, oa_id)
        if isinstance(event, kind):
            assert verify_signature(body, signature, APP_ID, OA_SECRET)
            return event
    raise AssertionError(f"no {kind.__name__} came")


def test_texts_and_buttons_reach_the_citizen(simulator, client, citizen):
    buttons = (Button("Tra cứu hồ sơ", "t1"), UrlButton("Cổng dịch vụ công", "https://x"), PhoneButton("Gọi", "1022"))
    for call in to_bodies(citizen, TextMessage("Chào bác! " * 300, buttons)):
        client.deliver(call, lambda ref: b"")
    *parts, last = simulator.messages(citizen, wait_s=2)
    assert len(parts) == 1
    assert [button["title"] for button in last["buttons"]] == ["Tra cứu hồ sơ", "Cổng dịch vụ công", "Gọi"]


def test_refused_buttons_reach_the_citizen_as_a_list(simulator, client, citizen):
    simulator.add_fault("message/cs", "error:-233", times=1)
    (call,) = to_bodies(citizen, TextMessage("Chọn nhé", (Button("Tra cứu hồ sơ", "t1"),)))
    client.deliver(call, lambda ref: b"")
    (message,) = simulator.messages(citizen, wait_s=2)
    assert message["text"].startswith("Chọn nhé\n\n1. Tra cứu hồ sơ")
    assert message["buttons"] == []


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    return drawn.getvalue()


def test_pictures_files_and_the_contact_form_reach_the_citizen(simulator, client, citizen):
    pdf = b"%PDF-1.4\n%%EOF\n"
    contents = {"receipts/a.png": picture(), "letters/b.pdf": pdf}
    messages = [
        ImageMessage("Biên nhận", "receipts/a.png"),
        FileMessage("letters/b.pdf", "Phiếu xin lỗi.pdf"),
        RequestUserInfo("Chia sẻ số điện thoại", "Để em báo tin", "https://x/i.png"),
    ]
    for message in messages:
        (call,) = to_bodies(citizen, message)
        client.deliver(call, contents.__getitem__)
    seen = simulator.messages(citizen, wait_s=2)
    assert [message["kind"] for message in seen] == ["image", "file", "request_user_info"]
    assert seen[0]["text"] == "Biên nhận"


def test_templates_reach_the_citizen_by_account_and_by_phone(simulator, client, citizen):
    config = RenderConfig(template_ids={"received": "310001"})
    info = client.template_info("310001")
    assert info.status == "ENABLE"
    assert [parameter.name for parameter in info.parameters]
    data = dict.fromkeys([parameter.name for parameter in info.parameters], "24/11/2026")
    by_account, by_phone = (TemplateMessage("received", data, phone) for phone in (None, "+84900000001"))
    sent = client.deliver(to_bodies(citizen, by_account, config)[0], lambda ref: b"")
    assert sent.message_id
    by_number = client.deliver(to_bodies(citizen, by_phone, config, "n1")[0], lambda ref: b"")
    assert by_number.message_id
    assert [m["channel"] for m in simulator.messages(citizen, wait_s=2)] == ["template_uid"]
    assert any(m["channel"] == "template_phone" for m in simulator.phone_messages("+84900000001", wait_s=2))
    assert client.message_status(by_number.message_id).is_known


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [("reset_before", NotFound), ("reset_after", Found), ("http:500", NotFound), ("html", NotFound)],
)
def test_a_lost_send_is_looked_up(simulator, client, citizen, fault, verdict):
    (call,) = to_bodies(citizen, TextMessage("Hồ sơ đã có kết quả", (Button("Đánh giá", "t1"),)))
    began_at = clock.now()
    simulator.add_fault("message/cs", fault, times=1)
    with pytest.raises(errors.ZaloAmbiguousError):
        client.deliver(call, lambda ref: b"")
    judged = client.look_up_sent(call, began_at, lambda ids: set())
    assert isinstance(judged, verdict)
    seen = simulator.messages(citizen, wait_s=0.5)
    assert [message["msg_id"] for message in seen] == ([judged.message_id] if isinstance(judged, Found) else [])


def test_a_citizen_out_of_reach_is_told_apart(simulator, client, citizen):
    stranger = simulator.create_citizen(name="Người lạ")
    with pytest.raises(errors.ZaloWindowError):
        client.send_text(stranger, "Chào")
    with pytest.raises(errors.ZaloPermanentError):
        client.send_text("8000000000009999999", "Chào")


def test_the_account_the_user_and_the_quota_are_read(client, citizen):
    assert client.getoa().oa_id == OA_ID
    assert client.user_detail(citizen).user_id == citizen
    assert client.quota(citizen).last_interaction_at is not None
    newest = client.recent_chats(count=5)[0]
    assert (newest.user_id, newest.text) == (citizen, "Xin chào")


def test_tokens_are_refreshed_before_and_after_they_end(simulator, tokens, client, citizen):
    before = tokens.current()
    simulator.advance(24 * 3600)
    wait_for(lambda: tokens.current() != before)  # the clock's file is read again within a moment
    early = tokens.current()
    client.send_text(citizen, "Sau một ngày")
    simulator.advance(30 * 3600)
    simulator.says(citizen, "Còn đó không")
    wait_for(lambda: tokens.current() != early)
    client.send_text(citizen, "Sau hai ngày")


def test_a_token_replaced_by_somebody_else_is_refreshed_once(simulator, client, citizen, tokens):
    before = tokens.current()
    simulator.add_fault("message/cs", "error:-216", times=1)
    client.send_text(citizen, "Chào")
    assert tokens.current() != before


EVENTS = [
    ({"type": "text", "text": "Làm căn cước ở đâu?"}, types.UserSentText),
    ({"type": "sticker"}, types.UserSentSticker),
    ({"type": "audio"}, types.UserSentAudio),
    ({"type": "video"}, types.UserSentVideo),
    ({"type": "gif"}, types.UserSentGif),
    ({"type": "location", "lat": 11.31, "lon": 106.1}, types.UserSentLocation),
    ({"type": "link", "url": "https://x"}, types.UserSentLink),
    ({"type": "business_card", "name": "A", "phone": "+84900000002"}, types.UserSentBusinessCard),
    ({"type": "share_info", "name": "A", "phone": "+84900000002"}, types.UserSubmittedInfo),
    ({"type": "follow"}, types.UserFollowed),
    ({"type": "unfollow"}, types.UserUnfollowed),
    ({"type": "chat_now"}, types.UserClickedChatNow),
    ({"type": "withdraw"}, types.UserWithdrew),
]


@pytest.mark.parametrize(("event", "kind"), EVENTS, ids=[event["type"] for event, _ in EVENTS])
def test_every_event_of_a_citizen_is_verified_and_read(simulator, webhook, event, kind):
    person = simulator.create_citizen(name="Trần Văn Bình")
    if event["type"] == "unfollow":
        simulator.post_event(person, {"type": "follow"})
    simulator.post_event(person, event)
    read = last_event(webhook, kind)
    assert read.user_id == person
    assert read.oa_id in (OA_ID, None)
    if isinstance(read, types.UserSentLocation):
        assert read.attachments == (types.Coordinates(11.31, 106.1),)
    if isinstance(read, types.UserSentBusinessCard):
        assert read.attachments[0].phone == "84900000002"


def test_escaped_letters_verify_as_well(simulator, webhook, citizen):
    simulator.post("/sim/v1/webhook", {"escape_unicode": True})
    simulator.says(citizen, "Hồ sơ đến đâu rồi ạ")
    assert last_event(webhook, types.UserSentText).text == "Hồ sơ đến đâu rồi ạ"
    assert b"\\u" in webhook.posts[-1][0]
    simulator.post("/sim/v1/webhook", {"escape_unicode": False})


def test_a_staff_reply_is_known_by_its_author(simulator, webhook, citizen):
    simulator.post(f"/sim/v1/citizens/{citizen}/staff", {"text": "Chào bác, em là cán bộ."})
    wait_for(lambda: any(b"admin_id" in body for body, _ in webhook.posts))
    echo = last_event(webhook, types.OaSentText)
    assert echo.is_by_staff
    assert echo.user_id == citizen


def test_what_we_send_comes_back_as_echo_received_and_seen(simulator, webhook, client, citizen):
    sent = client.send_text(citizen, "Dạ, em nghe.")
    for kind in (types.OaSentText, types.MessageReceived, types.MessagesSeen):
        wait_for(lambda kind=kind: any(is_about(body, kind, sent.message_id) for body, _ in webhook.posts))
        assert last_event(webhook, kind).user_id == citizen


def is_about(body: bytes, kind: type, message_id: str | None) -> bool:
    event = parse_event(body, OA_ID)
    ids = event.msg_ids if isinstance(event, types.MessagesSeen) else (getattr(event, "msg_id", None),)
    return isinstance(event, kind) and message_id in ids


def wait_for(condition, within_s: float = 5) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def test_a_photo_of_a_citizen_is_brought_home(simulator, webhook, citizen, tmp_path):
    content = picture()
    encoded = base64.b64encode(content).decode()
    simulator.post_event(citizen, {"type": "image", "base64": encoded, "caption": "Giấy khai sinh"})
    event = last_event(webhook, types.UserSentImage)
    host = urlsplit(simulator.url).netloc
    stored = fetch_media(event.attachments[0].url, MediaConfig((host,), Path(tmp_path)))
    assert (tmp_path / stored.file_ref).read_bytes() == content
    assert event.text == "Giấy khai sinh"
