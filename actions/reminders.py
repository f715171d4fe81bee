"""Reminders: set in any words for a time, listed, cancelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actions import wording
from actions.base import CitizenAction, Events, IntentAction
from actions.forms import NOT_WORDS, Digression, Filled, FormStep, NotUnderstood, Reading, closed_form, open_form
from actions.turn import Turn, button
from onestop import clock
from onestop.messages import reminders as words
from onestop.services import reminders
from onestop.text import fold
from onestop.text.dates import DateMatch, find_dates, resolve_date

_COLLECT = re.compile(r"\b(?:lay|nhan|lanh)\b")


class ReminderStep(FormStep):
    """Reads when to remind, and of what."""

    form = "reminder_form"
    slots = ("reminder_at", "reminder_what")

    def read(self, turn: Turn, asked: str) -> Reading:
        """A time ahead, in any words; then any words."""
        if turn.intent in NOT_WORDS:
            return Digression()
        if asked == "reminder_what":
            if turn.is_tap and turn.intent != "set_reminder":
                return Digression()
            return Filled({"reminder_what": what_of(turn) or turn.text})
        if turn.is_tap:
            return Digression()
        due_at, was_named = moment_in(turn)
        if due_at is not None:
            what = what_of(turn) if turn.intent == "set_reminder" else None  # the whole request said anew
            return Filled({"reminder_at": due_at.isoformat(), **({"reminder_what": what} if what else {})})
        if was_named:
            turn.utter("utter_time_is_past")
            return NotUnderstood()
        if turn.intent in ("set_reminder", "out_of_scope", "nlu_fallback", "affirm", "deny"):
            turn.utter("utter_time_not_seen")
            return NotUnderstood()
        return Digression()


class SetReminder(IntentAction):
    """Keeps a reminder, lists them, or asks when."""

    intents = ("set_reminder",)

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_set_reminder"

    def respond(self, turn: Turn) -> Events:
        """Reads what the message tells already; only the rest is asked."""
        if not turn.is_tap and wording.cancels_reminder(turn.text):
            return offer_to_cancel(turn)
        if turn.value("list") or (not turn.is_tap and wording.lists_reminders(turn.text)):
            return list_reminders(turn)
        waiting = reminders.waiting_of(turn.session, turn.citizen_id)
        if len(waiting) >= reminders.MOST_WAITING:
            turn.utter("utter_too_many_reminders")
            return list_reminders(turn)
        code = turn.value("dossier_code") or turn.topic.dossier_code
        what = _default_what(turn, code)
        if what is None:
            code = turn.value("dossier_code")
        slots: dict[str, Any] = {"reminder_what": what, "reminder_dossier": code}
        due_at, was_named = (None, False) if turn.is_tap else moment_in(turn)
        if due_at is not None and what is not None:
            return _keep(turn, due_at, what, code)
        if was_named and due_at is None:
            turn.utter("utter_time_is_past")
        if due_at is not None:
            slots["reminder_at"] = due_at.isoformat()
        return open_form(ReminderStep, **slots)


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
        row = reminders.cancel(turn.session, turn.citizen_id, int(turn.value("reminder_id") or 0))
        if row is None:
            turn.utter("utter_reminder_gone")
        else:
            turn.say(words.cancelled_text(row.text, row.due_at))
        return []


def list_reminders(turn: Turn, asks_which: bool = False) -> Events:
    """Lists what waits, with buttons to cancel."""
    waiting = reminders.waiting_of(turn.session, turn.citizen_id)
    if not waiting:
        turn.utter("utter_no_reminders", buttons=[button("Đặt nhắc hẹn", "set_reminder")])
        return []
    turn.say(
        words.list_text([(row.text, row.due_at) for row in waiting], asks_which),
        [button(f"Bỏ lời nhắc {n}", "cancel_reminder", reminder_id=row.id) for n, row in enumerate(waiting, start=1)],
        numbered=True,
    )
    return []


def offer_to_cancel(turn: Turn) -> Events:
    """Cancels the only reminder; of several it asks which."""
    waiting = reminders.waiting_of(turn.session, turn.citizen_id)
    if len(waiting) != 1:
        return list_reminders(turn, asks_which=True)
    row = reminders.cancel(turn.session, turn.citizen_id, waiting[0].id)
    assert row is not None
    turn.say(words.cancelled_text(row.text, row.due_at))
    return []


def moment_in(turn: Turn) -> tuple[datetime | None, bool]:
    """The moment ahead that a message names, and whether it names any moment at all."""
    matches = find_dates(turn.text, clock.local_now(), prefers_future=True)
    single = resolve_date(turn.text, clock.local_now(), prefers_future=True) if not matches else None
    values = _joined(matches) or ([single.value] if single else [])
    for value in values:
        moment = reminders.moment_of(value, turn.now)
        if moment is not None:
            return moment, True
    return None, bool(values)


def _joined(matches: Sequence[DateMatch]) -> list[str]:
    """The moments named; a day and a clock time that stand apart ("mai nhắc tôi lúc 7h30") are one."""
    days = [one.value for one in matches if not one.has_time]
    times = [one.value for one in matches if one.has_time]
    if len(days) == 1 and len(times) == 1:
        return [days[0] + times[0][len(days[0]) :]]
    return [one.value for one in matches]


def what_of(turn: Turn) -> str | None:
    """What to remind of: the words without the time and the "nhắc tôi"; None where nothing is left."""
    text = turn.text
    for match in reversed(find_dates(text, clock.local_now(), prefers_future=True)):
        text = text[: match.start] + " " + text[match.end :]
    return wording.reminder_subject(text)


def _default_what(turn: Turn, code: str | None) -> str | None:
    if turn.is_tap:
        return f"đi lấy kết quả hồ sơ {code}" if turn.value("dossier_code") else None
    return what_of(turn)


def _keep(turn: Turn, due_at: datetime, what: str, code: str | None) -> Events:
    is_about_dossier = code is not None and (turn.value("dossier_code") or code in what or _COLLECT.search(fold(what)))
    row = reminders.remind_at(
        turn.session,
        turn.citizen_id,
        turn.message_id,
        what,
        due_at,
        turn.now,
        dossier_code=code if is_about_dossier else None,
    )
    what = (
        f"{row.text} (hồ sơ {row.dossier_code})" if row.dossier_code and row.dossier_code not in row.text else row.text
    )
    turn.say(words.saved_text(what, row.due_at), [button("Bỏ lời nhắc này", "cancel_reminder", reminder_id=row.id)])
    return []
