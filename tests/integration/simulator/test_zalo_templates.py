"""Template messages by user id and by phone, and the province's SMS gateway."""

import pytest
import requests

from tests.integration.simulator.conftest import is_signed
from tests.sim_server import SMS_KEY

READY, OTP, OLD = "310005", "310011", "310092"
DATA = {
    "ma_ho_so": "H66.01-261124-0001",
    "thu_tuc": "Đăng ký khai sinh",
    "noi_nhan": "Trung tâm Phục vụ hành chính công tỉnh",
}
CODE = {"ma_xac_nhan": "482913", "so_phut": "5"}
PHONE = "+84912345678"
ZALO_PHONE = "84912345678"


def by_uid(product, user_id, template_id=READY, data=DATA):
    body = {"user_id": user_id, "template_id": template_id, "template_data": data}
    return product.post("/v3.0/oa/message/template", body)


def by_phone(product, phone=ZALO_PHONE, template_id=READY, data=DATA, **more):
    body = {"phone": phone, "template_id": template_id, "template_data": data, **more}
    return product.post("/message/template", body)


class TestByUserId:
    def test_citizen_reads_the_filled_template(self, product, simulator, citizen, receiver):
        answer = by_uid(product, citizen)
        assert answer["error"] == 0
        (message,) = simulator.messages(citizen)
        assert message["channel"] == "template_uid" and message["kind"] == "template"
        assert message["msg_id"] == answer["data"]["message_id"]
        assert message["template"] == {"id": READY, "data": DATA}
        assert "Hồ sơ H66.01-261124-0001 đã có kết quả" in message["text"]
        assert "Đăng ký khai sinh" in message["text"]
        assert [button["type"] for button in message["buttons"]] == ["oa.query.show", "oa.open.phone"]
        echo = receiver.wait_for("oa_send_template")[0].event["message"]
        assert echo["msg_id"] == answer["data"]["message_id"]
        assert echo["attachments"][0]["type"] == "template"
        receiver.wait_for("user_received_message")

    def test_no_window_is_needed_but_some_relation_is(self, product, simulator, citizen):
        product.let_pass(30 * 86_400)
        assert by_uid(product, citizen)["error"] == 0
        assert by_uid(product, simulator.create_citizen())["error"] == -232

    def test_a_template_message_does_not_open_the_window(self, product, simulator, citizen):
        product.let_pass(8 * 86_400)
        by_uid(product, citizen)
        assert product.send(citizen, "Dạ")["error"] == -230

    def test_tap_on_its_query_button_opens_the_window(self, product, simulator, citizen, receiver):
        product.let_pass(8 * 86_400)
        by_uid(product, citizen)
        simulator.post_event(citizen, {"type": "tap", "title": "Hồ sơ của tôi"})
        assert receiver.wait_for("user_send_text")[0].event["message"]["text"] == "#ho_so_cua_toi"
        assert product.send(citizen, "Dạ")["error"] == 0

    @pytest.mark.parametrize(
        ("template_id", "data", "code"),
        [
            ("999999", DATA, -109),
            ("310090", {}, -131),
            ("310091", {}, -146),
            (OTP, CODE, -249),
            (OLD, {"ma_ho_so": "H66"}, -249),
            (READY, None, -111),
            (READY, {**DATA, "ma_ho_so": "H" * 31}, -1121),
            (READY, {"ma_ho_so": "H66"}, -1122),
        ],
    )
    def test_refusals(self, product, citizen, simulator, template_id, data, code):
        assert by_uid(product, citizen, template_id, data)["error"] == code
        assert simulator.messages(citizen) == []

    def test_unknown_and_unreachable_users(self, product, simulator, citizen):
        assert by_uid(product, "8000")["error"] == -201
        simulator.post(f"/sim/v1/citizens/{citizen}", {"account": "banned"})
        assert by_uid(product, citizen)["error"] == -227

    def test_wallet_pays_the_price_by_user_id(self, product, simulator, citizen):
        simulator.post("/sim/v1/limits", {"wallet_vnd": 150})
        assert by_uid(product, citizen)["error"] == 0
        assert simulator.get("/sim/v1/limits")["wallet_left_vnd"] == 10
        assert by_uid(product, citizen)["error"] == -321


