"""The province's own export: checked, compared, laid over the catalogue, kept with its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from onestop.cli.import_procedures import PreparedProcedures, ProceduresImporter
from onestop.clock import LOCAL
from onestop.information.loading import FileRefused
from onestop.services import catalogue_import
from onestop.services.procedures import ProcedureDesk
from onestop.storage import SessionFactory, catalogue
from onestop.storage.catalogue_tables import CatalogueImport
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.schema import migrate
from seed.load import load_demo

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=LOCAL)
TODAY = date(2026, 11, 25)
HEADER = (
    "Mã thủ tục;Tên thủ tục;Lệ phí;Thời hạn giải quyết;Mức độ trực tuyến;Liên kết nộp trực tuyến;Nguồn;Ngày kiểm tra\n"
)
FIRST = (
    HEADER
    + "2.000815.000.00.00.H55;Thủ tục chứng thực bản sao từ bản chính;2.500 đồng;2 ngày làm việc;Không trực tuyến;;"
    + "Quyết định 10/QĐ-UBND;20/11/2026\n"
    + "7.123456;Cấp thẻ đi đò qua sông Vàm Cỏ;Miễn phí;trong ngày;Toàn trình;https://dvc.example.vn/do;"
    + "Quyết định 11/QĐ-UBND;20/11/2026\n"
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DossierReader]:
    url = f"sqlite:///{tmp_path_factory.mktemp('dossiers')}/dossiers.sqlite3"
    load_demo(url, seed=2019, dossiers=5, today=TODAY, fresh=True, report=lambda _line: None)
    engine = create_engine(url, read_only=True)
    yield DossierReader(session_factory(engine), 5.0)
    engine.dispose()


@pytest.fixture
def sessions(tmp_path: Path) -> SessionFactory:
    url = f"sqlite:///{tmp_path}/own.sqlite3"
    migrate(url)
    return session_factory(create_engine(url))


def prepared(content: str, reader: DossierReader, sessions: SessionFactory) -> PreparedProcedures:
    records = ProceduresImporter().read(content.encode(), reader, NOW, TODAY, None, None)
    return PreparedProcedures(records, sessions, reader, NOW)


def problems(content: str, reader: DossierReader) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        ProceduresImporter().read(content.encode(), reader, NOW, TODAY, None, None)
    return [str(problem) for problem in refused.value.problems]


def test_every_bad_cell_is_told_with_its_line_and_nothing_counts(reader: DossierReader) -> None:
    told = problems(
        HEADER
        + "1.001193;Khai sinh;0;3 ngày;;;Nguồn;20/11/2026\n"
        + "abc;Khai tử;8.000 đồng;3;Toàn trình;;Nguồn;20/11/2026\n"
        + "1.000894;;;;Không trực tuyến;https://x.vn/nop;Nguồn;20/11/2027\n",
        reader,
    )
    assert any(line.startswith("dòng 2:") and "“0” chưa rõ nghĩa" in line for line in told)
    assert any(line.startswith("dòng 3:") and "mã thủ tục" in line for line in told)
    assert any(line.startswith("dòng 3:") and "thiếu đơn vị" in line for line in told)
    assert any(line.startswith("dòng 4:") and "thiếu “Tên thủ tục”" in line for line in told)


def test_a_missing_column_and_a_double_are_told(reader: DossierReader) -> None:
    assert "thiếu cột “Mã thủ tục”" in problems("Tên thủ tục;Nguồn;Ngày kiểm tra\nA;B;20/11/2026\n", reader)[0]
    twice = HEADER + "1.001193;A;;;;;N;20/11/2026\n1.001193.H53;A;;;;;N;20/11/2026\n"
    assert problems(twice, reader) == ["dòng 3: mã 1.001193 trùng với dòng 2"]


def test_differences_are_shown_before_they_count(reader: DossierReader, sessions: SessionFactory) -> None:
    first = prepared(FIRST, reader, sessions)
    assert any("2 mới" in line for line in first.summary())
    with sessions() as session:
        assert catalogue.catalogue_version(session) == 0  # only looked at
    first.apply()
    changed = FIRST.replace("2.500 đồng", "3.000 đồng").split("7.123456")[0]
    told = "\n".join(prepared(changed, reader, sessions).summary())
    assert "1 đổi" in told and "Lệ phí: 2.500 đồng → 3.000 đồng" in told
    assert "không còn trong tệp: 7.123456" in told


def test_history_is_kept(reader: DossierReader, sessions: SessionFactory) -> None:
    prepared(FIRST, reader, sessions).apply()
    prepared(FIRST.replace("2.500 đồng", "3.000 đồng"), reader, sessions).apply()
    prepared(FIRST.replace("2.500 đồng", "3.000 đồng"), reader, sessions).apply()
    with sessions() as session:
        kinds = [change.kind for _at, change in catalogue.history_of(session, "2.000815")]
        imports = session.query(CatalogueImport).count()
    assert kinds == ["new", "changed"] and imports == 3


def test_facts_and_search_follow_an_import_without_a_restart(
    reader: DossierReader, sessions: SessionFactory, tmp_path: Path
) -> None:
    desk = ProcedureDesk(reader, tmp_path, sessions)
    before = desk.facts("2.000815", NOW)
    assert before is not None and desk.facts("7.123456", NOW) is None
    prepared(FIRST, reader, sessions).apply()
    after = desk.facts("2.000815", NOW)
    assert after is not None and after.fee_vnd == 2500 and after.duration_number == 2
    assert after.source == "Quyết định 10/QĐ-UBND" and after.checked_on == date(2026, 11, 20)
    assert after.name == before.name and after.documents == before.documents
    new = desk.facts("7.123456", NOW)
    assert new is not None and new.submit_url == "https://dvc.example.vn/do" and new.online_level == "toàn trình"


def test_what_is_taken_back_or_ended_is_gone_at_once(
    reader: DossierReader, sessions: SessionFactory, tmp_path: Path
) -> None:
    desk = ProcedureDesk(reader, tmp_path, sessions)
    ended = "Mã thủ tục;Tên thủ tục;Hiệu lực;Nguồn;Ngày kiểm tra\n2.000815;Chứng thực;Hết hiệu lực;N;20/11/2026\n"
    prepared(ended, reader, sessions).apply()
    assert desk.facts("2.000815", NOW) is None
    prepared(FIRST.replace("7.123456", "7.123457"), reader, sessions).apply()
    facts = desk.facts("2.000815", NOW)
    assert facts is not None and facts.fee_vnd == 2500


def test_json_lines_are_read_like_csv_with_their_own_line_numbers(reader: DossierReader) -> None:
    good = '{"Mã thủ tục": "1.001193", "Tên thủ tục": "Đăng ký khai sinh", "Thành phần hồ sơ": ["Tờ khai", "Giấy"]}\n'
    bad = '{"Mã thủ tục": "x", "Tên thủ tục": "Y"}\n'
    importer = ProceduresImporter()
    (record,) = importer.read(good.encode(), reader, NOW, TODAY, "Sở Tư pháp", TODAY)
    assert record.values["documents"] == ["Tờ khai", "Giấy"] and record.source == "Sở Tư pháp"
    with pytest.raises(FileRefused) as refused:
        importer.read((good + bad).encode(), reader, NOW, TODAY, "Sở Tư pháp", TODAY)
    assert str(refused.value.problems[0]).startswith("dòng 2:")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("10 ngày làm việc", (10, "working_days")),
        ("30 ngày", (30, "days")),
        ("8 giờ làm việc", (8, "hours")),
        ("Trong ngày làm việc", (0, "same_day")),
        ("5 ngày hoặc 15 ngày nếu phải xác minh", (None, None)),
    ],
)
def test_terms_are_read_or_kept_as_words(cell: str, expected: tuple[int | None, str | None]) -> None:
    read = catalogue_import.term(cell, None)  # type: ignore[arg-type]
    assert (read["number"], read["unit"]) == expected and read["text"] == cell
