"""What Rasa says, as rows of the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from rasa.core.channels.channel import OutputChannel

from connectors.channel.button_budget import within_budget
from connectors.channel.payloads import choice_of
from connectors.zalo.render import split_message
from onestop.bootstrap import ChannelBackend, Choice
from onestop.log import get_logger
from onestop.messages.types import (
    AnyButton,
    FileMessage,
    ImageMessage,
    Message,
    PhoneButton,
    RequestUserInfo,
    TextMessage,
    UrlButton,
)

log = get_logger()

ROOM_FOR_LISTED_BUTTONS = 300


class ZaloOutput(OutputChannel):
    """The replies of one turn, kept until its end: what is said first depends on what is said after it.

    A send method never raises and never waits for Zalo.

    Args:
        wake: Called with the citizen's id when there is something to send.
    """

    def __init__(self, backend: ChannelBackend, wake: Callable[[str], None]) -> None:
        self._backend = backend
        self._wake = wake
        self._turn_key = ""
        self._said: list[dict[str, Any]] = []
        self._opening = ""
        self.count = 0
        self.failed = False

    @classmethod
    def name(cls) -> str:
        """The same for both directions."""
        return "zalo"

    def begin(self, turn_key: str, opening: str = "") -> None:
        """Numbers the replies of this turn: (inbound message id, number) is a reply's key.

        Args:
            opening: Stands before the first thing said; it is no message of its own.
        """
        self._turn_key, self.count, self._opening = turn_key, 0, opening
        self._said = []

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one bot message for `finish`."""
        buttons = [*(message.get("buttons") or []), *(message.get("quick_replies") or [])]
        self._said.append({**message, "buttons": buttons})

    async def finish(self, recipient_id: str) -> None:
        """The turn has ended: sends all of it."""
        said, self._said = within_budget(self._said), []
        for message in said:
            await self._send(recipient_id, message)

    async def _send(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Sends one bot message: text with its buttons, then a picture, a file, a form for contact data."""
        custom = message.get("custom") or {}
        text = message.get("text") or ""
        if text:
            await self._say(recipient_id, text, message["buttons"], bool(message.get("numbered")))
        if message.get("image"):
            await self._put(recipient_id, ImageMessage(file_ref=message["image"]))
        for part in custom.get("messages", []):
            await self._put(recipient_id, _custom_message(part))

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Sends plain text."""
        await self._say(recipient_id, text, [], False)

    async def _say(self, citizen_id: str, text: str, buttons: list[dict[str, Any]], are_alternatives: bool) -> None:
        choices, links = _sorted_buttons(buttons)
        text, self._opening = _opened(self._opening, text.strip()), ""
        *first, last = split_message(TextMessage(text), room=ROOM_FOR_LISTED_BUTTONS if buttons else 0)
        for part in first:
            await self._put(citizen_id, part)
        await self._put(citizen_id, last, choices, links, are_alternatives)

    async def _put(
        self,
        citizen_id: str,
        message: Message,
        choices: Iterable[Choice] = (),
        links: Iterable[AnyButton] = (),
        are_alternatives: bool = False,
    ) -> None:
        key = f"{self._turn_key}:{self.count}"
        self.count += 1
        try:
            await asyncio.to_thread(
                self._backend.put_reply,
                citizen_id,
                key,
                message,
                list(choices),
                list(links),
                are_alternatives,
            )
            self._wake(citizen_id)
        except Exception:  # an exception here would make Rasa forget the whole turn
            self.failed = True
            log.exception("reply.not_queued")


def _opened(opening: str, text: str) -> str:
    if not opening:
        return text
    rest = text[len("Dạ, ") :] if text.startswith("Dạ, ") else text  # one "Dạ" is enough
    return f"{opening}\n{rest[:1].upper()}{rest[1:]}"


def _sorted_buttons(buttons: list[dict[str, Any]]) -> tuple[list[Choice], list[AnyButton]]:
    choices: list[Choice] = []
    links: list[AnyButton] = []
    for button in buttons:
        if button.get("url"):
            links.append(UrlButton(button["title"], button["url"]))
        elif button.get("phone"):
            links.append(PhoneButton(button["title"], button["phone"]))
        else:
            choices.append(choice_of(button["title"], button["payload"]))
    return choices, links


def _custom_message(part: dict[str, Any]) -> Message:
    if part["kind"] == "file":
        return FileMessage(part["file_ref"], part["name"])
    if part["kind"] == "image":
        return ImageMessage(part.get("caption", ""), part.get("file_ref"), part.get("url"))
    return RequestUserInfo(part["title"], part["subtitle"], part.get("image_url"))
