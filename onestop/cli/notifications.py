"""`./run notifications …`: what citizens are told, centre by centre; a subcommand is a row of `SUBCOMMANDS`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from onestop import clock
from onestop.bootstrap import open_database, open_dossiers
from onestop.cli import exchange_commands, outbox_commands, rule_commands
from onestop.cli.product import ROOT, demo_env
from onestop.cli.subcommands import Open, Subcommand
from onestop.errors import BackendUnavailable, OnestopError
from onestop.messages.formats import moment_text
from onestop.messages.notice_kinds import NoticeKind, notice_kinds, zalo_templates
from onestop.messages.notices import Notice, length_of, notice_buttons, notice_text, problems_of, template_data
from onestop.services import apologies, lateness
from onestop.services.apologies import NO_CENTRE
from onestop.services.centre_settings import EVERYWHERE, NOTIFY, OFF, ON, decide, settings_at
from onestop.services.documents import DocumentDesk, reference_of
from onestop.services.notices import News, document_of, notice_of
from onestop.settings import Settings
from onestop.storage import Session, dossier_queries
from onestop.storage.centre_settings import all_settings
from onestop.storage.dossier_records import DossierEvent
from onestop.storage.guard import DossierReader
from onestop.storage.notice_tables import SupplementPhoto
from onestop.storage.supplements import recent_photos


def main(arguments: list[str]) -> int:
    """Runs one subcommand; 2 where it is used wrongly, 1 where it failed."""
    parser = argparse.ArgumentParser(prog="./run notifications", description="Tin báo cho người dân")
    parsers = parser.add_subparsers(dest="name", required=True, metavar="việc")
    for name, subcommand in SUBCOMMANDS.items():
        subcommand.arguments(parsers.add_parser(name, help=subcommand.what, description=subcommand.what))
    options = parser.parse_args(arguments)
    chosen = SUBCOMMANDS[options.name]
    try:
        return chosen.work(options, _open() if chosen.needs_data(options) else None)
    except BackendUnavailable:
        print("Cơ sở dữ liệu hồ sơ không trả lời; thử lại sau.", file=sys.stderr)
    except OnestopError as error:
        print(error, file=sys.stderr)
    return 1


def _open() -> Open:
    environ: Mapping[str, str] = os.environ if os.environ.get("ONESTOP_DATABASE_URL") else demo_env(ROOT / ".run/demo")
    os.environ.setdefault(clock.OFFSET_VARIABLE, environ.get(clock.OFFSET_VARIABLE, ""))
    settings = Settings.from_env(environ)
    return Open(settings, open_database(settings), open_dossiers(settings))


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    pass


# kinds: every kind, with what the centres decided


def _list_kinds(_options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        on = settings_at(session, EVERYWHERE).kinds_on
        decided = all_settings(session)
    for kind in notice_kinds().values():
        version = kind.version_on(clock.now().astimezone(clock.LOCAL).date())
        state = "bật" if kind.kind in on else "tắt"
        template = zalo_templates()[kind.zalo_template].id if kind.zalo_template else "-"
        print(f"{kind.kind:<22} {state:<4} bản {version.number}  mẫu Zalo {template:<7} {kind.title}")
    for row in decided:
        print(f"  {row.centre_id}: {row.name} = {row.value}")
    return 0


# preview: the words, their length, the buttons, the Zalo template


def _preview_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(notice_kinds()), metavar="LOẠI", help=", ".join(sorted(notice_kinds())))
    parser.add_argument("--dossier", metavar="MÃ", help="xem với một hồ sơ có thật; không có thì với dữ liệu ví dụ")
    parser.add_argument("--document", type=Path, metavar="TỆP", help="ghi văn bản kèm theo ra tệp .pdf hoặc .png")


def _preview(options: argparse.Namespace, opened: Open | None) -> int:
    kind = notice_kinds()[options.kind]
    if opened is None or not options.dossier:
        notices = [example_notice(kind, is_private) for is_private in (True, False)]
    else:
        news = _news_of(opened.reader, options.dossier.strip().upper(), options.kind)
        if news is None:
            print(f"Không có hồ sơ mã {options.dossier}.", file=sys.stderr)
            return 1
        document = document_of(news)
        notices = [notice_of(news, is_private, document[1] if document else "") for is_private in (True, False)]
        if options.document:
            _write_document(opened, news, options.document)
    version = kind.version_on(notices[0].happened_at.astimezone(clock.LOCAL).date())
    print(f"{kind.kind}: {kind.title} (bản {version.number}, từ {version.valid_from:%d/%m/%Y})")
    for notice, reader in zip(notices, ("người đã chứng minh là chủ hồ sơ", "người chỉ có mã hồ sơ"), strict=True):
        _print_notice(notice, reader)
    _print_template(notices[0], kind)
    problems = problems_of(kind.kind, example_notice(kind, True))
    for problem in problems:
        print(f"! {problem}")
    return 1 if problems else 0


def example_notice(kind: NoticeKind, is_private: bool) -> Notice:
    """A notice of this kind with example values, none of a real person."""
    now = clock.now()
    values = Notice(
        kind=kind.kind,
        code="H39.17-261118-0003",
        procedure_name="Đăng ký khai sinh",
        procedure_code="1.001193",
        centre_name="Trung tâm Phục vụ hành chính công xã Cần Giuộc",
        centre_id="pvhcc-can-giuoc",
        is_private=is_private,
        happened_at=now,
        due_at=now + timedelta(days=14),
        promised_at=now + timedelta(days=7),
        respond_by=now + timedelta(days=10),
        step="Thẩm định hồ sơ",
        address="Số 5 đường Nguyễn An Ninh, xã Cần Giuộc",
        hours="Thứ Hai đến thứ Sáu, 7:00–11:30 và 13:30–17:00",
        visit_at=now + timedelta(days=1 if kind.kind == "reminder_due" else 2),
        waiting_days=10,
    )
    if not is_private:
        return values
    private = {"amount_vnd": 1_250_000, "note": "Tờ khai thiếu chữ ký", "items": ("Giấy chứng sinh", "Tờ khai")}
    document = "Văn bản kèm theo" if kind.document else ""
    return Notice(**{**vars(values), **private, "document": document})


def _news_of(reader: DossierReader, code: str, kind: str) -> News | None:
    """The newest event of this kind of a dossier; where it never had one, one as if it happened now."""
    return reader.read(_read_news, code, kind)


def _read_news(session: Session, code: str, kind: str) -> News | None:
    dossier = dossier_queries.dossier_by_code(session, code)
    if dossier is None:
        return None
    events = [event for event in dossier_queries.events_of(session, code) if event.kind == kind]
    made_up = DossierEvent(0, code, kind, dossier.state, dossier.state, clock.now(), {})
    centre = dossier_queries.agency_by_id(session, dossier.centre_id) or NO_CENTRE
    step = dossier_queries.steps_at_work(session, [code]).get(code, "")
    return News(events[-1] if events else made_up, dossier, centre, step)


def _write_document(opened: Open, news: News, file: Path) -> None:
    document = document_of(news)
    if document is None:
        print("Loại tin này không có văn bản kèm, hoặc hồ sơ chưa có việc đó.", file=sys.stderr)
        return
    desk = DocumentDesk(opened.reader, opened.settings.files_dir, opened.sessions)
    file.write_bytes(desk.content(reference_of(document[0], news.event.id, file.suffix.lstrip("."))))
    print(f"Đã ghi {document[1]}: {file}")


def _print_notice(notice: Notice, reader: str) -> None:
    text = notice_text(notice) or ""
    print(f"\n— Cho {reader} ({length_of(text)} ký tự)")
    print("\n".join(f"  {line}" for line in text.splitlines()))
    print("  " + " ".join(f"[{one.title}]" for one in notice_buttons(notice)))


def _print_template(notice: Notice, kind: NoticeKind) -> None:
    if kind.zalo_template is None:
        print("\n— Không có tin mẫu Zalo: ngoài 7 ngày thì gửi bằng đường khác.")
        return
    print(f"\n— Tin mẫu Zalo {zalo_templates()[kind.zalo_template].id} ({kind.zalo_template})")
    data = template_data(notice)
    if data is None:
        print("  thiếu dữ liệu cho mẫu này")
    for name, value in (data or {}).items():
        print(f"  {name}: {value}")


# switch, set: what a centre decides


def _switch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="LOẠI")
    parser.add_argument("value", choices=(ON, OFF, "default"), help="bật, tắt, hay theo mặc định")
    parser.add_argument("--centre", default=EVERYWHERE, help="mã trung tâm; không có thì cho mọi trung tâm")


def _switch(options: argparse.Namespace, opened: Open | None) -> int:
    return _decide(opened, options.centre, NOTIFY + options.kind, options.value)


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    known = "apology.confirm (on/off), apology.prepare_hours (giờ làm việc), remind.LOẠI.days, remind.LOẠI.hour (07:00)"
    parser.add_argument("setting", metavar="TÊN", help=known)
    parser.add_argument("value", metavar="GIÁ_TRỊ", help="giá trị, hoặc default")
    parser.add_argument("--centre", default=EVERYWHERE, help="mã trung tâm; không có thì cho mọi trung tâm")


def _set(options: argparse.Namespace, opened: Open | None) -> int:
    return _decide(opened, options.centre, options.setting, options.value)


def _decide(opened: Open | None, centre: str, name: str, value: str) -> int:
    assert opened is not None
    with opened.sessions.begin() as session:
        decide(session, centre, name, None if value == "default" else value, clock.now())
    print(f"{centre}: {name} = {value}")
    return 0


# apologies, late, photos: what is under way


def _apologies_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--confirm", type=int, metavar="SỐ", help="xác nhận thư nháp số này")
    parser.add_argument("--officer", default=os.environ.get("USER", "cán bộ"), help="ai xác nhận")


def _apologies(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    if options.confirm is not None:
        with opened.sessions.begin() as session:
            row = apologies.confirm(session, options.confirm, options.officer, clock.now())
            print(f"Đã xác nhận thư {row.id}; thư đi khi hệ thống hồ sơ có ngày hẹn mới.")
        return 0
    with opened.sessions() as session:
        found = apologies.open_apologies(session)
        _print_rows(
            "Không có thư xin lỗi nào đang chờ.",
            [
                f"{row.id:>5}  {row.dossier_code}  hẹn {moment_text(row.due_at)}  {_LETTER[row.state]}"
                f"{', đã có ngày mới' if row.event_id else ''}  {row.step or ''}"
                for row in found
            ],
        )
    return 0


_LETTER = {"drafted": "chờ cán bộ xác nhận", "confirmed": "đã xác nhận"}


def _late(_options: argparse.Namespace, opened: Open | None) -> int:
    """Prints the published numbers; 1 where somebody is late in silence."""
    assert opened is not None
    with opened.sessions() as session:
        figures = lateness.late_figures(session, opened.reader, clock.now())
    print(f"Hồ sơ đang trễ hẹn: {figures.late}")
    print(f"  đã báo cho người theo dõi hoặc chủ hồ sơ: {figures.told}")
    print(f"  không có ai trên Zalo để báo (danh sách gọi điện của quầy): {figures.nobody_to_tell}")
    print(f"  đã báo nhưng tin không tới được: {figures.undelivered}")
    print(f"  trễ trong im lặng: {figures.silent}")
    return 1 if figures.silent else 0


def _photos_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dossier", metavar="MÃ", help="chỉ của hồ sơ này")
    parser.add_argument("--limit", type=int, default=50)


def _photos(options: argparse.Namespace, opened: Open | None) -> int:
    assert opened is not None
    with opened.sessions() as session:
        found = recent_photos(session, options.dossier, options.limit)
        _print_rows("Chưa có ảnh bổ sung nào.", [_photo_line(row, opened.settings.files_dir) for row in found])
    return 0


def _photo_line(row: SupplementPhoto, files_dir: Path) -> str:
    paper = f"{row.item_number}. {row.item_name}"
    return f"{row.dossier_code}  {moment_text(row.sent_at)}  {paper}  {files_dir / row.file_ref}"


def _print_rows(empty: str, lines: Iterable[str]) -> None:
    print("\n".join(lines) or empty)


SUBCOMMANDS: dict[str, Subcommand] = {
    "kinds": Subcommand("các loại tin, đang bật hay tắt, bản đang dùng", _no_arguments, _list_kinds),
    "preview": Subcommand(
        "xem trước lời, độ dài, nút và mẫu Zalo của một loại tin",
        _preview_arguments,
        _preview,
        needs_data=lambda options: options.dossier is not None,
    ),
    "switch": Subcommand("bật, tắt một loại tin cho một trung tâm hay mọi trung tâm", _switch_arguments, _switch),
    "set": Subcommand("đặt cách xin lỗi trễ hẹn, ngày giờ nhắc của một trung tâm", _set_arguments, _set),
    "apologies": Subcommand("thư xin lỗi đang chờ; --confirm SỐ để xác nhận", _apologies_arguments, _apologies),
    "late": Subcommand("hồ sơ trễ hẹn: đã báo bao nhiêu, trễ trong im lặng bao nhiêu", _no_arguments, _late),
    "photos": Subcommand("ảnh giấy tờ bổ sung người dân đã gửi", _photos_arguments, _photos),
    **outbox_commands.SUBCOMMANDS,
    **exchange_commands.SUBCOMMANDS,
    **rule_commands.SUBCOMMANDS,
}
