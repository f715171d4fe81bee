"""Words about feedback and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from onestop.messages.formats import date_text

STATE_WORDS = {
    "received": "đã tiếp nhận, đang chờ phân công",
    "assigned": "đã chuyển đơn vị xử lý",
    "in_progress": "đang được xử lý",
    "answered": "đã có trả lời",
    "closed": "đã khép lại",
}
RATING_WORDS = {5: "rất hài lòng", 4: "hài lòng", 3: "bình thường", 2: "không hài lòng", 1: "rất không hài lòng"}


def summary_text(text: str, place: str | None, photos: int) -> str:
    """Shows what will be sent before it is sent."""
    lines = ["Dạ, em ghi lại như sau:", f"“{_shortened(text)}”"]
    if place:
        lines.append(f"Nơi xảy ra: {place}")
    lines.append(f"Ảnh kèm: {photos}" if photos else "Có ảnh, anh/chị gửi luôn bây giờ nhé.")
    lines.append("Em gửi đi được chưa ạ?")
    return "\n".join(lines)


def taken_text(code: str, due_on: date) -> str:
    """Feedback was taken down."""
    return (
        f"✅ Dạ, em đã ghi nhận. Mã phản ánh: {code}.\n"
        f"Trung tâm trả lời chậm nhất {date_text(due_on)}.\n"
        "Muốn biết xử lý tới đâu, anh/chị nhắn mã này cho em."
    )


def state_text(code: str, state: str, created_at: datetime, due_on: date, answer: str | None) -> str:
    """What became of feedback."""
    lines = [f"Dạ, phản ánh {code} (gửi {date_text(created_at)}): {STATE_WORDS.get(state, 'đang được xử lý')}."]
    if answer:
        lines.append(f"Trả lời: {answer}")
    elif state != "closed":
        lines.append(f"Hạn trả lời: {date_text(due_on)}.")
    return "\n".join(lines)


def not_found_text(code: str) -> str:
    """Nothing of this citizen under this code."""
    return (
        f"Dạ, em chưa tìm thấy phản ánh {code} trong những phản ánh anh/chị gửi từ Zalo này. "
        "Anh/chị xem lại mã giúp em."
    )


def list_text(lines: Sequence[str]) -> str:
    """Several reports, newest first."""
    return "Dạ, các phản ánh gần đây của anh/chị:\n" + "\n".join(f"- {line}" for line in lines)


def short_state_text(code: str, state: str, due_on: date) -> str:
    """One line of a list."""
    return f"{code}: {STATE_WORDS.get(state, 'đang được xử lý')}, hạn {date_text(due_on)}"


def thanks_text(stars: int, is_new: bool) -> str:
    """A rating was kept, or had been before."""
    if not is_new:
        return "Dạ, hồ sơ này anh/chị đã đánh giá rồi, em cảm ơn ạ."
    if stars >= 4:
        return f"Dạ, em ghi nhận {stars} sao ({RATING_WORDS[stars]}). Cảm ơn anh/chị!"
    return f"Dạ, em ghi nhận {stars} sao ({RATING_WORDS[stars]}). Em chuyển ý kiến tới trung tâm để làm tốt hơn."


def _shortened(text: str, most: int = 300) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
