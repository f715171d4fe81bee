"""Words of the message that puts a day's news together, and of choosing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from onestop.messages.formats import clock_text

LONGEST = 1700  # characters, so that the code of the message and its foot fit too


def digest_text(lines: Sequence[str], codes: Sequence[str]) -> str:
    """News of several dossiers, or several of one, in the order in which it happened.

    Args:
        lines: One each.
        codes: The dossiers concerned: those whose line found no room are named at the end.
    """
    said = [f"Dạ, em gom {len(lines)} tin hồ sơ của anh/chị:"]
    for number, line in enumerate(lines, start=1):
        if len("\n".join(said)) + len(line) > LONGEST:
            left = [code for code in codes if any(code in one for one in lines[number - 1 :])]
            return "\n".join([*said, f"… và tin của: {', '.join(left[:12])}."])
        said.append(f"{number}. {line}")
    return "\n".join(said)


def chosen_text(hour: time, is_changed: bool) -> str:
    """News comes together from now on; says what does not wait."""
    begin = "từ giờ em gom tin hồ sơ" if is_changed else "em đang gom tin hồ sơ"
    return (
        f"Dạ, {begin}, mỗi ngày gửi một lần lúc {clock_text(hour)}.\n"
        "Việc không đợi được em vẫn báo ngay: thiếu giấy tờ, từ chối, tiền phải nộp, trễ hẹn, lời nhắc, tin khẩn "
        "và câu trả lời cho anh/chị."
    )


def ended_text(is_changed: bool) -> str:
    """Each comes at once again."""
    if is_changed:
        return "Dạ, em thôi gom tin: hồ sơ có gì mới em báo ngay từng tin. Tin đang đợi em gửi luôn."
    return "Dạ, em đang báo ngay từng tin, không gom ạ."


def hour_refused_text(first: time, last: time) -> str:
    """The hour named lies in the quiet hours."""
    return (
        f"Dạ, tin gom em chỉ gửi từ {clock_text(first)} tới {clock_text(last)} để không làm phiền ban đêm. "
        "Anh/chị muốn nhận lúc mấy giờ ạ?"
    )


def which_hour_text() -> str:
    """Asks for the hour."""
    return "Dạ, anh/chị muốn nhận tin gom lúc mấy giờ ạ?"


def state_text(hour: time | None) -> str:
    """Goes behind what is on and what is off."""
    if hour is None:
        return "Tin hồ sơ em đang báo ngay từng tin. Nếu thấy nhiều, anh/chị có thể nhận gom một lần mỗi ngày."
    return f"Tin hồ sơ em đang gom, mỗi ngày một lần lúc {clock_text(hour)}."


DOSSIERS_ARE_OFF = "Hiện tin hồ sơ đang tắt; anh/chị nhắn “bật tin hồ sơ” thì mới có tin để gom."
