"""News, notices, new policies and urgent warnings, newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from onestop.information.asking import end_of, moment_of
from onestop.information.book import Book, Record
from onestop.information.columns import Column, choice, commune, day, items, paragraphs, phone, text, web_address
from onestop.information.provider import Answer, Call, Facts, Index, Link, Offer, Option, Outcome, Provider, Said
from onestop.messages.formats import phone_text
from onestop.text import fold, nfc

AT_ONCE = 3
LONGEST_BODY = 900
CATEGORIES = {
    "warning": "Cảnh báo khẩn",
    "policy": "Chính sách mới",
    "notice": "Thông báo",
    "news": "Tin tức",
}
_CATEGORY_WORDS = (
    ("warning", re.compile(r"\b(?:canh bao|khan cap|tin khan|khan)\b")),
    ("policy", re.compile(r"\b(?:chinh sach|van ban moi|quy dinh moi|luat moi|nghi dinh moi)\b")),
    ("notice", re.compile(r"\bthong bao\b")),
)
_MORE = re.compile(
    r"\b(?:xem|coi|doc|cho) (?:\w+ )?them\b|\b(?:tin|thong bao|muc) (?:khac|nua)\b|\bcon "
    r"(?:tin|gi)\b.*\b(?:khac|nua|khong|ko)\b|^\W*(?:nua|tiep|xem tiep)\W*$"
)
_LIKE_BEFORE = re.compile(r"^\W*(?:da )?(?:vay |the )?con \w")
# What a question about news says besides its subject.
_NO_SUBJECT = frozenset(
    (
        "co gi moi nhat khong ko k hong hok hk vay z a da alo em anh chi co chu bac toi tui minh con chau ad bot oi "
        "cho hoi xin tin tuc nong hot thong chinh sach canh khan cap van ban quy dinh luat ve cua nha nuoc tinh xa "
        "phuong huyen hom nay bua dao may ngay tuan thang qua gan day doc coi xem nghe noi biet dang muon can lay gui "
        "giup gium dum nao nhung cac cai mot la thi ma va voi nhu the sao do ra roi chua len vo toi den ap dung "
        "hanh tu "
        "khi duoc them khac nua tiep giu nhat dai phat ben nguoi ta don that phai hay hoai trong ngoai kia"
    ).split()
)
_NO_SUBJECT_PHRASES = re.compile(
    r"\b(?:thong bao|canh bao|dai bao|bao dai|tinh bao|bao sao|bao cho|bao gio|bao nhieu|bao moi|ban tin|tin "
    r"tuc|nghe noi)\b"
)
_STORM = "bão"


class News(Provider):
    """What is new: the newest three, or what is new about a subject."""

    kind = "news"
    intent = "ask_news"
    title = "bản tin được kiểm chứng"
    own_columns = (
        Column("title", "Tiêu đề", text, True, "Tiêm vắc-xin sởi miễn phí cho trẻ 1–5 tuổi"),
        Column("summary", "Tóm tắt", text, True, "Từ 1/12, trẻ 1–5 tuổi được tiêm miễn phí tại trạm y tế."),
        Column("category", "Chuyên mục", choice(CATEGORIES), True, "Thông báo"),
        Column("published_on", "Ngày đăng", day, True, "20/11/2026"),
        Column("valid_until", "Hết hiệu lực", day, False, "31/12/2026"),
        Column("area", "Xã, phường", commune),
        Column("body", "Nội dung", paragraphs),
        Column("words", "Từ khóa", items, False, "tiêm chủng; trẻ em"),
        Column("phone", "Điện thoại", phone),
        Column("url", "Đường dẫn", web_address),
    )
    good_for = timedelta(days=30)
    verify_with = "cổng thông tin điện tử của tỉnh"
    signs = re.compile(r"\b(?:tin moi|tin tuc|chinh sach moi|tin khan|canh bao khan|co tin gi)\b")
    carried = ("subject", "category", "from")

    def index(self, values: Mapping[str, Any]) -> Index:
        """By title and day; a notice of tomorrow is not public today."""
        return Index(
            key=f"{values['published_on']}|{fold(values['title'])[:300]}",
            area=values.get("area"),
            starts_at=moment_of(values["published_on"]),
            ends_at=end_of(values.get("valid_until")),
            visible_from=moment_of(values["published_on"]),
        )

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """Nothing ends before it began."""
        until = values.get("valid_until")
        return "“Hết hiệu lực” trước “Ngày đăng”" if until and until < values["published_on"] else None

    def read(self, said: Said, book: Book) -> Facts:
        """What it should be about, and whether one wants more of the same."""
        if _MORE.search(said.folded):
            return {"more": True}
        subject = _subject(said.text)
        category = next((code for code, pattern in _CATEGORY_WORDS if pattern.search(said.folded)), None)
        return {
            **({"subject": subject} if subject else {}),
            **({"category": category} if category and not subject else {}),
            "from": 0,
        }

    def merged(self, before: Facts, new: Facts) -> Facts:
        """Only "xem thêm" goes on with the list before."""
        if not new.get("more"):
            return new
        return {**before, "from": int(before.get("from", 0)) + AT_ONCE} if "from" in before else {"from": 0}

    def goes_on(self, said: Said, new: Facts) -> bool:
        """Any words have a subject; only "xem thêm" and "còn bảo hiểm y tế?" are about news again."""
        return bool(new.get("more") or _LIKE_BEFORE.match(said.folded))

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """One piece whole, or a list of three."""
        if book.is_empty:
            return self.without_data(book)
        if facts.get("key"):
            return self._piece(book.with_key(str(facts["key"])), facts)
        current = [one for one in book.all() if one.ends_at is None or one.ends_at > book.now]
        found = _ordered(_about(current, facts))
        if not found:
            return self._nothing(facts, _ordered(current))
        start = int(facts.get("from", 0))
        shown = found[start : start + AT_ONCE]
        if not shown:
            return Answer("Dạ, hết tin rồi ạ. Anh/chị hỏi theo việc mình quan tâm cũng được, ví dụ bảo hiểm y tế.")
        text = f"Dạ, {_heading(facts, start)}\n" + "\n".join(_line(number, one) for number, one in enumerate(shown, 1))
        return Answer(
            text, tuple(shown), options=_options(shown, facts, start, len(found)), links=_calls(shown), are_choices=True
        )

    def without_data(self, book: Book) -> Answer:
        """Where news can be read meanwhile."""
        return Answer(
            "Dạ, hiện em chưa có bản tin được kiểm chứng để đọc cho anh/chị.\n"
            "Tin chính thức của tỉnh có trên cổng thông tin điện tử và trang Zalo này; cảnh báo bão, lũ anh/chị "
            "theo dõi đài "
            "khí tượng thủy văn hoặc gọi 112 khi khẩn cấp.",
            offers=(Offer("Cổng dịch vụ công", "ask_portal"), Offer("Đường dây nóng", "contact_hotline")),
            has_source=False,
        )

    @staticmethod
    def _piece(piece: Record | None, facts: Facts) -> Answer:
        back = Option("Tin khác", {"from": 0})
        if piece is None:
            return Answer("Dạ, tin này đã được gỡ xuống.", options=(back,))
        body = str(piece.get("body") or piece.data["summary"])
        if len(body) > LONGEST_BODY:
            body = body[:LONGEST_BODY].rsplit(" ", 1)[0] + " …"
        lines = [f"{piece.data['title']} ({_day(piece)})", body]
        if piece.get("valid_until"):
            lines.append(f"Có hiệu lực đến {date.fromisoformat(piece.data['valid_until']):%d/%m/%Y}.")
        links = [Link("Đọc bản đầy đủ", piece.data["url"])] if piece.get("url") else []
        return Answer("\n".join(lines), (piece,), options=(back,), links=(*links, *_calls([piece])))

    @staticmethod
    def _nothing(facts: Facts, current: Sequence[Record]) -> Answer:
        about = f" về {facts['subject']}" if facts.get("subject") else ""
        if not about and facts.get("category"):
            about = f" thuộc mục {CATEGORIES[facts['category']]}"
        options = (Option("Tin mới nhất", {"from": 0}),) if current else ()
        text = f"Dạ, em không thấy tin nào đang có hiệu lực{about}."
        if facts.get("category") == "warning" or facts.get("subject") == _STORM:
            text += " Khi khẩn cấp, anh/chị gọi 112."
        return Answer(text, options=options, offers=(Offer("Đường dây nóng", "contact_hotline"),))


def _subject(words: str) -> str:
    """What the question is about, as it was typed: "có gì mới về bảo hiểm y tế không" → "bảo hiểm y tế"."""
    plain = nfc(words)
    for match in _NO_SUBJECT_PHRASES.finditer(fold(plain)):
        plain = plain[: match.start()] + " " * (match.end() - match.start()) + plain[match.end() :]
    after = re.search(r"\b(?:ve|lien quan (?:den|toi)?|chuyen)\s+(?=\S)", fold(plain))
    telling = [word for word in re.split(r"[^\w/]+", plain[after.end() :] if after else plain) if word]
    kept = [word for word in telling if fold(word) not in _NO_SUBJECT]
    if [fold(word) for word in kept] == ["bao"]:
        return _STORM
    return " ".join(_with_inner_words(telling, kept))


def _with_inner_words(telling: Sequence[str], kept: Sequence[str]) -> list[str]:
    """From the first telling word to the last, small words between them included: "thuế hộ kinh doanh"."""
    if not kept:
        return []
    first = telling.index(kept[0])
    last = len(telling) - 1 - telling[::-1].index(kept[-1])
    return list(telling[first : last + 1])


def _about(pieces: Sequence[Record], facts: Facts) -> list[Record]:
    if facts.get("category"):
        return [one for one in pieces if one.data["category"] == facts["category"]]
    said = nfc(str(facts.get("subject") or "")).lower()
    if not said:
        return list(pieces)
    if said == _STORM:  # without its mark it could be báo or bảo as well
        return [one for one in pieces if _STORM in re.findall(r"\w+", _text_of(one))]
    subject = [word for word in fold(said).split() if word not in _NO_SUBJECT]
    scored = [(_shared(subject, one), one) for one in pieces]
    best = max((score for score, _ in scored), default=0.0)
    return [one for score, one in scored if score >= 0.6 and score >= best - 0.25]


def _shared(subject: Sequence[str], piece: Record) -> float:
    """The share of the subject's words that stand in the piece; pairs count, for single syllables say little."""
    words = re.findall(r"[\w/]+", fold(_text_of(piece)))
    there = set(words)
    single = sum(word in there for word in subject) / len(subject)
    pairs = list(zip(subject, subject[1:], strict=False))
    if not pairs:
        return single
    neighbours = set(zip(words, words[1:], strict=False))
    return (single + sum(pair in neighbours for pair in pairs) / len(pairs)) / 2


