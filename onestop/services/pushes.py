"""Dossier events that the dossier system pushes: read strictly, kept once, told like those of its event table.

An event's id is the dossier system's own, the same number that its `dossier_event` row bears where it has one: so an
event that comes both ways, or again and again, is told once (`News.key`). docs/integration.md, "Pushing events".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onestop.errors import OnestopError
from onestop.services.apologies import NO_CENTRE
from onestop.services.notices import News
from onestop.storage import Session, dossier_queries, exchange
from onestop.storage.dossier_records import Agency, DossierEvent, DossierRecord
from onestop.storage.exchange_tables import PushedEvent
from onestop.storage.guard import DossierReader
from onestop.storage.life_cycle import EventKind

MOST_EVENTS = 500
CURSOR = "pushed-events"
GIVE_UP_AFTER = timedelta(hours=24)
RETRY_AFTER_S = (2, 5, 15, 60, 300, 900, 1800)
KEYS_KEPT = timedelta(days=7)
DATA_KEPT = timedelta(days=90)

_KINDS = frozenset(kind.value for kind in EventKind)
_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)")
_MOST_ID = 2**63 - 1
_MOST_VND = 10**15
_LONGEST_NOTE = 2000
_MOST_ITEMS = 100
_LONGEST_ITEM = 500


class BadPush(OnestopError):
    """The request is not what docs/exchange-api.yaml describes; `index` counts events from 0, None: the whole."""

    def __init__(self, why: str, index: int | None = None) -> None:
        super().__init__(why)
        self.index = index


class KeyTaken(OnestopError):
    """This idempotency key came before with another body."""


@dataclass(frozen=True)
class Intake:
    """What became of a request; the answer to a repeated one is the first one's."""

    answer: Mapping[str, int]
    is_repeat: bool


Places = Mapping[str, tuple[DossierRecord, Agency]]


