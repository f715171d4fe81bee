"""Events that are no text, as the intents of our own that the dialogue knows them by. NLU never predicts these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.channel.typed import disarmed
from connectors.zalo.event_types import (
    UserClickedChatNow,
    UserFollowed,
    UserMessage,
    UserSentAudio,
    UserSentBusinessCard,
    UserSentFile,
    UserSentGif,
    UserSentImage,
    UserSentLink,
    UserSentLocation,
    UserSentSticker,
    UserSentText,
    UserSentVideo,
    UserSubmittedInfo,
    ZaloEvent,
)
from onestop.text.phones import canonical_phone

FetchMedia = Callable[[str], "str | None"]

_PLAIN: dict[type[ZaloEvent], tuple[str, str]] = {
    UserSentSticker: ("send_sticker", "(nhãn dán)"),
    UserSentGif: ("send_sticker", "(ảnh động)"),
    UserSentAudio: ("send_voice", "(tin thoại)"),
    UserSentVideo: ("send_video", "(video)"),
    UserSentBusinessCard: ("send_contact", "(danh thiếp)"),
    UserFollowed: ("follow_account", "(quan tâm)"),
    UserClickedChatNow: ("follow_account", "(bắt đầu chat)"),
}


@dataclass(frozen=True)
class Input:
    """What goes into a turn. `typed` is the text as it came, which alone may be a token; `intent` skips NLU."""

    text: str
    typed: str | None = None
    intent: str | None = None
    entities: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    is_welcome: bool = False


def input_of(event: ZaloEvent, text: str | None, fetch_media: FetchMedia) -> Input | None:
    """The input of a turn, or None for an event that needs no answer. Fetches media, so it may take seconds.

    Args:
        text: The joined text where several fragments make one request.
        fetch_media: Brings a picture or file home and gives its name with us, None where it cannot be had.
    """
    if isinstance(event, UserSentText):
        return Input(disarmed(text if text is not None else event.text), typed=text)
    if isinstance(event, UserSentImage):
        return _with_files(event, "send_image", "(hình ảnh)", [one.url for one in event.attachments], fetch_media)
    if isinstance(event, UserSentFile):
        given = _with_files(event, "send_file", "(tệp)", [one.url for one in event.attachments], fetch_media)
        names = [one.name for one in event.attachments if one.name]
        return replace(given, entities={**given.entities, "file_name": names[0]}) if names else given
    if isinstance(event, UserSentLocation):
        where = event.attachments[0] if event.attachments else None
        entities = {"latitude": where.latitude, "longitude": where.longitude} if where else {}
        return Input("(vị trí)", intent="send_location", entities=entities)
    if isinstance(event, UserSubmittedInfo):
        phone = canonical_phone(event.info.phone or "")
        return Input("(thông tin liên hệ)", intent="share_info", entities={"phone_number": phone} if phone else {})
    if isinstance(event, UserSentLink):
        shared = event.attachments[0].url if event.attachments else ""
        # It may hold a desk code, which then goes another way (`identity.secret_in`).
        return Input("(đường dẫn)", typed=shared, intent="send_link", entities={"url": shared} if shared else {})
    for kind, (intent, shown) in _PLAIN.items():
        if isinstance(event, kind):
            return Input(shown, intent=intent, is_welcome=intent == "follow_account")
    return None


def _with_files(event: UserMessage, intent: str, shown: str, urls: list[str], fetch_media: FetchMedia) -> Input:
    references = [reference for reference in map(fetch_media, urls) if reference is not None]
    caption = disarmed(event.text)
    entities: dict[str, Any] = {"files": references}
    if caption:
        entities["caption"] = caption
    return Input(caption or shown, intent=intent, entities=entities)
