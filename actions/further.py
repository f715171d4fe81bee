"""What else a message with many requests asks: a button for each, so that nothing is passed over."""

from __future__ import annotations

from typing import Any

from actions.turn import Button, Turn, button
from onestop.messages.titles import INTENT_TITLES


def offer_further(turn: Turn, has_question: bool) -> None:
    """Offers the requests of a message beyond the two that are answered at once.

    Args:
        has_question: A form's question follows, whose answer a typed number is.
    """
    text = "Dạ, tin của anh/chị còn việc khác; anh/chị bấm từng nút, em trả lời tiếp ạ."
    turn.say(text, [_button(one) for one in turn.further], numbered=not has_question)


def _button(request: dict[str, Any]) -> Button:
    """Means the same as the words did."""
    intent, entities = str(request["intent"]), dict(request["entities"])
    title = INTENT_TITLES[intent]
    if intent == "give_feedback":
        return button(title, intent, report=str(request["text"]))
    named = entities.get("procedure")
    return button(f"{title}: {named}" if named else title, intent, **entities)
