"""`./run notifications callbacks|pushed`: what the dossier system was told, and what it told us."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time

from onestop import clock
from onestop.cli.subcommands import Open, Subcommand
from onestop.messages.formats import moment_text
from onestop.services import callbacks, pushes
from onestop.storage import exchange
from onestop.storage.exchange_tables import Callback, PushedEvent

_CALLBACK_STATES = {"waiting": "đang đợi gửi", "taken": "hệ thống hồ sơ đã nhận", "failed": "bỏ sau 24 giờ"}
_PUSHED_STATES = {"waiting": "đang đợi", "done": "đã báo", "unresolved": "không thấy hồ sơ sau 24 giờ"}


def _callbacks_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="liệt kê những cái đang đợi và đã bỏ, mới nhất trước")
    parser.add_argument("--limit", type=int, default=50, metavar="SỐ", help="nhiều nhất bao nhiêu dòng (50)")
    parser.add_argument(
        "--replay-from",
        type=date.fromisoformat,
        metavar="NGÀY",
        help="gửi lại mọi cái từ ngày này (YYYY-MM-DD), giữ nguyên mã để bên nhận bỏ cái trùng",
    )


def _callbacks(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    if options.replay_from is not None:
        begin = datetime.combine(options.replay_from, time(), clock.LOCAL)
        with opened.sessions.begin() as session:
            count = callbacks.replay(session, begin, clock.now())
        print(f"Sẽ gửi lại {count} báo trạng thái từ {options.replay_from:%d/%m/%Y}.")
        return 0
    with opened.sessions() as session:
        counts = exchange.counts(session, Callback)
        rows = exchange.callbacks_in(session, ("waiting", "failed"), options.limit) if options.list else []
    _print_counts(_CALLBACK_STATES, counts)
    if not opened.settings.callback_url:
        print("Chưa đặt ONESTOP_CALLBACK_URL: không báo trạng thái cho hệ thống hồ sơ nào.")
    for row in rows:
        print(
            f"{row.public_id}  {row.state:<8} {row.dossier_code:<28} {row.kind:<22} {row.reached:<10}"
            f" lần thử {row.attempts}  {row.error or ''}"
        )
    return 0


def _pushed_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--retry", action="store_true", help="thử lại những việc không thấy hồ sơ")
    parser.add_argument("--limit", type=int, default=50, metavar="SỐ", help="nhiều nhất bao nhiêu dòng (50)")


def _pushed(options: argparse.Namespace, opened: Open | None) -> int:
    """1 where events are unresolved: somebody has to look."""
    assert opened is not None
    if options.retry:
        now = clock.now()
        with opened.sessions.begin() as session:
            count = exchange.revive_unresolved(session, now, now + pushes.GIVE_UP_AFTER)
        print(f"Sẽ thử lại {count} việc.")
        return 0
    with opened.sessions() as session:
        counts = exchange.counts(session, PushedEvent)
        rows = exchange.pushed_in(session, ("unresolved", "waiting"), options.limit)
    _print_counts(_PUSHED_STATES, counts)
    for row in rows:
        print(
            f"{row.event_id:>12}  {row.state:<10} {row.dossier_code:<28} {row.kind:<22}"
            f" nhận {moment_text(row.received_at)}, đã thử {row.attempts} lần"
        )
    return 1 if counts.get("unresolved") else 0


def _print_counts(names: dict[str, str], counts: dict[str, int]) -> None:
    for state, name in names.items():
        print(f"{name}: {counts.get(state, 0)}")


SUBCOMMANDS: dict[str, Subcommand] = {
    "callbacks": Subcommand(
        "báo trạng thái tin cho hệ thống hồ sơ: --list, --replay-from NGÀY", _callbacks_arguments, _callbacks
    ),
    "pushed": Subcommand(
        "việc hệ thống hồ sơ đẩy sang; cái nào chưa thấy hồ sơ; --retry để thử lại", _pushed_arguments, _pushed
    ),
}
