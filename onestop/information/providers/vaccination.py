"""Vaccination sites, nearest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from onestop.information.areas import Area
from onestop.information.asking import area_or_ask, area_text, end_of, moment_of, read_area
from onestop.information.book import Book, Record, distance_km
from onestop.information.columns import Column, choice, commune, day, decimal_between, items, phone, text
from onestop.information.provider import Answer, Call, Facts, Index, Link, Offer, Option, Outcome, Provider, Said
from onestop.messages.formats import phone_text
from onestop.text import fold

AT_ONCE = 3
MOST_VACCINES = 4
KINDS = {"station": "Trạm y tế", "hospital": "Bệnh viện", "service": "Tiêm dịch vụ", "mobile": "Điểm lưu động"}
_VACCINES = (
    ("HPV", re.compile(r"\b(?:hpv|co tu cung)\b")),
    ("sởi", re.compile(r"\b(?:soi|rubella|quai bi|mmr|mr)\b")),
    ("dại", re.compile(r"\b(?:dai|cho can|meo cao|meo can|cho cao)\b(?! (?:ly|hoc|hang|dien|loan|han|gia))")),
    ("cúm", re.compile(r"\bcum\b(?! (?:dan cu|cong nghiep|tuyen))")),
    ("uốn ván", re.compile(r"\b(?:uon van|bau|mang thai|dam dinh|dap dinh)\b")),
    ("phế cầu", re.compile(r"\b(?:phe cau|viem phoi)\b")),
    ("viêm não Nhật Bản", re.compile(r"\b(?:viem nao|nhat ban)\b")),
    ("viêm gan B", re.compile(r"\bviem gan\b")),
    ("5 trong 1", re.compile(r"\b(?:5 trong 1|nam trong mot|5in1|bach hau|ho ga)\b")),
    ("6 trong 1", re.compile(r"\b(?:6 trong 1|sau trong mot|6in1)\b")),
    ("bại liệt", re.compile(r"\b(?:bai liet|ipv|opv|bopv)\b")),
    ("lao (BCG)", re.compile(r"\b(?:bcg|mui lao|ngua lao)\b")),
    ("thủy đậu", re.compile(r"\b(?:thuy dau|trai ra)\b")),
    ("Covid-19", re.compile(r"\b(?:covid|corona|cov)\b")),
    ("não mô cầu", re.compile(r"\b(?:nao mo cau|mo cau)\b")),
    ("thương hàn", re.compile(r"\bthuong han\b")),
    ("zona", re.compile(r"\b(?:zona|gioi leo)\b")),
    ("sốt xuất huyết", re.compile(r"\bsot xuat huyet\b")),
)
_MORE = re.compile(r"\b(?:xem|coi) (?:\w+ )?them\b|\b(?:diem|cho|noi) (?:nao )?khac\b")


class VaccinationSites(Provider):
    """Where and when one is vaccinated."""

    kind = "vaccination_sites"
    intent = "ask_vaccination_site"
    title = "lịch tiêm của từng điểm"
    own_columns = (
        Column("site", "Tên điểm", text, True, "Trạm y tế xã Cần Giuộc"),
        Column("type", "Loại", choice(KINDS), True, "Trạm y tế"),
        Column("area", "Xã, phường", commune, True, "xã Cần Giuộc"),
        Column("address", "Địa chỉ", text, True, "Ấp 2, xã Cần Giuộc"),
        Column("latitude", "Vĩ độ", decimal_between(8, 24), False, "10,6052"),
        Column("longitude", "Kinh độ", decimal_between(102, 110), False, "106,6711"),
        Column("phone", "Điện thoại", phone, False, "0272 387 0000"),
        Column("schedule", "Lịch tiêm", text, True, "ngày 5 và 20 hằng tháng, 7 giờ – 11 giờ"),
        Column("vaccines", "Vắc-xin", items, True, "lao (BCG); sởi; 5 trong 1"),
        Column("for_whom", "Đối tượng", text, False, "trẻ dưới 5 tuổi, phụ nữ mang thai"),
        Column("bring", "Cần mang", text, False, "sổ tiêm chủng"),
        Column("opens_on", "Mở từ", day),
        Column("closes_on", "Mở đến", day),
    )
    good_for = timedelta(days=60)
    verify_with = "trạm y tế xã, phường"
    signs = re.compile(r"\b(?:tiem chung|chich ngua|tiem ngua|vac ?xin|tiem phong)\b")
    carried = ("area", "area_said", "latitude", "longitude", "vaccine", "from")
    is_about_home = True

    def contradiction(self, values: Mapping[str, Any]) -> str | None:
        """Both coordinates or none; a site closes after it opened."""
        if ("latitude" in values) != ("longitude" in values):
            return "có “Vĩ độ” thì phải có “Kinh độ”, và ngược lại"
        if values.get("opens_on", "") > values.get("closes_on", "9999"):
            return "“Mở đến” trước “Mở từ”"
        return None

    def index(self, values: Mapping[str, Any]) -> Index:
        """By commune; two sites of a commune have two names."""
        return Index(
            key=f"{values['area']}|{fold(values['site'])[:250]}",
            area=values["area"],
            starts_at=moment_of(values.get("opens_on")),
            ends_at=end_of(values.get("closes_on")),
            latitude=values.get("latitude"),
            longitude=values.get("longitude"),
        )

    def read(self, said: Said, book: Book) -> Facts:
        """Commune or shared location, and which vaccine."""
        facts = read_area(said, book)
        vaccine = next((name for name, pattern in _VACCINES if pattern.search(said.folded)), None)
        if vaccine:
            facts["vaccine"] = vaccine
        if _MORE.search(said.folded):
            facts["more"] = True
        return facts

    def merged(self, before: Facts, new: Facts) -> Facts:
        """ "Xem thêm" goes on with the list; whatever else is new begins it anew."""
        facts = super().merged(before, {name: value for name, value in new.items() if name != "more"})
        facts["from"] = int(before.get("from", 0)) + AT_ONCE if new.get("more") else int(new.get("from", 0))
        return facts

    def answer(self, facts: Facts, book: Book) -> Outcome:
        """Three sites, the nearest first."""
        if book.is_empty:
            return self.without_data(book)
        question = "Dạ, anh/chị ở xã, phường nào ạ, để em tìm điểm tiêm gần nhất? Gửi vị trí cho em cũng được."
        area = area_or_ask(facts, book, question)
        if not isinstance(area, Area):
            return area
        vaccine = facts.get("vaccine")
        sites = [one for one in book.all() if _is_open(one, book)]
        fitting = [one for one in sites if vaccine is None or _has(one, str(vaccine))]
        if not fitting:
            return Answer(
                f"Dạ, trong dữ liệu em chưa có điểm nào tiêm ngừa {vaccine}. Anh/chị hỏi trạm y tế xã, phường hoặc gọi "
                f"tổng đài "
                f"{book.hotline}.",
                options=(Option("Điểm tiêm gần nhất", _place_facts(facts)),),
                offers=(Offer("Đường dây nóng", "contact_hotline"),),
            )
        ordered = _nearest_first(fitting, sites, area, _shared(facts))
        start = int(facts.get("from", 0))
        shown = ordered[start : start + AT_ONCE]
        if not shown:
            return Answer(
                "Dạ, em đã kể hết các điểm tiêm rồi ạ.", options=(Option("Nơi khác", _kept(facts, "vaccine")),)
            )
        return self._tell(shown, area, facts, start, len(ordered))

    def without_data(self, book: Book) -> Answer:
        """Who vaccinates, in general."""
        return Answer(
            "Dạ, em chưa có lịch tiêm của từng điểm. Trạm y tế xã, phường tiêm chủng mở rộng vào ngày cố định hằng "
            "tháng; "
            "anh/chị hỏi trạm y tế gần nhà, mang theo sổ tiêm.",
            offers=(Offer("Đường dây nóng", "contact_hotline"),),
            has_source=False,
        )

    @staticmethod
    def _tell(shown: Sequence[tuple[Record, float | None]], area: Area, facts: Facts, start: int, found: int) -> Answer:
        what = f"điểm tiêm ngừa {facts['vaccine']}" if facts.get("vaccine") else "điểm tiêm chủng"
        near = f"vị trí anh/chị gửi ({area.name})" if _shared(facts) else area_text(area)
        opening = f"Dạ, {what} gần {near} nhất:" if start == 0 else f"Dạ, thêm {what} gần {near}:"
        lines = [
            _line(number, site, km, bool(facts.get("vaccine")))
            for number, (site, km) in enumerate(shown, start=start + 1)
        ]
        sites = [site for site, _km in shown]
        brings = next((site.data["bring"] for site in sites if site.get("bring")), None)
        text = "\n".join([opening, *lines, *([f"Nhớ mang {brings}."] if brings else [])])
        links: list[Link | Call] = []
        if sites[0].latitude is not None:
            links.append(Link("Chỉ đường điểm gần nhất" if not start else "Chỉ đường", _map_url(sites[0])))
        if sites[0].get("phone"):
            links.append(Call(f"Gọi {phone_text(sites[0].data['phone'])}", sites[0].data["phone"]))
        more = (Option("Xem thêm", {**facts, "from": start + AT_ONCE}),) if found > start + AT_ONCE else ()
        return Answer(
            text, tuple(sites), options=(*more, Option("Nơi khác", _kept(facts, "vaccine"))), links=tuple(links)
        )


def _line(number: int, site: Record, km: float | None, is_asked: bool) -> str:
    data = site.data
    where = f", cách khoảng {km:.1f} km".replace(".", ",") if km is not None else ""
    listed = ", ".join(data["vaccines"][:MOST_VACCINES]) + (" …" if len(data["vaccines"]) > MOST_VACCINES else ".")
    vaccines = "" if is_asked else f" Có {listed}"
    return f"{number}. {data['site']} ({data['address']}{where}): {data['schedule']}.{vaccines}"


def _is_open(site: Record, book: Book) -> bool:
    return site.ends_at is None or site.ends_at >= book.now


def _has(site: Record, vaccine: str) -> bool:
    patterns = dict(_VACCINES)
    return any(patterns[vaccine].search(fold(one)) or fold(vaccine) in fold(one) for one in site.data["vaccines"])


def _shared(facts: Facts) -> tuple[float, float] | None:
    return (float(facts["latitude"]), float(facts["longitude"])) if "latitude" in facts else None


def _nearest_first(
    fitting: Sequence[Record], sites: Sequence[Record], area: Area, here: tuple[float, float] | None
) -> list[tuple[Record, float | None]]:
    """Sites with their distance in km where it is known: from the shared location, else the commune's own first."""
    start = here or _middle([one for one in sites if one.area == area.id])
    found = [(one, _km(start, one)) for one in fitting]
    found.sort(
        key=lambda pair: (here is None and pair[0].area != area.id, pair[1] is None, pair[1] or 0.0, pair[0].key)
    )
    if here is None:  # within the commune nobody knows where the citizen stands
        found = [(one, None if one.area == area.id else km) for one, km in found]
    return found


def _middle(sites: Sequence[Record]) -> tuple[float, float] | None:
    spots = [(one.latitude, one.longitude) for one in sites if one.latitude is not None and one.longitude is not None]
    if not spots:
        return None
    return sum(spot[0] for spot in spots) / len(spots), sum(spot[1] for spot in spots) / len(spots)


def _km(start: tuple[float, float] | None, site: Record) -> float | None:
    if start is None or site.latitude is None or site.longitude is None:
        return None
    return distance_km(start, (site.latitude, site.longitude))


def _map_url(site: Record) -> str:
    return f"https://www.google.com/maps/search/?api=1&query={site.latitude},{site.longitude}"


def _place_facts(facts: Facts) -> Facts:
    return _kept(facts, "area", "area_said", "latitude", "longitude")


def _kept(facts: Facts, *names: str) -> Facts:
    return {name: facts[name] for name in names if name in facts}


PROVIDER = VaccinationSites()
