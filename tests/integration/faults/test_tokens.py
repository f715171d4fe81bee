"""The access token ends in the middle of a batch, and its holder may be killed while renewing it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from onestop.bootstrap.token_store import DatabaseTokenStore
from tests.integration.faults.conftest import SENDERS, TOKEN_KEY, Post
from tests.sim_server import APP_ID, APP_SECRET, OA_ID, REPOSITORY, RunningSimulator
from tests.world import until


def refreshes(zalo: RunningSimulator, after: int) -> list[dict[str, Any]]:
    return [one for one in calls(zalo, after) if one["call"] == "oauth/access_token"]


def calls(zalo: RunningSimulator, after: int = 0) -> list[dict[str, Any]]:
    return list(zalo.get("/sim/v1/calls", after=after)["calls"])


def queue_many(post: Post, count: int = 24) -> None:
    for number in range(count):
        post.queues(post.citizen(), f"tin {number}")


@pytest.mark.parametrize("moment", ["before its end", "after its end", "revoked by Zalo"])
def test_token_that_ends_in_mid_batch_is_renewed_once_and_the_batch_goes_on(moment: str, post: Post) -> None:
    queue_many(post)
    begun_at = max((one["n"] for one in calls(post.zalo)), default=0)
    post.zalo.add_fault("message/cs", "delay:0.1")
    thread = threading.Thread(target=post.round)
    thread.start()
    assert until(lambda: len(calls(post.zalo, begun_at)) > 4)  # in the middle
    post.zalo.add_fault("oauth/access_token", "delay:0.3")  # long enough that all senders would ask at once
    if moment == "before its end":
        post.moves_clock(24 * 3600)  # under two hours are left
    elif moment == "after its end":
        post.moves_clock(26 * 3600)
    else:
        post.zalo.clear_faults()
        post.zalo.add_fault("oauth/access_token", "delay:0.3")
        post.zalo.add_fault("message/cs", "error:-216", times=SENDERS)
    thread.join()
    post.zalo.clear_faults()
    assert post.settles()
    post.is_told_once_and_in_order()
    assert len(refreshes(post.zalo, begun_at)) == 1
    assert DatabaseTokenStore(post.sessions, OA_ID, TOKEN_KEY).read() is not None


RENEWS = """
import sys
from onestop.bootstrap.token_store import DatabaseTokenStore
from connectors.zalo.auth import OaTokens
from connectors.zalo.config import ZaloConfig
from onestop.storage.engine import create_engine, session_factory
url, zalo, key, app, oa, secret = sys.argv[1:]
config = ZaloConfig(app, oa, secret, openapi_url=zalo, oauth_url=zalo, business_url=zalo, read_timeout_s=3.0)
tokens = OaTokens(config, DatabaseTokenStore(session_factory(create_engine(url)), oa, key))
print("asks", flush=True)
tokens.refresh(tokens.current())
print("kept", flush=True)
"""


def renewing(post: Post, url: str) -> subprocess.Popen[bytes]:
    """Another process that renews the token."""
    arguments = [url, post.zalo.url, TOKEN_KEY, APP_ID, OA_ID, APP_SECRET]
    process = subprocess.Popen([sys.executable, "-c", RENEWS, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE)
    hears(process, b"asks\n")
    return process


def hears(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdout is not None
    assert line in iter(process.stdout.readline, b"")


@pytest.mark.parametrize("held_back_s", [1.5, 0.0])
def test_killed_while_renewing_the_refresh_token_lives_unless_zalo_had_spent_it(
    held_back_s: float, post: Post, own_url: str
) -> None:
    """Killed before Zalo took the request, nothing is spent; killed after the answer was kept, all is kept."""
    queue_many(post, 3)
    post.zalo.add_fault("oauth/access_token", "http:503" if held_back_s else "unknown_fields", times=1)
    if held_back_s:
        post.zalo.add_fault("oauth/access_token", "reset_before", times=3)
    process = renewing(post, own_url)
    if held_back_s:
        time.sleep(0.2)
    else:
        hears(process, b"kept\n")
    process.kill()
    process.wait()
    post.zalo.clear_faults()
    expire_lease(post)
    post.moves_clock(26 * 3600)  # the access token has ended: all hangs on the refresh token
    assert post.settles()
    post.is_told_once_and_in_order()


def test_pair_that_died_with_its_process_asks_for_consent_loses_nothing_and_goes_on_after_it(
    post: Post, own_url: str
) -> None:
    """Between Zalo's answer and our record lie milliseconds that nobody can close: then a person has to consent."""
    queue_many(post, 3)
    post.zalo.add_fault("oauth/access_token", "delay:2", times=1)
    given = spent(post)
    process = renewing(post, own_url)
    assert until(lambda: spent(post) > given, 5.0)
    process.kill()
    process.wait()
    expire_lease(post)
    with capture_logs() as logs:
        for _ in range(3):
            post.round()
    assert {entry["event"] for entry in logs} >= {"zalo.consent_needed", "alarm.zalo_configuration"}
    assert {row.status for row in post.rows()} == {"temporary-failure"}
    consents(post)
    post.moves_clock(600)
    assert post.settles()
    post.is_told_once_and_in_order()


def spent(post: Post) -> int:
    """How many pairs the simulator has given out."""
    import sqlite3

    with sqlite3.connect(post.zalo.clock_offset_file.with_name("simulator.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM token WHERE kind = 'refresh'").fetchone()[0])


def expire_lease(post: Post) -> None:
    """The dead process's right to renew ends after some seconds; here at once."""
    from onestop.storage.tables import ZaloToken

    with post.sessions.begin() as session:
        session.query(ZaloToken).update({"lease_until": None})


def consents(post: Post) -> None:
    """An administrator gives a new pair, as `./run` does after the consent page."""
    from datetime import timedelta

    from connectors.zalo.auth import TokenPair
    from onestop import clock

    issued = post.zalo.issue_tokens()
    now = clock.now()
    pair = TokenPair(issued["access_token"], issued["refresh_token"], now + timedelta(hours=25), now)
    DatabaseTokenStore(post.sessions, OA_ID, TOKEN_KEY).save(pair)
