"""`./run notifications reminders|digests|caps`: what rules remind of, what waits for a digest, what a day takes."""

from __future__ import annotations

import argparse
from collections import Counter

from onestop import clock
from onestop.cli.subcommands import Open, Subcommand
from onestop.messages.formats import moment_text
from onestop.messages.notice_kinds import notice_kinds
from onestop.services import caps, reminder_rules
from onestop.services.preferences import Kind
from onestop.storage import digests
from onestop.storage import rule_reminders as rows

_STATES = {
    rows.PLANNED: "chờ tới giờ",
    rows.QUEUED: "đã gửi đi",
    rows.MOVED_ON: "hồ sơ đã qua bước khác",
    rows.STALE: "quá lúc, bỏ",
    rows.UNWANTED: "không ai nhận",
}
_KINDS = {
    Kind.DOSSIER: "tin hồ sơ",
    Kind.REMINDER: "nhắc theo lịch",
    Kind.NEWS: "tin tức",
    Kind.SURVEY: "khảo sát",
    Kind.FEEDBACK: "phản ánh",
}


def _reminders_arguments(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(_STATES)
    parser.add_argument("--state", choices=tuple(_STATES), metavar="TRẠNG_THÁI", help=f"chỉ trạng thái này: {names}")
    parser.add_argument("--limit", type=int, default=30, metavar="SỐ", help="nhiều nhất bao nhiêu dòng (30)")


def _reminders(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        found = rows.newest(session, options.state, options.limit)
        counts = rows.counts(session)
    for kind, rule in reminder_rules.rules_on(clock.now().astimezone(clock.LOCAL).date()).items():
        unit = "ngày làm việc" if rule.is_working else "ngày"
        told = ", ".join(f"{_STATES[state]} {counts[kind, state]}" for state in _STATES if (kind, state) in counts)
        print(f"{kind:<18} {rule.days} {unit}, lúc {rule.at:%H:%M}  {notice_kinds()[kind].title}: {told or 'chưa có'}")
    for row in found:
        when = moment_text(row.due_at)
        told_to = f", {row.told} người" if row.told else ""
        print(f"{row.id:>7}  {row.kind:<18} {row.dossier_code:<28} {when}  {_STATES[row.state]}{told_to}")
    if not found:
        print("Chưa có lời nhắc nào như vậy. Lời nhắc được lên lịch khi hồ sơ có người theo dõi gần tới hẹn.")
    return 0


def _digests(_options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        hours = Counter(digests.chosen_hours(session))
        waiting = digests.count_waiting(session)
    print(f"Người nhận tin gom mỗi ngày một lần: {sum(hours.values())}; tin đang đợi gom: {waiting}.")
    for hour, number in sorted(hours.items()):
        print(f"  lúc {hour}: {number} người")
    can_wait = sorted(kind.kind for kind in notice_kinds().values() if any(one.digest for one in kind.versions))
    print(f"Loại tin đợi được: {', '.join(can_wait)}. Loại khác gửi ngay.")
    return 0


def _caps(_options: argparse.Namespace, _opened: Open | None) -> int:
    found = caps.caps_on(clock.now().astimezone(clock.LOCAL).date())
    print(f"Mỗi người mỗi ngày nhiều nhất (từ {found.valid_from:%d/%m/%Y}):")
    for kind, cap in found.kinds.items():
        more = f"thêm thì đợi tới {found.held_until:%H:%M} ngày sau" if cap.holds else "thêm thì bỏ (lỗi “cap”)"
        print(f"  {_KINDS[kind]:<16} {cap.most:>3}  {more}")
    print(f"  tin tuyên truyền {found.broadcasts:>3}")
    print(f"Không bao giờ giữ lại: {', '.join(sorted(found.never_held))}.")
    return 0


SUBCOMMANDS: dict[str, Subcommand] = {
    "reminders": Subcommand("nhắc theo lịch: sắp nhắc gì, đã nhắc, bỏ vì sao", _reminders_arguments, _reminders),
    "digests": Subcommand("tin gom mỗi ngày: bao nhiêu người, bao nhiêu tin đang đợi", lambda _parser: None, _digests),
    "caps": Subcommand(
        "mỗi người mỗi ngày nhận nhiều nhất bao nhiêu tin",
        lambda _parser: None,
        _caps,
        needs_data=lambda _options: False,
    ),
}
