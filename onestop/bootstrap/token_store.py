"""Zalo's tokens in our database, encrypted."""

from __future__ import annotations

import json
import time
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken

from connectors.zalo.auth import TokenPair
from onestop.errors import MissingSetting
from onestop.storage import SessionFactory, tokens


class DatabaseTokenStore:
    """The `TokenStore` of one official account: one row, replaced in one transaction.

    Args:
        key: 32 bytes, URL-safe base64 (`ONESTOP_TOKEN_KEY`).

    Raises:
        MissingSetting: The key is no such key.
    """

    def __init__(self, sessions: SessionFactory, oa_id: str, key: str) -> None:
        self._sessions = sessions
        self._oa_id = oa_id
        try:
            self._cipher = Fernet(key.encode())
        except ValueError as error:
            raise MissingSetting("ONESTOP_TOKEN_KEY", "is not 32 bytes in URL-safe base64") from error

    def read(self) -> TokenPair | None:
        """The newest saved pair.

        Raises:
            MissingSetting: It was saved under another key.
        """
        with self._sessions() as session:
            row = session.get(tokens.ZaloToken, self._oa_id)
            if row is None or row.pair is None:
                return None
            try:
                values = json.loads(self._cipher.decrypt(bytes(row.pair)))
            except InvalidToken as error:
                raise MissingSetting("ONESTOP_TOKEN_KEY", "does not open the saved tokens") from error
        return TokenPair(
            values["access"],
            values["refresh"],
            datetime.fromisoformat(values["expires_at"]),
            datetime.fromisoformat(values["refreshed_at"]),
        )

    def lease(self, owner: str, seconds: float) -> bool:
        """Gives `owner` the sole right to refresh for so long; its holder may extend it."""
        now_s = time.time()
        with self._sessions.begin() as session:
            return tokens.take_lease(session, self._oa_id, owner, now_s, now_s + seconds)

    def save(self, pair: TokenPair) -> None:
        """Replaces the pair, atomically."""
        values = {
            "access": pair.access_token,
            "refresh": pair.refresh_token,
            "expires_at": pair.expires_at.isoformat(),
            "refreshed_at": pair.refreshed_at.isoformat(),
        }
        with self._sessions.begin() as session:
            row = tokens.token_row(session, self._oa_id)
            row.pair = self._cipher.encrypt(json.dumps(values).encode())
            row.expires_at, row.refreshed_at = pair.expires_at, pair.refreshed_at

    def release(self, owner: str) -> None:
        """Ends the lease if `owner` still holds it."""
        with self._sessions.begin() as session:
            tokens.release_lease(session, self._oa_id, owner)
