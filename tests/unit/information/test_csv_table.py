"""Reading files: encodings, separators, headers, and what is said of wrong lines."""

from __future__ import annotations

import pytest

from onestop.information import columns
from onestop.information.columns import Column
from onestop.information.csv_table import read_table, template

COLUMNS = (
    Column("name", "Tên đường", columns.text, True),
    Column("price", "Giá (đồng/m²)", columns.whole_number, True),
    Column("day", "Áp dụng từ", columns.day),
)
HEADER = "Tên đường,Giá (đồng/m²),Áp dụng từ\n"


def read(text: str, encoding: str = "utf-8"):
    return read_table(text.encode(encoding), COLUMNS, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_file_of_a_spreadsheet_is_read(encoding: str, separator: str) -> None:
    table = read((HEADER + "Nguyễn Huệ,12.500.000,01/01/2026\n").replace(",", separator), encoding)
    assert not table.problems
    assert table.rows[0].values == {"name": "Nguyễn Huệ", "price": 12_500_000, "day": "2026-01-01"}


def test_order_case_and_marks_of_the_header_do_not_matter() -> None:
    table = read("ap dung tu;GIA (DONG/M²);tên đường\n;5000;Lê Lợi\n")
    assert table.rows[0].values == {"price": 5000, "name": "Lê Lợi"}


def test_a_file_in_another_encoding_is_refused_with_the_way_out() -> None:
    table = read(HEADER + "Nguyễn Huệ,1,\n", "utf-16")
    assert not table.rows and "UTF-8" in str(table.problems[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "trống"),
        (HEADER, "chưa có dòng dữ liệu"),
        ("Tên đường\nLê Lợi\n", "thiếu cột “Giá (đồng/m²)”"),
        ("Tên đường,Giá (đồng/m²),Họ tên\nLê Lợi,1,An\n", "không có cột “Họ tên”"),
        ("Tên đường,Giá (đồng/m²),Tên đường\nLê Lợi,1,An\n", "có hai lần"),
    ],
)
def test_a_file_whose_columns_are_wrong_is_refused_as_a_whole(text: str, said: str) -> None:
    table = read(text)
    assert not table.rows and said in str(table.problems[0])


def test_every_bad_line_is_told_by_its_number_in_the_file() -> None:
    table = read(HEADER + "Lê Lợi,5000,\n\n,6000,\nHùng Vương,rẻ,31/02/2026\nLý, Thường Kiệt,1,\n")
    assert [str(problem) for problem in table.problems] == [
        "dòng 4: thiếu “Tên đường”",
        "dòng 5: cột “Giá (đồng/m²)”: “rẻ” không phải là số nguyên; ghi dạng 12.000.000 hoặc 12000000",
        "dòng 5: cột “Áp dụng từ”: “31/02/2026” không phải là ngày; ghi dạng 20/11/2026",
        "dòng 6: cột “Giá (đồng/m²)”: “Thường Kiệt” không phải là số nguyên; ghi dạng 12.000.000 hoặc 12000000",
        "dòng 6: cột “Áp dụng từ”: “1” không phải là ngày; ghi dạng 20/11/2026",
    ]


def test_more_cells_than_columns_say_that_quotes_are_missing() -> None:
    assert "ngoặc kép" in str(read(HEADER + "Lý, Thường, Kiệt,1,\n").problems[0])


def test_a_cell_of_several_lines_does_not_shift_the_numbers() -> None:
    table = read(HEADER + '"Lê\nLợi",5000,\nHùng Vương,rẻ,\n')
    assert table.problems[0].line == 4


def test_the_template_is_read_again() -> None:
    table = read(template(COLUMNS) + "Lê Lợi,1,\n")
    assert not table.problems
