"""Times the training of a whole model from nothing: python -m benchmarks.training.run [--json FILE].

Ours: the process of `./run train --force` with an empty folder for models. Stock: `rasa train` with what `rasa init`
proposes (benchmarks/end_to_end/stock_config.yml) on the same messages, rules, stories and domain, once for one epoch
and once for three. What its trained components (DIET, TED, UnexpecTED, response selector) took longer the second time
is the price of two epochs; from that its default of a hundred epochs is extrapolated, all else counted once. It takes
gigabytes and a quarter of an hour; nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULT = Path(__file__).resolve().parent / "result.json"
STOCK_CONFIG = ROOT / "benchmarks" / "end_to_end" / "stock_config.yml"
DATA = ("data/nlu.yml", "data/rules.yml", "data/stories.yml")
WITH_EPOCHS = ("DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy")
FEW, MORE, DEFAULT = 1, 3, 100
BARS = {"ours_seconds": 90, "times_faster": 20}

_LOG_LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) .*?(?P<what>Starting to train|Finished training) component"
    r" '(?P<component>\w+)'"
)
_EPOCHS = re.compile(r"epochs: *\d+")


class TrainingFailed(Exception):
    """A training process ended with an error; its last lines say which."""


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        seconds: From start to end of the process.
        peak_mb: Its largest resident memory.
        components: Seconds between the log lines of each component that learns by epochs.
    """

    seconds: float
    peak_mb: int
    components: dict[str, float]


def main(argv: Sequence[str] | None = None) -> int:
    """Trains all, prints the figures and writes them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.run", description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT, help="where the figures go")
    parser.add_argument("--rounds", type=int, default=1, help="how often ours is trained; the median counts")
    options = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as folder:
            ours = [train_ours(Path(folder) / f"ours{number}") for number in range(options.rounds)]
            stock = {epochs: train_stock(Path(folder), epochs) for epochs in (FEW, MORE)}
    except TrainingFailed as error:
        print(error, file=sys.stderr)
        return 1
    report = report_of(sorted(ours, key=lambda run: run.seconds)[len(ours) // 2], stock)
    text = json.dumps(report, indent=1)
    print(text)
    options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def report_of(ours: Run, stock: dict[int, Run]) -> dict[str, Any]:
    """The figures of both sides and how they stand to the bars."""
    few, more = stock[FEW], stock[MORE]
    an_epoch = {
        name: (more.components[name] - few.components.get(name, 0.0)) / (MORE - FEW) for name in more.components
    }
    extrapolated_s = few.seconds + (DEFAULT - FEW) * sum(max(0.0, seconds) for seconds in an_epoch.values())
    return {
        "cores": os.cpu_count(),
        "load_at_end": round(os.getloadavg()[0], 1),
        "ours": {"seconds": round(ours.seconds, 1), "peak_mb": ours.peak_mb},
        "stock": {
            f"{epochs} epochs": {
                "seconds": round(run.seconds, 1),
                "peak_mb": run.peak_mb,
                "components": {name: round(seconds, 1) for name, seconds in run.components.items()},
            }
            for epochs, run in stock.items()
        },
        "stock_seconds_an_epoch": {name: round(seconds, 1) for name, seconds in an_epoch.items()},
        "stock_seconds_of_100_epochs": round(extrapolated_s),
        "bars": {
            "ours_seconds": {"value": round(ours.seconds, 1), "at_most": BARS["ours_seconds"]},
            "times_faster": {"value": round(extrapolated_s / ours.seconds, 1), "at_least": BARS["times_faster"]},
        },
    }


def train_ours(folder: Path) -> Run:
    """Our model, as `./run train --force` trains it."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-W", "ignore", "-m", "dialogue.train", "--force"]
    return _timed(command, {"ONESTOP_MODEL_DIR": str(folder)}, folder / "train.log")


def train_stock(folder: Path, epochs: int) -> Run:
    """The stock pipeline and policies with so many epochs everywhere."""
    config = folder / f"stock{epochs}.yml"
    config.write_text(_EPOCHS.sub(f"epochs: {epochs}", STOCK_CONFIG.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "--force", "--config", str(config)]
    command += ["--domain", "domain.yml", "--out", str(folder), "--data", *DATA]
    env = {"RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0", "LOG_LEVEL": "INFO"}
    return _timed(command, env, folder / f"stock{epochs}.log")


def _timed(command: Sequence[str], env: dict[str, str], log: Path) -> Run:
    print(" ".join(command), flush=True)
    began = time.perf_counter()
    with log.open("wb") as target:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            stdout=target,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # wait4 has taken it from Popen
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if process.returncode:
        raise TrainingFailed("\n".join([f"failed: {' '.join(command)}", *lines[-15:]]))
    return Run(seconds, usage.ru_maxrss // 1024, component_seconds(lines))


def component_seconds(lines: Iterable[str]) -> dict[str, float]:
    """Seconds from 'Starting to train' to 'Finished training' of each component that learns by epochs."""
    began: dict[str, datetime] = {}
    took: dict[str, float] = {}
    for line in lines:
        match = _LOG_LINE.search(line)
        if not match or match["component"] not in WITH_EPOCHS:
            continue
        at = datetime.strptime(match["time"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  (two times of one machine)
        if match["what"] == "Starting to train":
            began[match["component"]] = at
        elif match["component"] in began:
            took[match["component"]] = (at - began[match["component"]]).total_seconds()
    return took


if __name__ == "__main__":
    sys.exit(main())
