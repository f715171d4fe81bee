"""Phone numbers, addresses and opening hours of offices."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.information import answer_location
from actions.turn import Button, Turn, button, call, link
from onestop.clock import LOCAL
from onestop.messages import offices as words
from onestop.messages.formats import phone_text
from onestop.messages.offices import OfficeFacts
from onestop.services import topics
from onestop.services.offices import FoundOffices
from onestop.text import fold

PURPOSES = ("contact_hotline", "ask_address", "ask_working_hours")
_WEEKDAY = re.compile(
    r"\b(?:thu (?P<word>hai|ba|tu|nam|sau|bay)|t(?P<digit>[2-7])|thu (?P<number>[2-7])|(?P<sunday>chu nhat|cn))\b"
)
_WEEKDAY_NUMBERS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}


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
        named = _named(turn)
        if named:
            return answer_place(turn, named, purpose)
        found = turn.services.offices.find(turn.text, turn.now, is_sentence=True)
        if found.sure or found.offers:
            return _answer_found(turn, found, purpose)
        if turn.topic.agency_id and not turn.is_tap:
            office = turn.services.offices.office(turn.topic.agency_id, turn.now)
            if office is not None:
                return tell_office(turn, office, purpose)
        if purpose == "ask_working_hours":
            return tell_usual_hours(turn)
        return ask_place(turn, purpose)


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


def ask_place(turn: Turn, purpose: str) -> Events:
    """Asks which commune's centre is meant."""
    return open_form(PlaceStep, place_purpose=purpose)


def tell_office(turn: Turn, office: OfficeFacts, purpose: str) -> Events:
    """Answers one question about an office."""
    hotline = turn.services.settings.fallback_hotline
    topics.speak_of_agency(turn.session, turn.citizen_id, turn.now, office.id)
    if purpose == "contact_hotline":
        turn.say(words.hotline_text(office, hotline), _call_buttons(office, hotline) + _more(office, purpose))
    elif purpose == "ask_address":
        maps = [link("Mở bản đồ", office.map_url)] if office.map_url else []
        turn.say(words.address_text(office, hotline), maps + _more(office, purpose))
    else:
        day = turn.services.offices.day(asked_day(turn), office.id, turn.now)
        calendar = turn.services.offices.calendar(office.id, turn.now)
        turn.say(words.hours_text(office, day, calendar.opening), _more(office, purpose))
    return []


def tell_usual_hours(turn: Turn) -> Events:
    """Answers for the province's centres in general."""
    day = turn.services.offices.day(asked_day(turn), None, turn.now)
    calendar = turn.services.offices.calendar(None, turn.now)
    turn.say(words.hours_text(None, day, calendar.opening), [button("Địa chỉ trung tâm", "ask_address")])
    return []


def asked_day(turn: Turn) -> date:
    """The day that a question about opening hours means; today where none is said."""
    today = turn.now.astimezone(LOCAL).date()
    for value in turn.values("date"):
        try:
            return datetime.fromisoformat(str(value)).date()
        except ValueError:
            continue
    match = _WEEKDAY.search(fold(turn.text))
    if match is None:
        return today
    weekday = 6 if match["sunday"] else _weekday_number(match["word"], match["digit"] or match["number"])
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _weekday_number(word: str | None, digit: str | None) -> int:
    return _WEEKDAY_NUMBERS[word] if word else int(digit or 2) - 2


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


def short_name(office: OfficeFacts) -> str:
    """The part of a centre's name that tells it from the others: "xã Cần Giuộc"."""
    for kind in (" xã ", " phường ", " tỉnh "):
        head, found, name = office.name.rpartition(kind)
        if found:
            return f"{kind.strip().capitalize()} {name}"
    return office.name


def _named(turn: Turn) -> str | None:
    named = [str(one) for one in (*turn.values("agency"), *turn.values("place"))]
    return " ".join(named) if named else None


def _call_buttons(office: OfficeFacts, hotline: str) -> list[Button]:
    phone = office.phone or hotline
    return [call(f"Gọi {phone_text(phone)}", phone)]


def _more(office: OfficeFacts, purpose: str) -> list[Button]:
    titles = {"contact_hotline": "Số điện thoại", "ask_address": "Địa chỉ", "ask_working_hours": "Giờ làm việc"}
    return [button(title, other, agency_id=office.id) for other, title in titles.items() if other != purpose]


def _province_buttons(turn: Turn, purpose: str) -> list[Button]:
    province = turn.services.offices.province_office(turn.now)
    hotline = turn.services.settings.fallback_hotline
    buttons = [button("Trung tâm tỉnh", purpose, agency_id=province.id)] if province else []
    return [*buttons, call(f"Gọi {phone_text(hotline)}", hotline)]
