"""From the body that Zalo posts to a frozen event. Source: docs/zalo.md, "Events"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from connectors.zalo import event_attachments as attachments
from connectors.zalo import event_fields as read
from connectors.zalo import event_types as types
from connectors.zalo.errors import MalformedEvent
from connectors.zalo.event_fields import Json, required
from connectors.zalo.event_types import Probe, ZaloEvent

__all__ = ["MalformedEvent", "parse_event"]

MAX_KEY_LENGTH = 190
REMOVED_REACTION = "/-remove"

_PHONE = re.compile(r"(?:84\d{8,10}|[0-9a-f]{64})", re.IGNORECASE | re.ASCII)

Common = dict[str, Any]
Reader = Callable[[Json, Common], ZaloEvent]
Attachments = Callable[[Json], tuple[Any, ...]]
MessageType = type[types.UserMessage] | type[types.OaMessage]


def parse_event(body: bytes, oa_id: str | None = None) -> ZaloEvent | Probe:
    """Reads one event.

    Args:
        body: The bytes as received, already verified.
        oa_id: Our official account; tells the citizen from the account where Zalo's senders vary (seen
            messages).

    Returns:
        The event; `UnknownEvent` where we have no class for it, `Probe` for an empty body or `{}`.

    Raises:
        MalformedEvent: No event of a known shape; never any other exception, whatever the bytes.
    """
    if not body.strip():
        return Probe()
    data = read.load(body)
    if not data:
        return Probe()
    name = read.event_name(data)
    occurred_at = required(read.moment(data, "timestamp"), "timestamp")
    common: Common = {
        "name": name,
        "occurred_at": occurred_at,
        "oa_id": read.identifier(data, "oa_id") or read.identifier(data, "oaId") or _oa_id_among(data, oa_id),
        "app_id": read.identifier(data, "app_id"),
        "user_id_by_app": read.identifier(data, "user_id_by_app"),
    }
    return _READERS.get(name, _unknown)(data, common)


def _oa_id_among(data: Json, oa_id: str | None) -> str | None:
    """Our account's id where sender or recipient carries it."""
    return oa_id if oa_id is not None and oa_id in (_party(data, "sender"), _party(data, "recipient")) else None


def _party(data: Json, role: str) -> str | None:
    return read.identifier(read.mapping(data, role), "id", max_length=64)


def _key(name: str, *parts: str | None) -> str:
    """Joins what makes an event unique; hashed where it would not fit into a column."""
    key = ":".join([name, *(part or "" for part in parts)])
    if len(key) <= MAX_KEY_LENGTH:
        return key
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()}"


def _occasion_key(data: Json, common: Common, subject: str | None) -> str:
    """Key of an event without a message id of its own: name, subject and Zalo's timestamp."""
    return _key(common["name"], subject, read.text(data, "timestamp"))


# Group A and echoes: messages


def _message_reader(kind: MessageType, user_role: str, read_attachments: Attachments | None) -> Reader:
    oa_role = "recipient" if user_role == "sender" else "sender"

    def parse(data: Json, common: Common) -> ZaloEvent:
        message = read.mapping(data, "message")
        msg_id = required(read.message_id(message), "message.msg_id")
        fields: Common = {
            **common,
            "oa_id": _party(data, oa_role) or common["oa_id"],
            "user_id": required(read.identifier(read.mapping(data, user_role), "id"), f"{user_role}.id"),
            "event_key": _key(common["name"], msg_id),
            "msg_id": msg_id,
            "text": read.text(message, "text") or "",
        }
        if read_attachments is not None:
            fields["attachments"] = read_attachments(message)
        if issubclass(kind, types.UserMessage):
            return kind(**fields, quote_msg_id=read.message_id(message, "quote_msg_id"))
        return kind(**fields, admin_id=read.identifier(read.mapping(data, "sender"), "admin_id"))

    return parse


def _template_echo(data: Json, common: Common) -> ZaloEvent:
    event = _message_reader(types.OaSentTemplate, "recipient", None)(data, common)
    inner = next((read.text(payload, "text") for payload in attachments.payloads(read.mapping(data, "message"))), None)
    if not inner or not isinstance(event, types.OaSentTemplate) or event.text:
        return event
    return types.OaSentTemplate(**{**vars(event), "text": inner})


