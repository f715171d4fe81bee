"""Hearing of topics: "có chính sách mới thì báo tui", "thôi nhận tin việc làm"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.base import Events, IntentAction
from actions.turn import Turn, button
from onestop.services import broadcasts
from onestop.services.broadcasts import Topic
from onestop.text import fold

_ME = r"(?:toi|tui|em|minh|con|chau|bac|co|chu|anh|chi)"
_NEWS = r"(?:cac |ban |nhung )?(?:tin|thong tin|thong bao|canh bao)"
_WANTS = re.compile(
    rf"\b(?:dang ky|dk)\b(?: \w+){{0,3}} nhan {_NEWS}\b|\b(?:muon|cho|xin|can) (?:{_ME} )?(?:dang ky )?nhan {_NEWS}\b"
    rf"|\bco\b.*\b(?:thi|la|nho|hay)\b.*\b(?:bao|nhan|gui|nhac) (?:tin )?(?:cho |gium |giup )?{_ME}\b"
    rf"|\b(?:bao|nhan|gui)\b.*\bcho {_ME}\b.*\bkhi co\b"
)
_WANTS_NO_MORE = re.compile(r"\b(?:thoi|dung|khong|ko|ngung|huy|tat|bo)\b.*\b(?:nhan|gui|bao|dang ky|theo doi)\b")


class ChooseTopics(IntentAction):
    """Subscribes a citizen to topics, or ends that, and says how it is undone."""

    intents = ("choose_topics",)
    is_remembered = False

    def name(self) -> str:
        """In `domain.yml`."""
        return "action_choose_topics"

    @classmethod
    def claims(cls, turn: Turn) -> str | None:
        """A wish to be told, or no longer, that names a topic."""
        wish = wish_in(turn.text)
        if wish is None:
            return None
        wanted, named = wish
        return "choose_topics" if wanted or hears_of(turn, named) else None  # else actions/control.py: the whole kind

    def respond(self, turn: Turn) -> Events:
        """Does it, topic by topic, in one answer."""
        topic = broadcasts.topics().get(str(turn.value("topic") or ""))
        if topic is not None:
            wanted, chosen = turn.value("answer") != "stop", [topic]
        else:
            wanted, chosen = wish_in(turn.text) or (True, [])
        if not chosen:
            turn.say("Dạ, anh/chị muốn nhận tin về việc nào ạ?", _choices(), numbered=True)
            return []
        titles = ", ".join(f"“{one.title}”" for one in chosen)
        text = (
            f"Dạ, em đã ghi: có tin về {titles} em nhắn anh/chị, mỗi ngày nhiều nhất một tin. "
            "Muốn thôi, anh/chị nhắn: thôi nhận tin, kèm tên chủ đề."
            if wanted
            else f"Dạ, em sẽ không nhắn tin về {titles} nữa."
        )
        for one in chosen:
            broadcasts.subscribe(turn.session, turn.citizen_id, one, wanted, turn.message_id, text, turn.now)
        first = chosen[0].id
        undo = button("Thôi nhận", "choose_topics", topic=first, answer="stop") if wanted else button(
            "Nhận lại", "choose_topics", topic=first
        )  # fmt: skip
        turn.say(text, [undo, button("Xem tin mới", "ask_news")])
        return []


def hears_of(turn: Turn, topics: Sequence[Topic]) -> bool:
    """Whether the citizen is told of any of these topics."""
    kept = broadcasts.topics_of(turn.session, turn.citizen_id)
    return any(one.id in kept for one in topics)


def wish_in(text: str) -> tuple[bool, list[Topic]] | None:
    """Whether a message wants to hear of topics (True) or no longer (False), and of which; None: it is no such wish."""
    named = broadcasts.topics_in(text)
    folded = fold(text)
    if not named or len(folded.split()) > 25:
        return None
    if _WANTS_NO_MORE.search(folded):
        return False, named
    return (True, named) if _WANTS.search(folded) else None


def _choices() -> list[dict[str, str]]:
    return [button(one.title, "choose_topics", topic=one.id) for one in broadcasts.topics().values()]
