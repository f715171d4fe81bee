"""Buttons of ours: the payload is a random token bound to one citizen; what it means stays with us."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from onestop.services.choosing import choice_in, exact_choice_in, may_be_exact
from onestop.services.menu import MENU_WORDS
from onestop.storage import Session, conversation, outbox
from onestop.storage.tables import ButtonToken

TOKEN_PREFIX = "#mc/"
VALID_FOR = timedelta(days=14)
CHOICE_VALID_FOR = timedelta(minutes=30)
PUSH_VALID_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Choice:
    """An intent with its entities, shown as `title`."""

    title: str
    intent: str
    entities: dict[str, Any] = field(default_factory=dict)


def mint(citizen_id: str, choices: Sequence[Choice], now: datetime) -> list[ButtonToken]:
    """Makes the tokens of these choices, to be added to the session; they answer to this citizen only, for 14 days."""
    return [
        ButtonToken(
            token=TOKEN_PREFIX + secrets.token_urlsafe(18),
            citizen_id=citizen_id,
            title=choice.title[:100],
            intent=choice.intent,
            entities=choice.entities,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        for choice in choices
    ]


def remember_choices(session: Session, citizen_id: str, choices: Sequence[Choice], now: datetime) -> None:
    """Lets the next typed message pick one of these choices by its number or its title."""
    shown = [{"title": c.title, "intent": c.intent, "entities": c.entities} for c in choices]
    conversation.set_topic(session, citizen_id, asked=shown or None, asked_at=now if shown else None)


def choices_offered(session: Session, citizen_id: str) -> list[Choice]:
    """The choices that a number would pick now."""
    topic = conversation.topic_of(session, citizen_id)
    return [Choice(one["title"], one["intent"], dict(one["entities"])) for one in (topic.asked or ())] if topic else []


def meaning_of(session: Session, citizen_id: str, text: str, now: datetime) -> Choice | None:
    """What a text means that is a token, a menu word, or the number or title of a choice just offered.

    Anything else is only text: None.
    """
    text = text.strip()
    if text.startswith(TOKEN_PREFIX):
        button = conversation.button_of(session, text, citizen_id, now)
        return Choice(button.title, button.intent, dict(button.entities)) if button else None
    if text in MENU_WORDS:
        return Choice(*MENU_WORDS[text])
    return _choice_typed(session, citizen_id, text, now)


def _choice_typed(session: Session, citizen_id: str, text: str, now: datetime) -> Choice | None:
    topic = conversation.topic_of(session, citizen_id)
    asked_at = topic.asked_at if topic is not None and topic.asked else None
    pushed = _choice_of_push(session, citizen_id, text, asked_at, now)
    if pushed is not None:
        return pushed
    if topic is None or asked_at is None or now - asked_at > CHOICE_VALID_FOR:
        return None
    place = choice_in(text, [shown["title"] for shown in topic.asked])
    if place is None:
        return None
    shown = topic.asked[place]
    return Choice(shown["title"], shown["intent"], dict(shown["entities"]))


def _choice_of_push(
    session: Session, citizen_id: str, text: str, asked_at: datetime | None, now: datetime
) -> Choice | None:
    """The button of our last unasked message that a number or a title picks, if nothing was asked since."""
    if not may_be_exact(text):
        return None
    push = outbox.newest_push(session, citizen_id, max(asked_at or now - PUSH_VALID_FOR, now - PUSH_VALID_FOR))
    shown = [one for one in (push.body.get("buttons") or ()) if "payload" in one] if push is not None else []
    place = exact_choice_in(text, [one["title"] for one in shown])
    button = conversation.button_of(session, shown[place]["payload"], citizen_id, now) if place is not None else None
    return Choice(button.title, button.intent, dict(button.entities)) if button else None
