"""The part of a long message that asks for something: what language understanding reads instead of three pages."""

from __future__ import annotations

import re

from onestop.text.diacritics import fold, nfc
from onestop.text.dossier_codes import find_dossier_codes

LONG_FROM = 400  # characters
_MOST = 320
_PIECES = re.compile(r"(?<=[.!?…;])\s+|\n+")
_CLAUSES = re.compile(r"(?<=,)\s+")
_JOINED = re.compile(
    r"(?<=[,;])\s+|\s+(?=(?:với lại|voi lai|ngoài ra|ngoai ra|tiện thể|tien the|nhân tiện|nhan tien|sẵn tiện)\b"
    r"|(?:và|va|rồi|roi) (?:cho (?:hỏi|hoi)|mai\b|hồ sơ|ho so|địa chỉ|dia chi|số điện thoại|so dien thoai"
    r"|mấy giờ|may gio))",
    re.IGNORECASE,
)
# "1. … 2) … thứ ba là … - …"
_LISTED = re.compile(
    r"(?:(?<=\s)|^)(?:[1-9][.)/]\s+|[-+•]\s+|(?:[Tt]hứ|[Tt]hu) (?:nhất|hai|ba|tư|bốn|năm|nhat|tu|bon|nam)\b)"
)
_ASKS = re.compile(
    r"\?|\b(?:xin hoi|cho hoi|muon hoi|hoi la|hoi xem|hoi coi|cho biet|muon biet|bao nhieu|nhieu tien|o dau|khi nao"
    r"|bao gio"
    r"|chung nao|may ngay|bao lau|can gi|giay to gi|thu tuc gi|lam sao|the nao|lam giup|giup (?:toi|tui|em|con|chau"
    r"|bac)"
    r"|tra (?:cuu|giup)|nhac (?:toi|tui|em|con|bac)|toi dau roi|xong chua|duoc khong|duoc chua|de nghi|yeu cau|phan anh"
    r"|khieu nai|to cao|gop y|kien nghi|nho (?:em|ad|anh|chi|trung tam)|muon (?:lam|xin|dang ky|nop|doi|cap|tra))\b"
)
_NAMES_A_WISH = re.compile(
    r"\b(?:may gio|gio lam viec|so dien thoai|sdt|dia chi|cup dien|mat dien|le phi|giay to|ho so cua|danh gia|lien ket"
    r"|theo doi|gap can bo|bao gom)\b"
)
_STRONG = re.compile(r"\?|\b(?:xin hoi|cho hoi|muon hoi|hoi la|cho biet|muon biet)\b")


def main_request(text: str) -> str:
    """The sentences of a long message that ask, at most some 320 characters; a shorter message as it is.

    A question outweighs a wish, a later one an earlier one: people tell their story first. Where nothing asks, the
    beginning and the end stand for the whole.
    """
    text = nfc(text)
    if len(text) < LONG_FROM:
        return text
    pieces = [piece.strip() for piece in _PIECES.split(text) if piece.strip()]
    pieces = [part for piece in pieces for part in ([piece] if len(piece) <= _MOST else _clauses(piece))]
    ranked = sorted(range(len(pieces)), key=lambda place: (_weight(pieces[place]), place), reverse=True)
    asking = [place for place in ranked if _weight(pieces[place])]
    if not asking:
        return f"{text[: _MOST // 2]} … {text[-_MOST // 2 :]}"
    chosen: list[int] = []
    for place in asking:
        if sum(len(pieces[one]) for one in chosen) + len(pieces[place]) <= _MOST or not chosen:
            chosen.append(place)
    return " ".join(pieces[place] for place in sorted(chosen))[: 2 * _MOST]


def requests_in(text: str) -> list[str]:
    """The pieces of a message that ask for something, in order: sentences, points of a list, clauses between commas."""
    parts = [part for listed in _LISTED.split(nfc(text)) for part in _PIECES.split(listed)]
    pieces = [clause.strip(" ,;.:") for part in parts for clause in _JOINED.split(part)]
    return [piece for piece in pieces if len(piece) <= _MOST and (_weight(piece) or _NAMES_A_WISH.search(fold(piece)))]


def _weight(piece: str) -> int:
    folded = fold(piece)
    return 2 * bool(_STRONG.search(folded)) + bool(_ASKS.search(folded)) + 2 * bool(find_dossier_codes(piece))


def _clauses(piece: str) -> list[str]:
    """A sentence without an end, cut at its commas or, without those, into equal parts."""
    clauses = _CLAUSES.split(piece)
    return [
        part
        for clause in clauses
        for part in ([clause] if len(clause) <= _MOST else re.findall(rf".{{1,{_MOST}}}(?:\s|$)", clause))
    ]
