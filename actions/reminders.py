"""Reminders: set in any words for a time, listed, changed, cancelled, sent once more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import reminder_wording as wording
from actions import rule_reminders
from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.reminder_changes import (
    calendar_at,
    cancel,
    cancel_named,
    change,
    change_named,
    list_reminders,
    moment_of,
)
from actions.turn import NOT_UNDERSTOOD, Button, Turn, button
from onestop.clock import LOCAL
from onestop.messages import reminders as words
from onestop.messages.dossiers import wait_text
from onestop.services import follows, lookups, reminders
from onestop.services.dossiers import DossierNotFound, find_dossier
from onestop.services.topics import note_intent
from onestop.text import fold
from onestop.text.reminder_times import WantedTime, lunar_text, read_reminder_time

SNOOZE = timedelta(hours=1)
LONGEST_WISH_WORDS = 20


class ReminderStep(FormStep):
    """Reads when to remind, and of what."""

    form = "reminder_form"
    slots = ("reminder_at", "reminder_what")

    def read(self, turn: Turn, asked: str) -> Reading:
        """A time ahead, by tap or in any words; then any words."""
        if turn.intent in NOT_WORDS:
            return Digression()
        if asked == "reminder_what":
            if turn.is_tap and turn.intent != "set_reminder":
                return Digression()
            other = None if turn.is_tap else _other_moment(turn)
            if other is not None:
                return Filled({"reminder_at": other.isoformat()})  # "8h sáng" after "thứ 6": still to say what of
            return Filled({"reminder_what": wording.subject_of(turn.text, turn.now) or turn.text})
        if turn.is_tap:
            at = turn.value("at") if turn.intent == "set_reminder" else None
            return Filled({"reminder_at": str(at), **_told_by(turn)}) if at else Digression()
        return self._read_time(turn)

    @staticmethod
    def _read_time(turn: Turn) -> Reading:
        wanted = read_reminder_time(turn.text, turn.now, is_answer=True)
        if wanted.before_due is not None:
            found = _before_due(turn, wanted)
            if found is None:
                return NotUnderstood()  # why has been said
            before, code, due_at = found
            what = turn.slot("reminder_what") or words.due_subject(code, due_at)
            return Filled({"reminder_at": before.isoformat(), "reminder_what": what, "reminder_dossier": code})
        at = moment_of(turn, wanted)
        if at is not None:
            is_whole_request = turn.intent == "set_reminder"
            what = wording.subject_of(turn.text, turn.now) if is_whole_request else None
            return Filled({"reminder_at": at.isoformat(), **({"reminder_what": what} if what else {})})
        if wanted.is_past or wanted.impossible:
            return NotUnderstood()  # the question, asked again, says why
        told = wording.subject_of(turn.text, turn.now) if turn.intent in ("set_reminder", *NOT_UNDERSTOOD) else None
        if told and not turn.slot("reminder_what"):
            return Filled({"reminder_what": told})  # asked when, they said what: the question comes again
        if turn.intent in ("set_reminder", *NOT_UNDERSTOOD, "affirm", "deny"):
            turn.utter("utter_time_not_seen")
            return NotUnderstood()
        return Digression()


class AskReminderTime(CitizenAction):
    """Asks when, with times at which going makes sense; where a time was said that is none, says so."""

    def name(self) -> str:
        """As Rasa derives it."""
        return "action_ask_reminder_form_reminder_at"

    def answer(self, turn: Turn) -> Events:
        """The answer may be tapped, picked by number, or typed in any words."""
        wanted = WantedTime() if turn.is_tap else read_reminder_time(turn.text, turn.now, is_answer=True)
        proposals = [(one.title, one.at) for one in reminders.sensible_times(turn.now, calendar_at(turn))]
        if wanted.offer is not None and (wanted.is_past or wanted.impossible):
            proposals = [(reminders.title_of(wanted.offer, turn.now), wanted.offer), *proposals]
        told = {name: value for name, value in (("what", turn.slot("reminder_what")),) if value}
        if turn.slot("reminder_dossier"):
            told["dossier_code"] = turn.slot("reminder_dossier")
        buttons = [_time_button(title, at, **told) for title, at in dict(proposals).items()][:4]
        turn.say(_question(turn, wanted), buttons, numbered=True)
        return []


class SetReminder(IntentAction):
    """Keeps a reminder, or does what else is wanted of reminders; asks when."""

    intents = ("set_reminder",)
    is_remembered = False  # the answers below say themselves what is being talked about

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_set_reminder"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """ "xem lời nhắc", "dời qua 9h", "1 và 3" mean reminders, whatever NLU makes of them."""
        if turn.is_tap or len(turn.text.split()) > LONGEST_WISH_WORDS:
            return None
        return "set_reminder" if _wish(turn) else None

    def respond(self, turn: Turn) -> Events:
        """Reads what the message tells already; only the rest is asked."""
        note_intent(turn.session, turn.citizen_id, turn.now, "set_reminder")
        if turn.value("list"):
            return list_reminders(turn)
        wish = None if turn.is_tap else _wish(turn)
        if wish is not None:
            return [*wish(turn), *_left_form(turn)]
        return _set(turn)


class KeepReminder(CitizenAction):
    """Keeps the reminder that was asked about."""

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_keep_reminder"

    def answer(self, turn: Turn) -> Events:
        """Says when it will come."""
        closing = closed_form(ReminderStep, "reminder_dossier")
        at, what = turn.slot("reminder_at"), turn.slot("reminder_what")
        if not at or not what:
            return closing
        note_intent(turn.session, turn.citizen_id, turn.now, "set_reminder")
        return closing + _keep(turn, datetime.fromisoformat(at), str(what), turn.slot("reminder_dossier"))


class CancelReminder(IntentAction):
    """Cancels one reminder; only a button says which."""

    intents = ("cancel_reminder",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_cancel_reminder"

    def respond(self, turn: Turn) -> Events:
        """Cancels it if it still waits."""
        note_intent(turn.session, turn.citizen_id, turn.now, "set_reminder")
        if turn.value("all"):
            return cancel(turn, reminders.waiting_of(turn.session, turn.citizen_id))
        row = reminders.cancel(turn.session, turn.citizen_id, int(turn.value("reminder_id") or 0))
        if row is None:
            turn.utter("utter_reminder_gone")
        else:
            turn.say(words.cancelled_text(row.text, row.due_at))
        return []


class ManageReminder(IntentAction):
    """What the buttons under a reminder mean: done, once more later, another time."""

    intents = ("manage_reminder",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_manage_reminder"

    def respond(self, turn: Turn) -> Events:
        """Does it, to a reminder of this citizen only."""
        note_intent(turn.session, turn.citizen_id, turn.now, "set_reminder")
        done = rule_reminders.by_button(turn)
        if done is not None:
            return done
        row = reminders.reminder_of(turn.session, turn.citizen_id, int(turn.value("reminder_id") or 0))
        what = turn.value("do")
        if row is None:
            turn.utter("utter_reminder_gone")
            return []
        if what == "done":
            reminders.finish(turn.session, turn.citizen_id, row.id)
            turn.say(words.done_text(row.text))
            return []
        if what == "snooze":
            return _keep(
                turn, turn.now + timedelta(minutes=int(turn.value("minutes") or 60)), row.text, row.dossier_code
            )
        at = datetime.fromisoformat(str(turn.value("at")))
        return change(turn, row, at, None)


def _other_moment(turn: Turn) -> datetime | None:
    """The moment put more exactly, where a message only names a time; None where it says what to remind of."""
    wanted = read_reminder_time(turn.text, turn.now, is_answer=True)
    named, before = wanted.at or wanted.offer, turn.slot("reminder_at")
    if named is None or not before or wording.says_more_than_time(turn.text, turn.now):
        return None
    named, known = named.astimezone(LOCAL), datetime.fromisoformat(str(before)).astimezone(LOCAL)
    if not wanted.names_day:
        named = datetime.combine(known.date(), named.timetz())
    elif not wanted.names_clock:
        named = datetime.combine(named.date(), known.timetz())
    return named if named > turn.now else None


def _left_form(turn: Turn) -> Events:
    """Who wants something else of reminders is not asked for a new one's time again."""
    if turn.slot("requested_slot") not in ReminderStep.slots:
        return []
    return [ActiveLoop(None), SlotSet("requested_slot", None), *closed_form(ReminderStep, "reminder_dossier")]


