"""The MAC of Zalo's webhook: SHA-256 over app id, raw body, timestamp and OA secret key, just joined.

Source: docs/zalo.md, "Webhook" (official Java SDK, `MacUtils`). It is no HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping

_HEADER = re.compile(r"""\s*(?:mac\s*=\s*)?["']?([0-9a-f]{64})["']?\s*""", re.IGNORECASE | re.ASCII)


def sign(body: bytes, app_id: str, oa_secret_key: str, timestamp: str) -> str:
    """The value of `X-ZEvent-Signature` for a body, `mac=` and 64 hexadecimal digits."""
    return f"mac={_mac(body, app_id, oa_secret_key, timestamp)}"


def verify_signature(body: bytes, header: str | None, app_id: str, oa_secret_key: str) -> bool:
    """Whether the body comes from somebody who knows the OA secret key; never raises, takes constant time.

    Args:
        body: The bytes as received; a parsed and re-written body would not match.
        header: `X-ZEvent-Signature`; `mac=…`, `mac = …`, a bare value and upper case are accepted.
        app_id: Id of our app at Zalo.
        oa_secret_key: Secret of the webhook page, not the app's secret. Empty: nothing is accepted.
    """
    claimed = _claimed_mac(header)
    timestamp = timestamp_text(body)
    if claimed is None or timestamp is None or not oa_secret_key:
        return False
    return hmac.compare_digest(_mac(body, app_id, oa_secret_key, timestamp), claimed)


def matching_variant(
    body: bytes, header: str | None, first_terms: Mapping[str, str], secrets: Mapping[str, str]
) -> str | None:
    """Names the way in which a real event was signed, for the first day with a real account.

    Args:
        body: The bytes as received.
        header: `X-ZEvent-Signature`.
        first_terms: Candidates by name, such as `{"app_id": …, "oa_id": …}`.
        secrets: Candidates by name, such as `{"oa_secret_key": …, "app_secret": …}`.

    Returns:
        For example `"sha256(app_id, oa_secret_key)"`, or None where nothing matches.
    """
    claimed, timestamp = _claimed_mac(header), timestamp_text(body)
    if claimed is None or timestamp is None:
        return None
    for term_name, term in first_terms.items():
        for secret_name, secret in secrets.items():
            plain = _mac(body, term, secret, timestamp)
            keyed = hmac.new(secret.encode(), term.encode() + body + timestamp.encode(), hashlib.sha256).hexdigest()
            for way, mac in (("sha256", plain), ("hmac-sha256", keyed)):
                if hmac.compare_digest(mac, claimed):
                    return f"{way}({term_name}, {secret_name})"
    return None


def timestamp_text(body: bytes) -> str | None:
    """The body's own `timestamp`, character by character as it stands there, or None."""
    try:
        parsed = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    timestamp = parsed.get("timestamp") if isinstance(parsed, dict) else None
    return timestamp if isinstance(timestamp, str) else None


def _mac(body: bytes, app_id: str, oa_secret_key: str, timestamp: str) -> str:
    before, after = app_id.encode(), (timestamp + oa_secret_key).encode("utf-8", "replace")
    return hashlib.sha256(before + body + after).hexdigest()


def _claimed_mac(header: str | None) -> str | None:
    match = _HEADER.fullmatch(header) if header else None
    return match.group(1).lower() if match else None
