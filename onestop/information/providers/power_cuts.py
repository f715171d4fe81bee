"""Power cuts by commune and day; one can subscribe to those of a commune."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from onestop.clock import LOCAL
from onestop.information.areas import Area
from onestop.information.asking import area_or_ask, area_text, moment_of, read_area, read_day
from onestop.information.book import Book, Record
from onestop.information.columns import Column, commune, moment, text
from onestop.information.provider import Answer, Call, Facts, Index, Offer, Option, Outcome, Provider, Said
from onestop.messages.formats import date_text, phone_text, time_text
from onestop.text import fold

AHEAD = timedelta(days=7)
MOST_SHOWN = 4
_ABOUT = r"(?:(?:cup|mat|cat|ngung|ngat|tat) (?:\w+ )?dien|dien (?:bi )?(?:cup|mat|cat))"
_FOLLOWS = re.compile(
    r"\b(?:bao|nhan|nhac|thong bao|canh bao|cho hay|cho biet)\b(?: \w+){0,3} "
    r"(?:toi|tui|minh|em|con|chu|bac|co|anh|chi|truoc)\b"
    r"|\b(?:dang ky|theo doi|nhan)\b.*\b(?:bao|tin|lich|thong bao)\b|\bbao truoc\b|\bdang ky\b"
)
_FOLLOWS_ALREADY = re.compile(r"\b(?:dang|da) (?:nhan|dang ky|theo doi|duoc bao)\b")
_STOPS = re.compile(
    r"\b(?:thoi|dung|khong|ko|ngung|huy|tat|bo|khoi|het)\b(?: \w+){0,3} (?:bao|nhan|gui|theo doi|dang ky|thong "
    r"bao|nhac)\b"
    r"|\b(?:bao|nhan|gui|thong bao)\b.*\b(?:lam gi|nua)\b"
)
_IS_OUT = re.compile(
    r"\b(?:chua co|co lai|lai chua|bi mat|dang mat|dang cup|mat dien roi|tu (?:hoi )?(?:sang|trua|chieu|toi|hom qua))\b"
)
_WEEK_AHEAD = re.compile(r"\b(?:tuan nay|tuan toi|tuan sau|thang nay|sap toi|may bua toi|lich cup dien|cuoi tuan)\b")


class PowerCuts(Provider):
    """When the power will be off in a commune."""

    kind = "power_cuts"
    intent = "ask_power_cut"
    title = "lịch cúp điện"
    own_columns = (
        Column("area", "Xã, phường", commune, True, "xã Cần Giuộc"),
        Column("where", "Khu vực mất điện", text, True, "Ấp 3, trạm Long Hậu 2"),
        Column("begins", "Bắt đầu", moment, True, "25/11/2026 08:00"),
        Column("ends", "Kết thúc", moment, True, "25/11/2026 11:30"),
        Column("why", "Lý do", text, False, "Bảo trì đường dây"),
    )
    good_for = timedelta(days=3)
    verify_with = "tổng đài điện lực"
    signs = re.compile(rf"\b{_ABOUT}\b")
    carried = ("area", "area_said")
    is_about_home = True
    followed_as = "lịch cúp điện mới"

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """A cut ends after it began, within three days."""
        begins, ends = datetime.fromisoformat(values["begins"]), datetime.fromisoformat(values["ends"])
        if ends <= begins:
            return "“Kết thúc” phải sau “Bắt đầu”"
        return "mất điện hơn 3 ngày liền; xem lại ngày" if ends - begins > timedelta(days=3) else None

    def index(self, values: Mapping[str, Any]) -> Index:
        """By commune; the same place cut at another time is another cut."""
        return Index(
            key=f"{values['area']}|{fold(values['where'])[:200]}|{values['begins']}",
            area=values["area"],
            starts_at=moment_of(values["begins"]),
            ends_at=moment_of(values["ends"]),
        )

    def read(self, said: Said, book: Book) -> Facts:
        """Commune, day, and whether one wants to be told or told no more."""
        facts = read_area(said, book)
        day = read_day(said, book.now)
        is_out = bool(_IS_OUT.search(said.folded))
        if is_out:
            facts["is_out"] = True
        elif day is not None and not _WEEK_AHEAD.search(said.folded):
            facts["day"] = day.isoformat()
        if _STOPS.search(said.folded):
            facts["do"] = "stop"
        elif _FOLLOWS.search(said.folded) and not is_out and not _FOLLOWS_ALREADY.search(said.folded):
            facts["do"] = "follow"
        return facts

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """The cuts of a day, or of the days to come."""
        if book.is_empty:
            return self.without_data(book)
        follows = facts.get("do") == "follow"
        question = (
            "Dạ, em báo lịch cúp điện của xã, phường nào ạ? (tên cũ em cũng tìm được)"
            if follows
            else "Dạ, anh/chị ở xã, phường nào ạ, để em xem lịch cúp điện? (tên cũ em cũng tìm được)"
        )
        area = area_or_ask(facts, book, question)
        if not isinstance(area, Area):
            return area
        cuts = _ahead(book.in_area(area.id), book.now)
        if facts.get("is_out"):
            return self._answer_now(area, cuts, book)
        day = date.fromisoformat(facts["day"]) if facts.get("day") else None
        shown = [cut for cut in cuts if day is None or _is_on(cut, day)]
        if day is None:
            shown = [cut for cut in shown if cut.starts_at and cut.starts_at <= book.now + AHEAD]
        when = date_text(day) if day else "trong 7 ngày tới"
        if not shown:
            return Answer(
                self._none_text(area, when, day, book),
                options=self._options(area, follows, day, cuts),
                links=self._call(book),
            )
        text = f"Dạ, {area_text(area)} có lịch cúp điện {when}:\n{_lines(shown)}"
        return Answer(text, tuple(shown), options=self._options(area, follows, day, cuts), links=self._call(book))

    def without_data(self, book: Book) -> Answer:
        """The power company's own words on its numbers are on record."""
        company = book.offices.power_company(book.now)
        text = "Dạ, em chưa có lịch cúp điện trong dữ liệu."
        if company is None or company.phone is None:
            text += " Anh/chị gọi tổng đài điện lực in trên hóa đơn giúp em."
            return Answer(text, offers=(Offer("Đường dây nóng", "contact_hotline"),), has_source=False)
        number = company.phone_note or f"Tổng đài điện lực: {phone_text(company.phone)}"
        text += f" {number.rstrip('.')}. Anh/chị chuẩn bị mã khách hàng trên hóa đơn điện để hỏi cho nhanh."
        return Answer(text, links=self._call(book), has_source=False)

    def news_text(self, area_name: str, records: Sequence[Record], now: datetime) -> str:
        """What subscribers hear of new cuts."""
        return f"Dạ, {area_name} có lịch cúp điện mới:\n{_lines(_ahead(records, now))}"

    def _answer_now(self, area: Area, cuts: Sequence[Record], book: Book) -> Answer:
        going_on = [cut for cut in cuts if cut.starts_at and cut.starts_at <= book.now]
        if going_on:
            text = f"Dạ, {area_text(area)} đang có lịch cúp điện:\n{_lines(going_on)}"
            text += "\nQuá giờ mà chưa có lại, anh/chị gọi điện lực giúp em."
        else:
            text = (
                f"Dạ, giờ này {area_text(area)} không có lịch cúp điện, nên có thể là sự cố. "
                "Anh/chị gọi điện lực để báo và hỏi giờ có lại."
            )
        return Answer(text, tuple(going_on), options=self._options(area, False, None, cuts), links=self._call(book))

    @staticmethod
    def _none_text(area: Area, when: str, day: date | None, book: Book) -> str:
        text = f"Dạ, em không thấy {area_text(area)} có lịch cúp điện {when}."
        if day is not None and day < book.today:
            return f"Dạ, {date_text(day)} đã qua; em chỉ giữ lịch cúp điện từ hôm nay trở đi."
        last_day = book.last_day()
        if day is not None and last_day is not None and day > last_day:
            return f"Dạ, lịch cúp điện em có mới tới {date_text(last_day)}, chưa có {date_text(day)}."
        return text + " Điện vẫn có thể mất đột xuất vì sự cố."

    @staticmethod
    def _options(area: Area, follows: bool, day: date | None, cuts: Sequence[Record]) -> tuple[Option, ...]:
        facts = {"area": area.id, **({"area_said": area.said} if area.said else {})}
        stop_or_follow = (
            Option("Thôi báo cúp điện", {**facts, "do": "stop"})
            if follows
            else Option("Báo tôi khi có lịch mới", {**facts, "do": "follow"})
        )
        week = (Option("Xem 7 ngày tới", facts),) if day is not None and len(cuts) > 0 else ()
        return (stop_or_follow, *week, Option("Xã, phường khác", {}))

    @staticmethod
    def _call(book: Book) -> tuple[Call, ...]:
        company = book.offices.power_company(book.now)
        phone = company.phone if company and company.phone else book.hotline
        return (Call(f"Gọi {phone_text(phone)}", phone),)