def _text_of(piece: Record) -> str:
    said = (piece.data["title"], piece.data["summary"], *piece.get("words", []), piece.get("body", ""))
    return nfc(" ".join(said)).lower()


def _ordered(pieces: Sequence[Record]) -> list[Record]:
    """Urgent warnings in force first, then the newest."""
    newest = sorted(pieces, key=lambda one: (one.data["published_on"], one.key), reverse=True)
    return sorted(newest, key=lambda one: one.data["category"] != "warning")


def _heading(facts: Facts, start: int) -> str:
    if facts.get("subject"):
        return f"tin về {facts['subject']}:" if not start else f"thêm tin về {facts['subject']}:"
    if facts.get("category"):
        return f"{CATEGORIES[facts['category']].lower()}:"
    return "tin mới nhất:" if not start else "các tin trước đó:"


def _line(number: int, piece: Record) -> str:
    mark = "KHẨN: " if piece.data["category"] == "warning" else ""
    return f"{number}. {mark}{piece.data['title']} ({_day(piece)})"


def _day(piece: Record) -> str:
    return f"{date.fromisoformat(piece.data['published_on']):%d/%m/%Y}"


def _options(shown: Sequence[Record], facts: Facts, start: int, found: int) -> tuple[Option, ...]:
    kept: Facts = {name: facts[name] for name in ("subject", "category") if name in facts}
    pieces = [Option(one.data["title"], {**kept, "from": start, "key": one.key}) for one in shown]
    more = [Option("Xem thêm", {**kept, "from": start + AT_ONCE})] if found > start + AT_ONCE else []
    return (*pieces, *more)


def _calls(shown: Sequence[Record]) -> tuple[Call, ...]:
    phones = dict.fromkeys(one.data["phone"] for one in shown if one.get("phone") and one.data["category"] == "warning")
    if len(shown) == 1 and shown[0].get("phone"):
        phones = dict.fromkeys([shown[0].data["phone"]])
    return tuple(Call(f"Gọi {phone_text(one)}", one) for one in phones)[:1]


PROVIDER = News()
