"""What may be sent, to whom and until when (facts, sections 4, 6 and 11.6-11.12)."""

import unicodedata

import pytest

from tests.sim_server import OA_ID

HIDE = {"title": "Tra cứu", "type": "oa.query.hide", "payload": "#tra_cuu"}
DAY_S = 86_400


def media(**element):
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


def contact_form(**changes):
    element = {
        "title": "Xin số điện thoại", "subtitle": "để báo kết quả", "image_url": "https://img.example/a.png", **changes,
    }  # fmt: skip
    return {"type": "template", "payload": {"template_type": "request_user_info", "elements": [element]}}


def test_answer_of_an_accepted_send(product, citizen, simulator):
    answer = product.send(citizen, "Dạ, em nghe")
    assert answer["error"] == 0 and answer["message"] == "Success"
    data = answer["data"]
    assert data["user_id"] == citizen
    assert data["sent_time"].isdigit() and len(data["sent_time"]) == 13
    assert data["quota"]["quota_type"] == "reply"
    assert data["quota"]["remain"] == data["quota"]["total"] == "8"
    assert data["quota"]["owner_id"] == OA_ID
    (message,) = simulator.messages(citizen)
    assert message["msg_id"] == data["message_id"]
    assert message["text"] == "Dạ, em nghe"
    assert (message["channel"], message["from"], message["kind"]) == ("cs", "bot", "text")


def test_error_answers_have_http_200_and_no_data(product):
    answer = product.send("8000000000000000000", "Dạ")
    assert answer["error"] == -201
    assert set(answer) == {"error", "message"}


@pytest.mark.parametrize("text", ["", "   ", None, 7])
def test_empty_text_is_invalid(product, citizen, simulator, text):
    assert product.send(citizen, text)["error"] == -201
    assert simulator.messages(citizen) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ă" * 2000, 0),
        ("ă" * 2001, -210),
        (unicodedata.normalize("NFD", "ế" * 2000), 0),
        ("😀" * 1000, 0),
        ("😀" * 1001, -210),
    ],
    ids=["2000", "2001", "2000 decomposed", "1000 emoji", "1001 emoji"],
)
def test_two_thousand_characters_after_nfc_counting_the_larger_way(product, citizen, simulator, text, code):
    assert product.send(citizen, text)["error"] == code
    assert len(simulator.messages(citizen)) == (1 if code == 0 else 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"recipient": "8000", "message": {"text": "a"}},
        {"recipient": {"user_id": 8000}, "message": {"text": "a"}},
        {"recipient": {}, "message": {"text": "a"}},
    ],
)
def test_bodies_without_a_known_user_are_invalid(product, body):
    assert product.post("/v3.0/oa/message/cs", body)["error"] == -201


@pytest.mark.parametrize(
    "data",
    [b"{nonsense", b"[1]", b'{"a": "\\ud800"}', b"[" * 100_000],
    ids=["cut", "array", "half a pair", "too deep"],
)
def test_unreadable_bodies_are_invalid(product, data):
    answer = product.raw("POST", "/v3.0/oa/message/cs", data=data)
    assert answer.status_code == 200 and answer.json()["error"] == -201


