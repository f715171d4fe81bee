"""What a citizen typed, as Rasa may see it: only text, never a command."""

from __future__ import annotations

import re
import unicodedata

from connectors.zalo.event_types import UserSentText
from connectors.zalo.events import MalformedEvent, parse_event

MAX_CHARACTERS = 4000

_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LEADING_SLASHES = re.compile(r"^[\s/／]+")


def typed_text(body: bytes) -> str | None:
    """The text of a text event, as typed; None for every other event."""
    try:
        event = parse_event(body)
    except MalformedEvent:
        return None
    return event.text if isinstance(event, UserSentText) else None


def disarmed(text: str) -> str:
    """NFC, without control and zero-width characters, at most 4,000 characters, and never beginning with a slash.

    Rasa reads `/intent{…}` from anybody's keyboard; here it is text like any other.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\t", " ")))
    return _LEADING_SLASHES.sub("", text)[:MAX_CHARACTERS].strip()
