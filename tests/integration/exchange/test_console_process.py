"""`python -m console` as it is started: with a key it takes pushes, without one it does not know them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from cryptography.fernet import Fernet

from console.exchange_api import PATH
from onestop.services.signatures import signed_headers
from tests.integration.exchange.conftest import KEY

ROOT = Path(__file__).resolve().parents[3]
BODY = b'{"events":[{"id":5,"kind":"ready","dossier_code":"H00","state_to":9,"at":"2026-11-24T09:00:00+07:00"}]}'


@pytest.mark.parametrize(("key", "status"), [(KEY, 202), ("", 404)], ids=["with-key", "without-key"])
def test_console_takes_pushes_only_with_a_key(tmp_path: Path, key: str, status: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = ("ZALO_APP_ID", "ZALO_OA_ID", "ZALO_APP_SECRET", "ZALO_SECRET_KEY")
    env = {
        **os.environ,
        **{f"ONESTOP_{name}": "x" for name in names},
        **{f"ONESTOP_{name}_URL": f"sqlite:///{tmp_path / name}" for name in ("DATABASE", "DOSSIERS", "TRACKER")},
        "ONESTOP_TOKEN_KEY": Fernet.generate_key().decode(),
        "ONESTOP_OFFICER_TOKENS": "lan:" + "t" * 30,
        "ONESTOP_EXCHANGE_KEY": key,
    }
    process = subprocess.Popen([sys.executable, "-m", "console", "--port", str(port)], cwd=ROOT, env=env)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/health", process)
        headers = {**signed_headers(KEY, BODY, time.time()), "Idempotency-Key": "a"}
        assert requests.post(f"{url}{PATH}", data=BODY, headers=headers, timeout=10).status_code == status
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the console ended"
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("the console did not come up")
