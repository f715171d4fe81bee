"""The counter, the clock and the faults around a running product, through the simulator's test interface only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from onestop.cli.product import Product


@contextmanager
def running_product(folder: Path, model: Path, dossiers: int) -> Iterator[Product]:
    """A product of one's own with demo data, stopped at the end."""
    running = Product(folder, model)
    running.load_demo_data(dossiers=dossiers)
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Counter:
    """The one-stop shop's counter, through its JSON interface."""

    def __init__(self, url: str) -> None:
        self._base = f"{url}/counter/v1"

    def dossier(self, **query: Any) -> dict[str, Any]:
        """The newest dossier that fits."""
        return self.dossiers(limit=1, **query)[0]

    def dossiers(self, **query: Any) -> list[dict[str, Any]]:
        """Dossiers that fit, newest first."""
        answer = requests.get(f"{self._base}/dossiers", params=query, timeout=30)
        assert answer.ok, answer.text
        return answer.json()["dossiers"]

    def whole(self, code: str) -> dict[str, Any]:
        """One dossier with steps and documents."""
        return requests.get(f"{self._base}/dossiers/{code}", timeout=30).json()

    def accepts(self, **more: Any) -> dict[str, Any]:
        """Takes a new dossier."""
        body = {
            "procedure_code": "1.001193",
            "applicant_name": "Trần Văn Kín",
            "applicant_phone": "+84900000077",
            **more,
        }
        answer = requests.post(f"{self._base}/dossiers", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def moves(self, code: str, to: int, **more: Any) -> dict[str, Any]:
        """Moves a dossier on."""
        answer = requests.post(f"{self._base}/dossiers/{code}/move", json={"to": to, **more}, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def receipt(self, code: str) -> bytes:
        """The receipt as a picture."""
        answer = requests.get(f"{self._base}/dossiers/{code}/receipt.png", timeout=30)
        assert answer.ok, answer.text
        return answer.content


class World:
    """Clock, faults and webhook switches."""

    def __init__(self, url: str) -> None:
        self._base = f"{url}/sim/v1"

    def now(self) -> datetime:
        """What the clock of simulator and product says."""
        return datetime.fromisoformat(requests.get(f"{self._base}/clock", timeout=10).json()["at"])

    def advances(self, seconds: float) -> None:
        """Moves the clock of simulator and product."""
        assert requests.post(f"{self._base}/clock", json={"advance_s": seconds}, timeout=10).ok

    def fails(self, call: str, fault: str, **more: Any) -> None:
        """Makes Zalo misbehave."""
        body = {"call": call, "fault": fault, **more}
        assert requests.post(f"{self._base}/faults", json=body, timeout=10).ok

    def behaves(self) -> None:
        """Zalo behaves again."""
        requests.delete(f"{self._base}/faults", timeout=10)

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """Calls that the product made."""
        return requests.get(f"{self._base}/calls", params={"after": after}, timeout=10).json()["calls"]


def until(condition: Callable[[], bool], within_s: float = 20.0) -> bool:
    """Waits for something to become true."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return condition()
