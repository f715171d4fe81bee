"""Whether news shall come together once a day, at which hour, or each at once again. Pure: text in, meaning out.

Patterns work on folded text; "gồm" (contain), which folds to the same as "gom" (gather), is taken out before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from onestop.text import fold, nfc
from onestop.text.dates import find_dates

_GATHER = r"(?:gom|gop|tom tat|tong hop)"
_NEWS = r"(?:tin nhan|tin bao|tin|thong bao)"
_ONCE = r"(?:mot|1) (?:lan|luot)"
_ONCE_A_DAY = rf"(?:(?:moi|mot|1|tung) ngay\b.{{0,25}}\b{_ONCE}|{_ONCE}(?: (?:moi|mot|1|trong) | ?/ ?| )ngay)"
_SEND = r"(?:gui|nhan|bao|nhan tin|bao tin|gui tin)"
_CONTAINS = re.compile(r"gồm", re.IGNORECASE)
_HEAP = re.compile(r"dồn", re.IGNORECASE)  # folded it would be "đơn"
_PARTS = {"sang": time(8), "trua": time(11, 30), "chieu": time(17), "toi": time(19)}

_ON = re.compile(
    rf"\b{_GATHER}(?: (?:het|cac|may|nhung|lai|giup|gium|dum|chung|toan bo|moi|cai|cho \w+))* {_NEWS}\b"
    rf"|\b{_GATHER}\b.{{0,30}}\b{_ONCE_A_DAY}"
    rf"|\b(?:{_SEND}|{_NEWS})\b.{{0,30}}\b{_ONCE_A_DAY}"
    rf"|\b{_ONCE_A_DAY}.{{0,12}}\b(?:gui|bao|nhan tin)\b"
    rf"|\b(?:moi|mot|1) ngay (?:chi )?(?:can )?{_SEND}(?: \w+){{0,3}} (?:mot|1) (?:lan|luot|tin)\b"
    rf"|\b{_GATHER}\b.{{0,20}}\bngay {_SEND}(?: \w+){{0,2}} {_ONCE}\b"
    rf"|\b{_GATHER}(?: lai)? (?:roi )?(?:cuoi ngay|toi|chieu|cuoi gio)\b.{{0,12}}\b{_SEND}\b"
    r"|\b(?:gui|nhan|bao|nhan tin) (?:\w+ )?(?:lat nhat|lung tung|lia lia) (?:qua|hoai)\b.{0,20}\b(?:gom|gop|mot lan)\b"
    rf"|\btin gom\b"
)
_OFF = re.compile(
    r"\b(?:thoi|dung|ngung|bo|khoi|tat|huy|khong|ko|het)(?: (?:can|muon|phai|che do|viec|cai|co|kieu))*"
    r" (?:tin )?(?:gom|gop)\b(?! y\b)"
    r"|\b(?:gui|bao|nhan)(?: (?:lai|toi|tui|em|minh|cho))* (?:ngay )?tung tin\b"
    r"|\bdung gom\b"
)
_AT_ONCE = re.compile(
    r"\bco (?:tin|gi|tin gi|gi moi) (?:moi )?(?:thi |la )?(?:cu )?(?:bao|gui|nhan) (?:lien|ngay|luon)\b"
    r"|\b(?:bao|gui|nhan) (?:lien|ngay)(?: lap tuc)?(?: lai)? (?:nhu cu|nhu truoc)\b"
)
_HOUR_OF_IT = re.compile(r"\b(?:doi|chinh|dat|chuyen)\b.{0,12}\b(?:gio gom|tin gom|gio nhan tin gom|gio gui tin)\b")
# "mỗi ngày nhắc tôi uống thuốc một lần", "gộp hồ sơ", "nhận kết quả một lần": another matter.
_OTHER = re.compile(
    r"\b(?:uong|thuoc|nhac (?:toi|tui|em|minh|con|bac|chu|co)|mau|don|ho so nao|giay to|thua|dat dai|hoa don|nop|kham"
    r"|phi|tien)\b"
)
LONGEST_WISH_WORDS = 26


@dataclass(frozen=True)
class DigestWish:
    """What is wanted: a digest, or none; `hour` where one was named."""

    wanted: bool
    hour: time | None = None


def digest_wish(text: str, now: datetime, is_on: bool) -> DigestWish | None:
    """What a message wants of the digest; None where it wants nothing of it.

    Args:
        is_on: Whether there is one: then "có tin thì báo liền" ends it.
    """
    plain = _HEAP.sub("gom", _CONTAINS.sub("", nfc(text)))
    folded = fold(plain)
    if len(folded.split()) > LONGEST_WISH_WORDS or _OTHER.search(folded):
        return None
    if _OFF.search(folded) or (is_on and _AT_ONCE.search(folded)):
        return DigestWish(False)
    if _ON.search(folded) or (is_on and _HOUR_OF_IT.search(folded)):
        return DigestWish(True, hour_in(plain, now))
    return None


def hour_in(text: str, now: datetime) -> time | None:
    """The hour that a message names, Asia/Ho_Chi_Minh."""
    told = [one.value for one in find_dates(text, now) if one.has_time]
    if told:
        return datetime.fromisoformat(told[-1]).time()
    return next((hour for part, hour in _PARTS.items() if re.search(rf"\bbuoi {part}\b", fold(text))), None)
