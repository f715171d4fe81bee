"""The exact JSON of every event (facts, section 3)."""

import base64
import hashlib
import json

import pytest
import requests

from tests.integration.simulator.conftest import PNG, is_signed
from tests.sim_server import APP_ID, OA_ID

PDF = b"%PDF-1.4\n%%EOF\n"


def only_event(receiver, name):
    requests_ = receiver.wait_for(name)
    assert len(requests_) == 1
    assert is_signed(requests_[0])
    return requests_[0].event


def posted(simulator, receiver, citizen, event, name):
    outcome = simulator.post_event(citizen, event)
    assert outcome["webhook_status"] == 200
    assert outcome["ack_ms"] > 0
    return outcome, only_event(receiver, name)


def check_conversation_event(event, citizen, msg_id):
    assert set(event) == {
        "app_id", "user_id_by_app", "event_name", "timestamp", "sender", "recipient", "message",
    }  # fmt: skip
    assert event["app_id"] == APP_ID
    assert event["sender"] == {"id": citizen}
    assert event["recipient"] == {"id": OA_ID}
    assert event["message"]["msg_id"] == msg_id
    assert len(event["timestamp"]) == 13 and event["timestamp"].isdigit()
    assert event["user_id_by_app"] != citizen


def test_ids_are_decimal_strings_beyond_what_a_float_holds(citizen):
    assert citizen.startswith("8") and citizen.isdigit() and int(citizen) > 2**53


def test_text(simulator, receiver, citizen):
    event = {"type": "text", "text": "Làm căn cước cần gì?", "quote_msg_id": "0f0e"}
    outcome, posted_event = posted(simulator, receiver, citizen, event, "user_send_text")
    check_conversation_event(posted_event, citizen, outcome["msg_id"])
    assert posted_event["message"] == {
        "msg_id": outcome["msg_id"],
        "text": "Làm căn cước cần gì?",
        "quote_msg_id": "0f0e",
    }


def test_image_with_caption_can_be_fetched(simulator, receiver, citizen):
    image = {"type": "image", "base64": base64.b64encode(PNG).decode(), "caption": "giấy khai sinh"}
    outcome, event = posted(simulator, receiver, citizen, image, "user_send_image")
    check_conversation_event(event, citizen, outcome["msg_id"])
    assert event["message"]["text"] == "giấy khai sinh"
    (attachment,) = event["message"]["attachments"]
    assert attachment["type"] == "image"
    assert set(attachment["payload"]) == {"thumbnail", "url"}
    picture = requests.get(attachment["payload"]["url"], timeout=5)
    assert picture.content == PNG
    assert picture.headers["content-type"] == "image/png"


def test_gif_is_an_image_attachment(simulator, receiver, citizen):
    _, event = posted(simulator, receiver, citizen, {"type": "gif"}, "user_send_gif")
    assert event["message"]["attachments"][0]["type"] == "image"
    assert "text" not in event["message"]


def test_file_has_size_as_string_checksum_and_type(simulator, receiver, citizen):
    file = {"type": "file", "name": "đơn đề nghị.pdf", "base64": base64.b64encode(PDF).decode()}
    _, event = posted(simulator, receiver, citizen, file, "user_send_file")
    (attachment,) = event["message"]["attachments"]
    payload = attachment["payload"]
    assert attachment["type"] == "file"
    assert payload["size"] == str(len(PDF))
    assert payload["checksum"] == hashlib.md5(PDF).hexdigest()
    assert payload["type"] == "pdf"
    assert payload["name"] == "đơn_đề_nghị.pdf"
    served = requests.get(payload["url"], timeout=5)
    assert served.content == PDF
    assert served.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("kind", ["audio", "video", "sticker"])
def test_other_media_need_no_content(simulator, receiver, citizen, kind):
    _, event = posted(simulator, receiver, citizen, {"type": kind}, f"user_send_{kind}")
    (attachment,) = event["message"]["attachments"]
    assert attachment["type"] == kind
    wanted = {"audio": {"url"}, "video": {"url", "thumbnail", "description"}, "sticker": {"id", "url"}}[kind]
    assert set(attachment["payload"]) == wanted
    assert requests.get(attachment["payload"]["url"], timeout=5).content


