"""Official land prices by road, segment, kind of land and position."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from onestop.information.areas import Area, without_kind
from onestop.information.asking import area_or_ask, area_text, end_of, moment_of, read_area
from onestop.information.book import Book, Record
from onestop.information.columns import Column, choice, commune, day, text, whole_number
from onestop.information.matching import key_of, names_in
from onestop.information.provider import AREA_FACTS, Answer, Ask, Facts, Index, Offer, Option, Outcome, Provider, Said
from onestop.messages.formats import money_text
from onestop.text import fold, nfc

MOST_ROADS = 5
LONGEST_ROAD_WORDS = 6
LANDS = {
    "ODT": "đất ở tại đô thị",
    "ONT": "đất ở tại nông thôn",
    "TMD": "đất thương mại, dịch vụ",
    "SKC": "đất cơ sở sản xuất phi nông nghiệp",
    "CLN": "đất trồng cây lâu năm",
    "BHK": "đất trồng cây hằng năm",
    "LUC": "đất trồng lúa",
    "NTS": "đất nuôi trồng thủy sản",
    "RSX": "đất rừng sản xuất",
}
_DWELLING = ("ODT", "ONT")
_FARMING = ("CLN", "BHK", "LUC", "NTS", "RSX")
_LAND_WORDS = (
    (("TMD",), re.compile(r"\b(?:thuong mai|dich vu|tmdv|tmd|buon ban)\b")),
    (("SKC",), re.compile(r"\b(?:san xuat(?! nong)|sxkd|skc|phi nong nghiep|nha xuong|kho bai|kcn)\b")),
    (("CLN",), re.compile(r"\b(?:cay lau nam|cln|dat vuon|lau nam|vuon)\b")),
    (("LUC",), re.compile(r"\b(?:dat luc|ruong|lua)\b")),
    (("BHK",), re.compile(r"\b(?:cay hang nam|hang nam|dat mau|bhk)\b")),
    (("NTS",), re.compile(r"\b(?:thuy san|ao tom|nuoi tom|nts|ao ca)\b")),
    (("RSX",), re.compile(r"\b(?:dat rung|rung|rsx)\b")),
    (_FARMING, re.compile(r"\b(?:dat |gia )?nong nghiep\b")),
    (
        _DWELLING,
        re.compile(r"\b(?:tho cu|odt|ont|dat nha)\b|\b(?:dat|nha) o\b(?! (?:dau|cho nao|xa|phuong|duong|thi tran))"),
    ),
)
_POSITION = re.compile(
    r"\b(?:vi tri|vt)\s*(?:so\s*)?(?P<number>[1-4]|mot|hai|ba|bon)\b|\b(?P<front>mat tien|mat duong)\b"
)
_POSITION_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4}
_ROAD_SAID = re.compile(r"\b(?:duong|hem|ql|quoc lo|dt|tl|tinh lo|huong lo|hl|lo)\s+(?P<name>[^,.;?!]{2,60})")
_ROAD_ENDS = re.compile(
    r"\s+(?:xa|phuong|p|thi tran|tt|o|thuoc|tai|doan|tu|gia|bao nhieu|nhieu|la|vi tri|khuc|gan|mat "
    r"tien|may|co|huyen|di|vay|a|khong|ko|k|em|ad)\b.*$"
)
_FILLER = frozenset(
    "nao do nay kia gi day dau bao nhieu may nha toi tui minh em con nho lon 3m 4m 5m nhua da be tong lang ap tren "
    "lo truoc".split()
)


class LandPrices(Provider):
    """What the province's table says a square metre is worth, for taxes and fees."""

    kind = "land_prices"
    intent = "ask_land_price"
    title = "bảng giá đất"
    own_columns = (
        Column("area", "Xã, phường", commune, True, "phường Long An"),
        Column("road", "Tên đường", text, False, "Nguyễn Huệ"),
        Column("segment_from", "Đoạn từ", text, False, "Cầu Bảo Định"),
        Column("segment_to", "Đoạn đến", text, False, "Chợ Tân An"),
        Column("land", "Loại đất", choice(LANDS), True, "ODT"),
        Column(
            "position",
            "Vị trí",
            choice({"1": "Vị trí 1", "2": "Vị trí 2", "3": "Vị trí 3", "4": "Vị trí 4"}),
            True,
            "1",
        ),
        Column("price", "Giá (đồng/m²)", whole_number, True, "12.500.000"),
        Column("decision", "Quyết định", text, True, "Quyết định 01/2026/QĐ-UBND"),
        Column("valid_from", "Áp dụng từ", day, True, "01/01/2026"),
        Column("valid_until", "Áp dụng đến", day, False, "31/12/2026"),
        Column("note", "Ghi chú", text),
    )
    good_for = timedelta(days=400)
    verify_with = "trung tâm xã, phường nơi có đất"
    signs = re.compile(r"\b(?:bang gia dat|gia dat)\b")
    carried = ("area", "area_said", "road", "segment", "lands")

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """A segment has a road; land that is no farmland has one too; a price is no slip of the keyboard."""
        if not values.get("road") and (values.get("segment_from") or values.get("segment_to")):
            return "có đoạn đường mà thiếu “Tên đường”"
        if not values.get("road") and values["land"] not in _FARMING:
            return "đất phi nông nghiệp phải có “Tên đường”"
        if not 10_000 <= values["price"] <= 1_000_000_000:
            return f"giá {values['price']} đồng/m² không hợp lý; xem lại số chữ số"
        return None

    def index(self, values: Mapping[str, Any]) -> Index:
        """By road; farmland by commune alone."""
        parts = (values.get("road", ""), values.get("segment_from", ""), values.get("segment_to", ""))
        spot = "|".join(key_of(part)[:80] for part in parts)
        return Index(
            key=f"{values['area']}|{spot}|{values['land']}|{values['position']}|{values['valid_from']}",
            name=key_of(values["road"]) if values.get("road") else None,
            area=values["area"],
            starts_at=moment_of(values["valid_from"]),
            ends_at=end_of(values.get("valid_until")),
        )

    def read(self, said: Said, book: Book) -> Facts:
        """Road, commune, words that may name a segment, kind of land, position."""
        facts: Facts = {}
        named = book.names()
        roads, communes = {name for name, _area in named}, _communes({area for _name, area in named}, book)
        found = names_in(said.text, roads, said.wanted not in (None, "road"), communes)
        words = said.text
        if found:
            facts["road"] = found[0]
            words = _without(said.text, found[0])
        facts |= {name: value for name, value in read_area(said, book, words).items() if name != "unknown_place"}
        facts |= _area_asked(said, book)
        unknown = "" if found else _road_said(said, has_area=bool(AREA_FACTS & facts.keys()))
        if unknown:
            facts["unknown_road"] = unknown
        lands = lands_in(said.folded)
        if lands:
            facts["lands"] = list(lands)
        position = _POSITION.search(said.folded)
        if position:
            number = position["number"]
            facts["position"] = 1 if number is None else _POSITION_WORDS.get(number) or int(number)
        if said.wanted == "segment" or re.search(r"\b(?:doan|tu|khuc)\b", said.folded):
            facts["segment_words"] = said.folded
        return facts

    def merged(self, before: Facts, new: Facts) -> Facts:
        """Another road begins anew, but for kind of land and position."""
        if "unknown_road" in new and "road" not in new:
            before = {name: value for name, value in before.items() if name != "road"}
        if new.get("road") and new["road"] != before.get("road"):
            before = {name: before[name] for name in ("lands", "area", "area_said") if name in before}
            if set(before.get("lands", ())) <= set(
                _DWELLING
            ):  # a ward's dwelling land is another kind than a village's
                before["lands"] = list(_DWELLING) if before.get("lands") else []
            before = {name: value for name, value in before.items() if value}
        if "road" in new:
            before = {name: value for name, value in before.items() if name != "unknown_road"}
        if (AREA_FACTS & new.keys()) and "road" not in new and before.get("road"):
            before = {name: value for name, value in before.items() if name not in ("segment", "segment_words")}
        return super().merged(before, new)

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """The prices of one segment by position; asks for road, commune, segment, kind of land where several fit."""
        if book.is_empty:
            return self.without_data(book)
        if not facts.get("road"):
            return self._without_road(facts, book)
        rows = _in_force(book.named(str(facts["road"])), book)
        if not rows:
            return Answer(
                "Dạ, bảng giá của đường này đã hết thời hạn áp dụng, em chưa có bảng mới. "
                f"Anh/chị hỏi {self.verify_with} giúp em.",
                offers=_OFFERS,
            )
        areas = list(dict.fromkeys(one.area for one in rows))
        meant = [area for area in facts.get("areas", ()) if area in areas]
        if len(meant) == 1:  # of the communes that the words may mean, one has this road
            facts = {**facts, "area": meant[0]}
        in_area = [one for one in rows if one.area == facts.get("area")]
        if facts.get("area") and not in_area:
            return self._not_there(rows, facts, book)
        if not in_area and len(areas) > 1:
            return _which_area(rows, facts, book)
        return self._of_segment(in_area or rows, facts, book)

    def without_data(self, book: Book) -> Answer:
        """Who has the table."""
        return Answer(
            "Dạ, em chưa có bảng giá đất trong dữ liệu nên không dám nói số.\nBảng giá đất do UBND tỉnh ban hành, "
            "dùng tính "
            "thuế, phí (không phải giá mua bán); anh/chị hỏi trung tâm xã, phường nơi có đất, nhớ mang số tờ, số thửa.",
            offers=_OFFERS,
            has_source=False,
        )

    def source_of(self, record: Record) -> str:
        """The decision by which the table is in force, and who gave it to us."""
        return f"{record.data['decision']}, {record.source}"

    def _of_segment(self, rows: Sequence[Record], facts: Facts, book: Book) -> Outcome:
        segments = list(dict.fromkeys(_segment(one) for one in rows))
        chosen = _chosen_segments(segments, facts)
        if len(chosen) > 1:
            kept = {name: value for name, value in facts.items() if name not in ("segment", "segment_words")}
            options = tuple(
                Option(_capital(_segment_text(one)), {**kept, "segment": list(one)}) for one in chosen[:MOST_ROADS]
            )
            return Ask("segment", f"Dạ, {_road(rows[0])} có nhiều đoạn giá khác nhau. Đất ở đoạn nào ạ?", options)
        rows = [one for one in rows if _segment(one) == chosen[0]]
        lands = list(dict.fromkeys(one.data["land"] for one in rows))
        wanted = [land for land in lands if land in facts.get("lands", lands)]
        if len(wanted) > 1:
            options = tuple(
                Option(LANDS[land].capitalize(), {**facts, "segment": list(chosen[0]), "lands": [land]})
                for land in wanted
            )
            return Ask("land", "Dạ, anh/chị hỏi giá loại đất nào ạ?", options[:MOST_ROADS])
        if not wanted:
            asked = " hoặc ".join(LANDS[land] for land in facts["lands"])
            return Answer(
                f"Dạ, đoạn này bảng giá không có {asked}; chỉ có {', '.join(LANDS[land] for land in lands)}.",
                tuple(rows),
                options=tuple(
                    Option(LANDS[land].capitalize(), {**facts, "segment": list(chosen[0]), "lands": [land]})
                    for land in lands
                ),
            )
        return self._prices([one for one in rows if one.data["land"] == wanted[0]], lands, facts, book)

    def _prices(self, rows: Sequence[Record], lands: Sequence[str], facts: Facts, book: Book) -> Answer:
        first = rows[0]
        area = book.areas.area(str(first.area))
        where = f"{_road(first)}, {_segment_text(_segment(first))}" if first.get("road") else ""
        where = ", ".join(one for one in (where.removesuffix(f", {_WHOLE_ROAD}"), area.name if area else "") if one)
        by_position = sorted(rows, key=lambda one: one.data["position"])
        shown = [one for one in by_position if one.data["position"] == str(facts.get("position"))] or by_position
        prices = "; ".join(f"vị trí {one.data['position']}: {money_text(one.data['price'])}/m²" for one in shown)
        notes = list(dict.fromkeys(one.data["note"] for one in shown if one.get("note")))
        text = f"Dạ, giá {LANDS[first.data['land']]}, {where}:\n{prices}." + "".join(f"\n{note}." for note in notes)
        text += "\nĐây là giá nhà nước để tính thuế, phí, không phải giá mua bán."
        others = [land for land in lands if land != first.data["land"]]
        kept = {**facts, "segment": list(_segment(first)), "area": first.area}
        options = [Option(LANDS[land].capitalize(), {**kept, "lands": [land]}) for land in others]
        return Answer(text, tuple(shown), options=(*options[:2], Option("Đường khác", {})), offers=_OFFERS[:1])

    def _without_road(self, facts: Facts, book: Book) -> Outcome:
        lands = facts.get("lands", ())
        if lands and all(land in _FARMING for land in lands):
            return self._of_farmland(facts, book)
        if facts.get("unknown_road"):
            return Ask(
                "road",
                f"Dạ, em không thấy đường “{facts['unknown_road']}” trong bảng giá. Anh/chị xem lại tên đường giúp em; "
                f"đường không có tên thì hỏi {self.verify_with}, hoặc tổng đài {book.hotline}.",
                _roads_of(facts, book),
            )
        known = book.areas.area(str(facts["area"])) if facts.get("area") else None
        if known is not None:
            options = _roads_of(facts, book)
            if not options:
                return Answer(
                    f"Dạ, em chưa có giá đất của {area_text(known)} trong dữ liệu nên không dám nói số. "
                    f"Anh/chị hỏi {self.verify_with}, nhớ mang số tờ, số thửa.",
                    offers=_OFFERS,
                )
            return Ask("road", f"Dạ, đất ở đường nào của {area_text(known)} ạ? (hoặc nhắn tên đường khác)", options)
        if facts.get("areas"):
            area = area_or_ask(facts, book, "")
            return area if isinstance(area, Ask) else self._without_road({**facts, "area": area.id}, book)
        return Ask(
            "road",
            "Dạ, anh/chị hỏi giá đất ở đường nào, xã, phường nào ạ? (ví dụ Nguyễn Huệ, phường Long An; đất nông "
            "nghiệp thì "
            "nhắn loại đất và tên xã)",
        )

    def _of_farmland(self, facts: Facts, book: Book) -> Outcome:
        area = area_or_ask(facts, book, "Dạ, đất nông nghiệp ở xã, phường nào ạ? (tên cũ em cũng tìm được)")
        if not isinstance(area, Area):
            return area
        rows = [one for one in _in_force(book.in_area(area.id), book) if not one.get("road")]
        rows = [one for one in rows if one.data["land"] in facts["lands"]]
        lands = list(dict.fromkeys(one.data["land"] for one in rows))
        if not rows:
            return Answer(
                f"Dạ, em chưa có giá đất nông nghiệp của {area_text(area)} trong dữ liệu nên không dám nói số. "
                f"Anh/chị hỏi {self.verify_with} giúp em.",
                offers=_OFFERS,
            )
        if len(lands) > 1:
            options = tuple(Option(LANDS[land].capitalize(), {**facts, "lands": [land]}) for land in lands[:MOST_ROADS])
            return Ask("land", "Dạ, anh/chị hỏi loại đất nào ạ?", options)
        return self._prices(rows, lands, facts, book)

    def _not_there(self, rows: Sequence[Record], facts: Facts, book: Book) -> Outcome:
        asked = book.areas.area(str(facts["area"]))
        name = asked.name if asked else "nơi này"
        options = _area_options(rows, facts, book)
        return Ask(
            "area",
            f"Dạ, bảng giá không có {_road(rows[0])} ở {name}; đường này có ở nơi dưới đây. Anh/chị hỏi nơi nào ạ?",
            options,
        )


