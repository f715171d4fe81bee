"""Small talk, anger, and messages that are no text: each gets a sensible next step, and never the same words twice."""

from __future__ import annotations

from actions.base import Events, IntentAction, respond_as
from actions.menu import human_buttons
from actions.turn import Button, Turn, button
from onestop.messages import small_talk as words
from onestop.services.lookups import readings_in
from onestop.text.kinship import settles_address

_ENOUGH = 3  # times in one conversation after which the menu is no longer offered with a sticker


class SmallTalk(IntentAction):
    """Greets, says goodbye, takes thanks."""

    intents = ("greet", "goodbye", "thank")
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_small_talk"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "gọi tôi là chú nha" is no wish to call anybody; the channel has noted it."""
        return "greet" if not turn.is_tap and settles_address(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """In other words each time."""
        if turn.is_behind:
            return []
        if not turn.is_tap and settles_address(turn.text):
            turn.say(words.ADDRESS_NOTED, _start_buttons())
            return []
        if turn.intent == "greet":
            turn.say(words.variant(words.GREETINGS, turn.times), _start_buttons())
        else:
            wordings = words.THANKS if turn.intent == "thank" else words.FAREWELLS
            turn.say(words.variant(wordings, turn.times))
        return []


class AnswerInsult(IntentAction):
    """Stays calm."""

    intents = ("insult",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_insult"

    def respond(self, turn: Turn) -> Events:
        """Apologises once, offers help twice, then keeps it short; of a burst, answers the last."""
        if turn.is_behind:
            return []
        buttons = [
            button("Tra cứu hồ sơ", "lookup_dossier", fresh="yes"),
            button("Góp ý, phản ánh", "give_feedback"),
            human_buttons(turn)[0],
        ]
        turn.say(words.variant_ending_calm(words.INSULTS, turn.times), buttons if turn.times <= 2 else buttons[-1:])
        return []


class AnswerMedia(IntentAction):
    """A sticker, a voice note, a video, a file, a business card: says what can be done instead."""

    intents = ("send_sticker", "send_voice", "send_video", "send_file", "send_contact")
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_media"

    def respond(self, turn: Turn) -> Events:
        """A file that is named after its dossier opens it; the same thing again gets other words."""
        named = readings_in(str(turn.value("file_name") or ""))
        if turn.intent == "send_file" and named:
            return respond_as(turn, "lookup_dossier", {"dossier_code": named[0].code}, text="")
        if turn.is_behind:
            return []
        hotline = turn.services.settings.fallback_hotline
        if turn.intent == "send_sticker" and turn.times >= _ENOUGH:
            turn.utter("utter_sticker_again")
        elif turn.intent == "send_voice" and turn.times > 1:
            turn.utter("utter_voice_again", hotline=hotline, buttons=human_buttons(turn))
        else:
            turn.utter(_FIRST[turn.intent])
        return []


_FIRST = {
    "send_sticker": "utter_sticker",
    "send_voice": "utter_voice",
    "send_video": "utter_video",
    "send_file": "utter_file",
    "send_contact": "utter_contact",
}


def _start_buttons() -> list[Button]:
    return [
        button("Tra cứu hồ sơ", "lookup_dossier"),
        button("Hỏi thủ tục", "search_procedure"),
        button("Xem em làm được gì", "help"),
    ]