def _wish(turn: Turn) -> Any | None:
    """What else a message wants of reminders than a new one: the function that does it."""
    text = turn.text
    by_rule = rule_reminders.wish_of(turn)
    if by_rule is not None:
        return by_rule
    names_places = wording.is_list_of_numbers(text) or wording.drops_a_place(text)
    if names_places and any(one.intent == "cancel_reminder" for one in turn.topic.asked):
        return cancel_named
    if wording.cancels_reminder(text):
        return cancel_named
    if wording.lists_reminders(text):
        return list_reminders
    if wording.reminds_again(text) and reminders.last_sent_of(turn.session, turn.citizen_id, turn.now):
        return _again
    just_set = turn.topic.last_intent == "set_reminder" and not turn.slot("requested_slot")
    if wording.changes_reminder(text, turn.now, just_set):
        return change_named if reminders.waiting_of(turn.session, turn.citizen_id) else None
    return None


def _set(turn: Turn) -> Events:
    if len(reminders.waiting_of(turn.session, turn.citizen_id)) >= reminders.MOST_WAITING:
        turn.utter("utter_too_many_reminders")
        return list_reminders(turn)
    code = turn.value("dossier_code") or turn.topic.dossier_code
    if turn.is_tap:
        return _set_by_tap(turn, turn.value("dossier_code"))
    what = wording.subject_of(turn.text, turn.now)
    wanted = read_reminder_time(turn.text, turn.now)
    if wanted.before_due is not None:
        return _set_before_due(turn, wanted, what)
    if wanted.repeats:
        turn.say(words.not_repeated_text(wanted.repeats, wanted.at is not None))
    at = moment_of(turn, wanted)
    if at is not None and what is not None:
        return _keep(turn, at, what, code, wanted)
    if what is None:
        code = turn.value("dossier_code")
    return open_form(
        ReminderStep,
        reminder_what=what,
        reminder_dossier=code if what is None or _is_about_dossier(turn, what, code) else None,
        reminder_at=at.isoformat() if at else None,
    )


