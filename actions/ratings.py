"""Ratings, 1 to 5, once for each dossier; a low one is asked why; then, for who likes, a short survey."""

from __future__ import annotations

import re
from typing import Any

from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form, skips
from actions.turn import Button, Turn, button
from onestop.messages import feedback as words
from onestop.services import ratings
from onestop.storage.tables import Rating
from onestop.text import fold
from onestop.text.ratings import rating_of

_GIVES_STARS = re.compile(
    r"^\W*(?:(?:a|da|thoi|khong|nham|y|lon|sua|doi|cho|lai|thanh|toi|tui|em|minh|cham|danh gia|chi)\W+)*[1-5] sao\W*"
    r"(?:(?:nha|nhe|di|thoi|luon|moi dung|a|em)\W*)*$"
)


class RatingStep(FormStep):
    """Reads the stars and, after few of them, the reason."""

    form = "rating_form"
    slots = ("rating_stars", "rating_reason")
    takes_any_words = True
    may_be_skipped = ("rating_reason",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """A number of stars, in any words; then a reason by tap or in any words."""
        if turn.intent in NOT_WORDS:
            return Digression()
        if asked == "rating_stars":
            return self._stars(turn)
        if not turn.is_tap and _GIVES_STARS.match(fold(turn.text)):
            return self._stars(turn)  # "à không, chấm 5 sao": another answer to the question before
        if turn.intent == "give_rating_reason":
            return Filled({"rating_reason": ratings.rules().reason(str(turn.value("reason"))) or ""})
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
        """Asks for the stars unless they were given; a dossier that was rated is not rated twice."""
        code = turn.value("dossier_code")
        if code is None and not turn.is_tap:
            code = _dossier_meant(turn)
        stars = stars_of(turn)
        before = ratings.rating_of(turn.session, turn.citizen_id, str(code)) if code else None
        if before is not None and not (turn.is_tap and turn.value("change")):
            _tell_rated_before(turn, before)
            return []
        slots = stars_slots(stars) if stars else {}
        return open_form(RatingStep, rating_dossier=code, rating_change=turn.value("change"), **slots)


class AskStars(CitizenAction):
    """Asks for the stars, with a button each."""

    def name(self) -> str:
        """As Rasa derives it from form and slot."""
        return "action_ask_rating_form_rating_stars"

    def answer(self, turn: Turn) -> Events:
        """Worst first, so that a typed number picks as many stars."""
        turn.utter("utter_ask_stars", buttons=level_buttons(turn.slot("rating_dossier")), numbered=True)
        return []


class AskRatingReason(CitizenAction):
    """Asks what went wrong, with the usual reasons as buttons."""

    def name(self) -> str:
        """As Rasa derives it from form and slot."""
        return "action_ask_rating_form_rating_reason"

    def answer(self, turn: Turn) -> Events:
        """Reasons are data; any other words do as well."""
        buttons = [button(title, "give_rating_reason", reason=one) for one, title in ratings.rules().reasons]
        turn.utter("utter_ask_rating_reason", buttons=buttons[:5], numbered=True)
        return []


class KeepRating(CitizenAction):
    """Keeps the rating."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_keep_rating"

    def answer(self, turn: Turn) -> Events:
        """Thanks, and offers the survey."""
        closing = closed_form(RatingStep, "rating_dossier", "rating_change")
        stars = turn.slot("rating_stars")
        if not stars:
            return closing
        code = turn.slot("rating_dossier")
        rated = ratings.rate(
            turn.session,
            turn.services.reader,
            turn.citizen_id,
            turn.message_id,
            int(stars),
            turn.now,
            dossier_code=code,
            reason=turn.slot("rating_reason") or None,
            is_change=bool(turn.slot("rating_change")),
        )
        if rated.was_changed:
            turn.say(words.changed_text(rated.stars))
        elif not rated.is_new and code and (before := ratings.rating_of(turn.session, turn.citizen_id, code)):
            _tell_rated_before(turn, before)
        else:
            turn.say(words.thanks_text(int(stars)), _after_rating(rated))
        return closing


class AnswerSurvey(IntentAction):
    """Asks the survey's questions one by one; it is left by doing anything else."""

    intents = ("answer_survey",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_survey"

    def respond(self, turn: Turn) -> Events:
        """Keeps an answer where one was tapped, then asks the next question."""
        rating_id = int(turn.value("rating_id") or 0)
        if turn.value("question"):
            answer = int(turn.value("survey_answer") or 0)
            ratings.answer_question(
                turn.session, turn.citizen_id, rating_id, str(turn.value("question")), answer, turn.now
            )
        question = ratings.next_question(turn.session, turn.citizen_id, rating_id)
        if question is None:
            turn.say(words.survey_over_text(is_complete=True))
            return []
        rules = ratings.rules()
        number = rules.questions.index(question) + 1
        turn.say(
            words.survey_question_text(question.text, number, len(rules.questions)),
            [*_scale_buttons(rating_id, question.id), button("Dừng khảo sát", "leave_survey")],
            numbered=True,
        )
        return []


class LeaveSurvey(IntentAction):
    """Leaves the survey."""

    intents = ("leave_survey",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_leave_survey"

    def respond(self, turn: Turn) -> Events:
        """What was answered stays."""
        turn.say(words.survey_over_text(is_complete=False))
        return []


def level_buttons(dossier_code: str | None, is_change: bool = False) -> list[Button]:
    """A button for each level, worst first."""
    more = {"dossier_code": dossier_code} if dossier_code else {}
    if is_change:
        more["change"] = "yes"
    return [button(name, "rate_service", rating=stars, **more) for stars, name in ratings.rules().levels]


def stars_slots(stars: int) -> dict[str, Any]:
    """Fills the stars; only a low rating is asked why."""
    return {"rating_stars": stars, "rating_reason": None if stars <= ratings.rules().low else ""}


def answers_offer(turn: Turn) -> bool:
    """Whether a bare number answers the question under the news that a result was handed over."""
    is_asked = _is_bare(turn.text) and ratings.offered_dossier(turn.session, turn.citizen_id, turn.now) is not None
    return not turn.is_tap and is_asked


def _is_bare(text: str) -> bool:
    return text.strip(" .!") in ("1", "2", "3", "4", "5")


def stars_of(turn: Turn) -> int | None:
    """The stars in a message: an entity's value, or a bare number from 1 to 5."""
    value = turn.value("rating")
    if value is None and not turn.is_tap:
        value = int(turn.text.strip(" .!")) if _is_bare(turn.text) else rating_of(turn.text)
    try:
        stars = int(value) if value is not None else 0
    except (TypeError, ValueError):
        return None
    return stars if 1 <= stars <= 5 else None


def _dossier_meant(turn: Turn) -> str | None:
    """The dossier that words mean without its code: the one asked about, else one just rated, or "hồ sơ này"."""
    offered = ratings.offered_dossier(turn.session, turn.citizen_id, turn.now)
    talked_about = turn.topic.dossier_code
    if offered or talked_about is None:
        return offered
    was_rated = ratings.rating_of(turn.session, turn.citizen_id, talked_about) is not None
    return talked_about if was_rated or "ho so" in fold(turn.text) else None


def _tell_rated_before(turn: Turn, before: Rating) -> None:
    code = str(before.dossier_code)
    if ratings.may_change(before, turn.now):
        until = before.created_at + ratings.rules().may_be_changed_for
        turn.say(words.rated_before_text(code, before.stars, until), level_buttons(code, is_change=True), numbered=True)
    else:
        turn.say(words.rated_before_text(code, before.stars, None), [button("Góp ý, phản ánh", "give_feedback")])


def _after_rating(rated: ratings.Rated) -> list[Button]:
    survey = button("Khảo sát ngắn (5 câu)", "answer_survey", rating_id=rated.id)
    if rated.stars <= ratings.rules().low:
        return [button("Gửi phản ánh", "give_feedback"), survey]
    return [survey]


def _scale_buttons(rating_id: int, question_id: str) -> list[Button]:
    return [
        button(title, "answer_survey", rating_id=rating_id, question=question_id, survey_answer=answer)
        for answer, title in ratings.rules().scale
    ]
