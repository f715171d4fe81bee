"""Being answered by a person: opening a ticket, coming back to the assistant."""

from __future__ import annotations

from datetime import timedelta

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.feedback_draft import calendar_of
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, Reading, closed_form, open_form
from actions.mailbox_wording import drops_officer, question_for_officer
from actions.menu import menu_buttons
from actions.turn import Turn, button, call
from onestop.clock import LOCAL
from onestop.errors import BackendUnavailable
from onestop.messages import officers as words
from onestop.messages.formats import phone_text
from onestop.services import officers
from onestop.storage.tables import OfficerRequest

_ANSWERED_AT_ONCE = frozenset(
    "ask_documents ask_fee ask_duration ask_where_to_submit ask_online_submission ask_form contact_hotline "
    "ask_working_hours ask_address lookup_dossier".split()
)
_SURE = 0.8
_SMALL_TALK = frozenset({"greet", "thank", "affirm", "deny", "bot_challenge"})


class TalkToHuman(IntentAction):
    """Opens a ticket; in opening hours the assistant falls silent, out of hours it goes on answering."""

    intents = ("talk_to_human",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_talk_to_human"

    def respond(self, turn: Turn) -> Events:
        """Keeps the question and says honestly when somebody will read it."""
        question = _question(turn)
        calendar = calendar_of(turn)
        opens_next = officers.opens_next(turn.now, calendar)
        silence = timedelta(seconds=turn.services.settings.officer_silence_s) if opens_next is None else None
        ticket, is_new = officers.open_ticket(
            turn.session, turn.citizen_id, turn.message_id, question, turn.now, silence
        )
        leaving = _left_forms(turn)
        if opens_next is None:
            self._say_waiting(turn, ticket, is_new, bool(question))
            return leaving
        hotline = turn.services.settings.fallback_hotline
        opening = calendar.opening
        why = _why_closed(turn)
        turn.say(
            words.closed_text(is_new, bool(question), opens_next, why, opening, hotline), [_call(hotline), _drop()]
        )
        return leaving if question or ticket.question else [*leaving, *open_form(TicketStep)]

    @staticmethod
    def _say_waiting(turn: Turn, ticket: OfficerRequest, is_new: bool, has_question: bool) -> None:
        queue = officers.queue_of(turn.session, ticket, turn.now)
        hotline = turn.services.settings.fallback_hotline
        turn.say(
            words.waiting_text(is_new, has_question, queue.before, queue.usual_wait_min, hotline),
            [button(officers.BACK.title, officers.BACK.intent), _call(hotline)],
        )


class TicketStep(FormStep):
    """Out of hours: reads the question that an officer shall find in the morning."""

    form = "ticket_form"
    slots = ("ticket_question",)
    takes_any_words = True
    may_be_skipped = ("ticket_question",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Any typed words."""
        is_small_talk = turn.intent in _SMALL_TALK and not turn.is_unsure
        if turn.is_tap or turn.intent in NOT_WORDS or is_small_talk:
            return Digression()
        return Filled({"ticket_question": turn.text})


class KeepQuestion(CitizenAction):
    """Keeps the question on the ticket, and answers at once what the assistant can answer itself."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_keep_question"

    def answer(self, turn: Turn) -> Events:
        """Says when it will be read."""
        closing = closed_form(TicketStep)
        question = turn.slot("ticket_question")
        if not question:
            return closing
        officers.open_ticket(turn.session, turn.citizen_id, turn.message_id, str(question), turn.now, None)
        opens_next = officers.opens_next(turn.now, calendar_of(turn))
        turn.say(words.question_kept_text(opens_next), [_drop()])
        if turn.intent in _ANSWERED_AT_ONCE and turn.confidence >= _SURE:
            return closing + respond_as(turn, turn.intent)
        return closing


class BackToBot(IntentAction):
    """The citizen wants the assistant again."""

    intents = ("back_to_bot",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_back_to_bot"

    def respond(self, turn: Turn) -> Events:
        """Speaks again; a question that nobody answered yet stays listed."""
        listed = officers.back_to_assistant(turn.session, turn.citizen_id, turn.now)
        buttons = [_drop()] if listed is not None else menu_buttons()
        turn.say(words.back_text(is_still_listed=listed is not None), buttons)
        return []


class DropTicket(IntentAction):
    """The citizen no longer needs an officer."""

    intents = ("drop_ticket",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_drop_ticket"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "thôi khỏi gặp nữa", while somebody waits for an officer."""
        if turn.is_tap or not drops_officer(turn.text):
            return None
        return "drop_ticket" if officers.waits_for_officer(turn.session, turn.citizen_id) else None

    def respond(self, turn: Turn) -> Events:
        """Ends the ticket."""
        was_open = officers.drop_ticket(turn.session, turn.citizen_id, turn.now)
        turn.say(words.dropped_text(was_open), menu_buttons())
        return _left_forms(turn)


def _question(turn: Turn) -> str:
    """What the citizen wants to know, with the report that they were in the middle of."""
    asked = "" if turn.is_tap else question_for_officer(turn.text)
    draft = turn.slot("feedback_text")  # emptied when a report is sent or dropped
    return "\n".join(part for part in (asked, f"(đang viết phản ánh: {draft})" if draft else "") if part)


def _left_forms(turn: Turn) -> Events:
    """Closes the form that was open: it must not ask on while an officer has the word."""
    return [ActiveLoop(None), SlotSet("requested_slot", None)] if turn.slot("requested_slot") else []


def _why_closed(turn: Turn) -> str | None:
    try:
        day = turn.services.offices.day(turn.now.astimezone(LOCAL).date(), None, turn.now)
    except BackendUnavailable:
        return None
    return None if day.is_worked else day.name


def _call(hotline: str) -> dict:
    return call(f"Gọi {phone_text(hotline)}", hotline)


def _drop() -> dict:
    return button("Thôi gặp cán bộ", "drop_ticket")
