"""Feedback: taken down over several messages, with a place and photos; found again, solved or reopened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from actions import mailbox_wording, wording
from actions.base import CitizenAction, Events, IntentAction, respond_as
from actions.feedback_draft import CATEGORY_SLOTS, calendar_of, draft_of, names_centre, proposal_of
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form, skips
from actions.turn import Turn, button
from actions.urgent import tell_emergency
from onestop.clock import LOCAL
from onestop.messages import feedback as words
from onestop.services import emergencies, feedback, feedback_classes
from onestop.services.citizens import note_consent
from onestop.services.feedback import Report
from onestop.services.feedback_desk import answer_choices
from onestop.services.preferences import FEEDBACK_ANSWERS
from onestop.storage.tables import Feedback

MOST_PHOTOS = 10
LOOSE_PHOTO_FRESH_FOR = timedelta(minutes=10)
_DIGRESSIONS = frozenset({"lookup_feedback", "delete_my_data", "stop_notifications", "bot_challenge", "ask_privacy"})
_QUESTIONS = frozenset(
    "ask_documents ask_fee ask_duration ask_where_to_submit ask_online_submission ask_form search_procedure "
    "contact_hotline ask_working_hours ask_address ask_portal lookup_dossier list_my_dossiers set_reminder".split()
)
_SURE_OF_ANOTHER_MATTER = 0.7
_TAPS = frozenset(
    "skip_step confirm_feedback edit_feedback send_anonymously change_category choose_category choose_kind".split()
)
_MOST_OFFERED = 4


class FeedbackStep(FormStep):
    """Reads what happened, where, and whether it may be sent; photos and a map position are taken at any time."""

    form = "feedback_form"
    slots = ("feedback_text", "feedback_place", "feedback_confirmed")
    takes_any_words = True
    may_be_skipped = ("feedback_place",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Almost all words are an answer here; clear questions and taps on other things are digressions."""
        if turn.intent == "send_image":
            return self._with_photos(turn, asked)
        if turn.intent == "send_location":
            return self._with_position(turn, asked)
        if turn.intent.startswith("send_") and turn.intent != "send_anonymously":
            return Digression()
        if turn.intent in ("share_info", "follow_account"):
            return Digression()
        if turn.is_tap and turn.intent not in _TAPS:
            return Digression()
        sends = asked == "feedback_confirmed" and mailbox_wording.only_sends(turn.text)  # "gửi" stops no messages
        if not sends and (turn.intent in _DIGRESSIONS or _is_another_matter(turn)):
            return Digression()
        return _READERS[asked](turn)

    @staticmethod
    def _with_photos(turn: Turn, asked: str) -> Reading:
        slots: dict[str, Any] = {"feedback_photos": _photos_in(turn)}
        caption = turn.value("caption")
        if asked == "feedback_text":
            if caption and wording.tells_something(str(caption)):
                return Filled({**slots, "feedback_text": str(caption)})
            turn.utter("utter_photo_kept_tell_more")
        else:
            turn.utter("utter_photo_kept")
        # The question stays open, with the photo kept: asked again, not counted as a failed try.
        return Filled({**slots, asked: None})

    @staticmethod
    def _with_position(turn: Turn, asked: str) -> Reading:
        latitude, longitude = turn.value("latitude"), turn.value("longitude")
        if latitude is None or longitude is None:
            return Digression()
        place = f"vị trí trên bản đồ {float(latitude):.5f}, {float(longitude):.5f}"
        return Filled({"feedback_place": place, **({} if asked == "feedback_place" else {asked: None})})


def _is_another_matter(turn: Turn) -> bool:
    """Whether typed words ask about something else, surely enough not to be part of the story."""
    is_sure = turn.intent in _QUESTIONS and turn.confidence >= _SURE_OF_ANOTHER_MATTER
    return not turn.is_tap and is_sure and mailbox_wording.is_question(turn.text)


