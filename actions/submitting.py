"""Where a procedure is handed in: by its level, by who decides, and by where the citizen lives."""

from __future__ import annotations

from actions import wording
from actions.office_buttons import contact_buttons, short_name
from actions.turn import Button, Turn, button
from onestop.messages import offices as office_words
from onestop.messages import procedures as words
from onestop.messages.offices import OfficeFacts
from onestop.messages.procedures import ProcedureFacts
from onestop.services import topics
from onestop.services.offices import FoundOffices

INTENT = "ask_where_to_submit"
MOST_NAMED_WORDS = 12


def tell_where(turn: Turn, facts: ProcedureFacts, following: list[Button]) -> None:
    """Answers for the place in the message, else in general; from then on "ở đó" is the centre that was named.

    Args:
        following: Buttons for other questions about the procedure.
    """
    chosen = turn.value("agency_id")
    office = turn.services.offices.office(str(chosen), turn.now) if chosen else None
    if office is not None:
        _tell_centre(turn, facts, office, following)
        return
    found = places_named(turn)
    if found.sure is not None:
        _tell_centre(turn, facts, found.sure, following)
    elif found.offers and facts.is_at_centres:
        _offer_centres(turn, facts, found.offers)
    else:
        _tell_in_general(turn, facts, following)


def places_named(turn: Turn) -> FoundOffices:
    """The centres whose place the message names, marked by understanding or not."""
    if turn.is_tap:
        return FoundOffices()
    named = " ".join(str(one) for one in (*turn.values("place"), *turn.values("agency")))
    if named:
        found = turn.services.offices.centres_of(named, turn.now)
        if found.sure or found.offers:
            return found
    return turn.services.offices.centres_of(turn.text, turn.now, is_sentence=True)


def speak_of_its_centre(turn: Turn, facts: ProcedureFacts) -> None:
    """A procedure that only the province's centre takes makes "số ở đó" that centre's."""
    if facts.has_own_counter or not facts.level or "xã" in facts.level or "tỉnh" not in facts.level:
        return
    province = turn.services.offices.province_office(turn.now)
    if province is not None:
        topics.speak_of_agency(turn.session, turn.citizen_id, turn.now, province.id)


def _tell_centre(turn: Turn, facts: ProcedureFacts, office: OfficeFacts, following: list[Button]) -> None:
    topics.speak_of_agency(turn.session, turn.citizen_id, turn.now, office.id)
    name = words.lower_first(facts.name)
    place = words.place_text(facts) or office.name
    if facts.has_own_counter or not facts.is_at_centres:
        text = office_words.submit_counter_text(office, name, place, facts.place_advice)
    elif "xã" in (facts.level or "") or facts.level is None:
        nearby = words.nearby_text(facts)
        text = office_words.submit_here_text(office, name, _today(turn, office), nearby, facts.place_advice)
    else:
        text = office_words.submit_province_text(office, name, place, _today(turn, office))
    turn.say(text, [*contact_buttons(turn, office), *following])


def _offer_centres(turn: Turn, facts: ProcedureFacts, offers: tuple[OfficeFacts, ...]) -> None:
    said = next((str(one) for one in (*turn.values("place"), *turn.values("agency"))), "") or _said(offers)
    text = office_words.choose_near_text(
        words.lower_first(facts.name), [office.name for office in offers], said, words.nearby_text(facts)
    )
    buttons = [button(short_name(one), INTENT, procedure_code=facts.code, agency_id=one.id) for one in offers]
    turn.say(text, buttons, numbered=True)


def _said(offers: tuple[OfficeFacts, ...]) -> str:
    return next((str(one.old_name) for one in offers if one.old_name), "Nơi này")


def _tell_in_general(turn: Turn, facts: ProcedureFacts, following: list[Button]) -> None:
    text = words.aspect_text(facts, INTENT)
    unknown = next((str(one) for one in turn.values("place")), None)
    if unknown and len(unknown.split()) <= MOST_NAMED_WORDS and not wording.names_nothing(unknown):
        text = f"{text}\n{office_words.place_unknown_text(unknown)}"
    speak_of_its_centre(turn, facts)
    turn.say(text, [button("Trung tâm gần nhà", "ask_address"), *following])


def _today(turn: Turn, office: OfficeFacts) -> str:
    now = turn.now
    day = turn.services.offices.day(turn.services.offices.today(now), office.id, now)
    opening = turn.services.offices.calendar(office.id, now).opening
    return office_words.hours_line(day, opening)
