"""Words about where official information stands."""

from __future__ import annotations

from onestop.messages.formats import phone_text
from onestop.messages.offices import OfficeFacts


def portal_text(portal_url: str, procedure_name: str | None, page: str | None) -> str:
    """The online portal, and the page of the procedure talked about."""
    text = f"Dạ, Cổng Dịch vụ công: {portal_url}\nAnh/chị đăng nhập bằng tài khoản VNeID để nộp hồ sơ và thanh toán."
    if procedure_name and page:
        text += f"\nTrang của thủ tục {procedure_name}: {page}"
    return text


def power_text(company: OfficeFacts | None) -> str:
    """Who knows when the power is cut."""
    text = "Dạ, em chưa có lịch cúp điện trong dữ liệu."
    if company is None or company.phone is None:
        return text + " Anh/chị gọi tổng đài điện lực in trên hóa đơn giúp em."
    number = company.phone_note or f"Tổng đài điện lực: {phone_text(company.phone)}"
    return f"{text} {number.rstrip('.')}. Anh/chị chuẩn bị mã khách hàng trên hóa đơn điện để hỏi cho nhanh."
