"""Land-use planning of a plot (plot and map sheet within a commune) or of a place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from onestop.information.areas import Area
from onestop.information.asking import area_or_ask, area_text, read_area
from onestop.information.book import Book, Record
from onestop.information.columns import Column, commune, day, decimal_between, digits_of, text
from onestop.information.matching import key_of, names_in
from onestop.information.provider import Answer, Ask, Facts, Index, Offer, Option, Outcome, Provider, Said
from onestop.text.parcels import find_parcels

MOST_PLACES = 4
_NUMBER = r"(?:so\s*)?[:.]?\s*(\d{1,5})"
_PLOT = re.compile(rf"\b(?:lo\s+)?(?:thua(?:\s+dat)?|th)\s*{_NUMBER}\b")
_SHEET = re.compile(rf"\b(?:to(?:\s+ban\s+do)?|tbd|bd)\s*{_NUMBER}\b")
_TWO_NUMBERS = re.compile(r"^\D{0,12}(\d{1,5})\D{1,12}(\d{1,5})\D{0,12}$")
_ONE_NUMBER = re.compile(r"^\D{0,12}(\d{1,5})\D{0,12}$")


class Planning(Provider):
    """What a plot or a place is planned to become."""

    kind = "planning"
    intent = "ask_planning"
    title = "dữ liệu quy hoạch"
    own_columns = (
        Column("area", "Xã, phường", commune, True, "xã Cần Giuộc"),
        Column("sheet", "Tờ bản đồ", digits_of(1, 5), False, "5"),
        Column("plot", "Thửa đất", digits_of(1, 5), False, "12"),
        Column("place", "Địa điểm", text, False, "Khu dân cư chợ Long Hậu"),
        Column("size", "Diện tích (m²)", decimal_between(0, 100_000_000), False, "250"),
        Column("present", "Hiện trạng", text, False, "đất trồng lúa"),
        Column("planned", "Quy hoạch", text, True, "đất ở tại nông thôn"),
        Column("road_limit", "Lộ giới", text, False, "20 m, thửa bị ảnh hưởng 3 m"),
        Column("period", "Kỳ quy hoạch", text, False, "2021–2030"),
        Column("decision", "Quyết định", text, True, "Quyết định 02/2026/QĐ-UBND"),
        Column("decided_on", "Ngày quyết định", day),
        Column("note", "Ghi chú", text),
    )
    good_for = timedelta(days=365)
    verify_with = "trung tâm xã, phường nơi có đất"
    signs = re.compile(r"\b(?:quy hoach|lo gioi|giai toa)\b")
    carried = ("area", "area_said")

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """A line is about a plot (both numbers) or about a place."""
        if ("sheet" in values) != ("plot" in values):
            return "có “Tờ bản đồ” thì phải có “Thửa đất”, và ngược lại"
        return None if "plot" in values or "place" in values else "thiếu “Thửa đất” và “Tờ bản đồ”, hoặc “Địa điểm”"

    def index(self, values: Mapping[str, Any]) -> Index:
        """By plot and sheet within the commune, or by the place's name."""
        if "plot" in values:
            name = f"{int(values['plot'])}/{int(values['sheet'])}"
        else:
            name = key_of(values["place"])
        return Index(key=f"{values['area']}|{name[:250]}", name=name, area=values["area"])

    def read(self, said: Said, book: Book) -> Facts:
        """Plot and sheet, whole or one of them; else the place; the commune."""
        facts = _numbers(said)
        facts |= read_area(said, book)
        if "plot" not in facts and "sheet" not in facts and said.wanted not in ("area", "plot", "sheet"):
            places = names_in(said.text, [name for name, _area in book.names() if "/" not in name])
            if places:
                facts = {name: value for name, value in facts.items() if name != "unknown_place"}
                facts["place"] = places[0]
        return facts

    def merged(self, before: Facts, new: Facts) -> Facts:
        """Another plot is another question; a place and a plot are not asked for together."""
        if "place" in new:
            before = {name: value for name, value in before.items() if name not in ("plot", "sheet")}
        if "plot" in new or "sheet" in new:
            before = {name: value for name, value in before.items() if name != "place"}
        return super().merged(before, new)

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """What is planned there; asks for the other number and for the commune."""
        if book.is_empty:
            return self.without_data(book)
        if facts.get("place"):
            return self._of_place(facts, book)
        if "plot" in facts and "sheet" not in facts:
            return Ask("sheet", f"Dạ, thửa {facts['plot']} thuộc tờ bản đồ số mấy ạ? (in trên sổ, cạnh số thửa)")
        if "sheet" in facts and "plot" not in facts:
            return Ask("plot", f"Dạ, trên tờ bản đồ {facts['sheet']}, anh/chị hỏi thửa số mấy ạ?")
        if "plot" in facts:
            return self._of_plot(facts, book)
        if facts.get("area"):
            return self._of_area(facts, book)
        if facts.get("areas") or facts.get("unknown_place"):
            area = area_or_ask(facts, book, "")
            return area if isinstance(area, Ask) else self._of_area({**facts, "area": area.id}, book)
        return Ask(
            "parcel",
            "Dạ, anh/chị cho em số thửa, số tờ bản đồ và tên xã, phường (ví dụ thửa 12 tờ 5 xã Cần Giuộc). "
            "Không nhớ số thửa thì nhắn tên khu đất.",
        )

    def without_data(self, book: Book) -> Answer:
        """Who knows for sure."""
        return Answer(
            "Dạ, em chưa có bản đồ quy hoạch trong dữ liệu nên không trả lời được cho từng thửa.\nMuốn biết chắc, "
            "anh/chị nộp "
            "yêu cầu Cung cấp thông tin quy hoạch tại trung tâm xã, phường nơi có đất; chỉ văn bản trả lời mới có "
            "giá trị.",
            offers=(_WRITTEN, Offer("Địa chỉ trung tâm", "ask_address")),
            has_source=False,
        )

    def source_of(self, record: Record) -> str:
        """The decision that approved the plan, and who gave it to us."""
        return f"{record.data['decision']}, {record.source}"

    def _of_plot(self, facts: Facts, book: Book) -> Outcome:
        plot, sheet = int(facts["plot"]), int(facts["sheet"])
        area = area_or_ask(
            facts,
            book,
            f"Dạ, thửa {plot}, tờ bản đồ {sheet} ở xã, phường nào ạ? (mỗi xã đánh số riêng; tên cũ em cũng tìm được)",
        )
        if not isinstance(area, Area):
            return area
        found = [one for one in book.named(f"{plot}/{sheet}") if one.area == area.id]
        if not found:
            renumbered = " Sau khi sắp xếp xã, số tờ có thể đã đổi; anh/chị xem sổ mới nhất." if area.said else ""
            return Answer(
                f"Dạ, em chưa có dữ liệu quy hoạch của thửa {plot}, tờ bản đồ {sheet}, {area_text(area)}.{renumbered}\n"
                "Muốn biết chắc, anh/chị xin văn bản Cung cấp thông tin quy hoạch tại trung tâm xã, phường.",
                options=(Option("Thửa khác", {"area": area.id}),),
                offers=(_WRITTEN,),
            )
        return self._tell(f"thửa {plot}, tờ bản đồ {sheet}, {area_text(area)}", found[0])

    def _of_place(self, facts: Facts, book: Book) -> Outcome:
        found = book.named(str(facts["place"]))
        found = [one for one in found if one.area == facts.get("area")] or found
        if not found:
            return self._of_area({name: value for name, value in facts.items() if name != "place"}, book)
        if len(found) > 1:
            return Ask("area", f"Dạ, {_place(found[0])} ở xã, phường nào ạ?", self._area_options(found, facts, book))
        area = book.areas.area(str(found[0].area))
        return self._tell(f"{_place(found[0])}, {area.name if area else ''}".rstrip(", "), found[0])

    def _of_area(self, facts: Facts, book: Book) -> Outcome:
        """Only the commune is known: the places in it of which something is planned, or the plot's numbers."""
        area = area_or_ask(facts, book, "")
        if not isinstance(area, Area):
            return area
        places = [one for one in book.in_area(area.id) if one.get("place") and not one.get("plot")]
        if not places:
            return Ask(
                "parcel", f"Dạ, anh/chị cho em số thửa và số tờ bản đồ ở {area_text(area)} (ví dụ thửa 12 tờ 5)."
            )
        options = tuple(Option(_place(one), {"area": area.id, "place": one.name}) for one in places[:MOST_PLACES])
        text = (
            f"Dạ, ở {area_text(area)} anh/chị hỏi khu nào ạ? Hỏi một thửa thì nhắn số thửa, số tờ (ví dụ thửa 12 tờ 5)."
        )
        return Ask("parcel", text, options)

    @staticmethod
    def _area_options(found: Sequence[Record], facts: Facts, book: Book) -> tuple[Option, ...]:
        areas = [book.areas.area(str(one.area)) for one in found]
        return tuple(
            Option(one.name[:1].upper() + one.name[1:], {"place": facts["place"], "area": one.id})
            for one in areas
            if one
        )[:MOST_PLACES]

    @staticmethod
    def _tell(what: str, record: Record) -> Answer:
        data = record.data
        period = f" (kỳ {data['period']})" if data.get("period") else ""
        lines = [f"Dạ, {what}: quy hoạch là {data['planned']}{period}."]
        if data.get("present"):
            size = f", diện tích {_area_of(data['size'])} m²" if data.get("size") else ""
            lines.append(f"Hiện trạng: {data['present']}{size}.")
        if data.get("road_limit"):
            lines.append(f"Lộ giới: {data['road_limit']}.")
        if data.get("note"):
            lines.append(f"{data['note'].rstrip('.')}.")
        lines.append("Chỉ văn bản Cung cấp thông tin quy hoạch mới có giá trị pháp lý.")
        return Answer(
            "\n".join(lines), (record,), options=(Option("Thửa khác", {"area": record.area}),), offers=(_WRITTEN,)
        )


