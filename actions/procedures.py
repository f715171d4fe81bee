"""Finding procedures, and the six questions about them."""

from __future__ import annotations

from typing import Any

from actions import wording
from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.elsewhere import tell_elsewhere
from actions.form_files import tell_form
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.submitting import places_named, tell_where
from actions.turn import Button, Turn, button, link
from onestop.messages import procedures as words
from onestop.services import topics
from onestop.services.dossiers import DossierNotFound, find_dossier
from onestop.services.procedures import Found, Offer, matter_with, meant_instead
from onestop.storage.life_cycle import DossierState

ASKS = ("search_procedure", *words.ASPECTS)


class SearchProcedure(IntentAction):
    """Finds the procedure that the citizen needs."""

    intents = ("search_procedure",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_search_procedure"

    def respond(self, turn: Turn) -> Events:
        """Shows a card for a sure find, offers several, or asks what is needed."""
        code = turn.value("procedure_code")
        if code:
            return show_whole(turn, str(code)) if turn.value("full") else show_card(turn, str(code))
        if turn.topic.procedure_code and wording.wants_everything(turn.text) and not _named_words(turn):
            return show_whole(turn, turn.topic.procedure_code)
        if turn.value("fresh") or (turn.is_tap and not turn.values("procedure")):
            return ask_which(turn, "search_procedure")
        named = _named_words(turn) or wording.same_about(turn.text) or turn.text
        return answer_words(turn, named, self.meant(turn))

    def meant(self, turn: Turn) -> str:
        """ "còn kết hôn thì sao" after a question about fees is one about fees."""
        before = turn.topic.last_intent
        return str(before) if before in words.ASPECTS and wording.is_like_before(turn.text) else "search_procedure"


class AskAspect(IntentAction):
    """Answers one question about a procedure: the one named, else the one talked about."""

    intents = words.ASPECTS

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_ask_aspect"

    def respond(self, turn: Turn) -> Events:
        """Finds the procedure first, then answers only what was asked."""
        code = turn.value("procedure_code")
        if code:
            events = answer_aspect(turn, str(code), turn.intent)
            also = turn.value("also")
            return events + (answer_aspect(turn, str(code), str(also)) if also in words.ASPECTS else [])
        if is_about_the_dossier(turn):
            return respond_as(turn, "lookup_dossier", {"dossier_code": turn.topic.dossier_code})
        named = _named_words(turn)
        if named:
            return answer_words(turn, named, turn.intent)
        if turn.topic.procedure_code and wording.wants_everything(turn.text):
            return show_whole(turn, turn.topic.procedure_code)
        if turn.topic.procedure_code and (_only_names_a_place(turn) or not _names_another(turn)):
            return answer_aspect(turn, turn.topic.procedure_code, turn.intent)
        named = None if turn.is_tap else wording.beyond_the_question(turn.text)
        if named:
            found = turn.services.procedures.find(named)
            if found.is_anything:
                return answer_words(turn, named, turn.intent)
        return answer_words(turn, turn.text, turn.intent) if _means_elsewhere(turn) else ask_which(turn, turn.intent)


class ProcedureWordsStep(FormStep):
    """Reads which procedure is meant."""

    form = "procedure_form"
    slots = ("asked_procedure",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Words that name a procedure are the answer."""
        code = turn.value("procedure_code")
        if code:
            return Filled({asked: str(code), "asked_aspect": _aspect_of(turn)})
        if turn.intent in NOT_WORDS or turn.is_tap:
            return Digression()
        if turn.intent in ASKS:
            named = _named_words(turn) or turn.text
            if wording.names_nothing(named) or (turn.intent in words.ASPECTS and not _names_something(turn)):
                return Digression()  # another question about what is still to be named
            aspect = turn.intent if turn.intent in words.ASPECTS else turn.slot("asked_aspect")
            return self._found(turn, asked, named, aspect)
        if turn.intent in ("out_of_scope", "nlu_fallback", "deny") or turn.values("procedure"):
            return self._found(turn, asked, _named_words(turn) or turn.text, turn.slot("asked_aspect"))
        return Digression()

    @staticmethod
    def _found(turn: Turn, asked: str, named: str, aspect: Any) -> Reading:
        found = turn.services.procedures.find(named)
        if found.is_anything:
            return Filled({asked: named, "asked_aspect": aspect})
        turn.utter("utter_procedure_not_seen")
        return NotUnderstood()


class AnswerProcedure(CitizenAction):
    """Goes on with the procedure that was asked for."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_procedure"

    def answer(self, turn: Turn) -> Events:
        """Answers what had been asked about it."""
        asked, aspect = turn.slot("asked_procedure"), turn.slot("asked_aspect") or "search_procedure"
        closing = closed_form(ProcedureWordsStep, "asked_aspect")
        if not asked:
            return closing
        if turn.value("procedure_code") == asked:
            return closing + (
                show_card(turn, asked) if aspect == "search_procedure" else answer_aspect(turn, asked, aspect)
            )
        return closing + answer_words(turn, asked, aspect)


def answer_words(turn: Turn, named: str, aspect: str) -> Events:
    """Finds the procedure that words name, and answers the aspect (or shows the card)."""
    found = turn.services.procedures.find(named)
    if not found.is_anything and not turn.is_tap and named != turn.text:
        found = turn.services.procedures.find(turn.text)  # the verb around a bare name decides: "làm sổ hồng"
    if found.sure:
        is_card = aspect == "search_procedure"
        return show_card(turn, found.sure.code) if is_card else answer_aspect(turn, found.sure.code, aspect)
    if found.elsewhere:
        tell_elsewhere(turn, found.elsewhere, found.offers)
        return []
    if aspect in words.ASPECTS and turn.topic.procedure_code in [one.code for one in found.offers]:
        return answer_aspect(turn, turn.topic.procedure_code, aspect)  # of several that fit, the one talked about
    if found.offers:
        _offer(turn, found, aspect)
        return []
    if turn.topic.procedure_code and wording.is_about_costs(named):
        return answer_aspect(turn, turn.topic.procedure_code, "ask_fee")
    settings = turn.services.settings
    if wording.names_nothing(named):
        return ask_which(turn, aspect)
    turn.say(
        words.none_text(settings.portal_url, settings.fallback_hotline),
        [link("Mở Cổng dịch vụ công", settings.portal_url), button("Gặp cán bộ", "talk_to_human")],
    )
    return []


def show_card(turn: Turn, code: str) -> Events:
    """The short answer about a procedure, with the questions as buttons; or who does what is no procedure."""
    matter = matter_with(code)
    if matter is not None:
        tell_elsewhere(turn, matter)
        return []
    facts = turn.services.procedures.facts(code, turn.now)
    if facts is None:
        turn.utter("utter_procedure_gone")
        return []
    topics.speak_of_procedure(turn.session, turn.citizen_id, turn.now, code)
    buttons = [_aspect_button(aspect, code) for aspect in _CARD_ASPECTS]
    turn.say(words.card_text(facts), [*buttons, _whole_button(code)], numbered=True)
    return []


def show_whole(turn: Turn, code: str) -> Events:
    """The whole record in two messages at most."""
    facts = turn.services.procedures.facts(code, turn.now)
    if facts is None:
        return show_card(turn, code)
    topics.speak_of_procedure(turn.session, turn.citizen_id, turn.now, code)
    *first, last = words.full_texts(facts)
    for text in first:
        turn.say(text)
    buttons = [_aspect_button(aspect, code) for aspect in ("ask_form", "ask_where_to_submit")]
    turn.say(last, [*buttons, *_page_button(facts)])
    return []


def answer_aspect(turn: Turn, code: str, aspect: str) -> Events:
    """Answers one question about a procedure."""
    if matter_with(code) is not None:
        return show_card(turn, code)
    facts = turn.services.procedures.facts(code, turn.now)
    if facts is None:
        turn.utter("utter_procedure_gone")
        return []
    topics.speak_of_procedure(turn.session, turn.citizen_id, turn.now, code)
    following = [_aspect_button(other, code) for other in _FOLLOWING[aspect]]
    if aspect == "ask_where_to_submit":
        tell_where(turn, facts, following)
    elif aspect == "ask_form":
        tell_form(turn, facts, following)
    else:
        page = _page_button(facts) if aspect == "ask_online_submission" else []
        turn.say(words.aspect_text(facts, aspect), [*page, *following, _whole_button(code)])
    return []


def ask_which(turn: Turn, aspect: str) -> Events:
    """Asks which procedure is meant."""
    return open_form(ProcedureWordsStep, asked_aspect=aspect)


def correction_of(turn: Turn) -> Found | None:
    """What a "không phải, ý tôi là …" means instead; None where it names nothing."""
    rest = meant_instead(turn.text)
    if not rest:
        return None
    found = turn.services.procedures.find(rest)
    return found if found.is_anything else None


_CARD_ASPECTS = ("ask_documents", "ask_where_to_submit", "ask_online_submission", "ask_form")
_FOLLOWING = {
    "ask_documents": ("ask_form", "ask_where_to_submit", "ask_fee"),
    "ask_fee": ("ask_documents", "ask_duration", "ask_where_to_submit"),
    "ask_duration": ("ask_documents", "ask_fee", "ask_where_to_submit"),
    "ask_where_to_submit": ("ask_documents", "ask_online_submission", "ask_fee"),
    "ask_online_submission": ("ask_documents", "ask_fee", "ask_form"),
    "ask_form": ("ask_documents", "ask_where_to_submit", "ask_online_submission"),
}


def _aspect_button(aspect: str, code: str) -> Button:
    return button(words.ASPECT_TITLES[aspect], aspect, procedure_code=code)


def _whole_button(code: str) -> Button:
    return button("Xem đầy đủ", "search_procedure", procedure_code=code, full="yes")


def _page_button(facts: words.ProcedureFacts) -> list[Button]:
    """The page on which just this procedure is handed in, where that can be done."""
    return [link("Nộp trực tuyến", facts.page)] if facts.page and words.is_online(facts) else []


def _only_names_a_place(turn: Turn) -> bool:
    """Whether "nộp ở đâu, nhà tui ở Cần Giuộc" names a place only, and so is about the procedure talked about."""
    if turn.intent != "ask_where_to_submit" or turn.is_tap:
        return False
    found = places_named(turn)
    return bool(found.sure or found.offers)


def _offer(turn: Turn, found: Found, aspect: str) -> None:
    offers: tuple[Offer, ...] = found.offers
    asked = aspect if aspect in words.ASPECTS else None
    turn.say(
        words.several_text([one.name for one in offers], asked),
        [button(one.name, aspect, procedure_code=one.code, **_also(turn, aspect)) for one in offers],
        numbered=True,
    )


def _also(turn: Turn, aspect: str) -> dict[str, str]:
    """A second question about the same procedure goes along with the choice that the first one needs."""
    second = str(turn.second["name"]) if turn.second else ""
    return {"also": second} if second in words.ASPECTS and second != aspect else {}


def _named_words(turn: Turn) -> str | None:
    named = wording.asked_of([str(one) for one in turn.values("procedure")], turn.text)
    return " ".join(named) if named else None


def _aspect_of(turn: Turn) -> Any:
    return turn.intent if turn.intent in words.ASPECTS else turn.slot("asked_aspect")


def is_about_the_dossier(turn: Turn) -> bool:
    """Whether "khi nào lấy được?" or "cần bổ sung giấy gì?" is about the dossier just talked about."""
    if turn.is_tap or turn.values("procedure") or not turn.topic.dossier_is_newer:
        return False
    if wording.asks_what_to_bring(turn.text) and _state_of_dossier(turn) is DossierState.READY:
        return True
    if turn.intent == "ask_where_to_submit" and _state_of_dossier(turn) is DossierState.SUPPLEMENT_REQUESTED:
        return True
    return wording.asks_about_own_dossier(turn.text, turn.intent)


def _state_of_dossier(turn: Turn) -> DossierState | None:
    try:
        return find_dossier(turn.services.reader, str(turn.topic.dossier_code), turn.now).state
    except DossierNotFound:
        return None


def _names_something(turn: Turn) -> bool:
    return bool(turn.values("procedure")) or wording.beyond_the_question(turn.text) is not None


def _means_elsewhere(turn: Turn) -> bool:
    """Whether the question as a whole is one for another office: "đóng tiền điện ở đâu" asks for no fee."""
    return not turn.is_tap and turn.services.procedures.find(turn.text).elsewhere is not None


def _names_another(turn: Turn) -> bool:
    """Whether a question without a marked procedure names one all the same, and surely."""
    named = None if turn.is_tap else wording.beyond_the_question(turn.text)
    if not named:
        return _means_elsewhere(turn)
    found = turn.services.procedures.find(named)
    if found.elsewhere is not None:
        return True
    return found.sure is not None and found.sure.code != turn.topic.procedure_code
