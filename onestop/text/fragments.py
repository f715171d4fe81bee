"""Tells a message that is only the beginning of a request from one that can be answered."""

from __future__ import annotations

import re

from onestop.text.diacritics import fold

MOST_OPENING_WORDS = 6
MOST_DANGLING_WORDS = 12

# Folded words of an opening that says nothing yet: "em ơi", "cho hỏi", "alo ad".
_OPENING = frozenset(
    """da thua xin a e c alo hello hi hey chao ad admin em anh chi co chu bac ban shop oi trung tam cho minh toi tui con
    chau hoi chut xiu ti voi nha nhe cai nay can bo mot 1 cua muon giup gium dum""".split()
)
_GREETING = frozenset("chao alo hello hi hey".split())
_CALL = frozenset("oi hoi cho muon giup gium dum".split())
# After one of these something must follow.
_DANGLING = frozenset(
    "cua cho la voi ma thi de va hay hoac muon can dinh tai vi nhung con nhu ve o ra di nop lam xin ma so ten".split()
)
_WHOLE_ANSWERS = frozenset("co ok da khong so".split())  # "có" looks like "cô" without its mark
_OPEN_END = re.compile(r"(?:[,…:-]|\.\.+)$")


def is_fragment(text: str) -> bool:
    """Whether more of the same request is probably being typed: then a bot that answers at once interrupts."""
    folded = fold(text).strip()
    if not folded or folded.endswith("?") or folded.startswith("#"):
        return False
    if _OPEN_END.search(folded):
        return True
    words = re.findall(r"\w+", folded)
    if not words or (len(words) == 1 and words[0] in _WHOLE_ANSWERS):
        return False
    if len(words) <= MOST_OPENING_WORDS and _OPENING.issuperset(words):
        return not _is_greeting_only(words)
    return len(words) <= MOST_DANGLING_WORDS and words[-1] in _DANGLING


def _is_greeting_only(words: list[str]) -> bool:
    """A plain greeting is answered at once; a call ("em ơi", "ad ơi cho hỏi") waits for what follows."""
    return bool(_GREETING.intersection(words)) and not _CALL.intersection(words)