def _set_by_tap(turn: Turn, code: str | None) -> Events:
    what = str(turn.value("what") or "") or (f"đi lấy kết quả hồ sơ {code}" if code else None)
    at = turn.value("at")
    if at and what:
        return _keep(turn, datetime.fromisoformat(str(at)), what, code)
    return open_form(ReminderStep, reminder_what=what, reminder_dossier=code, reminder_at=str(at) if at else None)


def _set_before_due(turn: Turn, wanted: WantedTime, what: str | None) -> Events:
    """ "trước hẹn trả 1 ngày": of the dossier named, talked about, or the only one followed."""
    found = _before_due(turn, wanted)
    if found is None:
        return []
    at, code, due_at = found
    return _keep(turn, at, what or words.due_subject(code, due_at), code)


def _before_due(turn: Turn, wanted: WantedTime) -> tuple[datetime, str, datetime] | None:
    """The moment, the dossier and its promised day; None where one of them is not there or past, which is said."""
    code = str(turn.slot("reminder_dossier") or "") or _dossier_meant(turn)
    if code is None:
        turn.say(words.no_due_date_text(None), [button("Tra cứu hồ sơ", "lookup_dossier", fresh="yes")])
        return None
    due_at = _due_date_of(turn, code)
    if due_at is None:
        return None
    at = reminders.before_due(due_at, wanted.before_due or timedelta(0), wanted.at.time() if wanted.at else None)
    if at <= turn.now:
        turn.say(words.past_text(None))
        return None
    return at, code, due_at


