"""Times the training of a whole model from nothing: python -m benchmarks.training.run [--share 0.5] [--json FILE].

Ours: the process of `./run train --force` with an empty folder for models. Stock: `rasa train` with what `rasa init`
proposes (benchmarks/end_to_end/stock_config.yml) on the same messages, rules, stories and domain, for three epochs.
What the second and third epoch of each trained component (DIET, TED, UnexpecTED, response selector) took is the price
of an epoch, as its progress bar tells; from that its default of a hundred epochs is extrapolated, all else counted
once. Stock takes gigabytes and a quarter of an hour on all messages: with `--share` both sides learn from the same
fixed random share of each intent's messages instead, and ours is timed on all of them besides. Nothing else should run
on the machine; the load is recorded.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.examples import read_examples
from onestop.cli.check_data import merged_yaml

ROOT = Path(__file__).resolve().parents[2]
RESULT = Path(__file__).resolve().parent / "result.json"
STOCK_CONFIG = ROOT / "benchmarks" / "end_to_end" / "stock_config.yml"
DATA = ("data/nlu.yml", "data/rules.yml", "data/stories.yml")
WITH_EPOCHS = ("DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy")
EPOCHS, DEFAULT = 3, 100
_SEED = 9
BARS = {"ours_seconds": 90, "times_faster": 20}

_LOG_LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) .*?(?P<what>Starting to train|Finished training) component"
    r" '(?P<component>\w+)'"
)
_PROGRESS = re.compile(
    r"Epochs: +\d+%[^\[]* (?P<done>\d+)/\d+ \[(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d+)<"
)
_EPOCHS = re.compile(r"epochs: *\d+")
_TRAIN_OURS = """
import sys
from dialogue import lean
lean.install()
import onestop.log
from rasa.model_training import train
onestop.log.configure("WARNING")
result = train(domain="domain.yml", config="config.yml", training_files=sys.argv[2:], output=sys.argv[1])
sys.exit(result.code)
"""


class TrainingFailed(Exception):
    """A training process ended with an error; its last lines say which."""


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        seconds: From start to end of the process.
        peak_mb: Its largest resident memory.
        components: Seconds between the log lines of each component that learns by epochs.
        epochs: Seconds of one epoch of each of them, without its first.
        was_stopped: Whether it took longer than allowed; then the figures are the least it would have taken.
    """

    seconds: float
    peak_mb: int
    components: dict[str, float]
    epochs: dict[str, float]
    was_stopped: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Trains all, prints the figures and writes them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.run", description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT, help="where the figures go")
    parser.add_argument("--rounds", type=int, default=1, help="how often ours is trained; the median counts")
    parser.add_argument("--share", type=float, default=1.0, help="share of the messages that both sides learn from")
    parser.add_argument("--limit", type=float, default=3600.0, help="seconds after which stock is stopped")
    options = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            data = [str(write_share(folder, options.share)), *DATA[1:]] if options.share < 1 else list(DATA)
            whole = [train_ours(folder / f"ours{number}") for number in range(options.rounds)]
            ours = median_run(whole)
            same = train_ours_on(folder / "same", data) if options.share < 1 else ours
            stock = train_stock(folder, data, options.limit)
    except TrainingFailed as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps(report_of(ours, same, stock, options.share), indent=1)
    print(text)
    options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def median_run(runs: Sequence[Run]) -> Run:
    """The run of median length."""
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def write_share(folder: Path, share: float) -> Path:
    """Writes a fixed random share of each intent's messages; returns the file."""
    examples = read_examples(ROOT / DATA[0])
    random.Random(_SEED).shuffle(examples)
    wanted = {intent: max(2, round(share * count)) for intent, count in Counter(e.intent for e in examples).items()}
    kept = []
    for example in examples:
        if wanted[example.intent]:
            wanted[example.intent] -= 1
            kept.append(example)
    target = folder / "nlu.yml"
    target.write_text(merged_yaml(kept), encoding="utf-8")
    return target


