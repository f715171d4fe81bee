"""The signature on what a dossier system and we send each other: HMAC-SHA256 over time and body.

`X-Onestop-Timestamp: 1764000000` (seconds since 1970) and `X-Onestop-Signature: v1=<hex>` of
`HMAC(key, timestamp + "." + body)`. docs/integration.md, "Pushing events".
"""

from __future__ import annotations

import hashlib
import hmac

from onestop.errors import MissingSetting

TIMESTAMP = "X-Onestop-Timestamp"
SIGNATURE = "X-Onestop-Signature"
TOLERANCE_S = 300.0
LEAST_LENGTH = 32

_VERSION = "v1="
_VARIABLE = "ONESTOP_EXCHANGE_KEY"


def read_keys(setting: str) -> tuple[str, ...]:
    """The keys of a setting, commas between: the first signs, all are accepted; empty where there are none.

    Raises:
        MissingSetting: One is too short to be a secret.
    """
    keys = tuple(key.strip() for key in setting.split(",") if key.strip())
    if any(len(key) < LEAST_LENGTH for key in keys):
        raise MissingSetting(_VARIABLE, f"needs keys of {LEAST_LENGTH} characters or more")
    return keys


def signed_headers(key: str, body: bytes, at_s: float) -> dict[str, str]:
    """The two headers for a body sent at `at_s` (machine time: both sides' clocks, never the movable one)."""
    timestamp = str(int(at_s))
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(key, timestamp, body)}


def is_signed(keys: tuple[str, ...], timestamp: str, signature: str, body: bytes, now_s: float) -> bool:
    """Whether one of the keys signed this body within the last or next five minutes.

    Takes as long whichever key or character is wrong.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    given = signature.strip().encode("utf-8", "replace")
    matches = [hmac.compare_digest(_signature(key, timestamp, body).encode(), given) for key in keys]
    return any(matches) and abs(now_s - int(timestamp)) <= TOLERANCE_S


def _signature(key: str, timestamp: str, body: bytes) -> str:
    return _VERSION + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
