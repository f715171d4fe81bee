"""Days and times that a citizen names, absolute or relative, with or without diacritics.

Lengths of time ("ba ngày làm việc") and vague ones ("hồi đó", "mai mốt") are not dates. Day stands before
month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from onestop.text.date_pieces import DateContext, Piece, find_pieces, hour_of_day
from onestop.text.diacritics import fold, nfc

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_PART_TIMES = {
    "sang": time(8), "trua": time(12), "chieu": time(14), "toi": time(19), "dem": time(22), "khuya": time(23),
}  # fmt: skip
_BETWEEN = re.compile(r"[\s,]*(?:(?:luc|vao|khoang|tam|co|hoi|dung|la|buoi|ngay|hom)\s+)*")


@dataclass(frozen=True)
class DateMatch:
    """A day or a time named in a text.

    Attributes:
        start: Offset of its first character in the NFC text.
        end: Offset past its last character.
        value: ISO 8601: '2026-07-15', or '2026-07-15T08:00:00+07:00' when a time was said.
        has_time: Whether a clock time or a part of the day was said.
    """

    start: int
    end: int
    value: str
    has_time: bool


def find_dates(text: str, now: datetime, prefers_future: bool = False) -> list[DateMatch]:
    """Finds the days and times named in a message, in order, a day and its clock time as one.

    Args:
        text: The message.
        now: The present moment, aware.
        prefers_future: Whether a day without its month or year lies ahead (a reminder) or is the nearest one.
    """
    text = nfc(text)
    context = DateContext(now.astimezone(LOCAL), prefers_future)
    groups = _groups(find_pieces(text, context), fold(text))
    matches = (_match_of(group, context) for group in groups if not _is_doubtful(group, text))
    return [match for match in matches if match]


def resolve_date(text: str, now: datetime, prefers_future: bool = False) -> DateMatch | None:
    """Reads a text that is one date; of several the longest counts. None when it names none."""
    text = nfc(text)
    context = DateContext(now.astimezone(LOCAL), prefers_future)
    groups = _groups(find_pieces(text, context), fold(text))
    matches = [match for group in groups if (match := _match_of(group, context, is_part_enough=True))]
    return max(matches, key=lambda match: match.end - match.start, default=None)


def _groups(pieces: list[Piece], folded: str) -> list[list[Piece]]:
    """Puts pieces that stand side by side and complete each other together."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _completes(groups[-1], piece, folded):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _completes(group: list[Piece], piece: Piece, folded: str) -> bool:
    kinds = {other.kind for other in group}
    if piece.kind in kinds or "moment" in (*kinds, piece.kind):
        return False
    if piece.part and any(other.part for other in group):
        return False
    if piece.is_doubtful_behind_a_day and "day" in kinds:
        return False
    return _BETWEEN.fullmatch(folded[group[-1].end : piece.start]) is not None


def _is_doubtful(group: list[Piece], text: str) -> bool:
    """Tells whether a lone word usually means something else ('nay' = này, 'mot' = một)."""
    if len(group) > 1:
        return False
    word = text[group[0].start : group[0].end].lower()
    return word in ("qua", "mot", "một", "này", "nay")


def _match_of(group: list[Piece], context: DateContext, is_part_enough: bool = False) -> DateMatch | None:
    by_kind = {piece.kind: piece for piece in group}
    start, end = group[0].start, group[-1].end
    if "moment" in by_kind:
        moment = by_kind["moment"].moment
        return DateMatch(start, end, moment.isoformat(), True) if moment else None
    day_piece, clock_piece, part_piece = (by_kind.get(kind) for kind in ("day", "clock", "part"))
    if not day_piece and not clock_piece and not is_part_enough:
        return None
    day = day_piece.day if day_piece and day_piece.day else context.today
    clock = _clock_of(clock_piece, part_piece)
    if clock is None:
        return DateMatch(start, end, day.isoformat(), False)
    moment = datetime.combine(day, clock, LOCAL)
    if not day_piece and context.prefers_future and moment <= context.now:
        moment += timedelta(days=1)
    return DateMatch(start, end, moment.isoformat(), True)


def _clock_of(clock_piece: Piece | None, part_piece: Piece | None) -> time | None:
    part = part_piece.part if part_piece else None
    if clock_piece is None or clock_piece.clock is None:
        return _PART_TIMES[part] if part else None
    clock = clock_piece.clock
    if part and not clock_piece.part:
        return clock.replace(hour=hour_of_day(clock.hour, part) % 24)
    if not part and not clock_piece.part and 1 <= clock.hour <= 5:
        return clock.replace(hour=clock.hour + 12)  # nobody means the small hours without saying so
    return clock
