from __future__ import annotations

import pytest

from onestop.text.notice_codes import notice_code, notice_codes_in, with_code, without_code


def test_a_code_is_bound_to_its_notice_and_its_addressee() -> None:
    code = notice_code("c1", "event:1:c1")
    assert code == notice_code("c1", "event:1:c1")
    assert code not in (notice_code("c2", "event:1:c1"), notice_code("c1", "event:2:c1"))


def test_every_code_is_known_when_it_stands_alone() -> None:
    for number in range(300):
        code = notice_code("c1", f"event:{number}")
        assert notice_codes_in(code) == [code]


@pytest.mark.parametrize("text", ["Mã tin: K7F3Q9", "ma tin k7f3q9", "mã tin là K7F3Q9 có đúng không", "K7F3Q9"])
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert notice_codes_in(text) == ["K7F3Q9"]


@pytest.mark.parametrize("text", ["H39.16-260805-0102", "PA-260915-0042", "mã tra cứu ABCD", "8h30", "0912345678"])
def test_other_codes_and_numbers_are_none(text: str) -> None:
    assert notice_codes_in(text) == []


def test_a_notice_without_its_code_is_what_it_was() -> None:
    assert without_code(with_code("Dạ, hồ sơ có kết quả.", "K7F3Q9")) == "Dạ, hồ sơ có kết quả."
