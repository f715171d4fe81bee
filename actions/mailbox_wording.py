"""Small readings of what citizens write about feedback and officers. Pure: text in, meaning out.

Patterns work on folded text (lower case, no marks), so they read both spellings.
"""

from __future__ import annotations

import re

from onestop.text import fold, has_diacritics, nfc

_PLACE_WORDS = (
    "xã, phường, ấp, khu phố, kp, thị trấn, tt, huyện, đường, hẻm, ngõ, quốc lộ, ql, tỉnh lộ, số nhà, cầu, chợ, "
    "trường, bệnh viện, ngã ba, ngã tư, ngã năm, đối diện, gần, phía, trước cửa, trước nhà, sau lưng, nhà tôi, "
    "nhà tui, đầu hẻm, đầu đường, đầu xóm, đầu cầu, cuối hẻm, cuối đường, cuối ấp, kênh, rạch, bờ kè, công viên, trung "
    "tâm, ubnd, ủy ban, tòa nhà, chung cư, khu công nghiệp, kcn, xóm, thôn, đoạn, khúc"
).split(", ")
_TOO_COMMON_UNMARKED = frozenset({"cầu", "chợ", "gần", "phía", "xóm", "đoạn", "khúc", "tt"})
_PLACE = re.compile(rf"\b(?:{'|'.join(_PLACE_WORDS)})\b")
_UNMARKED_PLACE = re.compile(
    rf"\b(?:{'|'.join(fold(one) for one in _PLACE_WORDS if one not in _TOO_COMMON_UNMARKED)})\b"
)
_PLACE_EDGES = (
    re.compile(r"^(?:\W|\b(?:da|a|thua|thi|no|la|o|tai|ngay|cho nay|nam)\b(?! \d))+"),
    re.compile(r"(?:\W|\b(?:a|ah|nha|nhe|nghen|do|em|em oi|ad|anh|chi|ne|nhen)\b)+$"),
)
_ONLY_SENDS = re.compile(
    r"^\W*(?:(?:da|ok|oke|uh|u|thoi|cu|em|roi)\W+)*gui(?:\W+(?:di|luon|giup|gium|nha|nhe|a|em|thoi))*\W*$"
)
_LONGEST_PLACE, _LONGEST_UNKNOWN_PLACE = 14, 8  # words; a longer answer goes on with the story
_GRIEVANCE = re.compile(
    r"\b(?:hu|tre|cham|hong ai|khong ai|khong thay|khong chiu|thai do|hoai|hoi thui|ngap|mat ve sinh|o nhiem|buc xuc|"
    r"lau qua|lam kho|vo ly|xuong cap|lo hen|qua han|sai|bat|dan|bi)\b"
)
_QUESTION = re.compile(
    r"\?|\b(?:bao nhieu|o dau|khi nao|bao gio|chung nao|may gio|can gi|can nhung gi|giay to gi|giay gi|the nao|ra sao|"
    r"cho hoi|hoi chut|hoi xiu|tra cuu|tra ho so|khoan|so dien thoai|sdt|dia chi|lam sao de|gio lam viec)\b"
)
_CORRECTS = re.compile(
    r"\b(?:khong phai|khong dung|hong phai|ko phai|k phai|sai roi|sai linh vuc|nham|doi (?:linh vuc|thanh|sang|qua)|"
    r"chuyen (?:sang|thanh|qua)|la (?:ve|vu|chuyen)|ve (?:viec|vu|chuyen|van de)|thuoc (?:ve|linh vuc)|day la|"
    r"cai nay la)\b"
)
_ANONYMOUS = re.compile(
    r"\b(?:an danh|giau ten|nac danh|khong (?:ghi|neu|de|muon (?:de |lo |ghi )?|cho ai biet) ?ten|giu bi mat|"
    r"dung (?:ghi|de|noi) ten)\b"
)
_DROPS_PHOTOS = re.compile(r"\b(?:bo|xoa|khong (?:gui|kem)|dung (?:gui|kem)) (?:het |may |cai |tam )*(?:anh|hinh)\b")
_CORRECTS_PLACE = re.compile(
    r"^\W*(?:da |a |thi )?(?:(?:cho|noi|dia diem|dia chi|vi tri)(?: xay ra| do| nay| dung)? (?:la|o)|o|tai)\s+"
    r"(?P<place>\S.*)$"
)
_REOPENS = re.compile(
    r"\b(?:mo lai|chua (?:giai quyet|xu ly|xong|lam gi|sua|on)|van (?:chua|con|vay|y nhu|nhu cu)|"
    r"lam lai di|chua thay gi)\b"
)
_ONLY_A_PERSON = frozenset(
    "toi tui hoi em minh con chau chu bac co anh chi ban ad a da oi alo nha nhe nghen ha voi giup gium dum di nhi ne z "
    "vay roi luon thi muon can xin cho nho lam on duoc dinh gap noi chuyen nguoi that can bo nhan vien tu van vien "
    "truc tiep ket noi may chuyen lien he voi ai do mot 1 bot robot khong phai hoi chut xiu nao day tro ly kenh ho tro "
    "chat tra loi dau ra goi chuc trach phu va la de nhan tin chuyen vien cskh nguoi phu trach gap luon thoi".split()
)


