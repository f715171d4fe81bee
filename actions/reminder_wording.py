"""What a message wants of reminders: see them, drop some, move one, be reminded again. Pure: text in, meaning out.

Patterns work on folded text (lower case, no marks), so they read both spellings.
"""

from __future__ import annotations

import re
from datetime import datetime

from actions.wording import reminder_subject
from onestop.text import fold, nfc
from onestop.text.numbers import parse_number
from onestop.text.reminder_times import read_reminder_time, read_shift, time_spans

_NOUN = (
    r"(?:loi nhac|nhac hen|nhac nho|nhac viec|lich nhac|lich hen|hen nhac|hen gio|cai nhac|cai hen|gio nhac"
    r"|ngay nhac|gio hen|nhac)"
)
_SMALL = (
    r"(?:het|tat ca|toan bo|cai|may|nhung|cac|giup|gium|dum|di|luon|so|ca|cho|toi|tui|minh|em|con|chau|bac|chu|co|anh"
    r"|chi|ong|ba|da|lan|thoi|loi|mot|hai|nay|do|kia|\d)"
)
_LISTS = re.compile(
    r"\b(?:xem|coi|liet ke|danh sach|kiem tra|mo|doc)\b(?:\s+\w+){0,4}?\s+"
    r"(?:loi nhac|nhac hen|nhac nho|lich nhac|lich hen|hen nhac|da nhac|dang nhac)\b"
    r"|\b(?:co|con|dang|dat|nhung|cac|may)\b(?:\s+\w+){0,4}?\s+(?:loi nhac|hen nhac|nhac hen|nhac nho|nhac|lich hen)\b"
    r"(?:\s+\w+){0,4}?\s+(?:nao|gi|khong|chua|ko|k|hong|hem)\b"
    r"|\b(?:loi nhac|nhac hen|lich nhac) (?:nao|cua (?:toi|tui|minh|em|con|chau|bac|chu|co|anh|chi))\b"
    r"|^\W*(?:cac |nhung |danh sach )?(?:loi nhac|lich nhac)(?: da dat)?\W*$|^\W*(?:xem )?danh sach nhac\W*$"
)
_ASKS_ABILITY = re.compile(
    r"\b(?:duoc|biet) (?:khong|ko|k|hong|hem|hok|chua)\b|\bnhac (?:toi|tui|minh|em|con|bac|chu|co|anh|chi) (?:di|dem"
    r"|mang|nop|lay|lam)\b"
)
_VACCINE = re.compile(r"\b(?:tiem|mui|chich) nhac\b")
_CANCELS = re.compile(
    rf"\b(?:huy|bo|xoa|go|dep)(?:\s+{_SMALL})*\s+{_NOUN}\b"
    r"|\b(?:khoi|dung|khong can|ko can|k can|thoi khong|het can)(?:\s+(?:can|phai|co))?\s+nhac\b(?! (?:lai|den"
    r"|toi chuyen|ho so))"
    r"|\bthoi (?:khoi |dung )?nhac\b"
)
_CHANGES = re.compile(
    rf"\b(?:doi|sua|chuyen|hoan|lui|thay doi|chinh|cap nhat)(?:\s+{_SMALL})*\s+{_NOUN}\b"
    rf"|\b{_NOUN} (?:{_SMALL} )*(?:doi|sua|chuyen|lui|hoan) (?:qua|sang|thanh|lai|toi|den)\b"
)
_CHANGE_VERB = re.compile(r"\b(?:doi|sua|chuyen|hoan|lui|thay|tre|muon|som|cham|de|dat)\b")
_ASKS_ANEW = re.compile(r"\b(?:nhac|keu|bao|hu) (?:toi|tui|minh|em|con|chau|bac|chu|co|anh|chi|ong|ba|ma|me)\b")
_LEADING_VERB = re.compile(r"^(?:nhắc|nhac)(?: nhở| nho)? (?=\w)", re.IGNORECASE)
_SHORTEST_SUBJECT = 4
_NOT_A_TIME_ONLY = re.compile(r"\b(?:len|duoc|hen|toi ngay|lay)\b")
_NEW_TEXT = re.compile(rf"\b(?:doi|sua|thay|chinh)\b(?:\s+(?:{_SMALL}|{_NOUN}|noi dung|viec))*\s+thanh\s+(?P<what>.+)$")
_AGAIN = re.compile(
    r"\bnhac(?: (?:toi|tui|minh|em|con|chau|bac|chu|co|anh|chi|ong|ba))? lai\b|\b(?:lat|ti|chut|xiu) nua nhac\b"
    r"|\b(?:lat|ti|chut) nhac\b"
)
_ALL = re.compile(r"\b(?:het|tat ca|toan bo|sach|ca thay|moi loi nhac)\b")
_THIS_ONE = re.compile(r"\b(?:nay|do|vua roi|vua dat|moi dat|cuoi|moi nhat)\b")
_NUMBERS = re.compile(
    r"(?:\b(?:so|thu|cai|loi nhac|nhac hen|cau|dong)\s+)?(?<![\d/:h])\b([1-9]|1\d|20)\b(?!\s*(?:h|g|gio|phut|tieng"
    r"|ngay|tuan|/|:))"
)
_DROPS = re.compile(r"^\W*(?:da |thoi )*(?:bo|huy|xoa|go)\b")
_MOST_WORDS_OF_A_DROP = 6
_FIRST = re.compile(r"\b(?:thu nhat|dau tien|cai dau)\b")
_LIST_OF_NUMBERS = re.compile(
    r"^\W*(?:da |bo |huy |xoa |so |cai |thu |loi nhac )*\d{1,2}(?:\s*(?:,|va|voi|;|\+|&|\s)\s*(?:so |cai "
    r"|thu )?\d{1,2})+\W*(?:nha|nhe|di|a|giup|gium|luon)?\W*$"
)
_FILLERS = frozenset(
    "a da oi alo nha nhe nghen hen ha voi giup gium dum di nhi ne z vay roi luon thi thoi ma khong ko cai do nay cho "
    "qua "
    "sang thanh lai toi den vao luc vo em toi tui minh con chau chu bac co anh chi ong ba hay la nhac loi hen gio ngay "
    "khi them hon len xuong tre muon som cham doi sua chuyen hoan lui thay de dat duoc dum ok uh u lay".split()
)


