"""Keyed hashes, and texts that nobody reads who has only the database."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from onestop.errors import OnestopError


class SealBroken(OnestopError):
    """A sealed text cannot be opened: it was emptied, or sealed under another `ONESTOP_TOKEN_KEY`."""


class Sealer:
    """Hashes and seals under keys derived from one secret of this installation.

    Args:
        secret: `ONESTOP_TOKEN_KEY`; the keys made of it serve nothing else.
    """

    def __init__(self, secret: str) -> None:
        self._hash_key = _derived(secret, "one-time codes")
        self._cipher = Fernet(base64.urlsafe_b64encode(_derived(secret, "sealed texts")))

    def fingerprint(self, *parts: str) -> str:
        """A keyed hash (64 hexadecimal digits) of these parts; where one ends and the next begins counts too."""
        framed = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self._hash_key, framed.encode(), hashlib.sha256).hexdigest()

    def seal(self, text: str) -> str:
        """Seals a text."""
        return self._cipher.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Reads what `seal` wrote.

        Raises:
            SealBroken: It cannot be opened.
        """
        try:
            return self._cipher.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken("a sealed text cannot be opened") from error


def is_same(one: str, other: str) -> bool:
    """Whether two fingerprints are equal; takes as long for a near miss as for a far one."""
    return hmac.compare_digest(one.encode(), other.encode())


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"onestop {purpose}".encode(), hashlib.sha256).digest()
