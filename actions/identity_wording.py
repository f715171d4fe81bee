"""Small readings of what citizens write about phone numbers, codes, and followers. Pure.

They go before NLU's opinion, which never learnt these distinctions ("hủy liên kết" was taken for erasing everything).
"""

from __future__ import annotations

import re

from onestop.text import fold
from onestop.text.phones import find_phones

_SELF = "(?:toi|tui|minh|em|con|chau|anh|chi|bac|co|chu|tao|to)"
_RELINKS = re.compile(r"\b(?:thay|doi|sua|so moi|lien ket lai|lay so|cap nhat|chuyen)\b")
_UNLINKS = re.compile(r"\b(?:huy|bo|go|ngat|xoa|tat)\b(?: \w+){0,3} (?:lien ket|ket noi)\b")
_TAKES_NUMBER_OFF = re.compile(
    r"\b(?:huy|bo|go|ngat|xoa)\b(?: \w+){0,2} (?:so dien thoai|so dt|sdt|(?<!ho )so cua \w+)\b"
    r".*\b(?:khoi|ra|day|zalo|di)\b"
)
_ERASES = re.compile(r"\b(?:sach|het|moi thu|du lieu|thong tin|lich su|he thong|luu|xoa luon|ten)\b")
_OTHERS = re.compile(r"\b(?:huy|bo|go|ngat|xoa|duoi)\b.{0,20}\b(?:zalo|tai khoan|may) (?:khac|kia|con lai)\b")
_MOST_WORDS = 25
_FOLLOWING = re.compile(r"\b(?:theo doi|xem|coi)\b")
_ASKS_LINKED = re.compile(
    r"\b(?:lien ket|gan|ket noi)\b.{0,20}\b(?:so|sdt|dien thoai) (?:nao|gi)\b"
    r"|\b(?:so|sdt|dien thoai) (?:nao|gi)\b.{0,20}\b(?:lien ket|gan|ket noi)\b"
    rf"|\b(?:{_SELF} )?(?:da|dang) (?:duoc )?(?:lien ket|ket noi)\b(?!.*\b(?:sao|ma|nhung)\b)"
    r".{0,25}\b(?:chua|khong|ko)\b"
)
_DESK = re.compile(r"\b(?:qr|(?:o|tai|ngoai|ra) quay|can bo (?:quet|tao|lien ket))\b")
_RESEND = re.compile(
    r"\bgui lai\b|\b(?:gui|cho|xin|lay|phat)\b.{0,15}\bma\b.{0,15}\b(?:lai|khac|moi|nua)\b"
    r"|\b(?:ma|otp)\b.{0,15}\bhet han\b|\b(?:ma|otp) (?:khac|moi)\b"
)
_LACKS_CODE = re.compile(
    r"\b(?:chua|khong|hong|ko|k|chang|cha|hok)\b(?: (?:thay|co|nhan|duoc|gui|ai|he|toi|ve|gi))*.{0,6}"
    r"\b(?:ma|otp|tin nhan|sms|tin)\b"
    r"|\b(?:ma|otp|tin nhan)\b.{0,20}\b(?:chua|khong|ko|hong) (?:thay|toi|ve|den|co|gui)\b"
)
_OTHER_NUMBER = re.compile(
    r"\b(?:doi|thay|nhap lai|sua|sai|nham|lon)\b.{0,15}\b(?:(?<!ho )so|sdt)\b|\b(?:(?<!ho )so|sdt) (?:khac|moi|sai)\b"
)
_COUNTS = re.compile(r"\b(?:ai|may nguoi|bao nhieu nguoi|nhieu nguoi|nhung ai)\b.{0,25}\btheo doi\b")
_SENDS_AWAY = re.compile(
    r"\b(?:bo|xoa|huy|duoi|chan|loai|go|cat|khoa|khong cho|dung cho|ngung cho|khong muon)\b.{0,20}"
    r"\b(?:(?:nguoi|ai|may nguoi|nhung nguoi|dua)(?: (?:dang )?(?:theo doi|xem))? (?:khac|la|kia|con lai))\b"
)
_LETS_BACK = re.compile(
    rf"\b(?:cho phep|cho|de)\b (?!{_SELF} (?:duoc )?theo doi).{{0,25}}\btheo doi (?:lai|tro lai)\b"
    r"|\bmo khoa\b.{0,20}\b(?:ho so|theo doi)\b|\bmo lai\b.{0,15}\btheo doi\b"
)
_PAPERS = re.compile(
    r"\b(?:da nop|nop roi|trong ho so|da dua)\b.{0,20}\bgiay (?:to|gi|nao)\b"
    r"|\bgiay(?: to)?\b.{0,15}\b(?:da nop|trong ho so)\b"
)
_ASKS_NUMBER_EXISTS = re.compile(
    r"\b(?:co|ton tai|nam)\b.{0,15}\b(?:trong|he thong|ho so)\b.{0,25}\b(?:khong|ko|chua|nao)\b|\bho so nao\b"
)