_WHOLE_ROAD = "cả đường"
_OWN_KIND = ("quoc lo", "duong", "dt", "tinh lo", "huong lo", "hem", "ql", "dai lo")
_OFFERS = (Offer("Địa chỉ trung tâm", "ask_address"), Offer("Đường dây nóng", "contact_hotline"))


def lands_in(folded: str) -> tuple[str, ...]:
    """The kinds of land that a folded text may mean; none where it names none."""
    return next((codes for codes, pattern in _LAND_WORDS if pattern.search(folded)), ())


def _in_force(rows: Sequence[Record], book: Book) -> list[Record]:
    return [
        one
        for one in rows
        if (one.starts_at is None or one.starts_at <= book.now) and (one.ends_at is None or one.ends_at >= book.now)
    ]


def _which_area(rows: Sequence[Record], facts: Facts, book: Book) -> Ask:
    options = _area_options(rows, facts, book)
    more = " (hoặc nhắn tên nơi khác)" if len(options) == MOST_ROADS else ""
    return Ask("area", f"Dạ, {_road(rows[0])} có ở nhiều nơi. Đất ở xã, phường nào ạ?{more}", options)


def _area_options(rows: Sequence[Record], facts: Facts, book: Book) -> tuple[Option, ...]:
    kept = {name: value for name, value in facts.items() if name not in AREA_FACTS}
    areas = [book.areas.area(str(area_id)) for area_id in dict.fromkeys(one.area for one in rows)]
    named = sorted((one for one in areas if one), key=lambda one: not one.name.startswith("phường"))
    return tuple(Option(one.name[:1].upper() + one.name[1:], {**kept, "area": one.id}) for one in named)[:MOST_ROADS]


