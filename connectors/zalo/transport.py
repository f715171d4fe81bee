"""One HTTP request to Zalo, and what became of it when no answer can be trusted.

`requests` exceptions end here, also as causes: their texts hold addresses with user ids, and tracebacks are
logged.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as low_level

from connectors.zalo.config import ZaloConfig
from connectors.zalo.errors import (
    LOOK_UP_AFTER_SILENCE_S,
    ZaloAmbiguousError,
    ZaloConfigurationError,
    ZaloError,
    ZaloTemporaryError,
)

MAX_ANSWER_BYTES = 2_000_000
_CHUNK_BYTES = 65_536

SessionFactory = Callable[[ZaloConfig], requests.Session]


@dataclass(frozen=True)
class HttpAnswer:
    """A complete HTTP answer."""

    status: int
    body: bytes


def pooled_session(config: ZaloConfig) -> requests.Session:
    """A session that many threads may share: kept connections, no retries, no cookies.

    The usual variables (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE) hold, except towards this very machine.
    """
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=config.pool_size, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.trust_env = not is_loopback(config.openapi_url)
    return session


def is_loopback(url: str) -> bool:
    """Whether an address names this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def exchange(
    session: requests.Session,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    timeouts: tuple[float, float],
    **content: Any,
) -> HttpAnswer:
    """Sends one request and reads its whole answer.

    Args:
        session: Shared by all threads.
        method: GET or POST.
        url: Full address.
        headers: Sent as they are.
        timeouts: Seconds to connect, and to wait for bytes; the body as a whole may not take longer either.
        content: `data`, `params`, `files` of `requests`.

    Raises:
        ZaloTemporaryError: No connection; nothing was sent.
        ZaloAmbiguousError: The connection broke or fell silent after the request may have been written.
        ZaloConfigurationError: The address or a header cannot be used.
    """
    with _foreign_errors():
        response = session.request(
            method,
            url,
            headers=dict(headers),
            timeout=timeouts,
            stream=True,
            allow_redirects=False,
            **content,
        )
        with response:
            return HttpAnswer(response.status_code, _read_body(response, timeouts[1]))


def _read_body(response: requests.Response, limit_s: float) -> bytes:
    deadline = time.monotonic() + limit_s
    body = bytearray()
    # `read1` hands over what has come; other ways of reading wait for a whole chunk, however slowly it drips.
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise ZaloAmbiguousError("an answer of absurd length")
        if time.monotonic() > deadline:
            raise ZaloAmbiguousError("the answer came too slowly", look_up_after_s=LOOK_UP_AFTER_SILENCE_S)
    return bytes(body)


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Turns exceptions of `requests` and below into ours."""
    try:
        yield
    except (requests.RequestException, low_level.HTTPError, OSError, ValueError) as error:
        # No cause is handed on: see the module's docstring.
        raise _translated(error) from None


def _translated(error: Exception) -> ZaloError:
    kind = type(error).__name__
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)):
        return ZaloConfigurationError(f"address or header unusable: {kind}")
    if isinstance(error, (requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)):
        return ZaloConfigurationError(f"address unusable: {kind}")
    if isinstance(error, ValueError) and not isinstance(error, (requests.RequestException, low_level.HTTPError)):
        return ZaloConfigurationError(f"address or header unusable: {kind}")
    if _nothing_was_sent(error):
        return ZaloTemporaryError(f"no connection to Zalo: {kind}")
    if isinstance(error, (requests.Timeout, low_level.TimeoutError)):
        return ZaloAmbiguousError(f"no answer in time: {kind}", look_up_after_s=LOOK_UP_AFTER_SILENCE_S)
    return ZaloAmbiguousError(f"connection lost: {kind}")


def _nothing_was_sent(error: BaseException) -> bool:
    """Whether the failure came before the first byte of the request: name, connection, proxy, certificate."""
    for layer in _layers(error):
        if isinstance(layer, (low_level.NewConnectionError, low_level.ConnectTimeoutError, low_level.ProxyError)):
            return True
        if type(layer).__name__ == "SSLCertVerificationError":
            return True
    return False


def _layers(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it wraps: `requests` keeps them in arguments, urllib3 in `reason`."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        layer = waiting.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        yield layer
        inner = (*layer.args, getattr(layer, "reason", None), layer.__cause__)
        waiting.extend(item for item in inner if isinstance(item, BaseException))
