"""What citizens call themselves: "cho bác hỏi", "con chào cô". Pure: text in, word out.

Only words about oneself count. Of "bác tôi mất", "con tôi", "chú em hỏi" none does: there somebody else is spoken of.
"""

from __future__ import annotations

import re

from onestop.text.diacritics import fold, nfc

YOUNGER = "bạn"
"""How who calls themselves em, con or cháu is spoken to: "em" is what the assistant calls itself."""

_KIN = "bác|chú|cô|dì|cậu|mợ|thím|dượng|ông|bà|anh|chị|em|con|cháu"
# Without marks only those that are no other common word: "co" may be có, "ba" is three, "di" goes.
_BARE_KIN = {
    "bac": "bác",
    "chu": "chú",
    "ong": "ông",
    "anh": "anh",
    "chi": "chị",
    "em": "em",
    "con": "con",
    "chau": "cháu",
}
_YOUNGER = frozenset({"em", "con", "cháu"})

# A clause begins, perhaps with a greeting or by calling the other: "dạ", "em ơi", "alo cháu".
_BEGINS = (
    r"(?:^|[.!?,;:…\n]\s*|\b(?:ơi|oi|à|nè|ne)\s+)(?:(?:dạ|da|vâng|vang|alo|ừ|ờ|này|nay|nè|thưa|thua)[\s,]+)*"
    r"(?:(?:chào|chao) (?:em|cháu|chau|con|cô|chú|anh|chị|chi|ad|bạn|ban)[\s,]+)?"
)
_ASKS = "hỏi|hoi|nhờ|nho|chào|chao|cảm ơn|cám ơn|cam on|không hiểu|chưa hiểu|hông hiểu|khong hieu|chua hieu|hong hieu"
_WISHES = "muốn|muon|cần|can|định|dinh|tính|tinh"
_THINGS = "số|so|mẫu|mau|địa chỉ|dia chi|thông tin|thong tin|link|cái|cai"
_SOFT = "với|voi|nha|nhé|nhe|nghe|nghen|hen"
_NAMED = "gọi|goi|kêu|keu|xưng|xung"
_ONESELF = re.compile(r"\b(?:toi|tui|minh|tao|to|chung toi)\b")


def _patterns(kin: str, wishing_kin: str) -> tuple[re.Pattern[str], ...]:
    me = rf"(?P<kin>{kin})"
    return (
        re.compile(rf"{_BEGINS}{me}(?: (?:xin|{_WISHES}))* (?:{_ASKS})\b"),
        re.compile(rf"\bcho {me}(?: (?:xin|được|duoc|phép|phep))* (?:hỏi|hoi)\b"),
        re.compile(rf"{_BEGINS}cho {me}(?: (?:xin|được|duoc))* (?:biết|biet)\b"),
        re.compile(rf"{_BEGINS}cho {me} xin (?:{_THINGS})\b"),
        re.compile(rf"\b(?:giúp|giup|giùm|gium|dùm|dum|chỉ|chi|bày|bay|dẫn|dan|lời|loi)(?: cho)? {me} (?:{_SOFT})\b"),
        re.compile(rf"{_BEGINS}(?P<wishing>{wishing_kin}) (?:đang |dang )?(?:{_WISHES})\b"),
    )


_MARKED = _patterns(_KIN, "bác|chú|cô|dì|cậu|mợ|thím|dượng|anh|chị|em")
_BARE = _patterns("|".join(_BARE_KIN), "bac|chu|anh|em")  # "chi can" is "only need"
_MOST_WORDS_ABOUT_IT = 9
_CALL_ME = re.compile(rf"\b(?:{_NAMED}) (?:tôi|tui|toi|mình|em|\w+) (?:là|bằng|la|bang) (?P<kin>{_KIN})\b")
_CALL_ME_NOT = re.compile(rf"\b(?:đừng|dung|khỏi|không|khong|thôi) (?:{_NAMED})\b.{{0,12}}\b(?:{_KIN})\b")


def self_named(text: str) -> str | None:
    """The word by which who wrote this is to be spoken to; '' for the usual one; None where it does not tell.

    "cho bác hỏi" → "bác"; "con chào cô" → "bạn"; "đừng gọi tôi là bác" → ''; "bác tôi mất" → None.
    """
    plain = re.sub(r"[^\S\n]+", " ", nfc(text).lower()).strip()
    if _CALL_ME_NOT.search(plain):
        return ""
    called = _CALL_ME.search(plain)
    if called is not None:
        return _spoken(called["kin"])
    for pattern in _BARE if plain == fold(plain) else _MARKED:
        found = pattern.search(plain)
        if found is None:
            continue
        groups = found.groupdict()
        if groups.get("kin"):
            return _spoken(groups["kin"])
        if not _ONESELF.search(fold(plain)):
            return _spoken(groups["wishing"])
    return None


def settles_address(text: str) -> bool:
    """Whether a message is about nothing but how to speak to its writer: "gọi tôi là chú nha"."""
    plain = re.sub(r"\s+", " ", nfc(text).lower()).strip()
    is_short = len(plain.split()) <= _MOST_WORDS_ABOUT_IT
    return is_short and bool(_CALL_ME_NOT.search(plain) or _CALL_ME.search(plain))


def _spoken(kin: str) -> str:
    kin = _BARE_KIN.get(kin, kin)
    return YOUNGER if kin in _YOUNGER else kin
