"""Linking a phone number by a one-time code, seeing it, untying it. What proves what: onestop/services/identity.py."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import identity_wording as wording
from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.turn import Button, Turn, button
from onestop.errors import BackendUnavailable
from onestop.messages import identity as words
from onestop.messages.formats import phone_text
from onestop.services import identity
from onestop.services.citizens import citizen_of
from onestop.services.dossiers import dossiers_of_phone
from onestop.services.identity import Check
from onestop.text.phones import find_phones

LANDLINE = "+842"
_ANSWERS = frozenset({"link_phone", "out_of_scope", "nlu_fallback", "affirm", "deny", "contact_hotline"})


class PhoneStep(FormStep):
    """Reads a phone number."""

    form = "phone_form"
    slots = ("link_phone_number",)
    own_claims = frozenset({"link_phone"})  # a bare number, right after the question

    def read(self, turn: Turn, asked: str) -> Reading:
        """A number in the words or from Zalo's form is the answer; another wish is a digression."""
        if turn.intent == "share_info":
            phones = turn.values("phone_number")
        elif turn.is_tap or turn.intent in NOT_WORDS or _is_other_wish(turn):
            return Digression()
        else:
            phones = [one.number for one in find_phones(turn.text)]
        if phones and (turn.intent in (*_ANSWERS, "share_info") or wording.is_little_more_than_a_phone(turn.text)):
            return Filled({asked: str(phones[0])})
        if turn.intent in (*_ANSWERS, "share_info"):
            turn.utter("utter_phone_not_seen")
            return NotUnderstood()
        return Digression()


class AskPhone(CitizenAction):
    """Asks for the number."""

    def name(self) -> str:
        """As Rasa derives it."""
        return f"action_ask_{PhoneStep.form}_{PhoneStep.slots[0]}"

    def answer(self, turn: Turn) -> Events:
        """Says what for; Zalo's form is offered where there is a picture for it."""
        has_form = bool(turn.services.settings.zalo_form_image_url)
        form = [button("Dùng số Zalo của tôi", "offer_zalo_form")] if has_form else []
        turn.utter("utter_ask_phone", buttons=[*form, button("Thôi", "cancel")])
        return []


class LinkPhone(IntentAction):
    """Ties a phone number to the chat; one that is typed or shared is only where the code goes."""

    intents = ("link_phone", "share_info")

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_link_phone"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """Another number while a code is awaited, and the question which number is linked."""
        if wording.asks_linked_phone(turn.text):
            return "link_phone"
        is_bare_number = wording.is_little_more_than_a_phone(turn.text)
        if is_bare_number and turn.topic.last_intent in ("link_phone", "list_my_dossiers"):
            return "link_phone"
        if not (is_bare_number or wording.wants_other_number(turn.text)):
            return None
        return "link_phone" if identity.phone_asked_for(turn.session, turn.citizen_id, turn.now) else None

    def respond(self, turn: Turn) -> Events:
        """Sends the code to the number that is named; else tells which is linked, or asks."""
        phones = _phones_in(turn)
        if phones and not turn.is_tap and wording.asks_whether_known(turn.text):
            turn.utter(
                "utter_no_list_by_phone", buttons=[button("Liên kết số này", "link_phone", phone_number=phones[0])]
            )
            return []
        if len(phones) > 1:
            choices = [button(phone_text(phone), "link_phone", phone_number=phone) for phone in phones[:3]]
            turn.utter("utter_which_phone", buttons=choices, numbered=True)
            return []
        if phones:
            return send_code(turn, phones[0])
        if turn.intent == "share_info":
            turn.utter("utter_phone_not_seen")
            return ask_for_phone(turn)
        if not turn.is_tap and wording.names_desk(turn.text):
            turn.utter(
                "utter_desk_qr", buttons=[button("Liên kết bằng mã SMS", "link_phone", fresh="yes"), *_OTHER_WAYS]
            )
            return []
        wants_other = bool(turn.value("fresh")) or wording.wants_other_number(turn.text)
        if not wants_other and identity.link_of(turn.session, turn.citizen_id):
            tell_link(turn)
            return []
        if not wants_other and identity.phone_asked_for(turn.session, turn.citizen_id, turn.now):
            turn.utter("utter_code_awaited", buttons=_code_buttons())
            return []
        if wording.asks_linked_phone(turn.text):
            turn.utter("utter_no_phone_linked", buttons=[button("Liên kết điện thoại", "link_phone")])
            return []
        return ask_for_phone(turn)


class SendCode(CitizenAction):
    """Goes on with the number that was asked for."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_send_code"

    def answer(self, turn: Turn) -> Events:
        """Sends the code."""
        phone = turn.slot("link_phone_number")
        return closed_form(PhoneStep) + (send_code(turn, str(phone)) if phone else [])


