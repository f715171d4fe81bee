"""What the product may put into a consultation message (facts, sections 4.2, 4.3 and 11.7-11.9)."""

from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from simulator.zalo.errors import ZaloRefusal, invalid, too_long
from simulator.zalo.media import find_upload
from simulator.zalo.webhook_events import Json
from simulator.zalo.world import World

MAX_TEXT = 2000
MAX_BUTTONS = 5
MAX_BUTTON_TITLE = 100
MAX_BUTTON_PAYLOAD = 1000
MAX_TITLE = 100
MAX_SUBTITLE = 500
LIST_ELEMENTS = range(2, 6)


@dataclass(frozen=True)
class Outgoing:
    """A message that passed the checks.

    Attributes:
        kind: As in the contract's messages.
        text: What the citizen reads.
        echo: Name of the echo event.
        echo_message: Fields of the echo's `message` besides `msg_id`.
    """

    kind: str
    text: str
    echo: str
    echo_message: Json
    buttons: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    quote_msg_id: str | None = None


def checked_message(world: World, message: object, now: float) -> Outgoing:
    """Reads the `message` of a send.

    Raises:
        ZaloRefusal: whatever Zalo would not deliver.
    """
    if not isinstance(message, dict):
        raise invalid("message")
    text = _checked_text(message.get("text"))
    attachment = message.get("attachment")
    if attachment is None:
        return _text(text, message)
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        raise invalid("attachment")
    if attachment.get("type") == "file":
        return _file(world, payload, now)
    if attachment.get("type") != "template":
        raise invalid("attachment.type")
    return _template(world, text, payload, message, now)


def _checked_text(text: object) -> str:
    """Zalo counts 2,000 characters; whether code points or UTF-16 units is unknown, so the larger counts."""
    if text is None:
        return ""
    if not isinstance(text, str):
        raise invalid("text")
    composed = normalize("NFC", text)
    if max(len(composed), len(composed.encode("utf-16-le")) // 2) > MAX_TEXT:
        raise too_long("text", MAX_TEXT)
    return text


def _text(text: str, message: Json) -> Outgoing:
    if not text.strip():
        raise invalid("text")
    quote = message.get("quote_message_id")
    if quote is not None and not isinstance(quote, str):
        raise invalid("quote_message_id")
    echo = {"text": text, **({"quote_msg_id": quote} if quote else {})}
    return Outgoing("text", text, "oa_send_text", echo, quote_msg_id=quote)


def _file(world: World, payload: Json, now: float) -> Outgoing:
    upload = find_upload(world.db, payload.get("token"), ("file",), "token", now)
    shown = {"kind": "file", "url": upload.url, "name": upload.name}
    echo_payload = {
        "url": upload.url,
        "size": str(upload.size),
        "name": upload.name,
        "type": upload.name.rpartition(".")[2],
    }
    echo = {"attachments": [{"type": "file", "payload": echo_payload}]}
    return Outgoing("file", "", "oa_send_file", echo, attachments=(shown,))


def _template(world: World, text: str, payload: Json, message: Json, now: float) -> Outgoing:
    template_type = payload.get("template_type")
    if template_type == "media":
        return _media(world, text, payload, now)
    if template_type == "request_user_info":
        return _request_user_info(payload)
    if template_type == "list" and world.rules.list_template:
        return _list(payload)
    if template_type in (None, "button") and "buttons" in payload:
        return _buttons(world, text, payload, message)
    raise ZaloRefusal(-233, "Message type is not supported")


def _media(world: World, text: str, payload: Json, now: float) -> Outgoing:
    element = _only_element(payload)
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker"):
        raise invalid("media_type")
    if kind == "gif" and not all(_is_positive(element.get(side)) for side in ("width", "height")):
        raise invalid("width, height")
    url, attachment_id = element.get("url"), element.get("attachment_id")
    if (url is None) == (attachment_id is None):
        raise invalid("url, attachment_id")
    if attachment_id is not None and kind != "sticker":
        upload = find_upload(world.db, attachment_id, (str(kind),), "attachment_id", now)
        url, name = upload.url, upload.name
    elif kind == "sticker":
        if not isinstance(attachment_id, str) or not attachment_id:
            raise invalid("attachment_id")
        url, name = "", attachment_id
    else:
        name = ""
        if not _is_web_address(url):
            raise invalid("url")
    shown = {"kind": kind, "url": url, "name": name}
    echo: Json = {"attachments": [{"type": kind, "payload": {"thumbnail": url, "url": url}}]}
    if text:
        echo["text"] = text
    return Outgoing("image", text, f"oa_send_{kind}", echo, attachments=(shown,))


def _request_user_info(payload: Json) -> Outgoing:
    element = _only_element(payload)
    title, subtitle = _title_and_subtitle(element)
    image_url = element.get("image_url")
    if not _is_web_address(image_url):
        raise invalid("image_url")
    text = f"{title}\n{subtitle}" if subtitle else title
    shown = {"kind": "image", "url": image_url, "name": ""}
    return Outgoing("request_user_info", text, "oa_send_template", _zinstant(text), attachments=(shown,))


def _list(payload: Json) -> Outgoing:
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) not in LIST_ELEMENTS:
        raise invalid("elements")
    lines, buttons, pictures = [], list(_checked_buttons(payload.get("buttons", []))), []
    for element in elements:
        if not isinstance(element, dict):
            raise invalid("elements")
        title, subtitle = _title_and_subtitle(element)
        lines.append(f"{title}\n{subtitle}" if subtitle else title)
        if _is_web_address(element.get("image_url")):
            pictures.append({"kind": "image", "url": element["image_url"], "name": title})
        if element.get("default_action") is not None:
            buttons.append(_checked_button({"title": title, **_action(element["default_action"])}))
    text = "\n".join(lines)
    echo = {"attachments": [{"type": "list", "payload": {"text": text}}]}
    return Outgoing("template", text, "oa_send_list", echo, tuple(buttons), tuple(pictures))


