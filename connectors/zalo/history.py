"""What became of a send whose answer was lost, judged from the conversation that Zalo keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.zalo.split import clean_text

CLOCK_SKEW = timedelta(seconds=5)
SHORTEST_TRUNCATION = 20


@dataclass(frozen=True)
class HistoryItem:
    """One message of a conversation. `user_id` is the citizen; `at` is Zalo's time, aware, UTC."""

    message_id: str | None
    user_id: str | None = field(repr=False)
    from_oa: bool
    at: datetime | None
    kind: str | None = None
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class History:
    """A stretch of a conversation up to now. `reaches_start`: there is nothing before it."""

    items: tuple[HistoryItem, ...]
    reaches_start: bool = False

    def verdict_on(
        self, possible_texts: Iterable[str], not_before: datetime, known_message_ids: Collection[str]
    ) -> Verdict:
        """`find_sent` for a message that went out as one of several texts."""
        verdicts = [
            find_sent(self.items, text, not_before, known_message_ids, reaches_start=self.reaches_start)
            for text in possible_texts
        ]
        for kind in (Found, Undecidable):
            decisive = next((verdict for verdict in verdicts if isinstance(verdict, kind)), None)
            if decisive is not None:
                return decisive
        return NotFound()


@dataclass(frozen=True)
class Found:
    """It was sent, as this message."""

    message_id: str


@dataclass(frozen=True)
class NotFound:
    """It was not sent; it may be queued again."""


@dataclass(frozen=True)
class Undecidable:
    """Nobody can tell from this; a person must judge, nothing may be repeated."""


Verdict = Found | NotFound | Undecidable


def find_sent(
    history_items: Iterable[HistoryItem],
    text: str,
    not_before: datetime,
    known_message_ids: Collection[str],
    *,
    reaches_start: bool = False,
) -> Verdict:
    """Decides whether a text was sent.

    Read the history first and `known_message_ids` after it: else a twin that another sender records meanwhile
    would be taken for ours. Ask no sooner than the longest time that the lost request could still be on its
    way.

    Args:
        history_items: The citizen's conversation, any order, up to now.
        text: What was sent; empty for a picture, a file, a form or a template, of which history shows no
            text.
        not_before: When sending began, aware; messages before it are not ours.
        known_message_ids: Ids that already belong to other sends of ours.
        reaches_start: The items are the whole conversation.

    Returns:
        `Found` with the oldest match; `NotFound` only when the items surely reach back to `not_before` and
        hold nothing that may be ours; else `Undecidable`.
    """
    items = list(history_items)
    since = not_before - CLOCK_SKEW
    candidates = [item for item in items if _may_be_ours(item, since, known_message_ids)]
    wanted = _comparable(text)
    matches = [item for item in candidates if wanted and item.message_id and _comparable(item.text) == wanted]
    if matches:
        oldest = min(matches, key=lambda item: item.at or since)
        return Found(str(oldest.message_id))
    covered = reaches_start or any(item.at is not None and item.at < since for item in items)
    if not covered or any(_resembles(item, wanted) for item in candidates):
        return Undecidable()
    return NotFound()


def _may_be_ours(item: HistoryItem, since: datetime, known_message_ids: Collection[str]) -> bool:
    is_late_enough = item.at is None or item.at >= since
    return item.from_oa and is_late_enough and item.message_id not in known_message_ids


def _resembles(item: HistoryItem, wanted: str) -> bool:
    """Whether an item that is no clear match may still be the message: unreadable, cut, without an id."""
    shown = _comparable(item.text)
    if not wanted:
        return item.kind != "text"
    if not shown:
        return True
    cut = shown.rstrip(".… ")
    return shown == wanted or (len(cut) >= SHORTEST_TRUNCATION and wanted.startswith(cut))


def _comparable(text: str) -> str:
    return " ".join(clean_text(text).split())
