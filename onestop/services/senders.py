"""What the dispatch loop asks of a channel: to send a message once, and what became of one whose answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from onestop.messages.types import Message
from onestop.services.outcomes import Outcome


class HistoryAnswer(Enum):
    """What Zalo's conversation history says of a send whose answer was lost."""

    FOUND = "found"
    ABSENT = "absent"
    UNDECIDABLE = "undecidable"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Evidence:
    """`message_id` is given where the message was found."""

    answer: HistoryAnswer
    message_id: str | None = None


class Sender(Protocol):
    """One channel, as this loop needs it. Neither method raises for anything that the channel or the network does.

    `address` is the row's phone number where it has one, else the citizen's Zalo id.
    """

    def send(self, address: str, message: Message) -> Outcome:
        """Sends one message, once."""

    def look_up(
        self,
        address: str,
        message: Message,
        not_before: datetime,
        is_known: Callable[[list[str]], set[str]],
    ) -> Evidence:
        """Whether a message sent since `not_before` stands in the history under an id that no row of ours knows."""
