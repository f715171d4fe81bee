"""Bus times, by route or by stops: the worked example of docs/adding-a-lookup.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from onestop.information.book import Book, Record
from onestop.information.columns import Column, items, phone, text, whole_number
from onestop.information.matching import key_of, names_in
from onestop.information.provider import Answer, Ask, Call, Facts, Index, Option, Outcome, Provider, Said
from onestop.messages.formats import money_text, phone_text

MOST_ROUTES = 4
_ROUTE = re.compile(
    r"\b(?:tuyen|xe|buyt|buyst|bus|so|chuyen)(?: xe)?(?: (?:buyt|bus))?(?: so)?[ "
    r":]*(?P<number>\d{1,3}(?:-\d{1,2})?)\b(?! gio|h\b|:)"
)
_BARE_ROUTE = re.compile(r"^\D{0,10}(?P<number>\d{1,3}(?:-\d{1,2})?)\D{0,6}$")
_SPOT = re.compile(r"^(?:ben xe|cho|tram|nga tu|nga ba|cua khau|benh vien) (?=\S)")
_FROM = re.compile(r"\b(?:tu|o|tai)\b(?P<stop>.+?)(?=\b(?:di|den|toi|ve|qua|len|xuong|ra|vo)\b|$)")
_NO_STOP = frozenset(
    (
        "may gio bao lau nhieu gia ve tuyen xe buyt bus so nao dau cho khong ko k hong a em ad vay z con chuyen co "
        "la thi "
        "mai hom nay sang chieu toi dem ngay cuoi dau tien bang duoc den di lam hoc do nha noi minh tui toi nhe nha oi"
    ).split()
)
_TO = re.compile(r"\b(?:di|den|toi|ve|len|xuong|ra|vo)\b(?P<stop>.+)$")


class Buses(Provider):
    """When buses run."""

    kind = "bus"
    intent = "ask_bus"
    title = "giờ xe buýt"
    own_columns = (
        Column("route", "Tuyến số", text, True, "62-1"),
        Column("stops", "Các trạm", items, True, "Bến xe Tân An; Bến Lức; Chợ Lớn"),
        Column("first", "Chuyến đầu", text, True, "4 giờ 30"),
        Column("last", "Chuyến cuối", text, True, "19 giờ"),
        Column("every_minutes", "Giãn cách (phút)", whole_number, True, "20"),
        Column("fare_vnd", "Giá vé", whole_number, False, "15.000"),
        Column("phone", "Điện thoại", phone, False, "0272 382 0000"),
        Column("note", "Ghi chú", text, False, "Chủ nhật không chạy"),
    )
    good_for = timedelta(days=180)
    verify_with = "nhà xe hoặc bến xe"
    signs = re.compile(r"\b(?:xe buyt|xe bus|xe buyst|tuyen xe|tuyen buyt|buyt so|bus so|ben xe)\b")

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """A route has two ends."""
        return (
            None if len(values["stops"]) >= 2 else "“Các trạm” phải có ít nhất hai trạm, cách nhau bằng dấu chấm phẩy"
        )

    def index(self, values: Mapping[str, Any]) -> Index:
        """By the number on the bus."""
        return Index(key=key_of(values["route"]), name=key_of(values["route"]))

    def read(self, said: Said, book: Book) -> Facts:
        """The route's number, or the stops in the order of the journey."""
        match = _ROUTE.search(said.folded) or (_BARE_ROUTE.match(said.folded) if said.wanted == "route" else None)
        if match:
            return {"route": match["number"]}
        stops = {name for record in book.all() for stop in record.data["stops"] for name in _names_of(stop)}
        starts = _first_name(_FROM.search(said.folded), stops)
        ends = _first_name(_TO.search(said.folded), stops)
        if starts or ends:
            return {name: value for name, value in (("from", starts), ("to", ends)) if value}
        named = names_in(said.text, stops)
        if named:
            return {"stops": named[:2]}
        unknown = _unknown_stop(said)
        return {"to": key_of(unknown)} if unknown else {}

    def merged(self, before: Facts, new: Facts) -> Facts:
        """Each question stands alone."""
        return new

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """One route's times; several routes to choose from; the question for route or stops."""
        if book.is_empty:
            return self.without_data(book)
        routes = book.all()
        if not facts:
            text = "Dạ, anh/chị đi tuyến số mấy, hoặc từ đâu đến đâu ạ? (ví dụ từ Tân An đi Bến Lức)"
            return Ask("route", text, _options(routes))
        found = _fitting(routes, facts)
        if not found:
            text = (
                "Dạ, em không thấy tuyến xe buýt nào như vậy trong dữ liệu. Anh/chị cho em số tuyến hoặc hai trạm; "
                f"cần gấp thì hỏi bến xe hoặc tổng đài {book.hotline}."
            )
            return Ask("route", text, _options(routes))
        if len(found) > 1:
            return Ask(
                "route",
                "Dạ, có mấy tuyến đi được; anh/chị muốn xem tuyến nào ạ? (hoặc nhắn số tuyến khác)",
                _options(found),
            )
        route = found[0]
        calls = (Call(f"Gọi {phone_text(route.data['phone'])}", route.data["phone"]),) if route.get("phone") else ()
        return Answer(_times(route), (route,), options=(Option("Tuyến khác", {}),), links=calls)


def _first_name(match: re.Match[str] | None, stops: set[str]) -> str | None:
    return next(iter(names_in(match["stop"], stops)), None) if match else None


def _unknown_stop(said: Said) -> str:
    """A place that somebody wants to go to and no bus stops at."""
    if said.values("place"):
        return said.values("place")[-1]
    match = _TO.search(said.folded)
    words = [word for word in match["stop"].split() if word not in _NO_STOP] if match else []
    return " ".join(words[:4])


def _fitting(routes: Sequence[Record], facts: Facts) -> list[Record]:
    if facts.get("route"):
        return [one for one in routes if one.name == key_of(str(facts["route"]))]
    wanted = {facts[name] for name in ("from", "to") if name in facts} | set(facts.get("stops", ()))
    return [one for one in routes if wanted <= {name for stop in one.data["stops"] for name in _names_of(stop)}]


def _names_of(stop: str) -> set[str]:
    """A stop by its name and by the place alone: "Bến xe Tây Ninh" is also "Tây Ninh"."""
    return {key_of(stop), _SPOT.sub("", key_of(stop))}


def _times(route: Record) -> str:
    data = route.data
    lines = [
        f"Dạ, tuyến {data['route']} ({data['stops'][0]} – {data['stops'][-1]}): từ {data['first']} đến {data['last']}, "
        f"cách nhau khoảng {data['every_minutes']} phút.",
        f"Đi qua: {', '.join(data['stops'])}.",
    ]
    if "fare_vnd" in data:
        lines.append(f"Giá vé {money_text(data['fare_vnd'])} một lượt.")
    return "\n".join(lines + ([f"{data['note'].rstrip('.')}."] if data.get("note") else []))


def _options(routes: Sequence[Record]) -> tuple[Option, ...]:
    return tuple(
        Option(
            f"Tuyến {one.data['route']}: {one.data['stops'][0]} – {one.data['stops'][-1]}", {"route": one.data["route"]}
        )
        for one in routes[:MOST_ROUTES]
    )


PROVIDER = Buses()
