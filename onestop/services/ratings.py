"""Ratings, 1 (very dissatisfied) to 5 (very satisfied), once for each dossier and citizen; the survey behind them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from onestop.errors import BackendUnavailable
from onestop.services.feedback_classes import DATA
from onestop.storage import Session, dossier_queries, feedback
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Rating

MOST_TEXT = 4000
OFFERED_WITH = "returned"
"""The kind of notice under which the levels stand as buttons, once for each dossier and citizen."""
OFFER_FRESH_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Question:
    """One question of the survey, about one factor of the official set."""

    id: str
    factor: str
    text: str


@dataclass(frozen=True)
class RatingRules:
    """Levels, reasons and survey: data with a source (`data/mailbox/ratings.json`).

    Attributes:
        levels: Stars and what they are called, worst first.
        reasons: Why a rating is low: id and title.
        scale: Answers to a survey question: number and title, best first.
    """

    levels: tuple[tuple[int, str], ...]
    low: int
    may_be_changed_for: timedelta
    reasons: tuple[tuple[str, str], ...]
    scale: tuple[tuple[int, str], ...]
    questions: tuple[Question, ...]

    def reason(self, reason_id: str) -> str | None:
        """What a reason is called."""
        return dict(self.reasons).get(reason_id)


@dataclass(frozen=True)
class Rated:
    """A citizen's rating: how it came out when it was given."""

    id: int
    stars: int
    is_new: bool
    was_changed: bool = False


@lru_cache(maxsize=1)
def rules() -> RatingRules:
    """The installation's levels, reasons and survey, read once."""
    data: dict[str, Any] = json.loads((DATA / "ratings.json").read_text(encoding="utf-8"))
    survey = data["survey"]
    return RatingRules(
        levels=tuple(sorted((int(stars), name) for stars, name in data["levels"].items())),
        low=data["reason_asked_up_to"],
        may_be_changed_for=timedelta(hours=data["may_be_changed_for_hours"]),
        reasons=tuple((one["id"], one["title"]) for one in data["reasons"]),
        scale=tuple((one["answer"], one["title"]) for one in survey["scale"]),
        questions=tuple(Question(one["id"], one["factor"], one["text"]) for one in survey["questions"]),
    )


def rating_of(session: Session, citizen_id: str, dossier_code: str) -> Rating | None:
    """This citizen's rating of a dossier."""
    return feedback.rating_by_key(session, _key(citizen_id, dossier_code))


def offered_dossier(session: Session, citizen_id: str, now: datetime) -> str | None:
    """The dossier whose rating was asked for with the news that its result was handed over, if it is still unrated."""
    code = feedback.newest_told(session, citizen_id, OFFERED_WITH, now - OFFER_FRESH_FOR)
    return code if code and rating_of(session, citizen_id, code) is None else None


def may_change(rating: Rating, now: datetime) -> bool:
    """Whether a rating may still be changed: within a day of giving it."""
    return now - rating.created_at <= rules().may_be_changed_for


def rate(
    session: Session,
    reader: DossierReader,
    citizen_id: str,
    message_id: str,
    stars: int,
    now: datetime,
    dossier_code: str | None = None,
    reason: str | None = None,
    is_change: bool = False,
) -> Rated:
    """Keeps a rating, tied to the dossier's centre and procedure; a second one only where it changes the first in time.

    One without a dossier takes the place of another such one of the same day: there is one opinion a day.
    Where the dossier system does not answer, centre and procedure stay empty: the rating is not lost.
    """
    key = _key(citizen_id, dossier_code) if dossier_code else message_id
    if dossier_code is None:
        earlier = feedback.newest_general_rating(session, citizen_id, now - rules().may_be_changed_for)
        if earlier is not None and earlier.key != message_id:
            key, is_change = earlier.key, True
    centre_id, procedure_code = _where_and_what(reader, dossier_code)
    values = {
        "key": key,
        "citizen_id": citizen_id,
        "dossier_code": dossier_code,
        "centre_id": centre_id,
        "procedure_code": procedure_code,
        "stars": stars,
        "reason": _cut(reason),
        "created_at": now,
    }
    is_new = feedback.insert_rating(session, values)
    row = feedback.rating_by_key(session, key)
    assert row is not None  # just inserted, or there before
    if is_new or not is_change or not may_change(row, now):
        return Rated(row.id, row.stars, is_new)
    row.stars, row.reason, row.changed_at = stars, _cut(reason), now
    return Rated(row.id, row.stars, False, was_changed=True)


def next_question(session: Session, citizen_id: str, rating_id: int) -> Question | None:
    """The first question of the survey not answered beside this rating; None after the last, or of another's rating."""
    if feedback.rating_by_id(session, rating_id, citizen_id) is None:
        return None
    answered = feedback.answers_of(session, rating_id)
    return next((one for one in rules().questions if one.id not in answered), None)


def answer_question(
    session: Session, citizen_id: str, rating_id: int, question_id: str, answer: int, now: datetime
) -> bool:
    """Keeps an answer of the survey; False where there is no such question, answer or rating of this citizen."""
    is_known = any(one.id == question_id for one in rules().questions) and answer in dict(rules().scale)
    if not is_known or feedback.rating_by_id(session, rating_id, citizen_id) is None:
        return False
    values = {
        "key": f"{rating_id}:{question_id}",
        "citizen_id": citizen_id,
        "rating_id": rating_id,
        "question": question_id,
        "answer": answer,
        "at": now,
    }
    feedback.keep_survey_answer(session, values)
    return True


def _key(citizen_id: str, dossier_code: str) -> str:
    return f"{citizen_id}:{dossier_code}"


def _where_and_what(reader: DossierReader, dossier_code: str | None) -> tuple[str | None, str | None]:
    if dossier_code is None:
        return None, None
    try:
        found = reader.read(dossier_queries.dossiers_by_codes, [dossier_code])
    except BackendUnavailable:
        return None, None
    return (found[0].centre_id, found[0].procedure_code) if found else (None, None)


def _cut(text: str | None) -> str | None:
    return text[:MOST_TEXT] if text else None
