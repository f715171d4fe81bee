"""`./run lock`: writes the hash-locked lists anew from requirements*.txt; existing pins are kept."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}


def main(arguments: list[str]) -> int:
    """Compiles both lists; `--check` only tells whether they are in step."""
    parser = argparse.ArgumentParser(prog="./run lock", description=__doc__)
    parser.add_argument("--check", action="store_true", help="chỉ báo các tệp khóa có khớp hay không")
    options = parser.parse_args(arguments)
    in_step = True
    for source, lock in LISTS.items():
        before = (ROOT / lock).read_bytes()
        command = [str(ROOT / ".boot/bin/uv"), "pip", "compile", "--quiet", "--generate-hashes", "--no-header"]
        command += ["--universal", "--python-version", "3.10", source, "-o", lock]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        changed = (ROOT / lock).read_bytes() != before
        if changed and options.check:
            (ROOT / lock).write_bytes(before)
        in_step &= not changed
        print(f"{lock}: {'đã đổi' if changed else 'không đổi'}")
    return 1 if options.check and not in_step else 0
