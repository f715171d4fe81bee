"""The bytes of a webhook request and their MAC (facts, section 2.3)."""

import hashlib
import json
import random
from typing import Any

SEPARATORS = ((",", ":"), (", ", ": "), (" , ", " : "), (",  ", ":  "))


def mac(app_id: str, body: bytes, timestamp: str, oa_secret: str) -> str:
    """SHA-256 over app id, raw body, timestamp and the OA's secret, joined without separators."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + oa_secret.encode()).hexdigest()


def serialise(event: dict[str, Any], rng: random.Random, escape_unicode: bool = False) -> bytes:
    """Writes an event in some valid way: key order and blanks vary, so that a receiver must use the raw body.

    Args:
        event: The event's JSON object.
        rng: Source of the variation.
        escape_unicode: Vietnamese as `\\u` escapes instead of UTF-8.
    """
    text = json.dumps(_shuffled(event, rng), ensure_ascii=escape_unicode, separators=rng.choice(SEPARATORS))
    return text.encode()


def _shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: _shuffled(value[key], rng) for key in keys}
    if isinstance(value, list):
        return [_shuffled(item, rng) for item in value]
    return value