def _roads_of(facts: Facts, book: Book) -> tuple[Option, ...]:
    if not facts.get("area"):
        return ()
    kept = {name: value for name, value in facts.items() if name not in ("unknown_road", "road")}
    roads = {
        one.name: _capital(_road(one).removeprefix("đường "))
        for one in book.in_area(str(facts["area"]))
        if one.get("road")
    }
    return tuple(Option(title, {**kept, "road": name}) for name, title in sorted(roads.items(), key=str))[:MOST_ROADS]


def _segment(record: Record) -> tuple[str, str]:
    return record.get("segment_from", ""), record.get("segment_to", "")


def _segment_text(segment: tuple[str, str]) -> str:
    begins, ends = segment
    if not begins and not ends:
        return _WHOLE_ROAD
    return f"đoạn {begins} – {ends}" if begins and ends else f"đoạn {begins or ends}"


def _chosen_segments(segments: Sequence[tuple[str, str]], facts: Facts) -> list[tuple[str, str]]:
    """The segments that the facts leave possible; all of them where the facts name none."""
    if facts.get("segment"):
        chosen = [one for one in segments if list(one) == list(facts["segment"])]
        return chosen or list(segments)
    words = str(facts.get("segment_words") or "")
    scored = [(_ends_named(one, words), one) for one in segments] if words else []
    best = max((score for score, _ in scored), default=0.0)
    return [one for score, one in scored if score == best] if best > 0 else list(segments)