class TestButtons:
    def test_all_five_types_reach_the_citizen_with_ids(self, product, citizen, simulator):
        answer = product.send_buttons(
            citizen,
            "Chọn giúp em",
            HIDE,
            {"title": "Hiện", "type": "oa.query.show", "payload": "hiện"},
            {"title": "Mở", "type": "oa.open.url", "payload": {"url": "https://dichvucong.gov.vn"}},
            {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
            {"title": "Nhắn", "type": "oa.open.sms", "payload": {"content": "MC", "phone_code": "849000"}},
        )
        assert answer["error"] == 0
        (message,) = simulator.messages(citizen)
        buttons = message["buttons"]
        assert [button["type"] for button in buttons] == [
            "oa.query.hide",
            "oa.query.show",
            "oa.open.url",
            "oa.open.phone",
            "oa.open.sms",
        ]
        assert len({button["id"] for button in buttons}) == 5
        assert buttons[0]["payload"] == "#tra_cuu"
        assert buttons[2]["url"] == "https://dichvucong.gov.vn"
        assert buttons[3]["phone"] == "1022"

    @pytest.mark.parametrize(
        ("buttons", "code"),
        [
            ([HIDE] * 5, 0),
            ([HIDE] * 6, -210),
            ([{**HIDE, "title": "a" * 100}], 0),
            ([{**HIDE, "title": "a" * 101}], -210),
            ([{**HIDE, "title": ""}], -201),
            ([{**HIDE, "payload": "a" * 1000}], 0),
            ([{**HIDE, "payload": "a" * 1001}], -210),
            ([{**HIDE, "payload": {"content": "a"}}], -201),
            ([{**HIDE, "type": "oa.query.unknown"}], -201),
            ([{**HIDE, "type": "oa.open.url"}], -201),
            ([{**HIDE, "type": "oa.open.url", "payload": {"url": "javascript:alert(1)"}}], -201),
            ([{**HIDE, "type": "oa.open.phone", "payload": {"phone": "1022"}}], -201),
            (["nút"], -201),
        ],
        ids=lambda value: "" if isinstance(value, list) else str(value),
    )
    def test_limits_of_number_title_type_and_payload(self, product, citizen, buttons, code):
        assert product.send_buttons(citizen, "Chọn", *buttons)["error"] == code

    @pytest.mark.parametrize(
        ("mode", "bare", "typed"),
        [("bare", 0, -201), ("typed", -201, 0), ("any", 0, 0), ("refused", -233, -233)],
    )
    def test_template_type_by_rule(self, product, citizen, simulator, mode, bare, typed):
        simulator.post("/sim/v1/rules", {"buttons": mode})
        assert product.send_buttons(citizen, "Chọn", HIDE)["error"] == bare
        assert product.send_buttons(citizen, "Chọn", HIDE, template_type="button")["error"] == typed


class TestAttachments:
    def test_image_by_address_keeps_the_address(self, product, citizen, simulator, receiver):
        attachment = media(media_type="image", url="https://img.example/bando.png")
        assert product.send(citizen, "Bản đồ", attachment=attachment)["error"] == 0
        (message,) = simulator.messages(citizen)
        assert message["kind"] == "image" and message["text"] == "Bản đồ"
        assert message["attachments"] == [{"kind": "image", "url": "https://img.example/bando.png", "name": ""}]
        echo = receiver.wait_for("oa_send_image")[0].event["message"]
        assert echo["text"] == "Bản đồ"
        assert echo["attachments"][0]["payload"]["url"] == "https://img.example/bando.png"

    @pytest.mark.parametrize(
        ("element", "code"),
        [
            ({"media_type": "image"}, -201),
            ({"media_type": "image", "url": "https://img.example/a", "attachment_id": "x"}, -201),
            ({"media_type": "image", "attachment_id": "unknown"}, -201),
            ({"media_type": "gif", "url": "https://img.example/a.gif"}, -201),
            ({"media_type": "gif", "url": "https://img.example/a.gif", "width": 10, "height": 10}, 0),
            ({"media_type": "sticker", "attachment_id": "bfe458bf64fa8da4d4eb"}, 0),
            ({"media_type": "video", "url": "https://img.example/a.mp4"}, -201),
        ],
    )
    def test_shape_of_the_media_element(self, product, citizen, element, code):
        assert product.send(citizen, "", attachment=media(**element))["error"] == code

    def test_more_than_one_element_is_invalid(self, product, citizen):
        attachment = media(media_type="image", url="https://img.example/a.png")
        attachment["payload"]["elements"] *= 2
        assert product.send(citizen, "", attachment=attachment)["error"] == -201

    def test_contact_form(self, product, citizen, simulator, receiver):
        assert product.send(citizen, None, attachment=contact_form())["error"] == 0
        (message,) = simulator.messages(citizen)
        assert message["kind"] == "request_user_info"
        assert message["text"] == "Xin số điện thoại\nđể báo kết quả"
        receiver.wait_for("oa_send_template")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"title": "a" * 101}, -210),
            ({"subtitle": "a" * 501}, -210),
            ({"title": ""}, -201),
            ({"image_url": ""}, -201),
        ],
    )
    def test_contact_form_limits(self, product, citizen, changes, code):
        assert product.send(citizen, None, attachment=contact_form(**changes))["error"] == code

    def test_list_is_refused_unless_a_rule_allows_it(self, product, citizen, simulator):
        elements = [
            {"title": "Khai sinh", "subtitle": "Hộ tịch", "default_action": {"type": "oa.open.url", "url": "https://a.vn"}},
            {"title": "Căn cước", "default_action": {"type": "oa.query.hide", "payload": "#cc"}},
        ]  # fmt: skip
        attachment = {"type": "template", "payload": {"template_type": "list", "elements": elements}}
        assert product.send(citizen, None, attachment=attachment)["error"] == -233
        simulator.post("/sim/v1/rules", {"list_template": True})
        assert product.send(citizen, None, attachment=attachment)["error"] == 0
        (message,) = simulator.messages(citizen)
        assert [button["title"] for button in message["buttons"]] == ["Khai sinh", "Căn cước"]
        attachment["payload"]["elements"] = elements[:1]
        assert product.send(citizen, None, attachment=attachment)["error"] == -201


