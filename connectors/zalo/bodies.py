"""The JSON that Zalo's sending interfaces take. Source: docs/zalo.md, "Sending"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from connectors.zalo.config import ButtonsMode
from connectors.zalo.errors import Host, UnrenderableMessage
from connectors.zalo.split import TEXT_LIMIT, clean_text, cut_title, units
from onestop.messages.types import AnyButton, Button, PhoneButton, RequestUserInfo, UrlButton

MAX_BUTTONS = 5
MAX_TITLE = 35
MAX_PAYLOAD = 1000
MAX_TRACKING_ID = 48
MAX_FORM_TITLE = 100
MAX_FORM_SUBTITLE = 500

CS_PATH = "/v3.0/oa/message/cs"
TEMPLATE_UID_PATH = "/v3.0/oa/message/template"
TEMPLATE_PHONE_PATH = "/message/template"
ANONYMOUS_PATH = "/v2.0/oa/message"

Body = dict[str, Any]


class CallKind(str, Enum):
    """What a call sends."""

    TEXT = "text"
    BUTTONS = "buttons"
    IMAGE = "image"
    FILE = "file"
    REQUEST_USER_INFO = "request_user_info"
    TEMPLATE_UID = "template_uid"
    TEMPLATE_PHONE = "template_phone"
    ANONYMOUS = "anonymous"


class UploadKind(str, Enum):
    """Zalo's upload interfaces, named as the last part of their path."""

    IMAGE = "image"
    FILE = "file"


@dataclass(frozen=True)
class Upload:
    """A file of ours that must be uploaded before its call can go."""

    kind: UploadKind
    file_ref: str
    name: str


@dataclass(frozen=True)
class Call:
    """One request that sends one message.

    Attributes:
        path: Path under the host's base URL.
        body: JSON body; lacks the attachment's id while `upload` is set.
        kind: What it sends.
        upload: The file to upload first, see `with_attachment`.
        fallback: Body to send once instead when Zalo refuses the buttons: the same as a numbered list.
    """

    path: str
    body: Body
    kind: CallKind
    upload: Upload | None = None
    fallback: Body | None = None

    @property
    def host(self) -> Host:
        """Which of Zalo's interfaces takes the call."""
        return Host.BUSINESS if self.kind is CallKind.TEMPLATE_PHONE else Host.OPENAPI

    @property
    def text(self) -> str:
        """The text that Zalo's history would show, empty where there is none."""
        return str(self.body.get("message", {}).get("text", ""))

    @property
    def possible_texts(self) -> tuple[str, ...]:
        """What history may show of this call: its text, or that of its fallback."""
        fallback = (self.fallback or {}).get("message", {}).get("text")
        return (self.text, fallback) if fallback else (self.text,)

    @property
    def user_id(self) -> str | None:
        """Zalo's id of the recipient; None for a template by phone and an anonymous person."""
        recipient = self.body.get("recipient", self.body)
        return recipient.get("user_id")

    def with_attachment(self, attachment_id: str) -> Call:
        """The call completed with the id or token of its uploaded file."""
        if self.upload is None:
            return self
        user_id = self.body["recipient"]["user_id"]
        if self.upload.kind is UploadKind.FILE:
            return file_call(user_id, attachment_id)
        return replace(image_call(user_id, attachment_id=attachment_id, caption=self.text), upload=None)


def text_call(user_id: str, text: str, quote_message_id: str | None = None) -> Call:
    """A text of 1 to 2,000 units, already split."""
    message: Body = {"text": _checked_text(text)}
    if quote_message_id:
        message["quote_message_id"] = quote_message_id
    return Call(CS_PATH, _to_user(user_id, message), CallKind.TEXT)


def buttons_call(user_id: str, text: str, buttons: Sequence[AnyButton], mode: ButtonsMode) -> Call:
    """A text with up to 5 buttons under it; mode `off` is the caller's business."""
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        raise UnrenderableMessage(f"{len(buttons)} buttons in one message")
    payload: Body = {"buttons": [button_body(button) for button in buttons]}
    if mode is ButtonsMode.TYPED:
        payload = {"template_type": "button", **payload}
    message = {"text": _checked_text(text), "attachment": {"type": "template", "payload": payload}}
    return Call(CS_PATH, _to_user(user_id, message), CallKind.BUTTONS)


def button_body(button: AnyButton) -> Body:
    """One button. A query goes hidden: its payload is a token of ours that nobody should have to look at."""
    title = cut_title(button.title, MAX_TITLE)
    if not title:
        raise UnrenderableMessage("a button without a title")
    if isinstance(button, UrlButton):
        return {"title": title, "type": "oa.open.url", "payload": {"url": button.url}}
    if isinstance(button, PhoneButton):
        return {
            "title": title,
            "type": "oa.open.phone",
            "payload": {"phone_code": phone_digits(button.phone)},
        }
    return {"title": title, "type": "oa.query.hide", "payload": _checked_payload(button)}


