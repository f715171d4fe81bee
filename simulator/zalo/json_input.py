"""Reads JSON that a tester sends, and says in a sentence what is wrong with it."""

import json
import re
from datetime import datetime
from typing import Any

from starlette.requests import Request

from simulator.zalo.errors import BadRequest

PHONE = re.compile(r"\+84\d{8,10}")


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object.

    Raises:
        BadRequest: not JSON, or not an object.
    """
    body = await request.body()
    if not body.strip():
        return {}
    try:
        value = parse_json(body)
    except ValueError as error:
        raise BadRequest("The body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise BadRequest("The body must be a JSON object.")
    return value


def parse_json(body: bytes) -> Any:
    """JSON that can be written again as UTF-8.

    Raises:
        ValueError: not JSON, nested too deep, or with half of a surrogate pair, which no phone can send.
    """
    try:
        value = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if b"\\ud" in body.lower():
        json.dumps(value, ensure_ascii=False).encode()  # UnicodeEncodeError is a ValueError
    return value


def text_field(body: dict[str, Any], name: str, default: str | None = None) -> str:
    """A non-empty string.

    Raises:
        BadRequest: missing without a default, empty or no string.
    """
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(f"{name} must be a non-empty string.")
    return value


def optional_text(body: dict[str, Any], name: str) -> str | None:
    """A non-empty string, or None when missing."""
    return None if body.get(name) is None else text_field(body, name)


def number_field(body: dict[str, Any], name: str, low: float, high: float, default: float | None = None) -> float:
    """A number in a range.

    Raises:
        BadRequest: missing without a default, no number or out of range.
    """
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise BadRequest(f"{name} must be a number from {low:g} to {high:g}.")
    return value


def whole_number(body: dict[str, Any], name: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number in a range.

    Raises:
        BadRequest: missing without a default, not whole or out of range.
    """
    value = number_field(body, name, low, high, default)
    if not isinstance(value, int):
        raise BadRequest(f"{name} must be a whole number.")
    return value


def flag(body: dict[str, Any], name: str, default: bool = False) -> bool:
    """True or false.

    Raises:
        BadRequest: anything else.
    """
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise BadRequest(f"{name} must be true or false.")
    return value


def choice(body: dict[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    """One of some words.

    Raises:
        BadRequest: anything else.
    """
    value = body.get(name, default)
    if value not in allowed:
        raise BadRequest(f"{name} must be one of: {', '.join(allowed)}.")
    return str(value)


def phone_field(body: dict[str, Any], name: str) -> str:
    """A phone number, `+84…`.

    Raises:
        BadRequest: missing or of another form.
    """
    return checked_phone(body.get(name), name)


def checked_phone(value: object, name: str = "phone") -> str:
    """A phone number, `+84…`.

    Raises:
        BadRequest: of another form.
    """
    if not isinstance(value, str) or not PHONE.fullmatch(value):
        raise BadRequest(f"{name} must be a Vietnamese phone number like +84912345678.")
    return value


def moment(body: dict[str, Any], name: str) -> datetime:
    """ISO 8601 with an offset.

    Raises:
        BadRequest: another form, or without offset.
    """
    try:
        at = datetime.fromisoformat(text_field(body, name).replace("Z", "+00:00"))
    except ValueError as error:
        raise BadRequest(f"{name} must be a time in ISO 8601, like 2026-12-01T08:00:00+07:00.") from error
    if at.tzinfo is None:
        raise BadRequest(f"{name} needs an offset, like +07:00.")
    return at


def query_number(request: Request, name: str, default: float, high: float) -> float:
    """A number from 0 in the query; beyond `high` it counts as `high`.

    Raises:
        BadRequest: no number, or below 0.
    """
    raw = request.query_params.get(name)
    if raw is None or raw == "":
        return default
    if not re.fullmatch(r"\d{1,18}(\.\d+)?", raw):
        raise BadRequest(f"{name} must be a number from 0.")
    return min(float(raw), high)


def query_mark(request: Request, name: str = "after") -> int:
    """A place in a list, from the query; 0 when missing.

    Raises:
        BadRequest: no whole number.
    """
    raw = request.query_params.get(name) or "0"
    if not re.fullmatch(r"\d{1,18}", raw):
        raise BadRequest(f"{name} must be a whole number from 0.")
    return int(raw)
