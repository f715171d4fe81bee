"""The three-part menu as buttons, and the way to people."""

from __future__ import annotations

from actions.turn import Button, Turn, button, call
from onestop.messages.formats import phone_text

MENU_PARTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "thong_tin": (
        "Thông tin",
        (
            ("Tin mới", "ask_news"),
            ("Lịch cúp điện", "ask_power_cut"),
            ("Điểm tiêm chủng", "ask_vaccination_site"),
            ("Giờ làm việc", "ask_working_hours"),
            ("Cổng dịch vụ công", "ask_portal"),
            ("Giá đất", "ask_land_price"),
            ("Quy hoạch đất", "ask_planning"),
            ("Điểm thi", "ask_exam_score"),
            ("Giờ xe buýt", "ask_bus"),
        ),
    ),
    "dich_vu_cong": (
        "Dịch vụ công",
        (
            ("Tra cứu hồ sơ", "lookup_dossier"),
            ("Hồ sơ của tôi", "list_my_dossiers"),
            ("Hỏi thủ tục", "search_procedure"),
            ("Nhắc hẹn", "set_reminder"),
        ),
    ),
    "ho_tro": (
        "Hỗ trợ",
        (
            ("Gặp cán bộ", "talk_to_human"),
            ("Góp ý, phản ánh", "give_feedback"),
            ("Phản ánh của tôi", "lookup_feedback"),
            ("Đánh giá dịch vụ", "rate_service"),
            ("Đường dây nóng", "contact_hotline"),
        ),
    ),
}


def menu_buttons() -> list[Button]:
    """The three parts."""
    return [button(title, "show_menu", part=part) for part, (title, _entries) in MENU_PARTS.items()]


def part_buttons(part: str) -> list[Button]:
    """What stands in one part; the whole menu for an unknown one."""
    if part not in MENU_PARTS:
        return menu_buttons()
    return [_entry(title, intent) for title, intent in MENU_PARTS[part][1]]


def human_buttons(turn: Turn) -> list[Button]:
    """Two ways to a person."""
    hotline = turn.services.settings.fallback_hotline
    return [button("Gặp cán bộ", "talk_to_human"), call(f"Gọi {phone_text(hotline)}", hotline)]


def offer_human(turn: Turn) -> None:
    """After several tries that led nowhere."""
    turn.utter("utter_offer_human", hotline=turn.services.settings.fallback_hotline, buttons=human_buttons(turn))


def _entry(title: str, intent: str) -> Button:
    # A tap in the menu begins anew: it does not go on with what was talked about.
    if intent in ("lookup_dossier", "search_procedure"):
        return button(title, intent, fresh="yes")
    return button(title, intent)
