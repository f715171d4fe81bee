from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.zalo import event_types as types
from connectors.zalo.errors import MalformedEvent
from connectors.zalo.event_types import Probe, UnknownEvent, ZaloEvent
from connectors.zalo.events import _READERS, MAX_KEY_LENGTH, parse_event

APP, OA, USER, BY_APP = "1111222233334444555", "9000000000000000001", "8000000000000000001", "7000000000000000001"
AT = "1790000000123"


def body(name: str, **fields: object) -> bytes:
    return json.dumps({"app_id": APP, "event_name": name, "timestamp": AT, **fields}).encode()


def from_user(name: str, message: dict, **fields: object) -> bytes:
    people = {"user_id_by_app": BY_APP, "sender": {"id": USER}, "recipient": {"id": OA}}
    return body(name, **{**people, "message": message, **fields})


def from_oa(name: str, message: dict, **sender: str) -> bytes:
    return body(name, sender={"id": OA, **sender}, recipient={"id": USER}, message=message)


def attached(*payloads: dict, **message: str) -> dict:
    return {"msg_id": "m1", **message, "attachments": [{"type": "x", "payload": payload} for payload in payloads]}


def test_a_text_event_is_read_whole():
    event = parse_event(from_user("user_send_text", {"msg_id": "m1", "text": "Xin chào", "quote_msg_id": "m0"}))
    assert event == types.UserSentText(
        name="user_send_text",
        occurred_at=datetime(2026, 9, 21, 14, 13, 20, 123000, tzinfo=timezone.utc),
        event_key="user_send_text:m1",
        user_id=USER,
        oa_id=OA,
        app_id=APP,
        user_id_by_app=BY_APP,
        msg_id="m1",
        text="Xin chào",
        quote_msg_id="m0",
    )


@pytest.mark.parametrize("empty", [b"", b"  \n", b"{}", b" { } "])
def test_an_empty_body_is_a_probe(empty):
    assert parse_event(empty) == Probe()


PLACE = {"coordinates": {"latitude": "21.3089", "longitude": "105.6049"}}
CARD = {"url": "https://z/q", "description": '{"phone":"84900000001","qrCodeUrl":"https://z/q"}'}
PICTURE = {"url": "https://z/o.jpg", "thumbnail": "https://z/t.jpg"}
FILE = {"url": "https://z/d", "size": "48213", "name": "đơn.pdf", "checksum": "ab", "type": "pdf"}


@pytest.mark.parametrize(
    ("name", "payload", "kind", "attachment"),
    [
        ("user_send_image", PICTURE, types.UserSentImage, types.MediaLink("https://z/o.jpg", "https://z/t.jpg")),
        ("user_send_gif", PICTURE, types.UserSentGif, types.MediaLink("https://z/o.jpg", "https://z/t.jpg")),
        ("user_send_audio", {"url": "https://z/x.amr"}, types.UserSentAudio, types.MediaLink("https://z/x.amr")),
        ("user_send_video", {"url": "https://z/v"}, types.UserSentVideo, types.MediaLink("https://z/v")),
        (
            "user_send_link",
            {"url": "https://z", "description": "mô tả"},
            types.UserSentLink,
            types.MediaLink("https://z", None, "mô tả"),
        ),
        (
            "user_send_file",
            FILE,
            types.UserSentFile,
            types.FileLink("https://z/d", "đơn.pdf", 48213, "ab", "pdf"),
        ),
        ("user_send_sticker", {"id": 2001, "url": "u"}, types.UserSentSticker, types.Sticker("2001", "u")),
        ("user_send_location", PLACE, types.UserSentLocation, types.Coordinates(21.3089, 105.6049)),
        (
            "user_send_business_card",
            CARD,
            types.UserSentBusinessCard,
            types.BusinessCard("84900000001", "https://z/q"),
        ),
    ],
)
def test_every_kind_of_attachment_is_read(name, payload, kind, attachment):
    event = parse_event(from_user(name, attached(payload, text="chú thích")))
    assert type(event) is kind
    assert event.attachments == (attachment,)
    assert (event.text, event.user_id, event.event_key) == ("chú thích", USER, f"{name}:m1")


def test_several_pictures_of_one_message_are_all_read():
    event = parse_event(from_user("user_send_image", attached({"url": "https://z/1"}, {"url": "https://z/2"}, {})))
    assert [picture.url for picture in event.attachments] == ["https://z/1", "https://z/2"]


@pytest.mark.parametrize("payload", [{}, {"coordinates": {"latitude": "x", "longitude": "1"}}, {"coordinates": 5}])
def test_a_place_without_usable_coordinates_is_a_message_without_a_place(payload):
    assert parse_event(from_user("user_send_location", attached(payload))).attachments == ()


