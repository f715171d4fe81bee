"""Words about reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onestop.messages.formats import moment_text


def saved_text(what: str, due_at: datetime) -> str:
    """A reminder was kept."""
    return f"⏰ Dạ, em sẽ nhắc anh/chị lúc {moment_text(due_at)}: {what}."


def list_text(reminders: Sequence[tuple[str, datetime]], asks_which: bool = False) -> str:
    """What the citizen will be reminded of; asks, where wanted, which one to cancel."""
    lines = [f"{number}. {moment_text(at)}: {what}" for number, (what, at) in enumerate(reminders, start=1)]
    question = "\nAnh/chị muốn bỏ lời nhắc nào ạ?" if asks_which else ""
    return "Dạ, em đang giữ các lời nhắc:\n" + "\n".join(lines) + question


def cancelled_text(what: str, due_at: datetime) -> str:
    """A reminder was cancelled."""
    return f"Dạ, em đã bỏ lời nhắc lúc {moment_text(due_at)}: {what}."
