"""Cells of imported files."""

from __future__ import annotations

import pytest

from onestop.information import columns
from onestop.information.columns import CellError

NO_AREAS = None  # none of these readers looks a commune up


@pytest.mark.parametrize("cell", ["20/11/2026", "20-11-2026", "20.11.2026", "2026-11-20", " 20/11/2026 "])
def test_a_day_is_read_in_the_usual_spellings(cell: str) -> None:
    assert columns.day(cell, NO_AREAS) == "2026-11-20"


@pytest.mark.parametrize("cell", ["31/02/2026", "11/2026", "mai", "2026/11/20", "20/13/2026"])
def test_a_day_that_is_none_is_refused_with_an_example(cell: str) -> None:
    with pytest.raises(CellError, match="20/11/2026"):
        columns.day(cell, NO_AREAS)


@pytest.mark.parametrize(
    "cell", ["25/11/2026 08:00", "08:00 25/11/2026", "2026-11-25T08:00", "2026-11-25 08:00:00", "8h ngày 25/11/2026"]
)
def test_a_moment_is_read_in_local_time(cell: str) -> None:
    assert columns.moment(cell, NO_AREAS) == "2026-11-25T08:00:00+07:00"


@pytest.mark.parametrize("cell", ["25/11/2026", "08:00", "25/11/2026 25:00", "25/11/2026 08:61"])
def test_a_moment_needs_day_and_time(cell: str) -> None:
    with pytest.raises(CellError):
        columns.moment(cell, NO_AREAS)


@pytest.mark.parametrize("cell", ["12.500.000", "12500000", "12,500,000", "12.500.000 đồng/m²", "12.500.000 đ"])
def test_thousands_may_be_grouped_by_dots(cell: str) -> None:
    assert columns.whole_number(cell, NO_AREAS) == 12_500_000


@pytest.mark.parametrize("cell", ["12,5", "12.5", "-3", "nhiều", "1.2345"])
def test_a_fraction_is_no_whole_number(cell: str) -> None:
    with pytest.raises(CellError):
        columns.whole_number(cell, NO_AREAS)


@pytest.mark.parametrize(("cell", "value"), [("8,25", 8.25), ("8.25", 8.25), ("10", 10.0), ("0", 0.0)])
def test_a_score_has_a_comma_or_a_point(cell: str, value: float) -> None:
    assert columns.decimal_between(0, 10)(cell, NO_AREAS) == value


@pytest.mark.parametrize("cell", ["10,5", "-1", "chín", "nan"])
def test_a_score_above_ten_is_refused(cell: str) -> None:
    with pytest.raises(CellError, match="từ 0 đến 10"):
        columns.decimal_between(0, 10)(cell, NO_AREAS)


def test_zeros_in_front_of_a_candidates_number_are_kept() -> None:
    assert columns.digits_of(4, 10)("01 000.123", NO_AREAS) == "01000123"


@pytest.mark.parametrize("cell", ["ODT", "odt", "Đất ở tại đô thị", "dat o tai do thi"])
def test_a_choice_is_given_by_code_or_name(cell: str) -> None:
    assert columns.choice({"ODT": "đất ở tại đô thị", "CLN": "đất trồng cây"})(cell, NO_AREAS) == "ODT"


def test_a_wrong_choice_names_the_right_ones() -> None:
    with pytest.raises(CellError, match="Khẩn, Thường"):
        columns.choice({"a": "Khẩn", "b": "Thường"})("gấp", NO_AREAS)


@pytest.mark.parametrize(
    ("cell", "digits"), [("0272 387 0000", "02723870000"), ("+84 912 345 678", "0912345678"), ("112", "112")]
)
def test_a_phone_number_is_kept_as_digits(cell: str, digits: str) -> None:
    assert columns.phone(cell, NO_AREAS) == digits
