"""Processes of the product on one machine: started, watched, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_WITHIN_S = 15.0
_SET_PARENT_DEATH_SIGNAL = 1


class StartFailed(Exception):
    """A process did not come up; the text says which and where its log stands, in one line for people."""


@dataclass
class Child:
    """One process with its log."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log_file: Path
    cwd: Path
    process: subprocess.Popen | None = field(default=None, repr=False)

    def start(self) -> None:
        """Starts it; it dies with its parent (Linux), so nothing is left behind even after `kill -9`."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
            )

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def wait_until(self, is_ready: Callable[[], bool], within_s: float) -> None:
        """Waits until it is ready.

        Raises:
            StartFailed: It died or was not ready in time.
        """
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if not self.is_alive:
                raise StartFailed(f"Tiến trình {self.name} đã dừng khi khởi động: {self.last_line()}")
            if is_ready():
                return
            time.sleep(0.05)
        raise StartFailed(f"Tiến trình {self.name} chưa sẵn sàng sau {within_s:.0f} giây; xem {self.log_file}")

    def last_line(self) -> str:
        """The last line of its log."""
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{lines[-1][:300]} ({self.log_file})" if lines else f"không có nhật ký ({self.log_file})"

    def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Asks it to end, then makes it."""
        if self.process is None or not self.is_alive:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()


def _die_with_parent() -> None:
    os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which stops the children in order
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    """Whether one can listen on this port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