def _action(action: object) -> Json:
    """A list's action; its address may stand beside the type instead of in a payload."""
    if not isinstance(action, dict):
        raise invalid("default_action")
    if "url" in action and "payload" not in action:
        return {"type": action.get("type"), "payload": {"url": action["url"]}}
    return action


def _buttons(world: World, text: str, payload: Json, message: Json) -> Outgoing:
    if not text.strip():
        raise invalid("text")
    mode, is_typed = world.rules.buttons, payload.get("template_type") == "button"
    if mode == "refused":
        raise ZaloRefusal(-233, "Message type is not supported")
    if mode != "any" and is_typed != (mode == "typed"):
        raise invalid("template_type")
    buttons = _checked_buttons(payload["buttons"])
    plain = _text(text, message)
    return Outgoing("text", text, plain.echo, plain.echo_message, buttons, quote_msg_id=plain.quote_msg_id)


def _checked_buttons(buttons: object) -> tuple[Json, ...]:
    if not isinstance(buttons, list):
        raise invalid("buttons")
    if len(buttons) > MAX_BUTTONS:
        raise too_long("buttons", MAX_BUTTONS)
    return tuple(_checked_button(button) for button in buttons)


def _checked_button(button: object) -> Json:
    """A button in the form of the contract: `payload`, `url` or `phone` beside the type."""
    if not isinstance(button, dict):
        raise invalid("buttons")
    title, kind, payload = button.get("title"), button.get("type"), button.get("payload")
    if not isinstance(title, str) or not title.strip():
        raise invalid("buttons.title")
    if len(title) > MAX_BUTTON_TITLE:
        raise too_long("buttons.title", MAX_BUTTON_TITLE)
    shown = {"title": title, "type": kind}
    if kind in ("oa.query.show", "oa.query.hide"):
        return {**shown, "payload": _query_payload(payload)}
    if kind == "oa.open.url" and isinstance(payload, dict) and _is_web_address(payload.get("url")):
        return {**shown, "url": payload["url"]}
    if kind == "oa.open.phone" and isinstance(payload, dict):
        return {**shown, "phone": _phone_code(payload)}
    if kind == "oa.open.sms" and isinstance(payload, dict) and isinstance(payload.get("content"), str):
        return {**shown, "phone": _phone_code(payload), "content": payload["content"]}
    raise invalid("buttons.payload" if kind == "oa.open.url" or str(kind).startswith("oa.open") else "buttons.type")


def _query_payload(payload: object) -> str:
    if not isinstance(payload, str) or not payload:
        raise invalid("buttons.payload")
    if len(payload) > MAX_BUTTON_PAYLOAD:
        raise too_long("buttons.payload", MAX_BUTTON_PAYLOAD)
    return payload


def _phone_code(payload: Json) -> str:
    code = payload.get("phone_code")
    if not isinstance(code, str) or not code.lstrip("+").isdigit():
        raise invalid("buttons.payload.phone_code")
    return code


def _only_element(payload: Json) -> Json:
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise invalid("elements")
    return dict(elements[0])


def _title_and_subtitle(element: Json) -> tuple[str, str]:
    title, subtitle = element.get("title"), element.get("subtitle", "")
    if not isinstance(title, str) or not title.strip():
        raise invalid("elements.title")
    if not isinstance(subtitle, str):
        raise invalid("elements.subtitle")
    if len(title) > MAX_TITLE:
        raise too_long("elements.title", MAX_TITLE)
    if len(subtitle) > MAX_SUBTITLE:
        raise too_long("elements.subtitle", MAX_SUBTITLE)
    return title, subtitle


def _zinstant(text: str) -> Json:
    payload = {"zinstant_id": "z0", "text": text, "link_url": "", "checksum": ""}
    return {"attachments": [{"type": "template", "payload": payload}]}


def template_echo(text: str) -> Json:
    """The echo's `message` of a template message."""
    return _zinstant(text)


def _is_web_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://")) and len(value) > 8


def _is_positive(value: Any) -> bool:
    return str(value).isdigit() and int(value) > 0
