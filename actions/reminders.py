"""Reminders: set in any words for a time, listed, changed, cancelled, sent once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import reminder_wording as wording
from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.turn import MOST_BUTTONS, Button, Turn, button
from onestop.clock import LOCAL
from onestop.errors import BackendUnavailable
from onestop.messages import reminders as words
from onestop.messages.dossiers import wait_text
from onestop.services import follows, lookups, reminders
from onestop.services.dossiers import DossierNotFound, find_dossier
from onestop.services.topics import note_intent
from onestop.services.working_days import WorkCalendar, calendar_of
from onestop.storage.tables import Reminder
from onestop.text import fold
from onestop.text.reminder_times import WantedTime, lunar_text, moved, read_reminder_time, read_shift

SNOOZE = timedelta(hours=1)
_PLACE = re.compile(r"\b(?:loi nhac|nhac hen|so|cai|thu) ([1-9]|1\d|20)\b(?!\s*(?:h|g|gio))")
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
            return Filled({"reminder_what": wording.subject_of(turn.text, turn.now) or turn.text})
        if turn.is_tap:
            at = turn.value("at") if turn.intent == "set_reminder" else None
            return Filled({"reminder_at": str(at), **_told_by(turn)}) if at else Digression()
        return self._read_time(turn)

    @staticmethod
    def _read_time(turn: Turn) -> Reading:
        wanted = read_reminder_time(turn.text, turn.now, is_answer=True)
        at = _moment_of(turn, wanted)
        if at is not None:
            is_whole_request = turn.intent == "set_reminder"
            what = wording.subject_of(turn.text, turn.now) if is_whole_request else None
            return Filled({"reminder_at": at.isoformat(), **({"reminder_what": what} if what else {})})
        if wanted.is_past or wanted.impossible:
            return NotUnderstood()  # the question, asked again, says why
        if turn.intent in ("set_reminder", "out_of_scope", "nlu_fallback", "affirm", "deny"):
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
        proposals = [(one.title, one.at) for one in reminders.sensible_times(turn.now, _calendar(turn))]
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
            return _cancel(turn, reminders.waiting_of(turn.session, turn.citizen_id))
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
        return _change(turn, row, at, None)


def _left_form(turn: Turn) -> Events:
    """Who wants something else of reminders is not asked for a new one's time again."""
    if turn.slot("requested_slot") not in ReminderStep.slots:
        return []
    return [ActiveLoop(None), SlotSet("requested_slot", None), *closed_form(ReminderStep, "reminder_dossier")]


def list_reminders(turn: Turn, question: str = "", do: str = "cancel") -> Events:
    """Lists what waits, with buttons to cancel (or, asking which, to move)."""
    waiting = reminders.waiting_of(turn.session, turn.citizen_id)
    if not waiting:
        turn.say(words.NOTHING, [button("Đặt nhắc hẹn", "set_reminder")])
        return []
    shown = waiting[: MOST_BUTTONS - 1] if len(waiting) > 1 else waiting
    buttons = [
        button(f"Bỏ lời nhắc {n}", "cancel_reminder", reminder_id=row.id) for n, row in enumerate(shown, start=1)
    ]
    if len(waiting) > 1:
        buttons.append(button("Bỏ hết", "cancel_reminder", all="yes"))
    turn.say(words.list_text([(_told(row), row.due_at) for row in waiting], question), buttons, numbered=True)
    return []


