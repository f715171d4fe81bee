"""Tells a message that is only the beginning of a request from one that can be answered."""

from __future__ import annotations

import re

from onestop.text.diacritics import fold

MOST_WORDS = 6

# Folded. An opening that says nothing yet ("em ơi", "cho hỏi", "alo ad"), …
_OPENING = re.compile(
    r"^(?:(?:da|thua|xin|a|alo|alo+|hello|hi|hey|chao|xin chao|chao ad|ad|admin|em|anh|chi|co|chu|bac|ban|shop|oi|a oi|e oi|"
    r"trung tam|cho|minh|toi|tui|con|chau|e|a|c|hoi|chut|xiu|ti|voi|nha|nhe|cai|nay|can bo|mot cua|1 cua|muon|giup|gium|dum)\s*)+[.,!?…]*$"
)
# … or words after which something must follow.
_DANGLING = re.compile(
    r"(?:\b(?:cua|cho|la|voi|ma|thi|de|va|hay|hoac|muon|can|dinh|tai|vi|nhung|con|nhu|ve|o|ra|di|nop|lam|xin|ma so|ma|so|"
    r"ho so|thu tuc|hoi ve|ten)|[,…:-]|\.\.+)\s*$"
)
_ENDS_ASKING = re.compile(r"[?]\s*$")
_REQUEST_AT_END = re.compile(r"\b(?:ho so|thu tuc|muon lam|can lam|tra cuu ho so)\s*$")


def is_fragment(text: str) -> bool:
    """Whether more of the same request is probably being typed: then a bot that answers at once interrupts."""
    folded = fold(text).strip()
    if not folded or _ENDS_ASKING.search(folded) or folded.startswith("#"):
        return False
    words = folded.split()
    if len(words) <= MOST_WORDS and _OPENING.match(folded):
        return not _is_greeting_only(words)
    if _REQUEST_AT_END.search(folded) and len(words) <= 3:
        return False
    return len(words) <= 12 and bool(_DANGLING.search(folded))


def _is_greeting_only(words: list[str]) -> bool:
    """A plain greeting is answered at once; a call ("em ơi", "ad ơi cho hỏi") waits for what follows."""
    greets = {"chao", "alo", "hello", "hi", "hey"}
    calls = {"oi", "hoi", "cho", "muon", "giup", "gium", "dum"}
    return bool(greets & set(words)) and not calls & set(words)
