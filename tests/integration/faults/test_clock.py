"""The clock jumps: nothing is lost, nothing waits for ever, nothing unasked comes by night, nothing comes twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from onestop import clock
from onestop.clock import LOCAL
from onestop.storage.tables import Reminder
from tests.integration.faults.conftest import Post, running

DAYS_3_S, HOURS_2_S = 3 * 86400.0, 2 * 3600.0


def to_the_hour(post: Post, hour: int) -> None:
    """On to that hour of the day."""
    now = clock.now().astimezone(LOCAL)
    at = now.replace(hour=hour, minute=5, second=0)
    post.moves_clock(((at if at > now else at + timedelta(days=1)) - now).total_seconds())


def hours_of(post: Post, user: str) -> set[int]:
    """At which hours of the day a citizen got something."""
    return {datetime.fromisoformat(one["at"]).astimezone(LOCAL).hour for one in post.zalo.messages(user)}


@pytest.mark.parametrize("state", ["queued", "in back-off", "being looked up"])
def test_three_days_on_at_once_everything_still_goes(state: str, post: Post) -> None:
    user = post.citizen()
    post.zalo.post("/sim/v1/limits", {"package_messages": 10})
    for number in range(3):
        post.queues(user, f"tin {number}")
    if state != "queued":
        post.zalo.add_fault("message/cs", "error:-214" if state == "in back-off" else "reset_after", times=1)
        post.round()
    post.moves_clock(DAYS_3_S)
    assert post.settles()
    post.is_told_once_and_in_order()


@pytest.mark.parametrize("state", ["queued", "in back-off", "being looked up"])
def test_two_hours_back_delay_by_no_more_than_that(state: str, post: Post) -> None:
    user = post.citizen()
    if state != "queued":
        post.zalo.add_fault("message/cs", "error:-214" if state == "in back-off" else "reset_after", times=1)
    for number in range(3):
        post.queues(user, f"tin {number}")
    if state != "queued":
        post.round()
    post.moves_own_clock(-HOURS_2_S)
    if state != "in back-off":
        assert post.settles(5.0), "what was due is due, whatever the clock says"
    post.moves_own_clock(HOURS_2_S + 5)
    assert post.settles()
    post.is_told_once_and_in_order()


def test_new_rows_after_the_clock_was_set_back_come_behind_the_older_ones(post: Post) -> None:
    user = post.citizen()
    post.queues(user, "trước")
    post.moves_own_clock(-HOURS_2_S)
    post.queues(user, "sau")
    assert post.settles(5.0)
    post.is_told_once_and_in_order()


@pytest.mark.parametrize(
    ("lane", "kind", "last_spoke"),
    [
        ("notice", "ready", timedelta(hours=50)),
        ("bulk", "broadcast", timedelta(hours=1)),
        ("notice", "reminder", timedelta(hours=50)),
    ],
)
def test_what_was_queued_by_day_does_not_come_by_night(lane: str, kind: str, last_spoke: timedelta, post: Post) -> None:
    """Zalo was away from before nine in the evening until after midnight, or the clock leapt there."""
    post.zalo.post("/sim/v1/limits", {"package_messages": 10})
    to_the_hour(post, 20)
    user = post.citizen(last_spoke=last_spoke)
    post.queues(user, "tin ban ngày", lane=lane, kind=kind)
    post.zalo.add_fault("message/cs", "error:-214")
    post.round()
    to_the_hour(post, 23)
    post.zalo.clear_faults()
    post.rounds(0.5)
    assert post.heard(user) == []
    to_the_hour(post, 7)
    assert post.settles()
    assert hours_of(post, user) == {7}


def test_news_after_a_word_of_the_citizens_comes_also_by_night(post: Post) -> None:
    to_the_hour(post, 23)
    user = post.citizen()
    post.queues(user, "hồ sơ đã có kết quả", kind="ready")
    assert post.settles()
    assert post.heard(user) == ["hồ sơ đã có kết quả"]


def test_reminder_missed_by_a_leap_into_the_night_waits_for_the_morning(
    post: Post, make_notifier: Callable[[Post], object]
) -> None:
    post.zalo.post("/sim/v1/limits", {"package_messages": 10})
    user = post.citizen()
    consent(post, user)
    remind(post, user, "uống thuốc", clock.now() + timedelta(hours=1))
    notifier = make_notifier(post)
    post.moves_clock(DAYS_3_S)
    to_the_hour(post, 23)
    with running(notifier):  # type: ignore[arg-type]
        time.sleep(1.0)
        assert post.heard(user) == []
        to_the_hour(post, 7)
        time.sleep(1.5)
    assert len(post.heard(user)) == 1
    assert hours_of(post, user) == {7}


def test_leap_of_the_machines_own_clock_makes_no_claim_old(make_post: Callable[..., Post], own_url: str) -> None:
    """Who sends lives, and is at it: three days on, its claim looks as if it had been forgotten."""
    leap = {"s": 0.0}
    post = make_post(own_url, machine_s=lambda: time.time() + leap["s"])
    user = post.citizen()
    post.zalo.add_fault("message/cs", "delay_before:0.8", times=1)
    post.queues(user, "một lần")
    post.dispatcher.send_rows(post.dispatcher.due(("notice",)), post.pool, patience_s=0.0)
    leap["s"] = DAYS_3_S
    assert post.dispatcher.resolve_stuck() == 0
    assert post.settles()
    assert post.heard(user) == ["một lần"]


def test_claim_from_the_future_is_looked_up_soon(make_post: Callable[..., Post], own_url: str) -> None:
    """The machine's clock was set back two hours after its sender had died."""
    post = make_post(own_url, stuck_after_s=1.0)
    user = post.citizen()
    number = post.queues(user, "từ tương lai")
    post.zalo.add_fault("message/cs", "reset_after", times=1)
    post.round()
    post.grows_old(-HOURS_2_S)
    assert post.settles(6.0), post.row(number).status
    assert post.heard(user) == ["từ tương lai"]


def consent(post: Post, user: str) -> None:
    from onestop.services.citizens import note_consent

    with post.sessions.begin() as session:
        note_consent(session, citizen_id(post, user), "reminder", True, "nhắc việc", "m1", clock.now())


def remind(post: Post, user: str, text: str, due_at: datetime) -> None:
    now = clock.now()
    with post.sessions.begin() as session:
        row = Reminder(key="r1", citizen_id=citizen_id(post, user), text=text, due_at=due_at, created_at=now)
        session.add(row)


def citizen_id(post: Post, user: str) -> str:
    from onestop.storage.tables import Citizen

    with post.sessions() as session:
        return str(session.query(Citizen.id).filter_by(zalo_user_id=user).scalar())
