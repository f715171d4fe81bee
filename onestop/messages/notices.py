"""What a citizen is told unasked when something happens to a dossier that they follow.

Who follows by the code alone gets public wording: no names, no reasons, not which papers (docs/privacy.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from onestop.messages.formats import date_text, moment_text, money_text


@dataclass(frozen=True)
class Notice:
    """One dossier event as words need it.

    Attributes:
        kind: A value of the dossier event log (`received`, `supplement_requested` …).
        is_private: The reader has proved that the dossier is theirs; else the private fields are empty.
        note, items: Private: the officer's reason, the papers that are missing.
    """

    kind: str
    code: str
    procedure_name: str
    centre_name: str
    is_private: bool
    due_at: datetime | None = None
    respond_by: datetime | None = None
    amount_vnd: int | None = None
    note: str = field(default="", repr=False)
    items: tuple[str, ...] = field(default=(), repr=False)


def notice_text(notice: Notice) -> str | None:
    """The message, or None for an event that nobody needs to be told."""
    write = _TEXTS.get(notice.kind)
    return write(notice) if write else None


def _named(notice: Notice) -> str:
    return f"hồ sơ {notice.code} ({notice.procedure_name})"


def _submitted(notice: Notice) -> str:
    return f"Dạ, {_named(notice)} đã được gửi tới {notice.centre_name}. Khi trung tâm tiếp nhận, em báo anh/chị ngay."


def _received(notice: Notice) -> str:
    text = f"Dạ, {_named(notice)} đã được {notice.centre_name} tiếp nhận."
    if notice.due_at:
        text += f"\nNgày hẹn trả kết quả: {moment_text(notice.due_at)}."
    return text + "\nAnh/chị giữ giấy tiếp nhận để đối chiếu khi lấy kết quả."


def _refused(notice: Notice) -> str:
    text = f"Dạ, {_named(notice)} không được tiếp nhận."
    if notice.note:
        text += f"\nLý do: {notice.note}"
    return text + f"\nAnh/chị xem lý do trên phiếu từ chối hoặc hỏi {notice.centre_name} để được hướng dẫn nộp lại."


def _supplement_requested(notice: Notice) -> str:
    text = f"Dạ, {_named(notice)} cần bổ sung giấy tờ."
    if notice.items:
        text += "\nCòn thiếu:" + "".join(f"\n- {item}" for item in notice.items)
    if notice.respond_by:
        text += f"\nAnh/chị nộp bổ sung trước {date_text(notice.respond_by)} tại {notice.centre_name}."
    else:
        text += f"\nAnh/chị mang giấy tờ bổ sung tới {notice.centre_name}."
    return text + (_ASK_WHICH if not notice.items else "") + "\nTrong lúc chờ, thời hạn giải quyết tạm dừng."


_ASK_WHICH = " Giấy tờ cụ thể ghi trên phiếu yêu cầu bổ sung."


def _supplement_received(notice: Notice) -> str:
    text = f"Dạ, trung tâm đã nhận giấy tờ bổ sung của {_named(notice)}."
    return text + (f"\nNgày hẹn trả kết quả mới: {moment_text(notice.due_at)}." if notice.due_at else "")


def _money_due(notice: Notice) -> str:
    text = f"Dạ, {_named(notice)} đang chờ nộp nghĩa vụ tài chính (thuế, phí)."
    if notice.is_private and notice.amount_vnd:
        text += f"\nSố tiền: {money_text(notice.amount_vnd)}."
    return text + "\nAnh/chị nộp theo thông báo đã nhận; nộp xong hồ sơ mới được giải quyết tiếp."


def _money_paid(notice: Notice) -> str:
    return f"Dạ, {_named(notice)} đã ghi nhận nghĩa vụ tài chính và đang được giải quyết tiếp."


def _apology(notice: Notice) -> str:
    text = f"Dạ, trung tâm xin lỗi anh/chị: {_named(notice)} chưa xong đúng hẹn."
    if notice.due_at:
        text += f"\nNgày hẹn mới: {moment_text(notice.due_at)}."
    if notice.note:
        text += f"\nLý do: {notice.note}"
    return text + "\nAnh/chị chưa cần tới trước ngày này; có kết quả sớm hơn em báo ngay."


def _ready(notice: Notice) -> str:
    return (
        f"Dạ, {_named(notice)} đã có kết quả."
        f"\nNơi nhận: {notice.centre_name}."
        "\nKhi đến, anh/chị mang giấy tiếp nhận và giấy tờ tùy thân."
    )


def _ready_early(notice: Notice) -> str:
    return _ready(notice).replace("đã có kết quả.", "đã có kết quả, sớm hơn ngày hẹn.", 1)


def _returned(notice: Notice) -> str:
    return f"Dạ, kết quả của {_named(notice)} đã được trao. Cảm ơn anh/chị đã dùng dịch vụ."


def _stopped(notice: Notice) -> str:
    text = f"Dạ, {_named(notice)} đã dừng giải quyết."
    if notice.note:
        text += f"\nLý do: {notice.note}"
    return text + f"\nAnh/chị hỏi {notice.centre_name} để được hướng dẫn bước tiếp theo."


def _withdrawn(notice: Notice) -> str:
    return f"Dạ, trung tâm đã ghi nhận yêu cầu rút {_named(notice)}."


_TEXTS: dict[str, Callable[[Notice], str]] = {
    "submitted": _submitted,
    "received": _received,
    "refused": _refused,
    "supplement_requested": _supplement_requested,
    "supplement_received": _supplement_received,
    "money_due": _money_due,
    "money_paid": _money_paid,
    "apology": _apology,
    "ready": _ready,
    "ready_early": _ready_early,
    "returned": _returned,
    "stopped": _stopped,
    "withdrawn": _withdrawn,
}


def reminder_text(what: str, code: str | None) -> str:
    """A reminder that the citizen asked for, at its time."""
    about = f" (hồ sơ {code})" if code and code not in what else ""
    return f"⏰ Dạ, em nhắc anh/chị: {what}{about}."
