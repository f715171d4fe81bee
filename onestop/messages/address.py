"""How a citizen is spoken to: our sentences say "anh/chị"; who calls themselves bác, cô, chú … is called so."""

from __future__ import annotations

import re

_USUAL = re.compile(r"\b([Aa])nh/chị\b")


def addressed(text: str, word: str) -> str:
    """The text with `word` in place of "anh/chị"; as it is where there is none."""
    if not word:
        return text
    return _USUAL.sub(lambda found: word.capitalize() if found[1] == "A" else word, text)
