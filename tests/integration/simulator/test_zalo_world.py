"""Clock, reset, restart, start and stop."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
import requests

from tests.sim_server import REPOSITORY


def test_clock_is_written_to_the_shared_file_and_stamps_everything(simulator, product, citizen, receiver):
    answer = simulator.post("/sim/v1/clock", {"advance_s": 93600})
    assert float(simulator.clock_offset_file.read_text()) == pytest.approx(answer["offset_s"], abs=0.01)
    at = datetime.fromisoformat(simulator.get("/sim/v1/clock")["at"])
    wanted = datetime.now().astimezone() + timedelta(seconds=93600)
    assert abs(at - wanted) < timedelta(seconds=2)
    simulator.says(citizen, "ngày mai")
    event = receiver.wait_for("user_send_text")[0].event
    assert abs(int(event["timestamp"]) / 1000 - wanted.timestamp()) < 3


def test_clock_moves_to_a_moment(simulator):
    answer = simulator.post("/sim/v1/clock", {"at": "2030-12-01T08:00:00+07:00"})
    assert answer["at"].startswith("2030-12-01T08:00:0")


def test_reset_forgets_citizens_messages_faults_switches_and_time(simulator, product, citizen):
    product.send(citizen, "Dạ")
    simulator.add_fault("getoa", "html")
    simulator.post("/sim/v1/webhook", {"enabled": False, "shuffle": True})
    simulator.post("/sim/v1/limits", {"calls_per_minute": 20000})
    simulator.advance(3600)
    simulator.reset()
    assert simulator.get("/sim/v1/citizens") == {"citizens": []}
    assert simulator.get("/sim/v1/faults") == {"faults": []}
    webhook = simulator.get("/sim/v1/webhook")
    assert webhook["enabled"] is True and webhook["shuffle"] is False and webhook["url"]
    assert simulator.get("/sim/v1/clock")["offset_s"] == 0
    assert float(simulator.clock_offset_file.read_text()) == 0
    assert simulator.get("/sim/v1/limits")["calls_per_minute"] == 20000
    assert product.send(citizen, "Dạ")["error"] == -201
    assert product.get("/v2.0/oa/getoa")["error"] == 0


def test_reset_forgets_what_is_owed_and_what_citizens_sent(simulator, citizen, receiver):
    simulator.post_event(citizen, {"type": "image", "base64": "iVBORw0KGgo="})
    url = receiver.wait_for("user_send_image")[0].event["message"]["attachments"][0]["payload"]["url"]
    assert requests.get(url, timeout=5).status_code == 200
    receiver.answer = lambda request: 500
    simulator.says(citizen, "mất")
    simulator.reset()
    receiver.clear()
    simulator.advance(7200)
    time.sleep(0.1)
    assert requests.get(url, timeout=5).status_code == 404
    assert not receiver.received


def test_used_up_quotas_come_back_with_a_reset(simulator, product, citizen):
    simulator.post("/sim/v1/limits", {"wallet_vnd": 60})
    product.let_pass(3 * 86_400)
    assert product.send(citizen, "Dạ")["error"] == 0
    assert simulator.get("/sim/v1/limits")["wallet_left_vnd"] == 5
    simulator.reset()
    assert simulator.get("/sim/v1/limits")["wallet_left_vnd"] == 60


def test_kill_loses_nothing(own_simulator, receiver):
    simulator = own_simulator()
    citizen = simulator.create_citizen(name="Võ Văn Thành", phone="+84912345678", device="desktop")
    simulator.says(citizen, "Xin chào")
    simulator.post(f"/sim/v1/citizens/{citizen}/staff", {"text": "Chào bác"})
    simulator.add_fault("message/cs", "error:-32", times=3)
    simulator.post("/sim/v1/webhook", {"shuffle": True})
    simulator.post("/sim/v1/limits", {"calls_per_minute": 7})
    simulator.post("/sim/v1/rules", {"buttons": "typed"})
    simulator.advance(500)
    paths = [
        "/sim/v1/citizens", f"/sim/v1/citizens/{citizen}/messages", f"/sim/v1/citizens/{citizen}/conversation",
        "/sim/v1/faults", "/sim/v1/webhook", "/sim/v1/limits", "/sim/v1/rules",
    ]  # fmt: skip
    before = [simulator.get(path) for path in paths]
    before[2].pop("working")
    simulator.kill()
    again = own_simulator()
    after = [again.get(path) for path in paths]
    after[2].pop("working")
    assert after == before
    assert again.get("/sim/v1/clock")["offset_s"] == 500
    again.says(citizen, "sau khi mở lại")
    assert again.post(f"/sim/v1/citizens/{citizen}/staff", {"text": "Vâng"})["mark"] > 0
    seqs = [message["seq"] for message in again.messages(citizen)]
    assert seqs == sorted(set(seqs))


def test_message_waiting_to_be_read_is_read_after_the_restart(own_simulator, receiver):
    simulator = own_simulator()
    citizen = simulator.create_citizen()
    simulator.says(citizen, "Xin chào")
    simulator.post(f"/sim/v1/citizens/{citizen}/staff", {"text": "Chào bác"})
    simulator.kill()
    again = own_simulator()
    deadline = time.monotonic() + 4
    while again.get("/sim/v1/citizens")["citizens"][0]["unread"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_sigterm_ends_it_at_once_even_while_somebody_waits(own_simulator):
    simulator = own_simulator()
    citizen = simulator.create_citizen()
    poll = f"{simulator.url}/sim/v1/citizens/{citizen}/messages?wait_s=60"
    waiting = subprocess.Popen([sys.executable, "-c", f"import requests; requests.get('{poll}')"])
    time.sleep(0.5)
    started = time.monotonic()
    assert simulator.stop() == 0
    assert time.monotonic() - started < 2
    assert waiting.wait(timeout=5) == 0


def run_simulator(arguments, **environ):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATOR_")}
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=REPOSITORY,
        env={**inherited, **environ},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_help_tells_every_variable():
    shown = run_simulator(["--help"])
    assert shown.returncode == 0
    for name in (
        "SIMULATOR_PORT", "SIMULATOR_STATE", "SIMULATOR_FILES", "SIMULATOR_WEBHOOK_URL", "SIMULATOR_APP_ID",
        "SIMULATOR_APP_SECRET", "SIMULATOR_OA_ID", "SIMULATOR_OA_SECRET", "SIMULATOR_REDIRECT_URI",
        "ONESTOP_CLOCK_OFFSET_FILE", "SIMULATOR_DOSSIERS_URL", "SIMULATOR_ADDRESS_FILE", "SIMULATOR_SMS_KEY",
    ):  # fmt: skip
        assert name in shown.stdout


def test_missing_secrets_stop_the_start_and_are_named():
    refused = run_simulator([], SIMULATOR_APP_ID="1", SIMULATOR_OA_ID="2", SIMULATOR_APP_SECRET="s")
    assert refused.returncode == 2
    assert "SIMULATOR_OA_SECRET" in refused.stderr and "SIMULATOR_APP_SECRET" not in refused.stderr


def test_secrets_are_neither_printed_nor_logged(own_simulator, tmp_path):
    simulator = own_simulator(app_secret="app-geheim", oa_secret="oa-geheim", sms_key="sms-geheim")
    simulator.process.send_signal(signal.SIGTERM)
    simulator.process.wait(timeout=5)
    assert "geheim" not in (tmp_path / "simulator.log").read_text()
