"""Times the understanding of one message on one core: python -m benchmarks.nlu.latency [--json FILE].

Takes the trained model of `./run train` and a fixed random choice of messages of all lengths; reports wall-clock
milliseconds a message (median, 95th and 99th percentile) and processor milliseconds, which other work on the machine
hardly changes, with the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlu.examples import read_examples
from nlu.understanding import Understanding
from onestop.cli.check_data import WRITERS
from onestop.cli.evaluate import NoModel, load_trained

RESULT = Path(__file__).parent / "latency.json"
BAR_MS = 5
_SEED, _MESSAGES, _WARM_UP = 11, 1000, 50


def measure(understanding: Understanding, texts: Sequence[str]) -> dict[str, Any]:
    """Understands the messages one by one."""
    for text in texts[:_WARM_UP]:
        understanding.understand(text)
    took_ms = []
    worked_from_s = time.process_time()
    for text in texts:
        began = time.perf_counter()
        understanding.understand(text)
        took_ms.append((time.perf_counter() - began) * 1000)
    worked_s = time.process_time() - worked_from_s
    median, late, latest = np.percentile(took_ms, [50, 95, 99]).round(2).tolist()
    return {
        "messages": len(texts),
        "median_ms": {"value": median, "at_most": BAR_MS},
        "p95_ms": late,
        "p99_ms": latest,
        "processor_ms_a_message": round(worked_s / len(texts) * 1000, 2),
        "load": round(os.getloadavg()[0], 1),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures and writes them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu.latency", description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT, help="where the figures go")
    arguments = parser.parse_args(argv)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        understanding = load_trained()
    except NoModel as error:
        print(error, file=sys.stderr)
        return 1
    texts = [example.text for example in read_examples(WRITERS)]
    report = measure(understanding, random.Random(_SEED).sample(texts, _MESSAGES))
    text = json.dumps(report, indent=1)
    print(text)
    arguments.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
