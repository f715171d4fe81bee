"""From a message of ours, which knows no channel, to the calls that put it into a Zalo chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from connectors.zalo import bodies
from connectors.zalo.bodies import MAX_BUTTONS, Call, Upload, UploadKind
from connectors.zalo.config import ButtonsMode, ZaloConfig
from connectors.zalo.errors import UnrenderableMessage
from connectors.zalo.split import TEXT_LIMIT, clean_text, split_text, units
from onestop.messages.types import (
    AnyButton,
    FileMessage,
    ImageMessage,
    Message,
    PhoneButton,
    RequestUserInfo,
    SealedText,
    TemplateMessage,
    TextMessage,
    UrlButton,
)

CHOOSE_PROMPT = "Mời anh/chị chọn:"
ANSWER_HINT = "(nhắn số, hoặc nội dung muốn chọn)"
MOST_ROOM = 1800


@dataclass(frozen=True)
class RenderConfig:
    """How messages are shaped.

    Attributes:
        buttons: Form of the buttons.
        template_ids: Zalo's template id by our kind.
        template_mode: `development` or None.
    """

    buttons: ButtonsMode = ButtonsMode.BARE
    template_ids: Mapping[str, str] = field(default_factory=dict)
    template_mode: str | None = None

    @classmethod
    def of(cls, config: ZaloConfig) -> RenderConfig:
        """The renderer's part of the wire's configuration."""
        return cls(config.buttons, config.template_ids, config.template_mode)


def to_bodies(
    user_id: str, message: Message, config: RenderConfig | None = None, tracking_id: str | None = None
) -> list[Call]:
    """The calls of one message, in the order in which they must be sent; none for an empty text.

    Args:
        user_id: Zalo's id of the citizen; not used for a template sent by phone.
        message: What to say.
        config: How; defaults to bare buttons and no templates.
        tracking_id: Ours, at most 48 characters; only template messages by phone carry it.

    Raises:
        UnrenderableMessage: A limit of Zalo's is broken that splitting and cutting cannot meet, or a template
        is
            not registered.
    """
    config = config or RenderConfig()
    if isinstance(message, TextMessage):
        return _text_calls(user_id, message, config.buttons)
    if isinstance(message, ImageMessage):
        return _image_calls(user_id, message)
    if isinstance(message, FileMessage):
        return [bodies.file_upload_call(user_id, Upload(UploadKind.FILE, message.file_ref, message.name))]
    if isinstance(message, RequestUserInfo):
        return [bodies.request_user_info_call(user_id, message)]
    if isinstance(message, SealedText):
        raise UnrenderableMessage("a sealed text is no message of Zalo's")
    return [_template_call(user_id, message, config, tracking_id)]


def split_message(message: Message, room: int = 0) -> list[Message]:
    """The message in parts that each fit into one call; always at least one.

    Args:
        message: Only texts and captions are ever split.
        room: Characters to leave free in the last part, for a list that may stand there in place of buttons.
    """
    if isinstance(message, TextMessage):
        *parts, last = _parts(message.text, room)
        return [*(TextMessage(part) for part in parts), replace(message, text=last)]
    if isinstance(message, ImageMessage):
        caption, *rest = _parts(message.caption)
        return [replace(message, caption=caption), *(TextMessage(part) for part in rest)]
    return [message]


def numbered_list(buttons: Sequence[AnyButton], first: int = 1) -> str:
    """Buttons as text: what the citizen reads where buttons cannot be sent."""
    lines = [f"{number}. {_as_line(button)}" for number, button in enumerate(buttons, first)]
    return "\n".join([*lines, ANSWER_HINT])


def _as_line(button: AnyButton) -> str:
    title = " ".join(clean_text(button.title).split())
    if isinstance(button, UrlButton):
        return f"{title}: {button.url}"
    if isinstance(button, PhoneButton):
        return f"{title}: {button.phone}"
    return title


def _text_calls(user_id: str, message: TextMessage, mode: ButtonsMode) -> list[Call]:
    text = clean_text(message.text)
    if not message.buttons:
        return [bodies.text_call(user_id, part) for part in split_text(text)]
    text = text or CHOOSE_PROMPT
    if mode is ButtonsMode.OFF or message.is_listed:
        listed = f"{text}\n\n{numbered_list(message.buttons, message.first_number)}"
        return [bodies.text_call(user_id, part) for part in split_text(listed)]
    return _button_calls(user_id, text, message.buttons, mode)


def _button_calls(user_id: str, text: str, buttons: Sequence[AnyButton], mode: ButtonsMode) -> list[Call]:
    """The text's parts, the last with the first five buttons; each further five under a short line."""
    groups = [buttons[start : start + MAX_BUTTONS] for start in range(0, len(buttons), MAX_BUTTONS)]
    *parts, last = _parts_with_room(text, numbered_list(groups[0]))
    calls = [bodies.text_call(user_id, part) for part in parts]
    for number, group in enumerate(groups):
        shown = last if number == 0 else CHOOSE_PROMPT
        call = bodies.buttons_call(user_id, shown, group, mode)
        calls.append(replace(call, fallback=_fallback(user_id, shown, group, number * MAX_BUTTONS + 1)))
    return calls


def _parts_with_room(text: str, listed: str) -> list[str]:
    """Splits so that the last part and the list that may replace its buttons fit into one message."""
    room = units(listed) + 2
    return _parts(text, room if room <= MOST_ROOM else 0)


def _parts(text: str, room: int = 0) -> list[str]:
    """The text's parts, at least one; the last leaves `room` characters free."""
    *parts, last = split_text(clean_text(text)) or [""]
    return [*parts, *(split_text(last, TEXT_LIMIT - room) or [""])]


def _fallback(user_id: str, text: str, buttons: Sequence[AnyButton], first: int) -> bodies.Body | None:
    listed = f"{text}\n\n{numbered_list(buttons, first)}"
    return bodies.text_call(user_id, listed).body if units(listed) <= TEXT_LIMIT else None


def _image_calls(user_id: str, message: ImageMessage) -> list[Call]:
    """The picture; a caption too long for it follows as text."""
    caption, *rest = _parts(message.caption)
    if (message.file_ref is None) == (message.url is None):
        raise UnrenderableMessage("an image needs either a file or an address")
    if message.file_ref is not None:
        name = PurePosixPath(message.file_ref).name
        picture = bodies.image_upload_call(user_id, Upload(UploadKind.IMAGE, message.file_ref, name), caption)
    else:
        picture = bodies.image_call(user_id, url=message.url, caption=caption)
    return [picture, *(bodies.text_call(user_id, part) for part in rest)]


def _template_call(user_id: str, message: TemplateMessage, config: RenderConfig, tracking_id: str | None) -> Call:
    template_id = config.template_ids.get(message.template_kind)
    if not template_id:
        raise UnrenderableMessage(f"no template is registered for {message.template_kind}")
    if message.phone is None:
        return bodies.template_uid_call(user_id, template_id, message.data)
    return bodies.template_phone_call(message.phone, template_id, message.data, tracking_id, config.template_mode)