def test_an_attachment_of_the_wrong_shape_does_not_lose_the_message():
    event = parse_event(from_user("user_send_image", {"msg_id": "m1", "text": "a", "attachments": "none"}))
    assert (event.text, event.attachments) == ("a", ())


def test_ids_written_as_numbers_keep_every_digit():
    event = parse_event(from_user("user_send_text", {"msg_id": 90071992547409931, "text": 5}, sender={"id": int(USER)}))
    assert (event.user_id, event.msg_id, event.text) == (USER, "90071992547409931", "5")


def test_a_timestamp_written_as_a_number_is_the_same_moment():
    message = {"msg_id": "m1", "text": "a"}
    assert (
        parse_event(from_user("user_send_text", message, timestamp=int(AT))).occurred_at
        == parse_event(from_user("user_send_text", message)).occurred_at
    )


def test_what_postgresql_cannot_store_is_removed_from_texts():
    event = parse_event(from_user("user_send_text", {"msg_id": "m1", "text": "a\x00b\ud800c😀"}))
    assert event.text == "abc😀"


def test_a_repeat_has_the_same_key_and_another_event_another():
    first = from_user("user_send_text", {"msg_id": "m1", "text": "a"})
    assert parse_event(first).event_key == parse_event(bytes(first)).event_key
    other = from_user("user_send_image", {"msg_id": "m1"})
    assert parse_event(first).event_key != parse_event(other).event_key


@pytest.mark.parametrize(("name", "by_user"), [("user_reacted_message", True), ("oa_reacted_message", False)])
def test_a_reaction_names_the_message_and_who_reacted(name, by_user):
    make = from_user if by_user else from_oa
    put = parse_event(make(name, {"msg_id": "m1", "react_icon": "/-heart"}))
    taken = parse_event(make(name, {"msg_id": "m1", "react_icon": "/-remove"}))
    assert (put.msg_id, put.icon, put.is_removed, put.by_user) == ("m1", "/-heart", False, by_user)
    assert (put.user_id, put.oa_id) == (USER, OA)
    assert taken.is_removed


def test_two_reactions_to_one_message_are_two_events():
    put = from_user("user_reacted_message", {"msg_id": "m1", "react_icon": "/-heart"})
    later = from_user("user_reacted_message", {"msg_id": "m1", "react_icon": "/-remove"}, timestamp="1790000000999")
    assert parse_event(put).event_key != parse_event(later).event_key


@pytest.mark.parametrize(("name", "kind"), [("follow", types.UserFollowed), ("unfollow", types.UserUnfollowed)])
@pytest.mark.parametrize("source", [{}, {"source": "oa_profile"}])
def test_following_names_the_person_and_perhaps_the_source(name, kind, source):
    event = parse_event(body(name, oa_id=OA, follower={"id": USER}, **source))
    assert type(event) is kind
    assert (event.user_id, event.oa_id, event.source) == (USER, OA, source.get("source"))
    assert event.event_key == f"{name}:{USER}:{AT}"


@pytest.mark.parametrize(
    ("name", "kind"), [("user_click_chatnow", types.UserClickedChatNow), ("user_withdraw", types.UserWithdrew)]
)
def test_events_about_a_person_name_the_person(name, kind):
    event = parse_event(body(name, oa_id=OA, user_id=USER, user_id_by_app=BY_APP))
    assert (type(event), event.user_id) == (kind, USER)


def test_the_new_shape_of_the_contact_form_is_read():
    info = {
        "name": "Nguyễn Văn A",
        "phone": "84900000001",
        "user_dob": "01/02/1980",
        "gender": "1",
        "full_address": {"user_city": "Phú Thọ", "user_ward": "Phường Vĩnh Yên", "user_address": "12 Ngô Quyền"},
    }
    event = parse_event(from_user("user_submit_info", {}, info=info))
    assert event.user_id == USER
    assert event.oa_id == OA
    assert event.info == types.ContactInfo(
        "Nguyễn Văn A", "84900000001", "01/02/1980", "1", "12 Ngô Quyền", "Phường Vĩnh Yên", None, "Phú Thọ"
    )


def test_the_old_flat_shape_of_the_contact_form_is_read():
    info = {"name": "A", "phone": 84900000001, "address": "12", "city": "B", "district": "C", "ward": "D"}
    event = parse_event(from_user("user_submit_info", {}, info=info))
    assert event.info == types.ContactInfo("A", "84900000001", None, None, "12", "D", "C", "B")