def _wish(turn: Turn) -> Any | None:
    """What else a message wants of reminders than a new one: the function that does it."""
    text = turn.text
    if wording.is_list_of_numbers(text) and any(one.intent == "cancel_reminder" for one in turn.topic.asked):
        return _cancel_named
    if wording.cancels_reminder(text):
        return _cancel_named
    if wording.lists_reminders(text):
        return list_reminders
    if wording.reminds_again(text) and reminders.last_sent_of(turn.session, turn.citizen_id, turn.now):
        return _again
    just_set = turn.topic.last_intent == "set_reminder" and not turn.slot("requested_slot")
    if wording.changes_reminder(text, turn.now, just_set):
        return _change_named if reminders.waiting_of(turn.session, turn.citizen_id) else None
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
    at = _moment_of(turn, wanted)
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
    code = _dossier_meant(turn)
    if code is None:
        turn.say(words.no_due_date_text(None), [button("Tra cứu hồ sơ", "lookup_dossier", fresh="yes")])
        return []
    due_at = _due_date_of(turn, code)
    if due_at is None:
        return []
    at = reminders.before_due(due_at, wanted.before_due or timedelta(0), wanted.at.time() if wanted.at else None)
    what = what or words.due_subject(code, due_at)
    if at > turn.now:
        return _keep(turn, at, what, code)
    turn.say(words.past_text(None))
    return open_form(ReminderStep, reminder_what=what, reminder_dossier=code)


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


def _moment_of(turn: Turn, wanted: WantedTime) -> datetime | None:
    if wanted.before_closing:
        day = (wanted.offer or turn.now).astimezone(LOCAL).date()
        return reminders.before_closing(day, _calendar(turn), turn.now)
    return wanted.at


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


def _cancel_named(turn: Turn) -> Events:
    """Cancels the reminders that a message names: all, by place, by words, the last; of several it asks which."""
    waiting = reminders.waiting_of(turn.session, turn.citizen_id)
    if not waiting:
        turn.say(words.NOTHING, [button("Đặt nhắc hẹn", "set_reminder")])
        return []
    if wording.means_all(turn.text) or len(waiting) == 1:
        return _cancel(turn, waiting)
    places = wording.numbers_in(turn.text)
    if places:
        return _cancel(turn, [waiting[place - 1] for place in places if place <= len(waiting)])
    said = wording.cancelled_subject(turn.text, turn.now)
    if said:
        fitting = [row for row in waiting if set(said.split()) <= set(fold(row.text).split())]
    else:
        fitting = _at_time(turn, waiting)
    if len(fitting) == 1:
        return _cancel(turn, fitting)
    if wording.means_last(turn.text):
        return _cancel(turn, [max(waiting, key=lambda row: row.id)])
    return list_reminders(turn, "Anh/chị muốn bỏ lời nhắc nào ạ? (nhắn số, ví dụ “1 và 2”, hoặc “bỏ hết”)")


def _at_time(turn: Turn, waiting: Sequence[Reminder]) -> list[Reminder]:
    wanted = read_reminder_time(turn.text, turn.now)
    if wanted.at is None:
        return []
    same_day = [row for row in waiting if row.due_at.astimezone(LOCAL).date() == wanted.at.date()]
    rows = same_day if wanted.names_day else list(waiting)
    if not wanted.names_clock:
        return rows
    return [row for row in rows if row.due_at.astimezone(LOCAL).time() == wanted.at.time()]


def _cancel(turn: Turn, rows: Sequence[Reminder]) -> Events:
    gone = [row for row in rows if reminders.cancel(turn.session, turn.citizen_id, row.id)]
    if len(gone) == 1:
        turn.say(words.cancelled_text(gone[0].text, gone[0].due_at))
    elif gone:
        turn.say(words.all_cancelled_text(len(gone)))
    else:
        turn.utter("utter_reminder_gone")
    return []


def _change_named(turn: Turn) -> Events:
    """Moves or rewords the reminder meant: the only one, the one just set, else it asks which."""
    waiting = reminders.waiting_of(turn.session, turn.citizen_id)
    what = wording.new_subject(turn.text, turn.now)
    wanted, shift = read_reminder_time(turn.text, turn.now, is_answer=True), read_shift(turn.text)
    if not what and not shift and not wanted.says_something:
        return list_reminders(turn, "Anh/chị muốn đổi lời nhắc nào, sang lúc nào ạ? (ví dụ “dời lời nhắc 1 qua 9 giờ”)")
    row = _meant_for_change(turn, waiting)
    if row is None:
        return _ask_which_to_move(turn, waiting, wanted, shift)
    at = row.due_at + shift if shift else _new_time(turn, row, wanted)
    if at is None and what is None:
        turn.say(
            words.impossible_text(wanted.impossible, wanted.offer)
            if wanted.impossible
            else words.past_text(wanted.offer),
            _move_buttons(row, wanted, turn),
        )
        return []
    return _change(turn, row, at, what)


