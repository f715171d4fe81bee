"""Where a dossier stands, in words that a worried person understands on the first reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onestop.messages.formats import date_text, moment_text, money_text


@dataclass(frozen=True)
class DossierStatus:
    """What anybody may know who has the code: no name, phone, address, reason, nor which papers.

    Attributes:
        state: National code, 1 to 10.
        step: The step that the work is at, where it is known.
        days_left: Working days to the due date, 0 today, negative when late; None where no clock runs.
        overran_step: The step that took longer than planned, by `overran_days` working days.
    """

    code: str
    procedure_name: str
    centre_name: str
    state: int
    step: str | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    respond_by: datetime | None = None
    is_response_late: bool = False
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    days_left: int | None = None
    is_overdue: bool = False
    overran_step: str | None = None
    overran_days: int = 0
    return_mode: str | None = None


@dataclass(frozen=True)
class PrivateDetails:
    """What only those may know who proved that the dossier is theirs."""

    applicant_name: str = field(default="", repr=False)
    owner_name: str = field(default="", repr=False)
    missing_papers: tuple[str, ...] = field(default=(), repr=False)
    amount_vnd: int | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)


def status_text(status: DossierStatus, private: PrivateDetails | None = None, asks_why: bool = False) -> str:
    """The whole answer: the state in one sentence, what to do next, what it is about.

    Args:
        asks_why: The citizen asked why it takes so long.
    """
    lines = [_STATES[status.state](status)]
    if asks_why and status.state in (2, 4):
        lines.append(_why(status))
    if private is not None:
        lines += _private_lines(status, private)
    lines += _next_lines(status, private)
    lines += _about(status)
    return "\n".join(lines)


def short_status_text(status: DossierStatus) -> str:
    """One line of a list."""
    state = "trễ hẹn" if status.is_overdue else SHORT_STATES[status.state]
    when = f", hẹn {date_text(status.due_at)}" if status.due_at and status.state in (2, 4) else ""
    return f"{status.code}: {state}{when} ({status.procedure_name})"


def papers_text(code: str, papers: Sequence[tuple[str, bool]]) -> str:
    """The papers of a dossier: name, and whether it is still missing."""
    if not papers:
        return f"Dạ, hệ thống chưa ghi giấy tờ nào của hồ sơ {code}."
    lines = [f"- {name}" + (" (còn thiếu)" if is_missing else "") for name, is_missing in papers]
    return "\n".join([f"Dạ, giấy tờ trong hồ sơ {code}:", *lines])


def late_text(status: DossierStatus) -> str:
    """How late, in working days; less than one is said so."""
    days = -(status.days_left or 0)
    return f"đang trễ hẹn {days} ngày làm việc" if days > 0 else "đã quá giờ hẹn"


def not_found_text(codes: Sequence[str]) -> str:
    """Nothing under this code; no word on why."""
    shown = ", ".join(codes)
    return (
        f"Dạ, em chưa tìm thấy hồ sơ có mã {shown}.\n"
        "Anh/chị xem lại mã in dưới tên cơ quan trên giấy tiếp nhận rồi gửi lại, hoặc chụp mã QR trên giấy gửi em."
    )


def wait_text(wait: timedelta) -> str:
    """Too many tries; says nothing about whether a dossier exists."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return (
        f"Dạ, để bảo vệ hồ sơ của người dân, em tạm chưa tra thêm mã. Anh/chị thử lại sau khoảng {minutes} phút, "
        "hoặc mang giấy tiếp nhận đến trung tâm để được xem ngay."
    )


def confirm_code_text(code: str) -> str:
    """Asks before a repaired code is looked at."""
    return f"Dạ, có phải anh/chị hỏi hồ sơ {code} không ạ?"


def followed_text(code: str, is_new: bool) -> str:
    """The citizen follows a dossier now, or did before."""
    if not is_new:
        return f"Dạ, hồ sơ {code} em vẫn đang theo dõi giúp anh/chị. Có thay đổi em nhắn ngay."
    return (
        f"Dạ, em đã ghi theo dõi hồ sơ {code}. Khi hồ sơ có thay đổi, em nhắn anh/chị tại đây. "
        "Muốn thôi, anh/chị nhắn: đừng báo hồ sơ này nữa."
    )