def test_location_has_strings_as_coordinates(simulator, receiver, citizen):
    place = {"type": "location", "lat": 11.31, "lon": 106.1}
    _, event = posted(simulator, receiver, citizen, place, "user_send_location")
    (attachment,) = event["message"]["attachments"]
    assert attachment == {
        "type": "location",
        "payload": {"coordinates": {"latitude": "11.31", "longitude": "106.1"}},
    }


def test_link(simulator, receiver, citizen):
    link = {"type": "link", "url": "https://dichvucong.gov.vn"}
    _, event = posted(simulator, receiver, citizen, link, "user_send_link")
    payload = event["message"]["attachments"][0]["payload"]
    assert payload["url"] == "https://dichvucong.gov.vn"
    assert set(payload) == {"url", "thumbnail", "description"}


def test_business_card_is_json_inside_a_string(simulator, receiver, citizen):
    card = {"type": "business_card", "name": "Trần Văn Bình", "phone": "+84900000001"}
    _, event = posted(simulator, receiver, citizen, card, "user_send_business_card")
    assert event["message"]["text"] == "Trần Văn Bình"
    (attachment,) = event["message"]["attachments"]
    assert attachment["type"] == "link"
    assert json.loads(attachment["payload"]["description"])["phone"] == "84900000001"


@pytest.mark.parametrize("name", ["follow", "unfollow"])
def test_follow_and_unfollow(simulator, receiver, citizen, name):
    outcome, event = posted(simulator, receiver, citizen, {"type": name}, name)
    assert outcome["msg_id"] is None
    assert set(event) == {
        "app_id", "oa_id", "user_id_by_app", "event_name", "timestamp", "source", "follower",
    }  # fmt: skip
    assert event["follower"] == {"id": citizen}
    assert event["oa_id"] == OA_ID


def test_chat_now_comes_once_and_only_from_people_who_never_wrote(simulator, receiver, citizen):
    stranger = simulator.create_citizen()
    _, event = posted(simulator, receiver, stranger, {"type": "chat_now"}, "user_click_chatnow")
    assert set(event) == {"app_id", "oa_id", "user_id", "user_id_by_app", "event_name", "timestamp"}
    assert simulator.post_event(stranger, {"type": "chat_now"})["webhook_status"] is None
    assert simulator.post_event(citizen, {"type": "chat_now"})["webhook_status"] is None
    assert len(receiver.named("user_click_chatnow")) == 1


def test_shared_contact_form_in_its_new_and_its_old_shape(simulator, receiver, citizen):
    form = {
        "type": "share_info", "name": "Nguyễn Văn A", "phone": "+84900000001", "user_dob": "01/02/1980",
        "city": "Tây Ninh", "ward": "Phường Tân Ninh", "address": "12 Ngô Quyền",
    }  # fmt: skip
    _, event = posted(simulator, receiver, citizen, form, "user_submit_info")
    assert event["info"] == {
        "name": "Nguyễn Văn A",
        "phone": "84900000001",
        "user_dob": "01/02/1980",
        "full_address": {
            "user_city": "Tây Ninh",
            "user_ward": "Phường Tân Ninh",
            "user_address": "12 Ngô Quyền",
        },
    }
    receiver.clear()
    _, event = posted(simulator, receiver, citizen, {**form, "old": True}, "user_submit_info")
    assert event["info"]["city"] == "Tây Ninh"
    assert set(event["info"]) == {"name", "phone", "address", "city", "district", "ward"}


def test_reaction_names_the_message_and_shows_in_the_chat(simulator, receiver, citizen, product):
    msg_id = product.send(citizen, "Dạ")["data"]["message_id"]
    reaction = {"type": "reaction", "msg_id": msg_id, "icon": "/-heart"}
    _, event = posted(simulator, receiver, citizen, reaction, "user_reacted_message")
    assert event["message"] == {"msg_id": msg_id, "react_icon": "/-heart"}
    lines = simulator.get(f"/sim/v1/citizens/{citizen}/conversation")["entries"]
    assert [line["reaction"] for line in lines if line["msg_id"] == msg_id] == ["/-heart"]


def test_withdraw_asks_for_deletion(simulator, receiver, citizen):
    _, event = posted(simulator, receiver, citizen, {"type": "withdraw"}, "user_withdraw")
    assert event["user_id"] == citizen
    assert event["oa_id"] == OA_ID


