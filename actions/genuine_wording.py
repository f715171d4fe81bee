"""Whether a message asks if some message is ours. Pure: text in, meaning out."""

from __future__ import annotations

import re

from onestop.text import fold, nfc

_THING = (
    r"(?:tin|tin nhan|thong bao|sms|link|duong link|duong dan|cuoc goi|zalo|cai nay|noi dung|ma tin|thu"
    r"|giay moi|so nay)"
)
_US = (
    r"(?:trung tam|mot cua|ben minh|ben em|ben ad|ben ban|co quan|nha nuoc|chinh thuc|chinh chu|phuong minh"
    r"|xa minh|ubnd|uy ban|he thong|em gui|minh gui|ad gui|bot gui)"
)
_ENDS = r"(?:khong|ko|k|hong|hok|hem|ha|a|vay|the|nhi|chua|\?)"
_ASKS = re.compile(
    rf"\b{_THING}(?: \w+){{0,6}}? (?:co phai|phai|co dung)(?: la)?(?: \w+){{0,4}}? {_US}\b.{{0,25}}\b{_ENDS}"
    rf"|\bco phai(?: la)?(?: \w+){{0,3}}? {_US}(?: \w+){{0,2}}? (?:gui|nhan|goi|bao)\b"
    rf"|\b{_THING} (?:nay|do|kia|vua roi|toi nhan|tui nhan)(?: \w+){{0,4}}? "
    r"(?:(?<!nguoi )that(?! (?:su|long|la|ra|qua|tinh)\b)|(?<!nguoi )gia(?! dinh\b)|lua dao|lua|dang tin)\b"
    rf"|\b(?:kiem tra|xac minh|doi chieu|check) (?:giup |gium |dum |ho )?(?:toi |tui |em |minh )?(?:cai |ma )?"
    rf"(?:tin|link|duong dan|thong bao) (?:nay|do|nhan)\b"
    r"|\bai (?:gui|nhan) (?:cai )?tin nay\b|\btin (?:nhan )?nay (?:la )?(?:cua )?ai (?:gui|nhan)\b"
    r"|\b(?:co nen|co) tin (?:duoc )?(?:cai )?(?:tin|link) nay\b"
)
_FOLLOWED = re.compile(
    r"\b(?:lo|moi|vua|trot)(?: \w+){0,2}? (?:bam|nhap|vao|vo|chuyen|doc|dua|gui|cho|cai|tai|dien|quet|nap)\b"
    r"|\bda (?:bam|nhap|chuyen|doc|cai|nap|quet)\b"
)
_MENTIONS_CODE = re.compile(r"\bmã tin\b(?! nhắn)|\bma tin\b(?! nhan)")  # "mà tin nhắn" is another word


def asks_whether_genuine(text: str) -> bool:
    """Whether it asks if a message, link or call is really ours."""
    return bool(_ASKS.search(fold(text)))


def has_followed_it(text: str) -> bool:
    """Whether the citizen has already done what a swindler wanted: "tôi lỡ bấm vô rồi sao giờ"."""
    return bool(_FOLLOWED.search(fold(text)))


def mentions_notice_code(text: str) -> bool:
    """Whether it speaks of a notice's code, whatever stands behind it."""
    return bool(_MENTIONS_CODE.search(nfc(text).lower()))