def _meant_for_change(turn: Turn, waiting: Sequence[Reminder]) -> Reminder | None:
    if len(waiting) == 1:
        return waiting[0]
    named = fold(turn.text)
    place = next((int(one) for one in _PLACE.findall(named)), None)
    if place is not None and place <= len(waiting):
        return waiting[place - 1]
    is_context = turn.topic.last_intent == "set_reminder"
    return max(waiting, key=lambda row: row.id) if is_context or wording.means_last(turn.text) else None


def _new_time(turn: Turn, row: Reminder, wanted: WantedTime) -> datetime | None:
    if wanted.before_closing:
        return _moment_of(turn, wanted)
    return moved(row.due_at, wanted)


def _change(turn: Turn, row: Reminder, at: datetime | None, what: str | None) -> Events:
    if row.state != "waiting":
        turn.utter("utter_reminder_gone")
        return []
    if at is not None and at <= turn.now:
        following = at + timedelta(days=1)
        turn.say(words.past_text(following), [_move_button(row, following, turn)], numbered=True)
        return []
    reminders.change(row, turn.message_id, at, what)
    turn.say(
        words.changed_text(_told(row), row.due_at), [button("Bỏ lời nhắc này", "cancel_reminder", reminder_id=row.id)]
    )
    return []


def _ask_which_to_move(turn: Turn, waiting: Sequence[Reminder], wanted: WantedTime, shift: timedelta | None) -> Events:
    moves = []
    for number, row in enumerate(waiting[:MOST_BUTTONS], start=1):
        at = row.due_at + shift if shift else _new_time(turn, row, wanted)
        if at is not None:
            moves.append(_move_button(row, at, turn, f"Đổi lời nhắc {number}"))
    turn.say(
        words.list_text([(_told(row), row.due_at) for row in waiting], "Anh/chị muốn đổi lời nhắc nào ạ?"),
        moves,
        numbered=True,
    )
    return []


def _move_buttons(row: Reminder, wanted: WantedTime, turn: Turn) -> list[Button]:
    return [_move_button(row, wanted.offer, turn)] if wanted.offer else []


def _move_button(row: Reminder, at: datetime, turn: Turn, title: str | None = None) -> Button:
    shown = title or reminders.title_of(at, turn.now)
    return button(shown, "manage_reminder", do="move", reminder_id=row.id, at=at.isoformat(), answer="yes")


def _again(turn: Turn) -> Events:
    """Sends the reminder that just came once more: at the time said, else in an hour."""
    row = reminders.last_sent_of(turn.session, turn.citizen_id, turn.now)
    assert row is not None  # looked at before
    wanted = read_reminder_time(turn.text, turn.now, is_answer=True)
    at = _moment_of(turn, wanted) or turn.now + SNOOZE
    return _keep(turn, at, row.text, row.dossier_code)


def _calendar(turn: Turn) -> WorkCalendar:
    try:
        return turn.services.offices.calendar(None, turn.now)
    except BackendUnavailable:
        return calendar_of(())


def _told_by(turn: Turn) -> dict[str, Any]:
    return {"reminder_what": turn.value("what")} if turn.value("what") else {}


def _time_button(title: str, at: datetime, **told: Any) -> Button:
    return button(title, "set_reminder", at=at.isoformat(), **told)


def _told(row: Reminder) -> str:
    if row.dossier_code and row.dossier_code not in row.text:
        return f"{row.text} (hồ sơ {row.dossier_code})"
    return str(row.text)
