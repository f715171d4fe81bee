"""Exam scores by the candidate's number; nothing else is needed, no name is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from onestop.information.asking import moment_of
from onestop.information.book import Book, Record
from onestop.information.columns import Column, decimal_between, digits_of, moment, text
from onestop.information.provider import Answer, Ask, Facts, Index, Offer, Option, Outcome, Provider, Said
from onestop.messages.formats import moment_text
from onestop.text import fold
from onestop.text.candidate_numbers import find_candidate_numbers, only_digits

_SCORE = decimal_between(0, 10)
SUBJECTS = (
    ("maths", "Toán"),
    ("literature", "Ngữ văn"),
    ("foreign_language", "Ngoại ngữ"),
    ("physics", "Vật lí"),
    ("chemistry", "Hóa học"),
    ("biology", "Sinh học"),
    ("history", "Lịch sử"),
    ("geography", "Địa lí"),
    ("economics_and_law", "Giáo dục kinh tế và pháp luật"),
    ("informatics", "Tin học"),
    ("technology", "Công nghệ"),
)
_CUTOFF = re.compile(r"\bdiem (?:chuan|san|dau|lay)\b")
_BARE = re.compile(r"^\D{0,12}(?P<number>\d[\d .]{3,11}\d)\D{0,12}$")
_NUMBER = re.compile(r"(?<![\w/.\-])(?P<number>\d{2,3}[ .]?\d{3}[ .]?\d{2,3})(?![\w/])")


class ExamScores(Provider):
    """The scores of one candidate. A number is looked up by one query over one index: all ask in the same hour."""

    kind = "exam_scores"
    intent = "ask_exam_score"
    title = "dữ liệu điểm thi"
    own_columns = (
        Column("number", "Số báo danh", digits_of(4, 10), True, "49001234"),
        Column("exam", "Kỳ thi", text, True, "Tốt nghiệp THPT 2026"),
        Column("public_from", "Công bố lúc", moment, True, "16/07/2026 08:00"),
        *(Column(name, title, _SCORE, False, "8,25") for name, title in SUBJECTS),
        Column("total", "Tổng điểm", decimal_between(0, 100), False, "24,5"),
        Column("note", "Ghi chú", text),
    )
    good_for = timedelta(days=400)
    verify_with = "Sở Giáo dục và Đào tạo"
    signs = re.compile(r"\b(?:diem thi|so bao danh|sbd|xem diem|tra diem)\b")

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """Somebody who is listed has a score or a reason for having none."""
        has_score = any(name in values for name, _title in SUBJECTS) or "total" in values or "note" in values
        return None if has_score else "không có điểm môn nào; vắng thi thì ghi ở cột “Ghi chú”"

    def index(self, values: Mapping[str, Any]) -> Index:
        """By number; the same number may stand in several exams."""
        return Index(
            key=f"{values['number']}|{fold(values['exam'])}",
            name=values["number"],
            visible_from=moment_of(values["public_from"]),
        )

    def read(self, said: Said, book: Book) -> Facts:
        """The candidate's number: named as such, alone in the message, or long enough to be no other number."""
        numbers = [only_digits(value) for value in said.values("candidate_number")]
        numbers += [match.number for match in find_candidate_numbers(said.text)]
        patterns = (_BARE, _NUMBER) if said.wanted == "number" else (_NUMBER,)
        numbers += [only_digits(match["number"]) for pattern in patterns for match in pattern.finditer(said.text)]
        if not numbers and _CUTOFF.search(said.folded):
            return {"about": "cutoff"}
        fitting = [number for number in numbers if 4 <= len(number) <= 10]
        return {"number": fitting[0]} if fitting else {}

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """The scores, the moment from which they are public, or that the number is not there."""
        number = facts.get("number")
        if facts.get("about") == "cutoff" and not number:
            return Answer(
                "Dạ, em chỉ tra được điểm theo số báo danh, chưa có điểm chuẩn. Anh/chị xem thông báo của trường hoặc "
                f"hỏi {self.verify_with}.",
                options=(Option("Tra điểm theo số", {}),),
                has_source=False,
            )
        if not number:
            return self._ask(book)
        found = book.named(str(number), with_hidden=True)
        if not found:
            return self._missing(str(number), book)
        public = [one for one in found if one.visible_from is None or one.visible_from <= book.now]
        again = (Option("Tra số khác", {}),)
        if not public:
            first = min(one.visible_from for one in found if one.visible_from is not None)
            return Answer(
                f"Dạ, điểm kỳ thi {found[0].data['exam']} công bố lúc {moment_text(first)}. "
                "Tới giờ đó anh/chị nhắn lại số báo danh, em trả lời ngay.",
                tuple(found),
                offers=(Offer("Nhắc tôi", "set_reminder"),),
            )
        return Answer("\n".join(_scores_text(one) for one in public), tuple(public), options=again)

    def _ask(self, book: Book) -> Outcome:
        if book.is_empty:
            return self.without_data(book)
        return Ask("number", "Dạ, anh/chị cho em số báo danh (dãy số in trên giấy báo dự thi, ví dụ 49001234).")

    def _missing(self, number: str, book: Book) -> Outcome:
        if book.is_empty:
            return self.without_data(book)
        return Answer(
            f"Dạ, em chưa thấy số báo danh {number} trong dữ liệu điểm thi. Anh/chị xem lại từng chữ số trên giấy "
            f"báo dự thi "
            "rồi nhắn em, hoặc hỏi trường nơi đăng ký dự thi.",
            options=(Option("Nhập lại số", {}),),
            offers=(Offer("Đường dây nóng", "contact_hotline"),),
        )

    def without_data(self, book: Book) -> Answer:
        """Where scores are published."""
        return Answer(
            "Dạ, em chưa có dữ liệu điểm thi. Điểm chính thức có trên trang của Sở Giáo dục và Đào tạo và của Bộ, "
            "sau giờ "
            "công bố; anh/chị chuẩn bị số báo danh.",
            offers=(Offer("Đường dây nóng", "contact_hotline"),),
            has_source=False,
        )


def _scores_text(record: Record) -> str:
    scores = [f"{title}: {_score(record.data[name])}" for name, title in SUBJECTS if name in record.data]
    said = f"Dạ, số báo danh {record.data['number']}, kỳ thi {record.data['exam']}:\n" + "; ".join(scores)
    if "total" in record.data:
        said += f"\nTổng điểm: {_score(record.data['total'])}"
    return said + (f"\nGhi chú: {record.data['note']}" if record.get("note") else "")


def _score(score: float) -> str:
    return f"{score:g}".replace(".", ",")


PROVIDER = ExamScores()
