"""Reading values out of an event's JSON, tolerant of numbers written as strings and the reverse.

Every function answers None (or an empty value) for what is absent or of another kind, and `required` turns
None into `MalformedEvent`. Strings are made storable: NUL, which PostgreSQL refuses, and lone surrogates are
removed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from connectors.zalo.errors import MalformedEvent

T = TypeVar("T")
Json = Mapping[str, Any]

MAX_USER_ID_LENGTH = 40
MAX_MSG_ID_LENGTH = 160

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)


def load(body: bytes) -> Json:
    """The event's JSON object.

    Raises:
        MalformedEvent: The body is no JSON object.
    """
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedEvent("the body is no JSON") from None
    if not isinstance(parsed, dict):
        raise MalformedEvent("the body is no JSON object")
    return parsed


def required(value: T | None, name: str) -> T:
    """The value, or `MalformedEvent` that names the field."""
    if value is None:
        raise MalformedEvent(f"{name} is missing or of the wrong kind")
    return value


def mapping(data: Json, key: str) -> Json:
    """The object under `key`, empty where there is none; an object written inside a string is read too."""
    value = data.get(key)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def objects(data: Json, key: str) -> list[Json]:
    """The objects of the list under `key`; a single object counts as a list of one."""
    value = data.get(key)
    items = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def text(data: Json, key: str) -> str | None:
    """A string or a number under `key`, as text."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return _as_text(value)


def texts(data: Json, key: str) -> tuple[str, ...]:
    """The strings or numbers of the list under `key`."""
    value = data.get(key)
    items = value if isinstance(value, list) else [value]
    return tuple(_as_text(item) for item in items if isinstance(item, (str, int, float)) and not isinstance(item, bool))


def identifier(data: Json, key: str, max_length: int = MAX_USER_ID_LENGTH) -> str | None:
    """An id under `key`: a string, or a number of any size; blank, fractional or overlong ones are none."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    found = _as_text(value).strip()
    return found if 0 < len(found) <= max_length else None


def message_id(data: Json, key: str = "msg_id") -> str | None:
    """The id of a message under `key`."""
    return identifier(data, key, MAX_MSG_ID_LENGTH)


def whole_number(data: Json, key: str) -> int | None:
    """A whole number of up to 18 digits under `key`, or the same as a string."""
    value = text(data, key)
    return int(value) if value is not None and _DIGITS.fullmatch(value.strip()) else None


def degrees(data: Json, key: str, limit: float) -> float | None:
    """An angle within ±`limit` under `key`, or the same as a string."""
    try:
        value = float(text(data, key) or "nan")
    except ValueError:
        return None
    return value if abs(value) <= limit else None


def moment(data: Json, key: str) -> datetime | None:
    """Milliseconds since 1970 under `key`, as an aware UTC time."""
    milliseconds = whole_number(data, key)
    try:
        return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def event_name(data: Json) -> str:
    """Zalo's name of the event.

    Raises:
        MalformedEvent: There is none, or it is no lower snake case; it is logged, so nothing else may pass.
    """
    name = data.get("event_name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise MalformedEvent("event_name is missing or no name")
    return name


def _as_text(value: str | int | float) -> str:
    try:
        return _UNSTORABLE.sub("", str(value))
    except ValueError:  # an integer of more digits than Python writes out
        return ""