def unlinks_phone(text: str) -> bool:
    """Whether it unties the phone: "hủy liên kết"; not "gỡ số cũ, thay số 09…", nor erasing everything."""
    return bool(_UNLINKS.search(fold(text))) and not _means_more(text)


def takes_number_off(text: str) -> bool:
    """Whether it takes a number off ("gỡ sđt em ra"): that unties a linked one, and erases where none is linked."""
    return bool(_TAKES_NUMBER_OFF.search(fold(text))) and not _means_more(text)


def _means_more(text: str) -> bool:
    folded = fold(text)
    return bool(_RELINKS.search(folded) or _ERASES.search(folded) or find_phones(text))


def unlinks_others(text: str) -> bool:
    """Whether it unties the phone from other accounts: "gỡ các Zalo khác"."""
    folded = fold(text)
    return bool(_OTHERS.search(folded)) and "theo doi" not in folded


def asks_linked_phone(text: str) -> bool:
    """Whether it asks which number is linked."""
    return bool(_ASKS_LINKED.search(fold(text))) and not find_phones(text)


def names_desk(text: str) -> bool:
    """Whether linking is to happen at the desk: "liên kết bằng mã QR ở quầy"."""
    return bool(_DESK.search(fold(text))) and not find_phones(text)


def wants_code_again(text: str) -> bool:
    """Whether it asks for another code; to be asked while one is awaited."""
    return bool(_RESEND.search(fold(text)))


def lacks_code(text: str) -> bool:
    """Whether the code did not come; to be asked while one is awaited."""
    return bool(_LACKS_CODE.search(fold(text)))


def wants_other_number(text: str) -> bool:
    """Whether it takes another number than before."""
    return bool(_OTHER_NUMBER.search(fold(text)))


def is_little_more_than_a_phone(text: str) -> bool:
    """Whether a message is one phone number with few words around."""
    found = find_phones(text)
    return len(found) == 1 and len(text.replace(found[0].written, " ").split()) <= 5


def asks_whether_known(text: str) -> bool:
    """Whether it asks if dossiers exist under a number that it names."""
    return bool(find_phones(text)) and bool(_ASKS_NUMBER_EXISTS.search(fold(text)))


def counts_followers(text: str) -> bool:
    """Whether it asks who follows a dossier."""
    return bool(_COUNTS.search(fold(text)))


def sends_followers_away(text: str) -> bool:
    """Whether nobody else shall follow any more: "bỏ hết người theo dõi khác"."""
    folded = fold(text)
    is_short = len(folded.split()) <= _MOST_WORDS
    return is_short and bool(_SENDS_AWAY.search(folded)) and bool(_FOLLOWING.search(folded))


def lets_followers_back(text: str) -> bool:
    """Whether others may follow again: "cho người nhà theo dõi lại"."""
    return bool(_LETS_BACK.search(fold(text)))


def asks_handed_in_papers(text: str) -> bool:
    """Whether it asks which papers were handed in with a dossier."""
    return bool(_PAPERS.search(fold(text)))