_WRITTEN = Offer("Xin văn bản trả lời", "search_procedure", {"procedure": "cung cấp thông tin quy hoạch"})


def _numbers(said: Said) -> Facts:
    parcels = [*said.values("parcel"), *(match.parcel for match in find_parcels(said.text))]
    whole = next((one for one in parcels if re.fullmatch(r"\d+/\d+", one)), None)
    if whole:
        plot, _slash, sheet = whole.partition("/")
        return {"plot": int(plot), "sheet": int(sheet)}
    facts = {}
    for name, pattern in (("plot", _PLOT), ("sheet", _SHEET)):
        match = pattern.search(said.folded)
        if match:
            facts[name] = int(match[1])
    if facts:
        return facts
    if said.wanted in ("plot", "sheet"):
        alone = _ONE_NUMBER.match(said.folded)
        return {said.wanted: int(alone[1])} if alone else {}
    if said.wanted == "parcel":
        two = _TWO_NUMBERS.match(said.folded)
        return {"plot": int(two[1]), "sheet": int(two[2])} if two else {}
    return {}


def _area_of(size: float) -> str:
    """Square metres, thousands by dot: "2.455", "80,5"."""
    return f"{size:,.1f}".replace(",", " ").replace(".", ",").replace(" ", ".").removesuffix(",0")


def _place(record: Record) -> str:
    return str(record.data["place"])


PROVIDER = Planning()