class TestByPhone:
    def test_phone_gets_the_message_and_the_product_its_receipt(self, product, simulator, receiver):
        answer = by_phone(product, tracking_id="hs-2026-000123")
        data = answer["data"]
        assert data["sending_mode"] == "1"
        assert data["quota"] == {"dailyQuota": "20000", "remainingQuota": "19999"}
        assert data["sent_time"].isdigit()
        (message,) = simulator.phone_messages(PHONE, wait_s=2)
        assert (message["channel"], message["msg_id"]) == ("template_phone", data["msg_id"])
        assert message["template"] == {"id": READY, "data": DATA}
        request = receiver.wait_for("user_received_message")[0]
        assert is_signed(request)
        assert request.headers["x-zevent-server"] == "ZNS"
        assert request.event["recipient"] == {"id": ZALO_PHONE}
        assert request.event["message"]["tracking_id"] == "hs-2026-000123"
        assert request.event["message"]["delivery_time"].isdigit()
        assert request.event["message"]["msg_id"] == data["msg_id"]
        assert "user_id_by_app" not in request.event

    def test_codes_and_old_templates_may_go_by_phone(self, product, simulator):
        assert by_phone(product, template_id=OTP, data=CODE)["error"] == 0
        assert by_phone(product, template_id=OLD, data={"ma_ho_so": "H66"})["error"] == 0
        assert "482913" in simulator.phone_messages(PHONE)[0]["text"]

    def test_it_is_not_in_the_chat(self, product, simulator, citizen):
        by_phone(product)
        assert simulator.messages(citizen) == []
        history = product.get("/v2.0/oa/conversation", user_id=citizen, count=10)["data"]
        assert [item["message"] for item in history] == ["Xin chào"]

    def test_citizen_can_tap_a_button_of_the_message_on_their_phone(self, product, simulator, citizen):
        by_phone(product)
        assert simulator.post_event(citizen, {"type": "tap", "title": "Gọi tổng đài 1022"})["phone"] == "1022"

    @pytest.mark.parametrize("phone", ["0912345678", "+84912345678", "84abc", "", None, 84912345678])
    def test_phone_must_be_84_and_digits(self, product, phone):
        assert by_phone(product, phone=phone)["error"] == -108

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"tracking_id": "a" * 48}, 0),
            ({"tracking_id": "a" * 49}, -210),
            ({"sending_mode": "3"}, 0),
            ({"sending_mode": "2"}, -161),
            ({"mode": "development"}, -127),
        ],
    )
    def test_options(self, product, more, code):
        assert by_phone(product, **more)["error"] == code

    def test_development_mode_reaches_administrators(self, product, simulator):
        simulator.post("/sim/v1/rules", {"admin_phones": [PHONE]})
        assert by_phone(product, mode="development")["error"] == 0

    def test_daily_quota_ends_until_tomorrow_unless_it_may_be_exceeded(self, product, simulator):
        simulator.post("/sim/v1/limits", {"template_messages_per_day": 1})
        assert by_phone(product)["error"] == 0
        assert by_phone(product)["error"] == -144
        assert by_phone(product, sending_mode="3")["error"] == 0
        simulator.advance(86_400)
        assert by_phone(product)["error"] == 0

    def test_empty_wallet(self, product, simulator):
        simulator.post("/sim/v1/limits", {"wallet_vnd": 199})
        assert by_phone(product)["error"] == -115
        assert simulator.phone_messages(PHONE) == []

    def test_a_phone_can_be_made_to_fail(self, product, simulator):
        simulator.add_fault("message/template", "error:-118", phone=PHONE)
        assert by_phone(product)["error"] == -118
        assert by_phone(product, phone="84900000009")["error"] == 0

    def test_status_can_be_asked(self, product):
        msg_id = by_phone(product)["data"]["msg_id"]
        assert product.get_plain("/message/status", message_id=msg_id)["data"]["status"] == 1
        assert product.get_plain("/message/status", message_id="unknown")["data"]["status"] == -1

    def test_night_is_refused_when_the_rule_is_on(self, product, simulator, citizen):
        simulator.post("/sim/v1/rules", {"template_night": True})
        product.wait_until("2030-01-15T22:30:00+07:00")
        assert by_phone(product)["error"] == -133
        assert by_uid(product, citizen)["error"] == -234
        simulator.advance(9 * 3600)
        assert by_phone(product)["error"] == 0

    def test_rating_comes_back_without_a_user(self, product, simulator, citizen, receiver):
        data = {"ma_ho_so": "H66", "thu_tuc": "Khai sinh"}
        msg_id = by_phone(product, template_id="310012", data=data, tracking_id="t1")["data"]["msg_id"]
        rating = {"type": "rate", "msg_id": msg_id, "rate": 5, "note": "Nhanh, lịch sự"}
        assert simulator.post_event(citizen, rating)["webhook_status"] == 200
        event = receiver.wait_for("user_feedback")[0].event
        assert "sender" not in event and "user_id" not in event
        assert event["message"]["rate"] == 5 and event["message"]["tracking_id"] == "t1"
        assert event["message"]["note"] == "Nhanh, lịch sự"