def _reaction(data: Json, common: Common) -> ZaloEvent:
    by_user = common["name"] == "user_reacted_message"
    user_role, oa_role = ("sender", "recipient") if by_user else ("recipient", "sender")
    message = read.mapping(data, "message")
    msg_id = required(read.message_id(message), "message.msg_id")
    icon = read.text(message, "react_icon") or ""
    return types.Reacted(
        **{**common, "oa_id": _party(data, oa_role) or common["oa_id"]},
        event_key=_occasion_key(data, common, msg_id),  # one message can get many reactions
        user_id=read.identifier(read.mapping(data, user_role), "id"),
        msg_id=msg_id,
        icon=icon,
        is_removed=icon.strip() == REMOVED_REACTION,
        by_user=by_user,
    )


def _anonymous(data: Json, common: Common) -> ZaloEvent:
    by_user = common["name"].startswith("anonymous_")
    user_role, oa_role = ("sender", "recipient") if by_user else ("recipient", "sender")
    message = read.mapping(data, "message")
    msg_id = required(read.message_id(message), "message.msg_id")
    return types.AnonymousMessage(
        **{**common, "oa_id": _party(data, oa_role) or common["oa_id"]},
        event_key=_key(common["name"], msg_id),
        user_id=None,
        anonymous_id=required(_party(data, user_role), f"{user_role}.id"),
        conversation_id=read.message_id(message, "conversation_id"),
        msg_id=msg_id,
        text=read.text(message, "text") or "",
        by_user=by_user,
    )


# Group B: relationship


def _person(data: Json) -> str | None:
    """The citizen of a management event, wherever this event keeps them."""
    return (
        read.identifier(data, "user_id")
        or read.identifier(read.mapping(data, "follower"), "id")
        or read.identifier(read.mapping(data, "data"), "user_id")
        or read.identifier(read.mapping(data, "sender"), "id")
    )


def _of_person(data: Json, common: Common) -> Common:
    user_id = required(_person(data), "user id")
    return {**common, "user_id": user_id, "event_key": _occasion_key(data, common, user_id)}


def _follow(data: Json, common: Common) -> ZaloEvent:
    kind = types.UserFollowed if common["name"] == "follow" else types.UserUnfollowed
    return kind(**_of_person(data, common), source=read.text(data, "source"))


def _submitted_info(data: Json, common: Common) -> ZaloEvent:
    info = read.mapping(data, "info")
    full = read.mapping(info, "full_address")
    contact = types.ContactInfo(
        name=read.text(info, "name"),
        phone=read.text(info, "phone"),
        birth_date=read.text(info, "user_dob"),
        gender=read.text(info, "gender"),
        address=read.text(full, "user_address") or read.text(info, "address"),
        ward=read.text(full, "user_ward") or read.text(info, "ward"),
        district=read.text(full, "user_district") or read.text(info, "district"),
        city=read.text(full, "user_city") or read.text(info, "city"),
    )
    fields = _of_person(data, common)
    fields["oa_id"] = _party(data, "recipient") or fields["oa_id"]
    return types.UserSubmittedInfo(**fields, info=contact)


def _info_updated(data: Json, common: Common) -> ZaloEvent:
    method = read.text(read.mapping(data, "data"), "method")
    return types.UserInfoUpdated(**_of_person(data, common), method=method)


def _tag(data: Json, common: Common) -> ZaloEvent:
    tag = read.mapping(data, "tag")
    name = required(read.text(tag, "name"), "tag.name")
    user_ids = read.texts(tag, "user_ids")
    key = _occasion_key(data, common, ",".join([name, *user_ids]))
    return types.TagChanged(**common, event_key=key, user_id=None, tag=name, user_ids=user_ids)


def _widget_accepted(data: Json, common: Common) -> ZaloEvent:
    inner = read.mapping(data, "data")
    return types.WidgetAccepted(
        **_of_person(data, common),
        user_external_id=read.text(inner, "user_external_id"),
        url=read.text(inner, "url"),
    )


# Group C: delivery