class OfferZaloForm(IntentAction):
    """Lets the citizen share their number by Zalo's own form, without typing."""

    intents = ("offer_zalo_form",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_offer_zalo_form"

    def respond(self, turn: Turn) -> Events:
        """Shows the form."""
        form = {
            "kind": "request_user_info",
            "title": "Chia sẻ số điện thoại",
            "subtitle": "Em gửi mã xác nhận tới số này để liên kết hồ sơ.",
            "image_url": turn.services.settings.zalo_form_image_url,
        }
        turn.dispatcher.utter_message(json_message={"messages": [form]})
        return [ActiveLoop(None), SlotSet("requested_slot", None)]  # the form asks in its own way


class ResendCode(IntentAction):
    """Sends a new code to the number that was named before."""

    intents = ("resend_code",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_resend_code"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """While a code is awaited: "gửi lại mã", "chưa thấy tin nhắn"."""
        if not (wording.wants_code_again(turn.text) or wording.lacks_code(turn.text)):
            return None
        if identity.phone_asked_for(turn.session, turn.citizen_id, turn.now):
            return "resend_code"
        had_to_wait = turn.topic.last_intent == "link_phone" and wording.wants_code_again(turn.text)
        return "resend_code" if had_to_wait and not identity.link_of(turn.session, turn.citizen_id) else None

    def respond(self, turn: Turn) -> Events:
        """Sends it, or says what else can be done when none comes."""
        phone = identity.phone_asked_for(turn.session, turn.citizen_id, turn.now)
        if phone is None:
            return ask_for_phone(turn)
        asks_for_help = bool(turn.value("part")) or (
            not turn.is_tap and wording.lacks_code(turn.text) and not wording.wants_code_again(turn.text)
        )
        if asks_for_help:
            turn.utter("utter_code_did_not_come", buttons=_code_buttons())
            return []
        return send_code(turn, phone)


class CheckCode(IntentAction):
    """Judges the code that was typed; the channel has made a keyed hash of it."""

    intents = ("give_code",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_check_code"

    def respond(self, turn: Turn) -> Events:
        """Links the phone, or says what to do next."""
        given = str(turn.value("code_hash")) if turn.value("code_hash") else None
        found = identity.check_code(
            turn.session, turn.citizen_id, given, words.CONSENT_WORDING, turn.message_id, turn.now
        )
        if found.check in (Check.LINKED, Check.ALREADY_LINKED):
            tell_linked(turn)
        elif found.check is Check.WRONG:
            turn.say(words.wrong_code_text(found.tries_left), _code_buttons())
        elif found.check is Check.MUST_WAIT:
            turn.say(words.tries_wait_text(found.wait))
        elif found.check is Check.NOTHING_ASKED:
            return ask_for_phone(turn)
        else:
            turn.utter(_CHECK_UTTERANCES[found.check], buttons=_code_buttons())
        return []


class UnlinkPhone(IntentAction):
    """Unties the phone number."""

    intents = ("unlink_phone",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_unlink_phone"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "hủy liên kết số điện thoại" in any words."""
        if wording.unlinks_others(turn.text):
            return None
        takes_off = wording.takes_number_off(turn.text) and identity.link_of(turn.session, turn.citizen_id) is not None
        return "unlink_phone" if takes_off or wording.unlinks_phone(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Unties it at once: linking again costs one SMS."""
        was_awaited = identity.phone_asked_for(turn.session, turn.citizen_id, turn.now) is not None
        phone = identity.unlink(turn.session, turn.citizen_id, turn.message_id, turn.now)
        again = [button("Liên kết điện thoại", "link_phone")]
        if phone is not None:
            turn.say(words.unlinked_text(phone), again)
        else:
            turn.utter("utter_linking_left" if was_awaited else "utter_no_phone_linked", buttons=again)
        return []


class UnlinkOthers(IntentAction):
    """Unties the phone number from every other account."""

    intents = ("unlink_others",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_unlink_others"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "gỡ các Zalo khác"."""
        return "unlink_others" if wording.unlinks_others(turn.text) else None

    def respond(self, turn: Turn) -> Events:
        """Unties them at once."""
        phone, count = identity.unlink_others(turn.session, turn.citizen_id, turn.message_id, turn.now)
        if phone is None:
            turn.utter("utter_no_phone_linked", buttons=[button("Liên kết điện thoại", "link_phone")])
        else:
            turn.say(words.others_unlinked_text(phone, count), [button("Hồ sơ của tôi", "list_my_dossiers")])
        return []


def ask_for_phone(turn: Turn) -> Events:
    """Asks for the number, and says what for; without a gateway it tells the other ways."""
    if not turn.services.settings.sms_url:
        turn.utter("utter_how_to_link_phone", buttons=_OTHER_WAYS)
        return []
    return open_form(PhoneStep)


def send_code(turn: Turn, phone: str) -> Events:
    """Asks for a code to a number; the words are the same for every mobile number."""
    linked = identity.link_of(turn.session, turn.citizen_id)
    if linked is not None and linked.phone == phone:
        tell_link(turn)
        return []
    if not turn.services.settings.sms_url:
        turn.utter("utter_typed_phone_proves_nothing", buttons=_OTHER_WAYS)
        return []
    if phone.startswith(LANDLINE):
        turn.utter("utter_landline", buttons=_OTHER_WAYS)
        return []
    services = turn.services
    done = identity.request_code(
        turn.session,
        services.reader,
        services.sealer,
        turn.citizen_id,
        phone,
        turn.message_id,
        services.settings.province_name,
        turn.now,
    )
    if done.is_done:
        turn.say(words.code_requested_text(phone), _code_buttons())
    else:
        again = button("Gửi lại mã", "link_phone", phone_number=phone)
        turn.say(words.wait_text(done.wait), [again, *_OTHER_WAYS])
    return []


def tell_link(turn: Turn) -> None:
    """Says which number is linked, masked."""
    view = identity.link_of(turn.session, turn.citizen_id)
    assert view is not None  # the caller has looked
    text = words.link_status_text(view.phone, view.since, view.proof, view.others)
    turn.say(text, _linked_buttons(view.others))


def tell_linked(turn: Turn) -> None:
    """Says that the number is linked now, and what that opens."""
    view = identity.link_of(turn.session, turn.citizen_id)
    if view is None:  # untied again meanwhile
        turn.utter("utter_no_phone_linked", buttons=[button("Liên kết điện thoại", "link_phone")])
        return
    turn.say(
        words.linked_text(view.phone, _count_dossiers(turn, view.phone), view.others), _linked_buttons(view.others)
    )
    citizen = citizen_of(turn.session, turn.citizen_id)
    if citizen is not None and citizen.notifications_stopped_at is not None:
        turn.utter("utter_notifications_are_off", buttons=[button("Bật lại thông báo", "resume_notifications")])


def _is_other_wish(turn: Turn) -> bool:
    return any(
        reads(turn.text)
        for reads in (
            wording.unlinks_phone,
            wording.unlinks_others,
            wording.asks_linked_phone,
            wording.asks_whether_known,
        )
    )


def _phones_in(turn: Turn) -> list[str]:
    """The numbers that a message names, each once; one with a shape that NLU missed counts too."""
    named = [str(one) for one in turn.values("phone_number")]
    typed = [] if turn.is_tap else [one.number for one in find_phones(turn.text)]
    return list(dict.fromkeys([*typed, *named]))


def _count_dossiers(turn: Turn, phone: str) -> int:
    try:
        return len(dossiers_of_phone(turn.services.reader, phone, turn.now))
    except BackendUnavailable:
        return 0  # the link holds all the same


def _code_buttons() -> list[Button]:
    return [
        button("Gửi lại mã", "resend_code"),
        button("Đổi số khác", "link_phone", fresh="yes"),
        button("Chưa nhận được mã", "resend_code", part="help"),
    ]


def _linked_buttons(others: int) -> list[Button]:
    buttons = [button("Hồ sơ của tôi", "list_my_dossiers"), button("Đổi số khác", "link_phone", fresh="yes")]
    if others:
        buttons.append(button("Gỡ các Zalo khác", "unlink_others"))
    return [*buttons, button("Hủy liên kết", "unlink_phone")]


_CHECK_UTTERANCES = {
    Check.NOT_SIX_DIGITS: "utter_code_not_six",
    Check.SPENT: "utter_code_spent",
    Check.EXPIRED: "utter_code_expired",
}
_OTHER_WAYS = [button("Tra bằng mã hồ sơ", "lookup_dossier", fresh="yes"), button("Địa chỉ trung tâm", "ask_address")]
