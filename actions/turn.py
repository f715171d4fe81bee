"""One message of a citizen, as an action sees it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.wiring import ActionServices
from actions.wording import is_only_marks
from onestop.services.topics import TopicView, topic_of
from onestop.storage import Session

MOST_TITLE = 35  # Zalo's limit
MOST_BUTTONS = 5
NOT_UNDERSTOOD = ("out_of_scope", "nlu_fallback")
SURE_FROM = 0.5
"""Confidence from which an intent is acted upon; below, the citizen is asked (calibrated: docs/nlu.md)."""
SILENCING = ("stop_notifications", "unfollow_dossier")
SURE_OF_SILENCE_FROM = 0.75
"""A word misunderstood ("Gửi") must not silence what somebody waits for."""

Button = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """What was said, by whom, and the means to answer.

    Attributes:
        citizen_id: Our own id of the citizen.
        message_id: The inbound message: side effects are done once for it.
        is_tap: Whether the meaning was given by a button, a menu word or the channel, not understood from words.
        ranking: Intents that NLU thought possible with their confidence, best first.
        second: Another request in the same message, as NLU found it, or None.
        further: Requests of a message with many beyond the first two: `{"intent", "entities", "text"}`.
        confidence: Of the intent, 0 to 1.
        misunderstood: How many messages in a row, this one included, were not understood.
        is_unanswered: Whether nothing has been done about the message yet.
        times: How often this intent has come in this conversation, this message included.
        form: The form whose question is open, or None.
        digressions: How many messages in a row, this one included, were about another matter than its question.
        is_behind: Newer messages of the citizen wait already (a burst): what needs no answer gets none.
    """

    services: ActionServices
    session: Session
    dispatcher: CollectingDispatcher
    now: datetime
    citizen_id: str
    message_id: str
    text: str
    intent: str
    entities: tuple[dict[str, Any], ...] = ()
    slots: dict[str, Any] = field(default_factory=dict)
    is_tap: bool = False
    ranking: tuple[tuple[str, float], ...] = ()
    second: dict[str, Any] | None = None
    further: tuple[dict[str, Any], ...] = ()
    confidence: float = 1.0
    misunderstood: int = 0
    is_unanswered: bool = True
    times: int = 1
    form: str | None = None
    digressions: int = 0
    is_behind: bool = False

    @cached_property
    def topic(self) -> TopicView:
        """What may be left unsaid."""
        return topic_of(self.session, self.citizen_id, self.now)

    def values(self, entity: str) -> list[Any]:
        """The values of an entity in this message, each once, in order; a list's items count singly."""
        found = (one["value"] for one in self.entities if one["entity"] == entity)
        return list(dict.fromkeys(one for value in found for one in (value if isinstance(value, list) else [value])))

    def value(self, entity: str) -> Any | None:
        """The first value of an entity, or None."""
        return next(iter(self.values(entity)), None)

    def slot(self, name: str) -> Any | None:
        """What a slot holds."""
        return self.slots.get(name)

    def say(
        self, text: str, buttons: Sequence[Button] = (), numbered: bool = False, keeps_buttons: bool = False
    ) -> None:
        """Answers with a sentence built from data.

        Args:
            numbered: The buttons answer a question, so a typed number, title, yes or no picks one.
            keeps_buttons: All of them stay, however many other messages of this turn have.
        """
        more = {"keeps_buttons": True} if keeps_buttons else {}
        self.dispatcher.utter_message(text=text, buttons=list(buttons)[:MOST_BUTTONS], numbered=numbered, **more)

    def utter(self, response: str, **values: Any) -> None:
        """Answers with a sentence of `domain.yml`."""
        self.dispatcher.utter_message(response=response, **values)

    @property
    def is_unsure(self) -> bool:
        """Whether what NLU understood is little more than a guess."""
        return not self.is_tap and self.confidence < (SURE_OF_SILENCE_FROM if self.intent in SILENCING else SURE_FROM)

    def as_if(self, intent: str, entities: dict[str, Any] | None = None, text: str | None = None) -> Turn:
        """The same turn with another meaning: what a yes, a correction or a second request stands for."""
        listed = tuple({"entity": name, "value": value} for name, value in (entities or {}).items())
        return replace(
            self,
            intent=intent,
            entities=self.entities if entities is None else listed,
            text=self.text if text is None else text,
            second=None,
            further=(),
            confidence=1.0,
        )


