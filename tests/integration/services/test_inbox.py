"""An event is kept once, tried again, given up at last, and holds back the later ones of its citizen."""

from __future__ import annotations

from datetime import timedelta

from onestop.services import inbox
from onestop.storage import SessionFactory
from tests.integration.services.conftest import NOW


def store(sessions: SessionFactory, key: str, user: str = "8001") -> inbox.InboxItem | None:
    with sessions.begin() as session:
        return inbox.store_event(session, key, "user_send_text", user, b"{}", NOW, NOW)


def waiting(sessions: SessionFactory, after_s: float = 0.0) -> list[str]:
    with sessions() as session:
        return [item.event_key for item in inbox.waiting_items(session, NOW + timedelta(seconds=after_s))]


def test_repeated_event_is_kept_once(sessions: SessionFactory) -> None:
    assert store(sessions, "a") is not None
    assert store(sessions, "a") is None
    assert waiting(sessions) == ["a"]


def test_event_older_than_we_remember_is_not_taken(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        at = NOW - inbox.KNOWN_FOR - timedelta(seconds=1)
        assert inbox.store_event(session, "old", "user_send_text", "8001", b"{}", at, NOW) is None
        assert inbox.store_event(session, "late", "user_send_text", "8001", b"{}", NOW - inbox.KNOWN_FOR, NOW)
    assert waiting(sessions) == ["late"]


def test_finished_event_does_not_come_back(sessions: SessionFactory) -> None:
    item = store(sessions, "a")
    with sessions.begin() as session:
        inbox.finish(session, [item])
    assert waiting(sessions) == []


def test_failed_event_is_tried_again_later_and_holds_back_its_citizens_next(sessions: SessionFactory) -> None:
    item = store(sessions, "a")
    store(sessions, "b")
    store(sessions, "other", user="8002")
    with sessions.begin() as session:
        assert inbox.retry_later(session, [item], NOW, "RuntimeError")
    assert waiting(sessions) == ["other"]
    assert waiting(sessions, after_s=3) == ["a", "b", "other"]


def test_event_that_always_fails_is_given_up(sessions: SessionFactory) -> None:
    item = store(sessions, "a")
    for attempt in range(inbox.MAX_ATTEMPTS):
        current = inbox.InboxItem(item.id, "a", "8001", b"{}", attempt)
        with sessions.begin() as session:
            will_retry = inbox.retry_later(session, [current], NOW, "RuntimeError")
    assert not will_retry
    assert waiting(sessions, after_s=9999) == []
