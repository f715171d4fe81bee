"""Where the words of a message begin and end. Codes, phones, dates and clock times stay whole."""

from __future__ import annotations

import re

from onestop.text.dossier_codes import find_dossier_codes
from onestop.text.feedback_codes import find_feedback_codes
from onestop.text.phones import find_phones

Span = tuple[int, int]

# Numbers with what joins their parts (15/7, 8h30, 1.001193, 50k), words, then single marks.
_WORD = re.compile(
    r"\d+(?:[.,/:\-]\d+)+(?:[hg]\d{0,2})?|\d{1,2}[hg]\d{2}|\d+|[^\W\d_][^\W_]*(?:[̀-ͯ]+[^\W_]*)*|[^\w\s]|_+", re.UNICODE
)
_HAS_LONG_NUMBER = re.compile(r"\d")


def word_spans(text: str) -> list[Span]:
    """Returns the [start, end) of each word and each mark of a text, in order, without overlaps.

    Spans never hold a blank, except inside codes and phones that were written with blanks.
    """
    whole = _whole_spans(text) if _HAS_LONG_NUMBER.search(text) else []
    spans: list[Span] = []
    position = 0
    for start, end in whole:
        spans.extend(match.span() for match in _WORD.finditer(text, position, start))
        spans.append((start, end))
        position = end
    spans.extend(match.span() for match in _WORD.finditer(text, position))
    return spans


def _whole_spans(text: str) -> list[Span]:
    found = [(code.start, code.end) for code in find_dossier_codes(text)]
    found += [(code.start, code.end) for code in find_feedback_codes(text)]
    found += [(phone.start, phone.end) for phone in find_phones(text) if phone.written[-1].isdigit()]
    whole: list[Span] = []
    for start, end in sorted(found):
        if not whole or start >= whole[-1][1]:
            whole.append((start, end))
    return whole
