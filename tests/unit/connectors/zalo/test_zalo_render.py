from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.zalo.bodies import CS_PATH, CallKind, UploadKind, buttons_call, phone_digits
from connectors.zalo.config import ButtonsMode
from connectors.zalo.errors import Host, UnrenderableMessage
from connectors.zalo.render import CHOOSE_PROMPT, RenderConfig, numbered_list, split_message, to_bodies
from connectors.zalo.split import units
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

USER = "8000000000000000001"
BUTTONS = (Button("Tra cứu hồ sơ", "t1"), UrlButton("Cổng dịch vụ", "https://x"), PhoneButton("Gọi 1022", "1022"))


def cs(message: dict) -> dict:
    return {"recipient": {"user_id": USER}, "message": message}


def test_a_text_becomes_one_consultation_message():
    (call,) = to_bodies(USER, TextMessage("Cha\u0300o bác!\x00"))
    assert (call.path, call.kind, call.host) == (CS_PATH, CallKind.TEXT, Host.OPENAPI)
    assert call.body == cs({"text": "Chào bác!"})


def test_a_blank_text_sends_nothing():
    assert to_bodies(USER, TextMessage(" \n\u200b")) == []


@pytest.mark.parametrize(("mode", "extra"), [(ButtonsMode.BARE, {}), (ButtonsMode.TYPED, {"template_type": "button"})])
def test_buttons_take_the_configured_form(mode, extra):
    (call,) = to_bodies(USER, TextMessage("Chọn nhé", BUTTONS), RenderConfig(mode))
    buttons = [
        {"title": "Tra cứu hồ sơ", "type": "oa.query.hide", "payload": "t1"},
        {"title": "Cổng dịch vụ", "type": "oa.open.url", "payload": {"url": "https://x"}},
        {"title": "Gọi 1022", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
    ]
    attachment = {"type": "template", "payload": {**extra, "buttons": buttons}}
    assert call.body == cs({"text": "Chọn nhé", "attachment": attachment})


def test_buttons_that_are_off_become_a_numbered_list():
    (call,) = to_bodies(USER, TextMessage("Chọn nhé", BUTTONS), RenderConfig(ButtonsMode.OFF))
    assert call.kind is CallKind.TEXT
    assert call.text.startswith("Chọn nhé\n\n1. Tra cứu hồ sơ\n2. Cổng dịch vụ: https://x\n3. Gọi 1022: 1022\n")


def test_refused_buttons_have_the_same_list_to_fall_back_on():
    (call,) = to_bodies(USER, TextMessage("Chọn nhé", BUTTONS))
    assert call.fallback == cs({"text": f"Chọn nhé\n\n{numbered_list(BUTTONS)}"})
    assert call.possible_texts == ("Chọn nhé", f"Chọn nhé\n\n{numbered_list(BUTTONS)}")


def test_buttons_stand_under_the_last_part_of_a_long_text():
    calls = to_bodies(USER, TextMessage("chữ " * 1200, BUTTONS))
    assert [call.kind for call in calls] == [CallKind.TEXT, CallKind.TEXT, CallKind.BUTTONS]


@pytest.mark.parametrize("length", [1700, 1900, 1999, 2000, 3900])
def test_there_is_always_room_for_the_list_in_place_of_the_buttons(length):
    calls = to_bodies(USER, TextMessage(("chữ " * 1000)[:length], BUTTONS))
    assert calls[-1].fallback is not None
    assert all(units(call.text) <= 2000 for call in calls)
    assert units(calls[-1].possible_texts[1]) <= 2000


def test_more_than_five_buttons_go_under_further_messages():
    buttons = tuple(Button(f"Lựa chọn {number}", f"t{number}") for number in range(1, 13))
    calls = to_bodies(USER, TextMessage("Nhiều lựa chọn", buttons))
    shown = [[b["payload"] for b in call.body["message"]["attachment"]["payload"]["buttons"]] for call in calls]
    assert [len(group) for group in shown] == [5, 5, 2]
    assert sum(shown, []) == [button.payload for button in buttons]
    assert [call.text for call in calls] == ["Nhiều lựa chọn", CHOOSE_PROMPT, CHOOSE_PROMPT]
    assert "11. Lựa chọn 11" in calls[2].possible_texts[1]


def test_buttons_without_a_text_get_a_prompt():
    assert to_bodies(USER, TextMessage("", BUTTONS))[0].text == CHOOSE_PROMPT


def test_a_long_title_is_cut_and_a_long_payload_is_a_defect():
    (call,) = to_bodies(USER, TextMessage("a", (Button("Cấp lại Giấy chứng nhận quyền sử dụng đất", "x"),)))
    assert units(call.body["message"]["attachment"]["payload"]["buttons"][0]["title"]) <= 35
    with pytest.raises(UnrenderableMessage):
        to_bodies(USER, TextMessage("a", (Button("b", "x" * 1001),)))
    with pytest.raises(UnrenderableMessage):
        buttons_call(USER, "a", [Button("b", "x")] * 6, ButtonsMode.BARE)


def test_a_public_picture_goes_by_its_address_and_its_caption_with_it():
    (call,) = to_bodies(USER, ImageMessage(caption="Biên nhận", url="https://x/a.png"))
    elements = [{"media_type": "image", "url": "https://x/a.png"}]
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    assert call.body == cs({"text": "Biên nhận", "attachment": attachment})


def test_a_picture_of_ours_waits_for_its_upload():
    (call,) = to_bodies(USER, ImageMessage(caption="Biên nhận", file_ref="receipts/ab.png"))
    assert (call.upload.kind, call.upload.file_ref, call.upload.name) == (UploadKind.IMAGE, "receipts/ab.png", "ab.png")
    complete = call.with_attachment("att1")
    assert complete.upload is None
    elements = [{"media_type": "image", "attachment_id": "att1"}]
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    assert complete.body == cs({"text": "Biên nhận", "attachment": attachment})


def test_a_caption_too_long_for_a_picture_follows_as_text():
    calls = to_bodies(USER, ImageMessage(caption="chữ " * 700, url="https://x/a.png"))
    assert [call.kind for call in calls] == [CallKind.IMAGE, CallKind.TEXT]


@pytest.mark.parametrize("message", [ImageMessage(), ImageMessage(file_ref="a.png", url="https://x/a.png")])
def test_a_picture_needs_exactly_one_source(message):
    with pytest.raises(UnrenderableMessage):
        to_bodies(USER, message)


def test_a_file_goes_by_the_token_of_its_upload():
    (call,) = to_bodies(USER, FileMessage("letters/ab.pdf", "Phiếu xin lỗi.pdf"))
    assert (call.upload.kind, call.upload.name) == (UploadKind.FILE, "Phiếu xin lỗi.pdf")
    attachment = {"type": "file", "payload": {"token": "tok1"}}
    assert call.with_attachment("tok1").body == cs({"attachment": attachment})


def test_the_contact_form_has_one_element_within_its_limits():
    (call,) = to_bodies(USER, RequestUserInfo("a " * 80, "b " * 400, "https://x/i.png"))
    (element,) = call.body["message"]["attachment"]["payload"]["elements"]
    assert units(element["title"]) <= 100
    assert units(element["subtitle"]) <= 500
    assert element["image_url"] == "https://x/i.png"


CONFIG = RenderConfig(template_ids={"ready": "310004"}, template_mode="development")


def test_a_template_goes_to_the_zalo_user():
    (call,) = to_bodies(USER, TemplateMessage("ready", {"ma": "H99"}), CONFIG, tracking_id="n1")
    assert (call.path, call.host) == ("/v3.0/oa/message/template", Host.OPENAPI)
    assert call.body == {"user_id": USER, "template_id": "310004", "template_data": {"ma": "H99"}}
    assert call.user_id == USER


def test_a_template_goes_to_a_phone_number():
    (call,) = to_bodies(USER, TemplateMessage("ready", {"ma": "H99"}, "+84900000001"), CONFIG, tracking_id="n1")
    assert (call.path, call.host, call.user_id) == ("/message/template", Host.BUSINESS, None)
    assert call.body == {
        "phone": "84900000001",
        "template_id": "310004",
        "template_data": {"ma": "H99"},
        "tracking_id": "n1",
        "sending_mode": "1",
        "mode": "development",
    }


def test_a_template_that_is_not_registered_is_a_defect():
    with pytest.raises(UnrenderableMessage, match="late"):
        to_bodies(USER, TemplateMessage("late", {}), CONFIG)


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+84900000001", "84900000001"),
        ("0900 000 001", "84900000001"),
        ("84900000001", "84900000001"),
        ("1022", "1022"),
    ],
)
def test_phones_take_zalos_form(phone, digits):
    assert phone_digits(phone) == digits


