"""Look-ups in imported data, one thing asked at a time; the portal. What there is to look up: onestop/information."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from rasa_sdk.events import ActiveLoop

from actions import wording
from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.turn import NOT_UNDERSTOOD, Button, Turn, button, call, link
from onestop.information import subscriptions, topics
from onestop.information.book import Book
from onestop.information.provider import AREA_FACTS, Answer, Ask, Call, Facts, Link, Option, Provider, Said
from onestop.information.registry import all_providers, provider_meant, provider_of_intent
from onestop.messages import information as words
from onestop.services import procedures
from onestop.services.citizens import citizen_of
from onestop.services.topics import note_intent
from onestop.text import fold

LONGEST_FOLLOW_UP_WORDS = 8
LONGEST_WRONG_ANSWER_WORDS = 4
_ENTITIES = ("place", "agency", "date", "candidate_number", "parcel")
_UNKNOWN = ("unknown_place", "unknown_road")
_ALL_MESSAGES = re.compile(r"\b(?:tat ca|het|moi|thong bao|tin|nhan tin)\b")
_ENDING = ("unfollow_dossier", "stop_notifications")
_ABOUT_NOTICES = ("follow_dossier", "unfollow_dossier", "stop_notifications", "resume_notifications", "set_reminder")


class TellPortal(IntentAction):
    """Names the online portal; of the procedure talked about, its own page."""

    intents = ("ask_portal",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_tell_portal"

    def respond(self, turn: Turn) -> Events:
        """Gives the address as text and as a button."""
        portal = turn.services.settings.portal_url
        code = turn.topic.procedure_code
        facts = turn.services.procedures.facts(code, turn.now) if code and not turn.is_tap else None
        page = procedures.page_of(facts)
        turn.say(
            words.portal_text(portal, facts.name if facts and page else None, page), [link("Mở cổng", page or portal)]
        )
        return []


class LookUp(IntentAction):
    """Answers for any provider: reads what was said, asks for what is missing, tells what the data say."""

    intents = tuple(provider.intent for provider in all_providers())

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_look_up"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "có cúp điện thì báo tui" is no follow of a dossier, "đừng báo cúp điện nữa" stops no other messages."""
        if wording.is_like_before(turn.text) and not turn.slot("requested_slot"):
            return _gone_on_with(turn)
        if turn.intent not in _ABOUT_NOTICES or turn.values("dossier_code"):
            return None
        if "hồ sơ" in turn.text.lower() or (turn.intent == "set_reminder" and turn.values("date")):
            return None
        meant = provider_meant(turn.text)
        if meant is not None:
            is_end_of_nothing = turn.intent in _ENDING and not _areas_kept(turn, meant)
            return meant.intent if meant.followed_as and not is_end_of_nothing else None  # else actions/control.py
        return _told_lately(turn) if turn.intent in ("unfollow_dossier", "stop_notifications") else None

    def respond(self, turn: Turn) -> Events:
        """Goes on with the last look-up where the message leaves something unsaid."""
        claimed = None if turn.is_tap else self.claims(turn)
        if claimed is not None and claimed != turn.intent:
            return self.respond(turn.as_if(claimed))
        provider = provider_of_intent(turn.intent)
        return proceed(turn, provider, _facts_of(turn, provider)) if provider else []


