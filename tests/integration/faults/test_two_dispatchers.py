"""Several dispatchers on one PostgreSQL, under load: nothing twice, each citizen's order kept, all of them at work."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func

from onestop.storage.tables import Delivery
from tests.integration.faults.conftest import LANES, UNFINISHED, Post
from tests.world import until

CITIZENS = 25
EACH = 8


def works(post: Post, claimed: Counter[str], name: str, stop: threading.Event) -> None:
    """What a notifier does, until told to stop."""
    while not stop.is_set():
        ids = [found for lane in LANES for found in post.dispatcher.due((lane,), limit=20)]
        claimed[name] += post.dispatcher.send_rows(ids, post.pool)
        post.dispatcher.resolve_stuck(post.pool)
        stop.wait(0.0 if ids else 0.05)


@pytest.mark.parametrize("fault", [None, "error:-214", pytest.param("reset_after", marks=pytest.mark.long)])
def test_two_dispatchers_share_the_work(fault: str | None, make_post: Callable[..., Post], postgresql_url: str) -> None:
    first = make_post(postgresql_url, owner="one@here@1")
    second = make_post(postgresql_url, owner="two@there@1")
    users = [first.citizen() for _ in range(CITIZENS)]
    if fault is not None:
        first.zalo.add_fault("message/cs", fault, times=10)
    for number in range(EACH):
        for user in users:
            first.queues(user, f"tin {number}", lane="bulk" if number % 2 else "notice")
    claimed: Counter[str] = Counter()
    stop = threading.Event()
    threads = [
        threading.Thread(target=works, args=(post, claimed, name, stop)) for name, post in (("a", first), ("b", second))
    ]
    for thread in threads:
        thread.start()
    is_done = until(lambda: not first.rows(*UNFINISHED), 40.0)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert is_done, Counter(row.status for row in first.rows())
    assert {row.status for row in first.rows()} == {"sent"}
    for user in users:  # a lane keeps its order; one lane may overtake the other
        heard = first.heard(user)
        assert sorted(heard) == [f"tin {number}" for number in range(EACH)]
        assert [text for text in heard if int(text[-1]) % 2] == [f"tin {number}" for number in range(1, EACH, 2)]
        assert [text for text in heard if not int(text[-1]) % 2] == [f"tin {number}" for number in range(0, EACH, 2)]
    assert min(claimed["a"], claimed["b"]) > CITIZENS * EACH / 10, claimed
    if fault is None:
        with first.sessions() as session:
            assert session.query(func.count(Delivery.id)).scalar() == CITIZENS * EACH
