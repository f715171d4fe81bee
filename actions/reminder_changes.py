"""Reminders that are there already: listed, cancelled, moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from actions import reminder_wording as wording
from actions.base import Events
from actions.turn import MOST_BUTTONS, Button, Turn, button
from onestop.clock import LOCAL
from onestop.errors import BackendUnavailable
from onestop.messages import reminders as words
from onestop.services import reminders
from onestop.services.working_days import WorkCalendar, calendar_of
from onestop.storage.tables import Reminder
from onestop.text import fold
from onestop.text.reminder_times import WantedTime, moved, read_reminder_time, read_shift

_PLACE = re.compile(r"\b(?:loi nhac|nhac hen|so|cai|thu) ([1-9]|1\d|20)\b(?!\s*(?:h|g|gio))")


def list_reminders(turn: Turn, question: str = "") -> Events:
    """Lists what waits, with buttons to cancel, and asks a question where there is one."""
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
    turn.say(words.list_text([(told(row), row.due_at) for row in waiting], question), buttons, numbered=True)
    return []


def cancel_named(turn: Turn) -> Events:
    """Cancels the reminders that a message names: all, by place, by words, the last; of several it asks which."""
    waiting = reminders.waiting_of(turn.session, turn.citizen_id)
    if not waiting:
        turn.say(words.NOTHING, [button("Đặt nhắc hẹn", "set_reminder")])
        return []
    if wording.means_all(turn.text) or len(waiting) == 1:
        return cancel(turn, waiting)
    places = wording.numbers_in(turn.text)
    if places:
        return cancel(turn, [waiting[place - 1] for place in places if place <= len(waiting)])
    said = wording.cancelled_subject(turn.text, turn.now)
    if said:
        fitting = [row for row in waiting if set(said.split()) <= set(fold(row.text).split())]
    else:
        fitting = _at_time(turn, waiting)
    if len(fitting) == 1:
        return cancel(turn, fitting)
    if wording.means_last(turn.text):
        return cancel(turn, [max(waiting, key=lambda row: row.id)])
    return list_reminders(turn, "Anh/chị muốn bỏ lời nhắc nào ạ? (nhắn số, ví dụ “1 và 2”, hoặc “bỏ hết”)")


def cancel(turn: Turn, rows: Sequence[Reminder]) -> Events:
    """Cancels these and says so."""
    gone = [row for row in rows if reminders.cancel(turn.session, turn.citizen_id, row.id)]
    if len(gone) == 1:
        turn.say(words.cancelled_text(gone[0].text, gone[0].due_at))
    elif gone:
        turn.say(words.all_cancelled_text(len(gone)))
    else:
        turn.utter("utter_reminder_gone")
    return []


def change_named(turn: Turn) -> Events:
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
    return change(turn, row, at, what)


def change(turn: Turn, row: Reminder, at: datetime | None, what: str | None) -> Events:
    """Gives a reminder another time or other words; one that would be past is offered a day later."""
    if row.state != "waiting":
        turn.utter("utter_reminder_gone")
        return []
    if at is not None and at <= turn.now:
        following = at + timedelta(days=1)
        turn.say(words.past_text(following), [_move_button(row, following, turn)], numbered=True)
        return []
    reminders.change(row, turn.message_id, at, what)
    turn.say(
        words.changed_text(told(row), row.due_at), [button("Bỏ lời nhắc này", "cancel_reminder", reminder_id=row.id)]
    )
    return []


def moment_of(turn: Turn, wanted: WantedTime) -> datetime | None:
    """The moment that words name; before closing, where they say so."""
    if wanted.before_closing:
        day = (wanted.offer or turn.now).astimezone(LOCAL).date()
        return reminders.before_closing(day, calendar_at(turn), turn.now)
    return wanted.at


def calendar_at(turn: Turn) -> WorkCalendar:
    """When the centres are open; the bare rules of the law while the dossier system is down."""
    try:
        return turn.services.offices.calendar(None, turn.now)
    except BackendUnavailable:
        return calendar_of(())


def told(row: Reminder) -> str:
    """What a reminder is about, with its dossier."""
    if row.dossier_code and row.dossier_code not in row.text:
        return f"{row.text} (hồ sơ {row.dossier_code})"
    return str(row.text)


def _at_time(turn: Turn, waiting: Sequence[Reminder]) -> list[Reminder]:
    wanted = read_reminder_time(turn.text, turn.now)
    if wanted.at is None:
        return []
    same_day = [row for row in waiting if row.due_at.astimezone(LOCAL).date() == wanted.at.date()]
    rows = same_day if wanted.names_day else list(waiting)
    if not wanted.names_clock:
        return rows
    return [row for row in rows if row.due_at.astimezone(LOCAL).time() == wanted.at.time()]


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
        return moment_of(turn, wanted)
    return moved(row.due_at, wanted)


def _ask_which_to_move(turn: Turn, waiting: Sequence[Reminder], wanted: WantedTime, shift: timedelta | None) -> Events:
    moves = []
    for number, row in enumerate(waiting[:MOST_BUTTONS], start=1):
        at = row.due_at + shift if shift else _new_time(turn, row, wanted)
        if at is not None:
            moves.append(_move_button(row, at, turn, f"Đổi lời nhắc {number}"))
    turn.say(
        words.list_text([(told(row), row.due_at) for row in waiting], "Anh/chị muốn đổi lời nhắc nào ạ?"),
        moves,
        numbered=True,
    )
    return []


def _move_buttons(row: Reminder, wanted: WantedTime, turn: Turn) -> list[Button]:
    return [_move_button(row, wanted.offer, turn)] if wanted.offer else []


def _move_button(row: Reminder, at: datetime, turn: Turn, title: str | None = None) -> Button:
    shown = title or reminders.title_of(at, turn.now)
    return button(shown, "manage_reminder", do="move", reminder_id=row.id, at=at.isoformat(), answer="yes")
