"""Feedback: taken down over several messages, with a place and photos; found again by its code."""

from __future__ import annotations

from typing import Any

from actions import wording
from actions.base import CitizenAction, Events, IntentAction
from actions.forms import Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form, skips
from actions.turn import Turn, button
from onestop.messages import feedback as words
from onestop.services import feedback
from onestop.services.feedback import Report

MOST_PHOTOS = 10
_DIGRESSIONS = frozenset({"lookup_feedback", "delete_my_data", "stop_notifications", "bot_challenge", "ask_privacy"})


class FeedbackStep(FormStep):
    """Reads what happened, where, and whether it may be sent; photos are taken at any time."""

    form = "feedback_form"
    slots = ("feedback_text", "feedback_place", "feedback_confirmed")
    may_be_skipped = ("feedback_place",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Almost all words are an answer here; taps on other things are digressions."""
        if turn.intent == "send_image":
            return self._with_photos(turn, asked)
        if turn.intent.startswith("send_") or turn.intent in ("share_info", "follow_account"):
            return Digression()
        if turn.is_tap and turn.intent not in ("skip_step", "confirm_feedback", "edit_feedback"):
            return Digression()
        if turn.intent in _DIGRESSIONS:
            return Digression()
        return _READERS[asked](turn)

    @staticmethod
    def _with_photos(turn: Turn, asked: str) -> Reading:
        photos = _photos_in(turn)
        slots: dict[str, Any] = {"feedback_photos": photos}
        caption = turn.value("caption")
        if asked == "feedback_text":
            if caption and wording.tells_something(str(caption)):
                return Filled({**slots, "feedback_text": str(caption)})
            turn.utter("utter_photo_kept_tell_more")
        else:
            turn.utter("utter_photo_kept")
        # The question stays open, with the photo kept: asked again, not counted as a failed try.
        return Filled({**slots, asked: None})


def _read_text(turn: Turn) -> Reading:
    if not wording.tells_something(turn.text):
        turn.utter("utter_feedback_too_short")
        return NotUnderstood()
    if wording.is_formal_complaint(turn.text):
        turn.utter("utter_formal_complaint")
    place = " ".join(str(one) for one in turn.values("place")) or None
    return Filled({"feedback_text": turn.text, "feedback_place": place})


def _read_place(turn: Turn) -> Reading:
    if skips(turn):
        return Filled({"feedback_place": ""})
    place = " ".join(str(one) for one in turn.values("place"))
    return Filled({"feedback_place": place or turn.text})


def _read_confirmation(turn: Turn) -> Reading:
    if turn.intent in ("confirm_feedback", "affirm"):
        return Filled({"feedback_confirmed": "yes"})
    if not turn.is_tap and wording.has_no_photo(turn.text):
        return Filled({"feedback_confirmed": None})  # the question is only put again
    if turn.intent in ("edit_feedback", "deny"):
        turn.utter("utter_feedback_again")
        return Filled({"feedback_text": None, "feedback_place": None, "feedback_confirmed": None})
    if turn.is_tap:
        return Digression()
    if wording.confirms(turn.text):
        return Filled({"feedback_confirmed": "yes"})
    more = f"{turn.slot('feedback_text')}\n{turn.text}"
    return Filled({"feedback_text": more, "feedback_confirmed": None})


_READERS = {
    "feedback_text": _read_text,
    "feedback_place": _read_place,
    "feedback_confirmed": _read_confirmation,
}


class GiveFeedback(IntentAction):
    """Opens the mailbox; what has been told already is not asked again."""

    intents = ("give_feedback",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_give_feedback"

    def respond(self, turn: Turn) -> Events:
        """Takes the message itself as the report where it tells something."""
        if not turn.is_tap and wording.is_formal_complaint(turn.text):
            turn.utter("utter_formal_complaint")
        if turn.is_tap or not wording.tells_something(turn.text):
            return open_form(FeedbackStep, feedback_photos=[], feedback_text=None)
        place = " ".join(str(one) for one in turn.values("place")) or None
        return open_form(FeedbackStep, feedback_photos=[], feedback_text=turn.text, feedback_place=place)


class AskFeedbackConfirmed(CitizenAction):
    """Shows what will be sent."""

    def name(self) -> str:
        """As Rasa derives it from form and slot."""
        return "action_ask_feedback_form_feedback_confirmed"

    def answer(self, turn: Turn) -> Events:
        """Shows it and asks."""
        photos = turn.slot("feedback_photos") or []
        turn.say(
            words.summary_text(str(turn.slot("feedback_text")), turn.slot("feedback_place") or None, len(photos)),
            [
                button("Gửi đi", "confirm_feedback"),
                button("Viết lại", "edit_feedback"),
                button("Thôi, không gửi", "cancel"),
            ],
            numbered=True,
        )
        return []


class FileFeedback(CitizenAction):
    """Takes the report down."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_file_feedback"

    def answer(self, turn: Turn) -> Events:
        """Gives the code and the day of the answer."""
        closing = closed_form(FeedbackStep, "feedback_photos")
        if turn.slot("feedback_confirmed") != "yes" or not turn.slot("feedback_text"):
            return closing
        calendar = turn.services.offices.calendar(None, turn.now)
        report = Report(
            text=str(turn.slot("feedback_text")),
            place=turn.slot("feedback_place") or None,
            photos=tuple(turn.slot("feedback_photos") or ())[:MOST_PHOTOS],
        )
        taken = feedback.take(turn.session, turn.citizen_id, turn.message_id, report, calendar, turn.now)
        turn.say(
            words.taken_text(taken.code, taken.due_on),
            [button("Xem phản ánh này", "lookup_feedback", feedback_code=taken.code)],
        )
        return closing


class LookupFeedback(IntentAction):
    """Tells what became of one's feedback."""

    intents = ("lookup_feedback",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_lookup_feedback"

    def respond(self, turn: Turn) -> Events:
        """By the code, else the newest ones."""
        code = turn.value("feedback_code")
        if code:
            found = feedback.find_feedback(turn.session, turn.citizen_id, str(code))
            if found is None:
                turn.say(words.not_found_text(str(code)), [button("Gặp cán bộ", "talk_to_human")])
            else:
                turn.say(words.state_text(found.code, found.state, found.created_at, found.due_on, found.answer))
            return []
        own = feedback.feedback_of(turn.session, turn.citizen_id)
        if not own:
            turn.utter("utter_no_feedback", buttons=[button("Góp ý, phản ánh", "give_feedback")])
        elif len(own) == 1:
            one = own[0]
            turn.say(words.state_text(one.code, one.state, one.created_at, one.due_on, one.answer))
        else:
            turn.say(
                words.list_text([words.short_state_text(one.code, one.state, one.due_on) for one in own]),
                [button(one.code, "lookup_feedback", feedback_code=one.code) for one in own],
                numbered=True,
            )
        return []


def _photos_in(turn: Turn) -> list[str]:
    kept = list(turn.slot("feedback_photos") or [])
    for value in turn.values("files"):
        if value not in kept:
            kept.append(value)
    return kept[:MOST_PHOTOS]
