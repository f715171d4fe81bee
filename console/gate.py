"""Who calls: bearer tokens, one an officer."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from onestop.errors import MissingSetting

VARIABLE = "ONESTOP_OFFICER_TOKENS"
LEAST_LENGTH = 24


def read_tokens(setting: str) -> dict[str, str]:
    """Reads `name:token` pairs with commas between.

    Returns:
        Tokens by the officer's name, which stands in the audit.

    Raises:
        MissingSetting: There are none, or a pair is no pair, its token short, or a name or token stands twice.
    """
    pairs = [pair.strip().partition(":") for pair in setting.split(",") if pair.strip()]
    if not pairs:
        raise MissingSetting(VARIABLE)
    tokens = {name.strip(): token.strip() for name, _colon, token in pairs}
    is_usable = all(name and len(token) >= LEAST_LENGTH and token.isascii() for name, token in tokens.items())
    if not is_usable or len(set(tokens.values())) < len(pairs):
        raise MissingSetting(VARIABLE, f"needs name:token pairs, each token its own, {LEAST_LENGTH} characters or more")
    return tokens


def officer_of(authorization: str | None, tokens: Mapping[str, str]) -> str | None:
    """The officer whose token a request bears, or None. Takes as long whichever token is wrong, and how."""
    scheme, _blank, given = (authorization or "").partition(" ")
    found = None
    for name, token in tokens.items():
        if hmac.compare_digest(given.strip().encode(), token.encode()) and scheme.lower() == "bearer":
            found = name
    return found
