"""Small talk. Several wordings of each, taken in turn, so that nobody hears the same words twice in a row."""

from __future__ import annotations

from collections.abc import Sequence

GREETINGS = (
    "Dạ, em chào anh/chị. Em giúp tra cứu hồ sơ và hỏi thủ tục một cửa. Anh/chị cần việc gì ạ?",
    "Dạ, chào anh/chị. Anh/chị hỏi thủ tục hay muốn biết hồ sơ tới đâu rồi ạ?",
    "Dạ, em nghe đây ạ. Anh/chị cần em giúp gì?",
    "Dạ, em vẫn đây. Anh/chị cứ hỏi, có dấu hay không dấu em đều hiểu.",
    "Dạ, anh/chị nói em nghe, việc gì em biết em trả lời liền.",
)
FAREWELLS = (
    "Dạ, em chào anh/chị. Cần gì anh/chị cứ nhắn, em trả lời cả ngày lẫn đêm.",
    "Dạ, chào anh/chị, chúc anh/chị một ngày tốt lành.",
    "Dạ, hẹn gặp lại anh/chị.",
    "Dạ, em chào anh/chị, khi nào cần anh/chị lại nhắn em nhé.",
)
THANKS = (
    "Dạ, không có gì ạ. Anh/chị cần thêm gì cứ nhắn em.",
    "Dạ, giúp được anh/chị là em vui rồi.",
    "Dạ, việc của em mà. Khi cần anh/chị nhắn em nhé.",
    "Dạ, anh/chị khách sáo quá, cần gì cứ nhắn em.",
)
ADDRESS_NOTED = "Dạ, em nhớ rồi ạ. Anh/chị cần em giúp gì thêm không ạ?"
# Calm, and shorter each time: who is angry does not want to be talked to.
INSULTS = (
    "Dạ, em hiểu anh/chị đang bực, em xin lỗi. Việc đang vướng là gì, anh/chị cho em biết, em tìm cách giúp ngay.",
    "Dạ, em vẫn sẵn lòng giúp. Anh/chị muốn em tra hồ sơ, ghi phản ánh, hay chuyển tới cán bộ ạ?",
    "Dạ, em nghe ạ. Muốn nói với người thật, anh/chị bấm Gặp cán bộ.",
    "Dạ, khi nào cần anh/chị nhắn em việc gì, em trả lời liền.",
)


def variant(wordings: Sequence[str], times: int) -> str:
    """The wording for the so-manieth time (from 1): all of them come before one comes again."""
    return wordings[(times - 1) % len(wordings)]


def variant_ending_calm(wordings: Sequence[str], times: int) -> str:
    """As `variant`, but what was said the first time is never said again: after the last, the last two alternate."""
    if times <= len(wordings):
        return wordings[times - 1]
    return wordings[-1 - (times - len(wordings)) % 2]
