"""A message with many requests: the first two are answered at once, the rest are handed on to be offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onestop.messages.procedures import ASPECTS
from onestop.messages.titles import INTENT_TITLES
from onestop.text import fold

MANY = 3
"""Two requests in a message NLU finds by itself."""

_SURE_FROM = 0.6
_CARRIED = ("procedure", "dossier_code", "place", "agency", "date")
# They begin a talk of their own, so what is answered in one breath comes first.
_BEGIN_A_TALK = frozenset(
    {"give_feedback", "rate_service", "talk_to_human", "set_reminder", "delete_my_data", "link_phone"}
)

ParseData = dict[str, Any]


@dataclass(frozen=True)
class _Request:
    parsed: ParseData
    intent: str
    entities: Mapping[str, Any]

    @property
    def about(self) -> str:
        """Tells the fee of one procedure from the fee of another."""
        return fold(str(self.entities.get("procedure") or self.entities.get("dossier_code") or ""))


def in_turn(parses: Sequence[ParseData]) -> ParseData | None:
    """What Rasa is told of a message, from what NLU made of each of its pieces; None where fewer than three ask.

    Returns:
        The first request's parse with `second_intent` and `further`: `[{"intent", "entities", "text"}]`.
    """
    found = [request for parsed in parses if (request := _read(parsed)) is not None]
    found = _distinct(_with_procedures(found))
    if len(found) < MANY:
        return None
    first, second, *rest = sorted(found, key=lambda request: request.intent in _BEGIN_A_TALK)
    named = [{"entity": name, "value": value} for name, value in first.entities.items()]
    known = {one["entity"] for one in first.parsed["entities"]}
    return {
        **first.parsed,
        "entities": [*first.parsed["entities"], *(one for one in named if one["entity"] not in known)],
        "second_intent": {
            "name": second.intent,
            "confidence": second.parsed["intent"]["confidence"],
            "text": second.parsed["text"],
            "entities": [{"entity": name, "value": value} for name, value in second.entities.items()],
        },
        "further": [{"intent": one.intent, "entities": dict(one.entities), "text": one.parsed["text"]} for one in rest],
    }


def _read(parsed: ParseData) -> _Request | None:
    intent = parsed["intent"]
    if intent["name"] not in INTENT_TITLES or float(intent["confidence"]) < _SURE_FROM:
        return None
    entities: dict[str, Any] = {}
    for one in parsed.get("entities") or ():
        if one["entity"] in _CARRIED:
            entities.setdefault(one["entity"], one["value"])
    return _Request(parsed, intent["name"], entities)


def _with_procedures(found: Sequence[_Request]) -> list[_Request]:
    """A question about a procedure that names none is about the one named before it."""
    named: Any = None
    whole = []
    for request in found:
        named = request.entities.get("procedure") or named
        is_about_it = request.intent in ASPECTS and named is not None
        whole.append(replace(request, entities={**request.entities, "procedure": named}) if is_about_it else request)
    return whole


def _distinct(found: Sequence[_Request]) -> list[_Request]:
    """Each once; a procedure that is only named is no request beside a question about it.

    Several dossiers are one request: they are looked up together.
    """
    asked_about = {request.about for request in found if request.intent in ASPECTS}
    kept: dict[tuple[str, str], _Request] = {}
    for request in found:
        is_only_named = request.intent == "search_procedure" and (not request.about or request.about in asked_about)
        if not is_only_named:
            about = "" if request.intent == "lookup_dossier" else request.about
            kept.setdefault((request.intent, about), request)
    return list(kept.values())
