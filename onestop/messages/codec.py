"""Messages as JSON, for the outbox."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from onestop.messages.types import (
    AnyButton,
    Button,
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

_MESSAGES: dict[str, type] = {
    "text": TextMessage,
    "image": ImageMessage,
    "file": FileMessage,
    "request_user_info": RequestUserInfo,
    "template": TemplateMessage,
    "sealed": SealedText,
}
_BUTTONS: dict[str, type] = {"say": Button, "url": UrlButton, "phone": PhoneButton}


def to_json(message: Message) -> dict[str, Any]:
    """A message as a JSON object with its kind under `kind`."""
    kind = next(name for name, cls in _MESSAGES.items() if isinstance(message, cls))
    body = asdict(message)
    if isinstance(message, TextMessage):
        body["buttons"] = [_button_to_json(button) for button in message.buttons]
    return {"kind": kind, **body}


def from_json(body: dict[str, Any]) -> Message:
    """The message that `to_json` wrote.

    Raises:
        KeyError: The kind is unknown.
    """
    values = dict(body)
    cls = _MESSAGES[values.pop("kind")]
    if cls is TextMessage:
        values["buttons"] = tuple(_button_from_json(button) for button in values["buttons"])
    return cls(**values)


def _button_to_json(button: AnyButton) -> dict[str, Any]:
    kind = next(name for name, cls in _BUTTONS.items() if isinstance(button, cls))
    return {"kind": kind, **asdict(button)}


def _button_from_json(body: dict[str, Any]) -> AnyButton:
    values = dict(body)
    return _BUTTONS[values.pop("kind")](**values)
