"""Which intents a button or a menu word may stand for, and what Rasa is told then."""

from __future__ import annotations

import json
import re
from typing import Any

from onestop.bootstrap import Choice

NEVER_FROM_A_BUTTON = frozenset({"restart", "session_start", "back", "nlu_fallback"})

_PAYLOAD = re.compile(r"^/(?P<intent>[A-Za-z_]+)(?P<entities>\{.*\})?$", re.DOTALL)


def choice_of(title: str, payload: str) -> Choice:
    """Reads a button as authors write it in `domain.yml`: `/intent{"entity": "value"}`.

    Raises:
        ValueError: The payload has another shape, or its intent may not stand behind a button.
    """
    match = _PAYLOAD.match(payload)
    if match is None or not may_be_tapped(match["intent"]):
        raise ValueError(f"no such payload may stand behind a button: {payload.split('{')[0]}")
    return Choice(title, match["intent"], json.loads(match["entities"] or "{}"))


def may_be_tapped(intent: str) -> bool:
    """Whether a tap may mean this intent."""
    return intent not in NEVER_FROM_A_BUTTON and not intent.startswith("EXTERNAL_")


def parse_data(text: str, intent: str, entities: dict[str, Any]) -> dict[str, Any]:
    """What NLU would have found; Rasa takes it as it is."""
    found = {"name": intent, "confidence": 1.0}
    return {
        "text": text,
        "intent": found,
        "intent_ranking": [found],
        "entities": [{"entity": name, "value": value, "confidence_entity": 1.0} for name, value in entities.items()],
    }
