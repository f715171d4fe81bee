"""The dossier system's events come again, ten times, by both ways: nobody is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from notifier.loop import Notifier
from onestop import clock
from onestop.services import notices
from onestop.services.citizens import note_consent
from onestop.storage import SessionFactory, dossier_writes, subscriptions
from onestop.storage.citizens import find_zalo_citizen
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.follows import insert_follow
from onestop.storage.tables import Cursor
from tests.dossier_builders import CODE
from tests.integration.faults.conftest import Post

KINDS = ("received", "supplement_requested", "ready")


@pytest.fixture
def vendor(tmp_path: object) -> SessionFactory:
    return session_factory(create_engine(f"sqlite:///{tmp_path}/vendor.sqlite3"))


def follows(post: Post, user: str) -> None:
    long_ago = clock.now() - timedelta(days=10)
    with post.sessions.begin() as session:
        citizen = find_zalo_citizen(session, user)
        assert citizen is not None
        insert_follow(session, citizen.id, CODE, "code", long_ago)
        note_consent(session, citizen.id, "follow_dossier", True, "Báo khi hồ sơ thay đổi", user, long_ago)


def goes_round(post: Post, notifier: Notifier) -> None:
    notifier.read_events()
    assert post.settles()


def test_cursor_set_back_ten_times_says_nothing_twice(
    post: Post, make_notifier: Callable[[Post], Notifier], vendor: SessionFactory
) -> None:
    """As after a restore of the database's cursor, or a vendor that counts anew."""
    users = [post.citizen() for _ in range(3)]
    notifier = make_notifier(post)
    for user in users:
        follows(post, user)
    goes_round(post, notifier)
    for kind in KINDS:
        with vendor.begin() as session:
            dossier_writes.add_event(session, CODE, kind, state_from=2, state_to=4, at=clock.now(), data={})
    goes_round(post, notifier)
    first = [post.heard(user) for user in users]
    assert [len(heard) for heard in first] == [len(KINDS)] * 3
    for back_to in (0, 0, 0, 0, 1, 1, 1, 2, 2, 2):
        with post.sessions.begin() as session:
            subscriptions.locked_cursor(session, notices.CURSOR).event_id = back_to
        goes_round(post, notifier)
    assert [post.heard(user) for user in users] == first
    with post.sessions() as session:
        assert session.get(Cursor, notices.CURSOR).event_id == len(KINDS)
