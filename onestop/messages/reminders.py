"""Words about reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onestop.messages.formats import moment_text

NOTHING = "Dạ, hiện em không giữ lời nhắc nào của anh/chị."


def saved_text(what: str, due_at: datetime, lunar: str = "", was_off: bool = False) -> str:
    """A reminder was kept.

    Args:
        lunar: The day by the lunar calendar, where it was said so.
        was_off: Reminders had been switched off.
    """
    day = f" ({lunar})" if lunar else ""
    again = "\nNhắc hẹn đang tắt nên em bật lại riêng nhắc hẹn." if was_off else ""
    return f"⏰ Dạ, em sẽ nhắc anh/chị lúc {moment_text(due_at)}{day}: {what}.{again}"


def not_repeated_text(repeats: str, has_time: bool) -> str:
    """Recurring reminders are not kept; said before the nearest one is."""
    offer = "Em đặt lần gần nhất trước nhé." if has_time else ""
    return f"Dạ, em chưa nhắc lặp lại ({repeats}) được, chỉ nhắc từng lần. {offer}".strip()


def list_text(reminders: Sequence[tuple[str, datetime]], question: str = "") -> str:
    """What the citizen will be reminded of, and, where wanted, a question about it."""
    lines = [f"{number}. {moment_text(at)}: {what}" for number, (what, at) in enumerate(reminders, start=1)]
    return "\n".join(["Dạ, em đang giữ các lời nhắc:", *lines, *([question] if question else [])])


def cancelled_text(what: str, due_at: datetime) -> str:
    """A reminder was cancelled."""
    return f"Dạ, em đã bỏ lời nhắc lúc {moment_text(due_at)}: {what}."


def all_cancelled_text(count: int) -> str:
    """Several reminders were cancelled."""
    return f"Dạ, em đã bỏ {count} lời nhắc."


def changed_text(what: str, due_at: datetime) -> str:
    """A reminder was changed; says how it stands now."""
    return f"⏰ Dạ, em đã sửa: em sẽ nhắc anh/chị lúc {moment_text(due_at)}: {what}."


def done_text(what: str) -> str:
    """The citizen did what they were reminded of."""
    return f"Dạ, tốt quá. Em ghi là xong: {what}."


def when_text(what: str | None = None) -> str:
    """Asks for the time."""
    about = f" {what}" if what else ""
    return f"Dạ, anh/chị muốn em nhắc{about} lúc nào ạ? (ví dụ 8 giờ sáng mai, thứ Hai tới)"


def past_text(at: datetime | None) -> str:
    """The moment named is over; names the next sensible one."""
    return "Dạ, lúc đó đã qua rồi." + (f" Em nhắc lúc {moment_text(at)} được không ạ?" if at else "")


def impossible_text(what: str, at: datetime | None) -> str:
    """A day or time that there is not."""
    return f"Dạ, {what}." + (f" Em nhắc lúc {moment_text(at)} được không ạ?" if at else " Anh/chị xem lại giúp em.")


def no_due_date_text(code: str | None) -> str:
    """ "trước hẹn trả 1 ngày" where no promised day is known."""
    if code is None:
        return (
            "Dạ, em chưa biết anh/chị nói hẹn của hồ sơ nào. Anh/chị gửi em mã hồ sơ in trên giấy tiếp nhận, "
            "rồi nhắn lại giúp em."
        )
    return f"Dạ, hồ sơ {code} chưa có ngày hẹn trả nên em chưa đặt được. Anh/chị cho em ngày giờ cụ thể nhé."


def due_subject(code: str, due_at: datetime) -> str:
    """What a reminder before the promised day is about, where nothing else was said."""
    return f"hồ sơ {code} hẹn trả kết quả {moment_text(due_at)}"


def rule_subject(kind: str, code: str) -> str:
    """What a reminder by rule is about, as the list of reminders calls it."""
    what = {
        "reminder_due": "ngày hẹn trả kết quả",
        "reminder_papers": "bổ sung giấy tờ",
        "reminder_deadline": "hạn bổ sung giấy tờ",
    }.get(kind, "đi lấy kết quả")
    return f"{what} hồ sơ {code}"


def rule_over_text(code: str) -> str:
    """The dossier has gone on, or the day is past: there is nothing to remind of."""
    return f"Dạ, hồ sơ {code} không còn việc này để nhắc nữa ạ. Anh/chị xem hồ sơ đang ở đâu nhé."


def rule_stopped_text(code: str) -> str:
    """No more reminders by rule of one dossier."""
    return f"Dạ, em thôi nhắc hồ sơ {code}. Hồ sơ có thay đổi thì em vẫn báo."


def rule_resumed_text(code: str) -> str:
    """Reminders by rule of this dossier come again."""
    return f"Dạ, em nhắc lại hồ sơ {code} khi tới hẹn hay còn thiếu giấy tờ."
