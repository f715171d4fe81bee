"""Whether a message asks if some message is ours. Pure: text in, meaning out."""

from __future__ import annotations

import re

from onestop.text import fold

_THING = (
    r"(?:tin|tin nhan|thong bao|sms|link|duong link|duong dan|cuoc goi|zalo|cai nay|noi dung|ma tin|thu"
    r"|giay moi|so nay)"
)
_US = (
    r"(?:trung tam|mot cua|ben minh|ben em|ben ad|ben ban|co quan|nha nuoc|chinh thuc|chinh chu|phuong minh"
    r"|xa minh|ubnd|uy ban|he thong|em gui|minh gui|ad gui|bot gui)"
)
_ASKS = re.compile(
    rf"\b{_THING}\b.{{0,40}}\b(?:co phai|phai|la|cua|do|tu|co dung|dung)\b.{{0,20}}\b(?:{_US}|that|gia|lua dao|lua)\b"
    rf"|\bco phai\b.{{0,25}}\b{_US}\b.{{0,15}}\b(?:gui|nhan|bao|khong|ko|k|hong|ha|a)\b"
    rf"|\b(?:lua dao|tin gia|tin that|that hay gia|that khong|co that) (?:khong|ko|k|hong|hay|ha|a|vay|chua)\b.{{0,10}}"
    rf"|\b(?:kiem tra|xac minh|xac nhan|doi chieu|check) (?:giup |gium |dum |ho )?(?:toi |tui |em |minh )?(?:cai "
    rf"|ma )?(?:tin|link|duong dan|thong bao)\b"
    rf"|\bai (?:gui|nhan) (?:cai )?tin nay\b|\b(?:co nen|co tin) .{{0,12}}\btin nay\b"
)
_MENTIONS_CODE = re.compile(r"\bma tin\b")


def asks_whether_genuine(text: str) -> bool:
    """Whether it asks if a message, link or call is really ours."""
    return bool(_ASKS.search(fold(text)))


def mentions_notice_code(text: str) -> bool:
    """Whether it speaks of a notice's code, whatever stands behind it."""
    return bool(_MENTIONS_CODE.search(fold(text)))
