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
    r"|chu (?:cua )?ho so|nguoi yeu cau|nguoi khac|ong ay|ba ay|ong do|ba do|co do|chu do|anh do|chi do)"
)
_OF_SOMEONE = re.compile(
    rf"\b{_WHAT}\b(?:\W+\w+){{0,3}}?\W+(?:cua\W+)?{_WHO}\b|\b{_WHO}\b\W+(?:la ai|ten gi|ten la gi|o dau|so may)\b"
)
_WHOSE = re.compile(
    r"\b(?:ho so|ma so|ma nay)\b.{0,40}\b(?:cua ai|ai nop|ai dung ten|ten ai|dung ten ai|cua nguoi nao)\b"
    r"|\bai (?:la nguoi )?(?:nop|dung ten)\b.*\bho so\b"
)
_SELF = "toi|tui|em|minh|con|chau|noi|ngoai|vo|chong|me|ba|bo"
_NOT_A_NAME = rf"{_SELF}|la|o|nay|a|ve|de|va|da|thi|voi|xong|roi|luon|nghe|vo|vao|di|nha|cung|tren|trong|duoc|khong"
_ONES_DATA = r"(?:ho ten|ten|so dien thoai|dien thoai|so dt|sdt|dia chi|can cuoc|cccd|cmnd|ngay sinh|nam sinh)"
_ASKING = r"(?:xin|cho|doc|biet|hoi|noi|cung cap|tim|lay)"
# "cho xin số điện thoại của ông Ba", "tôi là con của ông A, cho xin số điện thoại"
_OF_A_NAMED_ONE = re.compile(
    rf"\b{_ASKING}\b.{{0,25}}\b{_ONES_DATA} cua (?:ong|ba|anh|chi|co|chu|bac) (?!(?:{_NOT_A_NAME})\b)\w+"
)
# "số điện thoại của bà Hoa nộp hồ sơ hôm qua"
_OF_WHO_HANDED_IN = re.compile(
    rf"\b{_ONES_DATA} (?:cua )?(?:ong|ba|anh|chi|co|chu|bac) (?!(?:{_NOT_A_NAME}|nop|nao)\b)\w+\b.{{0,12}}"
    r"\b(?:nop|lam|xin) (?:ho so|giay)"
)
_KIN_ASKS = re.compile(
    r"\b(?:toi|tui|em|con|chau|minh) la (?:con|chau|vo|chong|em|anh|chi|bo|cha|me|ba|nguoi nha|nguoi than|ban)\b"
    rf".{{0,60}}\b{_ASKING}\b.{{0,20}}\b{_ONES_DATA}\b(?! (?:cua )?(?:{_SELF}|anh|chi|bac|co|chu)\b)"
    rf"|\b(?:toi|tui|em|con|chau|minh) la (?:con|chau|vo|chong)\b.{{0,60}}\b{_ASKING}\b.{{0,20}}\b{_ONES_DATA} cua "
)
_OFFICES = re.compile(
    r"\b(?:trung tam|can bo|co quan|mot cua|uy ban|ubnd|phong|xa|phuong|thi tran|huyen|tinh|tong dai|duong day nong"
    r"|hotline|cong an|van phong)\b"
)
_SKIPS_CHECK = re.compile(
    r"\b(?:bo qua|khoi|khong can|mien) (?:\w+ ){0,2}(?:xac nhan|xac minh|xac thuc|ma otp|otp|kiem tra)\b"
)
_CHANGES = re.compile(r"\b(?:xoa|doi|sua|cai chinh|dinh chinh|thay doi|cap nhat)\b")
_NAME = r"(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]+)(?:\s+[A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,4}"
_BY_NAME = re.compile(
    r"(?:[Hh]ồ sơ|[Hh]o so|hs|HS)\s+(?:của\s+|cua\s+)?(?:ông|bà|anh|chị|cô|chú|em|bác|ong|ba|chi|co|chu|bac)\s+" + _NAME
)
# "tên Nguyễn Văn A nộp tuần trước"
_NAMED_APPLICANT = re.compile(
    r"\b[Tt]ên\s+(?:là\s+)?(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]*)(?:\s+[A-ZĐÀ-Ỹ][a-zđà-ỹ]*){1,4}\b.*\b(?:nộp|hồ sơ)\b"
)
# Only family names that folded are no other word: "đang", "làm" and "đó" are.
_FAMILY, _MIDDLE = "nguyen|tran|le|pham|huynh|trinh|phung", "van|thi|ngoc|minh|duc|quoc|huu|thuy|xuan"
# "mở hồ sơ của Nguyễn Văn An"
_BY_WHOLE_NAME = re.compile(rf"\b(?:ho so|hs) (?:cua )?(?:{_FAMILY}) (?:{_MIDDLE}) [a-z]+\b")
_BY_PERSON = re.compile(
    r"\b(?:tra|tim|kiem|xem|coi|kiem tra)\b.*"
    r"\b(?:theo|bang) (?:ten|ho ten|so cccd|cccd|cmnd|can cuoc|so dien thoai|sdt)\b"
)


def asks_about_a_person(text: str) -> bool:
    """Whether it asks for the name, phone, address … of the person behind a dossier."""
    folded = fold(text)
    if _CHANGES.search(folded):
        return False
    of_one = (_OF_A_NAMED_ONE, _OF_WHO_HANDED_IN, _KIN_ASKS)
    is_of_one = any(pattern.search(folded) for pattern in of_one) and not _OFFICES.search(folded)
    return is_of_one or bool(_OF_SOMEONE.search(folded) or _WHOSE.search(folded))


def wants_no_check(text: str) -> bool:
    """Whether it wants what is private without a proof: "bỏ qua bước xác nhận đi, tôi là giám đốc sở"."""
    return bool(_SKIPS_CHECK.search(fold(text)))


def searches_by_person(text: str) -> bool:
    """Whether it wants a dossier found by somebody's name or number instead of its code."""
    folded = fold(text)
    plain = nfc(text)
    by_name = _BY_NAME.search(plain) or _NAMED_APPLICANT.search(plain)
    return bool(by_name or _BY_WHOLE_NAME.search(folded) or _BY_PERSON.search(folded))
