"""Small readings of what citizens write, where an intent alone says too little. Pure: text in, meaning out.

Patterns work on folded text (lower case, no marks), so they read both spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onestop.text import fold, nfc


def _any(words: Iterable[str]) -> str:
    """An alternation, longest first, so that "khong can" is not read as "khong"."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_WHO = "toi tui em minh con chau chu bac co anh chi ban ad".split()
_POLITE = "a da oi alo nha nhe nghen hen ha voi giup gium dum di nhi ne z vay roi luon thi".split()
_PLEASE = ["muon", "can", "xin", "cho", "nho", "lam on", "giup", "gium", "dum", "duoc", "dinh"]
_FILLERS = _any([*_WHO, *_POLITE, *_PLEASE])

_SKIPS = re.compile(
    rf"^\W*(?:da )?{_any(['khong', 'ko', 'k', 'hong', 'khong co', 'bo qua', 'thoi khoi', 'khoi', 'khong can'])}"
    r"(?: (?:biet|nho|a|nha|dia diem|co|di|cau nay|gi|muon noi|ro))*\W*$"
)
_WANTS_ANOTHER = re.compile(
    rf"^\W*(?:{_FILLERS}\s+)*(?:(?:tra cuu|tra|kiem tra|xem|coi|hoi)\s+)?(?:ma\s+)?ho so"
    rf"(?:\s+(?:khac|moi|nua|thu hai))?(?:\s+{_FILLERS})*\W*$"
)
_ANNOUNCING = _any(
    [*_WHO, *_POLITE, *_PLEASE]
    + "gui nop viet hoi lam bao mot 1 chut viec vu cai nay sao ve va hoac don".split()
    + ["phan anh", "gop y", "kien nghi", "khieu nai", "to cao", "phan nan", "y kien", "o dau", "the nao", "trung tam"]
)
_ONLY_ANNOUNCES = re.compile(rf"^\W*(?:{_ANNOUNCING}\W*)+$")
_LOST = re.compile(
    r"\b(?:mat|lac|that lac|khong co|khong con|hong co|ko co|khong nho|quen|rach)\b.{0,20}"
    r"\b(?:ma|giay hen|giay tiep nhan|giay bien nhan|bien nhan|phieu|giay)\b"
)
_LOST_RECEIPT = re.compile(
    r"\b(?:mat|lac|that lac|khong con|hong con|ko con|khong nho|quen|rach|khong thay|ko thay)\b.{0,12}"
    r"\b(?:ma ho so|giay hen|giay tiep nhan|giay bien nhan|bien nhan|phieu hen|phieu tiep nhan)\b"
)
_BRING = re.compile(r"\b(?:mang|dem|cam) (?:theo )?(?:gi|nhung gi|giay gi)\b|\b(?:mang|dem) gi theo\b")
_CONFIRMS = re.compile(r"^\W*(?:gui|dong y|ok|oke|duoc|u|uh|roi|xong|chac)\b")

_QUESTION_PHRASES = (
    "le phi, chi phi, phi bao nhieu, phi het, phi la, gia bao nhieu, bao nhieu tien, bao nhieu, nhieu "
    "tien, nhiu tien, dong tien, mat tien, ton bao nhieu, ton nhieu tien, ton nhieu, ton nhiu, ton tien, "
    "ton may, het bao nhieu, may ngay, may bua, may hom, may tuan, mat bao lau, bao lau, lau khong, thoi "
    "gian, thoi han, khi nao, chung nao, bao gio, moi xong, moi co, moi duoc, giay to, giay ma, ho so, "
    "gom, can nhung gi, can cac gi, can gi, nhung gi, chuan bi, mang theo, can mang, nop o, o dau, cho "
    "nao, len xa, truc tuyen, online, qua mang, tren mang, tai nha, mau don, mau to khai, to khai, bieu "
    "mau, nop, xin mau, tai mau, thu tuc"
).split(", ")
_QUESTIONS = re.compile(r"\b" + _any(_QUESTION_PHRASES) + r"\b")
_SMALL_WORDS = frozenset(
    [*_WHO, *_POLITE, *" ".join(_PLEASE).split()]
    + "cho hoi la va khong ko k dc biet sao nhu the nao ra gi nay do nua nhieu may cai cua phai".split()
    + "het mat phi gia ton tien".split()
)
_NAMES_NOTHING = _SMALL_WORDS | frozenset(
    "hoi ve thu tuc lam mot cai giay to hanh chinh dich vu cong tra cuu xem".split()
)

