"""What every action shares: one session a run, off the event loop, and an apology instead of silence."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.types import DomainDict

from actions import waiting, wiring
from actions.further import offer_further
from actions.persons import refuses_about_persons
from actions.turn import NOT_UNDERSTOOD, Turn, button, turn_of
from actions.urgent import tell_emergency
from onestop import clock
from onestop.errors import BackendUnavailable, OnestopError
from onestop.log import get_logger
from onestop.messages.procedures import ASPECTS
from onestop.messages.titles import INTENT_TITLES
from onestop.services import emergencies, later
from onestop.services.topics import note_intent

log = get_logger()

Events = list[dict[str, Any]]

UTTERANCES: dict[type[OnestopError], str] = {
    BackendUnavailable: "utter_backend_unavailable",
    OnestopError: "utter_system_error",
}


class CitizenAction(Action, ABC):
    """Answers a citizen. Whatever goes wrong, the citizen hears a sentence with a next step."""

    @abstractmethod
    def name(self) -> str:
        """The action's name in `domain.yml`."""

    @abstractmethod
    def answer(self, turn: Turn) -> Events:
        """Says something and returns Rasa's events; called in a thread, in one transaction."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Calls `answer`; the boundary at which errors become words (a failed action would be silent in Rasa)."""
        try:
            return await asyncio.to_thread(self._answer, dispatcher, tracker)
        except ActionExecutionRejection:
            raise
        except BackendUnavailable:
            log.info("action.backend_unavailable", action=self.name())
            return await asyncio.to_thread(self._keep_question, dispatcher, tracker)
        except OnestopError as error:
            log.info("action.refused", action=self.name(), error=type(error).__name__)
            return self._apologise(dispatcher, tracker, utterance_of(error))
        except Exception:
            log.exception("action.failed", action=self.name())
            return self._apologise(dispatcher, tracker, "utter_system_error")

    def _answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        services = wiring.services()
        with services.sessions.begin() as session:
            turn = turn_of(services, session, dispatcher, tracker, clock.now())
            if not waiting.introduce(turn):
                return []
            events = self.answer(turn)
            waiting.note_answered(turn)
            return events

    def _keep_question(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """The dossier system is down: keeps what was asked; a late answer that fails again waits on in silence."""
        services = wiring.services()
        with services.sessions.begin() as session:
            turn = turn_of(services, session, dispatcher, tracker, clock.now())
            if later.is_repeat(turn.message_id):
                later.put_back(session, turn.message_id, turn.now)
                dispatcher.messages.clear()
                return []
            question = waiting.question_of(turn, self.name())
            is_kept = question is not None and later.keep(
                session, turn.citizen_id, turn.message_id, question, waiting.KEPT_WORDING, turn.now
            )
        return self._apologise(dispatcher, tracker, "utter_question_kept" if is_kept else "utter_backend_unavailable")

    @staticmethod
    def _apologise(dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> Events:
        dispatcher.messages.clear()  # the transaction is undone: nothing of it may be said
        dispatcher.utter_message(response=response, hotline=wiring.services().settings.fallback_hotline)
        # A form whose step failed ends: asked again it would fail again.
        return [SlotSet("requested_slot", None)] if tracker.active_loop else []


def utterance_of(error: OnestopError) -> str:
    """The sentence for an error, by its nearest class."""
    return next(UTTERANCES[kind] for kind in type(error).__mro__ if kind in UTTERANCES)


class IntentAction(CitizenAction, ABC):
    """Answers messages of certain intents, by whatever way they came: words, a tap, a yes, a second request."""

    intents: ClassVar[tuple[str, ...]] = ()
    is_remembered: ClassVar[bool] = True
    is_whole: ClassVar[bool] = False  # the message is one thing: no part of it is a second request

    def answer(self, turn: Turn) -> Events:
        """Answers the first request and, where there is one, the second; asks back what was hardly understood."""
        events = self._answered(turn)
        if turn.further and not self.is_whole:
            offer_further(turn, has_question=_asks_on(events))
        return events + _left_form(turn, events)

    def _answered(self, turn: Turn) -> Events:
        urgent = None if turn.is_tap else emergencies.urgent_in(turn.text)
        if urgent is not None:
            tell_emergency(turn, urgent)
            return []
        claimed = None if turn.is_tap else claimed_intent(turn)
        if claimed is not None and claimed not in self.intents:
            return respond_as(turn, claimed)
        if not turn.is_tap and turn.intent not in _ONES_OWN_WORDS and refuses_about_persons(turn):
            return []
        if turn.is_unsure and self.intents != NOT_UNDERSTOOD and claimed is None:
            return respond_as(turn, "nlu_fallback")
        begins_at = len(turn.dispatcher.messages)
        events = self.respond(turn)
        if turn.second and turn.second["name"] != turn.intent and not self.is_whole:
            events += _answer_second(turn, begins_at, events)
        if self.is_remembered and turn.intent in self.intents:
            note_intent(turn.session, turn.citizen_id, turn.now, self.meant(turn))
        return events

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """The intent of this action that typed words certainly mean, whatever NLU made of them; mostly None."""
        return None

    def meant(self, turn: Turn) -> str:
        """The intent that a follow-up ("còn kết hôn thì sao") goes on with."""
        return turn.intent

    @abstractmethod
    def respond(self, turn: Turn) -> Events:
        """Answers one request."""


def respond_as(turn: Turn, intent: str, entities: dict[str, Any] | None = None, text: str | None = None) -> Events:
    """Answers as if the citizen had said something else, as a tap or a clear sentence would mean it."""
    action = _action_for(intent)
    return action.respond(turn.as_if(intent, entities, text)) if action else []


def _action_for(intent: str) -> IntentAction | None:
    return next((kind() for kind in _intent_actions() if intent in kind.intents), None)


def claimed_intent(turn: Turn) -> str | None:
    """The intent that typed words certainly mean, whatever NLU made of them; mostly None."""
    return next((claimed for kind in _intent_actions() if (claimed := kind.claims(turn))), None)


def _intent_actions() -> Iterator[Any]:
    classes: list[Any] = [IntentAction]
    while classes:
        kind = classes.pop()
        yield kind
        classes += kind.__subclasses__()


def _answer_second(turn: Turn, begins_at: int, events: Events) -> Events:
    """Answers the second request; a question that the first one led to stays the last thing said."""
    second = turn.second or {}
    intent = str(second["name"])
    first = turn.dispatcher.messages[begins_at:]
    has_asked = any(map(_is_question, first)) or _asks_on(events)
    about_procedures = (*ASPECTS, "search_procedure")
    if has_asked and turn.intent in about_procedures and intent in about_procedures:
        return []  # the answer to that question brings both (actions/procedures.py)
    action = _action_for(intent)
    if action is None or intent in _ASK_MORE:
        if intent in INTENT_TITLES and not has_asked:
            title = INTENT_TITLES[intent]
            turn.say(f"Dạ, còn việc “{title}”: anh/chị bấm nút này, em làm tiếp nhé.", [button(title, intent)])
        return []
    entities = tuple(second.get("entities") or ())
    answered = {turn.intent, intent} & set(ASPECTS)
    text = str(second.get("text") or turn.text)
    more = action.respond(replace(turn, intent=intent, entities=entities, text=text, second=None))
    for message in turn.dispatcher.messages[begins_at:]:
        _withhold(message, answered)
    if not has_asked:
        return more
    messages = turn.dispatcher.messages
    messages[begins_at:] = messages[begins_at + len(first) :] + first
    return [event for event in more if event.get("event") != "followup"]


def _asks_on(events: Events) -> bool:
    """Whether a form's question comes after this answer."""
    return any(event.get("event") == "followup" for event in events)


def _withhold(message: dict[str, Any], answered: set[str]) -> None:
    """Takes the buttons away that ask what this very turn has answered."""
    kept = [one for one in message.get("buttons") or [] if _intent_of(one) not in answered]
    if not _is_question(message):
        message["buttons"] = kept


def _intent_of(shown: dict[str, Any]) -> str:
    return str(shown.get("payload") or "").partition("{")[0].removeprefix("/")


def _left_form(turn: Turn, events: Events) -> Events:
    """Lets a small question go that the citizen talks past: asked after every answer, it becomes noise."""
    is_small = (turn.form, turn.slot("requested_slot")) in _SMALL_QUESTIONS
    if not is_small or any(event.get("event") in ("followup", "active_loop") for event in events):
        return []
    most = 0 if turn.intent in _ENDINGS else _MOST_DIGRESSIONS
    return [ActiveLoop(None), SlotSet("requested_slot", None)] if turn.digressions > most else []


def _is_question(message: dict[str, Any]) -> bool:
    """Whether it waits for a choice; the buttons under a statement are only offers."""
    return bool(message.get("numbered")) and "?" in (message.get("text") or "")


# Here people tell of others in their own words.
_ONES_OWN_WORDS = frozenset({"give_feedback", "rate_service", "talk_to_human", "link_phone"})
# Questions with which nothing is lost when they are dropped, and what politely ends a talk.
_SMALL_QUESTIONS = frozenset(
    {
        ("dossier_form", "asked_dossier_code"),
        ("procedure_form", "asked_procedure"),
        ("place_form", "asked_place"),
        ("lookup_form", "asked_lookup"),
        ("ticket_form", "ticket_question"),
        ("rating_form", "rating_stars"),
    }
)
_ENDINGS = frozenset({"thank", "goodbye"})
_MOST_DIGRESSIONS = 1
# Requests that begin a talk of their own: two at once would confuse.
_ASK_MORE = frozenset({"give_feedback", "rate_service", "delete_my_data", "set_reminder"})
