"""Telling of dossiers and asking for a code: shared by the actions that need one."""

from __future__ import annotations

from collections.abc import Sequence

from actions import wording
from actions.base import Events
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, open_form
from actions.images import seen_in_images
from actions.turn import MOST_BUTTONS, Button, Turn, button
from onestop.messages import dossiers as words
from onestop.services import follows, lookups, topics
from onestop.services.dossiers import PublicDossier
from onestop.services.lookups import CodeReading, Lookup, readings_in
from onestop.storage.life_cycle import ENDED_STATES
from onestop.text.dossier_codes import find_dossier_codes


class DossierCodeStep(FormStep):
    """Reads a dossier code."""

    form = "dossier_form"
    slots = ("asked_dossier_code",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """A code in the words or in a photo is the answer; words that ask for something else are a digression."""
        if turn.intent == "send_image":
            seen = seen_in_images(turn)
            if seen.dossier_codes:
                return Filled({asked: seen.dossier_codes[0], "asked_dossier_text": None})
            if seen.desk_token:
                return Digression()
            turn.utter("utter_no_qr_in_image")
            return NotUnderstood()
        if turn.intent in NOT_WORDS or turn.is_tap:
            code = turn.value("dossier_code") if turn.intent == "lookup_dossier" else None
            return Filled({asked: code, "asked_dossier_text": None}) if code else Digression()
        if find_dossier_codes(turn.text):
            code = readings_in(turn.text)[0].code
            return Filled({asked: code, "asked_dossier_text": turn.text})
        if lookups.has_only_a_tail(turn.text):
            turn.utter("utter_need_whole_code")
            return NotUnderstood()
        if wording.has_lost_receipt(turn.text):
            tell_without_receipt(turn)
            return Filled({asked: ""})  # the question has no answer: it is not asked again
        if turn.intent in ("lookup_dossier", "follow_dossier", "out_of_scope", "nlu_fallback", "deny", "affirm"):
            turn.utter("utter_no_code_seen")
            return NotUnderstood()
        return Digression()


def tell_without_receipt(turn: Turn) -> None:
    """Says how a dossier is found without its code: by a person who sees who is asking."""
    buttons = [button("Địa chỉ trung tâm", "ask_address"), button("Gặp cán bộ", "talk_to_human")]
    turn.utter("utter_without_receipt", buttons=buttons)


def ask_for_code(turn: Turn, purpose: str) -> Events:
    """Asks for the code, and says what for."""
    return open_form(DossierCodeStep, dossier_purpose=purpose, asked_dossier_text=None)


def tell_codes(turn: Turn, readings: Sequence[CodeReading], second_code: str | None) -> Events:
    """Looks codes up and tells of them."""
    try:
        found = lookups.look_up(
            turn.services.reader,
            turn.session,
            turn.citizen_id,
            turn.message_id,
            readings,
            second_code,
            turn.now,
            turn.services.sealer,
        )
    except lookups.GuessingRefused as refusal:
        turn.say(words.wait_text(refusal.wait))
        return []
    if second_code is not None and found[0].dossier is not None and found[0].private is None:
        turn.utter("utter_wrong_second_code")
    return tell(turn, found)


def tell(turn: Turn, found: Sequence[Lookup]) -> Events:
    """Says what look-ups gave; the last dossier found is what is talked about."""
    missing = [one.asked for one in found if one.dossier is None]
    known = [one.dossier.code for one in found if one.dossier is not None and not one.needs_confirmation]
    for one in found:
        if one.dossier is None:
            continue
        if one.needs_confirmation:
            _ask_whether(turn, one.dossier.code)
            continue
        _tell_one(turn, one, is_alone=len(found) == 1)
    if missing:
        turn.say(
            words.not_found_text(missing), [button("Tìm cách khác", "help"), button("Gặp cán bộ", "talk_to_human")]
        )
    elif 1 < len(known) == len(found):
        _offer_several(turn, known)
    return []


def _offer_several(turn: Turn, codes: Sequence[str]) -> None:
    """After several dossiers: each alone once more, or news of all of them."""
    shown = codes[: MOST_BUTTONS - 1]
    each = [button(code, "lookup_dossier", dossier_code=code) for code in shown]
    every = button(f"Theo dõi cả {len(codes)} hồ sơ", "follow_dossier", dossier_code=list(codes), answer="yes")
    turn.say(words.after_several_text(len(codes)), [*each, every], numbered=True)


def _ask_whether(turn: Turn, code: str) -> None:
    turn.say(
        words.confirm_code_text(code),
        [
            button("Đúng hồ sơ này", "lookup_dossier", dossier_code=code, answer="yes"),
            button("Không phải", "deny", about="dossier_code", answer="no"),
        ],
        numbered=True,
    )


def _tell_one(turn: Turn, found: Lookup, is_alone: bool) -> None:
    dossier = found.dossier
    assert dossier is not None
    private = found.private
    details = lookups.private_details_of(private) if private else None
    status = lookups.status_of(dossier, turn.now, private)
    text = words.status_text(status, details, asks_why=wording.asks_why(turn.text))
    turn.say(
        text, _next_buttons(turn, dossier, found.proof, private is not None) if is_alone else (), numbered=is_alone
    )
    topics.speak_of_dossier(
        turn.session, turn.citizen_id, turn.now, dossier.code, dossier.procedure_code, dossier.centre_id
    )


def _next_buttons(turn: Turn, dossier: PublicDossier, proof: str, is_private: bool) -> list[Button]:
    buttons = []
    if dossier.state not in ENDED_STATES and not follows.follow_of(turn.session, turn.citizen_id, dossier.code):
        entities = {"dossier_code": dossier.code, "answer": "yes"}
        if proof != "code":
            entities["proof"] = proof
        buttons.append(button("Báo khi có thay đổi", "follow_dossier", **entities))
    shown = {"proof": proof} if proof == "second_code" else {}  # it counts for a while, see `lookups.look_up`
    if is_private and dossier.papers_missing:
        buttons.append(button("Gửi ảnh bổ sung", "send_supplement", dossier_code=dossier.code, **shown))
    if is_private:
        buttons.append(button("Giấy tờ trong hồ sơ", "show_papers", dossier_code=dossier.code, **shown))
    if int(dossier.state) == 10:
        buttons.append(button("Đánh giá dịch vụ", "rate_service", dossier_code=dossier.code))
    if int(dossier.state) == 9:
        buttons.append(button("Nhắc tôi đi lấy", "set_reminder", dossier_code=dossier.code))
    if dossier.procedure_code:
        buttons.append(button("Xem thủ tục này", "search_procedure", procedure_code=dossier.procedure_code))
    buttons.append(button("Số điện thoại", "contact_hotline", agency_id=dossier.centre_id))
    return buttons