def _dossier_meant(turn: Turn) -> str | None:
    named = lookups.readings_in(turn.text, turn.values("dossier_code"))
    if named:
        return named[0].code
    if turn.topic.dossier_code:
        return turn.topic.dossier_code
    followed = follows.followed_by(turn.session, turn.citizen_id)
    return followed[0].dossier_code if len(followed) == 1 else None


def _due_date_of(turn: Turn, code: str) -> datetime | None:
    """The day promised; says so where there is none. A code that is only named counts as a look-up."""
    try:
        if code == turn.topic.dossier_code or follows.follow_of(turn.session, turn.citizen_id, code):
            dossier = find_dossier(turn.services.reader, code, turn.now)
        else:
            named = lookups.readings_in(turn.text, [code])[:1]
            services = turn.services
            found = lookups.look_up(
                services.reader, turn.session, turn.citizen_id, turn.message_id, named, None, turn.now, services.sealer
            )[0]
            if found.dossier is None:
                turn.utter("utter_no_code_seen")
                return None
            dossier = found.dossier
    except lookups.GuessingRefused as refusal:
        turn.say(wait_text(refusal.wait))
        return None
    except DossierNotFound:
        turn.say(words.no_due_date_text(code))
        return None
    if dossier.due_at is None or dossier.due_at <= turn.now:
        turn.say(words.no_due_date_text(code) if dossier.due_at is None else words.past_text(None))
        return None
    return dossier.due_at


def _question(turn: Turn, wanted: WantedTime) -> str:
    if wanted.impossible:
        return words.impossible_text(wanted.impossible, wanted.offer)
    if wanted.is_past:
        return words.past_text(wanted.offer)
    return words.when_text(turn.slot("reminder_what"))


def _keep(turn: Turn, due_at: datetime, what: str, code: str | None, wanted: WantedTime | None = None) -> Events:
    code = code if _is_about_dossier(turn, what, code) else None
    lunar = lunar_text(due_at.astimezone(LOCAL).date()) if wanted and wanted.is_lunar else ""
    told = f"{what} (hồ sơ {code})" if code and code not in what else what
    row, was_off = reminders.remind_at(
        turn.session,
        turn.citizen_id,
        turn.message_id,
        what,
        due_at,
        turn.now,
        words.saved_text(told, due_at),
        dossier_code=code,
    )
    buttons = [button("Bỏ lời nhắc này", "cancel_reminder", reminder_id=row.id)]
    if wanted and wanted.other:
        title = f"{'Dương' if wanted.is_lunar else 'Âm'} lịch: {wanted.other.day}/{wanted.other.month}"
        at = wanted.other.isoformat()
        buttons.append(button(title, "manage_reminder", do="move", reminder_id=row.id, at=at))
    turn.say(words.saved_text(told, row.due_at, lunar, was_off), buttons)
    return []


def _is_about_dossier(turn: Turn, what: str, code: str | None) -> bool:
    collects = {"lay", "nhan", "lanh"} & set(fold(what).split())
    return code is not None and bool(turn.value("dossier_code") or code in what or collects)


def _again(turn: Turn) -> Events:
    """Sends the reminder that just came once more: at the time said, else in an hour."""
    row = reminders.last_sent_of(turn.session, turn.citizen_id, turn.now)
    assert row is not None  # looked at before
    wanted = read_reminder_time(turn.text, turn.now, is_answer=True)
    at = moment_of(turn, wanted) or turn.now + SNOOZE
    return _keep(turn, at, row.text, row.dossier_code)


def _told_by(turn: Turn) -> dict[str, Any]:
    return {"reminder_what": turn.value("what")} if turn.value("what") else {}


def _time_button(title: str, at: datetime, **told: Any) -> Button:
    return button(title, "set_reminder", at=at.isoformat(), **told)
