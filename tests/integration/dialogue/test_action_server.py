"""The action server as a process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.integration.dialogue.harness import ROOT

SETTINGS = (
    "DATABASE_URL DOSSIERS_URL TRACKER_URL ZALO_APP_ID ZALO_OA_ID ZALO_APP_SECRET ZALO_SECRET_KEY TOKEN_KEY".split()
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path, dossiers_url: str) -> dict[str, str]:
    values = {f"ONESTOP_{name}": "x" for name in SETTINGS}
    kept = ROOT / "models"
    values |= {
        "ONESTOP_DATABASE_URL": f"sqlite:///{folder}/own.sqlite3",
        "ONESTOP_DOSSIERS_URL": dossiers_url,
        "ONESTOP_TRACKER_URL": f"sqlite:///{folder}/tracker.sqlite3",
        "ONESTOP_FILES_DIR": str(folder),
        "ONESTOP_MODEL_DIR": str(kept if (kept / "procedure_search.npz").exists() else folder),
    }
    return {**os.environ, **values, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def server(tmp_path: Path, dossiers_url: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "actions", "--port", str(port)],
        env=environment(tmp_path, dossiers_url),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1800):  # the first start in a fresh clone learns the search
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            try:
                requests.get(f"{url}/health", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


def test_it_answers_over_http_and_a_broken_call_does_not_come_back_in_the_answer(server: str) -> None:
    tracker = {
        "sender_id": "c1",
        "slots": {},
        "latest_message": {"text": "0912345678", "intent": {"name": "help", "confidence": 1.0}, "entities": []},
        "events": [],
        "paused": False,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    answer = requests.post(f"{server}/webhook", json={"next_action": "action_help", "tracker": tracker}, timeout=20)
    assert answer.json()["responses"][0]["response"] == "utter_help"
    broken = requests.post(f"{server}/webhook", json={"next_action": "action_help", "secret": "0912345678"}, timeout=20)
    assert broken.status_code == 500 and "0912" not in broken.text


def test_without_its_settings_it_ends_with_one_clear_line(tmp_path: Path, dossiers_url: str) -> None:
    settings = environment(tmp_path, dossiers_url)
    del settings["ONESTOP_TOKEN_KEY"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "actions"],
        env=settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == ["ONESTOP_TOKEN_KEY is not set; see docs/settings.md"]
    assert not (tmp_path / "own.sqlite3").exists()


def test_it_loads_neither_rasa_nor_tensorflow() -> None:
    code = "import actions.server, actions.media, sys; print({'rasa', 'tensorflow'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
