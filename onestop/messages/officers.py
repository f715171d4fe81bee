"""Words about being answered by a person."""

from __future__ import annotations

from datetime import datetime

from onestop.messages.formats import moment_text, phone_text


def queued_text(is_new: bool, opens_next: datetime | None, hotline: str) -> str:
    """The citizen waits for an officer.

    Args:
        opens_next: When officers are there next; None while they are there.
    """
    first = (
        "Dạ, em đã chuyển yêu cầu của anh/chị tới cán bộ."
        if is_new
        else "Dạ, yêu cầu gặp cán bộ của anh/chị vẫn đang chờ."
    )
    if opens_next is None:
        when = "Cán bộ đang trong giờ làm việc và sẽ trả lời tại đây; em chưa biết trước phải chờ bao lâu."
    else:
        when = f"Hiện ngoài giờ làm việc; sớm nhất {moment_text(opens_next)} cán bộ mới trả lời được."
    return (
        f"{first}\n{when}\nCần gấp, anh/chị gọi {phone_text(hotline)}. "
        "Trong lúc chờ, anh/chị cứ hỏi, em trả lời được gì em trả lời ngay."
    )
