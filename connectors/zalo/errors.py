"""What can go wrong between Zalo and us; the type says what the sender does next.

No text of these errors comes from Zalo's answers or from `requests`: both may repeat a phone number or a Zalo
id, and exception texts are logged. What remains is the code, its meaning in our words, and for -201 the
field's name.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import Enum

from connectors.zalo.error_codes import OA_CODES, ZBS_CODES, Treatment
from onestop.clock import LOCAL
from onestop.errors import OnestopError

NO_CODE = 0
RETRY_SOON_S = 5.0
LOOK_UP_AFTER_S = 2.0
LOOK_UP_AFTER_SILENCE_S = 30.0
SEND_FAILED = -200
SEND_FAILED_ATTEMPTS = 3
ATTACHMENT_EXPIRED = -100
BODY_REFUSED = frozenset({-201, -233})
MORNING_HOUR = 7

_FIELD = re.compile(r"\s*([a-z][a-z_.]{1,40}) is invalid", re.ASCII)


class Host(str, Enum):
    """Which of Zalo's interfaces answered; their error codes differ."""

    OPENAPI = "openapi"
    BUSINESS = "business"


class ZaloError(OnestopError):
    """Zalo did not do what was asked. `code` is Zalo's number, 0 where there was none."""

    def __init__(self, message: str, code: int = NO_CODE) -> None:
        super().__init__(f"{message} ({code})" if code else message)
        self.code = code
        self.message = message


class ZaloPermanentError(ZaloError):
    """Trying this message again cannot help: a parameter is wrong, the content is refused."""


class ZaloRecipientError(ZaloPermanentError):
    """This person cannot or will not get such messages (gone, blocked, restricted): remember it."""


class ZaloAttachmentExpiredError(ZaloPermanentError):
    """An uploaded picture or file is older than 7 days: upload it again, once."""


class ZaloTemporaryError(ZaloError):
    """Nothing was done; try again after `retry_after_s` seconds, at most `max_attempts` times if given."""

    def __init__(
        self,
        message: str,
        code: int = NO_CODE,
        retry_after_s: float = RETRY_SOON_S,
        max_attempts: int | None = None,
    ) -> None:
        super().__init__(message, code)
        self.retry_after_s = retry_after_s
        self.max_attempts = max_attempts


class ZaloHeldBackError(ZaloTemporaryError):
    """Our own rate limit: Zalo was not asked."""


class ZaloTokenError(ZaloError):
    """The access token is refused, also after it was read again or refreshed once."""


class ZaloConfigurationError(ZaloError):
    """The app, the account, the contract or our settings are wrong: stop this kind of sending and alert."""


class ConsentNeeded(ZaloConfigurationError):
    """No usable refresh token: an administrator of the account must consent again."""


class ZaloWindowError(ZaloError):
    """The window is closed or a quota used up for this person: try another channel.

    `retry_after_s`: where there is none, this one carries it again then (a quota of the day); None: it will not.
    """

    def __init__(self, message: str, code: int = NO_CODE, retry_after_s: float | None = None) -> None:
        super().__init__(message, code)
        self.retry_after_s = retry_after_s


class ZaloTemplateError(ZaloConfigurationError):
    """This template, or templates by this way, cannot be sent until somebody mends it: alert, try another channel."""


class ZaloAmbiguousError(ZaloError):
    """The request was written, its answer lost: it may have taken effect. Look it up, never just repeat.

    `look_up_after_s`: a request that Zalo has in hand may still take effect, so that asking sooner proves nothing.
    """

    def __init__(self, message: str, code: int = NO_CODE, look_up_after_s: float = LOOK_UP_AFTER_S) -> None:
        super().__init__(message, code)
        self.look_up_after_s = look_up_after_s


class MalformedEvent(OnestopError):
    """Zalo, or somebody else, posted something that is no event of a known shape."""


class UnrenderableMessage(OnestopError):
    """A message of ours breaks a limit that cannot be met by cutting or splitting: a defect of the caller."""


class MediaRefused(OnestopError):
    """A file that a citizen sent is not kept: foreign host, too large, or of a kind that we do not take."""


class MediaUnavailable(OnestopError):
    """A file that a citizen sent could not be fetched now; trying again may help."""


_TYPES: dict[Treatment, type[ZaloError]] = {
    Treatment.PERMANENT: ZaloPermanentError,
    Treatment.RECIPIENT: ZaloRecipientError,
    Treatment.ATTACHMENT: ZaloAttachmentExpiredError,
    Treatment.TEMPORARY: ZaloTemporaryError,
    Treatment.NEXT_MINUTE: ZaloTemporaryError,
    Treatment.MORNING: ZaloTemporaryError,
    Treatment.NEXT_DAY: ZaloTemporaryError,
    Treatment.TOKEN: ZaloTokenError,
    Treatment.CONFIGURATION: ZaloConfigurationError,
    Treatment.WINDOW: ZaloWindowError,
    Treatment.QUOTA: ZaloWindowError,
    Treatment.TEMPLATE: ZaloTemplateError,
}


def classify(code: int, host: Host) -> type[ZaloError]:
    """The type of error that a code of Zalo's means; an unknown code is permanent for its message.

    Source: docs/zalo.md, "Error codes".
    """
    return _TYPES[_entry(code, host)[0]]


def is_known(code: int, host: Host) -> bool:
    """Whether the code stands in our table for this interface."""
    return code in _table(host)


def error_for(code: int, zalo_message: str, host: Host, now: datetime) -> ZaloError:
    """Builds the error for an answer with a code other than 0.

    Args:
        code: `error` of the answer.
        zalo_message: `message` of the answer; only the name of a refused field is taken from it.
        host: Interface that answered.
        now: Aware; decides how long a temporary error lasts.
    """
    treatment, meaning = _entry(code, host)
    field = _FIELD.match(zalo_message) if code == -201 else None
    text = f"{meaning}: {field.group(1)}" if field else meaning
    kind = _TYPES[treatment]
    if issubclass(kind, ZaloTemporaryError):
        max_attempts = SEND_FAILED_ATTEMPTS if code == SEND_FAILED else None
        return kind(text, code, retry_after_s(treatment, now), max_attempts)
    if treatment is Treatment.QUOTA:
        return ZaloWindowError(text, code, retry_after_s(treatment, now))
    return kind(text, code)


def retry_after_s(treatment: Treatment, now: datetime) -> float:
    """Seconds from `now` until a temporary error of this kind is over."""
    local = now.astimezone(LOCAL)
    if treatment is Treatment.NEXT_MINUTE:
        return 60.0 - local.second - local.microsecond / 1e6
    if treatment is Treatment.MORNING and local.hour < MORNING_HOUR:
        return _seconds_until_morning(local, days=0)
    if treatment in (Treatment.MORNING, Treatment.NEXT_DAY, Treatment.QUOTA):
        return _seconds_until_morning(local, days=1)
    return RETRY_SOON_S


def _seconds_until_morning(local: datetime, days: int) -> float:
    day = local.date() + timedelta(days=days)
    morning = datetime(day.year, day.month, day.day, MORNING_HOUR, tzinfo=LOCAL)
    return (morning - local).total_seconds()


def _table(host: Host) -> dict[int, tuple[Treatment, str]]:
    return OA_CODES if host is Host.OPENAPI else ZBS_CODES


def _entry(code: int, host: Host) -> tuple[Treatment, str]:
    own, other = (OA_CODES, ZBS_CODES) if host is Host.OPENAPI else (ZBS_CODES, OA_CODES)
    unknown = (Treatment.PERMANENT, "unknown code")
    return own.get(code) or other.get(code) or unknown