_ONES_OWN = {
    "ask_duration": re.compile(
        r"\b(?:bao gio|khi nao|chung nao|hoi nao|bao lau nua|may (?:ngay|bua|hom) nua|lay duoc|xong chua|co ket qua)\b"
    ),
    "ask_documents": re.compile(
        r"\b(?:bo sung|thieu|nop them|dem them|mang them|phai lam gi|lam gi (?:tiep|bay gio|gio|nua|day))\b"
    ),
    "ask_where_to_submit": re.compile(r"\b(?:lay|nhan|lanh) (?:ket qua|kq|o dau|giay)\b|\bbo sung\b"),
}
_THIS_DOSSIER = re.compile(
    r"\b(?:ho so|hs) (?:nay|do|kia|tren|vua roi|cua (?:toi|tui|minh|em|con|chau))\b"
    r"|\b(?:phai )?lam gi (?:tiep|bay gio|gio|day)\b"
)
_EVERYTHING = re.compile(
    r"\b(?:day du|chi tiet|toan bo|tat ca|het)\b.{0,12}\b(?:thong tin|thu tuc|noi dung|the nao)\b"
    r"|\b(?:xem|coi|noi|ke|chi|cho|gui)\b.{0,16}\b(?:day du|chi tiet|toan bo)\b"
)
_THERE = re.compile(
    r"^\W*(?:(?:o|tai|cua|ben|cho|noi|trung tam|co quan|may) )*(?:do|day|kia|nay|ay|tren do|ngoai do)\W*$"
)
_WHY = re.compile(r"\b(?:sao|vi sao|tai sao|ly do|co gi)\b.*\b(?:tre|lau|cham|lo hen|qua hen|chua xong|chua co)\b")
_WAITED_TOO_LONG = re.compile(
    r"\b(?:tre|lo|qua|sai) hen\b|\b(?:lau|cham|tre) (?:qua|du|khung khiep|the)\b|\bngam (?:ho so|hoai|lau)\b"
    r"|\b(?:\d+|may|ca|hai|ba|bon|nam|sau) (?:thang|tuan)(?: troi| nay| roi)*\b.{0,20}"
    r"\b(?:chua|khong|hong|ko) (?:xong|co|thay|duoc|ra)\b"
    r"|\bhoai\b.{0,15}\b(?:chua|khong|hong|ko) (?:xong|co|thay|duoc)\b"
)
_EVERY_MESSAGE = re.compile(r"\b(?:moi|tat ca|toan bo|het|tin|tin nhan|thong bao|tin tuc|bat cu|gi nua|cai gi)\b")
_LIKE_BEFORE = re.compile(r"^\W*(?:da\W+)?(?:vay |the |roi )?(?:con|vay)\b")
_SAME_ABOUT = re.compile(
    r"^\W*(?:da )?(?:vay |the |roi )*con (?P<other>.+?)(?: (?:thi sao|the nao|sao|thi))?(?: (?:a|em|vay|ha))*\W*$"
)

