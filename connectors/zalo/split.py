"""Text within Zalo's limits: made storable, counted as Zalo may count, split where a reader pauses."""

from __future__ import annotations

import re
import unicodedata

TEXT_LIMIT = 2000

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, marks that turn the direction of writing, lone surrogates. The zero-width joiner stays: emoji need
# it.
_UNWANTED = re.compile(
    "[\x00-\x09\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_GAP = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?:[a-zà-ỹ0-9%)\]”\"'][.!?…]+[”\"')\]]?|;)$")
_LIST_MARK = re.compile(r"\s*(?:\(?\w{1,3}[.)]|[-•*+–])")
_UNIT = re.compile(
    r"(?:đ|₫|đồng|vnđ|vnd|%|ngày|giờ|phút|tháng|năm|tuần|trang|bản|triệu|tỷ|nghìn|m²|m2|km)(?!\w)",
    re.IGNORECASE,
)
_JOINS_PREVIOUS = frozenset("\u200d\ufe0f\ufe0e")


def clean_text(text: str) -> str:
    """NFC, plain line ends, no control characters, no blanks at the ends of lines."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def units(text: str) -> int:
    """Length as Zalo may count it: UTF-16 units, which are never fewer than code points."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def split_text(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Splits cleaned text into parts of at most `limit` units.

    Parts end at a paragraph, else a line, else a sentence, else a word, whichever comes first in this order
    in the second half of what fits. Codes, URLs and numbers written with blanks stay whole unless one alone
    is longer. Nothing but white space at the borders is lost.
    """
    parts = []
    rest = text.strip()
    while units(rest[: limit + 1]) > limit:
        fitting = _fitting(rest, limit)
        end, start = _border(rest, fitting)
        parts.append(rest[:end].rstrip())
        rest = rest[start:].lstrip()
    if rest:
        parts.append(rest)
    return parts


def cut_title(title: str, limit: int) -> str:
    """Shortens one line to `limit` units on a word border, with an ellipsis."""
    title = " ".join(clean_text(title).split())
    if units(title) <= limit:
        return title
    head = title[: _fitting(title, limit - 1)]
    word_end = head.rfind(" ")
    if title[len(head)] != " " and word_end > 0:
        head = head[:word_end]
    return head.rstrip(" ,.;:-–") + "…"


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` units; at least one."""
    count = used = 0
    for character in text:
        used += 2 if character > "\uffff" else 1
        if used > limit:
            break
        count += 1
    return max(count, 1)


def _border(text: str, fitting: int) -> tuple[int, int]:
    """Where the part ends and where the next one starts."""
    best: tuple[tuple[int, int, int], int, int] | None = None
    # A gap may begin exactly where the limit falls; blanks beyond the limit are not sent.
    for gap in _GAP.finditer(text, 0, min(len(text), fitting + 200)):
        if gap.start() > fitting:
            break
        rank = _rank(text, gap)
        is_late = gap.start() * 2 >= fitting
        score = (0 if rank == 0 else 1 + is_late, rank if is_late else 0, gap.start())
        if best is None or score > best[0]:
            best = (score, gap.start(), gap.end())
    if best is not None:
        return best[1], best[2]
    cut = _between_characters(text, fitting)
    return cut, cut


def _rank(text: str, gap: re.Match[str]) -> int:
    """How good a border is: 4 paragraph, 3 line, 2 sentence, 1 word, 0 in a number or after a list mark."""
    before, after = _word_before(text, gap.start()), _word_after(text, gap.end())
    breaks = gap.group().count("\n")
    if breaks:
        return 4 if breaks > 1 else 3
    if _LIST_MARK.fullmatch(text, text.rfind("\n", 0, gap.start()) + 1, gap.start()):
        return 0
    has_digits = any(map(str.isdigit, before))
    if has_digits and (any(map(str.isdigit, after)) or _UNIT.match(after)):
        return 0
    return 2 if _SENTENCE_END.search(before) else 1


def _word_before(text: str, end: int) -> str:
    window = text[max(0, end - 40) : end].split()
    return window[-1] if window else ""


def _word_after(text: str, start: int) -> str:
    window = text[start : start + 40].split()
    return window[0] if window else ""


def _between_characters(text: str, fitting: int) -> int:
    """The last place up to `fitting` that divides no letter from its marks and no emoji from its parts."""
    for cut in range(fitting, max(fitting - 20, 0), -1):
        following, previous = text[cut : cut + 1], text[cut - 1]
        joined = following in _JOINS_PREVIOUS or previous == "\u200d" or "\U0001f3fb" <= following <= "\U0001f3ff"
        if not joined and not (following and unicodedata.combining(following)):
            return cut
    return fitting
