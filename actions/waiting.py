"""Questions that the dossier system could not answer: kept, and introduced when they are answered late."""

from __future__ import annotations

from actions.turn import Turn
from onestop.messages.formats import time_text
from onestop.services import later
from onestop.services.later import Question
from onestop.services.lookups import readings_in

KEPT_WORDING = "Em giữ câu hỏi này, có lại là em trả lời ngay"
_ABOUT_DOSSIERS = ("lookup_dossier", "follow_dossier", "show_papers")
_ABOUT_PROCEDURES = (
    "search_procedure",
    "ask_documents",
    "ask_fee",
    "ask_duration",
    "ask_where_to_submit",
    "ask_online_submission",
    "ask_form",
)
_ABOUT_OFFICES = ("contact_hotline", "ask_address", "ask_working_hours")
_LONGEST_NAME = 200


def question_of(turn: Turn, action: str) -> Question | None:
    """What was asked, complete in itself; None where it cannot be asked again without the citizen."""
    intent = _intent_of(turn, action)
    if intent in _ABOUT_DOSSIERS:
        return _about_dossiers(turn, intent)
    if intent in _ABOUT_PROCEDURES:
        return _about_a_procedure(turn, intent)
    if intent in _ABOUT_OFFICES:
        return _about_an_office(turn, intent)
    if intent == "list_my_dossiers":
        return Question(turn.text, intent, {})
    return None


def introduce(turn: Turn) -> bool:
    """Says that this is the late answer, where it is one.

    Returns:
        Whether the turn goes on: False where the question has been settled meanwhile.
    """
    if not later.is_repeat(turn.message_id):
        return True
    row = later.question_behind(turn.session, turn.message_id)
    if row is None or row.state != "asked":
        return False
    asked = " ".join(row.text.split())
    shown = asked if len(asked) <= 80 else asked[:79].rsplit(" ", 1)[0] + "…"
    turn.say(
        f"Dạ, hệ thống một cửa đã hoạt động lại. Anh/chị hỏi lúc {time_text(row.asked_at)}: “{shown}”. Em trả lời ạ:"
    )
    return True


def note_answered(turn: Turn) -> None:
    """Ends the question that was answered now, late or because the citizen asked anew."""
    row = later.question_behind(turn.session, turn.message_id)
    if row is not None:
        later.answered(row, turn.now)
    elif turn.intent in (*_ABOUT_DOSSIERS, *_ABOUT_PROCEDURES, *_ABOUT_OFFICES, "list_my_dossiers"):
        codes = _codes(turn)
        later.settle(turn.session, turn.citizen_id, turn.intent, codes, turn.now)


def _intent_of(turn: Turn, action: str) -> str:
    """At the end of a form, and inside it, what it asks for."""
    if action in ("action_use_dossier_code", "validate_dossier_form"):
        return str(turn.slot("dossier_purpose") or "lookup_dossier")
    if action in ("action_answer_procedure", "validate_procedure_form"):
        return str(turn.slot("asked_aspect") or "search_procedure")
    if action in ("action_answer_place", "validate_place_form"):
        return str(turn.slot("place_purpose") or "contact_hotline")
    return turn.intent


def _codes(turn: Turn) -> list[str]:
    named = [one.code for one in readings_in(turn.text, turn.values("dossier_code"))]
    asked = turn.slot("asked_dossier_code")
    topic = turn.topic.dossier_code
    return named or ([str(asked)] if asked else []) or ([topic] if topic else [])


def _about_dossiers(turn: Turn, intent: str) -> Question | None:
    codes = _codes(turn)
    if not codes:
        return None
    return Question(turn.text, intent, {"dossier_code": codes if len(codes) > 1 else codes[0]})


def _about_a_procedure(turn: Turn, intent: str) -> Question | None:
    code = turn.value("procedure_code")
    named = " ".join(str(one) for one in turn.values("procedure")) or str(turn.slot("asked_procedure") or "")
    if not code and not named and turn.topic.procedure_code:
        code = turn.topic.procedure_code
    if code:
        return Question(turn.text, intent, {"procedure_code": code})
    return Question(turn.text, intent, {"procedure": (named or turn.text)[:_LONGEST_NAME]}) if turn.text else None


def _about_an_office(turn: Turn, intent: str) -> Question | None:
    agency_id = turn.value("agency_id") or (turn.topic.agency_id if not turn.values("place") else None)
    if agency_id:
        return Question(turn.text, intent, {"agency_id": agency_id})
    named = " ".join(str(one) for one in (*turn.values("agency"), *turn.values("place")))
    named = named or str(turn.slot("asked_place") or "")
    return Question(turn.text, intent, {"place": named[:_LONGEST_NAME]} if named else {})