_LISTS_REMINDERS = re.compile(
    r"\b(?:xem|liet ke|danh sach|nhung|cac|co)\b.*\b(?:nhac|hen)\b.*\b(?:nao|gi|da dat|khong)\b"
    r"|\b(?:loi nhac|nhac hen|nhac nho) (?:nao|cua (?:toi|tui|minh|em))\b"
)
_CANCELS_REMINDER = re.compile(r"\b(?:huy|bo|xoa|thoi|khong can|dung)\b.*\b(?:nhac|hen)\b")
_REMIND_ME = re.compile(
    r"(?:\b(?:nho|lam on|giup|hay|em|ad|bot) )*\b(?:nhac|bao)(?: lai)?(?: giup| gium| dum)?(?: cho)?"
    rf" {_any(_WHO)}\b"
)
_REMINDER_EDGES = (
    re.compile(r"^(?:\W|\b(?:da|a|em oi|ad oi|alo|nho|giup|vao|luc|hoi|khi|la|de|ngay)\s)+"),
    re.compile(r"(?:\W|\s(?:nha|nhe|nghen|voi|gium|giup|dum|a|di|hen)(?=\W|$))+$"),
)
_NO_SUBJECT = re.compile(r"(?:dat |tao |them |lich )*(?:nhac|hen|nhac hen|lich|nhac nho)?")


def skips(text: str) -> bool:
    """Whether an answer leaves one question unanswered: "bỏ qua", "không có", "không biết"."""
    return bool(_SKIPS.match(fold(text)))


def wants_another_dossier(text: str) -> bool:
    """Whether "tra cứu hồ sơ" or "hồ sơ khác" asks for one that is not being talked about."""
    return bool(_WANTS_ANOTHER.match(fold(text)))


def has_lost_receipt(text: str) -> bool:
    """Whether the citizen has no code to give: "mất giấy hẹn rồi", "không có mã"."""
    return bool(_LOST.search(fold(text)))


def has_lost_this_receipt(text: str) -> bool:
    """The same where nothing else tells that a dossier is meant: the receipt must be named."""
    return bool(_LOST_RECEIPT.search(fold(text)))


def names_a_code(text: str) -> bool:
    """Whether a no is about the code: "không phải mã đó"."""
    return bool(re.search(r"\b(?:ma|ho so|hs)\b", fold(text)))


def is_about_this_dossier(text: str) -> bool:
    """Whether it points at the dossier talked about: "ai xử lý hồ sơ này", "giờ làm gì tiếp"."""
    return bool(_THIS_DOSSIER.search(fold(text)))


def wants_everything(text: str) -> bool:
    """Whether it asks for all there is to know: "xem đầy đủ", "cho xem hết thông tin"."""
    return bool(_EVERYTHING.search(fold(text)))


def points_there(text: str) -> bool:
    """Whether a marked place is none, but points at the one just spoken of: "ở đó", "chỗ này", "bên đó"."""
    return bool(_THERE.match(fold(text)))


def asks_what_to_bring(text: str) -> bool:
    """Whether it asks what to bring along."""
    return bool(_BRING.search(fold(text)))


def is_only_marks(text: str) -> bool:
    """Whether it holds neither letter nor digit: "?", "👍"."""
    return not any(character.isalnum() for character in text)


_ANGRY = frozenset("😡😠🤬👿💢👎😤🖕")


def is_angry_face(text: str) -> bool:
    """Whether it holds only marks, an angry face among them."""
    return is_only_marks(text) and not _ANGRY.isdisjoint(text)


def could_name_something(text: str) -> bool:
    """Whether it holds at least two words of letters: "' OR 1=1" names no procedure."""
    return len(re.findall(r"\b[^\W\d_]{2,}\b", text)) >= 2


def tells_something(text: str) -> bool:
    """Whether feedback says what happened, and not only that there is feedback ("tôi muốn góp ý")."""
    return len(text.split()) >= 3 and not _ONLY_ANNOUNCES.match(fold(text))


def confirms(text: str) -> bool:
    """Whether an answer to "gửi được chưa?" begins with a yes."""
    return bool(_CONFIRMS.match(fold(text)))


