"""Words around papers that a citizen sends as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onestop.messages.formats import date_text
from onestop.messages.notices import shortened

LONGEST_NAME = 90


def ask_text(items: Sequence[str], current: int, received: int, is_first: bool) -> str:
    """Asks for one paper, or for its further pages.

    Args:
        items: All papers of the request.
        current: Number of the paper, 1 for the first.
        received: Pictures of it that have come.
        is_first: Whether the sending begins with this question.
    """
    name = shortened(items[current - 1], LONGEST_NAME)
    where = f"giấy {current}/{len(items)}" if len(items) > 1 else "giấy"
    if received:
        return (
            f"Dạ, em nhận {received} ảnh cho {where}: {name}.\n"
            f"Còn trang nào anh/chị gửi tiếp; đủ rồi thì bấm “{next_title(items, current)}”."
        )
    how = "Anh/chị chụp rõ, đủ bốn góc rồi gửi ảnh; chưa có thì bấm “Bỏ qua giấy này”."
    if not is_first:
        return f"Dạ, tới {where}: {name}.\n{how}"
    if len(items) == 1:
        return f"Dạ, anh/chị gửi ảnh giấy này nhé: {name}.\n{how}"
    return f"Dạ, anh/chị gửi lần lượt {len(items)} giấy nhé, trước hết {where}: {name}.\n{how}"


def next_title(items: Sequence[str], current: int) -> str:
    """The button that says a paper is complete."""
    return "Xong" if len(items) == 1 or current == len(items) else "Giấy tiếp theo"


def finished_text(
    code: str, items: Sequence[str], missing: Sequence[int], pictures: int, centre: str, respond_by: datetime | None
) -> str:
    """What was received, what is still missing, and what happens now."""
    if not pictures:
        until = f" trước {date_text(respond_by)}" if respond_by else ""
        return (
            f"Dạ, em chưa nhận ảnh nào cho hồ sơ {code}. Anh/chị gửi lúc nào cũng được{until}, "
            f"hoặc mang giấy tờ tới {centre}."
        )
    lines = [f"Dạ, em đã chuyển {pictures} ảnh cho cán bộ xem trước (hồ sơ {code})."]
    if missing:
        listed = "\n".join(f"{number}. {shortened(items[number - 1], LONGEST_NAME)}" for number in missing)
        lines.append(f"Còn thiếu {len(missing)} giấy:\n{listed}")
    else:
        lines.append(f"Đã có ảnh của đủ {len(items)} giấy." if len(items) > 1 else "Đã có ảnh của giấy còn thiếu.")
    lines.append("Ảnh chưa thay được bản chính: có thể anh/chị vẫn phải mang giấy tờ gốc tới trung tâm.")
    if respond_by:
        lines.append(f"Hạn bổ sung: {date_text(respond_by)}, tại {centre}.")
    lines.append("Khi trung tâm nhận đủ, hồ sơ được tính giờ tiếp và em báo anh/chị.")
    return "\n".join(lines)


def left_text(code: str, pictures: int) -> str:
    """The sending was left before its end."""
    kept = f"Em giữ {pictures} ảnh đã nhận" if pictures else "Em dừng nhận ảnh"
    return f"Dạ, được ạ. {kept} của hồ sơ {code}; khi nào gửi tiếp anh/chị nhắn “gửi ảnh bổ sung”."


def not_waiting_text(code: str) -> str:
    """The dossier waits for no papers."""
    return f"Dạ, hồ sơ {code} hiện không chờ bổ sung giấy tờ."


def which_paper_text(code: str) -> str:
    """A picture came while a dossier waits for several papers."""
    return f"Dạ, hồ sơ {code} đang chờ bổ sung. Ảnh anh/chị vừa gửi là giấy nào ạ?"