def test_raw_events_are_posted_as_given(simulator, receiver, citizen):
    body = {"event_name": "user_new_thing", "timestamp": "1790000000123", "nested": {"đ": [1, None]}}
    outcome = simulator.post_event(citizen, {"type": "raw", "body": body})
    assert outcome["webhook_status"] == 200
    assert only_event(receiver, "user_new_thing") == {**body, "app_id": APP_ID}


@pytest.mark.parametrize("message", [None, [], {"msg_id": {"a": 1}}, {"msg_id": 7}])
def test_raw_events_may_be_nonsense(simulator, receiver, citizen, message):
    body = {"event_name": ["user_send_text"], "timestamp": None, "message": message}
    assert simulator.post_event(citizen, {"type": "raw", "body": body})["webhook_status"] == 200
    assert receiver.received[0].event == {**body, "app_id": APP_ID}


def test_staff_message_is_an_echo_with_admin_id(simulator, receiver, citizen):
    outcome = simulator.post(f"/sim/v1/citizens/{citizen}/staff", {"text": "Chào bác, em là cán bộ một cửa."})
    event = only_event(receiver, "oa_send_text")
    assert outcome["webhook_status"] == 200
    assert set(event["sender"]) == {"id", "admin_id"}
    assert event["sender"]["id"] == OA_ID
    assert event["recipient"] == {"id": citizen}
    assert event["message"] == {"msg_id": outcome["msg_id"], "text": "Chào bác, em là cán bộ một cửa."}
    (message,) = simulator.messages(citizen)
    assert (message["from"], message["channel"], message["msg_id"]) == ("staff", "cs", outcome["msg_id"])


def test_accepted_send_comes_back_as_echo_and_as_received(simulator, receiver, citizen, product):
    msg_id = product.send(citizen, "Dạ, em nghe")["data"]["message_id"]
    echo = receiver.wait_for("oa_send_text")[0].event
    assert echo["sender"] == {"id": OA_ID}
    assert echo["recipient"] == {"id": citizen}
    assert echo["message"] == {"msg_id": msg_id, "text": "Dạ, em nghe"}
    receipt = receiver.wait_for("user_received_message")[0].event
    assert receipt["sender"] == {"id": OA_ID}
    assert receipt["message"] == {"msg_id": msg_id}


@pytest.mark.parametrize(
    ("rules", "sender", "message"),
    [
        ({}, "user", "msg_ids"),
        ({"seen_sender": "oa"}, "oa", "msg_ids"),
        ({"seen_shape": "msg_id"}, "user", "msg_id"),
    ],
)
def test_seen_comes_when_a_page_shows_the_chat(simulator, receiver, citizen, product, rules, sender, message):
    simulator.post("/sim/v1/rules", rules)
    msg_id = product.send(citizen, "Dạ")["data"]["message_id"]
    assert simulator.post(f"/sim/v1/citizens/{citizen}/open") == {"seen": 1}
    event = receiver.wait_for("user_seen_message")[0].event
    assert event["sender"]["id"] == (citizen if sender == "user" else OA_ID)
    assert event["message"] == {"msg_ids": {"msg_ids": [msg_id]}, "msg_id": {"msg_id": msg_id}}[message]


def test_seen_comes_by_itself_after_a_second(simulator, receiver, citizen, product):
    simulator.post("/sim/v1/rules", {"auto_seen": True})
    product.send(citizen, "Dạ")
    assert not receiver.named("user_seen_message")
    receiver.wait_for("user_seen_message", timeout_s=3)


def test_desktop_readers_report_nothing(simulator, receiver, product):
    user_id = simulator.create_citizen(device="desktop")
    simulator.says(user_id, "Xin chào")
    product.send(user_id, "Dạ")
    simulator.post(f"/sim/v1/citizens/{user_id}/open")
    receiver.wait_for("oa_send_text")
    simulator.says(user_id, "cuối")
    assert not receiver.named("user_received_message", "user_seen_message")


def test_permission_revoked_and_test_button(simulator, receiver):
    simulator.post("/sim/v1/permission", {"revoked": True})
    event = receiver.wait_for("permission_revoked")[0].event
    assert event["oa_id"] == OA_ID
    simulator.post("/sim/v1/permission", {"revoked": False})
    assert simulator.post("/sim/v1/webhook/test") == {"webhook_status": 200}
    sample = receiver.wait_for("user_send_text")[0]
    assert is_signed(sample)
    assert sample.event["recipient"]["id"] != OA_ID
    assert sample.event["message"] == {"msg_id": "This is message id", "text": "This is testing message"}
