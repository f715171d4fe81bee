"""OAuth v4 of an Official Account: codes, access tokens, single-use refresh tokens (facts, section 1)."""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from simulator.zalo.database import Database
from simulator.zalo.errors import ZaloRefusal

CODE_LIFE_S = 600
ACCESS_LIFE_S = 90_000
REFRESH_LIFE_S = 90 * 86_400

# Zalo publishes only the first two; the others are our choice (facts, section 1.4).
INVALID_APP = -14002
INVALID_REDIRECT = -14003
INVALID_SECRET = -14004
INVALID_CODE = -14005
INVALID_VERIFIER = -14006
INVALID_REFRESH_TOKEN = -14014


@dataclass(frozen=True)
class TokenPair:
    """What a successful exchange answers."""

    access: str
    refresh: str

    def as_json(self) -> dict[str, str]:
        """Zalo's answer; the life is a string of seconds."""
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": str(ACCESS_LIFE_S)}


def issue_code(db: Database, challenge: str | None, now: float) -> str:
    """The code that a consent sends to the callback."""
    code = "CODE-" + secrets.token_urlsafe(24)
    _add(db, code, "code", new_family(), now + CODE_LIFE_S, challenge)
    return code


def new_family() -> str:
    """Tokens of one consent share a family."""
    return secrets.token_hex(8)


def issue_pair(db: Database, family: str, now: float) -> TokenPair:
    """A new pair; the family's older access tokens die at once."""
    db.execute(
        "UPDATE token SET spent_at = ? WHERE family = ? AND kind = 'access' AND spent_at IS NULL",
        (now, family),
    )
    pair = TokenPair("AT-" + secrets.token_urlsafe(48), "RT-" + secrets.token_urlsafe(48))
    _add(db, pair.access, "access", family, now + ACCESS_LIFE_S)
    _add(db, pair.refresh, "refresh", family, now + REFRESH_LIFE_S)
    return pair


def exchange_code(db: Database, code: str, verifier: str | None, now: float) -> TokenPair:
    """Turns a code into a pair, once.

    Raises:
        ZaloRefusal: unknown, used or old code; a verifier that does not fit the challenge.
    """
    row = db.one("SELECT * FROM token WHERE value = ? AND kind = 'code'", (code,))
    if row is None or row["spent_at"] is not None or row["expires_at"] <= now:
        raise ZaloRefusal(INVALID_CODE, "Invalid code")
    if row["challenge"] and challenge_of(verifier or "") != row["challenge"]:
        raise ZaloRefusal(INVALID_VERIFIER, "Invalid code verifier")
    _spend(db, code, now)
    return issue_pair(db, row["family"], now)


def exchange_refresh_token(db: Database, refresh_token: str, now: float) -> TokenPair:
    """Turns a refresh token into a pair, once.

    Raises:
        ZaloRefusal: unknown, used or old.
    """
    row = db.one("SELECT * FROM token WHERE value = ? AND kind = 'refresh'", (refresh_token,))
    if row is None or row["spent_at"] is not None or row["expires_at"] <= now:
        raise ZaloRefusal(INVALID_REFRESH_TOKEN, "Invalid refresh token")
    _spend(db, refresh_token, now)
    return issue_pair(db, row["family"], now)


def check_access_token(db: Database, token: str | None, replaced_error: int, now: float) -> None:
    """Lets a call pass or not.

    Raises:
        ZaloRefusal: -216 missing or unknown, -220 expired, `replaced_error` after a refresh.
    """
    row = db.one("SELECT * FROM token WHERE value = ? AND kind = 'access'", (token,)) if token else None
    if row is None:
        raise ZaloRefusal(-216, "Access token is invalid")
    if row["spent_at"] is not None:
        raise ZaloRefusal(replaced_error, "Access token is invalid")
    if row["expires_at"] <= now:
        raise ZaloRefusal(-220, "Access token has expired")


def challenge_of(verifier: str) -> str:
    """PKCE: base64url without padding of the raw SHA-256 digest."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _add(db: Database, value: str, kind: str, family: str, expires_at: float, challenge: str | None = None) -> None:
    db.execute(
        "INSERT INTO token (value, kind, family, expires_at, challenge) VALUES (?, ?, ?, ?, ?)",
        (value, kind, family, expires_at, challenge),
    )


def _spend(db: Database, value: str, now: float) -> None:
    db.execute("UPDATE token SET spent_at = ? WHERE value = ?", (now, value))
