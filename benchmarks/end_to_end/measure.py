"""Measures one running server through the simulator: replies, a long conversation, acknowledgements, memory."""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path
from typing import Any

import requests

NEW_CITIZENS = 40
TURNS = 200
QUESTION = "lệ phí làm giấy khai sinh là bao nhiêu?"
RIGHT_ANSWER = "lệ phí đăng ký khai sinh"
SMALL_TALK = ("cảm ơn em nhiều nha", "cho xin số đường dây nóng", "lệ phí đăng ký kết hôn bao nhiêu?", "chào em")


class Chat:
    """A citizen whose replies are timed."""

    def __init__(self, url: str) -> None:
        self._http = requests.Session()
        self._base = f"{url}/sim/v1"
        self.heard = ""
        self._user = self._http.post(f"{self._base}/citizens", json={}, timeout=30).json()["user_id"]

    def ask(self, text: str) -> tuple[float, float]:
        """Seconds until the first message of the answer, and milliseconds until the webhook's 200.

        `heard` is the answer then: a server that answers something else, perhaps without asking an action, is quick for
        the wrong reason.
        """
        began = time.perf_counter()
        event = {"type": "text", "text": text}
        sent = self._http.post(f"{self._base}/citizens/{self._user}/events", json=event, timeout=60).json()
        answer = self._http.get(
            f"{self._base}/citizens/{self._user}/messages",
            params={"after": sent["mark"], "wait_s": 30, "quiet_s": 0},
            timeout=60,
        ).json()
        took_s = time.perf_counter() - began
        self.heard = " ".join(message["text"] for message in answer["messages"])
        return (took_s if answer["messages"] else float("nan")), sent["ack_ms"]

    def settle(self) -> None:
        """Waits until nothing more comes."""
        self._http.get(
            f"{self._base}/citizens/{self._user}/messages",
            params={"after": 0, "wait_s": 1, "quiet_s": 0.3},
            timeout=60,
        )


def measure(url: str, server_pid: int) -> dict[str, Any]:
    """All figures of one server; times in milliseconds, memory in megabytes."""
    Chat(url).ask(QUESTION)  # the first request of a process warms it up
    new, right = [], 0
    for _ in range(NEW_CITIZENS):
        chat = Chat(url)
        new.append(chat.ask(QUESTION)[0])
        right += RIGHT_ANSWER in chat.heard
        chat.settle()
    chat = Chat(url)
    turns = []
    for number in range(TURNS):
        turns.append(chat.ask(SMALL_TALK[number % len(SMALL_TALK)])[0])
        time.sleep(0.02)
    acks = acknowledged_under_load(url)
    return {
        "new_citizen_median_ms": statistics.median(new) * 1000,
        "new_citizen_right": right / NEW_CITIZENS,
        "turns_median_ms": statistics.median(turns) * 1000,
        "first_turns_median_ms": statistics.median(turns[:20]) * 1000,
        "last_turns_median_ms": statistics.median(turns[-20:]) * 1000,
        "growth_over_200_turns": statistics.median(turns[-20:]) / statistics.median(turns[:20]),
        "ack_p99_ms": sorted(acks)[int(len(acks) * 0.99)],
        "memory_mb": memory_mb(server_pid),
        "unanswered": sum(took != took for took in [*new, *turns]),
    }


def acknowledged_under_load(url: str, citizens: int = 8, each: int = 25) -> list[float]:
    """How fast events are acknowledged while replies are being worked on, milliseconds."""
    acks: list[float] = []

    def talk() -> None:
        chat = Chat(url)
        for _ in range(each):
            acks.append(chat.ask(QUESTION)[1])

    threads = [threading.Thread(target=talk) for _ in range(citizens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acks


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no such process")
