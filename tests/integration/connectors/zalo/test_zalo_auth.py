from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from connectors.zalo.auth import OaTokens, challenge_of, new_verifier
from connectors.zalo.client import ZaloClient
from connectors.zalo.errors import (
    ConsentNeeded,
    ZaloConfigurationError,
    ZaloError,
    ZaloTemporaryError,
)
from tests.integration.connectors.zalo.misbehaving_zalo import (
    HTML,
    Handler,
    drips,
    refuses,
    resets_after,
    resets_before,
    says,
    says_raw,
    waits,
)
from tests.integration.connectors.zalo.token_stores import MemoryTokenStore, pair_of

NOW = datetime(2026, 11, 24, 8, 0, 45, tzinfo=timezone.utc)
NEARLY_OVER = timedelta(minutes=90)
OVER = timedelta(seconds=-1)


class OneUseEndpoint:
    """Zalo's token endpoint: a refresh token buys one pair, once."""

    def __init__(self, valid: str = "RT-1", takes_s: float = 0.0) -> None:
        self.valid = valid
        self.spent: list[str] = []
        self.refused: list[str] = []
        self._takes_s = takes_s
        self._lock = threading.Lock()

    def __call__(self, handler: Handler) -> None:
        token = handler.take().form["refresh_token"]
        time.sleep(self._takes_s)
        with self._lock:
            answer = self._spend(token)
        handler.answer(answer)

    def drop(self, handler: Handler) -> None:
        """Spends the token and loses the answer."""
        self._spend(handler.take().form["refresh_token"])
        handler.cut()

    def _spend(self, token: str) -> bytes:
        if token != self.valid:
            self.refused.append(token)
            return b'{"error":-14014,"error_name":"Invalid refresh token"}'
        self.spent.append(token)
        number = int(token[3:]) + 1
        self.valid = f"RT-{number}"
        return f'{{"access_token":"AT-{number}","refresh_token":"RT-{number}","expires_in":"90000"}}'.encode()


def gives(**answer: object):
    return says(answer)


PAIR_2 = {"access_token": "AT-2", "refresh_token": "RT-2", "expires_in": "90000"}


def tokens_over(config, store: MemoryTokenStore) -> OaTokens:
    return OaTokens(config, store, now=lambda: NOW, poll_s=0.01)


def stored(left: timedelta = timedelta(hours=20)) -> MemoryTokenStore:
    return MemoryTokenStore(pair_of(1, NOW, left))


# The usual day


def test_a_token_with_hours_left_is_used_without_asking_zalo(zalo, config):
    assert tokens_over(config, stored()).current() == "AT-1"
    assert zalo.received == []


def test_a_token_with_less_than_two_hours_left_is_refreshed_early(zalo, config):
    store = stored(NEARLY_OVER)
    zalo.plan(gives(**PAIR_2))
    assert tokens_over(config, store).current() == "AT-2"
    (received,) = zalo.received
    assert (received.path, received.headers["secret_key"]) == ("/v4/oa/access_token", "example-app-secret")
    assert received.form == {
        "refresh_token": "RT-1",
        "app_id": "1111222233334444555",
        "grant_type": "refresh_token",
    }
    assert b"example-app-secret" not in received.body
    assert store.pair is not None
    assert (store.pair.expires_at, store.pair.refreshed_at) == (NOW + timedelta(hours=25), NOW)
    assert store.holder is None


def test_a_life_given_as_a_number_is_read_and_one_not_given_is_taken_for_short(zalo, config):
    for life, expected in ((7200, 7200), (None, 3600), ("soon", 3600)):
        store = stored(OVER)
        zalo.plan(gives(access_token="AT-2", refresh_token="RT-2", expires_in=life))
        tokens_over(config, store).current()
        assert store.pair is not None
        assert store.pair.expires_at == NOW + timedelta(seconds=expected)


