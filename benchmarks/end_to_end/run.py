"""`./run bench`: ours and stock Rasa, one after the other, over the same simulator, data and actions."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

from benchmarks.end_to_end.measure import measure
from onestop.cli.children import Child
from onestop.cli.product import ROOT, Product
from onestop.cli.train import train_in_subprocess

HERE = Path(__file__).resolve().parent
RESULT = HERE / "result.json"
BARS = {
    "new_citizen_median_ms": 1 / 3,
    "turns_median_ms": 1 / 3,
    "ready_s": 0.6,
    "memory_mb": 0.65,
}


def main(arguments: list[str]) -> int:
    """Prints both columns and their ratios, and writes them to result.json."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--stock-model", type=Path, help="mô hình nguyên bản đã có, để khỏi huấn luyện lại")
    parser.add_argument("--rounds", type=int, default=1, help="số lần đo mỗi bên, xen kẽ")
    options = parser.parse_args(arguments)
    model = train_in_subprocess(ROOT / "models")
    if model is None:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        stock_model = options.stock_model or train_stock(Path(folder))
        columns: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
        for number in range(options.rounds):
            columns["ours"].append(run_ours(Path(folder) / f"ours{number}", model))
            columns["stock"].append(run_stock(Path(folder) / f"stock{number}", model, stock_model))
    report = summary(columns)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))
    return 0


def summary(columns: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The best round of each side and the ratios with their bars."""
    best = {side: {name: min(one[name] for one in rounds) for name in rounds[0]} for side, rounds in columns.items()}
    ratios = {name: best["ours"][name] / best["stock"][name] for name in BARS}
    return {
        "ours": {name: round(value, 2) for name, value in best["ours"].items()},
        "stock": {name: round(value, 2) for name, value in best["stock"].items()},
        "ratios": {name: {"ratio": round(ratios[name], 3), "bar": bar} for name, bar in BARS.items()},
        "growth_over_200_turns": {"ours": round(best["ours"]["growth_over_200_turns"], 3), "bar": 1.2},
        "ack_p99_ms": {"ours": round(best["ours"]["ack_p99_ms"], 1), "bar": 200},
    }


def run_ours(home: Path, model: Path) -> dict[str, Any]:
    """Our product as the demo runs it."""
    product = Product(home, model)
    product.load_demo_data(dossiers=200)
    try:
        product.start_process("simulator")
        product.authorise()
        product.start_process("actions")
        product.start_process("notifier")
        began = time.perf_counter()
        product.start_process("rasa")
        ready_s = time.perf_counter() - began
        return {"ready_s": ready_s, **measure(product.url, product.children["rasa"].process.pid)}
    finally:
        product.stop()


def run_stock(home: Path, model: Path, stock_model: Path) -> dict[str, Any]:
    """Stock Rasa over the same simulator and action server, in place of our server."""
    product = Product(home, model)
    product.load_demo_data(dossiers=200)
    try:
        product.start_process("simulator")
        product.authorise()
        product.start_process("actions")
        stock = stock_server(product, home, stock_model)
        began = time.perf_counter()
        stock.start()
        product.children["rasa"] = stock
        address = f"http://127.0.0.1:{product.ports.rasa}/webhooks/zalo/"
        stock.wait_until(lambda: _is_ready(address), 300.0)
        ready_s = time.perf_counter() - began
        return {"ready_s": ready_s, **measure(product.url, stock.process.pid)}
    finally:
        product.stop()


def stock_server(product: Product, home: Path, stock_model: Path) -> Child:
    """`rasa run` with its own defaults."""
    credentials, endpoints = home / "credentials.yml", home / "endpoints.yml"
    credentials.write_text("benchmarks.end_to_end.stock_channel.StockInput: {}\n")
    endpoints.write_text(f"action_endpoint:\n  url: {product.env['ONESTOP_ACTIONS_URL']}\n")
    token = requests.post(f"{product.url}/sim/v1/tokens", json={}, timeout=10).json()["access_token"]
    env = {**product.env, "STOCK_ZALO_URL": product.url, "STOCK_ACCESS_TOKEN": token}
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "run", "-m", str(stock_model), "-i", "127.0.0.1"]
    command += ["-p", str(product.ports.rasa), "--credentials", str(credentials), "--endpoints", str(endpoints)]
    return Child("stock", command, env, home / "logs" / "stock.log", ROOT)


def train_stock(folder: Path) -> Path:
    """Trains the stock pipeline on the same data, one epoch."""
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "--config", str(HERE / "stock_config.yml")]
    command += ["--domain", "domain.yml", "--out", str(folder), "--fixed-model-name", "stock", "--data"]
    command += ["data/nlu.yml", "data/rules.yml", "data/stories.yml"]
    print("Huấn luyện Rasa nguyên bản (một lượt, vài phút) …", flush=True)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    return folder / "stock.tar.gz"


def _is_ready(address: str) -> bool:
    try:
        return bool(requests.get(address, timeout=5).json().get("ready"))
    except (requests.RequestException, ValueError):
        return False