def image_call(user_id: str, attachment_id: str | None = None, url: str | None = None, caption: str = "") -> Call:
    """A picture, by the id of an upload or by a public address; exactly one of the two."""
    if (attachment_id is None) == (url is None):
        raise UnrenderableMessage("an image needs either an upload or an address")
    element: Body = {"media_type": "image"}
    element.update({"url": url} if url is not None else {"attachment_id": attachment_id})
    message: Body = {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}
    if clean_text(caption):
        message = {"text": _checked_text(caption), **message}
    return Call(CS_PATH, _to_user(user_id, message), CallKind.IMAGE)


def image_upload_call(user_id: str, upload: Upload, caption: str = "") -> Call:
    """A picture that has still to be uploaded."""
    message: Body = {"text": _checked_text(caption)} if clean_text(caption) else {}
    return Call(CS_PATH, _to_user(user_id, message), CallKind.IMAGE, upload=upload)


def file_call(user_id: str, token: str) -> Call:
    """A document, by the token of its upload. Zalo takes no text with it."""
    message = {"attachment": {"type": "file", "payload": {"token": token}}}
    return Call(CS_PATH, _to_user(user_id, message), CallKind.FILE)


def file_upload_call(user_id: str, upload: Upload) -> Call:
    """A document that has still to be uploaded."""
    return Call(CS_PATH, _to_user(user_id, {}), CallKind.FILE, upload=upload)


def request_user_info_call(user_id: str, request: RequestUserInfo) -> Call:
    """Zalo's contact form."""
    element: Body = {
        "title": cut_title(request.title, MAX_FORM_TITLE),
        "subtitle": cut_title(request.subtitle, MAX_FORM_SUBTITLE),
    }
    if request.image_url:
        element["image_url"] = request.image_url
    payload = {"template_type": "request_user_info", "elements": [element]}
    message = {"attachment": {"type": "template", "payload": payload}}
    return Call(CS_PATH, _to_user(user_id, message), CallKind.REQUEST_USER_INFO)


def template_uid_call(user_id: str, template_id: str, data: Mapping[str, Any]) -> Call:
    """A registered template to a Zalo user. No `tracking_id`: Zalo's documentation has none here."""
    body: Body = {"user_id": user_id, "template_id": template_id, "template_data": _clean_data(data)}
    return Call(TEMPLATE_UID_PATH, body, CallKind.TEMPLATE_UID)


def template_phone_call(
    phone: str, template_id: str, data: Mapping[str, Any], tracking_id: str | None, mode: str | None
) -> Call:
    """A registered template to a phone number.

    Args:
        phone: +84…, 84… or 0…
        template_id: Zalo's id of the template.
        data: Values of the template's parameters.
        tracking_id: Ours, at most 48 characters; delivery and rating events bring it back.
        mode: `development` or None.
    """
    if tracking_id is not None and len(tracking_id) > MAX_TRACKING_ID:
        raise UnrenderableMessage("a tracking_id longer than 48 characters")
    body: Body = {
        "phone": phone_digits(phone),
        "template_id": template_id,
        "template_data": _clean_data(data),
    }
    if tracking_id:
        body["tracking_id"] = tracking_id
    body["sending_mode"] = "1"
    if mode:
        body["mode"] = mode
    return Call(TEMPLATE_PHONE_PATH, body, CallKind.TEMPLATE_PHONE)


def anonymous_text_call(anonymous_id: str, conversation_id: str, text: str) -> Call:
    """An answer to somebody who writes from the website widget without a Zalo login."""
    recipient = {"anonymous_id": anonymous_id, "conversation_id": conversation_id}
    body = {"recipient": recipient, "message": {"text": _checked_text(text)}}
    return Call(ANONYMOUS_PATH, body, CallKind.ANONYMOUS)


def phone_digits(phone: str) -> str:
    """A phone as Zalo wants it: 84 for +84 or a leading 0; a short service number stays as it is."""
    digits = re.sub(r"[^0-9]", "", phone)
    if digits.startswith("0"):
        return f"84{digits[1:]}"
    if not digits:
        raise UnrenderableMessage("a phone number without digits")
    return digits


def _to_user(user_id: str, message: Body) -> Body:
    return {"recipient": {"user_id": user_id}, "message": message}


def _checked_text(text: str) -> str:
    cleaned = clean_text(text)
    if not 1 <= units(cleaned) <= TEXT_LIMIT:
        raise UnrenderableMessage(f"a text of {units(cleaned)} characters")
    return cleaned


def _checked_payload(button: Button) -> str:
    if not 1 <= units(button.payload) <= MAX_PAYLOAD:
        raise UnrenderableMessage(f"a button's payload of {units(button.payload)} characters")
    return button.payload


def _clean_data(data: Mapping[str, Any]) -> Body:
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in data.items()}