def test_a_token_that_another_process_stored_is_taken_without_asking_zalo(zalo, config):
    store = stored()
    tokens = tokens_over(config, store)
    store.save(pair_of(5, NOW))
    assert tokens.refresh("AT-1") == "AT-5"
    assert zalo.received == []


def test_success_is_a_pair_in_the_body_whatever_the_status(zalo, config):
    zalo.plan(says(PAIR_2, status=400))
    assert tokens_over(config, stored(OVER)).current() == "AT-2"


# One refresher at a time


def test_many_threads_spend_a_refresh_token_once(zalo, config):
    zalo.usual = endpoint = OneUseEndpoint(takes_s=0.1)
    tokens = tokens_over(config, stored(OVER))
    assert in_threads(12, tokens.current) == ["AT-2"] * 12
    assert endpoint.spent == ["RT-1"]
    assert endpoint.refused == []


def test_many_processes_spend_a_refresh_token_once(zalo, config):
    zalo.usual = endpoint = OneUseEndpoint(takes_s=0.1)
    store = stored(OVER)
    processes = [tokens_over(config, store) for _ in range(8)]
    seen = in_threads(8, *[process.current for process in processes])
    assert seen == ["AT-2"] * 8
    assert endpoint.spent == ["RT-1"]
    assert endpoint.refused == []


def test_many_processes_whose_token_is_refused_spend_one_refresh_token(zalo, config):
    zalo.usual = endpoint = OneUseEndpoint(takes_s=0.1)
    store = stored()
    processes = [tokens_over(config, store) for _ in range(8)]
    seen = in_threads(8, *[lambda process=process: process.refresh("AT-1") for process in processes])
    assert seen == ["AT-2"] * 8
    assert (endpoint.spent, endpoint.refused) == (["RT-1"], [])


def test_while_another_process_refreshes_early_the_old_token_serves_on(zalo, config):
    store = stored(NEARLY_OVER)
    store.lease("another process", 60)
    assert tokens_over(config, store).current() == "AT-1"
    assert zalo.received == []


def test_a_refresher_that_died_is_succeeded_when_its_lease_ends(zalo, config):
    zalo.usual = OneUseEndpoint()
    store = stored(OVER)
    store.lease("dead process", 0.2)
    assert tokens_over(config, store).current() == "AT-2"


def test_the_lease_is_longer_than_a_refresh_can_take(config):
    tokens = tokens_over(replace(config, connect_timeout_s=5, read_timeout_s=10), stored())
    assert tokens.lease_s > 5 + 10 + 10


