"""The short code at the end of every notice ("Mã tin: K7F3Q9"), by which people ask whether a message is ours."""

from __future__ import annotations

import hashlib
import hmac
import re
from itertools import count

from onestop.text.diacritics import fold, nfc

LENGTH = 6
LABEL = "Mã tin"
_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"  # nothing that is read as something else
_NAMED = re.compile(rf"\bma tin\W{{0,3}}(?:nhan\W{{0,3}})?(?:la\W{{0,3}}|so\W{{0,3}})?(?P<code>[a-z0-9]{{{LENGTH}}})\b")
_BARE = re.compile(rf"(?<![\w.\-/])(?=[A-Z]*\d)(?=\d*[A-Z])[{_ALPHABET}]{{{LENGTH}}}(?![\w.\-/])")


def notice_code(citizen_id: str, key: str) -> str:
    """The code of one notice to one citizen.

    An HMAC of the notice's key under the citizen's id, which is random and never leaves us: nobody can make one up for
    somebody else, and a notice written twice has one code.
    """
    for attempt in count():
        digest = hmac.new(citizen_id.encode(), f"notice {attempt} {key}".encode(), hashlib.sha256).digest()
        code = _spelled(int.from_bytes(digest[:8], "big"))
        if _BARE.fullmatch(code):  # a letter and a digit, so that it is known when it stands alone
            return code
    raise AssertionError("unreachable")


def with_code(text: str, code: str) -> str:
    """A notice's text with its code as the last line."""
    return f"{text}\n{LABEL}: {code}"


def notice_codes_in(text: str) -> list[str]:
    """The codes that a message names, each once: after "mã tin", else whatever has their shape, upper case."""
    plain = nfc(text)
    named = [match["code"].upper() for match in _NAMED.finditer(fold(plain))]
    return list(dict.fromkeys(named or _BARE.findall(plain)))


def without_code(text: str) -> str:
    """A text without such a line, for comparing."""
    plain = nfc(text)
    match = _NAMED.search(fold(plain))
    return (plain[: match.start()] + plain[match.end() :]).strip() if match else plain


def _spelled(number: int) -> str:
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)
