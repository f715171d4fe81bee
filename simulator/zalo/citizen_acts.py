"""What a citizen can do on their phone, and what Zalo posts about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from simulator.zalo import citizens, media, webhook_events
from simulator.zalo.citizens import Citizen
from simulator.zalo.entries import Entry, change_entry, entries_with_buttons, entry_by_message, new_message_id
from simulator.zalo.errors import BadRequest
from simulator.zalo.json_input import (
    flag,
    number_field,
    optional_text,
    phone_field,
    text_field,
    whole_number,
)
from simulator.zalo.media import StoredFile
from simulator.zalo.menu import menu_entry
from simulator.zalo.webhook_events import Json, user_event
from simulator.zalo.world import Change, World

MAX_TEXT = 10_000


@dataclass(frozen=True)
class Act:
    """The outcome of one thing a citizen did.

    Attributes:
        event: What Zalo posts; None when it posts nothing.
        entry: The bubble or line in the chat; None when there is none.
        msg_id: The id the caller gets back; None where Zalo gives none.
        answer: Further fields of the caller's answer (`url`, `phone`).
        is_interaction: Whether it opens the windows of 48 hours and 7 days.
    """

    event: Json | None = None
    entry: Entry | None = None
    msg_id: str | None = None
    answer: Json = field(default_factory=dict)
    is_interaction: bool = False


@dataclass(frozen=True)
class Scene:
    """Who does something, where and when."""

    world: World
    change: Change
    citizen: Citizen
    now: float

    def event(self, name: str, **rest: Any) -> Json:
        """An event of this citizen."""
        return user_event(self.world.config, self.citizen, name, self.now, **rest)

    def entry(self, kind: str, **rest: Any) -> Entry:
        """An entry on the citizen's side of the chat."""
        return Entry(side="citizen", kind=kind, at=self.now, user_id=self.citizen.user_id, **rest)

    def note(self, text: str) -> Entry:
        """A line that says what happened."""
        return Entry(side="system", kind="note", at=self.now, user_id=self.citizen.user_id, text=text)

    def store(self, content: bytes, name: str) -> StoredFile:
        """Keeps a file that the citizen sends."""
        return media.store_file(self.world.db, self.world.config, content, name, from_citizen=True)


def perform(world: World, change: Change, citizen: Citizen, event: Json) -> Act:
    """Does what an event of the contract says, except for posting it.

    Raises:
        BadRequest: unknown type, wrong fields, nothing to tap.
    """
    kind = event.get("type")
    handler = _HANDLERS.get(kind) if isinstance(kind, str) else None
    if handler is None:
        raise BadRequest(f"type must be one of: {', '.join(_HANDLERS)}.")
    act = handler(Scene(world, change, citizen, world.clock.now()), event)
    if act.is_interaction:
        citizens.note_interaction(world.db, citizen, world.clock.now())
    return act


def _text(scene: Scene, event: Json) -> Act:
    text = text_field(event, "text")
    if len(text) > MAX_TEXT:
        raise BadRequest(f"text must not be longer than {MAX_TEXT} characters.")
    return _says(scene, text, quote_msg_id=optional_text(event, "quote_msg_id"))


def _says(scene: Scene, text: str, **entry: Any) -> Act:
    """A typed text, a tap or a menu item: for the product they are the same event."""
    msg_id = new_message_id()
    message = {"msg_id": msg_id, "text": text}
    if entry.get("quote_msg_id"):
        message["quote_msg_id"] = entry["quote_msg_id"]
    return Act(
        event=scene.event("user_send_text", message=message),
        entry=scene.entry("text", msg_id=msg_id, text=text, **entry),
        msg_id=msg_id,
        is_interaction=True,
    )


def _tap(scene: Scene, event: Json) -> Act:
    button = _find_button(scene, event)
    kind = button.get("type", "")
    if kind == "oa.open.url":
        return Act(answer={"url": button.get("url")})
    if kind in ("oa.open.phone", "oa.open.sms"):
        return Act(
            answer={
                "phone": button.get("phone"),
                **({"sms": button["content"]} if "content" in button else {}),
            }
        )
    return _says(scene, button["payload"], title=button["title"], is_hidden=kind == "oa.query.hide")


def _find_button(scene: Scene, event: Json) -> Json:
    button_id, title = optional_text(event, "button"), optional_text(event, "title")
    if button_id is None and title is None:
        raise BadRequest("A tap needs button (an id) or title.")
    for entry in entries_with_buttons(scene.world.db, scene.citizen.user_id, scene.citizen.phone):
        for button in entry.buttons:
            if button["id"] == button_id or (button_id is None and _same_title(button["title"], title or "")):
                return button
    raise BadRequest("The citizen has no message with such a button.", status=404)


def _same_title(one: str, other: str) -> bool:
    return normalize("NFC", one).strip() == normalize("NFC", other).strip()


def _menu(scene: Scene, event: Json) -> Act:
    item = menu_entry(text_field(event, "payload"))
    return _says(scene, item["payload"], title=item["title"], is_hidden=True)


