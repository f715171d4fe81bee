"""What citizens type while they send missing papers."""

from __future__ import annotations

import re

from onestop.text import fold

_SENDS = re.compile(
    r"\b(?:gui|nop|chup|up|dua)\b[^?]*\bbo sung\b"
    r"|\bbo sung\b[^?]*\b(?:bang anh|bang hinh|qua zalo|qua day|qua chat|o day)\b"
    r"|\b(?:anh|hinh) bo sung\b"
)
_ASKS = re.compile(r"\b(?:o dau|cho nao|khi nao|chung nao|may gio|bao lau|gi|nao|sao|the nao|bao gio|chua)\b|\?")
_BEFORE = r"(?:da |vang |ok |oke |u |um |roi |em |thi )*"
_AFTER = r"(?: (?:a|nha|nhe|nghen|em|roi|ban|oi|di|het|do|ca|luon))*"
_GOES_ON = (
    r"(?:(?:qua |toi |sang )?giay )?(?:tiep|tiep theo|tiep tuc|ke tiep|sau)",
    r"qua giay (?:khac|sau|tiep)",
    r"(?:du|xong|roi) (?:giay nay|to nay|cai nay)",
    r"giay (?:khac|sau|ke)",
    r"next",
    r"du|du roi|day du",
)
_IS_DONE = (
    r"xong|xong het|gui xong|xong xuoi|hoan thanh|hoan tat",
    r"het|het roi|het giay",
    r"(?:co |chi co )?(?:nhiu do|nhieu do|bay nhieu|vay)(?: thoi)?",
)
_NEXT = re.compile(rf"(?:{_BEFORE}(?:{'|'.join(_GOES_ON)}){_AFTER} ?)+")
_DONE = re.compile(
    rf"(?:{_BEFORE}(?:{'|'.join((*_GOES_ON, *_IS_DONE))}){_AFTER} )*{_BEFORE}(?:{'|'.join(_IS_DONE)}){_AFTER}"
)
MOST_WORDS = 10  # these patterns repeat: a long text would take for ever, and is no such answer
_HAS_NOT = re.compile(
    rf"{_BEFORE}(?:toi |minh |em )?(?:chua|khong|ko|k|hong|chang) co(?: (?:giay|to|cai)(?: (?:nay|do|ay))?)?{_AFTER}"
    rf"|{_BEFORE}bo (?:giay|to|cai) (?:nay|do){_AFTER}"
)
_NUMBER = re.compile(r"(?:giay |to |cai |so )*(?P<number>\d{1,2})(?: a| nha| nhe)?")


def sends_papers(text: str) -> bool:
    """Whether it announces missing papers by picture: "gửi ảnh bổ sung", "tôi gửi giấy bổ sung qua đây"."""
    plain = fold(text)
    return bool(_SENDS.search(plain)) and not _ASKS.search(plain)


def goes_on(text: str) -> bool:
    """Whether one paper is complete: "tiếp", "giấy tiếp theo", "đủ rồi"."""
    return bool(_NEXT.fullmatch(_plain(text)))


def is_done(text: str) -> bool:
    """Whether everything has been sent: "xong", "hết rồi", "có bấy nhiêu"."""
    return bool(_DONE.fullmatch(_plain(text)))


def has_not(text: str) -> bool:
    """Whether one paper is left out: "chưa có giấy này"."""
    return bool(_HAS_NOT.fullmatch(_plain(text)))


def paper_number(text: str) -> int | None:
    """Which paper is wanted: "giấy 2", "số 3"."""
    match = _NUMBER.fullmatch(_plain(text))
    return int(match["number"]) if match else None


def _plain(text: str) -> str:
    words = re.findall(r"\w+", fold(text))
    return " ".join(words) if len(words) <= MOST_WORDS else ""