def _read_text(turn: Turn) -> Reading:
    if turn.is_tap:
        return Digression()
    if not wording.tells_something(turn.text):
        turn.utter("utter_feedback_too_short")
        return NotUnderstood()
    _say_what_the_law_says(turn, turn.text)
    return Filled(
        {"feedback_text": turn.text, "feedback_place": _place_told(turn) or turn.slot("feedback_place") or None}
    )


def _read_place(turn: Turn) -> Reading:
    if skips(turn) or mailbox_wording.only_sends(turn.text):
        return Filled({"feedback_place": ""})
    if turn.is_tap:
        return Digression()
    has_name = names_centre(turn, turn.text)
    if mailbox_wording.is_place(turn.text, has_name):
        return Filled({"feedback_place": mailbox_wording.tidy_place(turn.text)})
    turn.utter("utter_feedback_added")
    return Filled({"feedback_text": _with_more(turn), "feedback_place": _place_told(turn)})


def _read_confirmation(turn: Turn) -> Reading:
    tapped = _TAPPED.get(turn.intent)
    if tapped is not None:
        return tapped(turn)
    if turn.is_tap and turn.intent != "affirm":
        return Digression()
    if turn.slot("feedback_choosing"):
        return _read_category(turn)
    if turn.intent == "affirm" or (wording.confirms(turn.text) and not mailbox_wording.wants_anonymous(turn.text)):
        return Filled({"feedback_confirmed": "yes"})
    return _read_correction(turn)


def _read_correction(turn: Turn) -> Reading:
    """Reads what is to be put right before the report goes out; other words are added to it."""
    again: dict[str, Any] = {"feedback_confirmed": None}  # the question is put again
    if wording.has_no_photo(turn.text):
        return Filled(again)
    if mailbox_wording.wants_anonymous(turn.text):
        return _send_anonymously(turn)
    if mailbox_wording.drops_photos(turn.text):
        return Filled({**again, "feedback_photos": []})
    if mailbox_wording.corrects(turn.text):
        corrected = _named_in(turn.text)
        if corrected:
            return Filled({**again, **corrected})
    place = mailbox_wording.place_corrected(turn.text)
    if place:
        return Filled({**again, "feedback_place": place})
    if mailbox_wording.corrects(turn.text) and len(turn.text.split()) <= 4:
        return Filled({**again, "feedback_choosing": "yes"})
    if turn.intent == "deny":
        return _write_again(turn)
    _say_what_the_law_says(turn, turn.text)
    return Filled({**again, "feedback_text": _with_more(turn)})


def _read_category(turn: Turn) -> Reading:
    named = _named_in(turn.text)
    if not named:
        turn.utter("utter_category_not_seen")
        return NotUnderstood()
    return Filled({"feedback_confirmed": None, "feedback_choosing": None, **named})


def _named_in(text: str) -> dict[str, Any]:
    """Kind and category that a correction names, as slots."""
    reader = feedback_classes.reader()
    kind, category = reader.kind_named(text), reader.named(text)
    found = {"feedback_kind": kind, "feedback_category": category}
    return {name: value for name, value in found.items() if value}


def _confirm(_turn: Turn) -> Reading:
    return Filled({"feedback_confirmed": "yes"})


def _write_again(turn: Turn) -> Reading:
    turn.utter("utter_feedback_again")
    emptied = dict.fromkeys(("feedback_text", "feedback_place", "feedback_confirmed", *CATEGORY_SLOTS))
    return Filled(emptied)


def _send_anonymously(turn: Turn) -> Reading:
    kind = turn.slot("feedback_kind") or proposal_of(turn).kind
    if not feedback.may_be_anonymous(kind):
        turn.utter("utter_not_anonymous")
        return Filled({"feedback_confirmed": None})
    return Filled({"feedback_confirmed": "yes", "feedback_anonymous": "yes"})


def _change_category(_turn: Turn) -> Reading:
    return Filled({"feedback_confirmed": None, "feedback_choosing": "yes"})


