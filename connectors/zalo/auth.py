"""Tokens of the official account: consent, the single-use refresh token, and who may spend it.

Source: docs/zalo.md, "Consent and tokens". A lost refresh token cuts the account off until a person consents
again; every rule here serves to spend each one once and to keep what comes back.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

from connectors.zalo import event_fields as read
from connectors.zalo.config import ZaloConfig
from connectors.zalo.errors import (
    ConsentNeeded,
    Host,
    MalformedEvent,
    ZaloAmbiguousError,
    ZaloConfigurationError,
    ZaloTemporaryError,
    error_for,
)
from connectors.zalo.event_fields import Json
from connectors.zalo.transport import HttpAnswer, SessionFactory, exchange, pooled_session
from onestop import clock
from onestop.log import get_logger

REFRESH_BEFORE = timedelta(hours=2)
LEASE_MARGIN_S = 20.0
RETRY_AFTER_FAILURE_S = 10.0
SAVE_ATTEMPTS = 3
STALE_REFRESH = timedelta(hours=30)
OLD_REFRESH_TOKEN = timedelta(days=60)
RATE_LIMIT = -32
REMEMBERED_S = 2.0  # reading and decrypting the pair for each call would be a fifth of a send's processor time
_LIFE_WHEN_UNSAID_S = 3600

log = get_logger()


@dataclass(frozen=True)
class TokenPair:
    """An access token, and the single-use refresh token that buys the next pair. Times aware, UTC."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    refreshed_at: datetime


class TokenStore(Protocol):
    """Where the pair of this account is kept, shared by all processes."""

    def read(self) -> TokenPair | None:
        """The newest saved pair."""

    def lease(self, owner: str, seconds: float) -> bool:
        """Gives `owner` the sole right to refresh for so long, in machine time; its holder may extend it."""

    def save(self, pair: TokenPair) -> None:
        """Replaces the pair, atomically; done and durable when it returns."""

    def release(self, owner: str) -> None:
        """Ends the lease if `owner` still holds it."""


class TokenSource(Protocol):
    """Where the client takes access tokens from."""

    def current(self) -> str:
        """A token that should work now. Raises `ConsentNeeded` or `ZaloTemporaryError`."""

    def refresh(self, stale: str) -> str:
        """A token other than `stale`, which Zalo refused. Raises as `current`."""


@dataclass(frozen=True)
class TokenHealth:
    """What an operator should know.

    Attributes:
        needs_consent: A person must consent again; sending ends when the access token does.
        is_refresh_stale: No refresh succeeded for 30 hours.
        is_refresh_token_old: The refresh token is older than 60 of its 90 days.
        is_saved: False while the newest pair lives in memory only, because it could not be saved.
    """

    needs_consent: bool
    is_refresh_stale: bool
    is_refresh_token_old: bool
    is_saved: bool
    expires_at: datetime | None


