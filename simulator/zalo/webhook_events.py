"""The JSON of every event that Zalo posts, in the shapes of the facts' section 3."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from simulator.zalo.citizens import Citizen
from simulator.zalo.clock import as_ms
from simulator.zalo.config import ZaloConfig
from simulator.zalo.media import StoredFile

Json = dict[str, Any]
ADMIN_ID = "6000000000000000001"


def user_event(config: ZaloConfig, citizen: Citizen, name: str, at: float, **rest: Any) -> Json:
    """An event from a user to the account: `user_send_*`, `user_submit_info`, `user_reacted_message`."""
    return {
        "app_id": config.app_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": name,
        "timestamp": as_ms(at),
        "sender": {"id": citizen.user_id},
        "recipient": {"id": config.oa_id},
        **rest,
    }


def account_event(config: ZaloConfig, citizen: Citizen, name: str, at: float, message: Json) -> Json:
    """An event about a message of the account: echo or receipt."""
    return {
        **user_event(config, citizen, name, at),
        "sender": {"id": config.oa_id},
        "recipient": {"id": citizen.user_id},
        "message": message,
    }


def staff_echo(config: ZaloConfig, citizen: Citizen, at: float, message: Json) -> Json:
    """The echo of what an officer wrote in OA Manager: it carries `admin_id`."""
    event = account_event(config, citizen, "oa_send_text", at, message)
    event["sender"] = {"id": config.oa_id, "admin_id": ADMIN_ID}
    return event


def follow_event(config: ZaloConfig, citizen: Citizen, name: str, at: float) -> Json:
    """`follow` and `unfollow`."""
    return {
        "app_id": config.app_id,
        "oa_id": config.oa_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": name,
        "timestamp": as_ms(at),
        "source": "oa_profile",
        "follower": {"id": citizen.user_id},
    }


def relation_event(config: ZaloConfig, citizen: Citizen, name: str, at: float) -> Json:
    """`user_click_chatnow` and `user_withdraw`."""
    return {
        "app_id": config.app_id,
        "oa_id": config.oa_id,
        "user_id": citizen.user_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": name,
        "timestamp": as_ms(at),
    }


def account_only_event(config: ZaloConfig, name: str, at: float, **rest: Any) -> Json:
    """An event about the account itself, such as `permission_revoked`."""
    return {
        "app_id": config.app_id, "oa_id": config.oa_id, "event_name": name, "timestamp": as_ms(at), **rest,
    }  # fmt: skip


def seen_event(
    config: ZaloConfig, citizen: Citizen, at: float, msg_ids: Sequence[str], shape: str, sender: str
) -> list[Json]:
    """`user_seen_message`, in the shape and with the sender that the rules ask for."""
    messages: list[Json] = [{"msg_ids": list(msg_ids)}]
    if shape == "msg_id":
        messages = [{"msg_id": msg_id} for msg_id in msg_ids]
    events = [account_event(config, citizen, "user_seen_message", at, message) for message in messages]
    if sender == "user":
        for event in events:
            event["sender"], event["recipient"] = event["recipient"], event["sender"]
    return events


def phone_receipt(config: ZaloConfig, zalo_phone: str, msg_id: str, tracking_id: str | None, at: float) -> Json:
    """Delivery of a template message sent by phone; the recipient is the number (`84…`)."""
    message = {"msg_id": msg_id, "delivery_time": as_ms(at)}
    if tracking_id is not None:
        message["tracking_id"] = tracking_id
    return {
        "app_id": config.app_id,
        "event_name": "user_received_message",
        "timestamp": as_ms(at),
        "sender": {"id": config.oa_id},
        "recipient": {"id": zalo_phone},
        "message": message,
    }


def rating_event(config: ZaloConfig, msg_id: str, tracking_id: str | None, rate: int, note: str, at: float) -> Json:
    """`user_feedback`: the answer to a rating template; it names no user."""
    message = {
        "msg_id": msg_id,
        "rating_type": "csat",
        "option": "five_emotions",
        "rate": rate,
        "note": note,
        "feedbacks": [],
        "submit_time": as_ms(at),
    }
    if tracking_id is not None:
        message["tracking_id"] = tracking_id
    return account_only_event(config, "user_feedback", at, message=message)


def sample_event(config: ZaloConfig, at: float) -> Json:
    """What the console's Test button posts: ids of nobody and of no account of ours."""
    return {
        "app_id": config.app_id,
        "user_id_by_app": "1000000000000000001",
        "event_name": "user_send_text",
        "timestamp": as_ms(at),
        "sender": {"id": "1000000000000000002"},
        "recipient": {"id": "1000000000000000003"},
        "message": {"msg_id": "This is message id", "text": "This is testing message"},
    }


def picture(url: str) -> Json:
    """Attachment of image and gif events."""
    return {"type": "image", "payload": {"thumbnail": url, "url": url}}


def document(file: StoredFile, content: bytes) -> Json:
    """Attachment of file events; the size is a string."""
    return {
        "type": "file",
        "payload": {
            "url": file.url,
            "size": str(file.size),
            "name": file.name,
            "checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "type": file.name.rpartition(".")[2].lower(),
        },
    }


def business_card(phone: str, url: str) -> Json:
    """Attachment of business cards: JSON inside a string."""
    description = json.dumps({"phone": phone, "qrCodeUrl": url})
    return {"type": "link", "payload": {"url": url, "thumbnail": url, "description": description}}
