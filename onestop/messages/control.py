"""Words about what citizens decide: which messages come, what we hold of them, how we speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

KIND_NAMES = {
    "dossier": "Tin hồ sơ",
    "reminder": "Nhắc hẹn",
    "news": "Tin tức, cúp điện",
    "survey": "Hỏi ý kiến (khảo sát)",
    "feedback": "Tin phản ánh đã gửi",
}
"""What a kind of message is called; the keys are `onestop.services.preferences.Kind`."""

STOP_ALL = "Tắt mọi tin báo tự động qua Zalo"
RESUME_ALL = "Nhận lại mọi tin báo tự động qua Zalo"


def settings_text(
    are_on: Mapping[str, bool], followed: Sequence[str], reminders: int, areas: int, is_simple: bool
) -> str:
    """What is on and what is off, a line a kind.

    Args:
        are_on: By the kind's name, in the order to show.
        followed: Codes of the dossiers that the citizen follows.
        reminders, areas: How many reminders wait, how many communes and topics were asked for.
    """
    counts = {
        "dossier": f"{len(followed)} hồ sơ" if followed else "",
        "reminder": f"{reminders} lời nhắc" if reminders else "",
        "news": f"{areas} mục" if areas else "",
    }
    lines = ["Dạ, tin em tự gửi anh/chị hiện là:"]
    for kind, is_on in are_on.items():
        count = f" ({counts[kind]})" if counts.get(kind) else ""
        lines.append(f"- {KIND_NAMES[kind]}: {'đang bật' if is_on else 'đang tắt'}{count}")
    if followed and are_on.get("dossier"):
        lines.append("Hồ sơ đang báo: " + ", ".join(followed[:3]) + (" …" if len(followed) > 3 else ""))
    if is_simple:
        lines.append("- Nói đơn giản: đang bật")
    return "\n".join(lines)


def switched_text(kinds: Sequence[str], is_on: bool) -> str:
    """Kinds were switched; says what stays."""
    names = " và ".join(KIND_NAMES[kind].lower() for kind in kinds)
    if is_on:
        return f"Dạ, em đã bật lại {names}."
    return f"Dạ, em đã tắt {names}. Các tin khác vẫn như cũ; anh/chị hỏi thì em vẫn trả lời."


def unchanged_text(kinds: Sequence[str], is_on: bool) -> str:
    """They were so already."""
    names = " và ".join(KIND_NAMES[kind].lower() for kind in kinds)
    return f"Dạ, {names} đang {'bật' if is_on else 'tắt'} sẵn rồi ạ."


def which_dossiers_text() -> str:
    """Asks whether one dossier or all of them shall be silent."""
    return "Dạ, anh/chị muốn tắt tin của mọi hồ sơ, hay chỉ một hồ sơ ạ?"


def own_data_text(counts: Sequence[tuple[str, int]], linked_phone: str, since: str) -> str:
    """What we hold of a citizen, by kind and number.

    Args:
        counts: Only kinds of which there is something.
        linked_phone: Masked; empty where none is linked.
        since: The day we first met, in words.
    """
    lines = [f"Dạ, từ {since} em lưu của anh/chị:"]
    lines += [f"- {title}: {number}" for title, number in counts]
    lines.append(
        f"- Số điện thoại đã liên kết: {linked_phone}" if linked_phone else "- Số điện thoại: không lưu số nào"
    )
    lines.append("Em không lưu danh bạ, ảnh đại diện hay vị trí của máy. Muốn xem từng chữ, anh/chị bấm tải về.")
    return "\n".join(lines)


def export_text(kept_until: str) -> str:
    """Goes before the file."""
    return (
        "Dạ, tệp dưới đây có mọi điều em lưu về anh/chị qua Zalo này, không có gì của người khác. "
        f"Bản ở chỗ em sẽ tự xóa sau {kept_until}."
    )


SIMPLE_ON = (
    "Dạ, từ giờ em nói ngắn, mỗi lần một việc.\nKhông cần bấm nút, chỉ cần nhắn số.\n"
    "Chữ to thì chỉnh trong Cài đặt của Zalo."
)
SIMPLE_OFF = "Dạ, em nói bình thường trở lại."
SIMPLE_IS_ON = "Dạ, em đang nói đơn giản rồi ạ. Muốn thôi thì nhắn “nói bình thường”."
SIMPLE_IS_OFF = "Dạ, em đang nói bình thường ạ. Muốn em nói ngắn, có số để chọn, anh/chị nhắn “nói đơn giản”."
