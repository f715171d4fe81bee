"""Words about whether a message is ours."""

from __future__ import annotations

from datetime import datetime

from onestop.messages.formats import moment_text, phone_text
from onestop.text.scam_signs import ScamSigns

ONLY_HERE = "Tin của trung tâm chỉ tới trong khung chat này, cuối tin có mã tin."


def ours_text(sent_at: datetime, code: str | None) -> str:
    """The citizen got it from us."""
    named = f" (mã tin {code})" if code else ""
    return f"Dạ đúng, tin này là của trung tâm, gửi anh/chị lúc {moment_text(sent_at)}{named}."


def altered_text(sent_at: datetime, code: str, signs: ScamSigns, hotline: str) -> str:
    """The code is that of a message to this citizen, the words are not."""
    return (
        f"Dạ, mã {code} là của tin em gửi anh/chị lúc {moment_text(sent_at)}, nhưng nội dung anh/chị đưa khác tin đó.\n"
        f"{_what(signs)}Anh/chị chỉ tin bản trong khung chat này; nghi ngờ thì gọi {phone_text(hotline)}."
    )


def to_somebody_else_text(code: str, hotline: str) -> str:
    """We issued such a code, to somebody else; nothing more is told."""
    return (
        f"Dạ, em có phát mã tin {code}, nhưng không phải cho Zalo này nên em không nói được nội dung.\n"
        f"Nếu tin đó gửi cho anh/chị thì không phải của em; nghi ngờ thì gọi {phone_text(hotline)}."
    )


def unknown_code_text(code: str, hotline: str) -> str:
    """We never issued such a code."""
    return (
        f"Dạ, em không phát mã tin {code} nào. Tin mang mã này không phải của trung tâm.\n"
        f"Anh/chị đừng bấm đường dẫn, đừng chuyển tiền, đừng đọc mã cho ai. Cần hỏi lại thì gọi {phone_text(hotline)}."
    )


def not_found_text(hotline: str) -> str:
    """No such message went to this citizen, and nothing in it warns."""
    return (
        f"Dạ, em không thấy tin này trong các tin em đã gửi anh/chị. {ONLY_HERE}\n"
        f"Chưa chắc thì anh/chị đừng làm theo, gọi {phone_text(hotline)} hỏi lại."
    )


def warning_text(signs: ScamSigns, hotline: str) -> str:
    """A likely swindle."""
    return (
        f"Dạ, tin này không phải của trung tâm, nhiều khả năng là lừa đảo.\n{_what(signs)}"
        "Anh/chị đừng bấm, đừng chuyển tiền, đừng đọc mã OTP cho ai.\n"
        f"Cần hỏi lại thì gọi {phone_text(hotline)}; đã lỡ chuyển tiền thì báo công an ngay (113)."
    )


def told_warning_text(hotline: str) -> str:
    """The citizen tells of a stranger who wants something."""
    return (
        "Dạ, anh/chị cẩn thận, đây là cách lừa đảo thường gặp. "
        "Một cửa không gọi điện đòi chuyển tiền, mã OTP hay cài ứng dụng.\n"
        "Anh/chị đừng làm theo; đã lỡ chuyển tiền hoặc đọc mã thì báo ngân hàng và công an ngay (113).\n"
        f"Cần hỏi lại thì gọi {phone_text(hotline)}."
    )


def already_followed_text(hotline: str) -> str:
    """The citizen has done what the swindler wanted."""
    return (
        "Dạ, anh/chị làm ngay giúp em: gọi ngân hàng khóa thẻ và tài khoản, đổi mật khẩu, gỡ ứng dụng vừa cài.\n"
        "Rồi báo công an xã, phường nơi ở hoặc 113; giữ lại tin nhắn, biên lai làm chứng.\n"
        f"Cần hỏi lại thì gọi {phone_text(hotline)}."
    )


def last_notice_text(sent_at: datetime, code: str | None, about: str) -> str:
    """ "tin này có phải của trung tâm không" with nothing shown: names the last message of ours."""
    named = f", mã tin {code}" if code else ""
    what = f" về {about}" if about else ""
    return (
        f"Dạ, tin gần nhất em gửi anh/chị là lúc {moment_text(sent_at)}{what}{named}.\n"
        "Nếu anh/chị nói tin khác, gửi em mã tin ở dòng cuối hoặc chép cả tin vào đây."
    )


def official_link_text(host: str) -> str:
    """A link to a site of the state."""
    return f"Dạ, trang {host} là trang chính thức. Em không mở đường dẫn giúp được; anh/chị cần hỏi gì thì gõ cho em."


def foreign_link_text(host: str, hotline: str) -> str:
    """A link to any other site."""
    return (
        f"Dạ, trang {host} không phải của trung tâm hay Cổng dịch vụ công, và em không mở đường dẫn.\n"
        f"Trang đó đòi mã OTP, mật khẩu hay chuyển tiền thì anh/chị đừng làm theo. Cần hỏi lại: {phone_text(hotline)}."
    )


def _what(signs: ScamSigns) -> str:
    found = []
    if signs.foreign_hosts:
        found.append(f"có đường dẫn lạ ({signs.foreign_hosts[0]})")
    if signs.asks_money:
        found.append("đòi chuyển tiền")
    if signs.asks_secret:
        found.append("đòi mã OTP hay mật khẩu")
    if signs.asks_install:
        found.append("đòi cài ứng dụng")
    if signs.threatens and not found:
        found.append("dọa để thúc gấp")
    if not found:
        return ""
    said = ", ".join(found)
    return f"{said[0].upper()}{said[1:]}: trung tâm không bao giờ nhắn như vậy.\n"