def _choose_category(turn: Turn) -> Reading:
    return Filled(
        {"feedback_confirmed": None, "feedback_choosing": None, "feedback_category": str(turn.value("category"))}
    )


def _choose_kind(turn: Turn) -> Reading:
    return Filled({"feedback_confirmed": None, "feedback_kind": str(turn.value("kind"))})


_TAPPED = {
    "confirm_feedback": _confirm,
    "edit_feedback": _write_again,
    "send_anonymously": _send_anonymously,
    "change_category": _change_category,
    "choose_category": _choose_category,
    "choose_kind": _choose_kind,
}
_READERS = {
    "feedback_text": _read_text,
    "feedback_place": _read_place,
    "feedback_confirmed": _read_confirmation,
}


class GiveFeedback(IntentAction):
    """Opens the mailbox; what has been told already is not asked again."""

    intents = ("give_feedback",)
    is_whole = True

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_give_feedback"

    def respond(self, turn: Turn) -> Events:
        """Takes the message itself as the report where it tells something, with the pictures sent just before."""
        if turn.value("feedback_code") and not turn.is_tap:
            return respond_as(turn, "lookup_feedback")
        photos = loose_photos(turn.slot("loose_photos"), turn.now)
        if photos:
            turn.say(words.photos_joined_text(len(photos)))
        text = str(turn.value("report") or ("" if turn.is_tap else turn.text))
        if not wording.tells_something(text):
            if not turn.is_tap:
                _say_what_the_law_says(turn, text)
            return begin_feedback(None, None, photos)
        if not turn.value("report"):
            _say_what_the_law_says(turn, text)
        return begin_feedback(text, _place_told(turn), photos)


class AskFeedbackConfirmed(CitizenAction):
    """Shows what will be sent, or asks what it is about."""

    def name(self) -> str:
        """As Rasa derives it from form and slot."""
        return "action_ask_feedback_form_feedback_confirmed"

    def answer(self, turn: Turn) -> Events:
        """Shows it and asks."""
        if turn.slot("feedback_choosing"):
            turn.utter("utter_ask_category", buttons=_category_buttons(turn), numbered=True)
            return []
        draft = draft_of(turn)
        turn.say(draft.as_words(), _confirm_buttons(draft.kind.may_be_anonymous), numbered=True)
        return []


