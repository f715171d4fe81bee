"""Is a message ours? By its code, or by its words; only its own addressee is told more than whether."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from onestop.errors import OnestopError
from onestop.services import guesses
from onestop.storage import Session, sent_notices
from onestop.storage.tables import Notification
from onestop.text import fold
from onestop.text.notice_codes import notice_codes_in, without_code

LOOKED_BACK = timedelta(days=365)
SHORTEST_QUOTE = 25  # letters and digits: less may stand in any message
_SENT_LATELY = timedelta(days=3)


class Origin(Enum):
    """Whose message it is."""

    OURS = "ours"
    ALTERED = "altered"
    TO_SOMEBODY_ELSE = "to-somebody-else"
    UNKNOWN_CODE = "unknown-code"
    NOT_FOUND = "not-found"


@dataclass(frozen=True)
class Verdict:
    """What is known of a message.

    Attributes:
        sent_at: When it was sent; only of one's own.
        code: The code that decided, if one did.
    """

    origin: Origin
    sent_at: datetime | None = None
    code: str | None = None


def judge(session: Session, citizen_id: str, text: str, message_id: str, now: datetime) -> Verdict:
    """Judges a message that a citizen copied or forwarded, or whose code they name.

    A code that nobody has counts as a miss of guessing; who has guessed too often is told nothing.

    Raises:
        CodesRefused: Too many codes that nobody has.
    """
    own = sent_notices.sent_to(session, citizen_id, now - LOOKED_BACK)
    for code in notice_codes_in(text)[:1]:
        mine = next((row for row in own if row.notice_code == code), None)
        if mine is not None:
            is_whole = len(_letters(without_code(text))) < SHORTEST_QUOTE or _quotes(text, mine)
            return Verdict(Origin.OURS if is_whole else Origin.ALTERED, _sent_at(mine), code)
        _refuse_guessing(session, citizen_id, now)
        if sent_notices.by_code(session, code):
            return Verdict(Origin.TO_SOMEBODY_ELSE, code=code)
        guesses.note_miss(session, citizen_id, message_id, "notice-code", now)
        return Verdict(Origin.UNKNOWN_CODE, code=code)
    quoted = next((row for row in own if _quotes(text, row)), None)
    if quoted is not None:
        return Verdict(Origin.OURS, _sent_at(quoted), quoted.notice_code)
    return Verdict(Origin.NOT_FOUND)


class CodesRefused(OnestopError):
    """This citizen has named too many codes that nobody has."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many codes that nobody has")
        self.wait = wait


def last_notice(session: Session, citizen_id: str, now: datetime) -> Notification | None:
    """The last notice that this citizen got, if that was of late."""
    return next(iter(sent_notices.sent_to(session, citizen_id, now - _SENT_LATELY, limit=1)), None)


def _refuse_guessing(session: Session, citizen_id: str, now: datetime) -> None:
    allowance = guesses.allowance_of(session, citizen_id, now)
    if not allowance.is_given:
        raise CodesRefused(allowance.wait)


def _quotes(text: str, row: Notification) -> bool:
    """Whether a text is (a good part of) this notice, with nothing of weight beside it."""
    said, sent = _letters(without_code(text)), _letters(without_code(str(row.body.get("text") or "")))
    if len(said) < SHORTEST_QUOTE or not sent:
        return False
    if said in sent:
        return True
    return sent in said and len(said) - len(sent) <= _ROOM_FOR_A_QUESTION


_ROOM_FOR_A_QUESTION = 60  # "tin này có phải của trung tâm không ạ" before or behind the copy


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))


def _sent_at(row: Notification) -> datetime:
    return row.finished_at or row.delivered_at or row.created_at
