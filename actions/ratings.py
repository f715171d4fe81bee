"""Ratings, 1 to 5; a low one is asked why."""

from __future__ import annotations

from typing import Any

from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form, skips
from actions.turn import Turn, button
from onestop.messages import feedback as words
from onestop.services import feedback
from onestop.text.ratings import rating_of

LOW = 2


class RatingStep(FormStep):
    """Reads the stars and, after few of them, the reason."""

    form = "rating_form"
    slots = ("rating_stars", "rating_reason")
    may_be_skipped = ("rating_reason",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """A number of stars, in any words; then any words."""
        if turn.intent in NOT_WORDS:
            return Digression()
        if asked == "rating_stars":
            return self._stars(turn)
        if turn.is_tap and turn.intent != "skip_step":
            return Digression()
        if skips(turn):
            return Filled({"rating_reason": ""})
        return Filled({"rating_reason": turn.text})

    @staticmethod
    def _stars(turn: Turn) -> Reading:
        stars = stars_of(turn)
        if stars is not None:
            return Filled(stars_slots(stars))
        if turn.is_tap:
            return Digression()
        if turn.intent in ("rate_service", "out_of_scope", "nlu_fallback", "affirm", "deny"):
            turn.utter("utter_stars_not_seen")
            return NotUnderstood()
        return Digression()


class RateService(IntentAction):
    """Takes a rating."""

    intents = ("rate_service",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_rate_service"

    def respond(self, turn: Turn) -> Events:
        """Asks for the stars unless they were given."""
        code = turn.value("dossier_code")
        stars = stars_of(turn)
        slots = stars_slots(stars) if stars else {}
        return open_form(RatingStep, rating_dossier=code, **slots)


class AskStars(CitizenAction):
    """Asks for the stars, with a button each."""

    def name(self) -> str:
        """As Rasa derives it from form and slot."""
        return "action_ask_rating_form_rating_stars"

    def answer(self, turn: Turn) -> Events:
        """Best first, as on the kiosk at the counter."""
        titles = {5: "Rất hài lòng", 4: "Hài lòng", 3: "Bình thường", 2: "Không hài lòng", 1: "Rất không hài lòng"}
        turn.utter(
            "utter_ask_stars",
            buttons=[button(title, "rate_service", rating=stars) for stars, title in titles.items()],
        )
        return []


class KeepRating(CitizenAction):
    """Keeps the rating."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_keep_rating"

    def answer(self, turn: Turn) -> Events:
        """Thanks."""
        closing = closed_form(RatingStep, "rating_dossier")
        stars = turn.slot("rating_stars")
        if not stars:
            return closing
        is_new = feedback.rate(
            turn.session,
            turn.citizen_id,
            turn.message_id,
            int(stars),
            turn.now,
            dossier_code=turn.slot("rating_dossier"),
            reason=turn.slot("rating_reason") or None,
        )
        more = [button("Gửi phản ánh", "give_feedback")] if int(stars) <= LOW else []
        turn.say(words.thanks_text(int(stars), is_new), more)
        return closing


def stars_slots(stars: int) -> dict[str, Any]:
    """Fills the stars; only a low rating is asked why."""
    return {"rating_stars": stars, "rating_reason": None if stars <= LOW else ""}


def stars_of(turn: Turn) -> int | None:
    """The stars in a message: an entity's value, or a bare number from 1 to 5."""
    value = turn.value("rating")
    if value is None and not turn.is_tap:
        bare = turn.text.strip(" .!")
        value = int(bare) if bare in ("1", "2", "3", "4", "5") else rating_of(turn.text)
    try:
        stars = int(value) if value is not None else 0
    except (TypeError, ValueError):
        return None
    return stars if 1 <= stars <= 5 else None
