"""`./run train`: a model of the present data, if there is none yet."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Trains in a process of its own, so that the caller stays small."""
    parser = argparse.ArgumentParser(prog="./run train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="huấn luyện lại dù dữ liệu không đổi")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    done = train_in_subprocess(ROOT / "models", options.force, quiet=False)
    if done is None:
        print("Huấn luyện không thành công; xem các dòng phía trên.", file=sys.stderr)
        return 1
    print(f"Mô hình: {done.relative_to(ROOT)} ({time.monotonic() - began:.0f} giây)")
    return 0


def train_in_subprocess(folder: Path, force: bool = False, quiet: bool = True) -> Path | None:
    """Trains if needed; the model's path, or None where training failed (its last lines are shown)."""
    from dialogue.train import model_path

    wanted = model_path(folder)
    if wanted.exists() and not force:
        return wanted
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "dialogue.train", *(["--force"] if force else [])]
    env = {**os.environ, "ONESTOP_MODEL_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=quiet, text=True, check=False)
    if done.returncode != 0:
        if quiet:
            print("\n".join((done.stdout + done.stderr).splitlines()[-25:]), file=sys.stderr)
        return None
    return wanted
