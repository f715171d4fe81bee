"""Words about being answered by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from onestop.messages.formats import clock_text, moment_text, phone_text


def waiting_text(is_new: bool, has_question: bool, before: int, usual_wait_min: int | None, hotline: str) -> str:
    """The citizen waits in opening hours, and the assistant falls silent.

    Args:
        before: How many wait in front.
        usual_wait_min: What it usually takes, in minutes; None where that is not known.
    """
    return "\n".join(
        (
            _kept(is_new, has_question),
            f"Cán bộ đang trong giờ làm việc. {_queue(before)}; {_wait(usual_wait_min)}.",
            "Trong lúc chờ, em im lặng; tin và ảnh anh/chị gửi đều được giữ cho cán bộ. "
            "Muốn em trả lời lại, anh/chị bấm “Quay lại trợ lý”.",
            f"Cần gấp, anh/chị gọi {phone_text(hotline)}.",
        )
    )


def closed_text(
    is_new: bool,
    has_question: bool,
    opens_next: datetime,
    why: str | None,
    opening: Sequence[tuple[time, time]],
    hotline: str,
) -> str:
    """The citizen asks for an officer out of hours; the assistant goes on answering.

    Args:
        why: The holiday, where it is one.
        opening: Opening hours of a working day.
    """
    because = f" ({why})" if why else ""
    lines = [
        _kept(is_new, has_question) if has_question or not is_new else "Dạ, em đã ghi yêu cầu gặp cán bộ của anh/chị.",
        f"Hiện ngoài giờ làm việc{because}; sớm nhất {moment_text(opens_next)} cán bộ mới trả lời được.",
    ]
    if opening:
        lines.append(f"Giờ làm việc: {hours_text(opening)}.")
    lines.append(f"Trong lúc chờ, em vẫn trả lời được các câu hỏi khác. Cần gấp, anh/chị gọi {phone_text(hotline)}.")
    return "\n".join(lines)


def question_kept_text(opens_next: datetime | None) -> str:
    """The question came after the wish for an officer."""
    if opens_next is None:
        return "Dạ, em đã giữ câu hỏi này cho cán bộ."
    return f"Dạ, em đã giữ câu hỏi này cho cán bộ; sớm nhất {moment_text(opens_next)} có người trả lời tại đây."


def taken_text() -> str:
    """An officer took the ticket while the assistant was still answering."""
    return (
        "Dạ, cán bộ đã nhận yêu cầu của anh/chị và sẽ trả lời ngay tại đây. Em tạm im lặng để hai bên trao đổi; "
        "cần em, anh/chị bấm “Quay lại trợ lý”."
    )


def officer_text(text: str) -> str:
    """An officer's own words, marked as such."""
    return f"Cán bộ: {text}"


def handed_back_text() -> str:
    """The officer has finished."""
    return "Dạ, cán bộ đã trao đổi xong. Em là trợ lý tự động, từ đây em hỗ trợ tiếp ạ."


def forgotten_text(hotline: str) -> str:
    """Nobody answered in time."""
    return (
        "Dạ, em xin lỗi, tới giờ cán bộ vẫn chưa trả lời được. Yêu cầu của anh/chị vẫn nằm trong danh sách chờ, "
        f"không mất.\nTừ đây em trả lời lại; cần gấp, anh/chị gọi {phone_text(hotline)}."
    )


def back_text(is_still_listed: bool) -> str:
    """The citizen wanted the assistant again."""
    if is_still_listed:
        return (
            "Dạ, em đây ạ, anh/chị cần gì cứ hỏi em. Câu hỏi gửi cán bộ vẫn nằm trong danh sách; "
            "khi có người trả lời, em báo anh/chị."
        )
    return "Dạ, em đây ạ, em là trợ lý tự động. Anh/chị cần gì cứ hỏi em."


def dropped_text(was_open: bool) -> str:
    """The citizen no longer needs an officer."""
    if was_open:
        return "Dạ, em đã bỏ yêu cầu gặp cán bộ. Khi cần anh/chị nhắn em."
    return "Dạ, hiện anh/chị không có yêu cầu nào đang chờ cán bộ."


def hours_text(opening: Sequence[tuple[time, time]]) -> str:
    """`7 giờ – 11 giờ 30 và 13 giờ 30 – 17 giờ`, as everywhere else."""
    return " và ".join(f"{clock_text(opens)} – {clock_text(closes)}" for opens, closes in opening)


def _kept(is_new: bool, has_question: bool) -> str:
    if not is_new:
        return "Dạ, yêu cầu gặp cán bộ của anh/chị vẫn đang chờ." + (" Em đã thêm câu này." if has_question else "")
    if has_question:
        return "Dạ, em đã giữ câu hỏi của anh/chị cho cán bộ."
    return "Dạ, em đã chuyển yêu cầu của anh/chị tới cán bộ. Anh/chị nhắn luôn điều cần hỏi, cán bộ đọc được hết."


def _queue(before: int) -> str:
    return f"Trước anh/chị còn {before} người chờ" if before else "Trước anh/chị chưa có ai chờ"


def _wait(usual_wait_min: int | None) -> str:
    if usual_wait_min is None:
        return "em chưa biết trước phải chờ bao lâu"
    return f"gần đây thường chờ khoảng {usual_wait_min} phút"
