"""`./run import <kind> FILE.csv`: brings a data file into the product, the whole of it or nothing."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from onestop import clock
from onestop.cli.import_kinds import FileRefused, Importer, Place, importers
from onestop.errors import BackendUnavailable
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / ".run" / "demo"
MOST_PROBLEMS = 20
_VARIABLES = ("ONESTOP_DATABASE_URL", "ONESTOP_DOSSIERS_URL")


def main(arguments: list[str]) -> int:
    """Checks, tells what would change, and imports; 0 done, 1 refused, 2 wrong use."""
    kinds = importers()
    options = _parser(kinds).parse_args(arguments)
    wanted = options.template or options.kind
    if wanted is None:
        _parser(kinds).print_help()
        return 2
    if wanted not in kinds:
        print(f"Không có loại “{wanted}”. Các loại: {', '.join(kinds)}.", file=sys.stderr)
        return 2
    if options.template:
        sys.stdout.write(kinds[wanted].template())
        return 0
    if options.file is None:
        print(f"{kinds[wanted].title.capitalize()}: thiếu tệp. Các cột:")
        print("\n".join(f"  {line}" for line in kinds[wanted].explanation()))
        return 2
    try:
        content = Path(options.file).read_bytes()
    except OSError:
        print(f"Không đọc được tệp {options.file}.", file=sys.stderr)
        return 2
    place = _place(os.environ)
    if place is None:
        return 2
    try:
        return _import(kinds[options.kind], content, place, options)
    except FileRefused as error:
        _tell_problems(error)
        return 1
    except BackendUnavailable:
        print("Cơ sở dữ liệu một cửa (danh mục xã, phường) không trả lời; thử lại sau.", file=sys.stderr)
        return 1


def _import(importer: Importer, content: bytes, place: Place, options: argparse.Namespace) -> int:
    prepared = importer.prepare(content, place, options.source, options.checked)
    print(f"Tệp đúng mẫu. {importer.title.capitalize()}, so với dữ liệu đang có:")
    print("\n".join(prepared.summary()))
    if options.check:
        print("Chỉ kiểm tra, chưa ghi gì.")
        return 0
    if importer.is_asked_first and not options.yes and not sys.stdin.isatty():
        print("Chưa ghi gì: xem kỹ rồi chạy lại với --yes để ghi.")
        return 0
    if sys.stdin.isatty() and not options.yes and not _is_agreed():
        print("Chưa ghi gì.")
        return 1
    prepared.apply()
    print("Đã ghi. Trợ lý trả lời theo dữ liệu mới từ bây giờ.")
    return 0


def _is_agreed() -> bool:
    return input("Ghi vào? [c/K] ").strip().lower() in ("c", "có", "co", "y", "yes")


def _tell_problems(error: FileRefused) -> None:
    print("Tệp chưa dùng được, chưa ghi gì; dữ liệu đang có giữ nguyên:", file=sys.stderr)
    for problem in error.problems[:MOST_PROBLEMS]:
        print(f"  {problem}", file=sys.stderr)
    if len(error.problems) > MOST_PROBLEMS:
        print(f"  … và {len(error.problems) - MOST_PROBLEMS} lỗi nữa", file=sys.stderr)


def _place(environ: Mapping[str, str]) -> Place | None:
    """The installation that the environment names, else the demo on this machine."""
    database_url, dossiers_url = (environ.get(name, "") for name in _VARIABLES)
    if not database_url and not dossiers_url and (DEMO / "dossiers.sqlite3").exists():
        print(f"Ghi vào dữ liệu mẫu của máy này ({DEMO.relative_to(ROOT)}).")
        database_url, dossiers_url = f"sqlite:///{DEMO / 'onestop.sqlite3'}", f"sqlite:///{DEMO / 'dossiers.sqlite3'}"
        os.environ.setdefault(clock.OFFSET_VARIABLE, str(DEMO / "clock_offset"))
    if not database_url or not dossiers_url:
        print(f"Thiếu {' và '.join(_VARIABLES)}, và máy này chưa có dữ liệu mẫu (./run demo).", file=sys.stderr)
        return None
    migrate(database_url)
    reader = DossierReader(session_factory(create_engine(dossiers_url, read_only=True)))
    return Place(session_factory(create_engine(database_url)), reader, clock.now(), clock.today())


def _parser(kinds: Mapping[str, Importer]) -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:<18} {one.title}" for name, one in kinds.items())
    parser = argparse.ArgumentParser(
        prog="./run import",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Nhập một tệp dữ liệu (CSV, UTF-8). Tệp thay cho toàn bộ dữ liệu cùng loại đang có; "
        f"sai một dòng thì không ghi gì.\n\nCác loại:\n{listed}",
        epilog="Tệp mẫu trống: ./run import --template LOẠI > tệp.csv",
    )
    parser.add_argument("kind", nargs="?", metavar="LOẠI", help="loại dữ liệu")
    parser.add_argument("file", nargs="?", metavar="TỆP.csv", help="tệp cần nhập")
    parser.add_argument("--check", action="store_true", help="chỉ kiểm tra và cho biết sẽ đổi gì")
    parser.add_argument("--source", help="nguồn của các dòng không ghi cột “Nguồn”")
    parser.add_argument("--checked", type=_day, metavar="NGÀY", help="ngày kiểm tra của các dòng không ghi")
    parser.add_argument("--yes", action="store_true", help="ghi luôn, không hỏi lại")
    parser.add_argument("--template", metavar="LOẠI", help="in ra tệp trống với đúng tiêu đề")
    return parser


def _day(text: str) -> date:
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” không phải là ngày; ghi 2026-11-20 hoặc 20/11/2026") from error
