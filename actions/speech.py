"""How we speak to a citizen: simply, with numbers in place of buttons, or as usual."""

from __future__ import annotations

from actions.base import Events, IntentAction
from actions.control_wording import LONGEST_WISH_WORDS, simple_speech_wish
from actions.menu import menu_buttons
from actions.turn import Turn, button
from onestop.messages import control as words
from onestop.services.preferences import preferences_of, speak_simply


class SpeakSimply(IntentAction):
    """Switches simple speech on or off."""

    intents = ("speak_simply",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_speak_simply"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "nói đơn giản", "chữ to", "tui già rồi mắt kém"; "nói bình thường lại"."""
        if turn.is_tap or len(turn.text.split()) > LONGEST_WISH_WORDS or turn.values("procedure"):
            return None
        return "speak_simply" if simple_speech_wish(turn.text) is not None else None

    def respond(self, turn: Turn) -> Events:
        """Says how it is from now on; the menu comes along, so that it can be tried at once."""
        wanted = turn.value("wanted") != "no" if turn.is_tap else simple_speech_wish(turn.text) is not False
        is_changed = speak_simply(turn.session, turn.citizen_id, wanted, turn.now)
        if wanted:
            turn.say(words.SIMPLE_ON if is_changed else words.SIMPLE_IS_ON, menu_buttons(), numbered=True)
        else:
            turn.say(words.SIMPLE_OFF if is_changed else words.SIMPLE_IS_OFF, menu_buttons())
        return []


class HearMore(IntentAction):
    """Goes on with an answer that was cut for who wants it short."""

    intents = ("hear_more",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_hear_more"

    def respond(self, turn: Turn) -> Events:
        """The rest stands in the choice itself."""
        rest = str(turn.value("rest") or "")
        if not rest:
            turn.utter("utter_anything_else", buttons=menu_buttons())
            return []
        more = [] if preferences_of(turn.session, turn.citizen_id).is_simple else menu_buttons()
        turn.say(rest, more or [button("Xem em làm được gì", "help")])
        return []
