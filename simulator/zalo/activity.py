"""Whether the product seems to be working on what a citizen sent: the chat page's "đang trả lời…"."""

import time
from dataclasses import dataclass

THINKING_S = 8.0


@dataclass
class _Chat:
    undelivered: int = 0
    answered_at: float | None = None
    has_bot_spoken: bool = False


class Activity:
    """In memory only: after a restart nobody is thought to be typing."""

    def __init__(self) -> None:
        self._chats: dict[str, _Chat] = {}

    def event_queued(self, user_id: str) -> None:
        """An event of this citizen is on its way to the webhook."""
        chat = self._chats.setdefault(user_id, _Chat())
        chat.undelivered += 1
        chat.has_bot_spoken = False

    def event_ended(self, user_id: str, was_answered: bool) -> None:
        """Its first attempt is over."""
        chat = self._chats.setdefault(user_id, _Chat())
        chat.undelivered = max(0, chat.undelivered - 1)
        if was_answered and not chat.has_bot_spoken:
            chat.answered_at = time.monotonic()

    def bot_spoke(self, user_id: str) -> None:
        """The product sent something: it is not thinking any more."""
        chat = self._chats.get(user_id)
        if chat is not None:
            chat.answered_at = None
            chat.has_bot_spoken = True

    def is_working(self, user_id: str) -> bool:
        """True while an event is undelivered or was answered a moment ago without a message since."""
        chat = self._chats.get(user_id)
        return chat is not None and (chat.undelivered > 0 or self.thinking_left_s(user_id) > 0)

    def thinking_left_s(self, user_id: str) -> float:
        """Seconds until an answered event no longer counts as being worked on; 0 when it does not."""
        chat = self._chats.get(user_id)
        if chat is None or chat.answered_at is None:
            return 0.0
        return max(0.0, chat.answered_at + THINKING_S - time.monotonic())

    def forget_all(self) -> None:
        """Starts anew, after a reset."""
        self._chats.clear()