class TestWindows:
    def test_nobody_can_be_written_to_before_they_come(self, product, simulator):
        assert product.send(simulator.create_citizen(), "Chào bác")["error"] == -232

    def test_follower_who_never_wrote_gets_three_greetings(self, product, simulator):
        citizen = simulator.create_citizen()
        simulator.post_event(citizen, {"type": "follow"})
        answers = [product.send(citizen, "Chào bác") for _ in range(4)]
        assert [answer["error"] for answer in answers] == [0, 0, 0, -232]
        quota = answers[0]["data"]["quota"]
        assert (quota["quota_type"], quota["remain"], quota["total"]) == ("welcome_msg", "2", "3")

    def test_following_again_gives_no_more_greetings(self, product, simulator):
        citizen = simulator.create_citizen()
        for _ in range(2):
            simulator.post_event(citizen, {"type": "follow"})
        assert [product.send(citizen, "Chào")["error"] for _ in range(4)] == [0, 0, 0, -232]

    def test_first_tap_on_chat_lets_the_account_write_first(self, product, simulator):
        citizen = simulator.create_citizen()
        simulator.post_event(citizen, {"type": "chat_now"})
        assert product.send(citizen, "Chào bác")["error"] == 0

    def test_48_hours_are_free_then_the_wallet_pays_until_the_seventh_day(self, product, simulator, citizen):
        product.let_pass(2 * DAY_S - 60)
        assert "quota" in product.send(citizen, "trong 48 giờ")["data"]
        product.let_pass(120)
        before = simulator.get("/sim/v1/limits")["wallet_left_vnd"]
        assert "quota" not in product.send(citizen, "sau 48 giờ")["data"]
        assert before - simulator.get("/sim/v1/limits")["wallet_left_vnd"] == 55
        product.let_pass(5 * DAY_S - 180)
        assert product.send(citizen, "gần 7 ngày")["error"] == 0
        product.let_pass(240)
        assert product.send(citizen, "quá 7 ngày")["error"] == -230

    def test_writing_again_opens_the_window(self, product, simulator, citizen):
        product.let_pass(8 * DAY_S)
        assert product.send(citizen, "quá hạn")["error"] == -230
        simulator.says(citizen, "tôi đây")
        assert product.send(citizen, "Dạ")["data"]["quota"]["quota_type"] == "reply"

    @pytest.mark.parametrize("code", [-211, -321])
    def test_empty_wallet_refuses(self, product, simulator, citizen, code):
        simulator.post("/sim/v1/limits", {"wallet_vnd": 54})
        simulator.post("/sim/v1/rules", {"wallet_error": code})
        product.let_pass(3 * DAY_S)
        assert product.send(citizen, "Dạ")["error"] == code
        assert simulator.messages(citizen) == []

    def test_package_pays_before_the_wallet(self, product, simulator, citizen):
        simulator.post("/sim/v1/limits", {"package_messages": 1})
        product.let_pass(3 * DAY_S)
        assert product.send(citizen, "một")["data"]["quota"]["quota_type"] == "sub_quota"
        assert "quota" not in product.send(citizen, "hai")["data"]

    @pytest.mark.parametrize(("account", "code"), [("banned", -227), ("restricted", -244), ("active", 0)])
    def test_accounts_that_cannot_be_reached(self, product, simulator, citizen, account, code):
        simulator.post(f"/sim/v1/citizens/{citizen}", {"account": account})
        assert product.send(citizen, "Dạ")["error"] == code


@pytest.mark.parametrize(
    ("path", "code"),
    [("/v3.0/oa/message/transaction", -233), ("/v3.0/oa/message/promotion", -233), ("/v2.0/oa/message", -240)],
)
def test_ended_ways_of_sending(product, citizen, path, code):
    body = {"recipient": {"user_id": citizen}, "message": {"text": "Dạ"}}
    assert product.post(path, body)["error"] == code


def test_reaction_of_the_account(product, citizen, simulator, receiver):
    msg_id = simulator.says(citizen, "cảm ơn em")["msg_id"]
    action = {"react_icon": "/-heart", "react_message_id": msg_id}
    body = {"recipient": {"user_id": citizen}, "sender_action": action}
    assert product.post("/v2.0/oa/message", body)["error"] == 0
    event = receiver.wait_for("oa_reacted_message")[0].event
    assert event["message"] == {"msg_id": msg_id, "react_icon": "/-heart"}
    body["sender_action"]["react_message_id"] = "unknown"
    assert product.post("/v2.0/oa/message", body)["error"] == -201


def test_unknown_addresses_answer_404_in_zalos_envelope(product):
    answer = product.raw("POST", "/v3.0/oa/message/unknown", json={})
    assert answer.status_code == 404 and answer.json()["error"] == 404