def after_several_text(count: int) -> str:
    """Several dossiers were told of: what can be done with them."""
    return f"Anh/chị muốn xem riêng hồ sơ nào, hay để em báo khi cả {count} hồ sơ thay đổi ạ?"


def followed_together_text(codes: Sequence[str]) -> str:
    """Several dossiers are followed now."""
    listed = ", ".join(codes)
    return (
        f"Dạ, em đã ghi theo dõi {len(codes)} hồ sơ: {listed}. Hồ sơ nào thay đổi, em nhắn anh/chị tại đây. "
        "Muốn thôi, anh/chị nhắn: đừng báo hồ sơ này nữa, kèm mã."
    )


def unfollowed_text(code: str, was_followed: bool) -> str:
    """The citizen no longer follows a dossier, or never did."""
    if not was_followed:
        return f"Dạ, anh/chị chưa theo dõi hồ sơ {code} nên em không có gì để tắt."
    return f"Dạ, em sẽ không báo về hồ sơ {code} nữa. Anh/chị vẫn tra cứu được bất cứ lúc nào."


CONSENT_WORDING = "Theo dõi hồ sơ {code}: nhận tin Zalo khi hồ sơ có thay đổi"

SHORT_STATES = {
    1: "chờ tiếp nhận",
    2: "đã tiếp nhận",
    3: "không được tiếp nhận",
    4: "đang xử lý",
    5: "cần bổ sung giấy tờ",
    6: "chờ nộp thuế, phí",
    7: "đang làm thủ tục rút",
    8: "đã dừng giải quyết",
    9: "đã có kết quả",
    10: "đã trả kết quả",
}


def _registered(status: DossierStatus) -> str:
    sent = f" {date_text(status.submitted_at)}" if status.submitted_at else ""
    return f"Dạ, hồ sơ {status.code} đã gửi{sent}, đang chờ trung tâm tiếp nhận."


def _refused(status: DossierStatus) -> str:
    return f"Dạ, hồ sơ {status.code} không được tiếp nhận."


def _running(status: DossierStatus) -> str:
    if status.is_overdue and status.due_at:
        return f"Dạ, em rất tiếc: hồ sơ {status.code} {late_text(status)}, hẹn trả {moment_text(status.due_at)}."
    doing = "đã được tiếp nhận" if status.state == 2 else "đang được xử lý"
    if status.due_at is None:
        return f"Dạ, hồ sơ {status.code} {doing}; hệ thống chưa ghi ngày hẹn trả kết quả."
    return f"Dạ, hồ sơ {status.code} {doing}, hẹn trả kết quả {moment_text(status.due_at)}{_left(status)}."


def _left(status: DossierStatus) -> str:
    if status.days_left is None:
        return ""
    return " (hôm nay)" if status.days_left <= 0 else f" (còn {status.days_left} ngày làm việc)"


def _supplement(status: DossierStatus) -> str:
    until = ""
    if status.respond_by:
        day = date_text(status.respond_by)
        until = f"; đã quá hạn nộp bổ sung ({day})" if status.is_response_late else f", nộp trước {day}"
    return f"Dạ, hồ sơ {status.code} cần anh/chị bổ sung giấy tờ{until}. Trong lúc chờ, thời hạn tạm dừng."


def _money(status: DossierStatus) -> str:
    return f"Dạ, hồ sơ {status.code} đang chờ nộp thuế, phí theo thông báo. Nộp xong, hồ sơ mới được giải quyết tiếp."


def _withdrawing(status: DossierStatus) -> str:
    return f"Dạ, hồ sơ {status.code} đang được rút theo yêu cầu của người nộp."


def _stopped(status: DossierStatus) -> str:
    on = f" từ {date_text(status.finished_at)}" if status.finished_at else ""
    return f"Dạ, hồ sơ {status.code} đã dừng giải quyết{on}."


def _ready(status: DossierStatus) -> str:
    on = f" từ {date_text(status.finished_at)}" if status.finished_at else ""
    early = ""
    if status.finished_at and status.due_at and status.finished_at.date() < status.due_at.date():
        early = ", sớm hơn ngày hẹn"
    return f"✅ Dạ, hồ sơ {status.code} đã có kết quả{on}{early}."


def _returned(status: DossierStatus) -> str:
    on = f" {date_text(status.returned_at)}" if status.returned_at else ""
    return f"Dạ, hồ sơ {status.code} đã trả kết quả{on}."


