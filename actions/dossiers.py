"""Where a dossier stands; following it."""

from __future__ import annotations

from collections.abc import Sequence

from actions import wording
from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.dossier_talk import DossierCodeStep, ask_for_code, tell, tell_codes, tell_without_receipt
from actions.forms import closed_form
from actions.identity_wording import asks_whether_known
from actions.menu import menu_buttons
from actions.turn import Turn, button
from onestop.messages import dossiers as words
from onestop.messages import identity as identity_words
from onestop.services import follows, identity, lookups, ownership
from onestop.services.citizens import citizen_of
from onestop.services.dossiers import DossierNotFound, PublicDossier, dossiers_of_phone, find_dossier
from onestop.services.lookups import readings_in
from onestop.storage.life_cycle import ENDED_STATES, DossierState

ON_A_PAGE = 4
_NOTHING_TO_COME = ENDED_STATES - {DossierState.READY}  # that it was handed over is still told


class LookupDossier(IntentAction):
    """Tells the citizen where dossiers stand: by code, by a code and its second code, or the one talked about."""

    intents = ("lookup_dossier",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_lookup_dossier"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "hồ sơ thứ hai khi nào có", of those just told of."""
        return "lookup_dossier" if _pointed_at(turn) else None

    def respond(self, turn: Turn) -> Events:
        """Looks up what is named; else what is talked about; else asks."""
        pointed_at = None if turn.is_tap else _pointed_at(turn)
        readings = readings_in(turn.text, turn.values("dossier_code") or ([pointed_at] if pointed_at else []))
        topic = turn.topic
        if turn.value("fresh") or (not readings and (turn.is_tap or wording.wants_another_dossier(turn.text))):
            return ask_for_code(turn, "lookup_dossier")
        second_code = lookups.second_code_in(turn.text, is_bare_enough=topic.dossier_code is not None)
        if not readings and second_code and topic.dossier_code:
            readings = readings_in("", [topic.dossier_code])
        if readings:
            return tell_codes(turn, readings, second_code if len(readings) == 1 else None)
        if lookups.has_only_a_tail(turn.text):
            turn.utter("utter_need_whole_code")
            return ask_for_code(turn, "lookup_dossier")
        if wording.has_lost_receipt(turn.text):
            tell_without_receipt(turn)
            return []
        if topic.dossier_code:
            return tell_codes(turn, readings_in("", [topic.dossier_code]), None)
        if not turn.is_tap and wording.has_waited_too_long(turn.text):
            turn.utter("utter_sorry_for_the_wait")
        return ask_for_code(turn, "lookup_dossier")


class FollowDossier(IntentAction):
    """Tells the citizen of changes from now on."""

    intents = ("follow_dossier",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_follow_dossier"

    def respond(self, turn: Turn) -> Events:
        """Follows the dossier that is named or talked about, if there is one."""
        if not turn.is_tap and wording.only_asks_when(turn.text) and turn.topic.dossier_code:
            return respond_as(turn, "lookup_dossier")
        readings = readings_in(turn.text, turn.values("dossier_code")) or _offered_together(turn)
        if not readings and turn.topic.dossier_code:
            readings = readings_in("", [turn.topic.dossier_code])
        return follow(turn, readings) if readings else ask_for_code(turn, "follow_dossier")


class UnfollowDossier(IntentAction):
    """Tells the citizen nothing more of a dossier."""

    intents = ("unfollow_dossier",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_unfollow_dossier"

    def respond(self, turn: Turn) -> Events:
        """Ends the follow that is named, talked about, or the only one."""
        codes = [reading.code for reading in readings_in(turn.text, turn.values("dossier_code"))]
        followed = [row.dossier_code for row in follows.followed_by(turn.session, turn.citizen_id)]
        if not codes and turn.topic.dossier_code in followed:
            codes = [str(turn.topic.dossier_code)]
        if not codes and turn.topic.dossier_code and self._hears_by_phone(turn, turn.topic.dossier_code):
            codes = [turn.topic.dossier_code]
        if not codes and len(followed) > 1:
            turn.utter("utter_which_unfollow", buttons=_code_buttons("unfollow_dossier", followed), numbered=True)
            return []
        codes = codes or followed
        if not codes:
            turn.utter("utter_nothing_followed", buttons=menu_buttons())
            return []
        for code in codes:
            wording = words.unfollowed_text(code, True)
            was = self._end(turn, code, wording)
            again = [button("Theo dõi lại", "follow_dossier", dossier_code=code)] if was else []
            turn.say(words.unfollowed_text(code, was), again)
        return []

    @staticmethod
    def _end(turn: Turn, code: str, wording: str) -> bool:
        """Ends the follow; who hears of it by their linked phone is told nothing more of it either."""
        ended = follows.unfollow(turn.session, turn.citizen_id, code, turn.message_id, wording, turn.now)
        if ended or not UnfollowDossier._hears_by_phone(turn, code):
            return ended
        return follows.mute(turn.session, turn.citizen_id, code, turn.message_id, wording, turn.now)

    @staticmethod
    def _hears_by_phone(turn: Turn, code: str) -> bool:
        return ownership.owns(turn.session, turn.services.reader, turn.citizen_id, code)


class ListMyDossiers(IntentAction):
    """Lists the dossiers of a citizen's proved phone number, and those that they follow."""

    intents = ("list_my_dossiers",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_list_my_dossiers"

    def respond(self, turn: Turn) -> Events:
        """Lists them, one line each, a page at a time."""
        if turn.values("phone_number") and asks_whether_known(turn.text):
            return respond_as(turn, "link_phone")
        link = identity.link_of(turn.session, turn.citizen_id)
        found = {one.code: one for one in dossiers_of_phone(turn.services.reader, link.phone, turn.now)} if link else {}
        for row in follows.followed_by(turn.session, turn.citizen_id):
            if row.dossier_code not in found:
                try:
                    found[row.dossier_code] = find_dossier(turn.services.reader, row.dossier_code, turn.now)
                except DossierNotFound:
                    continue  # the vendor took it off
        if found:
            self._tell_page(turn, list(found.values()), link)
        elif link:
            turn.say(
                f"Dạ, em chưa thấy hồ sơ nào nộp bằng số {identity_words.masked_phone(link.phone)}.",
                [
                    button("Tra cứu hồ sơ", "lookup_dossier", fresh="yes"),
                    button("Đổi số khác", "link_phone", fresh="yes"),
                ],
            )
        else:
            turn.utter(
                "utter_no_dossiers",
                buttons=[
                    button("Liên kết điện thoại", "link_phone"),
                    button("Tra cứu hồ sơ", "lookup_dossier", fresh="yes"),
                ],
            )
        return []

    @staticmethod
    def _tell_page(turn: Turn, found: list[PublicDossier], link: identity.LinkView | None) -> None:
        begins_at = int(turn.value("page") or 0) * ON_A_PAGE
        shown = found[begins_at : begins_at + ON_A_PAGE] or found[:ON_A_PAGE]
        whose = "anh/chị đang theo dõi"
        if link:
            whose = f"nộp bằng số {identity_words.masked_phone(link.phone)} hoặc đang theo dõi"
        lines = [f"Dạ, hồ sơ {whose} ({len(found)}):"]
        lines += [
            f"{n}. {words.short_status_text(lookups.status_of(one, turn.now))}" for n, one in enumerate(shown, start=1)
        ]
        buttons = _code_buttons("lookup_dossier", [one.code for one in shown])
        if begins_at + ON_A_PAGE < len(found):
            buttons.append(button("Xem tiếp", "list_my_dossiers", page=str(begins_at // ON_A_PAGE + 1)))
        elif not link:
            buttons.append(button("Liên kết điện thoại", "link_phone"))
        turn.say("\n".join([*lines, "Anh/chị muốn xem hồ sơ nào?"]), buttons, numbered=True)


class UseDossierCode(CitizenAction):
    """Goes on with the code that was asked for."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_use_dossier_code"

    def answer(self, turn: Turn) -> Events:
        """Does what the code was asked for."""
        code, purpose = turn.slot("asked_dossier_code"), turn.slot("dossier_purpose")
        closing = closed_form(DossierCodeStep, "asked_dossier_text", "dossier_purpose")
        if not code:
            return closing
        written = turn.slot("asked_dossier_text") or ""
        readings = readings_in(written, [code])
        if purpose == "follow_dossier":
            return closing + follow(turn, readings[:1])
        second_code = lookups.second_code_in(written)
        return closing + tell_codes(turn, readings, second_code if len(readings) == 1 else None)


def follow(turn: Turn, readings: Sequence[lookups.CodeReading]) -> Events:
    """Looks dossiers up and follows them; what was not found, or needs a confirmation, is said."""
    try:
        found = lookups.look_up(
            turn.services.reader,
            turn.session,
            turn.citizen_id,
            turn.message_id,
            readings,
            None,
            turn.now,
            turn.services.sealer,
        )
    except lookups.GuessingRefused as refusal:
        turn.say(words.wait_text(refusal.wait))
        return []
    done = [followed for one in found if (followed := _follow_one(turn, one)) is not None]
    if len(done) == 1:
        turn.say(words.followed_text(*done[0]))
    elif done:
        codes = [code for code, _is_new in done]
        turn.say(words.followed_together_text(codes), _code_buttons("lookup_dossier", codes), numbered=True)
    citizen = citizen_of(turn.session, turn.citizen_id)
    if done and citizen is not None and citizen.notifications_stopped_at is not None:
        turn.utter("utter_notifications_are_off", buttons=[button("Bật lại thông báo", "resume_notifications")])
    return []


def _follow_one(turn: Turn, found: lookups.Lookup) -> tuple[str, bool] | None:
    """The code that is followed now, and whether it was not before; None where something else was said of it."""
    if found.dossier is None or found.needs_confirmation or found.dossier.state in _NOTHING_TO_COME:
        tell(turn, [found])
        return None
    code = found.dossier.code
    proof = _proof_in_force(turn, code, found.proof)
    if proof != "phone" and ownership.is_sent_away(turn.session, turn.citizen_id, code):
        turn.say(identity_words.follow_refused_text(code))
        return None
    consent = words.CONSENT_WORDING.format(code=code)
    key = f"{turn.message_id}:{code}"
    return code, follows.follow(turn.session, turn.citizen_id, code, proof, key, consent, turn.now)


def _offered_together(turn: Turn) -> list[lookups.CodeReading]:
    """The dossiers of "theo dõi cả 3 hồ sơ": those that were just told of together."""
    if turn.is_tap or not wording.means_all(turn.text):
        return []
    listed = (choice.entities.get("dossier_code") for choice in turn.topic.asked if choice.intent == "follow_dossier")
    return next((readings_in("", codes) for codes in listed if isinstance(codes, list)), [])


def _pointed_at(turn: Turn) -> str | None:
    """The dossier that "hồ sơ thứ hai" points at, among those just offered."""
    place = wording.place_named(turn.text)
    if place is None or turn.is_tap:
        return None
    offered = [
        str(choice.entities["dossier_code"])
        for choice in turn.topic.asked
        if choice.intent == "lookup_dossier" and isinstance(choice.entities.get("dossier_code"), str)
    ]
    return offered[place - 1] if len(offered) > 1 and place <= len(offered) else None


def _proof_in_force(turn: Turn, code: str, found: str) -> str:
    """What a follow proves now: a button keeps only the second code, and that only until the owner makes it void."""
    is_second_code = found == "code" and _proof_shown(turn, code) == "second_code"
    services = turn.services
    if is_second_code and not ownership.has_void_code(turn.session, services.reader, services.sealer, code):
        return "second_code"
    return found


def _proof_shown(turn: Turn, code: str) -> str | None:
    """The proof that stands in our own button, tapped or just offered; what NLU finds in words is never one."""
    if turn.is_tap and turn.value("proof"):
        return str(turn.value("proof"))
    for choice in turn.topic.asked:
        if choice.intent == "follow_dossier" and choice.entities.get("dossier_code") == code:
            return choice.entities.get("proof")
    return None


def _code_buttons(intent: str, codes: Sequence[str]) -> list[dict]:
    return [button(code, intent, dossier_code=code) for code in codes]
