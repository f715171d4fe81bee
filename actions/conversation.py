"""Yes and no, leaving, not understanding, the menu, and people."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions import wording
from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.dossier_talk import ask_for_code, tell_without_receipt
from actions.information import look_up_after_all
from actions.menu import MENU_PARTS, human_buttons, menu_buttons, offer_human, part_buttons
from actions.offices import PURPOSES, answer_place, offer_about_place
from actions.procedures import ASKS, answer_words, ask_which, correction_of
from actions.ratings import answers_offer
from actions.turn import MOST_BUTTONS, NOT_UNDERSTOOD, Turn, button
from onestop.messages import turns as words
from onestop.messages.titles import INTENT_TITLES
from onestop.services import identity, lookups
from onestop.services.buttons import Choice
from onestop.services.procedures import meant_instead
from onestop.text.main_request import LONG_FROM

FORM_SLOTS = (
    "asked_dossier_code",
    "asked_dossier_text",
    "dossier_purpose",
    "asked_procedure",
    "asked_aspect",
    "asked_place",
    "place_purpose",
    "asked_lookup",
    "lookup_intent",
    "lookup_need",
    "lookup_facts",
    "feedback_text",
    "feedback_place",
    "feedback_photos",
    "feedback_confirmed",
    "rating_stars",
    "rating_reason",
    "rating_dossier",
    "rating_change",
    "feedback_kind",
    "feedback_category",
    "feedback_choosing",
    "feedback_anonymous",
    "loose_photos",
    "reopen_code",
    "reopen_reason",
    "ticket_question",
    "reminder_at",
    "reminder_what",
    "reminder_dossier",
    "link_phone_number",
)
MOST_SUGGESTIONS = 3
MOST_WORDS_OF_A_PICK = 6
MOST_MISUNDERSTOOD = 3
WORTH_SUGGESTING = 0.12
WORTH_SUGGESTING_ALONE = 0.35


_BARE_NUMBER = re.compile(r"^[\d\s.\-/]{3,}$")


class Affirm(IntentAction):
    """A yes to the question just asked."""

    intents = ("affirm",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_affirm"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "đúng, xóa" while a yes is waited for, whatever the other words resemble."""
        return "affirm" if _answering(turn, "yes") is not None and wording.says_yes(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Does what the yes stands for."""
        yes = _answering(turn, "yes")
        if yes is not None:
            return respond_as(_tapped(turn), yes.intent, yes.entities)
        if len(turn.topic.asked) > 1:
            turn.utter("utter_choose_one")
            return []
        turn.utter("utter_anything_else", buttons=menu_buttons())
        return []


class Deny(IntentAction):
    """A no to the question just asked, or to what was understood."""

    intents = ("deny",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_deny"

    def respond(self, turn: Turn) -> Events:
        """Takes the correction in the same message; else asks again, or lets go."""
        if turn.values("dossier_code"):
            return respond_as(turn, "lookup_dossier", {"dossier_code": turn.value("dossier_code")})
        if not turn.is_tap:
            corrected = self._corrected(turn)
            if corrected is not None:
                return corrected
        no = _answering(turn, "no")
        if no is not None and no.intent != "deny":
            return respond_as(_tapped(turn), no.intent, no.entities)
        about = turn.value("about") or (no.entities.get("about") if no else None)
        is_of_code = no is None and turn.topic.last_intent == "lookup_dossier" and wording.names_a_code(turn.text)
        if about == "dossier_code" or is_of_code:
            turn.utter("utter_code_again")
            return ask_for_code(turn, "lookup_dossier")
        if about == "desk":
            turn.utter("utter_desk_declined")
            return []
        if about == "erase":
            turn.utter("utter_not_erased")
            return []
        if turn.topic.last_intent in ASKS and no is None:
            return ask_which(turn, str(turn.topic.last_intent))
        turn.utter("utter_all_right", buttons=menu_buttons())
        return []

    @staticmethod
    def _corrected(turn: Turn) -> Events | None:
        found = correction_of(turn)
        if found is None:
            return None
        before = turn.topic.last_intent
        aspect = str(before) if before in ASKS else "search_procedure"
        named = " ".join(str(one) for one in turn.values("procedure")) or meant_instead(turn.text)
        return answer_words(turn, named, aspect)


class Cancel(IntentAction):
    """Leaves what was going on."""

    intents = ("cancel",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_cancel"

    def respond(self, turn: Turn) -> Events:
        """Forgets half-filled answers and a one-time code under way, and shows the menu."""
        was_linking = identity.cancel_request(turn.session, turn.citizen_id, turn.now)
        turn.utter("utter_linking_left" if was_linking else "utter_cancelled", buttons=menu_buttons())
        return [SlotSet(name, None) for name in FORM_SLOTS if turn.slot(name) is not None]


class ShowMenu(IntentAction):
    """Shows one part of the menu."""

    intents = ("show_menu",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_show_menu"

    def respond(self, turn: Turn) -> Events:
        """Lists its entries as buttons."""
        part = str(turn.value("part") or "")
        title = MENU_PARTS[part][0] if part in MENU_PARTS else "Em giúp được các việc sau"
        first, rest = part_buttons(part)[:MOST_BUTTONS], part_buttons(part)[MOST_BUTTONS:]
        if rest:  # more than Zalo puts under one message
            turn.say("Dạ, em tra cứu được các mục này ạ.", rest, keeps_buttons=True)
        turn.say(f"Dạ, {title}: anh/chị chọn việc cần làm ạ.", first, numbered=True, keeps_buttons=True)
        return []


class Help(IntentAction):
    """Says what the assistant can do."""

    intents = ("help",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_help"

    def respond(self, turn: Turn) -> Events:
        """Names the three parts."""
        turn.utter("utter_help", buttons=menu_buttons())
        return []


class Welcome(IntentAction):
    """Greets whoever begins to follow the account."""

    intents = ("follow_account",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_welcome"

    def respond(self, turn: Turn) -> Events:
        """Says who this is, what it does, and shows the menu."""
        turn.utter("utter_welcome", province=turn.services.settings.province_name, buttons=menu_buttons())
        return []


_FIXED = {"bot_challenge": "utter_bot_challenge"}


class FixedAnswer(IntentAction):
    """Wishes with one answer whatever the circumstances, unless they were hardly understood."""

    intents = ("bot_challenge",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_fixed_answer"

    def respond(self, turn: Turn) -> Events:
        """Says it."""
        turn.utter(_FIXED[turn.intent])
        return []


class AnswerUnknown(IntentAction):
    """What was not understood, or is none of our business: tries once more, suggests, or says so."""

    intents = NOT_UNDERSTOOD
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_unknown"

    def respond(self, turn: Turn) -> Events:
        """Never suggests for ever: the third time in a row a person is offered."""
        if wording.is_only_marks(turn.text):
            return _answer_marks(turn)
        understood = self._understood_after_all(turn)
        if understood is not None:
            return understood
        if wording.place_named(turn.text) is not None and len(turn.text.split()) <= MOST_WORDS_OF_A_PICK:
            turn.say(words.NOTHING_TO_PICK, menu_buttons())
            return []
        if turn.is_behind:
            return []  # one of many messages at once: the last one is answered
        if len(turn.text) >= LONG_FROM:
            turn.utter("utter_too_long", buttons=[*menu_buttons(), human_buttons(turn)[0]])
            return []
        if turn.misunderstood >= MOST_MISUNDERSTOOD:
            offer_human(turn)
            return []
        suggested = _suggestions(turn)
        if len(suggested) == 1:
            others = button("Việc khác", "help")
            turn.utter(
                "utter_did_you_mean_one", meant=suggested[0]["title"], buttons=[*suggested, others], numbered=True
            )
        elif suggested:
            turn.utter("utter_did_you_mean", buttons=suggested, numbered=True)
        elif offer_about_place(turn):
            pass
        elif turn.intent == "out_of_scope":
            turn.utter("utter_out_of_scope", buttons=menu_buttons())
        else:
            turn.utter("utter_not_understood", buttons=[*menu_buttons(), human_buttons(turn)[0]])
        return []

    @staticmethod
    def _understood_after_all(turn: Turn) -> Events | None:
        if turn.is_tap:
            return None
        if answers_offer(turn):
            return respond_as(turn, "rate_service")
        looked_up = _about_a_dossier(turn)
        if looked_up is None:
            looked_up = look_up_after_all(turn)
        if looked_up is not None:
            return looked_up
        named = " ".join(str(one) for one in (*turn.values("agency"), *turn.values("place")))
        if named and turn.topic.last_intent in PURPOSES:
            return answer_place(turn, named, str(turn.topic.last_intent))
        before = turn.topic.last_intent
        if turn.values("procedure"):
            return answer_words(turn, " ".join(map(str, turn.values("procedure"))), "search_procedure")
        other = wording.same_about(turn.text)
        if other and before in ASKS:
            return answer_words(turn, other, str(before))
        if _BARE_NUMBER.match(turn.text) and lookups.has_only_a_tail(turn.text):
            turn.utter("utter_need_whole_code")
            return ask_for_code(turn, "lookup_dossier")
        if not wording.could_name_something(turn.text):
            return None
        found = turn.services.procedures.find(turn.text)  # says "none" of what is no procedure more surely than NLU
        if found.sure or found.elsewhere or (found.offers and turn.intent == "nlu_fallback" and not _suggestions(turn)):
            return answer_words(turn, turn.text, "search_procedure")
        return None


class CoreFallback(CitizenAction):
    """Rasa's own last resort, where no rule fits: none should get here, but silence is worse."""

    def name(self) -> str:
        """Rasa's name for it (`config.yml`, core_fallback_action_name)."""
        return "action_default_fallback"

    def answer(self, turn: Turn) -> Events:
        """Offers the menu."""
        turn.utter("utter_not_understood", buttons=menu_buttons())
        return []


def _about_a_dossier(turn: Turn) -> Events | None:
    if wording.has_lost_this_receipt(turn.text):
        tell_without_receipt(turn)
        return []
    has_one = turn.topic.dossier_code is not None
    if lookups.readings_in(turn.text) or (has_one and lookups.second_code_in(turn.text, is_bare_enough=True)):
        return respond_as(turn, "lookup_dossier", text=turn.text)
    if has_one and wording.is_about_this_dossier(turn.text):
        return respond_as(turn, "lookup_dossier", {"dossier_code": turn.topic.dossier_code})
    return None


def _answer_marks(turn: Turn) -> Events:
    """Marks and faces: an angry one is anger, any other is taken as a sticker."""
    if wording.is_angry_face(turn.text):
        return respond_as(turn, "insult")
    if not turn.is_behind:
        turn.utter("utter_sticker")
    return []


def _answering(turn: Turn, answer: str) -> Choice | None:
    return next((choice for choice in turn.topic.asked if choice.entities.get("answer") == answer), None)


def _tapped(turn: Turn) -> Turn:
    return replace(turn, is_tap=True)


def _suggestions(turn: Turn) -> list[dict[str, Any]]:
    likely = [name for name, confidence in turn.ranking if confidence >= WORTH_SUGGESTING and name in INTENT_TITLES]
    if len(likely) == 1 and turn.ranking[0][1] < WORTH_SUGGESTING_ALONE:
        return []  # "ý anh/chị là …?" with one odd guess is worse than the menu
    yes = {"answer": "yes"} if len(likely) == 1 else {}
    return [_suggestion(turn, name, **yes) for name in likely[:MOST_SUGGESTIONS]]


def _suggestion(turn: Turn, intent: str, **more: str) -> dict[str, Any]:
    """A button that keeps what the message said besides its intent."""
    if intent in ASKS and not turn.topic.procedure_code:
        return button(INTENT_TITLES[intent], intent, procedure=turn.text[:200], **more)
    if intent in ("lookup_dossier", "follow_dossier") and turn.topic.dossier_code:
        return button(INTENT_TITLES[intent], intent, dossier_code=turn.topic.dossier_code, **more)
    return button(INTENT_TITLES[intent], intent, **more)