def read_push(body: bytes, now: datetime) -> list[DossierEvent]:
    """Reads the body of a request.

    Raises:
        BadPush: It is not as described; nothing of it is taken.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadPush("the body is no JSON in UTF-8") from None
    events = content.get("events") if isinstance(content, dict) else None
    if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
        raise BadPush(f"“events” must be a list of 1 to {MOST_EVENTS} events")
    return [_read_event(event, index, now) for index, event in enumerate(events)]


def known_answer(session: Session, key: str, body: bytes) -> Intake | None:
    """What a request with this key was answered; None where there was none.

    Raises:
        KeyTaken: It had another body.
    """
    row = exchange.request_by_key(session, key)
    if row is None:
        return None
    if row.body_sha256 != _digest(body):
        raise KeyTaken("this Idempotency-Key came with another body")
    return Intake(row.answer, is_repeat=True)


def take_in(session: Session, key: str, body: bytes, events: list[DossierEvent], now: datetime) -> Intake:
    """Keeps what is new; the caller's transaction keeps all of it or nothing.

    Raises:
        KeyTaken: The key came before with another body.
    """
    if not exchange.insert_request(session, key, _digest(body), now):
        known = known_answer(session, key, body)
        if known is None:
            raise KeyTaken("this Idempotency-Key is being used")
        return known
    told = [event for event in events if event.kind in _KINDS]
    # In one order everywhere: two requests with the same events must not wait for each other.
    told.sort(key=lambda event: event.id)
    new = sum(exchange.insert_pushed(session, event, now, now + GIVE_UP_AFTER) for event in told)
    counts = {
        "received": len(events),
        "new": new,
        "known": len(told) - new,
        "passed_over": len(events) - len(told),
    }
    exchange.set_answer(session, key, counts)
    return Intake(counts, is_repeat=False)


def places_of(reader: DossierReader, codes: list[str]) -> Places:
    """The dossiers that are in sight, with their centres.

    Raises:
        BackendUnavailable: The dossier database does not answer.
    """
    return reader.read(_places, codes)


def put_off(row: PushedEvent, now: datetime) -> None:
    """The event could not be told now: later, and after a day not at all; then it is listed."""
    row.attempts += 1
    if now >= row.give_up_at:
        row.state, row.finished_at = "unresolved", now
        return
    row.next_attempt_at = now + timedelta(seconds=RETRY_AFTER_S[min(row.attempts, len(RETRY_AFTER_S)) - 1])


def finish(row: PushedEvent, now: datetime) -> None:
    """The event has been told to whom it concerns."""
    row.state, row.finished_at = "done", now
    row.attempts += 1


def news_of(row: PushedEvent, places: Places) -> News:
    """The event with its dossier, which must be in sight."""
    dossier, centre = places[row.dossier_code]
    return News(exchange.event_of(row), dossier, centre)


def pushed_news(session: Session, reader: DossierReader, event_id: int) -> News | None:
    """One pushed event with its dossier, if both are there.

    Raises:
        BackendUnavailable: The dossier database does not answer.
    """
    event = exchange.pushed_event(session, event_id)
    place = places_of(reader, [event.dossier_code]).get(event.dossier_code) if event is not None else None
    return News(event, *place) if event is not None and place is not None else None


def tidy(session: Session, now: datetime) -> None:
    """Forgets idempotency keys after a week, and reasons and names of papers after 90 days."""
    exchange.forget_old_pushes(session, now - KEYS_KEPT, now - DATA_KEPT)


def _places(session: Session, codes: list[str]) -> Places:
    found = dossier_queries.dossiers_by_codes(session, codes)
    centres = {id: dossier_queries.agency_by_id(session, id) for id in {one.centre_id for one in found}}
    return {one.code: (one, centres[one.centre_id] or NO_CENTRE) for one in found}


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _read_event(event: Any, index: int, now: datetime) -> DossierEvent:
    try:
        if not isinstance(event, dict):
            raise BadPush("an event must be an object")
        kind = _text(event, "kind", 40)
        if _KIND.fullmatch(kind) is None:
            raise BadPush("“kind” must be lower-case letters and underscores")
        at = _moment(event, "at")
        if at > now + timedelta(days=1):
            raise BadPush("“at” lies in the future")
        state_from = None if event.get("state_from") is None else _number(event, "state_from", 1, 10)
        state_to = _number(event, "state_to", 1, 10)
        event_id, code = _number(event, "id", 1, _MOST_ID), _text(event, "dossier_code", 60)
        return DossierEvent(event_id, code, kind, state_from, state_to, at, _data(event.get("data")))
    except BadPush as error:
        raise BadPush(str(error), index) from None


def _data(given: Any) -> dict[str, Any]:
    """The fields we know, checked; others are left out, not kept."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadPush("“data” must be an object")
    read: dict[str, Any] = {}
    if given.get("items") is not None:
        read["items"] = _items(given["items"])
    if given.get("note") is not None:
        read["note"] = _text(given, "note", _LONGEST_NOTE)
    if given.get("due_at") is not None:
        read["due_at"] = _moment(given, "due_at").isoformat()
    if given.get("amount_vnd") is not None:
        read["amount_vnd"] = _number(given, "amount_vnd", 0, _MOST_VND)
    if given.get("return_mode") is not None:
        read["return_mode"] = _text(given, "return_mode", 20)
    return read


def _items(given: Any) -> list[str]:
    if not isinstance(given, list) or len(given) > _MOST_ITEMS:
        raise BadPush(f"“items” must be a list of at most {_MOST_ITEMS} texts")
    return [_text({"items": one}, "items", _LONGEST_ITEM) for one in given]


def _text(given: Mapping[str, Any], name: str, most: int) -> str:
    value = given.get(name)
    is_text = isinstance(value, str) and value.strip() == value and 0 < len(value) <= most
    # NUL and lone surrogates are JSON, and no database keeps them.
    if not is_text or "\0" in str(value) or not _is_unicode(str(value)):
        raise BadPush(f"“{name}” must be a text of 1 to {most} characters without blanks around it")
    return str(value)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _number(given: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadPush(f"“{name}” must be a whole number from {least} to {most}")
    return value


def _moment(given: Mapping[str, Any], name: str) -> datetime:
    value = given.get(name)
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is None:
            raise ValueError
        seconds, fraction = match[2] or ":00", (match[3] or "").ljust(6, "0")
        zone = "+00:00" if match[4] == "Z" else match[4]
        moment = datetime.fromisoformat(f"{match[1]}{seconds}.{fraction}{zone}")
        if not 2000 <= moment.year <= 2200:
            raise ValueError
    except ValueError:
        raise BadPush(f"“{name}” must be a moment as 2026-11-24T10:00:00+07:00") from None
    return moment
