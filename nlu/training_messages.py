"""Rasa messages as plain examples, and back to Rasa's entity dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.examples import UNKNOWN_ORIGIN, EntitySpan, Example


def entity_spans(message: Message) -> tuple[EntitySpan, ...]:
    """The entities of a message, in order."""
    spans = [
        EntitySpan(e[ENTITY_ATTRIBUTE_START], e[ENTITY_ATTRIBUTE_END], e[ENTITY_ATTRIBUTE_TYPE])
        for e in message.get(ENTITIES) or []
        if ENTITY_ATTRIBUTE_START in e
    ]
    return tuple(sorted(spans, key=lambda span: span.start))


def examples_of(messages: Iterable[Message]) -> list[Example]:
    """The messages with a text, as examples."""
    return [Example(m.get(TEXT), m.get(INTENT) or "", entity_spans(m), _origin_of(m)) for m in messages if m.get(TEXT)]


def _origin_of(message: Message) -> str:
    """Who wrote a message: `origin` in the metadata of the intent's block or of the message itself."""
    metadata = message.get("metadata") or {}
    for part in (metadata.get("example"), metadata.get("intent"), metadata):
        if isinstance(part, dict) and part.get("origin"):
            return str(part["origin"])
    return UNKNOWN_ORIGIN


def rasa_entity(start: int, end: int, entity: str, value: str | int) -> dict[str, Any]:
    """An entity as Rasa expects it in a message."""
    return {
        ENTITY_ATTRIBUTE_TYPE: entity,
        ENTITY_ATTRIBUTE_START: start,
        ENTITY_ATTRIBUTE_END: end,
        ENTITY_ATTRIBUTE_VALUE: value,
    }