_PLACES = {
    "nhat": 1, "dau": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "cuoi": 0,
}  # fmt: skip
_PLACE = re.compile(
    r"\b(?:ho so|hs|cai|muc|dong|y|thu tuc|giay)(?: (?:thu|so|dau|cuoi))+"
    r"(?: (?P<at>[1-9]|nhat|hai|nhi|ba|tu|bon|nam)\b)?"
    r"|\bthu (?P<bare>nhat|hai|nhi|ba|tu|bon|nam|[1-9])$"
)
_OF_ALL = re.compile(r"\b(?:ca|tat ca|het|toan bo)\b(?: (?:\d|hai|ba|bon|nam|may|cac|nhung))?(?: (?:ho so|hs|cai))?\b")
_ASKS_WHEN = re.compile(r"\b(?:khi nao|bao gio|chung nao|hoi nao|bao lau|may ngay)\b")
_WANTS_NEWS = re.compile(
    r"\b(?:bao(?! (?:gio|lau|nhieu))|nhan|nhac|theo doi|thong bao|cap nhat|tin"
    r"|cho (?:(?:toi|tui|em|minh|anh|chi|bac|chu|co|con) )?(?:hay|biet))\b"
)


def place_named(text: str) -> int | None:
    """The place in a list that words point at: "hồ sơ thứ hai" → 2, "cái cuối" → 0; None where they do not."""
    match = _PLACE.search(fold(text).strip(" .?!"))
    if match is None:
        return None
    said = match["at"] or match["bare"] or match.group().split()[-1]
    return int(said) if said.isdigit() else _PLACES.get(said)


def means_all(text: str) -> bool:
    """Whether several things are meant together: "theo dõi cả 3 hồ sơ"."""
    return bool(_OF_ALL.search(fold(text)))


def only_asks_when(text: str) -> bool:
    """Whether it asks when something will be, and not to be told of it then: "thế khi nào mới xong"."""
    folded = fold(text)
    return bool(_ASKS_WHEN.search(folded)) and not _WANTS_NEWS.search(folded)


_YES = re.compile(r"^\W*(?:(?:da|vang|a|uhm?)\W+)*(?:dung|phai|u|uh|uhm|ok|oke|okie|dong y|chac chan|chac|xac nhan)\b")
_MOST_WORDS_OF_A_YES = 4
_QUESTIONED = re.compile(r"\b(?:khong|ko|k|hong|hok|chua|gi|nao|sao)\b|\?")


def says_yes(text: str) -> bool:
    """Whether a few words are a plain yes to an open question: "đúng, xóa", "ừ làm đi"; not "đúng không em"."""
    folded = fold(text)
    is_short = len(folded.split()) <= _MOST_WORDS_OF_A_YES
    return is_short and bool(_YES.search(folded)) and not _QUESTIONED.search(folded)


def beyond_the_question(text: str) -> str | None:
    """What a question names besides asking; None where that is too little.

    "sang tên đất bao nhiêu tiền" → "sang tên đất".
    """
    words = _blanked(nfc(text), _QUESTIONS).split()
    telling = [word for word in re.findall(r"\w+", fold(" ".join(words))) if word not in _SMALL_WORDS]
    return " ".join(words) if len(telling) >= 2 else None


_DENIED = re.compile(
    r"\b(?:chua|khong|ko|hong|hok|hem|chang|cha|dau)(?: (?:co|duoc|kip|he|chiu|phai|can|muon|lam|dang|ky|di|xin|giay"
    r"|to|thu|tuc|the)){0,4} $"
)


def asked_of(names: Sequence[str], text: str) -> list[str]:
    """Leaves out the procedures that are only told of as not done, where another is asked for.

    "ba bé chưa đăng ký kết hôn, giờ làm khai sinh sao" asks for the birth certificate alone.
    """
    folded = fold(text)
    asked = [name for name in names if not _DENIED.search(folded[: max(folded.find(fold(name)), 0)])]
    return asked or list(names)


_COSTS = re.compile(
    r"^\W*(?:da |vay |the |roi |con |a )*(?:tien |cac |khoan )*(?:thue|phi|le phi|chi phi|thue phi)(?: \w+){0,4}\W*$"
)


