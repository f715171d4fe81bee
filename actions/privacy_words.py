"""Whether a message asks who stands behind a dossier, or wants one found by a person. Pure: text in, meaning out."""

from __future__ import annotations

import re

from onestop.text import fold, nfc

_WHAT = (
    r"(?:ho va ten|ho ten|ten tuoi|ten|so dien thoai|so dt|sdt|so zalo|dia chi(?: nha)?|so nha|nam sinh|ngay sinh"
    r"|cccd|can cuoc|cmnd|so cmnd|chung minh nhan dan|thong tin(?: ca nhan)?|email|ly lich)"
)
_WHO = (
    r"(?:nguoi nop(?: ho so)?(?! thue)|nguoi lam don|nguoi dung ten|nguoi gui|nguoi lam ho so|nguoi nay|nguoi do"
    r"|nguoi ta|chu (?:cua )?ho so|nguoi yeu cau|nguoi khac|ong ay|ba ay|ong do|ba do|co do|chu do|anh do|chi do)"
)
_OF_SOMEONE = re.compile(
    rf"\b{_WHAT}\b(?:\W+\w+){{0,3}}?\W+(?:cua\W+)?{_WHO}\b|\b{_WHO}\b\W+(?:la ai|ten gi|ten la gi|o dau|so may)\b"
)
_WHOSE = re.compile(
    r"\b(?:ho so|ma)\b.*\b(?:cua ai|ai nop|ai dung ten|ten ai|dung ten ai|cua nguoi nao)\b"
    r"|\bai (?:la nguoi )?(?:nop|dung ten)\b.*\bho so\b"
)
_CHANGES = re.compile(r"\b(?:doi|sua|cai chinh|dinh chinh|thay doi|cap nhat)\b")
_NAME = r"(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]+)(?:\s+[A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,4}"
_BY_NAME = re.compile(
    r"(?:[Hh]ồ sơ|[Hh]o so|hs|HS)\s+(?:của\s+|cua\s+)?(?:ông|bà|anh|chị|cô|chú|em|bác|ong|ba|chi|co|chu|bac)\s+" + _NAME
)
_BY_PERSON = re.compile(
    r"\b(?:tra|tim|kiem|xem|coi|kiem tra)\b.*"
    r"\b(?:theo|bang) (?:ten|ho ten|so cccd|cccd|cmnd|can cuoc|so dien thoai|sdt)\b"
)


def asks_about_a_person(text: str) -> bool:
    """Whether it asks for the name, phone, address … of the person behind a dossier."""
    folded = fold(text)
    return bool(_OF_SOMEONE.search(folded) or _WHOSE.search(folded)) and not _CHANGES.search(folded)


def searches_by_person(text: str) -> bool:
    """Whether it wants a dossier found by somebody's name or number instead of its code."""
    return bool(_BY_NAME.search(nfc(text)) or _BY_PERSON.search(fold(text)))
