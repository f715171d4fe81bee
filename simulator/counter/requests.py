"""What the counter is asked, checked field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from onestop.clock import LOCAL
from onestop.text.phones import canonical_phone
from simulator.counter.errors import CounterError, Unusable

MOST_ROWS = 1000
MOST_AMOUNT_VND = 10**13
CLOSING = time(17, 0)  # what a date without a time means
CHANNELS = ("direct", "online", "postal")
RETURN_MODES = ("counter", "postal", "electronic")

_PROCEDURE_CODE = re.compile(r"\d\.\d{6}")
_LONGEST_TEXT = 1000


@dataclass(frozen=True)
class ListRequest:
    """Which dossiers the officer wants to see; what is None does not matter."""

    state: int | None
    overdue: bool | None
    procedure_code: str | None
    procedure_words: str | None
    centre_id: str | None
    words: str | None
    limit: int
    offset: int


@dataclass(frozen=True)
class NewDossier:
    """What an applicant hands in; `centre_id` None is the province's centre."""

    procedure_code: str
    applicant_name: str
    applicant_phone: str
    centre_id: str | None
    applicant_address: str | None
    owner_name: str | None
    channel: str
    return_mode: str


@dataclass(frozen=True)
class Move:
    """A dossier's move to the state `to`, with what the officer filled in."""

    to: int
    note: str | None
    items: tuple[str, ...]
    due_at: datetime | None
    amount_vnd: int | None


def parse_list(query: dict[str, str]) -> ListRequest:
    """Reads the query string of the list.

    Raises:
        CounterError: A value is not what the interface takes.
    """
    procedure = query.get("procedure") or None
    is_code = procedure is not None and _PROCEDURE_CODE.fullmatch(procedure) is not None
    return ListRequest(
        state=_whole_number(query, "state", 1, 10),
        overdue=_yes_or_no(query, "overdue"),
        procedure_code=procedure if is_code else None,
        procedure_words=None if is_code else procedure,
        centre_id=query.get("centre") or None,
        words=query.get("q") or None,
        limit=_number_or(query, "limit", 50, 1, MOST_ROWS),
        offset=_number_or(query, "offset", 0, 0, 10**9),
    )


def parse_limit(query: dict[str, str], default: int) -> int:
    """Reads how many rows are wanted."""
    return _number_or(query, "limit", default, 1, MOST_ROWS)


def parse_new_dossier(body: Any) -> NewDossier:
    """Reads the body of a new dossier.

    Raises:
        CounterError: A field is missing, of a wrong type, or unusable.
    """
    fields = _object(body)
    phone = canonical_phone(_text(fields, "applicant_phone"))
    if phone is None:
        raise Unusable("Số điện thoại người nộp không đúng; số có dạng +84… hoặc 0…")
    return NewDossier(
        procedure_code=_text(fields, "procedure_code"),
        applicant_name=_text(fields, "applicant_name"),
        applicant_phone=phone,
        centre_id=_optional_text(fields, "centre"),
        applicant_address=_optional_text(fields, "applicant_address"),
        owner_name=_optional_text(fields, "owner_name"),
        channel=_one_of(fields, "channel", CHANNELS),
        return_mode=_one_of(fields, "return_mode", RETURN_MODES),
    )


def parse_move(body: Any) -> Move:
    """Reads the body of a move; whether the life cycle allows it is not decided here.

    Raises:
        CounterError: A field is missing, of a wrong type, or unusable.
    """
    fields = _object(body)
    target = fields.get("to")
    if not isinstance(target, int) or isinstance(target, bool) or not 1 <= target <= 10:
        raise CounterError("“to” phải là mã trạng thái quốc gia từ 1 đến 10.")
    return Move(
        to=target,
        note=_optional_text(fields, "note"),
        items=_items(fields),
        due_at=_moment(fields, "due_at"),
        amount_vnd=_amount(fields),
    )


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise CounterError("Nội dung gửi lên phải là một đối tượng JSON.")
    return body


def _text(fields: dict[str, Any], name: str) -> str:
    value = _optional_text(fields, name)
    if value is None:
        raise CounterError(f"Thiếu “{name}”.")
    return value


def _optional_text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise CounterError(f"“{name}” phải là chữ.")
    if len(value) > _LONGEST_TEXT:
        raise Unusable(f"“{name}” dài quá {_LONGEST_TEXT} ký tự.")
    return value.strip() or None


def _one_of(fields: dict[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = _optional_text(fields, name) or choices[0]
    if value not in choices:
        raise Unusable(f"“{name}” phải là một trong: {', '.join(choices)}.")
    return value


def _items(fields: dict[str, Any]) -> tuple[str, ...]:
    items = fields.get("items") or []
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise CounterError("“items” phải là danh sách tên giấy tờ.")
    return tuple(item.strip() for item in items if item.strip())


def _amount(fields: dict[str, Any]) -> int | None:
    amount = fields.get("amount_vnd")
    if amount is None:
        return None
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= MOST_AMOUNT_VND:
        raise CounterError("“amount_vnd” phải là số nguyên dương, đơn vị đồng.")
    return amount


def _moment(fields: dict[str, Any], name: str) -> datetime | None:
    text = _optional_text(fields, name)
    if text is None:
        return None
    try:
        if len(text) == len("2026-12-01"):
            return datetime.combine(date.fromisoformat(text), CLOSING, tzinfo=LOCAL)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise CounterError(f"“{name}” phải là thời điểm ISO 8601, ví dụ 2026-12-01T16:00:00+07:00.") from None
    if moment.tzinfo is None:
        raise CounterError(f"“{name}” thiếu múi giờ, ví dụ 2026-12-01T16:00:00+07:00.")
    return moment


def _number_or(query: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    number = _whole_number(query, name, least, most)
    return default if number is None else number


def _whole_number(query: dict[str, str], name: str, least: int, most: int) -> int | None:
    text = query.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise CounterError(f"“{name}” phải là số nguyên từ {least} đến {most}.")
    return int(text)


def _yes_or_no(query: dict[str, str], name: str) -> bool | None:
    text = query.get(name)
    if not text:
        return None
    if text not in ("true", "false", "1", "0"):
        raise CounterError(f"“{name}” phải là true hoặc false.")
    return text in ("true", "1")