def is_about_costs(text: str) -> bool:
    """Whether a few words only ask what it costs: "còn thuế thì sao"."""
    return bool(_COSTS.match(fold(text)))


def names_nothing(text: str) -> bool:
    """Whether words ask for a procedure without saying which: "tôi muốn hỏi thủ tục"."""
    return all(word in _NAMES_NOTHING for word in re.findall(r"\w+", fold(text)))


def asks_about_own_dossier(text: str, intent: str) -> bool:
    """Whether a question that could be general is about a dossier handed in: "khi nào lấy được?"."""
    pattern = _ONES_OWN.get(intent)
    return pattern is not None and bool(pattern.search(fold(text)))


_NO_PHOTO = re.compile(r"\b(?:khong|ko|k|hong|hok|chua|chang) (?:co )?(?:tam |cai )?(?:anh|hinh)\b(?! nao khac)")


def has_no_photo(text: str) -> bool:
    """Whether it only says that there is no picture to add."""
    return bool(_NO_PHOTO.search(fold(text)))


def asks_why(text: str) -> bool:
    """Whether it asks why a dossier takes so long."""
    return bool(_WHY.search(fold(text)))


def has_waited_too_long(text: str) -> bool:
    """Whether it complains of the wait: "hồ sơ 3 tháng chưa xong", "trễ hẹn hoài"."""
    return bool(_WAITED_TOO_LONG.search(fold(text)))


def means_every_message(text: str) -> bool:
    """Whether "đừng gửi tin nữa" is about all messages, and not the dossier just followed."""
    return bool(_EVERY_MESSAGE.search(fold(text)))


def is_like_before(text: str) -> bool:
    """Whether a message asks the same as before of something else: "còn kết hôn?"."""
    return bool(_LIKE_BEFORE.match(fold(text)))


def same_about(text: str) -> str | None:
    """What "còn kết hôn thì sao" is about; None where it is no such question."""
    plain = nfc(text)
    match = _SAME_ABOUT.match(fold(plain))
    return plain[match.start("other") : match.end("other")] if match else None


def lists_reminders(text: str) -> bool:
    """Whether it asks which reminders there are."""
    return bool(_LISTS_REMINDERS.search(fold(text)))


def cancels_reminder(text: str) -> bool:
    """Whether it takes a reminder back."""
    return bool(_CANCELS_REMINDER.search(fold(text)))


def reminder_subject(text: str) -> str | None:
    """What to remind of, in words from which the time was cut out; None where nothing is left.

    "nhắc tôi đi lấy kết quả nha" → "đi lấy kết quả".
    """
    plain = " ".join(_blanked(nfc(text), _REMIND_ME).split())
    for pattern in _REMINDER_EDGES:
        match = pattern.search(fold(plain))
        if match:
            plain = (plain[: match.start()] + plain[match.end() :]).strip()
    return plain if len(plain) >= 4 and not _NO_SUBJECT.fullmatch(fold(plain)) else None


_ANSWER_WORDS = frozenset(
    [*_WHO, *_POLITE, *" ".join(_PLEASE).split()]
    + "o tai xa phuong huyen thi tran thanh pho tinh ap khu khom duong doan la nha que".split()
    + "thua to ban do so sbd bao danh".split()
    + "nop dat chung con cua cai do gan quanh khuc cu moi tuyen thi sao ha".split()
    + "hom nay mai mot ngay bua sang trua chieu dem tuan thang sau toi thu hai ba tu nam bay chu nhat cn".split()
)


def says_no_more_than(text: str, known: str) -> bool:
    """Whether a message holds nothing besides what was found in it and small words: "dạ xã Long Hậu"."""
    found = set(re.findall(r"\w+", fold(known)))
    return all(word in found or word in _ANSWER_WORDS for word in re.findall(r"\w+", fold(text)))


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    """Puts blanks where a pattern of folded text matches; folding keeps every character's place."""
    for match in pattern.finditer(fold(text)):
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text
