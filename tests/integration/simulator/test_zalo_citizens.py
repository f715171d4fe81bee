"""The test interface's citizens: marks, waiting, taps, menu, the chat page's conversation, mistakes."""

import threading
import time

import pytest
import requests

HIDE = {"title": "Tra cứu", "type": "oa.query.hide", "payload": "mc-1"}
SHOW = {"title": "Giấy tờ cần có", "type": "oa.query.show", "payload": "mc-2"}


def later(seconds, function, *arguments):
    timer = threading.Timer(seconds, function, arguments)
    timer.start()
    return timer


def conversation(simulator, citizen, after=0, wait_s=0):
    return simulator.get(f"/sim/v1/citizens/{citizen}/conversation", after=after, wait_s=wait_s)


class TestMessages:
    def test_mark_is_where_the_list_stood_before_the_event(self, simulator, product, citizen):
        product.send(citizen, "cũ")
        mark = simulator.says(citizen, "hỏi")["mark"]
        product.send(citizen, "mới")
        assert [message["text"] for message in simulator.messages(citizen, after=mark)] == ["mới"]

    def test_own_messages_are_not_in_it(self, simulator, citizen):
        assert simulator.messages(citizen) == []

    def test_nothing_came_is_an_empty_list_with_the_same_mark(self, simulator, citizen):
        started = time.monotonic()
        answer = simulator.get(f"/sim/v1/citizens/{citizen}/messages", after=7, wait_s=0.3)
        assert answer == {"messages": [], "mark": 7}
        assert 0.3 <= time.monotonic() - started < 1

    def test_waits_for_the_first_message(self, simulator, product, citizen):
        later(0.2, product.send, citizen, "Dạ")
        started = time.monotonic()
        (message,) = simulator.messages(citizen, wait_s=5)
        assert 0.15 < time.monotonic() - started < 2
        assert message["text"] == "Dạ"

    def test_waits_until_it_is_quiet(self, simulator, product, citizen):
        for number, seconds in enumerate((0.1, 0.4, 0.7)):
            later(seconds, product.send, citizen, f"phần {number}")
        messages = simulator.messages(citizen, wait_s=5, quiet_s=0.6)
        assert [message["text"] for message in messages] == ["phần 0", "phần 1", "phần 2"]

    def test_waits_at_most_as_long_as_allowed(self, simulator, product, citizen):
        product.send(citizen, "Dạ")
        started = time.monotonic()
        assert len(simulator.messages(citizen, wait_s=0.3, quiet_s=30)) == 1
        assert time.monotonic() - started < 1

    def test_old_messages_do_not_wait_for_quiet(self, simulator, product, citizen):
        product.send(citizen, "Dạ")
        time.sleep(0.4)
        started = time.monotonic()
        assert len(simulator.messages(citizen, wait_s=5, quiet_s=0.3)) == 1
        assert time.monotonic() - started < 0.25

    def test_seq_is_never_used_again_even_after_a_reset(self, simulator, product, citizen):
        product.send(citizen, "trước")
        seq, n = simulator.messages(citizen)[0]["seq"], conversation(simulator, citizen)["n"]
        simulator.reset()
        other = simulator.create_citizen()
        assert other != citizen
        simulator.says(other, "chào")
        product.send(other, "sau")
        assert simulator.messages(other)[0]["seq"] > seq
        assert conversation(simulator, other)["n"] > n