def lists_reminders(text: str) -> bool:
    """Whether it asks which reminders there are: "xem lời nhắc", "tui có hẹn nhắc gì không"."""
    folded = fold(text)
    if _VACCINE.search(folded):
        return False
    return bool(_LISTS.search(folded)) and not _ASKS_ABILITY.search(folded) and not _CANCELS.search(folded)


def cancels_reminder(text: str) -> bool:
    """Whether it takes reminders back: "hủy lời nhắc", "khỏi nhắc nữa"."""
    return bool(_CANCELS.search(fold(text)))


def changes_reminder(text: str, now: datetime, just_set: bool) -> bool:
    """Whether it changes a reminder: "đổi lời nhắc sang 9h"; right after one was set also "dời qua 9h", "9h thôi".

    Args:
        just_set: Reminders are what is being talked about.
    """
    folded = fold(text)
    if _CHANGES.search(folded):
        return True
    if _ASKS_ANEW.search(folded) and not _CHANGE_VERB.search(folded):
        return False  # "9h mai nhắc tôi đi chợ"
    if not just_set or not (read_shift(text) or read_reminder_time(text, now, is_answer=True).says_something):
        return False
    if not _CHANGE_VERB.search(folded) and (folded.rstrip().endswith("?") or _NOT_A_TIME_ONLY.search(folded)):
        return False
    return not _words_besides_time(text, now)


def reminds_again(text: str) -> bool:
    """Whether it wants the reminder that just came once more: "nhắc lại sau 1 giờ", "lát nhắc lại"."""
    return bool(_AGAIN.search(fold(text)))


def new_subject(text: str, now: datetime) -> str | None:
    """What a reminder shall be about from now on: "sửa lời nhắc thành đi họp tổ dân phố"."""
    plain = nfc(text)
    match = _NEW_TEXT.search(fold(plain))
    if match is None:
        return None
    return subject_of(plain[match.start("what") : match.end("what")], now)


def subject_of(text: str, now: datetime) -> str | None:
    """What to remind of: the words without the time and the "nhắc tôi"; None where nothing is left."""
    text = nfc(text)
    for start, end in time_spans(text, now):
        text = text[:start] + " " * (end - start) + text[end:]
    subject = reminder_subject(text)
    left = _LEADING_VERB.sub("", subject) if subject else ""
    return left if len(left) >= _SHORTEST_SUBJECT else subject


def means_all(text: str) -> bool:
    """Whether all reminders are meant."""
    return bool(_ALL.search(fold(text)))


def means_last(text: str) -> bool:
    """Whether the reminder just talked about is meant."""
    return bool(_THIS_ONE.search(fold(text)))


def numbers_in(text: str) -> list[int]:
    """The places in the list that are named: "hủy lời nhắc 1 và 3"."""
    found = [int(one) for one in _NUMBERS.findall(fold(text))]
    spoken = re.search(r"\b(?:so|thu|cai)\s+(mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)\b", fold(text))
    if not found and spoken:
        number = parse_number(spoken[1])
        found = [number] if number else []
    if not found and _FIRST.search(fold(text)):
        found = [1]
    return list(dict.fromkeys(found))


def is_list_of_numbers(text: str) -> bool:
    """Whether it is nothing but several places in a list: "1 và 3"."""
    return bool(_LIST_OF_NUMBERS.match(fold(text)))


def drops_a_place(text: str) -> bool:
    """Whether one in a list goes: "bỏ cái thứ nhất", "xóa số 2"."""
    folded = fold(text)
    is_short = len(folded.split()) <= _MOST_WORDS_OF_A_DROP
    return is_short and bool(_DROPS.match(folded)) and bool(numbers_in(text))


def says_more_than_time(text: str, now: datetime) -> bool:
    """Whether there is anything beside a time: "8h sáng đi họp"."""
    return bool(_words_besides_time(text, now))


def cancelled_subject(text: str, now: datetime) -> str:
    """The words that say which reminder goes: "hủy lời nhắc đi họp" → "di hop" (folded)."""
    left = fold(_without_time(text, now))
    left = _CANCELS.sub(" ", left)
    return " ".join(word for word in re.findall(r"\w+", left) if word not in _FILLERS and not word.isdigit())


def _words_besides_time(text: str, now: datetime) -> list[str]:
    words = re.findall(r"\w+", fold(_without_time(text, now)))
    return [
        word
        for word in words
        if word not in _FILLERS and not re.fullmatch(r"\d+(?:h|g|p)?\d*", word) and word not in _SHIFT_WORDS
    ]


_SHIFT_WORDS = frozenset("tieng phut gio ngay tuan bua hom ruoi nua mot hai ba bon nam sau bay tam chin muoi".split())


def _without_time(text: str, now: datetime) -> str:
    text = nfc(text)
    for start, end in time_spans(text, now):
        text = text[:start] + " " * (end - start) + text[end:]
    return text