class OaTokens:
    """The `TokenSource` of one official account, one per process."""

    def __init__(
        self,
        config: ZaloConfig,
        store: TokenStore,
        session_factory: SessionFactory = pooled_session,
        now: Callable[[], datetime] = clock.now,
        poll_s: float = 0.2,
    ) -> None:
        self._config = config
        self._store = store
        self._session = session_factory(config)
        self._now = now
        self._poll_s = poll_s
        self._owner = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._refused_refresh_token: str | None = None
        self._unsaved: TokenPair | None = None
        self._rest_until = float("-inf")
        self._remembered: tuple[TokenPair, float] | None = None

    @property
    def lease_s(self) -> float:
        """Longer than a refresh can take: connecting, waiting for the answer, reading it, saving."""
        return self._config.connect_timeout_s + 2 * self._config.read_timeout_s + LEASE_MARGIN_S

    def current(self) -> str:
        """The stored access token, refreshed first when it has less than two hours left.

        Raises:
            ConsentNeeded: There is no pair, or its refresh token was refused and the access token has ended.
            ZaloTemporaryError: The access token has ended and cannot be refreshed just now.
        """
        pair = self._read_lately()
        left = pair.expires_at - self._now()
        if left > REFRESH_BEFORE:
            return pair.access_token
        is_usable = left > timedelta(0)
        try:
            return self._renewed(pair.access_token, waits=not is_usable)
        except (ConsentNeeded, ZaloTemporaryError):
            if is_usable:
                return pair.access_token
            raise

    def refresh(self, stale: str) -> str:
        """Another token than `stale`: what another process stored meanwhile, else refreshed once.

        Raises:
            ConsentNeeded: The refresh token is refused.
            ZaloTemporaryError: Refreshing is not possible just now.
        """
        return self._renewed(stale, waits=True)

    def authorize_url(self, state: str, verifier: str) -> str:
        """The page on which an administrator of the account consents.

        Args:
            state: Comes back with the code; the callback must compare it.
            verifier: Made by `new_verifier`, kept with `state` until the code is exchanged.
        """
        query = {
            "app_id": self._config.app_id,
            "redirect_uri": self._config.redirect_uri,
            "code_challenge": challenge_of(verifier),
            "state": state,
        }
        return f"{self._config.oauth_url}/v4/oa/permission?{urlencode(query)}"

    def exchange_code(self, code: str, verifier: str, oa_id: str | None = None) -> TokenPair:
        """Buys the first pair with the code of a consent, and saves it.

        Args:
            code: From the callback; single use, dies after 10 minutes.
            verifier: The one whose challenge the consent page got.
            oa_id: From the callback; must be the configured account where it is given.

        Raises:
            ZaloConfigurationError: Consent was given for another account.
            ConsentNeeded: Zalo refuses the code.
            ZaloTemporaryError: No usable answer, or another process is refreshing.
        """
        if oa_id is not None and oa_id != self._config.oa_id:
            raise ZaloConfigurationError("consent was given for another official account")
        form = {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
        with self._lock:
            self._wait_for_lease()
            try:
                pair = self._ask(form)
                self._keep(pair)
                self._refused_refresh_token = None
                self._rest_until = float("-inf")
            except ZaloAmbiguousError as error:
                raise ZaloTemporaryError(error.message) from error
            finally:
                self._remembered = None
                self._release()
        return pair

    def health(self) -> TokenHealth:
        """What to show and alert on; asks the store, not Zalo."""
        pair = self._unsaved or self._store.read()
        if pair is None:
            return TokenHealth(True, False, False, True, None)
        age = self._now() - pair.refreshed_at
        return TokenHealth(
            needs_consent=pair.refresh_token == self._refused_refresh_token,
            is_refresh_stale=age > STALE_REFRESH,
            is_refresh_token_old=age > OLD_REFRESH_TOKEN,
            is_saved=self._unsaved is None,
            expires_at=pair.expires_at,
        )

    def _read(self) -> TokenPair:
        """The newest pair: one that could not be saved yet goes before the stored one."""
        unsaved = self._unsaved
        if unsaved is not None:
            self._save_again(unsaved)
            return unsaved
        pair = self._store.read()
        if pair is None:
            raise ConsentNeeded("no tokens are stored for this account")
        return pair

    def _read_lately(self) -> TokenPair:
        """The newest pair as of `REMEMBERED_S` ago: a token replaced since is refused by Zalo, then `refresh` reads."""
        remembered = self._remembered
        if remembered is not None and self._unsaved is None and time.monotonic() < remembered[1]:
            return remembered[0]
        pair = self._read()
        self._remembered = (pair, time.monotonic() + REMEMBERED_S)
        return pair

    def _renewed(self, stale: str, waits: bool) -> str:
        """One thread of this process at a time; the others find its result stored."""
        if not self._lock.acquire(blocking=waits):
            raise ZaloTemporaryError("another thread is refreshing")
        try:
            return self._renewed_by_one_thread(stale, waits)
        finally:
            self._remembered = None
            self._lock.release()

    def _renewed_by_one_thread(self, stale: str, waits: bool) -> str:
        pair = self._read()
        if pair.access_token != stale:
            return pair.access_token
        self._check_may_try(pair)
        if waits:
            newer = self._wait_for_lease(stale)
            if newer is not None:
                return newer
        elif not self._store.lease(self._owner, self.lease_s):
            raise ZaloTemporaryError("another process is refreshing")
        try:
            pair = self._read()  # who held the lease before us may have refreshed
            return pair.access_token if pair.access_token != stale else self._spend(pair).access_token
        finally:
            self._release()

    def _check_may_try(self, pair: TokenPair) -> None:
        if pair.refresh_token == self._refused_refresh_token:
            raise ConsentNeeded("the refresh token was refused")
        rest_s = self._rest_until - time.monotonic()
        if rest_s > 0:
            raise ZaloTemporaryError("refreshing failed a moment ago", retry_after_s=rest_s)

    def _wait_for_lease(self, stale: str | None = None) -> str | None:
        """Waits until the lease is ours; answers another token than `stale` if one is stored before that.

        Raises:
            ZaloTemporaryError: Somebody else held the lease for its whole length.
        """
        deadline = time.monotonic() + self.lease_s
        while not self._store.lease(self._owner, self.lease_s):
            if time.monotonic() > deadline:
                raise ZaloTemporaryError("another process is refreshing")
            time.sleep(self._poll_s)
            pair = self._store.read() if stale is not None else None
            if pair is not None and pair.access_token != stale:
                return pair.access_token
        return None

    def _spend(self, pair: TokenPair) -> TokenPair:
        """Spends the refresh token; where the answer was lost, the same once more: it may be unspent."""
        form = {"refresh_token": pair.refresh_token, "grant_type": "refresh_token"}
        try:
            try:
                fresh = self._ask(form)
            except ZaloAmbiguousError:
                if not self._store.lease(self._owner, self.lease_s):
                    raise
                log.warning("zalo.refresh_answer_lost")
                fresh = self._ask(form)
        except ConsentNeeded as error:
            self._refused_refresh_token = pair.refresh_token
            log.error("zalo.consent_needed", code=error.code)
            raise
        except (ZaloAmbiguousError, ZaloTemporaryError) as error:
            self._rest_until = time.monotonic() + RETRY_AFTER_FAILURE_S
            log.warning("zalo.refresh_failed", error=error.message, code=error.code)
            retry_after_s = getattr(error, "retry_after_s", RETRY_AFTER_FAILURE_S)
            raise ZaloTemporaryError(error.message, error.code, retry_after_s) from error
        self._keep(fresh)
        log.info("zalo.token_refreshed")
        return fresh

    def _keep(self, pair: TokenPair) -> None:
        """Saves a pair before anybody uses it; keeps it in memory, and tries again, while that fails."""
        for attempt in range(SAVE_ATTEMPTS):
            try:
                self._store.save(pair)
                self._unsaved = None
                return
            except Exception as error:  # whatever the store's trouble: the old pair is dead, this one must live
                log.error("zalo.token_not_saved", attempt=attempt + 1, error=type(error).__name__)
                time.sleep(self._poll_s * attempt)
        self._unsaved = pair

    def _save_again(self, pair: TokenPair) -> None:
        try:
            self._store.save(pair)
            self._unsaved = None
        except Exception as error:  # as above
            log.error("zalo.token_not_saved", error=type(error).__name__)

    def _release(self) -> None:
        try:
            self._store.release(self._owner)
        except Exception as error:  # the lease runs out by itself; a pair in hand must not be lost over it
            log.error("zalo.lease_not_released", error=type(error).__name__)

    def _ask(self, form: dict[str, str]) -> TokenPair:
        """Asks the token endpoint.

        Raises:
            ConsentNeeded: Zalo answered and gave no complete pair.
            ZaloTemporaryError: No connection, or refused for speed.
            ZaloAmbiguousError: No answer of Zalo's own; the token or code may be spent.
        """
        answer = exchange(
            self._session,
            "POST",
            f"{self._config.oauth_url}/v4/oa/access_token",
            headers={"secret_key": self._config.app_secret},
            timeouts=(self._config.connect_timeout_s, self._config.read_timeout_s),
            data={**form, "app_id": self._config.app_id},
        )
        return self._pair(answer)

    def _pair(self, answer: HttpAnswer) -> TokenPair:
        """Success is a complete pair in the body, whatever the HTTP status says."""
        try:
            data: Json = read.load(answer.body)
        except MalformedEvent:
            raise ZaloAmbiguousError(f"no answer of Zalo's, HTTP {answer.status}") from None
        access_token, refresh_token = read.text(data, "access_token"), read.text(data, "refresh_token")
        now = self._now()
        if access_token and refresh_token:
            life_s = read.whole_number(data, "expires_in") or _LIFE_WHEN_UNSAID_S
            return TokenPair(access_token, refresh_token, now + timedelta(seconds=min(life_s, 10**7)), now)
        code = _signed_number(data, "error")
        if code == RATE_LIMIT:
            raise error_for(code, "", Host.OPENAPI, now)
        if answer.status >= 500:
            raise ZaloAmbiguousError(f"no answer of Zalo's, HTTP {answer.status}", code)
        raise ConsentNeeded("no token was given", code)


def new_verifier() -> str:
    """A PKCE verifier of 43 characters."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """The PKCE challenge: base64url without padding of the verifier's SHA-256 digest."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _signed_number(data: Json, key: str) -> int:
    try:
        return int(read.text(data, key) or 0)
    except ValueError:
        return 0
