"""What an intent is called on a button."""

from __future__ import annotations

INTENT_TITLES = {
    "lookup_dossier": "Tra cứu hồ sơ",
    "list_my_dossiers": "Hồ sơ của tôi",
    "follow_dossier": "Theo dõi hồ sơ",
    "unfollow_dossier": "Thôi theo dõi hồ sơ",
    "set_reminder": "Đặt nhắc hẹn",
    "search_procedure": "Hỏi thủ tục",
    "ask_documents": "Giấy tờ cần có",
    "ask_fee": "Lệ phí",
    "ask_duration": "Thời hạn giải quyết",
    "ask_where_to_submit": "Nơi nộp hồ sơ",
    "ask_online_submission": "Nộp trực tuyến",
    "ask_form": "Mẫu đơn, tờ khai",
    "contact_hotline": "Số điện thoại",
    "ask_working_hours": "Giờ làm việc",
    "ask_address": "Địa chỉ trung tâm",
    "ask_portal": "Cổng dịch vụ công",
    "give_feedback": "Góp ý, phản ánh",
    "lookup_feedback": "Xem phản ánh đã gửi",
    "rate_service": "Đánh giá dịch vụ",
    "ask_news": "Tin mới",
    "ask_power_cut": "Lịch cúp điện",
    "ask_land_price": "Giá đất",
    "ask_planning": "Quy hoạch đất",
    "ask_exam_score": "Điểm thi",
    "ask_vaccination_site": "Điểm tiêm chủng",
    "link_phone": "Liên kết điện thoại",
    "stop_notifications": "Tắt thông báo",
    "resume_notifications": "Bật lại thông báo",
    "ask_privacy": "Quyền riêng tư",
    "delete_my_data": "Xóa dữ liệu của tôi",
    "talk_to_human": "Gặp cán bộ",
    "help": "Xem em làm được gì",
}
"""Intents that may be offered as "did you mean"; the rest are small talk."""