class LookUpStep(FormStep):
    """Reads the answer to what a look-up asked for."""

    form = "lookup_form"
    slots = ("asked_lookup",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """A choice, a shared location, or words in which the provider finds something."""
        provider, before = _open_question(turn)
        if provider is None:
            return Digression()
        tapped = turn.value("facts")
        if tapped is not None:
            return Filled({asked: str(tapped)}) if turn.intent == provider.intent else Digression()
        is_location = turn.intent == "send_location" and "area" in provider.carried
        if (turn.intent in NOT_WORDS or turn.is_tap) and not is_location:
            return Digression()
        new = provider.read(_said(turn, str(turn.slot("lookup_need"))), book_of(turn, provider))
        unknown = next((str(new[name]) for name in _UNKNOWN if name in new), None)
        if unknown is not None:
            return _not_known(turn, unknown)
        if new and _is_answer(turn, provider, new):
            return Filled({asked: json.dumps(provider.merged(before, new), ensure_ascii=False)})
        if turn.intent in NOT_UNDERSTOOD and len(turn.text.split()) <= LONGEST_WRONG_ANSWER_WORDS:
            turn.utter("utter_lookup_not_seen")
            return NotUnderstood()
        return Digression()


class AskLookUp(CitizenAction):
    """Asks the open question of a look-up, also again after a digression."""

    def name(self) -> str:
        """As Rasa derives it."""
        return "action_ask_lookup_form_asked_lookup"

    def answer(self, turn: Turn) -> Events:
        """Asks the provider anew: data may have changed meanwhile."""
        provider, facts = _open_question(turn)
        if provider is None:
            return closed_form(LookUpStep, *_FORM_SLOTS)
        outcome = provider.answer(facts, book_of(turn, provider))
        if isinstance(outcome, Answer):
            _tell(turn, provider, outcome)
            return closed_form(LookUpStep, *_FORM_SLOTS, "requested_slot")
        listed = [f"{number}. {option.title}" for number, option in enumerate(outcome.options, start=1)]
        choices = [_option(provider, option) for option in outcome.options]
        turn.say("\n".join([outcome.text, *listed]), [*choices, *_links(outcome.links)], numbered=bool(choices))
        return []


class AnswerLookUp(CitizenAction):
    """Goes on with a look-up once what was missing is said."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_answer_lookup"

    def answer(self, turn: Turn) -> Events:
        """Answers, or asks for the next thing."""
        provider, _before = _open_question(turn)
        asked = turn.slot("asked_lookup")
        closing = closed_form(LookUpStep, *_FORM_SLOTS)
        return closing + (proceed(turn, provider, json.loads(str(asked))) if provider and asked else [])


def proceed(turn: Turn, provider: Provider, facts: Facts) -> Events:
    """Answers as far as the facts go, or opens the form for what is missing."""
    note_intent(turn.session, turn.citizen_id, turn.now, provider.intent)
    if facts.get("do") == "stop":
        return _stop(turn, provider, facts)
    outcome = provider.answer(facts, book_of(turn, provider))
    topics.remember(turn.session, turn.citizen_id, turn.now, provider.intent, facts)
    if isinstance(outcome, Ask):
        kept = json.dumps(facts, ensure_ascii=False)
        return open_form(LookUpStep, lookup_intent=provider.intent, lookup_need=outcome.need, lookup_facts=kept)
    _tell(turn, provider, outcome, opening=_follow(turn, provider, facts))
    return []


def look_up_after_all(turn: Turn) -> Events | None:
    """Answers what NLU did not understand: words that surely mean a look-up, or more about the last one."""
    meant = provider_meant(turn.text)
    if meant is not None:
        return respond_as(turn, meant.intent)
    last = topics.last_look_up(turn.session, turn.citizen_id, turn.now)
    provider = provider_of_intent(last.intent)
    if provider is None or turn.topic.last_intent != last.intent:
        return None
    if len(turn.text.split()) > LONGEST_FOLLOW_UP_WORDS:
        return None
    new = provider.read(_said(turn), book_of(turn, provider))
    if not provider.goes_on(_said(turn), new) or any(name in new for name in _UNKNOWN):
        return None
    return respond_as(turn, provider.intent)


def answer_location(turn: Turn) -> Events | None:
    """Answers a shared location: for the last look-up, else with what is near.

    Returns:
        None where no place is known there.
    """
    last = topics.last_look_up(turn.session, turn.citizen_id, turn.now)
    provider = provider_of_intent(last.intent)
    if provider is not None and "area" in provider.carried and turn.topic.last_intent == last.intent:
        new = provider.read(_said(turn), book_of(turn, provider))
        if "area" in new:
            return proceed(turn, provider, provider.merged(last.facts, new))
    where = _location(turn)
    near = book_of(turn, all_providers()[0]).nearest_area(*where) if where else None
    if near is None:
        return None
    homely = [one for one in all_providers() if one.is_about_home]
    facts = {"area": near.id, "latitude": where[0], "longitude": where[1]} if where else {}
    options = [_option(one, Option(words.look_up_title(one.intent), facts)) for one in homely]
    centre = button("Trung tâm một cửa", "ask_address", agency_id=near.id)
    turn.say(words.near_text(near.name), [centre, *options], numbered=True)
    return []


def book_of(turn: Turn, provider: Provider) -> Book:
    """The records of a kind, at the moment of this turn."""
    services = turn.services
    return Book(turn.session, provider.kind, services.offices, turn.now, services.settings.fallback_hotline)


_FORM_SLOTS = ("lookup_intent", "lookup_need", "lookup_facts")


def _open_question(turn: Turn) -> tuple[Provider | None, Facts]:
    provider = provider_of_intent(str(turn.slot("lookup_intent") or ""))
    return provider, json.loads(str(turn.slot("lookup_facts") or "{}"))


def _gone_on_with(turn: Turn) -> str | None:
    """The look-up that "còn ngày mốt?" goes on with, whatever NLU makes of so few words."""
    last = topics.last_look_up(turn.session, turn.citizen_id, turn.now)
    provider = provider_of_intent(last.intent)
    if provider is None or turn.topic.last_intent != last.intent or turn.intent == last.intent:
        return None
    new = provider.read(_said(turn), book_of(turn, provider))
    is_more = provider.goes_on(_said(turn), new) and not any(name in new for name in _UNKNOWN)
    return last.intent if is_more and _says_only(turn, provider, new) else None


def _told_lately(turn: Turn) -> str | None:
    """The look-up meant by "đừng báo nữa" after a push, where neither a dossier nor every message is talked about."""
    if _ALL_MESSAGES.search(fold(turn.text)):
        return None
    last = topics.last_look_up(turn.session, turn.citizen_id, turn.now, topics.PUSH_FRESH_FOR)
    provider = provider_of_intent(last.intent)
    is_beginning = provider is not None and provider.followed_as and last.facts.get("do") == "follow"
    is_told = provider is not None and bool(_areas_kept(turn, provider) or is_beginning)
    return last.intent if is_told and not turn.topic.dossier_code else None


def _facts_of(turn: Turn, provider: Provider) -> Facts:
    """What a message tells, with what the last one told where that is meant too."""
    tapped = turn.value("facts")
    if tapped is not None:
        return dict(json.loads(str(tapped)))
    new = {} if turn.is_tap else provider.read(_said(turn), book_of(turn, provider))
    last = topics.last_look_up(turn.session, turn.citizen_id, turn.now)
    before = {}
    if last.intent == provider.intent and not turn.is_tap:
        carried = provider.carried if new else (AREA_FACTS if provider.is_about_home else ())
        before = {name: last.facts[name] for name in carried if name in last.facts}
    facts = provider.merged(before, new)
    if provider.is_about_home and not AREA_FACTS & facts.keys():
        facts |= _home(turn, provider, last)
    return facts


def _home(turn: Turn, provider: Provider, last: topics.LastLookUp) -> Facts:
    """The commune where the citizen lives, as far as they told it lately or keep a subscription for it."""
    other = provider_of_intent(last.intent)
    if other is not None and other.is_about_home and not turn.is_tap and last.facts.get("area"):
        return {name: last.facts[name] for name in AREA_FACTS if name in last.facts}
    kept = [area for one in all_providers() for area in _areas_kept(turn, one)]
    return {"area": kept[0]} if len(set(kept)) == 1 else {}


def _areas_kept(turn: Turn, provider: Provider) -> list[str]:
    if not provider.followed_as:
        return []
    return subscriptions.areas_of(turn.session, turn.citizen_id, provider.kind)


def _said(turn: Turn, wanted: str | None = None) -> Said:
    entities = {name: tuple(str(value) for value in turn.values(name)) for name in _ENTITIES}
    return Said("" if turn.intent == "send_location" else turn.text, entities, wanted, _location(turn))


def _location(turn: Turn) -> tuple[float, float] | None:
    try:
        return float(turn.value("latitude")), float(turn.value("longitude"))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _is_answer(turn: Turn, provider: Provider, new: Facts) -> bool:
    """Whether words in which something was found answer the question, and are no other matter that names a place."""
    if turn.intent in (provider.intent, "send_location", "affirm", "deny", *NOT_UNDERSTOOD) or turn.is_unsure:
        return True
    return _says_only(turn, provider, new)


def _says_only(turn: Turn, provider: Provider, new: Facts) -> bool:
    """Whether a message holds nothing but what was found in it."""
    known = [str(value) for name in _ENTITIES for value in turn.values(name)]
    known += [str(value) for value in new.values() if fold(str(value)) != fold(turn.text)]  # its words, not the whole
    area = book_of(turn, provider).areas.area(str(new["area"])) if new.get("area") else None
    known += [area.name, area.said] if area else []
    return wording.says_no_more_than(turn.text, " ".join(known))


def _not_known(turn: Turn, unknown: str) -> Reading:
    """A name that is none is told so; a whole question anew is answered by its rule."""
    is_meant = turn.values("place") or len(turn.text.split()) <= LONGEST_WRONG_ANSWER_WORDS
    if not is_meant or turn.intent not in ("deny", *NOT_UNDERSTOOD):
        return Digression()
    turn.say(words.not_known_text(unknown, turn.services.settings.fallback_hotline))
    return NotUnderstood()


def _tell(turn: Turn, provider: Provider, answer: Answer, opening: str = "") -> None:
    book = book_of(turn, provider)
    cited = list(answer.records) or ([book.newest] if answer.has_source and book.newest else [])
    source = provider.source_text(cited, book.today) if cited else ""
    options = [_option(provider, option) for option in answer.options]
    offers = [button(offer.title, offer.intent, **offer.entities) for offer in answer.offers]
    text = "\n".join(one for one in (opening, answer.text, source) if one)
    turn.say(text, [*options, *offers, *_links(answer.links)], numbered=answer.are_choices)


def _option(provider: Provider, option: Option) -> Button:
    return button(option.title, provider.intent, facts=json.dumps(option.facts, ensure_ascii=False))


def _links(links: Sequence[Link | Call]) -> list[Button]:
    return [link(one.title, one.url) if isinstance(one, Link) else call(one.title, one.phone) for one in links]


def _follow(turn: Turn, provider: Provider, facts: Facts) -> str:
    """Subscribes where that was asked for; returns what is said of it."""
    area = book_of(turn, provider).areas.area(str(facts["area"])) if facts.get("area") else None
    if facts.get("do") != "follow" or not provider.followed_as or area is None:
        return ""
    wording_shown = words.subscribed_text(provider.followed_as, area.name)
    subscriptions.subscribe(
        turn.session, turn.citizen_id, provider.kind, area.id, turn.message_id, wording_shown, turn.now
    )
    citizen = citizen_of(turn.session, turn.citizen_id)
    if citizen is not None and citizen.notifications_stopped_at is not None:
        return f"{wording_shown} {words.NOTIFICATIONS_ARE_OFF}"
    return wording_shown


def _stop(turn: Turn, provider: Provider, facts: Facts) -> Events:
    """Ends subscriptions: of the commune named, else all of this kind."""
    known = subscriptions.areas_of(turn.session, turn.citizen_id, provider.kind)
    wanted = [facts["area"]] if facts.get("area") in known else known
    areas = [book_of(turn, provider).areas.area(area) for area in wanted]
    names = [area.name for area in areas if area is not None]
    text = words.unsubscribed_text(provider.title, names)
    subscriptions.unsubscribe(turn.session, turn.citizen_id, provider.kind, wanted, turn.message_id, text, turn.now)
    again = [_option(provider, Option("Báo lại như trước", {"area": area, "do": "follow"})) for area in wanted[:1]]
    turn.say(text, [*again, button("Tắt mọi thông báo", "stop_notifications")])
    is_open = turn.slot("requested_slot") == LookUpStep.slots[0]  # nobody goes on asking for which commune
    return [ActiveLoop(None), *closed_form(LookUpStep, *_FORM_SLOTS, "requested_slot")] if is_open else []
