"""Which of the choices just offered a typed answer picks: by number, by place in the list, by words of its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onestop.text import fold

MOST_WORDS = 7
"""A longer message is more than a choice: language understanding reads it."""

_ORDINALS = {
    "mot": 1, "nhat": 1, "dau": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5,
}  # fmt: skip
_PICK = re.compile(
    r"(?:(?:so|cai|chon|thu|nut|muc|y|phuong an|lua chon|dong|viec|cau)\s+)+(?:so\s+|thu\s+)?"
    r"(?P<number>[1-9]\d?|mot|nhat|hai|nhi|ba|bon|tu|nam|dau(?: tien)?|cuoi(?: cung)?)|(?P<bare>[1-9]\d?)"
)
_MANNERS = frozenset(
    "da vang a ah nha nhe nhen nghen nghe di em anh chi co chu bac oi cho toi tui minh con chau xin chon lay lam muon "
    "cai so viec thu tuc la do ay nay thi sao bi hoi ve nua luon can ok uh um roi voi giup dum gium".split()
)
# What people say instead of the official verb of a title.
_MEANT = {
    "mat": "cap lai", "hu": "cap lai", "hong": "cap lai", "rach": "cap lai", "lac": "cap lai", "rot": "cap lai",
    "het han": "gia han", "thi": "sat hach", "moi": "cap moi", "lan dau": "lan dau",
}  # fmt: skip
_REFUSES = frozenset({"khong", "ko", "k", "hok", "hong", "khong phai", "khoi", "thoi"})


def choice_in(text: str, titles: Sequence[str]) -> int | None:
    """The place (from 0) of the title that an answer picks.

    "2", "số hai nha", "cái cuối", "cấp lại", "bị mất" (of "Đổi giấy phép" and "Cấp lại giấy phép"). None where the
    answer picks none, or could be two.
    """
    words = re.findall(r"[\w/-]+", fold(text))
    if not titles or not words or len(words) > MOST_WORDS:
        return None
    plain = " ".join(words)
    for place, title in enumerate(titles):
        if plain == " ".join(re.findall(r"[\w/-]+", fold(title))):
            return place
    bare = [word for word in words if word not in _MANNERS or word in ("cai", "so", "chon", "thu", "viec")]
    picked = _PICK.fullmatch(" ".join(bare))
    if picked:
        return _place(picked["number"] or picked["bare"], len(titles))
    return _by_words([word for word in words if word not in _MANNERS], titles)


def may_be_exact(text: str) -> bool:
    """Whether a text is short enough to be nothing but a number or a button's title."""
    return len(text) <= 40 and len(text.split()) <= MOST_WORDS


def exact_choice_in(text: str, titles: Sequence[str]) -> int | None:
    """The place (from 0) of the title that a bare number or the very title picks; None for any other words."""
    words = re.findall(r"[\w/-]+", fold(text))
    plain = " ".join(words)
    for place, title in enumerate(titles):
        if plain == " ".join(re.findall(r"[\w/-]+", fold(title))):
            return place
    picked = _PICK.fullmatch(" ".join(word for word in words if word not in _MANNERS or word in ("so", "cai", "chon")))
    return _place(picked["number"] or picked["bare"], len(titles)) if picked and titles else None


def _place(said: str, count: int) -> int | None:
    if said.startswith("cuoi"):
        return count - 1
    number = int(said) if said.isdigit() else _ORDINALS[said.split()[0]]
    return number - 1 if number <= count else None


def _by_words(words: list[str], titles: Sequence[str]) -> int | None:
    if not words or _REFUSES & set(words):
        return None
    said = " ".join(words)
    for spoken, official in _MEANT.items():
        if re.search(rf"\b{spoken}\b", said) and any(official in fold(title) for title in titles):
            said = official
    words = said.split()
    told = [set(re.findall(r"[\w/-]+", fold(title))) for title in titles]
    fitting = [place for place in range(len(titles)) if set(words) <= told[place]]
    if len(words) > 1 and len(fitting) > 1:  # "cấp lại": both words stand in "cấp … lái xe", side by side in one only
        fitting = [place for place in fitting if said in " ".join(re.findall(r"[\w/-]+", fold(titles[place])))]
    return fitting[0] if len(fitting) == 1 else None
