"""What a message decides about the messages that come, about data, about how we speak. Pure: text in, meaning out.

Patterns work on folded text (lower case, no marks), so they read both spellings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from onestop.text import fold

_ME = r"(?:toi|tui|minh|em|con|chau|bac|chu|co|anh|chi|ong|ba|tao|qua|me|di|cau|ba noi|ong noi)"
_OFF = r"(?:tat|ngung|dung|huy|bo|thoi|khoi|cam|chan|stop|khong (?:muon |can )nhan|khong nhan|ko (?:muon |can )?nhan)"
_ON = (
    r"(?:bat|mo|kich hoat|(?:nhan|gui|bao|nhac|dang ky)(?: tin)? (?:lai|tro lai)|cho (?:toi|tui|em"
    r"|minh) nhan)"
)
_KINDS = {
    "dossier": (
        r"\b(?:tin|thong bao|tin nhan|bao tin|tin bao|nhan tin)(?: (?:bao|ve|cua|cac|moi|may|tu dong))* (?:ho so|hs)\b"
        # "… của vợ cũ", "… cất nhà" is one dossier
        r"(?!\W+(?!(?:di|nua|lai|giup|gium|dum|nha|nhe|nghen|het|luon|voi|va|lan|thoi|cho|len|a|roi|bat|tat|mo|ngung)\b)\w)"
    ),
    "reminder": r"\b(?:tin |thong bao )?(?:nhac hen|nhac viec|tin nhac)\b",
    "news": (
        r"\b(?:tin tuc|tin moi|tin bao lu|tin bao voi|thoi su|cup dien|mat dien|tin khac|tin quang cao|quang cao"
        r"|canh bao|tin thoi tiet)\b"
    ),
    "feedback": (
        r"\b(?:tin|thong bao|tin nhan|bao tin|tin bao|nhan tin|tra loi)(?: (?:bao|ve|cua|cac|moi|may|tu dong|xu ly"
        r"|ket qua))* (?:phan anh|gop y|kien nghi)\b"
    ),
    "survey": r"\b(?:khao sat|hoi y kien|lay y kien|(?:hoi|gui|tin|xin) danh gia)\b",
}
_SMALL = (
    r"(?:lai|len|giup|gium|dum|cho|toi|tui|minh|em|chi|anh|bac|cac|may|nhung|cai|tin|thong bao|muc|di|gui|nhan|bao|nhac"
    r"|hoi|ve|het|luon|nua|may cai|phan|loai|voi|va|xem|muon|can)"
)
_ENDING = r"(?:het|di|luon|giup|gium|dum|nghen|nha|nhe|nua|ngay|cho|voi|a)"

_EVERYTHING = re.compile(
    r"\b(?:tat ca|toan bo|moi|het|bat cu)\b(?: \w+)? (?:thong bao|tin|cac tin|nhan tin|loai tin)|\bkhong nhan (?:gi"
    r"|tin gi)\b"
)

_STATE = re.compile(
    r"\b(?:dang|con) (?:bat|tat|nhan)\b.{0,20}\b(?:gi|nao|nhung gi|may loai)\b|\b(?:bat|tat) (?:gi|nhung gi"
    r"|cai nao)\b.{0,12}\b(?:tat|bat) (?:gi|cai nao)\b"
    r"|\b(?:xem|coi|chinh|doi|mo|vao) (?:phan |muc )?(?:cai dat|thiet lap|tuy chon)\b|^\W*(?:cai dat"
    r"|thiet lap)(?: thong bao| tin)?\W*$"
    r"|\b(?:thong bao|tin) (?:nao |gi )?(?:cua toi |cua tui )?(?:dang )?(?:bat hay tat|con bat|bat chua|tat chua"
    r"|dang bat|dang tat)\b"
    r"|\bchon (?:loai )?tin (?:muon |can )?nhan\b"
)
_HELD = re.compile(
    rf"\b(?:luu|giu|biet|nam|co|thu thap|ghi)\b.{{0,25}}\b(?:gi|nhung gi|cai gi|nao)\b.{{0,12}}\b(?:cua|ve) {_ME}\b"
    rf"|\b(?:thong tin|du lieu|data) (?:gi|nao) (?:cua|ve) {_ME}\b|\bdang luu (?:gi|nhung gi)\b"
)
_NO_MORE = re.compile(r"\b(?:dung|xoa|thoi|khong (?:duoc|cho|con)|cam)\b")
_ALL_OF = (
    r"(?:(?:toan bo|tat ca|het|cac|nhung|may|ban sao|file|tep|lich su|cho|toi|tui|minh|em|giup|gium|dum|lai|ve"
    r"|ra|moi)\s+)*"
)
_EXPORTS = re.compile(
    rf"\b(?:tai|xuat|export|download|sao luu|trich|backup)\s+{_ALL_OF}(?:du lieu|data|thong tin|lich su (?:chat"
    rf"|tro chuyen|nhan tin)|tin nhan)\b"
    rf"|\b(?:xem|coi|doc|gui|xin|lay|cho|dua)\s+{_ALL_OF}(?:du lieu|data)(?: ca nhan)?\b"
    rf"|\b(?:xem|coi|doc|xin|lay)\s+{_ALL_OF}thong tin(?: ca nhan)? (?:da luu |dang luu |ma .{{0,20}}luu )?(?:cua"
    rf"|ve) {_ME}\b"
    rf"|\b(?:du lieu|data)(?: ca nhan)? (?:cua|ve) {_ME} (?:dau|gui|tai|xuat)\b"
)
_NOT_OURS = re.compile(r"\b(?:dat|quy hoach|cup dien|diem thi|thua|ho so|thu tuc|ban do|mau|don|to khai)\b")
_OF_OTHERS = re.compile(
    r"\b(?:cua|ve) (?:nguoi (?:khac|ta|nay|do|dan|nop|nha|yeu)|vo|chong|con (?:trai|gai|dau|re|toi|tui)|ba (?:toi"
    r"|tui|me|ma)|me (?:toi|tui)|ma (?:toi|tui)"
    r"|cha|bo (?:toi|tui|me)|hang xom|ban (?:toi|tui|gai|trai|be)|sep|ong (?!noi\b)\w{2,}|ba (?!noi\b|ngoai\b)\w{2,}"
    r"|anh [a-z]{2,}|chi [a-z]{2,}|co [a-z]{2,}|chu [a-z]{2,}"
    r"|so (?:dien thoai |dt )?0\d+|0\d{8,9}|\+84|moi nguoi|tat ca|khach|nhan vien|thang|con nho)\b"
)
_POLITE_AFTER = frozenset(
    "di ve voi nha nhe giup gium dum a ra luon duoc cho ha khong ko gui tai xem hen nghen dang da ma".split()
)

_SIMPLE_ON = re.compile(
    r"\b(?:che do|kieu|cach) (?:noi )?(?:nguoi (?:gia|lon tuoi|cao tuoi)|don gian|de doc|chu (?:to|lon|bu))\b"
    r"|\b(?:noi|tra loi|viet|nhan|giai thich)"
    r"(?: (?:chuyen|cho|voi|toi|tui|bac|ong|ba|co|chu|con|no|lai|gi|that|cho no))* "
    r"(?:ngan(?: gon)?(?: thoi| lai| di| hon)?|don gian|de hieu(?: thoi| di| chut| xiu)?|gon(?: thoi| lai| di)?"
    r"|cham lai)\b"
    r"|\bchu (?:to|lon|bu)\b|\bchu (?:nho|be) qua\b"
    r"|^\W*(?:toi |tui |bac |ong |ba )?(?:la )?nguoi (?:gia|lon tuoi|cao tuoi)(?: roi| ma| a)?\W*$"
    r"|\b(?:gia (?:roi|ca)|lon tuoi(?: roi)?|mat (?:kem|mo|yeu))\b.{0,40}"
    r"\b(?:khong (?:thay|doc|bam)|kho (?:doc|bam|coi|xem)|mat (?:kem|mo|yeu)|doc khong|bam khong|noi ngan"
    r"|noi don gian)\b"
    r"|\b(?:khong|ko) (?:biet )?bam (?:duoc )?(?:cai )?nut\b|\bnoi (?:gi )?(?:dai|nhieu|lang nhang) qua\b"
)
_SIMPLE_OFF = re.compile(
    r"\b(?:tat|bo|thoi|huy|thoat|khoi|ngung)\b.{0,12}\b(?:che do|kieu)?\s*(?:nguoi (?:gia|lon tuoi|cao tuoi)"
    r"|noi don gian|don gian|noi ngan|chu (?:to|lon|bu))\b"
    r"|\b(?:noi|tra loi|viet) (?:lai )?(?:binh thuong|nhu (?:cu|truoc|thuong)|day du|chi tiet)(?: lai| tro lai| di"
    r"| thoi)?\b|\b(?:hien|cho|dung) (?:lai )?(?:cai )?nut (?:lai|tro lai|bam lai)\b"
)
# "chế độ người cao tuổi được bao nhiêu", "tắt chữ to trên điện thoại", "trả lời dễ hiểu hơn người": another matter.
_NOT_ABOUT_US = re.compile(
    r"\b(?:bao nhieu|duoc nhan|duoc huong|tro cap|huong|la gi|tien|thu tuc|giay to|bao hiem|duoc gi|ho so|luong"
    r"|hang thang"
    r"|dien thoai|man hinh|may tinh|cam on|danh gia|gap|so|hon nguoi|viec gi)\b"
)
LONGEST_SPEECH_WISH_WORDS = 14
LONGEST_WISH_WORDS = 24


@dataclass(frozen=True)
class SwitchWish:
    """Which kinds of messages shall come or not; no kinds: all of them."""

    kinds: tuple[str, ...]
    wanted: bool


def switch_wish(text: str) -> SwitchWish | None:
    """Whether kinds of messages shall be switched: "tắt tin hồ sơ", "bật lại nhắc hẹn"; None where none is named."""
    folded = fold(text)
    kinds = tuple(name for name, pattern in _KINDS.items() if re.search(pattern, folded))
    is_off = any(_stands_by(_OFF, _KINDS[kind], folded) for kind in kinds)
    is_on = any(_stands_by(_ON, _KINDS[kind], folded) for kind in kinds)
    if not is_off and not is_on:
        return None
    tells_of_before = re.search(r"\b(?:lo|hom|bua|dot|truoc|tuan)\b.{0,20}\btat\b", folded) is not None
    is_undone = tells_of_before or "bo tat" in folded  # "hôm trước lỡ tắt, giờ mở lại"
    return SwitchWish(kinds, is_on and (not is_off or is_undone))


def _stands_by(verb: str, kind: str, folded: str) -> bool:
    """Whether a verb is about a kind: with only small words between, or behind it at the end of a clause."""
    before = rf"\b{verb}\b(?:\s+{_SMALL})*\s+{kind}"
    behind = rf"{kind}(?:\W+\w+){{0,7}}?\W+{verb}(?:\s+{_SMALL})*(?:\s+{_ENDING})*\W*(?:$|[,.!])"
    return bool(re.search(before, folded) or re.search(behind, folded))


def means_everything(text: str) -> bool:
    """Whether all messages are meant, also where kinds are named besides: "tất cả thông báo, hồ sơ lẫn tin tức"."""
    return bool(_EVERYTHING.search(fold(text)))


def asks_settings(text: str) -> bool:
    """Whether it asks what is on and what is off."""
    return bool(_STATE.search(fold(text)))


def asks_what_is_held(text: str) -> bool:
    """Whether it asks what we hold of this very citizen: "bạn lưu gì của tôi"."""
    folded = fold(text)
    return bool(_HELD.search(folded)) and not _NO_MORE.search(folded)


def wants_own_data(text: str) -> bool:
    """Whether it asks for a copy of the data: "cho tôi tải dữ liệu của tôi"."""
    folded = fold(text)
    return bool(_EXPORTS.search(folded)) and not _NOT_OURS.search(folded)


def is_of_others(text: str) -> bool:
    """Whether the data wanted are somebody else's: "dữ liệu của chồng tôi", "của số 0912…"."""
    match = _OF_OTHERS.search(fold(text))
    return match is not None and match.group().split()[-1] not in _POLITE_AFTER


def simple_speech_wish(text: str) -> bool | None:
    """Whether we shall speak simply (True), as usual again (False), or nothing of that is said (None)."""
    folded = fold(text)
    if _NOT_ABOUT_US.search(folded) or len(folded.split()) > LONGEST_SPEECH_WISH_WORDS:
        return None
    if _SIMPLE_OFF.search(folded):
        return False
    return True if _SIMPLE_ON.search(folded) else None
