"""`./run notifications list|show|replay|cancel|calls|costs`: what stands in the outbox, and what to do about it."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, time, timedelta

from onestop import clock
from onestop.cli.subcommands import Open, Subcommand
from onestop.messages.formats import moment_text
from onestop.services import outbox_desk
from onestop.services.outbox import DIGEST
from onestop.services.outbox_desk import CannotDo
from onestop.storage.outbox_reports import attempts_of, row_by_id, rows_of
from onestop.storage.tables import Notification

STATES = (
    "created", "sending", "sent", "delivered", "temporary-failure", "permanent-failure", "technical-failure",
    "cancelled", "unknown",
)  # fmt: skip


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--status", action="append", choices=STATES, default=[], metavar="TRẠNG_THÁI", help=", ".join(STATES)
    )
    parser.add_argument("--kind", metavar="LOẠI", help="chỉ một loại tin (./run notifications kinds)")
    parser.add_argument("--limit", type=int, default=30, metavar="SỐ", help="nhiều nhất bao nhiêu tin (30)")


def _list(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        found = rows_of(session, tuple(options.status), options.kind, None, options.limit)
    if not found:
        print("Chưa có tin nào như vậy. Tin xuất hiện ở đây khi hồ sơ có người theo dõi được chuyển bước.")
    for row in found:
        print(_line(row))
    return 0


def _number_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="SỐ", help="số của tin (./run notifications list)")


def _show(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        row = row_by_id(session, options.number)
        attempts = attempts_of(session, options.number)
    if row is None:
        return _refuse(f"Không có tin số {options.number}.")
    print(_line(row))
    for name, at in (("tạo", row.created_at), ("gửi lại lúc", row.next_attempt_at), ("xong", row.finished_at),
                     ("tới máy", row.delivered_at), ("đã xem", row.seen_at)):  # fmt: skip
        print(f"  {name}: {moment_text(at) if at else '-'}")
    if row.digest_id is not None:
        print(f"  gom trong tin số {row.digest_id}")
    elif row.lane == DIGEST and row.finished_at is None:
        print("  đang đợi gom")
    if row.cost_vnd is not None:
        print(f"  giá: {row.cost_vnd} đồng")
    for one in attempts:
        what = f"{one.channel}: {one.outcome} {one.error or ''} ({one.took_ms} ms)"
        print(f"  lần {one.attempt}, {moment_text(one.at)}, {what}")
    return 0


def _replay_arguments(parser: argparse.ArgumentParser) -> None:
    _number_argument(parser)
    parser.add_argument("--even-unknown", action="store_true", help="cả tin không biết đã tới chưa (có thể trùng)")


def _replay(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    try:
        with opened.sessions.begin() as session:
            outbox_desk.replay(session, options.number, clock.now(), options.even_unknown)
    except CannotDo as error:
        return _refuse(str(error))
    print(f"Tin số {options.number} sẽ được gửi lại ngay.")
    return 0


def _cancel(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    try:
        with opened.sessions.begin() as session:
            outbox_desk.cancel(session, options.number, clock.now())
    except CannotDo as error:
        return _refuse(str(error))
    print(f"Đã thu hồi tin số {options.number}.")
    return 0


def _calls(_options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        found = outbox_desk.call_list(session)
    print(f"Cần gọi điện: {len(found)} (mọi kênh đều không tới được).")
    for row in found:
        print(_line(row))
    return 0


def _costs_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="begin", type=date.fromisoformat, metavar="NGÀY", help="YYYY-MM-DD (30 ngày trước)"
    )
    parser.add_argument(
        "--to", dest="end", type=date.fromisoformat, metavar="NGÀY", help="YYYY-MM-DD, kể cả ngày đó (hôm nay)"
    )


def _costs(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    today = clock.now().astimezone(clock.LOCAL).date()
    begin, end = options.begin or today - timedelta(days=30), (options.end or today) + timedelta(days=1)
    with opened.sessions() as session:
        book = outbox_desk.ledger(session, _midnight(begin), _midnight(end))
    for one in book.costs:
        print(f"{one.channel:<15} {one.kind:<22} {one.count:>8} tin {one.cost_vnd:>10} đồng")
    print(f"Tổng: {book.total_vnd} đồng; ít hơn gửi SMS: {book.saved_vnd} đồng.")
    return 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


def _line(row: Notification) -> str:
    to = "số điện thoại" if row.phone else "Zalo"
    error = f"  {row.error}" if row.error else ""
    return (
        f"{row.id:>7}  {row.status:<18} {row.kind:<20} {row.channel:<15} {row.dossier_code or '-':<28} tới {to}{error}"
    )


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


SUBCOMMANDS: dict[str, Subcommand] = {
    "list": Subcommand("tin trong hộp thư đi, mới nhất trước", _list_arguments, _list),
    "show": Subcommand("một tin: các lần gửi, lúc tới, lúc xem, giá (không hiện nội dung)", _number_argument, _show),
    "replay": Subcommand("gửi lại một tin đã bỏ", _replay_arguments, _replay),
    "cancel": Subcommand("thu hồi một tin còn đợi", _number_argument, _cancel),
    "calls": Subcommand("tin mà không kênh nào tới được: cần gọi điện", lambda _parser: None, _calls),
    "costs": Subcommand("chi phí theo kênh và loại tin, và phần đỡ hơn SMS", _costs_arguments, _costs),
}
