"""Words about phone numbers, one-time codes, desk links and followers."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from onestop.messages.formats import date_text, phone_text

CONSENT_WORDING = (
    "Liên kết số {phone} với Zalo này: xem đầy đủ hồ sơ nộp bằng số này và nhận tin khi hồ sơ thay đổi; "
    "gỡ lại lúc nào cũng được"
)
DESK_CONSENT_WORDING = "Xem đầy đủ hồ sơ {code} trên Zalo này và nhận tin khi hồ sơ thay đổi"
UNLINK_WORDING = "Gỡ số {phone} khỏi Zalo này"


def masked_phone(phone: str) -> str:
    """`09xx xxx 678`: enough to know one's own number by."""
    digits = "0" + phone[3:] if phone.startswith("+84") else phone
    hidden = digits[:2] + "x" * (len(digits) - 5) + digits[-3:]
    return f"{hidden[:4]} {hidden[4:-3]} {hidden[-3:]}"


def code_sms(code: str, province: str) -> str:
    """The SMS: without marks it is one message of 160 characters; it says what the code does and who may have it."""
    return (
        f"{code} la ma lien ket Zalo voi ho so mot cua {_plain(province)}, dung trong 5 phut. "
        "Khong doc ma nay cho bat ky ai, ke ca can bo. Khong yeu cau thi bo qua tin nay."
    )


def code_requested_text(phone: str) -> str:
    """The same for every number, whether a dossier carries it or not."""
    return (
        f"Dạ, nếu số {phone_text(phone)} có trong hồ sơ tại trung tâm, tin nhắn có mã 6 số sẽ tới trong ít phút. "
        "Mã dùng được 5 phút.\n"
        "Anh/chị nhắn mã đó vào đây là đồng ý cho Zalo này xem đầy đủ hồ sơ nộp bằng số này và nhận tin báo; "
        "gỡ lại lúc nào cũng được."
    )


def wait_text(wait: timedelta) -> str:
    """A new code is not sent yet; says nothing about the number."""
    seconds = max(1, int(wait.total_seconds()))
    if seconds <= 90:
        return f"Dạ, mã vừa được yêu cầu. Anh/chị chờ thêm {seconds} giây rồi bấm gửi lại giúp em."
    return (
        f"Dạ, để giữ an toàn cho hồ sơ, em tạm chưa gửi thêm mã. Anh/chị thử lại sau khoảng {-(-seconds // 60)} phút, "
        "hoặc nhờ cán bộ tại quầy cho quét mã QR liên kết."
    )