MESSAGES = st.builds(
    TextMessage,
    st.text(max_size=3000) | st.text("ab. \n1đ", max_size=6000),
    st.lists(st.builds(Button, st.just("Tiêu đề"), st.text("abc", min_size=1, max_size=20)), max_size=8).map(tuple),
)


@settings(max_examples=60)
@given(MESSAGES, st.sampled_from(ButtonsMode))
def test_any_text_is_rendered_within_zalos_limits(message, mode):
    for call in to_bodies(USER, message, RenderConfig(mode)):
        assert all(1 <= units(text) <= 2000 for text in call.possible_texts)


@settings(max_examples=60)
@given(MESSAGES)
def test_each_part_of_a_split_message_is_one_call(message):
    *parts, last = split_message(TextMessage(message.text), room=300)
    assert all(len(to_bodies(USER, part)) == 1 for part in parts)
    with_buttons = TextMessage(last.text, message.buttons[:5] or BUTTONS)
    for mode in ButtonsMode:
        assert len(to_bodies(USER, with_buttons, RenderConfig(mode))) == 1


def test_an_empty_message_is_still_one_part_with_its_buttons():
    assert split_message(TextMessage("", BUTTONS)) == [TextMessage("", BUTTONS)]


def test_a_split_message_keeps_buttons_under_the_last_part_and_a_long_caption_as_text():
    parts = split_message(TextMessage("chữ " * 700, BUTTONS))
    assert [bool(part.buttons) for part in parts] == [False, True]
    picture, rest = split_message(ImageMessage("chữ " * 700, file_ref="a.png"))
    assert (picture.file_ref, type(rest)) == ("a.png", TextMessage)
    file = FileMessage("a.pdf", "a.pdf")
    assert split_message(file) == [file]
