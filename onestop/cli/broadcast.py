"""`./run broadcast …`: writes, tests, approves, schedules, pauses and corrects messages to many."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import datetime

from onestop import clock
from onestop.bootstrap import open_database, open_dossiers
from onestop.cli.product import ROOT, demo_env
from onestop.errors import BackendUnavailable, OnestopError
from onestop.messages.formats import moment_text
from onestop.services import broadcasts
from onestop.services.broadcasts import Audience, topics
from onestop.settings import Settings
from onestop.storage import Session, SessionFactory
from onestop.storage import broadcasts as rows
from onestop.storage.broadcast_tables import Broadcast
from onestop.storage.citizens import find_zalo_citizen
from onestop.storage.guard import DossierReader

STATES = {
    "draft": "bản nháp",
    "approved": "đã duyệt",
    "sending": "đang gửi",
    "paused": "đang dừng",
    "done": "đã gửi xong",
    "cancelled": "đã hủy",
}


def main(arguments: list[str]) -> int:
    """Runs one subcommand; 1 where it failed."""
    options = _parser().parse_args(arguments)
    environ: Mapping[str, str] = os.environ if os.environ.get("ONESTOP_DATABASE_URL") else demo_env(ROOT / ".run/demo")
    os.environ.setdefault(clock.OFFSET_VARIABLE, environ.get(clock.OFFSET_VARIABLE, ""))
    settings = Settings.from_env(environ)
    try:
        return _run(options, open_database(settings), open_dossiers(settings))
    except BackendUnavailable:
        print("Cơ sở dữ liệu hồ sơ không trả lời; thử lại sau.", file=sys.stderr)
    except OnestopError as error:
        print(error, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run broadcast", description="Tin tuyên truyền gửi nhiều người")
    parsers = parser.add_subparsers(dest="name", required=True, metavar="việc")
    new = parsers.add_parser("new", help="soạn một tin (chưa gửi gì)")
    new.add_argument("--topic", required=True, metavar="CHỦ_ĐỀ", help=", ".join(topics()))
    new.add_argument("--text", required=True, help="nội dung")
    new.add_argument("--url", help="https://… của nút “Xem chi tiết”")
    new.add_argument("--area", action="append", default=[], metavar="MÃ_XÃ", help="chỉ người nhận tin của xã này")
    new.add_argument("--centre", default="", metavar="MÃ", help="chỉ người theo dõi hồ sơ ở trung tâm này")
    new.add_argument("--procedure", default="", metavar="MÃ", help="chỉ người theo dõi hồ sơ của thủ tục này")
    new.add_argument("--emergency", action="store_true", help="tin khẩn: gửi cả đêm nếu người thứ hai duyệt là khẩn")
    new.add_argument("--by", required=True, metavar="TÊN", help="người soạn")
    correct = parsers.add_parser("correct", help="đính chính: tới đúng những người đã nhận tin cũ")
    correct.add_argument("number", type=int, metavar="SỐ")
    correct.add_argument("--text", required=True, help="nội dung")
    correct.add_argument("--url", help="https://…")
    correct.add_argument("--by", required=True, metavar="TÊN", help="người soạn")
    test = parsers.add_parser("test", help="gửi thử cho một người")
    test.add_argument("number", type=int, metavar="SỐ")
    test.add_argument("--to", required=True, metavar="ZALO_ID", help="Zalo id của người nhận thử")
    approve = parsers.add_parser("approve", help="duyệt (người khác với người soạn)")
    approve.add_argument("number", type=int, metavar="SỐ")
    approve.add_argument("--by", required=True, metavar="TÊN", help="người duyệt")
    approve.add_argument(
        "--at", type=_moment, metavar="GIỜ", help="hẹn giờ gửi, vd 2026-12-01T08:00 (không có: gửi ngay)"
    )
    kind = approve.add_mutually_exclusive_group()
    kind.add_argument(
        "--emergency", dest="as_emergency", action="store_true", default=None,
        help="duyệt là tin khẩn: gửi cả ban đêm và vượt mức tin mỗi ngày",
    )  # fmt: skip
    kind.add_argument(
        "--ordinary", dest="as_emergency", action="store_false", default=None, help="tin soạn là khẩn, duyệt như thường"
    )
    for name, what in (("show", "nội dung, số người, chi phí, tiến độ"), ("pause", "dừng ngay"),
                       ("resume", "gửi tiếp"), ("cancel", "hủy hẳn")):  # fmt: skip
        one = parsers.add_parser(name, help=what)
        one.add_argument("number", type=int, metavar="SỐ")
        one.add_argument("--by", default=os.environ.get("USER", broadcasts.NOBODY), metavar="TÊN", help="ai làm")
    parsers.add_parser("list", help="các tin, mới nhất trước")
    return parser


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=clock.LOCAL)


def _run(options: argparse.Namespace, sessions: SessionFactory, reader: DossierReader) -> int:
    now = clock.now()
    with sessions.begin() as session:
        if options.name == "list":
            found = rows.all_broadcasts(session, 50)
            for row in found:
                print(f"{row.id:>5}  {STATES[row.state]:<12} {topics()[row.topic].title:<32} {row.text[:60]}")
            if not found:
                print("Chưa có tin nào. Soạn tin đầu tiên: ./run broadcast new --help")
            return 0
        if options.name in ("new", "correct"):
            row = _drafted(options, session, now)
            print(f"Đã soạn tin số {row.id}.")
            _tell(session, reader, row, now)
            print(f"Gửi thử: ./run broadcast test {row.id} --to ZALO_ID; người thứ hai duyệt: "
                  f"./run broadcast approve {row.id} --by TÊN")  # fmt: skip
            return 0
        if options.name == "show":
            _tell(session, reader, broadcasts.broadcast_of(session, options.number), now)
        elif options.name == "test":
            citizen = find_zalo_citizen(session, options.to)
            if citizen is None:
                print("Người này chưa từng nhắn tin cho tài khoản.", file=sys.stderr)
                return 1
            broadcasts.send_test(session, options.number, citizen.id, now)
            print("Đã gửi thử.")
        elif options.name == "approve":
            broadcasts.approve(session, options.number, options.by, now, options.at, options.as_emergency)
            print("Đã duyệt; bắt đầu gửi " + (moment_text(options.at) if options.at else "ngay") + ".")
        else:
            _change(options, session, now)
    return 0


def _drafted(options: argparse.Namespace, session: Session, now: datetime) -> Broadcast:
    if options.name == "correct":
        first = broadcasts.broadcast_of(session, options.number)
        return broadcasts.draft(
            session, topic=first.topic, text=options.text, url=options.url, audience=Audience(), created_by=options.by,
            now=now, is_emergency=first.is_emergency, corrects_id=first.id,
        )  # fmt: skip
    return broadcasts.draft(
        session, topic=options.topic, text=options.text, url=options.url,
        audience=Audience(tuple(options.area), options.centre, options.procedure), created_by=options.by, now=now,
        is_emergency=options.emergency,
    )  # fmt: skip


def _change(options: argparse.Namespace, session: Session, now: datetime) -> None:
    if options.name == "pause":
        broadcasts.pause(session, options.number, options.by)
        print("Đã dừng: không tin nào được gửi thêm.")
    elif options.name == "resume":
        broadcasts.resume(session, options.number, options.by)
        print("Đang gửi tiếp.")
    else:
        broadcasts.cancel(session, options.number, now, options.by)
        print("Đã hủy. Ai đã nhận thì đã nhận; cần thì gửi đính chính.")


def _tell(session: Session, reader: DossierReader, row: Broadcast, now: datetime) -> None:
    print(f"Tin số {row.id}: {STATES[row.state]}, chủ đề {topics()[row.topic].title}, soạn bởi {row.created_by}")
    print(row.text + (f"\n{row.url}" if row.url else ""))
    if row.state in ("draft", "approved"):
        seen = broadcasts.estimate(session, reader, row.id, now)
        print(
            f"Sẽ tới {seen.reached} người, khoảng {seen.cost_vnd} đồng. Không tới được: {seen.out_of_window} người im "
            f"lặng hơn 7 ngày, {seen.had_one_today} người đã đủ tin hôm nay."
        )
        return
    counts = rows.count_rows(session, row.id)
    sent = sum(counts.get(name, 0) for name in ("sent", "delivered"))
    failed = sum(counts.get(name, 0) for name in ("permanent-failure", "technical-failure"))
    print(
        f"Đã xếp {row.queued}, đã gửi {sent}, không gửi được {failed}, không rõ {counts.get('unknown', 0)}, "
        f"bỏ qua {row.skipped}."
    )
