"""Phone numbers, addresses and opening hours of offices."""

from __future__ import annotations

from actions import wording
from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.information import answer_location
from actions.office_buttons import call_buttons, map_button, other_questions, short_name
from actions.submitting import speak_of_its_centre
from actions.turn import Button, Turn, button, call
from onestop.messages import offices as words
from onestop.messages import procedures as procedure_words
from onestop.messages.formats import phone_text
from onestop.messages.offices import OfficeFacts
from onestop.services import topics
from onestop.services.lookups import readings_in
from onestop.services.offices import FoundOffices
from onestop.services.opening_questions import days_off_around, opening_question

_ABOUT_A_PLACE = (
    ("ask_address", "Địa chỉ"),
    ("ask_working_hours", "Giờ làm việc"),
    ("contact_hotline", "Số điện thoại"),
)
PURPOSES = ("contact_hotline", "ask_address", "ask_working_hours")


class AskOffice(IntentAction):
    """Answers for the office named, else the one talked about, else asks which."""

    intents = PURPOSES

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_ask_office"

    def respond(self, turn: Turn) -> Events:
        """Finds the office, then answers only what was asked."""
        purpose = turn.intent
        agency_id = turn.value("agency_id")
        if agency_id:
            office = turn.services.offices.office(str(agency_id), turn.now)
            return tell_office(turn, office, purpose) if office else ask_place(turn, purpose)
        if not turn.is_tap and readings_in(turn.text, turn.values("dossier_code")):
            return _tell_of_dossier(turn, purpose)
        named = _named(turn)
        if named and not wording.points_there(named):
            return answer_place(turn, named, purpose)
        found = turn.services.offices.find(turn.text, turn.now, is_sentence=True)
        if found.sure or found.offers:
            return _answer_found(turn, found, purpose)
        if turn.values("procedure"):
            return _tell_of_procedure(turn, purpose, _code_named(turn))
        if turn.topic.agency_id and not turn.is_tap:
            office = turn.services.offices.office(turn.topic.agency_id, turn.now)
            if office is not None:
                return tell_office(turn, office, purpose)
        if turn.topic.procedure_code and not turn.is_tap:
            return _tell_of_procedure(turn, purpose, turn.topic.procedure_code)
        return _tell_without(turn, purpose)


