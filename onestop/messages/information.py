"""Words about look-ups and where official information stands."""

from __future__ import annotations

from collections.abc import Sequence

from onestop.messages.titles import INTENT_TITLES


def portal_text(portal_url: str, procedure_name: str | None, page: str | None) -> str:
    """The online portal, and the page of the procedure talked about."""
    text = f"Dạ, Cổng Dịch vụ công: {portal_url}\nAnh/chị đăng nhập bằng tài khoản VNeID để nộp hồ sơ và thanh toán."
    if procedure_name and page:
        text += f"\nTrang của thủ tục {procedure_name}: {page}"
    return text


NOTIFICATIONS_ARE_OFF = "Anh/chị đang tắt thông báo nên em chưa nhắn được; anh/chị bật lại để nhận tin nhé."


def look_up_title(intent: str) -> str:
    """What a look-up is called on a button."""
    return INTENT_TITLES[intent]


def not_known_text(said: str, hotline: str) -> str:
    """A name that nothing in the data has."""
    return f"Dạ, em chưa nhận ra “{said}” trong dữ liệu của tỉnh. Cần gấp, anh/chị gọi tổng đài {hotline}."


def near_text(area_name: str) -> str:
    """A location came without a question."""
    return f"Dạ, vị trí này gần {area_name} nhất. Anh/chị cần em tìm gì ở đây ạ?"


def subscribed_text(news: str, area_name: str) -> str:
    """From now on the citizen is told.

    Args:
        news: "lịch cúp điện mới".
    """
    return (
        f"Dạ, từ giờ {area_name} có {news}, em nhắn anh/chị ngay (không nhắn ban đêm). Muốn thôi, anh/chị bấm nút dưới."
    )


def unsubscribed_text(title: str, area_names: Sequence[str]) -> str:
    """The citizen is told no more.

    Args:
        title: "lịch cúp điện".
    """
    if not area_names:
        return f"Dạ, hiện em không báo {title} cho anh/chị, nên không có gì để tắt."
    return f"Dạ, em thôi báo {title} của {', '.join(area_names)}. Anh/chị hỏi thì em vẫn trả lời như thường."