class FileFeedback(CitizenAction):
    """Takes the report down."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_file_feedback"

    def answer(self, turn: Turn) -> Events:
        """Gives the code and the day of the answer."""
        closing = closed_form(FeedbackStep, "feedback_photos", "loose_photos", *CATEGORY_SLOTS)
        if turn.slot("feedback_confirmed") != "yes" or not turn.slot("feedback_text"):
            return closing
        draft = draft_of(turn)
        calendar = calendar_of(turn)
        report = Report(
            text=draft.text,
            place=draft.place,
            photos=draft.photos[:MOST_PHOTOS],
            kind=draft.kind.id,
            category=draft.category.id,
            unit=draft.unit,
            is_anonymous=turn.slot("feedback_anonymous") == "yes",
        )
        taken = feedback.take(turn.session, turn.citizen_id, turn.message_id, report, calendar, turn.now)
        consent = words.ANSWER_CONSENT.format(code=taken.code)
        note_consent(turn.session, turn.citizen_id, FEEDBACK_ANSWERS, True, consent, turn.message_id, turn.now)
        turn.say(
            words.taken_text(taken.code, taken.due_on, taken.unit_name, taken.kind, taken.is_anonymous),
            [button("Xem phản ánh này", "lookup_feedback", feedback_code=taken.code)],
        )
        return closing


class LookupFeedback(IntentAction):
    """Tells what became of one's feedback."""

    intents = ("lookup_feedback",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_lookup_feedback"

    def respond(self, turn: Turn) -> Events:
        """By the code, else the newest ones."""
        code = turn.value("feedback_code")
        if code:
            found = feedback.find_feedback(turn.session, turn.citizen_id, str(code))
            if found is None:
                turn.say(words.not_found_text(str(code)), [button("Phản ánh của tôi", "lookup_feedback")])
                return []
            return _tell_or_reopen(turn, found)
        own = feedback.feedback_of(turn.session, turn.citizen_id)
        if not own:
            turn.utter("utter_no_feedback", buttons=[button("Góp ý, phản ánh", "give_feedback")])
        elif len(own) == 1:
            return _tell_or_reopen(turn, own[0])
        else:
            turn.say(
                words.list_text([words.short_state_text(_state_of(turn, one), one.text) for one in own]),
                [button(one.code, "lookup_feedback", feedback_code=one.code) for one in own],
                numbered=True,
            )
        return []


class SolveFeedback(IntentAction):
    """The citizen says that it is solved."""

    intents = ("solve_feedback",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_solve_feedback"

    def respond(self, turn: Turn) -> Events:
        """Closes it; it can still be reopened."""
        row = _own(turn)
        if row is None:
            return []
        is_new = feedback.solve(turn.session, row, turn.message_id, turn.now)
        if not is_new and row.state != "solved":
            _tell(turn, row)
            return []
        turn.say(words.solved_text(row.code, is_new), [button("Mở lại", "reopen_feedback", feedback_code=row.code)])
        return []


class ReopenStep(FormStep):
    """Reads why an answer does not do."""

    form = "reopen_form"
    slots = ("reopen_reason",)
    takes_any_words = True
    may_be_skipped = ("reopen_reason",)

    def read(self, turn: Turn, asked: str) -> Reading:
        """Any words, or none."""
        if turn.intent in NOT_WORDS or (turn.is_tap and turn.intent != "skip_step"):
            return Digression()
        return Filled({"reopen_reason": "" if skips(turn) else turn.text})


class ReopenFeedback(IntentAction):
    """The citizen is not content with the answer."""

    intents = ("reopen_feedback",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_reopen_feedback"

    def respond(self, turn: Turn) -> Events:
        """Asks why, unless that was said."""
        row = _own(turn)
        return [] if row is None else _open_again(turn, row, None)


class KeepReopening(CitizenAction):
    """Reopens it."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_keep_reopening"

    def answer(self, turn: Turn) -> Events:
        """The code stays; the day of the answer is a new one."""
        closing = closed_form(ReopenStep, "reopen_code")
        row = feedback.find_feedback(turn.session, turn.citizen_id, str(turn.slot("reopen_code") or ""))
        if row is None:
            return closing
        calendar = calendar_of(turn)
        reason = turn.slot("reopen_reason") or None
        is_new = feedback.reopen(turn.session, row, turn.message_id, reason, calendar, turn.now)
        say = words.reopened_text if is_new else words.not_reopened_text
        turn.say(say(row.code, row.due_on), [button("Gặp cán bộ", "talk_to_human")])
        return closing


def begin_feedback(text: str | None, place: str | None, photos: list[str]) -> Events:
    """Opens the form with what is known, and nothing of an earlier report."""
    fresh: dict[str, Any] = dict.fromkeys((*CATEGORY_SLOTS, "loose_photos"))
    return open_form(FeedbackStep, feedback_photos=photos, feedback_text=text, feedback_place=place, **fresh)


def loose_photos(kept: Any, now: datetime) -> list[str]:
    """The pictures sent within the last minutes, outside of any form: a report that follows is about them."""
    fresh_from = (now - LOOSE_PHOTO_FRESH_FOR).timestamp()
    return [str(one["ref"]) for one in kept or () if float(one["at"]) >= fresh_from][-MOST_PHOTOS:]


def _tell_or_reopen(turn: Turn, row: Feedback) -> Events:
    if not turn.is_tap and row.state in ("answered", "solved") and mailbox_wording.reopens(turn.text):
        return _open_again(turn, row, None)
    _tell(turn, row)
    return []


def _open_again(turn: Turn, row: Feedback, reason: str | None) -> Events:
    if row.state not in ("answered", "solved"):
        turn.say(words.not_reopened_text(row.code, row.due_on), [button("Gặp cán bộ", "talk_to_human")])
        return []
    return open_form(ReopenStep, reopen_reason=reason, reopen_code=row.code)


def _tell(turn: Turn, row: Feedback) -> None:
    text = words.state_text(_state_of(turn, row))
    if row.state == "answered":
        choices = answer_choices(row.code)
        turn.say(text, [button(one.title, one.intent, **one.entities) for one in choices], numbered=True)
    elif row.state == "solved":
        turn.say(text, [button("Mở lại", "reopen_feedback", feedback_code=row.code)])
    else:
        turn.say(text, [button("Gặp cán bộ", "talk_to_human")])


def _state_of(turn: Turn, row: Feedback) -> words.State:
    return words.State(
        code=row.code,
        state=row.state,
        created_at=row.created_at,
        due_on=row.due_on,
        today=turn.now.astimezone(LOCAL).date(),
        category_name=feedback_classes.catalogue().category(row.category).name if row.category != "other" else "",
        unit_name=row.unit_name,
        answer=row.answer,
    )


def _own(turn: Turn) -> Feedback | None:
    code = str(turn.value("feedback_code") or "")
    row = feedback.find_feedback(turn.session, turn.citizen_id, code)
    if row is None:
        turn.say(words.not_found_text(code), [button("Phản ánh của tôi", "lookup_feedback")])
    return row


def _confirm_buttons(may_be_anonymous: bool) -> list[dict[str, Any]]:
    unnamed = (
        button("Gửi ẩn danh", "send_anonymously")
        if may_be_anonymous
        else button("Chuyển thành phản ánh", "choose_kind", kind=feedback_classes.REPORT)
    )
    return [
        button("Gửi đi", "confirm_feedback", answer="yes"),
        button("Đổi lĩnh vực", "change_category"),
        unnamed,
        button("Viết lại", "edit_feedback"),
        button("Thôi, không gửi", "cancel"),
    ]


def _category_buttons(turn: Turn) -> list[dict[str, Any]]:
    """The likeliest categories besides the one proposed."""
    catalogue = feedback_classes.catalogue()
    now = turn.slot("feedback_category") or proposal_of(turn).category
    others = [one for one in proposal_of(turn).ranking if one not in (now, feedback_classes.OTHER)][:_MOST_OFFERED]
    return [
        button(catalogue.category(one).name, "choose_category", category=one)
        for one in (*others, feedback_classes.OTHER)
    ]


def _say_what_the_law_says(turn: Turn, text: str) -> None:
    """Whom to call, and what cannot be taken down here in place of a signed letter."""
    emergency = emergencies.crime_in(text)
    if emergency is not None and emergency.is_urgent:
        tell_emergency(turn, emergency, offers_report=False)
    kind = feedback_classes.reader().propose(text).kind
    if kind == "denunciation":
        turn.utter("utter_denunciation")
    elif kind == "complaint":
        turn.utter("utter_formal_complaint")
    elif emergency is not None and not emergency.is_urgent:
        turn.say(words.crime_text(emergency.what, emergency.phones))


def _place_told(turn: Turn) -> str | None:
    """The place in a message, where it says which commune: "ấp 3" alone could be anywhere, and is asked about."""
    place = " ".join(str(one) for one in turn.values("place"))
    return place if place and names_centre(turn, place) else None


def _with_more(turn: Turn) -> str:
    return f"{turn.slot('feedback_text')}\n{turn.text}"


def _photos_in(turn: Turn) -> list[str]:
    kept = list(turn.slot("feedback_photos") or [])
    for value in turn.values("files"):
        if value not in kept:
            kept.append(value)
    return kept[:MOST_PHOTOS]