_STATES: dict[int, Callable[[DossierStatus], str]] = {
    1: _registered,
    2: _running,
    3: _refused,
    4: _running,
    5: _supplement,
    6: _money,
    7: _withdrawing,
    8: _stopped,
    9: _ready,
    10: _returned,
}


def _private_lines(status: DossierStatus, private: PrivateDetails) -> list[str]:
    lines = []
    if private.applicant_name:
        owner = f" (cho {private.owner_name})" if private.owner_name not in ("", private.applicant_name) else ""
        lines.append(f"Người nộp: {private.applicant_name}{owner}.")
    if private.missing_papers and status.state == 5:
        lines.append("Còn thiếu:" + "".join(f"\n- {paper}" for paper in private.missing_papers))
    if private.amount_vnd and status.state == 6:
        lines.append(f"Số tiền: {money_text(private.amount_vnd)}.")
    if private.note and status.state in (3, 5, 8):
        lines.append(f"Ghi chú của cán bộ: {private.note}")
    return lines


def _next_lines(status: DossierStatus, private: PrivateDetails | None) -> list[str]:
    if status.state in (2, 4):
        return _while_running(status)
    if status.state == 5 and not (private and private.missing_papers):
        return [
            "Giấy cần bổ sung ghi trên phiếu yêu cầu bổ sung. Muốn em đọc giúp, anh/chị nhắn thêm mã tra cứu "
            "4 ký tự in trên giấy tiếp nhận, hoặc liên kết số điện thoại đã nộp hồ sơ."
        ]
    if status.state == 9:
        if status.return_mode == "postal":
            return ["Kết quả được gửi về theo đường bưu điện như đã đăng ký."]
        if status.return_mode == "electronic":
            return ["Bản điện tử được trả qua Cổng dịch vụ công; anh/chị đăng nhập để tải về."]
        return ["Anh/chị mang giấy tiếp nhận và giấy tờ tùy thân đến nhận trong giờ làm việc."]
    return list(_NEXT.get(status.state, ()))


_NEXT = {
    1: ("Khi được tiếp nhận, hồ sơ sẽ có ngày hẹn trả kết quả.",),
    3: ("Lý do ghi trên phiếu từ chối; anh/chị hỏi trung tâm để được hướng dẫn nộp lại.",),
    6: ("Nộp rồi mà trạng thái chưa đổi sau 2 ngày làm việc, anh/chị gọi trung tâm giúp em.",),
    7: ("Cần hỏi thêm, anh/chị liên hệ trung tâm nơi nộp.",),
    8: ("Lý do ghi trong thông báo của trung tâm; anh/chị liên hệ trung tâm để biết bước tiếp theo.",),
}


def _while_running(status: DossierStatus) -> list[str]:
    lines = []
    if status.overran_step and status.is_overdue:
        over = f" (quá {status.overran_days} ngày làm việc)" if status.overran_days > 0 else ""
        lines.append(f"Bước kéo dài hơn dự kiến: {status.overran_step}{over}.")
    if status.step and status.step != status.overran_step:
        lines.append(f"Đang ở bước: {status.step}.")
    if status.original_due_at and status.due_at and status.original_due_at != status.due_at:
        lines.append(f"Ngày hẹn ban đầu: {date_text(status.original_due_at)}; trung tâm đã xin lỗi và hẹn lại.")
    if status.is_overdue:
        lines.append("Anh/chị gọi trung tâm để hỏi ngày trả mới, hoặc để em báo ngay khi có kết quả.")
    return lines


def _why(status: DossierStatus) -> str:
    if not status.is_overdue:
        return "Hồ sơ vẫn trong hạn giải quyết, chưa trễ."
    if status.overran_step is None:
        return "Vì sao trễ thì hệ thống không ghi; trung tâm trả lời được."
    return f"Chậm ở bước “{status.overran_step}”; lý do cụ thể trung tâm mới trả lời được."


def _about(status: DossierStatus) -> list[str]:
    place = "Nơi nộp" if status.state in (3, 7, 8) else "Nơi nhận kết quả"
    lines = [f"Thủ tục: {status.procedure_name}", f"{place}: {status.centre_name}"]
    if status.received_at and status.state in (2, 4, 5, 6):
        lines.append(f"Tiếp nhận: {date_text(status.received_at)}")
    return lines