def _ahead(records: Sequence[Record], now: datetime) -> list[Record]:
    cuts = [one for one in records if one.starts_at and one.ends_at and one.ends_at > now]
    return sorted(cuts, key=lambda one: (one.starts_at, one.key))


def _is_on(cut: Record, day: date) -> bool:
    begins, ends = cut.starts_at, cut.ends_at
    return bool(begins and ends and begins.astimezone(LOCAL).date() <= day <= ends.astimezone(LOCAL).date())


def _lines(cuts: Sequence[Record]) -> str:
    lines = []
    for cut in cuts[:MOST_SHOWN]:
        begins, ends = cut.starts_at, cut.ends_at
        if begins is None or ends is None:
            continue
        is_one_day = begins.astimezone(LOCAL).date() == ends.astimezone(LOCAL).date()
        until = time_text(ends) if is_one_day else f"{time_text(ends)} {date_text(ends)}"
        why = f" ({cut.data['why'][:1].lower() + cut.data['why'][1:]})" if cut.get("why") else ""
        lines.append(f"- {date_text(begins)}, {time_text(begins)} – {until}: {cut.data['where']}{why}")
    if len(cuts) > MOST_SHOWN:
        lines.append(f"… và {len(cuts) - MOST_SHOWN} lần nữa.")
    return "\n".join(lines)


PROVIDER = PowerCuts()
