"""Starts a real simulator process for a test, and drives it through its public interface.

simulator = start_simulator(tmp_path, webhook_url="http://127.0.0.1:4000/webhook")
citizen = simulator.create_citizen(name="Nguyễn Thị Hoa")
simulator.post_event(citizen, {"type": "text", "text": "Xin chào"})
simulator.messages(citizen, after=0, wait_s=5)
simulator.stop()
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).parents[1]
APP_ID = "1111222233334444555"
APP_SECRET = "example-app-secret"
OA_ID = "9000000000000000001"
OA_SECRET = "example-oa-secret"
SMS_KEY = "example-sms-key"
START_WITHIN_S = 20.0


@dataclass
class RunningSimulator:
    """One simulator process and a client for it."""

    url: str
    clock_offset_file: Path
    process: subprocess.Popen[bytes]
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, timeout_s: float = 30, **query: Any) -> Any:
        """GETs a path of the simulator and returns its JSON; an error raises."""
        answer = self.session.get(self.url + path, params=query, timeout=timeout_s)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None, timeout_s: float = 30) -> Any:
        """POSTs JSON to a path of the simulator and returns its JSON; an error raises."""
        answer = self.session.post(self.url + path, json=body or {}, timeout=timeout_s)
        assert answer.ok, answer.text
        return answer.json()

    def create_citizen(self, **fields: Any) -> str:
        """A new Zalo user; returns the user id."""
        return str(self.post("/sim/v1/citizens", fields)["user_id"])

    def post_event(self, user_id: str, event: dict[str, Any]) -> dict[str, Any]:
        """Does something as a citizen; returns msg_id, webhook_status, ack_ms and mark."""
        return dict(self.post(f"/sim/v1/citizens/{user_id}/events", event))

    def says(self, user_id: str, text: str) -> dict[str, Any]:
        """Sends a text as a citizen."""
        return self.post_event(user_id, {"type": "text", "text": text})

    def messages(self, user_id: str, after: int = 0, wait_s: float = 0, quiet_s: float = 0) -> list[dict[str, Any]]:
        """What the account sent to a citizen after a mark."""
        path = f"/sim/v1/citizens/{user_id}/messages"
        answer = self.get(path, timeout_s=wait_s + 30, after=after, wait_s=wait_s, quiet_s=quiet_s)
        return list(answer["messages"])

    def phone_messages(self, phone: str, after: int = 0, wait_s: float = 0, quiet_s: float = 0) -> list[dict[str, Any]]:
        """Template messages and SMS that a phone number (`+84…`) got after a mark."""
        path = f"/sim/v1/phones/{phone.replace('+', '%2B')}/messages"
        answer = self.get(path, timeout_s=wait_s + 30, after=after, wait_s=wait_s, quiet_s=quiet_s)
        return list(answer["messages"])

    def issue_tokens(self) -> dict[str, str]:
        """An access and a refresh token, without the consent page."""
        return dict(self.post("/sim/v1/tokens"))

    def advance(self, seconds: float) -> None:
        """Moves the clock of simulator and product."""
        self.post("/sim/v1/clock", {"advance_s": seconds})

    def add_fault(self, call: str, fault: str, **more: Any) -> None:
        """Makes Zalo misbehave."""
        self.post("/sim/v1/faults", {"call": call, "fault": fault, **more})

    def clear_faults(self) -> None:
        """Zalo behaves again."""
        self.session.delete(self.url + "/sim/v1/faults", timeout=30).raise_for_status()

    def reset(self) -> None:
        """Forgets citizens, messages, faults and webhook switches; clock to now."""
        self.post("/sim/v1/reset")

    def stop(self) -> int:
        """Ends the process with SIGTERM and returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        self.session.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def start_simulator(tmp_path: Path, webhook_url: str | None = None, **config: Any) -> RunningSimulator:
    """Starts `python -m simulator` on a free port, with its state under `tmp_path`.

    Started again over the same `tmp_path` it goes on where the earlier process ended.

    Args:
        tmp_path: Folder of state, files and clock.
        webhook_url: Where the product (or a test's receiver) listens.
        config: Further options, named like the flags: `redirect_uri`, `port`, `clock_offset_file`,
            `pages=True`; `dossiers_url` serves the counter; `sms_key`, `app_secret`, `oa_secret` replace the
            examples above.
    """
    address_file = tmp_path / "simulator-address.json"
    address_file.unlink(missing_ok=True)
    clock_offset_file = Path(config.pop("clock_offset_file", tmp_path / "clock-offset"))
    arguments = [] if config.pop("pages", False) else ["--no-pages"]
    settings = {
        "SIMULATOR_STATE": str(tmp_path / "simulator.sqlite3"),
        "SIMULATOR_FILES": str(tmp_path / "simulator-files"),
        "SIMULATOR_ADDRESS_FILE": str(address_file),
        "SIMULATOR_APP_ID": APP_ID,
        "SIMULATOR_APP_SECRET": APP_SECRET,
        "SIMULATOR_OA_ID": OA_ID,
        "SIMULATOR_OA_SECRET": OA_SECRET,
        "SIMULATOR_SMS_KEY": SMS_KEY,
        "ONESTOP_CLOCK_OFFSET_FILE": str(clock_offset_file),
    }
    if webhook_url is not None:
        settings["SIMULATOR_WEBHOOK_URL"] = webhook_url
    settings.update({f"SIMULATOR_{name.upper()}": str(value) for name, value in config.items()})
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATOR_")}
    log = (tmp_path / "simulator.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=REPOSITORY,
        env={**inherited, **settings},
        stdout=log,
        stderr=log,
    )
    log.close()
    url = _wait_for_address(process, address_file, tmp_path / "simulator.log")
    return RunningSimulator(url=url, clock_offset_file=clock_offset_file, process=process)


def _wait_for_address(process: subprocess.Popen[bytes], address_file: Path, log: Path) -> str:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if address_file.exists():
            return str(json.loads(address_file.read_text(encoding="utf-8"))["simulator"])
        if process.poll() is not None:
            break
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
        process.wait()
    raise RuntimeError(f"The simulator did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
