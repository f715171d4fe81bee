"""`./run check`: formatting, lint, types."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("onestop", "connectors", "actions", "nlu", "notifier", "dialogue", "simulator", "seed", "benchmarks")
STEPS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy", *PACKAGES],
}


def main(arguments: list[str]) -> int:
    """Runs every step and names those that failed."""
    argparse.ArgumentParser(prog="./run check", description=__doc__).parse_args(arguments)
    failed = []
    for name, command in STEPS.items():
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    print("Đạt." if not failed else f"Chưa đạt: {', '.join(failed)}.")
    return 1 if failed else 0
