"""What citizens do about reminders that come by rule: once more tomorrow, no more of this dossier, on again."""

from __future__ import annotations

import re
from typing import Any

from actions import reminder_wording as wording
from actions.base import Events
from actions.turn import Turn, button
from onestop.messages import reminders as words
from onestop.services import reminders, rule_reminders
from onestop.services.reminder_rules import KINDS
from onestop.text import fold

AGAIN, STOP, RESUME = "again", "stop", "resume"
_TOMORROW = re.compile(r"\bmai\b.{0,12}\bnhac(?: lai)?\b|\bnhac lai\b.{0,16}\bmai\b")
LONGEST_WORDS = 8


def by_button(turn: Turn) -> Events | None:
    """What a button under a reminder by rule means; None where it is none of these."""
    what, code = turn.value("do"), str(turn.value("dossier_code") or "")
    if what == AGAIN and turn.value("kind") in KINDS:
        return _again(turn, str(turn.value("kind")), code)
    if what == STOP:
        return _stop(turn, code)
    if what == RESUME:
        rule_reminders.resume(turn.session, turn.citizen_id, code)
        turn.say(words.rule_resumed_text(code), [button("Xem hồ sơ", "lookup_dossier", dossier_code=code)])
        return []
    return None


def wish_of(turn: Turn) -> Any | None:
    """What typed words want of the reminder by rule that has just come: the function that does it, or None."""
    if len(turn.text.split()) > LONGEST_WORDS or turn.values("dossier_code"):
        return None
    is_again, is_stop = bool(_TOMORROW.search(fold(turn.text))), wording.cancels_reminder(turn.text)
    if not is_again and not is_stop:
        return None
    told = rule_reminders.last_told(turn.session, turn.citizen_id, turn.now)
    if told is None or reminders.waiting_of(turn.session, turn.citizen_id):
        return None
    kind, code = told
    return (lambda turn: _again(turn, kind, code)) if is_again else (lambda turn: _stop(turn, code))


def _again(turn: Turn, kind: str, code: str) -> Events:
    at = rule_reminders.again_for(turn.services.reader, kind, code, turn.now)
    if at is None:
        look = button("Xem hồ sơ", "lookup_dossier", dossier_code=code)
        turn.say(words.rule_over_text(code), [look])
        return []
    what = words.rule_subject(kind, code)
    row = reminders.remind_by_rule(turn.session, turn.citizen_id, turn.message_id, kind, code, at, turn.now, what)
    turn.say(words.saved_text(what, row.due_at), [button("Bỏ lời nhắc này", "cancel_reminder", reminder_id=row.id)])
    return []


def _stop(turn: Turn, code: str) -> Events:
    rule_reminders.stop(turn.session, turn.citizen_id, code, turn.now)
    again = button("Nhắc lại hồ sơ này", "manage_reminder", do=RESUME, dossier_code=code)
    turn.say(words.rule_stopped_text(code), [again, button("Chọn tin muốn nhận", "show_settings")])
    return []
