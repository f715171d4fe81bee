"""Buttons that lead to an office: dial, map, and the other questions about it."""

from __future__ import annotations

from urllib.parse import quote

from actions.turn import Button, Turn, button, call, link
from onestop.messages.formats import phone_text
from onestop.messages.offices import OfficeFacts

_TITLES = {"contact_hotline": "Số điện thoại", "ask_address": "Địa chỉ", "ask_working_hours": "Giờ làm việc"}


def short_name(office: OfficeFacts) -> str:
    """The part of a centre's name that tells it from the others: "xã Cần Giuộc"."""
    for kind in (" xã ", " phường ", " tỉnh "):
        _head, found, name = office.name.rpartition(kind)
        if found:
            return f"{kind.strip().capitalize()} {name}"
    return office.name


def call_buttons(office: OfficeFacts, fallback: str) -> list[Button]:
    """Dials the office, or the province's line where its number is not on record."""
    phone = office.phone or fallback
    return [call(f"Gọi {phone_text(phone)}", phone)]


def map_button(turn: Turn, office: OfficeFacts) -> Button:
    """Opens a map: the link on record, else a search for name and address."""
    where = ", ".join(one for one in (office.name, office.address, turn.services.settings.province_name) if one)
    url = office.map_url or turn.services.settings.map_search_url.replace("{query}", quote(where))
    return link("Chỉ đường trên bản đồ", url)


def other_questions(office: OfficeFacts, purpose: str) -> list[Button]:
    """What else may be asked about the office."""
    return [button(title, other, agency_id=office.id) for other, title in _TITLES.items() if other != purpose]


def contact_buttons(turn: Turn, office: OfficeFacts) -> list[Button]:
    """To call it, to find it, to know when it is open."""
    hotline = turn.services.settings.fallback_hotline
    hours = button("Giờ làm việc", "ask_working_hours", agency_id=office.id)
    return [*call_buttons(office, hotline), map_button(turn, office), hours]
