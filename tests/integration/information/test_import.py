"""An import counts whole or not at all, and says what it changes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onestop.cli.import_kinds import importers
from onestop.information.areas import Areas
from onestop.information.loading import Changes, FileRefused
from onestop.information.registry import all_providers
from onestop.services.offices import OfficeDesk
from onestop.storage import SessionFactory
from onestop.storage import information as rows
from onestop.storage.information_tables import InformationLoad
from tests.integration.information.conftest import CUTS, NOW

ROOT = Path(__file__).resolve().parents[3]
Imports = Callable[..., Changes]
TWO = (
    CUTS + "Cần Giuộc;Ấp 1;26/11/2026 08:00;26/11/2026 11:00;Bảo trì\nBến Lức;Ấp 2;27/11/2026 08:00;27/11/2026 11:00;\n"
)


def data_of(sessions: SessionFactory, kind: str = "power_cuts") -> list[dict]:
    with sessions() as session:
        return [dict(row.data) for row in rows.all_records(session, kind)]


def test_a_file_takes_the_place_of_what_was_there(imports: Imports, sessions: SessionFactory) -> None:
    assert len(imports("power_cuts", TWO).added) == 2
    changed = TWO.replace("Bảo trì", "Thay trụ").replace("Bến Lức;Ấp 2", "Bến Lức;Ấp 3")
    changes = imports("power_cuts", changed)
    assert (len(changes.added), len(changes.changed), len(changes.removed), changes.confirmed) == (1, 1, 1, 0)
    assert {one["where"] for one in data_of(sessions)} == {"Ấp 1", "Ấp 3"}
    assert {one.get("why") for one in data_of(sessions)} == {"Thay trụ", None}


def test_the_same_file_again_changes_nothing_but_the_day_of_checking(
    imports: Imports, sessions: SessionFactory
) -> None:
    imports("power_cuts", TWO, checked="2026-11-20")
    changes = imports("power_cuts", TWO, checked="2026-11-25")
    assert (len(changes.added), len(changes.changed), len(changes.removed), changes.confirmed) == (0, 0, 0, 2)
    with sessions() as session:
        assert rows.newest_checked(session, "power_cuts").checked_on.isoformat() == "2026-11-25"
        assert session.query(InformationLoad).count() == 2


def test_one_bad_line_and_nothing_of_the_file_counts(imports: Imports, sessions: SessionFactory) -> None:
    imports("power_cuts", TWO)
    bad = (
        CUTS + "Cần Giuộc;Ấp 9;26/11/2026 08:00;26/11/2026 11:00;\nCần Giuộc;Ấp 8;26/11/2026 08:00;26/11/2026 07:00;\n"
    )
    with pytest.raises(FileRefused) as refused:
        imports("power_cuts", bad)
    assert [str(problem) for problem in refused.value.problems] == ["dòng 3: “Kết thúc” phải sau “Bắt đầu”"]
    assert {one["where"] for one in data_of(sessions)} == {"Ấp 1", "Ấp 2"}


def test_a_failure_in_the_middle_leaves_the_data_before(
    imports: Imports, sessions: SessionFactory, monkeypatch
) -> None:
    imports("power_cuts", TWO)

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(rows, "note_load", fails)
    with pytest.raises(RuntimeError):
        imports("power_cuts", TWO.replace("Ấp 1", "Ấp 7"))
    assert {one["where"] for one in data_of(sessions)} == {"Ấp 1", "Ấp 2"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Cần Giuôcj;Ấp 1;26/11/2026 08:00;26/11/2026 09:00;", "có phải xã Cần Giuộc"),
        ("Hà Nội;Ấp 1;26/11/2026 08:00;26/11/2026 09:00;", "không phải là xã, phường"),
        ("tan thanh;Ấp 1;26/11/2026 08:00;26/11/2026 09:00;", "xã Tân Thạnh hoặc xã Tân Thành"),
        ("Cần Giuộc;Ấp 1;26/11/2026 08:00;30/12/2026 09:00;", "hơn 3 ngày"),
    ],
)
def test_a_place_or_span_that_cannot_be_is_refused(imports: Imports, line: str, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        imports("power_cuts", CUTS + line + "\n")
    assert said in str(refused.value.problems[0]) and "dòng 2" in str(refused.value.problems[0])


def test_two_lines_of_one_thing_contradict_each_other(imports: Imports) -> None:
    line = "Cần Giuộc;Ấp 1;26/11/2026 08:00;26/11/2026 09:00;\n"
    with pytest.raises(FileRefused) as refused:
        imports("power_cuts", CUTS + line + line)
    assert str(refused.value.problems[0]) == "dòng 3: trùng với dòng 2"


def test_who_says_so_and_when_it_was_checked_must_be_known(imports: Imports) -> None:
    with pytest.raises(FileRefused) as refused:
        imports("power_cuts", TWO, source=None)
    assert "--source" in str(refused.value.problems[0])
    with pytest.raises(FileRefused) as refused:
        imports("power_cuts", TWO, checked="2027-01-01")
    assert "tương lai" in str(refused.value.problems[0])


@pytest.mark.parametrize("name", ["Long Hậu", "xã Long Hậu", "long hau", "Xã Cần Giuộc", "X. Cần Giuộc", "cần giuộc"])
def test_communes_are_known_by_present_and_former_names(desk: OfficeDesk, name: str) -> None:
    assert [area.name for area in Areas(desk, NOW).exact(name)] == ["xã Cần Giuộc"]


def test_names_that_differ_by_their_marks_only_are_told_apart(desk: OfficeDesk) -> None:
    assert [area.name for area in Areas(desk, NOW).exact("Tân Thạnh")] == ["xã Tân Thạnh"]
    assert [area.name for area in Areas(desk, NOW).exact("xã Tân Thành")] == ["xã Tân Thành"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("xã Tân Thạnh", ["xã Tân Thạnh"]),
        ("đất ruộng xã tân thành", ["xã Tân Thành"]),
        ("Long Hậu", ["xã Cần Giuộc"]),
        ("Cần Giuộc", ["xã Cần Giuộc"]),
    ],
)
def test_a_citizens_words_mean_one_commune(desk: OfficeDesk, words: str, names: list[str]) -> None:
    found = Areas(desk, NOW).named(words)
    assert found.is_sure and [area.name for area in found.areas] == names


@pytest.mark.parametrize("words", ["huyện Cần Giuộc", "xa tan thanh", "huyện Tân Thạnh"])
def test_words_that_mean_several_communes_are_asked_about(desk: OfficeDesk, words: str) -> None:
    found = Areas(desk, NOW).named(words)
    assert not found.is_sure and len(found.areas) > 1


def test_the_province_is_no_commune(desk: OfficeDesk) -> None:
    assert not Areas(desk, NOW).named("tỉnh Tây Ninh").areas


def test_a_column_with_names_of_candidates_is_not_taken(imports: Imports) -> None:
    with pytest.raises(FileRefused) as refused:
        imports("exam_scores", "Số báo danh,Kỳ thi,Công bố lúc,Toán,Họ tên\n49000001,Thi,16/07/2026 08:00,8,An\n")
    assert "không có cột “Họ tên”" in str(refused.value.problems[0])


class Command:
    """`./run import` in a process of its own."""

    def __init__(self, sessions_url: str, demo_url: str, tmp_path: Path) -> None:
        self._env = {**os.environ, "ONESTOP_DATABASE_URL": sessions_url, "ONESTOP_DOSSIERS_URL": demo_url}
        self._folder = tmp_path

    def __call__(self, *arguments: str, file: str | None = None) -> subprocess.CompletedProcess:
        words = list(arguments)
        if file is not None:
            path = self._folder / "file.csv"
            path.write_text(file, encoding="utf-8-sig")
            words.insert(1, str(path))
        command = [sys.executable, "-m", "onestop.cli", "import", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self._env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )


@pytest.fixture
def command(tmp_path: Path, demo_url: str) -> Command:
    return Command(f"sqlite:///{tmp_path / 'own.sqlite3'}", demo_url, tmp_path)


OPTIONS = ("--source", "Điện lực", "--checked", "2026-11-20")


def test_the_command_checks_tells_and_imports(command: Command) -> None:
    checked = command("power_cuts", *OPTIONS, "--check", file=TWO)
    assert checked.returncode == 0 and "2 mới" in checked.stdout and "chưa ghi gì" in checked.stdout
    assert "xã Cần Giuộc · Ấp 1 · 26/11/2026 08:00" in checked.stdout
    done = command("power_cuts", *OPTIONS, file=TWO)
    assert done.returncode == 0 and "2 mới" in done.stdout and "Đã ghi" in done.stdout
    assert "2 giữ nguyên" in command("power_cuts", *OPTIONS, file=TWO).stdout
    gone = command("power_cuts", *OPTIONS, "--check", file="\n".join(TWO.splitlines()[:2]))
    assert "1 dòng đang có sẽ không còn" in gone.stdout and "không còn: xã Bến Lức" in gone.stdout


def test_the_command_refuses_a_bad_file_line_by_line(command: Command) -> None:
    refused = command("power_cuts", *OPTIONS, file=TWO + "Cần Giuộc;;x;26/11/2026 11:00;\n")
    assert refused.returncode == 1
    assert "dòng 4: thiếu “Khu vực mất điện”" in refused.stderr
    assert "dòng 4: cột “Bắt đầu”: “x” không phải là ngày giờ" in refused.stderr
    assert "2 mới" in command("power_cuts", *OPTIONS, "--check", file=TWO).stdout  # nothing had been written


def test_the_command_knows_its_kinds(command: Command) -> None:
    listed = command("--help").stdout
    assert all(f"  {provider.kind}" in listed for provider in all_providers())
    assert command("--template", "news").stdout.startswith("Tiêu đề,Tóm tắt,Chuyên mục,")
    unknown = command("nonsense", file=TWO)
    assert unknown.returncode == 2 and "Không có loại “nonsense”" in unknown.stderr


@pytest.mark.parametrize("kind", [provider.kind for provider in all_providers()])
def test_every_template_names_every_column_once(kind: str) -> None:
    importer = importers()[kind]
    assert len(importer.explanation()) == importer.template().count(",") + 1 - importer.template().count('"Xã, phường"')