def in_threads(count: int, *work) -> list[str]:
    results: list[str] = []
    jobs = [work[number % len(work)] for number in range(count)]
    threads = [threading.Thread(target=lambda job=job: results.append(job())) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# What goes wrong


@pytest.mark.parametrize(
    "lost", [resets_before, waits(0.6, gives(**PAIR_2)), drips, says_raw(HTML), says_raw(b"", 502)]
)
def test_a_lost_answer_is_asked_for_once_more_with_the_same_token(zalo, config, lost):
    zalo.plan(lost, gives(**PAIR_2))
    assert tokens_over(config, stored(OVER)).current() == "AT-2"
    assert {received.form["refresh_token"] for received in zalo.received} == {"RT-1"}


def test_a_spent_token_whose_answer_was_lost_needs_consent_and_is_not_tried_again(zalo, config):
    zalo.usual = endpoint = OneUseEndpoint()
    zalo.plan(endpoint.drop)
    store = stored(OVER)
    tokens = tokens_over(config, store)
    for _ in range(3):
        with pytest.raises(ConsentNeeded):
            tokens.current()
    assert (endpoint.spent, endpoint.refused) == (["RT-1"], ["RT-1"])
    assert store.pair == pair_of(1, NOW, OVER)
    assert tokens.health().needs_consent
    assert store.holder is None


@pytest.mark.parametrize(
    "answer",
    [
        {"error": -14014, "error_name": "Invalid refresh token"},
        {"error": -14002},
        {"access_token": "AT-2"},
        {"refresh_token": "RT-2"},
        {"access_token": "", "refresh_token": "RT-2"},
        {},
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401])
def test_a_refusal_or_half_an_answer_needs_consent_and_is_never_stored(zalo, config, answer, status):
    store = stored(OVER)
    zalo.plan(says(answer, status))
    with pytest.raises(ConsentNeeded):
        tokens_over(config, store).current()
    assert store.saves == 0


def test_after_a_new_consent_refreshing_works_again(zalo, config):
    store = stored(OVER)
    tokens = tokens_over(config, store)
    zalo.plan(refuses(-14014))
    with pytest.raises(ConsentNeeded):
        tokens.current()
    store.save(pair_of(7, NOW, OVER))
    zalo.plan(gives(access_token="AT-8", refresh_token="RT-8"))
    assert tokens.current() == "AT-8"
    assert not tokens.health().needs_consent


def test_while_the_access_token_lives_a_refused_refresh_does_not_stop_sending(zalo, config):
    zalo.plan(refuses(-14014))
    tokens = tokens_over(config, stored(NEARLY_OVER))
    with capture_logs() as logs:
        assert [tokens.current() for _ in range(3)] == ["AT-1"] * 3
    assert len(zalo.received) == 1
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["zalo.consent_needed"]


@pytest.mark.parametrize("trouble", [refuses(-32), says_raw(HTML, 503), resets_after])
def test_trouble_that_passes_needs_no_consent_and_is_not_hammered(zalo, config, trouble):
    zalo.usual = trouble
    tokens = tokens_over(config, stored(OVER))
    for _ in range(5):
        with pytest.raises(ZaloTemporaryError):
            tokens.current()
    assert len(zalo.received) <= 2
    assert not tokens.health().needs_consent


def test_a_refusal_for_speed_says_when_to_come_back(zalo, config):
    zalo.plan(refuses(-32))
    with pytest.raises(ZaloTemporaryError) as caught:
        tokens_over(config, stored(OVER)).current()
    assert caught.value.retry_after_s == pytest.approx(15)


def test_without_a_connection_the_token_is_not_spent(zalo, config):
    zalo.usual = OneUseEndpoint()
    store = stored(OVER)
    with pytest.raises(ZaloTemporaryError):
        tokens_over(replace(config, oauth_url="http://no-such-host.invalid"), store).current()
    assert tokens_over(config, store).current() == "AT-2"


def test_without_any_pair_consent_is_needed(config):
    tokens = tokens_over(config, MemoryTokenStore())
    with pytest.raises(ConsentNeeded):
        tokens.current()
    assert tokens.health().needs_consent


def test_a_pair_that_cannot_be_saved_lives_in_memory_until_it_can(zalo, config):
    zalo.usual = endpoint = OneUseEndpoint()
    store = stored(OVER)
    store.failing_saves = 4
    tokens = tokens_over(config, store)
    assert tokens.current() == "AT-2"
    assert store.saves == 0
    assert not tokens.health().is_saved
    assert tokens.current() == "AT-2"
    assert tokens.current() == "AT-2"
    assert store.saves == 1
    assert tokens.health().is_saved
    assert store.pair is not None
    assert store.pair.access_token == "AT-2"
    assert endpoint.spent == ["RT-1"]


def test_no_token_and_no_secret_is_logged_or_shown(zalo, config):
    zalo.plan(resets_after, refuses(-14014))
    store = stored(OVER)
    tokens = tokens_over(config, store)
    with capture_logs() as logs, pytest.raises(ZaloError) as caught:
        tokens.current()
    shown = f"{logs} {caught.value!r} {store.pair!r} {config!r}"
    for secret in ("AT-1", "RT-1", "example-app-secret"):
        assert secret not in shown


def test_health_tells_of_old_tokens(config):
    store = MemoryTokenStore(replace(pair_of(1, NOW), refreshed_at=NOW - timedelta(hours=31)))
    health = tokens_over(config, store).health()
    assert (health.is_refresh_stale, health.is_refresh_token_old) == (True, False)
    store.save(replace(pair_of(1, NOW), refreshed_at=NOW - timedelta(days=61)))
    assert tokens_over(config, store).health().is_refresh_token_old


# Consent


def test_the_published_challenge_is_made():
    verifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
    assert challenge_of(verifier) == "RqIZl4LIgn8KxW9QO-nTnv7pf0CnNrksx9fF-CXP2FE"
    assert len(new_verifier()) == 43
    assert new_verifier() != new_verifier()


def test_the_consent_page_gets_callback_challenge_and_state_and_nothing_else(config):
    url = tokens_over(config, MemoryTokenStore()).authorize_url("state-1", "v" * 43)
    assert urlsplit(url).path == "/v4/oa/permission"
    assert parse_qs(urlsplit(url).query) == {
        "app_id": ["1111222233334444555"],
        "redirect_uri": ["https://mot-cua.example/zalo/callback"],
        "code_challenge": [challenge_of("v" * 43)],
        "state": ["state-1"],
    }


def test_a_code_buys_the_first_pair(zalo, config):
    store = MemoryTokenStore()
    zalo.plan(gives(access_token="AT-1", refresh_token="RT-1", expires_in="90000"))
    tokens = tokens_over(config, store)
    pair = tokens.exchange_code("CODE-1", "v" * 43, oa_id="9000000000000000001")
    assert store.pair == pair
    assert tokens.current() == "AT-1"
    assert zalo.received[0].form == {
        "code": "CODE-1",
        "app_id": "1111222233334444555",
        "grant_type": "authorization_code",
        "code_verifier": "v" * 43,
    }


def test_a_consent_for_another_account_is_refused_before_the_code_is_spent(zalo, config):
    with pytest.raises(ZaloConfigurationError):
        tokens_over(config, MemoryTokenStore()).exchange_code("CODE-1", "v" * 43, oa_id="9000000000000000002")
    assert zalo.received == []


def test_a_refused_code_keeps_the_old_pair(zalo, config):
    store = stored()
    zalo.plan(refuses(-14005), resets_after)
    tokens = tokens_over(config, store)
    with pytest.raises(ConsentNeeded):
        tokens.exchange_code("CODE-1", "v" * 43)
    with pytest.raises(ZaloTemporaryError):
        tokens.exchange_code("CODE-1", "v" * 43)
    assert store.saves == 0
    assert tokens.current() == "AT-1"
    assert store.holder is None


# Together with the client


def test_a_hundred_sends_across_a_refresh_all_arrive(zalo, config):
    """The old access token dies the moment the refresh token is spent, in the middle of everybody's sending."""
    endpoint = OneUseEndpoint(takes_s=0.05)
    arrived: list[str] = []

    def behave(handler: Handler) -> None:
        if "access_token" not in handler.headers:
            endpoint(handler)
            return
        received = handler.take()
        good_token = "AT-2" if endpoint.spent or len(arrived) >= 30 else "AT-1"
        if received.headers["access_token"] != good_token:
            handler.answer(b'{"error":-216,"message":"Access token is invalid"}')
            return
        arrived.append(received.json["message"]["text"])
        handler.answer(b'{"error":0,"data":{"message_id":"m1"}}')

    zalo.usual = behave
    client = ZaloClient(
        replace(config, calls_per_minute=60_000, read_timeout_s=5), tokens_over(config, stored()), now=lambda: NOW
    )
    threads = [
        threading.Thread(target=lambda start=start: [client.send_text("8000", f"{start}-{n}") for n in range(10)])
        for start in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(arrived) == len(set(arrived)) == 100
    assert (endpoint.spent, endpoint.refused) == (["RT-1"], [])
