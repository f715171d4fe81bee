"""What is said of a matter that another office deals with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def elsewhere_text(
    matter: str, who: str, advice: str, source: str, checked_on: date, beside: Sequence[str] = ()
) -> str:
    """Who deals with it, what to do, where that comes from; and which real procedures may be meant instead."""
    place = f"không làm ở một cửa mà ở {who}" if not who.startswith("không ") else f"thì {who}"
    lines = [f"Dạ, việc {matter} {place}.", advice]
    if beside:
        lines.append("Ở một cửa có thủ tục gần giống, đúng việc thì anh/chị bấm giúp em:")
        lines += [f"- {name}" for name in beside]
    lines.append(f"Theo quy định chung: {source} (cập nhật {checked_on:%d/%m/%Y}).")
    return "\n".join(lines)


def offer_title(matter: str) -> str:
    """The matter among procedures that may be meant."""
    return f"{matter[:1].upper()}{matter[1:]} (nơi khác làm)"