def button(title: str, intent: str, **entities: Any) -> Button:
    """A button that means an intent; the channel turns it into a token bound to the citizen."""
    payload = f"/{intent}" + (json.dumps(entities, ensure_ascii=False) if entities else "")
    return {"title": fitted(title), "payload": payload}


def link(title: str, url: str) -> Button:
    """A button that opens a page."""
    return {"title": fitted(title), "url": url}


def call(title: str, phone: str) -> Button:
    """A button that dials."""
    return {"title": fitted(title), "phone": phone}


def fitted(title: str) -> str:
    """A title cut on a word border to Zalo's length."""
    if len(title) <= MOST_TITLE:
        return title
    return title[: MOST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,(") + "…"


def turn_of(
    services: ActionServices, session: Session, dispatcher: CollectingDispatcher, tracker: Tracker, now: datetime
) -> Turn:
    """Reads a turn from Rasa's tracker."""
    latest = tracker.latest_message or {}
    ranking = latest.get("intent_ranking") or []
    intent = (latest.get("intent") or {}).get("name") or ""
    return Turn(
        services=services,
        session=session,
        dispatcher=dispatcher,
        now=now,
        citizen_id=tracker.sender_id,
        message_id=_message_id(tracker, latest),
        text=latest.get("text") or "",
        intent=intent,
        entities=tuple(latest.get("entities") or ()),
        slots=dict(tracker.slots or {}),
        is_tap=len(ranking) == 1 and (latest.get("intent") or {}).get("confidence") == 1.0,
        ranking=tuple((one["name"], float(one.get("confidence") or 0)) for one in ranking if one.get("name")),
        second=latest.get("second_intent"),
        further=tuple(latest.get("further") or ()),
        confidence=float((latest.get("intent") or {}).get("confidence") or 0),
        misunderstood=_misunderstood(tracker),
        is_unanswered=_is_unanswered(tracker),
        times=_times(tracker, intent),
        form=(tracker.active_loop or {}).get("name"),
        digressions=_digressions(tracker),
        is_behind=bool((latest.get("metadata") or {}).get("is_behind")),
    )


def _message_id(tracker: Tracker, latest: dict[str, Any]) -> str:
    metadata = latest.get("metadata") or {}
    return str(metadata.get("message_id") or latest.get("message_id") or f"{tracker.sender_id}:{len(tracker.events)}")


def _misunderstood(tracker: Tracker) -> int:
    count = 0
    for event in reversed(tracker.events):
        if event.get("event") != "user":
            continue
        if is_only_marks(event.get("text") or ""):
            continue  # a thumb up is answered, and needs no understanding
        intent = (event.get("parse_data") or {}).get("intent") or {}
        if intent.get("name") not in NOT_UNDERSTOOD and float(intent.get("confidence") or 0) >= SURE_FROM:
            break
        count += 1
    return count


def _times(tracker: Tracker, intent: str) -> int:
    said = (event for event in tracker.events if event.get("event") == "user")
    same = (((one.get("parse_data") or {}).get("intent") or {}).get("name") == intent for one in said)
    return max(sum(same), 1)


def _digressions(tracker: Tracker) -> int:
    """Rasa notes for each that the open form rejected it."""
    form = (tracker.active_loop or {}).get("name")
    count, was_rejected = 0, False
    for event in reversed(tracker.events):
        if event.get("event") == "action_execution_rejected" and event.get("name") == form:
            was_rejected = True
        elif event.get("event") == "user":
            if not was_rejected:
                break
            count, was_rejected = count + 1, False
    return count


def _is_unanswered(tracker: Tracker) -> bool:
    form = (tracker.active_loop or {}).get("name")
    for event in reversed(tracker.events):
        kind = event.get("event")
        if kind == "user":
            return True
        # Rasa shows a form's validation the form itself as the last action, whatever came before.
        if kind == "action_execution_rejected" or (kind == "action" and event.get("name") != form):
            return False
    return False
