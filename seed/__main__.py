"""`python -m seed`: loads the demo's one-stop database."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import date

from onestop import clock
from seed.load import load_demo


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line and loads; returns the exit status."""
    options = _parser().parse_args(arguments)
    if not options.url:
        print("Thiếu --url hoặc ONESTOP_DOSSIERS_URL.", file=sys.stderr)
        return 2
    started_at = time.monotonic()
    demo = load_demo(
        options.url,
        seed=options.seed,
        dossiers=options.dossiers,
        today=options.today or clock.today(),
        fresh=options.fresh,
        report=lambda line: print(line, flush=True),
    )
    if demo.counts:
        print(f"Xong trong {time.monotonic() - started_at:.1f} giây.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seed", description="Nạp dữ liệu minh họa của một cửa.")
    parser.add_argument("--url", default=os.environ.get("ONESTOP_DOSSIERS_URL"), help="mặc định: ONESTOP_DOSSIERS_URL")
    parser.add_argument("--seed", type=int, default=2019, help="cùng số và cùng ngày thì cùng dữ liệu")
    parser.add_argument("--dossiers", type=_count, default=2000, help="số hồ sơ (mặc định 2000)")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD, mặc định hôm nay")
    parser.add_argument("--fresh", action="store_true", help="xóa dữ liệu đang có và nạp lại")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 10:
        raise argparse.ArgumentTypeError("ít nhất 10, để trạng thái nào cũng có hồ sơ")
    return count


if __name__ == "__main__":
    sys.exit(main())