def _follow(scene: Scene, event: Json) -> Act:
    world, citizen = scene.world, scene.citizen
    citizens.set_following(world.db, citizen, True)
    if citizen.has_chatted:
        citizens.note_interaction(world.db, citizen, scene.now)
    elif not citizen.follows:
        citizens.allow_greetings(world.db, citizen, world.limits.greeting_messages, scene.now)
    return Act(
        event=webhook_events.follow_event(world.config, citizen, "follow", scene.now),
        entry=scene.note("Đã quan tâm tài khoản chính thức"),
    )


def _unfollow(scene: Scene, event: Json) -> Act:
    citizens.set_following(scene.world.db, scene.citizen, False)
    return Act(
        event=webhook_events.follow_event(scene.world.config, scene.citizen, "unfollow", scene.now),
        entry=scene.note("Đã bỏ quan tâm tài khoản chính thức"),
    )


def _chat_now(scene: Scene, event: Json) -> Act:
    """Zalo tells of the first tap on "Nhắn tin" only, and only of people who never wrote."""
    world, citizen = scene.world, scene.citizen
    if citizen.has_chatted or citizen.profile.get("has_tapped_chat"):
        return Act()
    citizens.save_profile(world.db, citizen, has_tapped_chat=True)
    citizens.allow_greetings(world.db, citizen, world.limits.greeting_messages, scene.now)
    return Act(
        event=webhook_events.relation_event(world.config, citizen, "user_click_chatnow", scene.now),
        entry=scene.note("Đã bấm “Nhắn tin”"),
    )


def _withdraw(scene: Scene, event: Json) -> Act:
    return Act(
        event=webhook_events.relation_event(scene.world.config, scene.citizen, "user_withdraw", scene.now),
        entry=scene.note("Đã yêu cầu xóa dữ liệu cá nhân"),
    )


def _attachment(scene: Scene, name: str, kind: str, attachment: Json, shown: Json, text: str = "") -> Act:
    msg_id = new_message_id()
    message: Json = {"msg_id": msg_id, "attachments": [attachment]}
    if text:
        message["text"] = text
    return Act(
        event=scene.event(name, message=message),
        entry=scene.entry(kind, msg_id=msg_id, text=text, attachments=(shown,)),
        msg_id=msg_id,
        is_interaction=True,
    )


def _image(scene: Scene, event: Json) -> Act:
    content = media.decode_base64(event.get("base64"), "base64")
    file = scene.store(content, media.picture_name(content, "anh"))
    caption = optional_text(event, "caption") or ""
    shown = {"kind": "image", "url": file.url, "name": file.name}
    return _attachment(scene, "user_send_image", "image", webhook_events.picture(file.url), shown, text=caption)


def _given_or_sample(event: Json, sample: bytes) -> bytes:
    return sample if event.get("base64") is None else media.decode_base64(event["base64"], "base64")


def _gif(scene: Scene, event: Json) -> Act:
    file = scene.store(_given_or_sample(event, media.SAMPLE_GIF), "anh-dong.gif")
    shown = {"kind": "gif", "url": file.url, "name": file.name}
    return _attachment(scene, "user_send_gif", "gif", webhook_events.picture(file.url), shown)


def _sticker(scene: Scene, event: Json) -> Act:
    file = scene.store(_given_or_sample(event, media.SAMPLE_PNG), "nhan-dan.png")
    payload = {"id": optional_text(event, "id") or "2001", "url": file.url}
    shown = {"kind": "sticker", "url": file.url, "name": payload["id"]}
    return _attachment(scene, "user_send_sticker", "sticker", {"type": "sticker", "payload": payload}, shown)


def _audio(scene: Scene, event: Json) -> Act:
    file = scene.store(_given_or_sample(event, media.SAMPLE_AMR), "ghi-am.amr")
    shown = {"kind": "audio", "url": file.url, "name": file.name}
    return _attachment(scene, "user_send_audio", "audio", {"type": "audio", "payload": {"url": file.url}}, shown)


def _video(scene: Scene, event: Json) -> Act:
    file = scene.store(_given_or_sample(event, media.SAMPLE_MP4), "phim.mp4")
    payload = {
        "url": file.url, "thumbnail": file.url, "description": optional_text(event, "description") or "",
    }  # fmt: skip
    shown = {"kind": "video", "url": file.url, "name": file.name}
    return _attachment(scene, "user_send_video", "video", {"type": "video", "payload": payload}, shown)


def _file(scene: Scene, event: Json) -> Act:
    content = media.decode_base64(event.get("base64"), "base64")
    file = scene.store(content, text_field(event, "name"))
    shown = {"kind": "file", "url": file.url, "name": file.name}
    return _attachment(scene, "user_send_file", "file", webhook_events.document(file, content), shown)