def _ends_named(segment: tuple[str, str], words: str) -> float:
    """How much of a segment's two ends stands in a text."""
    said = set(re.findall(r"\w+", words))
    score = 0.0
    for end in segment:
        telling = [
            word for word in re.findall(r"\w+", fold(end)) if word not in ("cau", "cho", "nga", "duong", "ranh", "het")
        ]
        score += sum(word in said for word in telling) / len(telling) if telling else 0.0
    return score if score >= 0.5 else 0.0


def _road(record: Record) -> str:
    """The road as it stands in a sentence: "đường Nguyễn Huệ", "Quốc lộ 1"."""
    name = str(record.data["road"])
    return name if fold(name).startswith(_OWN_KIND) else f"đường {name}"


def _without(words: str, road: str) -> str:
    """A message without the road, whose name may be a commune's too."""
    plain = key_of(words)
    return f" {plain} ".replace(f" {road} ", " ; ").strip() if f" {road} " in f" {plain} " else words


def _communes(area_ids: Iterable[str | None], book: Book) -> set[str]:
    """Keys of the communes that have roads in the table, without their kind: "ben luc"."""
    known = (book.areas.area(area_id) for area_id in area_ids if area_id)
    return {key_of(without_kind(one.name)) for one in known if one}


def _area_asked(said: Said, book: Book) -> Facts:
    """Where the commune was just asked for, what is none is said so."""
    return read_area(said, book) if said.wanted == "area" else {}


def _road_said(said: Said, has_area: bool) -> str:
    """A road that somebody names and the table does not have.

    Args:
        has_area: Whether a commune was found in the message: alone it is no road.
    """
    plain = nfc(said.text)
    match = _ROAD_SAID.search(fold(plain))
    if match is None:
        is_name = said.wanted == "road" and not has_area and re.search(r"[^\W\d]{2}", plain)
        return " ".join(plain.split()) if is_name and len(plain.split()) <= LONGEST_ROAD_WORDS else ""
    name = plain[match.start("name") : match.end("name")]
    ends = _ROAD_ENDS.search(fold(name))
    words = [word for word in name[: ends.start() if ends else None].split() if fold(word) not in _FILLER]
    return " ".join(words)[:40]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


PROVIDER = LandPrices()
