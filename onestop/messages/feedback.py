"""Words about feedback and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from onestop.messages.formats import date_text, moment_text, phone_text

STATE_WORDS = {
    "received": "đã tiếp nhận, đang chờ phân công",
    "taken": "cán bộ đang xem",
    "forwarded": "đã chuyển đơn vị xử lý",
    "answered": "đã có trả lời",
    "solved": "đã giải quyết xong",
    "reopened": "đã mở lại, đang xử lý tiếp",
}
ANSWER_CONSENT = "Gửi phản ánh {code}; nhận trả lời tại Zalo này"
RATING_WORDS = {5: "rất hài lòng", 4: "hài lòng", 3: "bình thường", 2: "không hài lòng", 1: "rất không hài lòng"}
_OPEN = ("received", "taken", "forwarded", "reopened")


@dataclass(frozen=True)
class Draft:
    """Feedback before it is sent, as words need it.

    Attributes:
        is_sure: Whether the category is more than a guess.
        unit_name: Who will get it; None where that is decided later.
    """

    text: str = field(repr=False)
    place: str | None = field(default=None, repr=False)
    photos: int = 0
    kind_name: str = "Phản ánh"
    category_name: str = "Việc khác"
    is_sure: bool = True
    unit_name: str | None = None


@dataclass(frozen=True)
class State:
    """Where feedback stands, as words need it."""

    code: str
    state: str
    created_at: datetime
    due_on: date
    today: date
    category_name: str = ""
    unit_name: str | None = None
    answer: str | None = field(default=None, repr=False)


def summary_text(draft: Draft) -> str:
    """Shows what will be sent before it is sent."""
    lines = ["Dạ, em ghi lại như sau:", f"“{_shortened(draft.text)}”"]
    if draft.place:
        lines.append(f"Nơi xảy ra: {draft.place}")
    guess = "" if draft.is_sure else " (em đoán)"
    unit = f", gửi tới {draft.unit_name}" if draft.unit_name else ""
    lines.append(f"{draft.kind_name} về: {draft.category_name}{guess}{unit}.")
    lines.append(f"Ảnh kèm: {draft.photos}" if draft.photos else "Có ảnh, anh/chị gửi luôn bây giờ nhé.")
    lines.append("Có trả lời em nhắn lại tại đây. Em gửi đi được chưa ạ?")
    return "\n".join(lines)


def taken_text(code: str, due_on: date, unit_name: str | None, kind: str, is_anonymous: bool) -> str:
    """Feedback was taken down."""
    to = f" Nơi nhận: {unit_name}." if unit_name else ""
    lines = [f"✅ Dạ, em đã ghi nhận{' (ẩn danh)' if is_anonymous else ''}. Mã phản ánh: {code}.{to}"]
    if kind == "praise":
        lines.append("Em chuyển lời khen tới nơi nhận, cảm ơn anh/chị.")
    else:
        lines.append(f"Hạn trả lời: chậm nhất {date_text(due_on)}. Có trả lời em nhắn anh/chị ngay.")
    if kind in ("complaint", "denunciation"):
        lines.append(
            "Phiếu này không thay đơn theo luật; anh/chị nhớ nộp đơn có chữ ký để được giải quyết theo luật định."
        )
    lines.append("Muốn biết xử lý tới đâu, anh/chị nhắn mã này cho em.")
    return "\n".join(lines)


def state_text(state: State) -> str:
    """What became of feedback."""
    about = f" về {state.category_name.lower()}" if state.category_name else ""
    lines = [
        f"Dạ, phản ánh {state.code}{about} (gửi {date_text(state.created_at)}): "
        f"{STATE_WORDS.get(state.state, 'đang được xử lý')}."
    ]
    if state.unit_name and state.state in _OPEN:
        lines.append(f"Nơi xử lý: {state.unit_name}.")
    if state.answer:
        lines.append(f"Trả lời: {state.answer}")
    if state.state in _OPEN:
        lines.append(_due(state))
    if state.state == "answered":
        lines.append("Việc đã được giải quyết chưa ạ?")
    return "\n".join(lines)


def not_found_text(code: str) -> str:
    """Nothing of this citizen under this code."""
    return (
        f"Dạ, em chưa tìm thấy phản ánh {code} trong những phản ánh anh/chị gửi từ Zalo này. "
        "Anh/chị xem lại mã giúp em."
    )


def list_text(lines: Sequence[str]) -> str:
    """Several reports, newest first."""
    listed = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    return f"Dạ, các phản ánh gần đây của anh/chị:\n{listed}\nAnh/chị muốn xem phản ánh nào?"


def short_state_text(state: State, text: str) -> str:
    """One line of a list: enough words to know it again."""
    when = f", hạn {state.due_on:%d/%m}" if state.state in _OPEN else ""
    return f"{state.code}, “{_shortened(text, 40)}”: {STATE_WORDS.get(state.state, 'đang được xử lý')}{when}"


def answer_text(code: str, answer: str, unit_name: str | None) -> str:
    """An officer answered: pushed to the citizen."""
    who = f"{unit_name} trả lời" if unit_name else "Trung tâm trả lời"
    return f"Dạ, phản ánh {code} đã có trả lời.\n{who}: {answer}\nViệc đã được giải quyết chưa ạ?"


def answer_sms_text(code: str) -> str:
    """That there is an answer, without marks and within one SMS."""
    return f"Phan anh {code} da co tra loi. Xem: nhan ma nay cho Zalo mot cua hoac goi 1022."


def forwarded_text(code: str, unit_name: str, due_on: date) -> str:
    """Feedback went on to the unit that is responsible: pushed to the citizen."""
    return f"Dạ, phản ánh {code} đã được chuyển tới {unit_name}. Hạn trả lời: {date_text(due_on)}."


def solved_text(code: str, is_new: bool) -> str:
    """The citizen said that it is solved."""
    if not is_new:
        return f"Dạ, em đã ghi nhận phản ánh {code} được giải quyết rồi ạ."
    return f"Dạ, em khép phản ánh {code}. Cảm ơn anh/chị đã báo để địa phương làm tốt hơn."


def reopened_text(code: str, due_on: date) -> str:
    """The same code goes on with a new due date."""
    return (
        f"Dạ, em đã mở lại phản ánh {code}, mã giữ nguyên. Lý do của anh/chị được chuyển tới nơi xử lý.\n"
        f"Hạn trả lời mới: chậm nhất {date_text(due_on)}."
    )


def not_reopened_text(code: str, due_on: date) -> str:
    """There is no answer yet that could be contested."""
    return f"Dạ, phản ánh {code} vẫn đang được xử lý nên chưa cần mở lại. Hạn trả lời: {date_text(due_on)}."


def photos_joined_text(count: int) -> str:
    """Pictures sent just before belong to the report."""
    return f"Dạ, em kèm {count} ảnh anh/chị vừa gửi."


def emergency_text(what: str, phones: Sequence[str]) -> str:
    """Something that cannot wait for an office."""
    numbers = " hoặc ".join(phone_text(phone) for phone in phones)
    return (
        f"Việc khẩn ({what}): anh/chị gọi ngay {numbers}, ngày đêm đều có người. "
        "Em là trợ lý tự động của một cửa, không điều được người tới cứu."
    )


def crime_text(what: str, phones: Sequence[str]) -> str:
    """A report tells of a crime that is not going on at this moment."""
    numbers = " hoặc ".join(phone_text(phone) for phone in phones)
    return (
        f"Dạ, việc có {what}: anh/chị báo ngay Công an xã, phường nơi xảy ra hoặc gọi {numbers}; "
        "người báo được giữ bí mật. Em vẫn ghi lại phản ánh này."
    )


def thanks_text(stars: int) -> str:
    """A rating was kept."""
    if stars >= 4:
        return f"Dạ, em ghi nhận {stars} sao ({RATING_WORDS[stars]}). Cảm ơn anh/chị!"
    return f"Dạ, em ghi nhận {stars} sao ({RATING_WORDS[stars]}). Em chuyển ý kiến tới trung tâm để làm tốt hơn."


def changed_text(stars: int) -> str:
    """A rating was changed within its day."""
    return f"Dạ, em đã đổi thành {stars} sao ({RATING_WORDS[stars]}). Cảm ơn anh/chị."


def rated_before_text(code: str, stars: int, until: datetime | None) -> str:
    """A dossier is rated once.

    Args:
        until: Until when it may be changed; None where that is over.
    """
    first = f"Dạ, hồ sơ {code} anh/chị đã đánh giá rồi: {stars} sao ({RATING_WORDS[stars]})."
    if until is None:
        return f"{first} Đã quá một ngày nên em không đổi được nữa; có điều muốn nói thêm, anh/chị gửi góp ý giúp em."
    return f"{first} Muốn đổi, anh/chị bấm mức mới trước {moment_text(until)}."


def survey_question_text(text: str, number: int, count: int) -> str:
    """One question of the survey."""
    return f"Câu {number}/{count}: {text}"


def survey_over_text(is_complete: bool) -> str:
    """The survey has ended, or was left."""
    if is_complete:
        return "Dạ, em đã ghi đủ câu trả lời. Cảm ơn anh/chị đã dành thời gian."
    return "Dạ, em dừng khảo sát ở đây; những câu đã trả lời em vẫn ghi. Cảm ơn anh/chị."


def _due(state: State) -> str:
    if state.today <= state.due_on:
        return f"Hạn trả lời: {date_text(state.due_on)}."
    return (
        f"Hạn trả lời là {date_text(state.due_on)}, nay đã quá hạn; em xin lỗi anh/chị. "
        "Anh/chị bấm gặp cán bộ để được hỏi gấp."
    )


def _shortened(text: str, most: int = 300) -> str:
    text = " ".join(text.split()) if most < 100 else text
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