def tries_wait_text(wait: timedelta) -> str:
    """Too many wrong codes."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return (
        f"Dạ, để giữ an toàn cho hồ sơ, em tạm chưa nhận thêm mã. Anh/chị thử lại sau khoảng {minutes} phút, "
        "hoặc nhờ cán bộ tại quầy cho quét mã QR liên kết."
    )


def wrong_code_text(tries_left: int) -> str:
    """A code that does not fit."""
    return f"Dạ, mã này chưa khớp. Anh/chị xem lại tin nhắn mới nhất rồi nhắn mã giúp em (còn {tries_left} lần)."


def linked_text(phone: str, dossiers: int, others: int) -> str:
    """The phone is linked."""
    lines = [f"✅ Dạ, em đã liên kết Zalo này với số {masked_phone(phone)}."]
    if dossiers:
        lines.append(f"Có {dossiers} hồ sơ nộp bằng số này; hồ sơ nào thay đổi em báo anh/chị ngay.")
    if others:
        lines.append(_others(others))
    return "\n".join(lines)


def link_status_text(phone: str, since: datetime, proof: str | None, others: int) -> str:
    """Which number is linked, masked."""
    how = "tại quầy" if proof == "desk" else "bằng mã tin nhắn"
    text = f"Dạ, Zalo này đang liên kết số {masked_phone(phone)}, xác nhận {how} {date_text(since)}."
    return text + (f"\n{_others(others)}" if others else "")


def unlinked_text(phone: str) -> str:
    """The phone is no longer linked."""
    return (
        f"Dạ, em đã gỡ số {masked_phone(phone)} khỏi Zalo này. Em không còn báo tin hồ sơ của số này; "
        "hồ sơ anh/chị theo dõi bằng mã thì em chỉ báo tình trạng chung."
    )


def linked_elsewhere_text(phone: str) -> str:
    """To those who had linked the number before."""
    return (
        f"Dạ, số {masked_phone(phone)} vừa được liên kết thêm trên một Zalo khác (đã nhập đúng mã gửi tới số này, "
        "hoặc quét mã QR tại quầy).\nNếu không phải người nhà, anh/chị bấm nút dưới đây để gỡ."
    )


def others_unlinked_text(phone: str, count: int) -> str:
    """Other accounts no longer see the dossiers of this number."""
    if not count:
        return f"Dạ, số {masked_phone(phone)} chỉ liên kết với Zalo này thôi ạ."
    return f"Dạ, em đã gỡ số {masked_phone(phone)} khỏi {count} Zalo khác. Từ giờ chỉ Zalo này xem đủ hồ sơ của số này."


def desk_question_text(phone: str | None, code: str) -> str:
    """Asks before the officer's code is used."""
    if phone is None:
        return (
            f"Dạ, đây là mã QR của quầy cho hồ sơ {code}. Anh/chị đồng ý cho Zalo này xem đầy đủ hồ sơ đó "
            "và nhận tin báo không ạ?"
        )
    return (
        f"Dạ, đây là mã QR của quầy cho hồ sơ {code}. Anh/chị đồng ý liên kết Zalo này với số {masked_phone(phone)} "
        "để xem đầy đủ hồ sơ nộp bằng số này và nhận tin báo không ạ?"
    )


def desk_follow_text(code: str) -> str:
    """A dossier without a phone is tied to this chat by itself."""
    return f"✅ Dạ, Zalo này xem được đầy đủ hồ sơ {code}; hồ sơ thay đổi em báo anh/chị ngay."


def followers_text(code: str, by_second_code: int, by_code: int, co_owners: int, is_closed: bool) -> str:
    """How many follow a dossier besides its owner; never who."""
    parts = []
    if by_second_code:
        parts.append(f"{by_second_code} người có mã tra cứu trên giấy tiếp nhận")
    if by_code:
        parts.append(f"{by_code} người chỉ có mã hồ sơ (chỉ nhận tin chung)")
    if co_owners:
        parts.append(f"{co_owners} Zalo cùng liên kết số điện thoại này")
    told = f"ngoài anh/chị còn {'; '.join(parts)}" if parts else "ngoài anh/chị không có ai"
    text = f"Dạ, theo dõi hồ sơ {code}: {told}."
    if is_closed:
        text += "\nHồ sơ đang khóa: mã tra cứu cũ không dùng được nữa."
    return text


def revoked_text(code: str, count: int) -> str:
    """The others no longer follow."""
    said = (
        f"em đã bỏ {count} người theo dõi khác của hồ sơ {code}" if count else f"hồ sơ {code} không có ai khác theo dõi"
    )
    return (
        f"Dạ, {said}. Mã tra cứu cũ trên giấy tiếp nhận không còn mở được hồ sơ này qua Zalo; "
        "muốn có mã mới, anh/chị hỏi trung tâm nơi nộp."
    )


def readmitted_text(code: str, was_closed: bool) -> str:
    """The old second code counts again."""
    if not was_closed:
        return f"Dạ, hồ sơ {code} không khóa với ai cả."
    return f"Dạ, hồ sơ {code} đã mở lại: ai có mã tra cứu trên giấy tiếp nhận theo dõi lại được."


def follow_refused_text(code: str) -> str:
    """The owner does not want this citizen to follow."""
    return f"Dạ, hồ sơ {code} hiện không nhận thêm người theo dõi. Anh/chị vẫn tra được tình trạng bằng mã hồ sơ."


def _others(count: int) -> str:
    return f"Số này còn liên kết trên {count} Zalo khác. Không phải người nhà thì anh/chị gỡ giúp em."


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
