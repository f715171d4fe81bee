"""What several providers read and ask alike: the commune, the day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from onestop.clock import LOCAL
from onestop.information.areas import Area
from onestop.information.book import Book
from onestop.information.provider import Ask, Facts, Option, Said
from onestop.text.dates import find_dates, resolve_date

LONGEST_PLACE_WORDS = 8
_OPENING = re.compile(r"^\W*(?:da|o|tai|xa em|em o|toi o|tui o|nha o|nha tui o|nha toi o)\s+(?=\S)")


def read_area(said: Said, book: Book, words: str | None = None) -> Facts:
    """The commune that a message names or a shared location lies in.

    Args:
        words: What to read in place of the whole message, where a part of it means something else.

    Returns:
        `area` (with `area_said` where a former name was used), `areas` where several are meant, `unknown_place` where
        a place was named that is none of the province's communes, nothing where none was named.
    """
    if said.location is not None:
        return _located(said.location, book)
    text = said.text if words is None else words
    named = " ".join((*said.values("place"), *said.values("agency"))) if words is None else ""
    is_asked = said.wanted == "area" and len(text.split()) <= LONGEST_PLACE_WORDS
    tries = [(named, False)] if named else []
    tries += [(text, True)] + ([(text, False)] if is_asked else [])
    for wording, is_sentence in tries:
        found = book.areas.named(wording, is_sentence)
        if found.is_sure:
            area = found.areas[0]
            return {"area": area.id, **({"area_said": area.said} if area.said else {})}
        if found.areas:
            return {"areas": [area.id for area in found.areas]}
    unknown = named or (text if is_asked else "")
    return {"unknown_place": _shown(unknown)} if unknown else {}


def area_or_ask(facts: Facts, book: Book, question: str) -> Area | Ask:
    """The commune that the facts name, else the question for it.

    Args:
        question: Asked where nothing is known yet.
    """
    known = book.areas.area(str(facts["area"])) if facts.get("area") else None
    if known is not None:
        return replace(known, said=str(facts.get("area_said") or ""))
    if facts.get("areas"):
        candidates = [book.areas.area(str(area_id)) for area_id in facts["areas"]]
        options = tuple(_option(one, facts) for one in candidates if one is not None)
        more = " (hoặc nhắn tên xã, phường khác)" if len(options) >= 5 else ""
        return Ask("area", f"Dạ, anh/chị hỏi xã, phường nào ạ?{more}", options)
    if facts.get("unknown_place"):
        return Ask(
            "area",
            f"Dạ, em chưa nhận ra “{facts['unknown_place']}” trong các xã, phường của tỉnh. "
            "Nơi đó thuộc xã, phường nào ạ? (tên cũ em cũng tìm được)\n"
            f"Ngoài tỉnh thì em không có dữ liệu; cần gấp, anh/chị gọi tổng đài {book.hotline}.",
        )
    return Ask("area", question)


def area_text(area: Area) -> str:
    """ "xã Cần Giuộc", with the former name that was said."""
    return f"{area.name} ({area.said.removesuffix('(cũ)').strip()} cũ)" if area.said else area.name


def read_day(said: Said, now: datetime) -> date | None:
    """The day that a message names."""
    for value in said.values("date"):
        try:
            return _local_day(value)
        except ValueError:
            continue
    found = find_dates(said.text, now, prefers_future=True)
    if found:
        return _local_day(found[0].value)
    alone = resolve_date(said.text, now, prefers_future=True) if said.wanted == "day" else None
    return _local_day(alone.value) if alone else None


def moment_of(value: str | None) -> datetime | None:
    """A kept ISO day or moment, aware; a day begins at midnight, Asia/Ho_Chi_Minh."""
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def end_of(value: str | None) -> datetime | None:
    """The last moment of a kept ISO day."""
    begins = moment_of(value)
    return None if begins is None else begins.replace(hour=23, minute=59, second=59)


def _local_day(value: str) -> date:
    moment = datetime.fromisoformat(value)
    return (moment.astimezone(LOCAL) if moment.tzinfo else moment).date()


def _located(location: tuple[float, float], book: Book) -> Facts:
    area = book.nearest_area(*location)
    if area is None:
        return {"unknown_place": "vị trí vừa gửi"}
    return {"area": area.id, "latitude": location[0], "longitude": location[1]}


def _option(area: Area, facts: Facts) -> Option:
    kept = {name: value for name, value in facts.items() if name not in ("areas", "unknown_place")}
    return Option(area.name[:1].upper() + area.name[1:], {**kept, "area": area.id})


def _shown(words: str) -> str:
    return _OPENING.sub("", " ".join(words.split()))[:60]