def _location(scene: Scene, event: Json) -> Act:
    lat, lon = number_field(event, "lat", -90, 90), number_field(event, "lon", -180, 180)
    msg_id = new_message_id()
    coordinates = {"latitude": str(lat), "longitude": str(lon)}
    attachment = {"type": "location", "payload": {"coordinates": coordinates}}
    return Act(
        event=scene.event("user_send_location", message={"msg_id": msg_id, "attachments": [attachment]}),
        entry=scene.entry("location", msg_id=msg_id, location={"lat": lat, "lon": lon}),
        msg_id=msg_id,
        is_interaction=True,
    )


def _link(scene: Scene, event: Json) -> Act:
    url = text_field(event, "url")
    payload = {
        "url": url,
        "thumbnail": optional_text(event, "thumbnail") or "",
        "description": optional_text(event, "description") or "",
    }
    shown = {"kind": "link", "url": url, "name": url}
    return _attachment(
        scene, "user_send_link", "link", {"type": "link", "payload": payload}, shown,
        text=optional_text(event, "text") or url,
    )  # fmt: skip


def _business_card(scene: Scene, event: Json) -> Act:
    name, phone = text_field(event, "name"), phone_field(event, "phone")
    qr_code = scene.store(media.SAMPLE_PNG, "ma-qr.png")
    attachment = webhook_events.business_card(phone.lstrip("+"), qr_code.url)
    shown = {"kind": "business_card", "url": qr_code.url, "name": f"{name} · {phone}"}
    return _attachment(scene, "user_send_business_card", "business_card", attachment, shown, text=name)


def _share_info(scene: Scene, event: Json) -> Act:
    """The contact form; with `"old": true` in the flat shape of earlier years."""
    name, phone = text_field(event, "name"), phone_field(event, "phone").lstrip("+")
    place = {part: optional_text(event, part) or "" for part in ("address", "ward", "city", "district")}
    if flag(event, "old"):
        info: Json = {"name": name, "phone": phone, **place}
    else:
        full_address = {
            "user_city": place["city"], "user_ward": place["ward"], "user_address": place["address"],
        }  # fmt: skip
        info = {"name": name, "phone": phone, "full_address": full_address}
        for part in ("user_dob", "gender"):
            if event.get(part) is not None:
                info[part] = text_field(event, part)
    citizens.save_profile(scene.world.db, scene.citizen, shared_info=info)
    note = f"Đã chia sẻ thông tin: {name}, {phone}"
    return Act(event=scene.event("user_submit_info", info=info), entry=scene.note(note), is_interaction=True)


def _reaction(scene: Scene, event: Json) -> Act:
    msg_id, icon = text_field(event, "msg_id"), text_field(event, "icon")
    entry = entry_by_message(scene.world.db, msg_id)
    if entry is None or entry.user_id != scene.citizen.user_id:
        raise BadRequest("The chat has no message with this msg_id.", status=404)
    change_entry(scene.world.db, entry, reaction=None if icon == "/-remove" else icon)
    scene.change.touched.add(scene.citizen.user_id)
    message = {"msg_id": msg_id, "react_icon": icon}
    return Act(event=scene.event("user_reacted_message", message=message), msg_id=msg_id)


def _rate(scene: Scene, event: Json) -> Act:
    """The stars of a rating template, in the chat or on the citizen's phone."""
    msg_id = text_field(event, "msg_id")
    rate = whole_number(event, "rate", 1, 5)
    entry = entry_by_message(scene.world.db, msg_id)
    is_theirs = entry is not None and (entry.user_id == scene.citizen.user_id or entry.phone == scene.citizen.phone)
    if entry is None or not is_theirs or entry.template is None:
        raise BadRequest("The citizen has no template message with this msg_id.", status=404)
    return Act(
        event=webhook_events.rating_event(
            scene.world.config,
            msg_id,
            entry.tracking_id,
            rate,
            optional_text(event, "note") or "",
            scene.now,
        ),
        msg_id=msg_id,
    )


def _raw(scene: Scene, event: Json) -> Act:
    """Any event at all; only `app_id` and `timestamp` are filled in when they are missing."""
    body = event.get("body")
    if not isinstance(body, dict):
        raise BadRequest("body must be a JSON object.")
    timestamp = str(int(scene.now * 1000))
    filled = {"app_id": scene.world.config.app_id, "timestamp": timestamp, **body}
    message = body.get("message")
    msg_id = message.get("msg_id") if isinstance(message, dict) else None
    is_sent = str(body.get("event_name", "")).startswith("user_send_")
    return Act(event=filled, msg_id=msg_id, is_interaction=is_sent)


_HANDLERS: dict[str, Callable[[Scene, Json], Act]] = {
    "text": _text,
    "tap": _tap,
    "menu": _menu,
    "follow": _follow,
    "unfollow": _unfollow,
    "chat_now": _chat_now,
    "image": _image,
    "gif": _gif,
    "sticker": _sticker,
    "audio": _audio,
    "video": _video,
    "file": _file,
    "location": _location,
    "link": _link,
    "business_card": _business_card,
    "share_info": _share_info,
    "reaction": _reaction,
    "rate": _rate,
    "withdraw": _withdraw,
    "raw": _raw,
}
