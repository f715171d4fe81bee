"""Sends one SMS through a gateway: `POST {base}/sms/v1/messages` with a bearer key.

What the gateway or the network does is a value, never an exception; no value holds a phone number, a text or words of
the gateway's. docs/sms.md describes the interface that a gateway, or a small adapter before it, has to offer.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as low_level

from onestop.errors import MissingSetting
from onestop.settings import Settings

MAX_TEXT = 1000
MAX_ANSWER_BYTES = 65_536
CONNECT_TIMEOUT_S = 5.0
RETRY_SOON_S = 5.0
CONFIGURATION_RETRY_S = 300.0


@dataclass(frozen=True)
class SmsConfig:
    """Address and key of the gateway, and how long it may take to answer."""

    base_url: str
    key: str = field(repr=False)
    timeout_s: float = 10.0
    pool_size: int = 8

    @classmethod
    def from_settings(cls, settings: Settings) -> SmsConfig | None:
        """The gateway of this installation; None where it has none.

        Raises:
            MissingSetting: It has an address but no key.
        """
        if not settings.sms_url:
            return None
        if not settings.sms_key:
            raise MissingSetting("ONESTOP_SMS_KEY")
        return cls(settings.sms_url.rstrip("/"), settings.sms_key, settings.sms_timeout_s)


@dataclass(frozen=True)
class SmsSent:
    """The gateway took it; `id` is the gateway's."""

    id: str | None


class SmsFailure(Enum):
    """What the sender does next about a message that the gateway did not confirm."""

    TEMPORARY = "temporary"  # nothing was sent: try again
    PERMANENT = "permanent"  # this message never goes: number or text refused
    CONFIGURATION = "configuration"  # our key or address is wrong: somebody must act
    AMBIGUOUS = "ambiguous"  # it may have been sent: never just repeat


@dataclass(frozen=True)
class SmsFailed:
    """`code` is an HTTP status or the name of a network error."""

    failure: SmsFailure
    code: str
    retry_after_s: float = RETRY_SOON_S


SmsResult = SmsSent | SmsFailed


class SmsClient:
    """One gateway. Safe between threads."""

    def __init__(self, config: SmsConfig) -> None:
        self._config = config
        self._http = _pooled_session(config)

    def send(self, phone: str, text: str, reference: str = "") -> SmsResult:
        """Sends one SMS, once.

        Args:
            phone: +84….
            text: At most 1,000 characters; without marks 160 of them are one SMS.
            reference: Ours, for the gateway's records.
        """
        if len(text) > MAX_TEXT:
            return SmsFailed(SmsFailure.PERMANENT, "too-long")
        body = {"phone": phone, "text": text, **({"reference": reference} if reference else {})}
        try:
            response = self._http.post(
                f"{self._config.base_url}/sms/v1/messages",
                data=json.dumps(body, ensure_ascii=False).encode(),
                headers={"Authorization": f"Bearer {self._config.key}", "Content-Type": "application/json"},
                timeout=(min(CONNECT_TIMEOUT_S, self._config.timeout_s), self._config.timeout_s),
                allow_redirects=False,
                stream=True,
            )
            with response:
                answer = response.raw.read(MAX_ANSWER_BYTES, decode_content=True)
                return _result(response.status_code, answer, response.headers.get("Retry-After", ""))
        except (requests.RequestException, low_level.HTTPError, OSError, ValueError) as error:
            return _network_failure(error)

    def close(self) -> None:
        """Ends kept connections."""
        self._http.close()


def _pooled_session(config: SmsConfig) -> requests.Session:
    session = requests.Session()
    adapter = HTTPAdapter(pool_maxsize=config.pool_size, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.trust_env = not _is_loopback(config.base_url)
    return session


def _result(status: int, answer: bytes, retry_after: str) -> SmsResult:
    if 200 <= status < 300:
        return SmsSent(_id_in(answer))
    if status == 429 or (status == 503 and retry_after):
        wait_s = float(retry_after) if retry_after.isdigit() else RETRY_SOON_S
        return SmsFailed(SmsFailure.TEMPORARY, str(status), wait_s)
    if status in (401, 403, 404) or 300 <= status < 400:
        return SmsFailed(SmsFailure.CONFIGURATION, str(status), CONFIGURATION_RETRY_S)
    if 400 <= status < 500:
        return SmsFailed(SmsFailure.PERMANENT, str(status))
    return SmsFailed(SmsFailure.AMBIGUOUS, str(status))


def _id_in(answer: bytes) -> str | None:
    try:
        found = json.loads(answer).get("id")
    except (ValueError, AttributeError):
        return None
    return str(found)[:160] if found else None


def _network_failure(error: Exception) -> SmsFailed:
    kind = type(error).__name__
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
        return SmsFailed(SmsFailure.CONFIGURATION, kind, CONFIGURATION_RETRY_S)
    if isinstance(error, requests.ConnectTimeout) or _is_unconnected(error):
        return SmsFailed(SmsFailure.TEMPORARY, kind)
    return SmsFailed(SmsFailure.AMBIGUOUS, kind)


def _is_unconnected(error: BaseException) -> bool:
    """Whether no connection came about, so that nothing can have been sent."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    unconnected = (low_level.NewConnectionError, low_level.ConnectTimeoutError, low_level.ProxyError)
    return isinstance(reason, unconnected)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
