from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.feedback import FeedbackStep
from actions.forms import Digression, Filled
from actions.turn import Turn
from onestop.clock import LOCAL


def turn(text: str, intent: str) -> Turn:
    nothing: Any = None
    now = datetime(2026, 11, 25, 9, tzinfo=LOCAL)
    return Turn(nothing, nothing, CollectingDispatcher(), now, "c", "m", text, intent, confidence=0.9)


@pytest.mark.parametrize("text", ["gửi", "gui di em", "ok gửi luôn"])
def test_gui_sends_the_report_and_turns_no_messages_off(text: str) -> None:
    assert FeedbackStep().read(turn(text, "stop_notifications"), "feedback_confirmed") == Filled(
        {"feedback_confirmed": "yes"}
    )


def test_turning_messages_off_is_another_matter() -> None:
    reading = FeedbackStep().read(turn("đừng gửi tin cho tôi nữa", "stop_notifications"), "feedback_confirmed")
    assert isinstance(reading, Digression)
