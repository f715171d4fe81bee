"""The public words of the account's menu: a citizen may as well type them. No other typed text is a command."""

from __future__ import annotations

from typing import Any

MENU_WORDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    # word: (what the citizen sees, intent, entities)
    "#tin_moi": ("Tin mới", "ask_news", {}),
    "#cong_dvc": ("Cổng dịch vụ công", "ask_portal", {}),
    "#gio_lam_viec": ("Địa chỉ, giờ làm việc", "ask_working_hours", {}),
    "#tra_cuu": ("Tra cứu hồ sơ", "lookup_dossier", {"fresh": "yes"}),
    "#ho_so_cua_toi": ("Hồ sơ của tôi", "list_my_dossiers", {}),
    "#thu_tuc": ("Hỏi thủ tục", "search_procedure", {"fresh": "yes"}),
    "#nhac_hen": ("Nhắc hẹn", "set_reminder", {}),
    "#hotline": ("Đường dây nóng", "contact_hotline", {}),
    "#gop_y": ("Góp ý, phản ánh", "give_feedback", {}),
    "#gap_can_bo": ("Gặp cán bộ", "talk_to_human", {}),
    "#tro_giup": ("Trợ giúp", "help", {}),
}
