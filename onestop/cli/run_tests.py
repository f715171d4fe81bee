"""`./run test`: every test; `--long` adds the slow ones."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from onestop.cli.train import train_in_subprocess

ROOT = Path(__file__).resolve().parents[2]

# Parts of the product share the processors. A browser leaves its event loop running in its process, so its tests have
# one of their own. Conversations mostly wait, so two products hold them at once, a file whole in one of them. The
# product that is killed and timed is alone.
PIECES = ["tests/unit", "tests/integration", "tests/test_architecture.py", "tests/test_docs.py"]
PARTS = [
    (["-n", "2", *PIECES], "not browser"),
    (["tests/integration/pages"], "browser"),
    (["-n", "2", "--dist", "loadfile", "tests/scenarios"], ""),
    (["tests/product"], ""),
]


def main(arguments: list[str]) -> int:
    """Trains the model that the conversation tests need, then runs pytest; what follows `--` goes to it."""
    parser = argparse.ArgumentParser(prog="./run test", description=__doc__)
    parser.add_argument("--long", action="store_true", help="thêm các kiểm thử chậm")
    parser.add_argument("rest", nargs="*", help="tệp hoặc tùy chọn của pytest, sau --")
    options = parser.parse_args(arguments)
    print("Huấn luyện mô hình nếu cần …", flush=True)
    if train_in_subprocess(ROOT / "models") is None:
        print("Không huấn luyện được mô hình.", file=sys.stderr)
        return 1
    env = {**os.environ, "SQLALCHEMY_WARN_20": "1", "PYTHONPATH": str(ROOT)}
    parts = [(options.rest, "")] if options.rest else PARTS
    return max(_pytest(arguments, marks, options.long, env) for arguments, marks in parts)


def _pytest(arguments: list[str], marks: str, is_long: bool, env: dict[str, str]) -> int:
    wanted = " and ".join(filter(None, [marks, "" if is_long else "not long"]))
    command = [sys.executable, "-m", "pytest", *arguments, *(["-m", wanted] if wanted else [])]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