class TestRegistry:
    def test_info_tells_parameters_state_and_prices(self, product):
        info = product.get_plain("/template/info/v2", template_id=READY)["data"]
        assert info["status"] == "ENABLE"
        assert (info["priceSdt"], info["priceUid"]) == ("200", "140")
        assert {parameter["name"]: parameter["maxLength"] for parameter in info["listParams"]} == {
            "ma_ho_so": 30,
            "thu_tuc": 200,
            "noi_nhan": 200,
        }

    def test_all_templates_by_page_and_status(self, product):
        everything = product.get_plain("/template/all", offset=0, limit=100)
        assert everything["metadata"]["total"] == 16
        page = product.get_plain("/template/all", offset=2, limit=3)["data"]
        assert [item["templateId"] for item in page] == ["310003", "310004", "310005"]
        waiting = product.get_plain("/template/all", offset=0, limit=100, status="PENDING_REVIEW")["data"]
        assert [item["templateId"] for item in waiting] == ["310090"]

    def test_sample_data_can_be_sent(self, product):
        sample = product.get_plain("/template/sample-data", template_id=READY)["data"]
        assert by_phone(product, data=sample)["error"] == 0

    def test_unknown_template(self, product):
        assert product.get_plain("/template/info/v2", template_id="1")["error"] == -109


class TestSms:
    def send(self, simulator, key=SMS_KEY, **body):
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return requests.post(simulator.url + "/sms/v1/messages", json=body, headers=headers, timeout=5)

    def test_phone_gets_the_sms(self, simulator):
        answer = self.send(simulator, phone=PHONE, text="Ma xac nhan: 482913", reference="n-1")
        assert answer.status_code == 200
        (message,) = simulator.phone_messages(PHONE)
        assert message["channel"] == "sms" and message["kind"] == "text"
        assert message["text"] == "Ma xac nhan: 482913"
        assert message["msg_id"] == answer.json()["id"]

    @pytest.mark.parametrize("key", [None, "wrong"])
    def test_key_is_needed(self, simulator, key):
        answer = self.send(simulator, key=key, phone=PHONE, text="a")
        assert answer.status_code == 401 and answer.json()["error"]

    @pytest.mark.parametrize(
        "body", [{}, {"phone": "0912345678", "text": "a"}, {"phone": PHONE}, {"phone": PHONE, "text": "a" * 1001}]
    )
    def test_bad_input(self, simulator, body):
        answer = self.send(simulator, **body)
        assert answer.status_code == 400 and answer.json()["error"]
