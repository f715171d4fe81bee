"""What the validation of every form shares: which messages are answers, which are digressions, and when to give up.

Rasa calls `validate_<form>` after each message while the form is open. It returns slots for an answer, nothing for a
digression (then Rasa runs the digression's rule and asks the question again), and an empty slot for an answer that is
none. ADR 0011.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk.events import FollowupAction, SlotSet

from actions import wording
from actions.base import CitizenAction, Events, claimed_intent
from actions.menu import offer_human
from actions.turn import Turn

MOST_TRIES = 3
NOT_WORDS = frozenset(
    {
        "send_image",
        "send_file",
        "send_location",
        "send_sticker",
        "send_voice",
        "send_video",
        "send_link",
        "send_contact",
        "share_info",
        "follow_account",
        "send_nothing",
    }
)
"""What the channel sends for messages that are no text."""

LEAVES = frozenset({"cancel", "help", "talk_to_human", "goodbye", "show_menu"})
"""Never an answer to a form's question."""


@dataclass(frozen=True)
class Filled:
    """An answer: slots and their values."""

    slots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NotUnderstood:
    """Words that were meant as an answer and are none; the action has said why."""


class Digression:
    """Another matter: its own rule answers."""


Reading = Filled | NotUnderstood | Digression


class FormStep(CitizenAction, ABC):
    """Reads the answers to one form's questions."""

    form: ClassVar[str] = ""
    slots: ClassVar[tuple[str, ...]] = ()
    may_be_skipped: ClassVar[tuple[str, ...]] = ()
    takes_any_words: ClassVar[bool] = False
    own_claims: ClassVar[frozenset[str]] = frozenset()  # claimed intents that are answers here

    def name(self) -> str:
        """As Rasa derives it."""
        return f"validate_{self.form}"

    @abstractmethod
    def read(self, turn: Turn, asked: str) -> Reading:
        """Reads a message as the answer to the question for the slot `asked`."""

    def is_skip(self, turn: Turn, asked: str) -> bool:
        """Whether a "bỏ qua" means this question only, not the whole form."""
        return asked in self.may_be_skipped and turn.intent in LEAVES and wording.skips(turn.text)

    def answer(self, turn: Turn) -> Events:
        """See the module."""
        asked = turn.slot("requested_slot")
        if not turn.is_unanswered or asked not in self.slots:
            return []  # the form has just been opened, or is asked again after a digression
        # A guess does not leave a form: short answers ("cấp thoát nước") look like anything to NLU.
        leaves = turn.intent in LEAVES and not turn.is_unsure and not self.is_skip(turn, asked)
        if turn.intent.startswith("EXTERNAL_") or leaves:
            return []
        claimed = None if turn.is_tap or self.takes_any_words else claimed_intent(turn)
        if claimed is not None and claimed not in self.own_claims:
            return []  # words that certainly mean another matter
        reading = self.read(turn, asked)
        if isinstance(reading, Filled):
            return [SlotSet(name, value) for name, value in reading.slots.items()] + [SlotSet("form_tries", 0)]
        if isinstance(reading, Digression):
            return []
        tries = int(turn.slot("form_tries") or 0) + 1
        if tries >= MOST_TRIES:
            offer_human(turn)
            return [SlotSet("form_tries", 0), SlotSet(asked, None), SlotSet("requested_slot", None)]
        return [SlotSet("form_tries", tries), SlotSet(asked, None)]


def skips(turn: Turn) -> bool:
    """Whether a message leaves one question unanswered: the button, or words such as "bỏ qua", "không có"."""
    return turn.intent == "skip_step" or wording.skips(turn.text)


def open_form(form: type[FormStep], **slots: Any) -> Events:
    """Opens a form with these slots filled and its others empty."""
    filled = {name: slots.get(name) for name in (*form.slots, *slots)}
    return [
        *[SlotSet(name, value) for name, value in filled.items()],
        SlotSet("form_tries", 0),
        FollowupAction(form.form),
    ]


def closed_form(form: type[FormStep], *others: str) -> Events:
    """Empties a form's slots at its end."""
    return [SlotSet(name, None) for name in (*form.slots, *others)]