def is_place(text: str, has_name: bool = False) -> bool:
    """Whether an answer to "ở đâu" names a place, and does not go on with the story.

    Args:
        has_name: A commune or centre of the province was recognised in it.
    """
    count = len(text.split())
    if has_name or count <= 3:
        return count <= _LONGEST_PLACE
    if count > _LONGEST_UNKNOWN_PLACE or _GRIEVANCE.search(fold(text)):
        return False
    return bool(_PLACE.search(nfc(text).lower()) if has_diacritics(text) else _UNMARKED_PLACE.search(fold(text)))


def tidy_place(text: str) -> str:
    """A place without the manners around it: "dạ ở ngay chợ Cần Giuộc á em" → "chợ Cần Giuộc"."""
    plain = nfc(text).strip()
    for edge in _PLACE_EDGES:
        match = edge.search(fold(plain))
        if match and match.end() - match.start() < len(plain):
            plain = (plain[: match.start()] + plain[match.end() :]).strip()
    return plain


def only_sends(text: str) -> bool:
    """Whether it says no more than "send it": "gửi đi", "ok gửi"."""
    return bool(_ONLY_SENDS.match(fold(text)))


def is_question(text: str) -> bool:
    """Whether it asks something, and complains of nothing."""
    plain = fold(text)
    return bool(_QUESTION.search(plain)) and not _GRIEVANCE.search(plain)


def corrects(text: str) -> bool:
    """Whether it puts right what was understood: "không phải, cái này là về rác"."""
    return bool(_CORRECTS.search(fold(text)))


def wants_anonymous(text: str) -> bool:
    """Whether the citizen wants to stay unnamed."""
    return bool(_ANONYMOUS.search(fold(text)))


def drops_photos(text: str) -> bool:
    """Whether the pictures are to be left out."""
    return bool(_DROPS_PHOTOS.search(fold(text)))


def place_corrected(text: str) -> str | None:
    """The place in "ở ấp 4", "địa điểm là chợ Cần Giuộc"; None where it says something else."""
    if len(text.split()) > 14:
        return None
    match = _CORRECTS_PLACE.match(fold(text))
    return text[match.start("place") :].strip(" .!") if match else None


def reopens(text: str) -> bool:
    """Whether the citizen is not content with an answer: "chưa, vẫn vậy", "mở lại giúp tôi"."""
    return bool(_REOPENS.search(fold(text)))


_DROPS_OFFICER = re.compile(
    r"^\W*(?:da |a |em oi )*(?:thoi|khoi|khong can|ko can|k can|huy)\b(?: \w+){0,3}? "
    r"(?:gap|can bo|nguoi that|tu van vien)\b"
)
_MOST_WORDS_OF_A_DROP = 9


def drops_officer(text: str) -> bool:
    """Whether an officer is no longer needed: "thôi khỏi gặp nữa"."""
    folded = fold(text)
    return len(folded.split()) <= _MOST_WORDS_OF_A_DROP and bool(_DROPS_OFFICER.search(folded))


def question_for_officer(text: str) -> str:
    """What a wish for an officer asks besides; empty where it only asks for a person."""
    telling = [word for word in re.findall(r"\w+", fold(text)) if word not in _ONLY_A_PERSON]
    return text if telling else ""