def _received(data: Json, common: Common) -> ZaloEvent:
    message = read.mapping(data, "message")
    msg_id = required(read.message_id(message), "message.msg_id")
    recipient = _party(data, "recipient")
    delivered_at = read.moment(message, "delivery_time")
    tracking_id = read.text(message, "tracking_id")
    by_phone = bool(tracking_id or delivered_at or (recipient and _PHONE.fullmatch(recipient)))
    return types.MessageReceived(
        **{**common, "oa_id": common["oa_id"] or _party(data, "sender")},
        event_key=_key(common["name"], msg_id),
        user_id=None if by_phone else _other_party(data, common["oa_id"]),
        msg_id=msg_id,
        by_phone=by_phone,
        tracking_id=tracking_id,
        delivered_at=delivered_at,
    )


def _seen(data: Json, common: Common) -> ZaloEvent:
    message = read.mapping(data, "message")
    msg_ids = read.texts(message, "msg_ids") + read.texts(message, "msg_id")
    user_id = _other_party(data, common["oa_id"])
    return types.MessagesSeen(
        **common,
        event_key=_occasion_key(data, common, ",".join([user_id or "", *msg_ids])),
        user_id=user_id,
        msg_ids=required(tuple(dict.fromkeys(filter(None, msg_ids))) or None, "message.msg_ids"),
    )


def _other_party(data: Json, oa_id: str | None) -> str | None:
    """Who is not the account: the recipient, unless the recipient is the account."""
    recipient = read.identifier(read.mapping(data, "recipient"), "id")
    if recipient is not None and recipient == oa_id:
        return read.identifier(read.mapping(data, "sender"), "id")
    return recipient


# Group D: template messages


def _rated(data: Json, common: Common) -> ZaloEvent:
    message = read.mapping(data, "message")
    msg_id = required(read.message_id(message) or read.message_id(data), "message.msg_id")
    return types.TemplateRated(
        **common,
        event_key=_occasion_key(data, common, msg_id),
        user_id=None,
        msg_id=msg_id,
        tracking_id=read.text(message, "tracking_id"),
        rate=read.whole_number(message, "rate"),
        rating_type=read.text(message, "rating_type"),
        option=read.text(message, "option"),
        note=read.text(message, "note") or "",
        feedbacks=read.texts(message, "feedbacks"),
        submitted_at=read.moment(message, "submit_time"),
    )


def _response_clicked(data: Json, common: Common) -> ZaloEvent:
    message = read.mapping(data, "message")
    msg_id = required(read.message_id(data) or read.message_id(message), "msg_id")
    return types.TemplateResponseClicked(
        **common,
        event_key=_occasion_key(data, common, msg_id),
        user_id=read.identifier(data, "user_id"),
        msg_id=msg_id,
        tracking_id=read.text(message, "tracking_id"),
        data=read.text(message, "data") or "",
        submitted_at=read.moment(message, "submit_time"),
    )


def _journey(data: Json, common: Common) -> ZaloEvent:
    msg_id = read.message_id(read.mapping(data, "message")) or read.message_id(data)
    key = _occasion_key(data, common, msg_id)
    return types.JourneyEvent(**common, event_key=key, user_id=read.identifier(data, "user_id"), msg_id=msg_id)


def _change(data: Json, key: str) -> tuple[str | None, str | None]:
    """Previous and new value; a plain value counts as the new one."""
    pair = read.mapping(data, key)
    names = list(pair)
    previous = next((read.text(pair, name) for name in names if name.startswith("prev")), None)
    new = next((read.text(pair, name) for name in names if name.startswith("new")), None)
    return previous, new if pair else read.text(data, key)


def _daily_quota(data: Json, common: Common) -> ZaloEvent:
    previous, new = _change(data, "quota")
    key = _occasion_key(data, common, common["oa_id"])
    return types.DailyQuotaChanged(**common, event_key=key, user_id=None, previous=previous, new=new)


def _template_change(data: Json, common: Common) -> ZaloEvent:
    template_id = read.identifier(data, "template_id")
    previous, new = _change(data, common["name"].rsplit("_", 1)[-1])
    return types.TemplateChanged(
        **common,
        event_key=_occasion_key(data, common, template_id),
        user_id=None,
        template_id=template_id,
        previous=previous,
        new=new,
        reason=read.text(data, "reason"),
    )