class PlaceStep(FormStep):
    """Reads which office is meant."""

    form = "place_form"
    slots = ("asked_place",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Words that name a place or an office are the answer."""
        if turn.value("agency_id"):
            return Filled({asked: f"id:{turn.value('agency_id')}"})
        if turn.intent in NOT_WORDS or turn.is_tap:
            return Digression()
        named = _named(turn) or turn.text
        found = turn.services.offices.find(named, turn.now)
        if found.sure or found.offers:
            return Filled({asked: named})
        # Another wish about the place that is still to be named ("sđt ở đó").
        points = not _named(turn) or wording.points_there(_named(turn) or "")
        if turn.intent in PURPOSES and points and turn.intent != turn.slot("place_purpose"):
            return Filled({"place_purpose": turn.intent, asked: None})
        if turn.intent in (*PURPOSES, "out_of_scope", "nlu_fallback", "deny", "affirm"):
            turn.utter("utter_place_not_seen", hotline=turn.services.settings.fallback_hotline)
            return NotUnderstood()
        return Digression()


class AnswerPlace(CitizenAction):
    """Goes on with the place that was asked for."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_place"

    def answer(self, turn: Turn) -> Events:
        """Answers what had been asked about it."""
        place, purpose = turn.slot("asked_place"), turn.slot("place_purpose") or "contact_hotline"
        closing = closed_form(PlaceStep, "place_purpose")
        if not place:
            return closing
        if place.startswith("id:"):
            office = turn.services.offices.office(place[3:], turn.now)
            return closing + (tell_office(turn, office, purpose) if office else [])
        return closing + answer_place(turn, place, purpose)


class ReceiveLocation(IntentAction):
    """A location lies nearest to some commune, as far as the look-ups know places."""

    intents = ("send_location",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_receive_location"

    def respond(self, turn: Turn) -> Events:
        """Answers with what is near, where the data know a place there; else asks for the commune."""
        near = answer_location(turn)
        if near is not None:
            return near
        turn.utter("utter_location_not_read")
        return ask_place(turn, "ask_address")


def answer_place(turn: Turn, named: str, purpose: str) -> Events:
    """Finds the office that words name, and answers."""
    found = turn.services.offices.find(named, turn.now)
    if found.sure or found.offers:
        return _answer_found(turn, found, purpose)
    turn.say(
        words.unknown_office_text(purpose, turn.services.settings.fallback_hotline), _province_buttons(turn, purpose)
    )
    return []


def offer_about_place(turn: Turn) -> bool:
    """A bare place asks for nothing: offers what can be asked about its centre; whether it was one."""
    named = " ".join(str(one) for one in (*turn.values("agency"), *turn.values("place")))
    if not named or turn.is_tap or not wording.says_no_more_than(turn.text, named):
        return False
    found = turn.services.offices.find(named, turn.now, is_sentence=True)
    if not found.sure and not found.offers:
        return False
    which = {"agency_id": found.sure.id} if found.sure else {"place": named}
    turn.say(
        words.what_about_text(found.sure.name if found.sure else named),
        [button(title, purpose, **which) for purpose, title in _ABOUT_A_PLACE],
        numbered=True,
    )
    return True


def ask_place(turn: Turn, purpose: str) -> Events:
    """Asks which commune's centre is meant."""
    return open_form(PlaceStep, place_purpose=purpose)


def tell_office(turn: Turn, office: OfficeFacts, purpose: str) -> Events:
    """Answers one question about an office."""
    hotline = turn.services.settings.fallback_hotline
    topics.speak_of_agency(turn.session, turn.citizen_id, turn.now, office.id)
    if purpose == "contact_hotline":
        maps = [map_button(turn, office)]
        turn.say(
            words.hotline_text(office, hotline), call_buttons(office, hotline) + maps + other_questions(office, purpose)
        )
    elif purpose == "ask_address":
        turn.say(words.address_text(office, hotline), [map_button(turn, office), *other_questions(office, purpose)])
    else:
        turn.say(_hours(turn, office), other_questions(office, purpose))
    return []


def tell_usual_hours(turn: Turn) -> Events:
    """Answers for the province's centres in general."""
    turn.say(_hours(turn, None), [button("Địa chỉ trung tâm", "ask_address")])
    return []


def _hours(turn: Turn, office: OfficeFacts | None) -> str:
    """The hours of the day, the time of day or the feast that is asked about."""
    desk, office_id = turn.services.offices, office.id if office else None
    text = "" if turn.is_tap else turn.text
    asked = opening_question(text, turn.values("date"), turn.now)
    calendar = desk.calendar(office_id, turn.now)
    day = desk.day(asked.day, office_id, turn.now)
    if asked.feast is None:
        return words.hours_text(office, day, calendar.opening, asked.moment)
    off = days_off_around(asked.day, calendar)
    if off is None:
        return words.feast_worked_text(asked.feast, asked.day)
    return words.days_off_text(day.name or asked.feast, off.first, off.last, off.worked_again, day.is_unverified)


def _tell_without(turn: Turn, purpose: str) -> Events:
    return tell_usual_hours(turn) if purpose == "ask_working_hours" else ask_place(turn, purpose)


def _tell_of_dossier(turn: Turn, purpose: str) -> Events:
    """Looks the dossier up, by all the rules of a look-up; where it is found, answers for its centre as well."""
    before = topics.topic_of(turn.session, turn.citizen_id, turn.now).agency_id
    events = respond_as(turn, "lookup_dossier", text=turn.text)
    found = topics.topic_of(turn.session, turn.citizen_id, turn.now)
    office = turn.services.offices.office(found.agency_id, turn.now) if found.agency_id else None
    if office is None or (found.agency_id == before and not found.dossier_is_newer):
        return events
    return events + tell_office(turn, office, purpose)


def _tell_of_procedure(turn: Turn, purpose: str, code: str | None) -> Events:
    """Answers for the office that takes a procedure; asks for the commune where it depends on that."""
    facts = turn.services.procedures.facts(code, turn.now) if code else None
    if facts is None:
        return _tell_without(turn, purpose)
    topics.speak_of_procedure(turn.session, turn.citizen_id, turn.now, facts.code)
    if facts.has_own_counter:
        fallback = turn.services.settings.fallback_hotline
        name, place = procedure_words.lower_first(facts.name), procedure_words.place_text(facts) or ""
        buttons = [call(f"Gọi {phone_text(fallback)}", fallback), button("Trung tâm gần nhà", purpose)]
        turn.say(words.own_counter_text(name, place, facts.place_advice, fallback), buttons)
        return []
    speak_of_its_centre(turn, facts)
    centre_id = topics.topic_of(turn.session, turn.citizen_id, turn.now).agency_id
    province = turn.services.offices.province_office(turn.now)
    is_province = province is not None and centre_id == province.id
    return tell_office(turn, province, purpose) if province and is_province else _tell_without(turn, purpose)


def _code_named(turn: Turn) -> str | None:
    found = turn.services.procedures.find(" ".join(str(one) for one in turn.values("procedure")))
    return found.sure.code if found.sure else None


def _answer_found(turn: Turn, found: FoundOffices, purpose: str) -> Events:
    if found.sure:
        return tell_office(turn, found.sure, purpose)
    turn.say(
        words.which_office_text(
            purpose, [office.name for office in found.offers], turn.services.settings.fallback_hotline
        ),
        [button(short_name(office), purpose, agency_id=office.id) for office in found.offers],
        numbered=True,
    )
    return []


def _named(turn: Turn) -> str | None:
    named = [str(one) for one in (*turn.values("agency"), *turn.values("place"))]
    return " ".join(named) if named else None


def _province_buttons(turn: Turn, purpose: str) -> list[Button]:
    province = turn.services.offices.province_office(turn.now)
    hotline = turn.services.settings.fallback_hotline
    buttons = [button("Trung tâm tỉnh", purpose, agency_id=province.id)] if province else []
    return [*buttons, call(f"Gọi {phone_text(hotline)}", hotline)]