@pytest.mark.parametrize("user_is_sender", [True, False])
@pytest.mark.parametrize("message", [{"msg_ids": ["m1", "m2"]}, {"msg_id": "m1"}])
def test_all_four_variants_of_seen_messages_name_the_citizen(user_is_sender, message):
    people = [{"id": USER}, {"id": OA}]
    sender, recipient = people if user_is_sender else people[::-1]
    event = parse_event(body("user_seen_message", sender=sender, recipient=recipient, message=message), oa_id=OA)
    assert event.user_id == USER
    assert event.oa_id == OA
    assert event.msg_ids == tuple(message.get("msg_ids", ["m1"]))


def test_a_received_message_of_the_chat_names_the_citizen():
    event = parse_event(from_oa("user_received_message", {"msg_id": "m1"}))
    assert (event.user_id, event.by_phone, event.msg_id) == (USER, False, "m1")


@pytest.mark.parametrize(
    "recipient", ["84900000001", "c1defbf2b2d03f6c060709faa2be37c05d6539c96ebbe5bd1bfea42cdc54032f"]
)
@pytest.mark.parametrize("more", [{}, {"tracking_id": "hs-1", "delivery_time": "1790000002950"}])
def test_a_template_delivered_by_phone_is_told_apart_and_keeps_no_phone(recipient, more):
    raw = body(
        "user_received_message", sender={"id": OA}, recipient={"id": recipient}, message={"msg_id": "z1", **more}
    )
    event = parse_event(raw)
    assert event.by_phone
    assert event.user_id is None
    assert event.tracking_id == more.get("tracking_id")
    assert (event.delivered_at is not None) == bool(more)
    assert recipient not in str(vars(event))


def test_a_staff_reply_is_told_apart_from_an_echo_of_ours():
    ours = parse_event(from_oa("oa_send_text", {"msg_id": "m1", "text": "a"}))
    staff = parse_event(from_oa("oa_send_text", {"msg_id": "m1", "text": "a"}, admin_id="6000000000000000001"))
    assert not ours.is_by_staff
    assert staff.is_by_staff
    assert (staff.user_id, staff.oa_id, staff.text) == (USER, OA, "a")


def test_a_template_echo_carries_the_templates_text():
    event = parse_event(from_oa("oa_send_template", attached({"zinstant_id": "1", "text": "Hồ sơ đã có kết quả"})))
    assert event.text == "Hồ sơ đã có kết quả"


def test_an_anonymous_visitor_is_no_zalo_user():
    event = parse_event(from_user("anonymous_send_text", {"msg_id": "m1", "text": "a", "conversation_id": "c1"}))
    assert (event.user_id, event.anonymous_id, event.conversation_id, event.by_user) == (None, USER, "c1", True)


def test_a_rating_is_read_with_its_comment():
    message = {
        "msg_id": "z1", "tracking_id": "hs-1", "rating_type": "csat", "option": "five_emotions", "rate": 5,
        "note": "Nhanh", "feedbacks": ["Cán bộ nhiệt tình"], "submit_time": "1790000003990",
    }  # fmt: skip
    event = parse_event(body("user_feedback", oa_id=OA, message=message))
    assert (event.user_id, event.msg_id, event.tracking_id, event.rate) == (None, "z1", "hs-1", 5)
    assert (event.note, event.feedbacks) == ("Nhanh", ("Cán bộ nhiệt tình",))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (body("change_oa_daily_quota", oaId=OA, quota={"prev_value": "500", "new_value": "2000"}), ("500", "2000")),
        (
            body("change_template_status", oa_id=OA, template_id="7", status={"prev_status": "A", "new_status": "B"}),
            ("A", "B"),
        ),
        (body("change_template_quality", oa_id=OA, template_id="7", quality="LOW"), (None, "LOW")),
        (
            body("change_template_quality", oa_id=OA, template_id=7, quality={"prev": "HIGH", "new": "LOW"}),
            ("HIGH", "LOW"),
        ),
        (body("change_template_quota", oa_id=OA, template_id="7", quota={"new_quota": 5}), (None, "5")),
    ],
)  # fmt: skip
def test_changes_of_templates_and_quotas_name_old_and_new(raw, expected):
    event = parse_event(raw)
    assert event.oa_id == OA
    assert (event.previous, event.new) == expected


def test_tags_and_widget_events_are_read():
    tag = parse_event(body("add_user_to_tag", oa_id=OA, tag={"name": "vip", "user_ids": [USER]}))
    widget = parse_event(
        body(
            "widget_interaction_accepted",
            oa_id=OA,
            data={"user_id": USER, "user_external_id": "e1", "url": "https://x"},
        )
    )
    assert (tag.tag, tag.user_ids, tag.user_id) == ("vip", (USER,), None)
    assert (widget.user_id, widget.user_external_id, widget.url) == (USER, "e1", "https://x")