# Group E and the unknown


def _bare(kind: type[ZaloEvent]) -> Reader:
    """Reader of an event that brings nothing beyond the common fields; its person, if any, is optional."""

    def parse(data: Json, common: Common) -> ZaloEvent:
        user_id = _person(data)
        subject = user_id or common["oa_id"]
        return kind(**common, event_key=_occasion_key(data, common, subject), user_id=user_id)

    return parse


def _of_citizen(kind: type[ZaloEvent]) -> Reader:
    return lambda data, common: kind(**_of_person(data, common))


def _unknown(data: Json, common: Common) -> ZaloEvent:
    # Nobody knows who is who in an unknown event, so it names no citizen.
    msg_id = read.message_id(read.mapping(data, "message"))
    subject = ",".join(
        part or "" for part in (msg_id, _party(data, "sender"), _party(data, "recipient"), _person(data))
    )
    return types.UnknownEvent(**common, event_key=_occasion_key(data, common, subject), user_id=None)


_READERS: dict[str, Reader] = {
    "user_send_text": _message_reader(types.UserSentText, "sender", None),
    "user_send_image": _message_reader(types.UserSentImage, "sender", attachments.media),
    "user_send_gif": _message_reader(types.UserSentGif, "sender", attachments.media),
    "user_send_audio": _message_reader(types.UserSentAudio, "sender", attachments.media),
    "user_send_video": _message_reader(types.UserSentVideo, "sender", attachments.media),
    "user_send_link": _message_reader(types.UserSentLink, "sender", attachments.media),
    "user_send_file": _message_reader(types.UserSentFile, "sender", attachments.files),
    "user_send_sticker": _message_reader(types.UserSentSticker, "sender", attachments.stickers),
    "user_send_location": _message_reader(types.UserSentLocation, "sender", attachments.places),
    "user_send_business_card": _message_reader(types.UserSentBusinessCard, "sender", attachments.cards),
    "user_reacted_message": _reaction,
    "oa_reacted_message": _reaction,
    "oa_send_text": _message_reader(types.OaSentText, "recipient", None),
    "oa_send_image": _message_reader(types.OaSentImage, "recipient", attachments.media),
    "oa_send_gif": _message_reader(types.OaSentGif, "recipient", attachments.media),
    "oa_send_file": _message_reader(types.OaSentFile, "recipient", attachments.files),
    "oa_send_sticker": _message_reader(types.OaSentSticker, "recipient", attachments.stickers),
    "oa_send_list": _message_reader(types.OaSentList, "recipient", None),
    "oa_send_template": _template_echo,
    "oa_send_consent": _bare(types.ConsentEvent),
    "user_reply_consent": _bare(types.ConsentEvent),
    **{f"anonymous_send_{kind}": _anonymous for kind in ("text", "image", "file", "sticker")},
    **{f"oa_send_anonymous_{kind}": _anonymous for kind in ("text", "image", "file", "sticker")},
    "user_click_chatnow": _of_citizen(types.UserClickedChatNow),
    "follow": _follow,
    "unfollow": _follow,
    "user_submit_info": _submitted_info,
    "update_user_info": _info_updated,
    "user_withdraw": _of_citizen(types.UserWithdrew),
    "add_user_to_tag": _tag,
    "remove_user_from_tag": _tag,
    "remove_tag": _tag,
    "widget_interaction_accepted": _widget_accepted,
    "widget_failed_to_sync_user_external_id": _bare(types.WidgetFailed),
    "user_received_message": _received,
    "user_seen_message": _seen,
    "user_feedback": _rated,
    "user_click_response_button": _response_clicked,
    "event_journey_time_out": _journey,
    "event_journey_acknowledged": _journey,
    "change_oa_daily_quota": _daily_quota,
    "change_template_status": _template_change,
    "change_template_quality": _template_change,
    "change_template_quota": _template_change,
    "change_oa_template_tags": _bare(types.TemplateTagsChanged),
    "permission_revoked": _bare(types.PermissionRevoked),
    "extension_purchased": _bare(types.ExtensionPurchased),
}