def report_of(ours: Run, same: Run, stock: Run, share: float) -> dict[str, Any]:
    """The figures of both sides and how they stand to the bars.

    Args:
        ours: Our training on all messages.
        same: Our training on the messages that stock has learnt from.
        stock: Stock's for `EPOCHS` epochs.
        share: Share of the messages that `same` and `stock` have learnt from.
    """
    extrapolated_s = stock.seconds + (DEFAULT - EPOCHS) * sum(stock.epochs.values())
    return {
        "cores": os.cpu_count(),
        "load_at_end": [round(load, 1) for load in os.getloadavg()],
        "ours": {"seconds": round(ours.seconds, 1), "peak_mb": ours.peak_mb},
        "compared_on_share_of_messages": share,
        "ours_on_that_share": {"seconds": round(same.seconds, 1), "peak_mb": same.peak_mb},
        "stock_on_that_share": {
            "epochs": EPOCHS,
            "stopped_before_its_end": stock.was_stopped,
            "seconds": round(stock.seconds, 1),
            "peak_mb": stock.peak_mb,
            "components": {name: round(seconds, 1) for name, seconds in stock.components.items()},
            "seconds_an_epoch": {name: round(seconds, 1) for name, seconds in stock.epochs.items()},
            "seconds_of_100_epochs": round(extrapolated_s),
        },
        "bars": {
            "ours_seconds": {"value": round(ours.seconds, 1), "at_most": BARS["ours_seconds"]},
            "times_faster": {"value": round(extrapolated_s / same.seconds, 1), "at_least": BARS["times_faster"]},
        },
    }


def train_ours(folder: Path) -> Run:
    """Our model, as `./run train --force` trains it."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-W", "ignore", "-m", "dialogue.train", "--force"]
    return _timed(command, {"ONESTOP_MODEL_DIR": str(folder)}, folder / "train.log")


def train_ours_on(folder: Path, data: Sequence[str]) -> Run:
    """Our pipeline and policies on other data files than the product's."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-W", "ignore", "-c", _TRAIN_OURS, str(folder), *data]
    return _timed(command, {"RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0"}, folder / "train.log")


def train_stock(folder: Path, data: Sequence[str], limit_s: float) -> Run:
    """The stock pipeline and policies with so few epochs everywhere."""
    config = folder / "stock.yml"
    config.write_text(_EPOCHS.sub(f"epochs: {EPOCHS}", STOCK_CONFIG.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "--force", "--config", str(config)]
    command += ["--domain", "domain.yml", "--out", str(folder), "--data", *data]
    env = {"RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0", "LOG_LEVEL": "INFO"}
    return _timed(command, env, folder / "stock.log", limit_s)


def _timed(command: Sequence[str], env: dict[str, str], log: Path, limit_s: float | None = None) -> Run:
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
        stopper = threading.Timer(limit_s or 0, process.kill)
        if limit_s is not None:
            stopper.start()
        _, status, usage = os.wait4(process.pid, 0)
        stopper.cancel()
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # wait4 has taken it from Popen
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()  # a progress bar's states are lines too
    was_stopped = limit_s is not None and seconds >= limit_s
    if process.returncode and not was_stopped:
        raise TrainingFailed("\n".join([f"failed: {' '.join(command)}", *lines[-15:]]))
    return Run(seconds, usage.ru_maxrss // 1024, component_seconds(lines), epoch_seconds(lines), was_stopped)


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


def epoch_seconds(lines: Iterable[str]) -> dict[str, float]:
    """Seconds of an epoch of each component, from its first to its last, as the progress bars say."""
    ended: dict[str, dict[int, int]] = {}
    component = ""
    for line in lines:
        if (began := _LOG_LINE.search(line)) and began["what"] == "Starting to train":
            component = began["component"]
        if component in WITH_EPOCHS and (bar := _PROGRESS.search(line)) and int(bar["done"]):
            at = int(bar["hours"] or 0) * 3600 + int(bar["minutes"]) * 60 + int(bar["seconds"])
            ended.setdefault(component, {}).setdefault(int(bar["done"]), at)
    return {
        name: (times[max(times)] - times[min(times)]) / (max(times) - min(times))
        for name, times in ended.items()
        if len(times) > 1
    }


if __name__ == "__main__":
    sys.exit(main())