class TestTaps:
    def test_tap_arrives_as_plain_text_equal_to_the_payload(self, simulator, product, citizen, receiver):
        product.send_buttons(citizen, "Chọn", HIDE, SHOW)
        button = simulator.messages(citizen)[0]["buttons"][1]
        outcome = simulator.post_event(citizen, {"type": "tap", "button": button["id"]})
        event = receiver.wait_for("user_send_text")[0].event
        assert event["message"] == {"msg_id": outcome["msg_id"], "text": "mc-2"}

    def test_title_means_the_newest_button_with_it(self, simulator, product, citizen, receiver):
        product.send_buttons(citizen, "cũ", HIDE)
        product.send_buttons(citizen, "mới", {**HIDE, "payload": "mc-newest"})
        simulator.post_event(citizen, {"type": "tap", "title": "Tra cứu"})
        assert receiver.wait_for("user_send_text")[0].event["message"]["text"] == "mc-newest"

    def test_buttons_that_stay_on_the_phone_send_nothing(self, simulator, product, citizen, receiver):
        product.send_buttons(
            citizen,
            "Chọn",
            {"title": "Mở", "type": "oa.open.url", "payload": {"url": "https://dichvucong.gov.vn"}},
            {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
        )
        opened = simulator.post_event(citizen, {"type": "tap", "title": "Mở"})
        assert opened["url"] == "https://dichvucong.gov.vn" and opened["webhook_status"] is None
        assert simulator.post_event(citizen, {"type": "tap", "title": "Gọi"})["phone"] == "1022"
        assert not receiver.named("user_send_text")

    def test_buttons_of_other_citizens_cannot_be_tapped(self, simulator, product, citizen):
        product.send_buttons(citizen, "Chọn", HIDE)
        button = simulator.messages(citizen)[0]["buttons"][0]["id"]
        other = simulator.create_citizen()
        answer = requests.post(
            f"{simulator.url}/sim/v1/citizens/{other}/events", json={"type": "tap", "button": button}, timeout=5
        )
        assert answer.status_code == 404 and answer.json()["error"]

    def test_menu_item_arrives_as_its_payload(self, simulator, citizen, receiver):
        menu = simulator.get("/sim/v1/menu")
        assert {"title": "Tra cứu hồ sơ", "payload": "#tra_cuu", "group": "Dịch vụ công"} in menu
        simulator.post_event(citizen, {"type": "menu", "payload": "#tra_cuu"})
        assert receiver.wait_for("user_send_text")[0].event["message"]["text"] == "#tra_cuu"


class TestConversation:
    def test_both_sides_with_titles_of_taps(self, simulator, product, citizen):
        product.send_buttons(citizen, "Chọn giúp em", HIDE, SHOW)
        simulator.post_event(citizen, {"type": "tap", "title": "Tra cứu"})
        simulator.post_event(citizen, {"type": "tap", "title": "Giấy tờ cần có"})
        simulator.post_event(citizen, {"type": "menu", "payload": "#hotline"})
        simulator.post_event(citizen, {"type": "follow"})
        simulator.post(f"/sim/v1/citizens/{citizen}/staff", {"text": "Tôi nghe"})
        lines = sorted(conversation(simulator, citizen)["entries"], key=lambda line: line["entry_id"])
        assert [(line["side"], line["text"], line["hidden"]) for line in lines] == [
            ("citizen", "Xin chào", False),
            ("bot", "Chọn giúp em", False),
            ("citizen", "Tra cứu", True),
            ("citizen", "Giấy tờ cần có", False),
            ("citizen", "Đường dây nóng", True),
            ("system", "Đã quan tâm tài khoản chính thức", False),
            ("staff", "Tôi nghe", False),
        ]
        assert len(lines[1]["buttons"]) == 2

    def test_a_seen_message_comes_again_under_its_entry_id(self, simulator, product, citizen):
        product.send(citizen, "Dạ")
        first = conversation(simulator, citizen)
        (before,) = [line for line in first["entries"] if line["side"] == "bot"]
        assert before["status"] == "delivered"
        simulator.post(f"/sim/v1/citizens/{citizen}/open")
        changed = conversation(simulator, citizen, after=first["n"])
        (line,) = changed["entries"]
        assert line["entry_id"] == before["entry_id"] and line["n"] > before["n"]
        assert line["status"] == "seen"
        assert conversation(simulator, citizen, after=changed["n"])["entries"] == []

    def test_own_message_turns_delivered_when_the_product_took_it(self, simulator, citizen, receiver):
        receiver.answer = lambda request: 500
        simulator.says(citizen, "chưa tới")
        statuses = [line["status"] for line in conversation(simulator, citizen)["entries"]]
        assert sorted(statuses) == ["delivered", "sent"]

    def test_long_poll_wakes_with_news(self, simulator, product, citizen):
        n = conversation(simulator, citizen)["n"]
        later(0.2, product.send, citizen, "Dạ")
        started = time.monotonic()
        answer = conversation(simulator, citizen, after=n, wait_s=10)
        assert [line["text"] for line in answer["entries"]] == ["Dạ"]
        assert time.monotonic() - started < 2

    def test_working_from_the_event_until_the_bot_speaks(self, simulator, product, receiver):
        citizen = simulator.create_citizen()
        assert conversation(simulator, citizen)["working"] is False
        receiver.delay_s = 0.3
        thread = threading.Thread(target=simulator.says, args=(citizen, "hỏi"))
        thread.start()
        receiver.wait_for("user_send_text")
        assert conversation(simulator, citizen)["working"] is True
        thread.join()
        assert conversation(simulator, citizen)["working"] is True
        receiver.delay_s = 0
        product.send(citizen, "Dạ")
        assert conversation(simulator, citizen)["working"] is False

    @pytest.mark.long
    def test_long_poll_wakes_when_nobody_works_any_more(self, simulator, citizen, receiver):
        n = conversation(simulator, citizen)["n"]
        started = time.monotonic()
        answer = conversation(simulator, citizen, after=n, wait_s=12)
        assert answer["working"] is False and answer["entries"] == []
        assert 6 < time.monotonic() - started < 9

    def test_list_of_citizens_with_last_line_and_unread(self, simulator, product, citizen):
        quiet = simulator.create_citizen(name="Lê Văn Im")
        product.send(citizen, "Dạ")
        product.send(citizen, "Em nghe")
        rows = simulator.get("/sim/v1/citizens")["citizens"]
        assert [row["user_id"] for row in rows] == [citizen, quiet]
        assert rows[0]["last_text"] == "Em nghe" and rows[0]["unread"] == 2
        assert rows[0]["name"] == "Nguyễn Thị Hoa" and rows[0]["follows"] is False
        assert rows[1]["last_at"] is None and rows[1]["unread"] == 0
        simulator.post(f"/sim/v1/citizens/{citizen}/open")
        assert simulator.get("/sim/v1/citizens")["citizens"][0]["unread"] == 0


class TestMistakes:
    @pytest.mark.parametrize(
        "event",
        [
            {},
            {"type": "unknown"},
            {"type": 7},
            {"type": "text"},
            {"type": "text", "text": 7},
            {"type": "text", "text": ""},
            {"type": "text", "text": "\ud800"},
            {"type": "text", "text": "a", "deliver": 2},
            {"type": "text", "text": "a", "deliver": {"times": 0}},
            {"type": "text", "text": "a", "deliver": {"times": "2"}},
            {"type": "text", "text": "a", "deliver": {"delay_s": -1}},
            {"type": "text", "text": "a", "deliver": {"bad_signature": "yes"}},
            {"type": "tap"},
            {"type": "menu"},
            {"type": "image"},
            {"type": "image", "base64": "không phải base64"},
            {"type": "file", "base64": "aGVsbG8="},
            {"type": "location", "lat": "11", "lon": 106},
            {"type": "location", "lat": 91, "lon": 106},
            {"type": "link"},
            {"type": "business_card", "name": "A", "phone": "0912345678"},
            {"type": "share_info", "name": "A"},
            {"type": "reaction", "icon": "/-heart"},
            {"type": "raw"},
            {"type": "raw", "body": []},
        ],
    )
    def test_wrong_events_are_refused_in_a_sentence(self, simulator, citizen, receiver, event):
        answer = requests.post(f"{simulator.url}/sim/v1/citizens/{citizen}/events", json=event, timeout=5)
        assert answer.status_code == 400
        assert set(answer.json()) == {"error"} and answer.json()["error"].endswith(".")
        assert not receiver.received

    @pytest.mark.parametrize(
        "event",
        [
            {"type": "tap", "title": "không có"},
            {"type": "menu", "payload": "#khong_co"},
            {"type": "reaction", "msg_id": "unknown", "icon": "/-heart"},
        ],
    )
    def test_what_is_not_there_is_404(self, simulator, citizen, event):
        url = f"{simulator.url}/sim/v1/citizens/{citizen}/events"
        assert requests.post(url, json=event, timeout=5).status_code == 404

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/sim/v1/citizens/8000/events"),
            ("GET", "/sim/v1/citizens/8000/messages"),
            ("GET", "/sim/v1/citizens/8000/conversation"),
            ("POST", "/sim/v1/citizens/8000/staff"),
            ("POST", "/sim/v1/citizens/8000/open"),
            ("GET", "/sim/v1/unknown"),
        ],
    )
    def test_unknown_citizens_and_addresses_are_404(self, simulator, method, path):
        answer = requests.request(method, simulator.url + path, json={"type": "follow", "text": "a"}, timeout=5)
        assert answer.status_code == 404 and answer.json()["error"]

    def test_wrong_methods_are_405(self, simulator):
        answer = requests.delete(simulator.url + "/sim/v1/citizens", timeout=5)
        assert answer.status_code == 405 and answer.json()["error"]

    @pytest.mark.parametrize(
        "path", ["/sim/v1/citizens", "/sim/v1/clock", "/sim/v1/faults", "/sim/v1/webhook", "/sim/v1/limits"]
    )
    @pytest.mark.parametrize("data", [b"{", b"[]", b"\xff", b'"a"'])
    def test_bodies_that_are_no_json_objects(self, simulator, path, data):
        answer = requests.post(simulator.url + path, data=data, timeout=5)
        assert answer.status_code == 400 and answer.json()["error"]

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("citizens", {"name": 7}),
            ("citizens", {"phone": "0912345678"}),
            ("citizens", {"device": "fax"}),
            ("clock", {}),
            ("clock", {"advance_s": -1}),
            ("clock", {"advance_s": "1"}),
            ("clock", {"at": "mai"}),
            ("clock", {"at": "2030-01-01T08:00:00"}),
            ("clock", {"at": "2020-01-01T08:00:00+07:00"}),
            ("clock", {"at": "2030-01-01T08:00:00+07:00", "advance_s": 1}),
            ("webhook", {"enabled": "yes"}),
            ("webhook", {"unknown": True}),
            ("webhook", {"url": "ftp://a"}),
            ("webhook", {"muted_events": "follow"}),
            ("limits", {"calls_per_minute": -1}),
            ("limits", {"calls_per_minute": "20000"}),
            ("limits", {"unknown": 1}),
            ("rules", {"buttons": "sometimes"}),
            ("rules", {"oauth_error_status": 500}),
            ("rules", {"auto_seen": 1}),
            ("permission", {"revoked": 1}),
        ],
    )
    def test_wrong_fields(self, simulator, path, body):
        answer = requests.post(f"{simulator.url}/sim/v1/{path}", json=body, timeout=5)
        assert answer.status_code == 400 and answer.json()["error"].endswith(".")

    @pytest.mark.parametrize("query", [{"after": "x"}, {"wait_s": "-1"}, {"quiet_s": "nan"}, {"after": "-1"}])
    def test_wrong_queries(self, simulator, citizen, query):
        url = f"{simulator.url}/sim/v1/citizens/{citizen}/messages"
        assert requests.get(url, params=query, timeout=5).status_code == 400

    def test_phone_must_have_its_form(self, simulator):
        answer = requests.get(simulator.url + "/sim/v1/phones/0912345678/messages", timeout=5)
        assert answer.status_code == 400
