"""`./run notifications`, as an officer runs it."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from onestop.cli.notifications import SUBCOMMANDS, main
from onestop.messages.notice_kinds import notice_kinds
from onestop.services import apologies, digests, rule_reminders
from onestop.storage.notice_tables import Apology
from onestop.storage.tables import Notification
from tests.dossier_builders import CODE, moment
from tests.integration.notices.conftest import Office


@pytest.fixture
def installation(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    values = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}",
        "DOSSIERS_URL": f"sqlite:///{tmp_path / 'vendor.sqlite3'}",
        "TRACKER_URL": f"sqlite:///{tmp_path / 'tracker.sqlite3'}",
        "ZALO_APP_ID": "1",
        "ZALO_OA_ID": "2",
        "ZALO_APP_SECRET": "x",
        "ZALO_SECRET_KEY": "x",
        "TOKEN_KEY": Fernet.generate_key().decode(),
        "FILES_DIR": str(tmp_path / "files"),
        "CLOCK_OFFSET_FILE": str(tmp_path / "offset"),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"ONESTOP_{name}", value)
    monkeypatch.setattr("onestop.clock.now", lambda: office.now)
    return office


@pytest.mark.parametrize("kind", sorted(notice_kinds()))
def test_every_kind_can_be_previewed_without_a_database(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", kind]) == 0
    said = capsys.readouterr().out
    assert "H39.17-261118-0003" in said
    assert "ký tự" in said


def test_preview_of_a_real_dossier_shows_both_wordings_and_writes_its_document(
    installation: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.happens("refused", state_to=3, note="Không đúng thẩm quyền")
    assert main(["preview", "refused", "--dossier", CODE, "--document", str(tmp_path / "phieu.pdf")]) == 0
    owner, public = capsys.readouterr().out.split("người chỉ có mã hồ sơ")
    assert "Không đúng thẩm quyền" in owner
    assert "Không đúng thẩm quyền" not in public
    assert (tmp_path / "phieu.pdf").read_bytes().startswith(b"%PDF")


def test_unknown_dossier_is_said_so(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "ready", "--dossier", "H39.17-261118-9999"]) == 1
    assert "Không có hồ sơ" in capsys.readouterr().err


def test_a_kind_is_switched_off_and_back(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    installation.person()
    assert main(["switch", "ready", "off", "--centre", "pvhcc-can-giuoc"]) == 0
    installation.happens("ready", state_to=9)
    assert installation.reads_events() == 0
    assert main(["switch", "ready", "default", "--centre", "pvhcc-can-giuoc"]) == 0
    installation.happens("ready", state_to=9)
    assert installation.reads_events() == 1
    main(["switch", "submitted", "off"])
    capsys.readouterr()
    main(["kinds"])
    listed = capsys.readouterr().out
    assert "submitted              tắt" in listed
    assert "310005" in listed


@pytest.mark.parametrize(
    "arguments", [["switch", "nonsense", "on"], ["set", "apology.prepare_hours", "0"], ["set", "x", "1"]]
)
def test_nonsense_is_refused_in_a_sentence(
    installation: Office, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith(("Không có", "Số giờ"))


def test_apology_is_listed_and_confirmed(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    main(["set", "apology.confirm", "on"])
    with installation.sessions.begin() as session:
        apologies.prepare(session, installation.reader, installation.now)
        number = session.query(Apology).one().id
    capsys.readouterr()
    main(["apologies"])
    assert f"{CODE}  hẹn 10 giờ thứ Hai, 30/11/2026  chờ cán bộ xác nhận" in capsys.readouterr().out
    assert main(["apologies", "--confirm", str(number), "--officer", "Cán bộ A"]) == 0
    with installation.sessions() as session:
        row = session.query(Apology).one()
    assert (row.state, row.confirmed_by) == ("confirmed", "Cán bộ A")
    assert main(["apologies", "--confirm", str(number)]) == 1


def test_silence_is_a_number_and_a_failure(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    installation.person()
    installation.now = moment(30, 3) + timedelta(hours=1)
    assert main(["late"]) == 1
    assert "trễ trong im lặng: 1" in capsys.readouterr().out
    installation.tells_late()
    assert main(["late"]) == 0
    assert "trễ trong im lặng: 0" in capsys.readouterr().out


def test_photos_are_listed_for_the_officer(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["photos"]) == 0
    assert "Chưa có ảnh bổ sung" in capsys.readouterr().out


def test_every_subcommand_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in SUBCOMMANDS:
        with pytest.raises(SystemExit) as end:
            main([name, "--help"])
        assert end.value.code == 0


def waiting_row(installation: Office) -> int:
    installation.person(proof="phone")
    installation.happens("received", state_from=1, state_to=2)
    installation.reads_events()
    return installation.rows()[0].id


def test_row_is_listed_shown_taken_back_and_sent_again(
    installation: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    number = waiting_row(installation)
    assert main(["list", "--status", "created"]) == 0
    assert f"{number}  created" in capsys.readouterr().out
    assert main(["cancel", str(number)]) == 0
    assert main(["cancel", str(number)]) == 1
    assert main(["replay", str(number)]) == 0
    assert main(["replay", str(number)]) == 1
    assert main(["show", str(number)]) == 0
    shown = capsys.readouterr().out
    assert f"{number}  created" in shown and CODE in shown
    assert main(["show", "999"]) == 1


def test_row_of_unknown_fate_is_sent_again_only_on_request(installation: Office) -> None:
    number = waiting_row(installation)
    with installation.sessions.begin() as session:
        session.get(Notification, number).status = "unknown"
    assert main(["replay", str(number)]) == 1
    assert main(["replay", str(number), "--even-unknown"]) == 0


def test_costs_and_calls_are_told(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    number = waiting_row(installation)
    with installation.sessions.begin() as session:
        row = session.get(Notification, number)
        row.status, row.channel, row.cost_vnd, row.finished_at = "sent", "template_uid", 140, installation.now
    assert main(["costs", "--from", "2026-11-01", "--to", "2026-11-30"]) == 0
    assert "Tổng: 140 đồng; ít hơn gửi SMS: 210 đồng." in capsys.readouterr().out
    with installation.sessions.begin() as session:
        row = session.get(Notification, number)
        row.status, row.error = "permanent-failure", "call-list"
    assert main(["calls"]) == 0
    assert "Cần gọi điện: 1" in capsys.readouterr().out
    with installation.sessions.begin() as session:
        session.get(Notification, number).kind = "reminder_papers"  # nobody is rung up for a reminder
    assert main(["calls"]) == 0
    assert "Cần gọi điện: 0" in capsys.readouterr().out


def test_reminders_by_rule_digests_and_caps_are_shown(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    citizen_id = installation.person()
    with installation.sessions.begin() as session:
        rule_reminders.plan(session, installation.reader, installation.now)
        digests.choose(session, citizen_id, time(18), installation.now)
    installation.happens("ready", state_to=9)
    installation.reads_events()
    assert main(["reminders"]) == 0
    shown = capsys.readouterr().out
    assert "reminder_due" in shown and CODE in shown and "9 giờ Chủ nhật, 29/11/2026  chờ tới giờ" in shown
    assert main(["reminders", "--state", "stale"]) == 0
    assert "Chưa có lời nhắc nào" in capsys.readouterr().out
    assert main(["digests"]) == 0
    shown = capsys.readouterr().out
    assert "mỗi ngày một lần: 1; tin đang đợi gom: 1" in shown and "lúc 18:00: 1 người" in shown
    assert main(["show", str(installation.rows()[0].id)]) == 0
    assert "đang đợi gom" in capsys.readouterr().out
    assert main(["caps"]) == 0
    assert "tin tức" in capsys.readouterr().out


def test_a_rule_is_set_for_one_centre(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", "remind.reminder_collect.days", "5", "--centre", "pvhcc-can-giuoc"]) == 0
    assert main(["set", "remind.reminder_collect.days", "0"]) == 1
    assert "từ 1 đến 60" in capsys.readouterr().err
