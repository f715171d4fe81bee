"""Which buttons stand under the messages of one turn: a handful in all, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MOST_IN_A_TURN = 5
"""shared/ui: at most five to choose from; two messages of one turn are read as one."""

BotMessage = dict[str, Any]


def within_budget(messages: Sequence[BotMessage]) -> list[BotMessage]:
    """The same messages, with buttons left out that stand under another one or are too many.

    A question keeps its alternatives before an answer keeps its offers, and the last message before the first. A
    message with `keeps_buttons` (a menu in two parts) is left as it is.
    """
    if sum(bool(message.get("buttons")) for message in messages) < 2:
        return list(messages)
    kept: dict[int, list[dict[str, Any]]] = {}
    titles: set[str] = set()
    by_need = sorted(range(len(messages)), key=lambda at: (bool(messages[at].get("numbered")), at), reverse=True)
    for at in by_need:
        buttons = messages[at].get("buttons") or []
        if messages[at].get("keeps_buttons"):
            kept[at] = buttons
            continue
        new = [one for one in buttons if one["title"] not in titles]
        kept[at] = new[: max(MOST_IN_A_TURN - len(titles), 0)]
        titles |= {one["title"] for one in kept[at]}
    return [
        {**message, "buttons": kept[at]} if "buttons" in message else message for at, message in enumerate(messages)
    ]