@pytest.mark.parametrize("name", ["permission_revoked", "extension_purchased", "change_oa_template_tags"])
def test_administrative_events_need_nothing_but_the_account(name):
    assert parse_event(body(name, oa_id=OA)).name == name


@pytest.mark.parametrize("name", ["oa_call_user", "shop_has_order", "user_send_group_text", "some_event_of_2030"])
def test_events_that_we_do_not_use_are_unknown_and_name_no_citizen(name):
    event = parse_event(from_user(name, {"msg_id": "m1"}))
    assert type(event) is UnknownEvent
    assert (event.name, event.user_id) == (name, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"a":1}',
        b"[" * 100_000,
        body("Not A Name"),
        body("x" * 61),
        from_user("user_send_text", {"text": "no id"}),
        from_user("user_send_text", {"msg_id": "m1"}, sender={"id": ""}),
        from_user("user_send_text", {"msg_id": "m1"}, sender={"id": "9" * 41}),
        from_user("user_send_text", {"msg_id": "m1"}, timestamp="soon"),
        from_user("user_send_text", {"msg_id": "m1"}, timestamp="9" * 18),
        body("follow", oa_id=OA),
        body("user_seen_message", sender={"id": OA}, recipient={"id": USER}, message={}),
    ],
)
def test_what_is_no_event_of_a_known_shape_is_malformed(raw):
    with pytest.raises(MalformedEvent):
        parse_event(raw)


def test_no_text_of_a_malformed_event_reaches_the_error():
    with pytest.raises(MalformedEvent) as caught:
        parse_event(body("tôi tên là Nguyễn Văn A 0912345678"))
    assert "Nguyễn" not in str(caught.value)


def test_no_personal_data_shows_in_the_repr():
    info = {"name": "Nguyễn Văn A", "phone": "84900000001"}
    events = [
        parse_event(from_user("user_send_text", {"msg_id": "m1", "text": "số của tôi 0900000001"})),
        parse_event(from_user("user_send_image", attached(PICTURE, text="0900000001"))),
        parse_event(from_user("user_send_location", attached(PLACE))),
        parse_event(from_user("user_submit_info", {}, info=info)),
        parse_event(body("follow", oa_id=OA, follower={"id": USER})),
    ]
    for secret in (USER, BY_APP, "0900000001", "84900000001", "Nguyễn", "21.3089", "https://"):
        assert secret not in repr(events)


def test_a_very_long_message_id_still_makes_a_key_that_fits():
    event = parse_event(from_user("user_send_business_card", {"msg_id": "m" * 160}))
    many = parse_event(from_oa("user_seen_message", {"msg_ids": [f"id-{number}" for number in range(100)]}))
    assert len(event.event_key) <= MAX_KEY_LENGTH
    assert len(many.event_key) <= MAX_KEY_LENGTH
    assert len(many.msg_ids) == 100


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
FIELD_NAMES = (
    "timestamp sender recipient message info oa_id oaId user_id follower data tag quota status quality"
).split()


def broken_events() -> st.SearchStrategy[dict]:
    fields = st.dictionaries(st.sampled_from(FIELD_NAMES), JSON_VALUES, max_size=6)
    inner = st.dictionaries(
        st.sampled_from("id msg_id msg_ids text attachments react_icon coordinates payload delivery_time".split()),
        JSON_VALUES,
    )
    return st.builds(
        lambda name, at, message, more: {"event_name": name, "timestamp": at, "message": message, **more},
        st.sampled_from([*_READERS, "unheard_of"]),
        st.one_of(st.just(AT), st.integers(), st.text(max_size=20)),
        inner,
        fields,
    )


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), JSON_VALUES.map(lambda value: json.dumps(value).encode())))
def test_arbitrary_bytes_never_raise_anything_but_malformed(raw):
    try:
        assert isinstance(parse_event(raw), (ZaloEvent, Probe))
    except MalformedEvent:
        pass


@settings(max_examples=400, deadline=None)
@given(broken_events())
def test_a_broken_event_of_any_kind_never_raises_anything_but_malformed(event):
    try:
        parsed = parse_event(json.dumps(event).encode(), oa_id=OA)
    except MalformedEvent:
        return
    assert isinstance(parsed, ZaloEvent)
    assert parsed.occurred_at.tzinfo is timezone.utc
    assert 0 < len(parsed.event_key) <= MAX_KEY_LENGTH
    parsed.event_key.encode()
