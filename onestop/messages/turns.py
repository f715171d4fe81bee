"""What is said around an answer: to who is new, and to who comes back to something left half-way."""

from __future__ import annotations

FORM_NAMES = {
    "dossier_form": "tra cứu hồ sơ",
    "procedure_form": "hỏi thủ tục",
    "place_form": "hỏi trung tâm",
    "lookup_form": "tra cứu thông tin",
    "feedback_form": "góp ý, phản ánh",
    "reopen_form": "mở lại phản ánh",
    "rating_form": "đánh giá",
    "reminder_form": "nhắc hẹn",
    "phone_form": "liên kết điện thoại",
    "ticket_form": "hỏi cán bộ",
    "supplement_form": "gửi giấy tờ bổ sung",
}


NOTHING_TO_PICK = "Dạ, hiện em không có mục nào đang chờ anh/chị chọn. Anh/chị viết tên việc cần hỏi giúp em ạ."


def introduction(province: str) -> str:
    """Before the first answer to somebody who never followed the account."""
    return (
        f"Dạ, em là trợ lý tự động của các trung tâm một cửa tỉnh {province} (nhắn “trợ giúp” để xem em làm được gì)."
    )


def left_half_way(form: str) -> str:
    """Before the answer to who comes back hours after a question of ours was left open."""
    name = FORM_NAMES.get(form, "trước")
    return f"Dạ, lần trước việc “{name}” còn dở, em bỏ qua rồi; muốn làm tiếp anh/chị nhắn “{name}”."
