"""Names of roads and stops as people type them."""

from __future__ import annotations

import pytest

from onestop.information.matching import key_of, names_in

ROADS = {
    key_of(name)
    for name in ("Nguyễn Huệ", "Nguyễn Thị Bảy", "Trương Định", "Quốc lộ 1", "ĐT 826", "3 tháng 2", "Lê Lợi")
}


@pytest.mark.parametrize(
    ("text", "road"),
    [
        ("giá đất đường Nguyễn Huệ", "nguyen hue"),
        ("gia dat nguyen hue bao nhieu", "nguyen hue"),
        ("giá đất đường nguyễn huê", "nguyen hue"),
        ("gia dat duong nguyen hie", "nguyen hue"),
        ("duong truong dinhj", "truong dinh"),
        ("đất mặt tiền QL1A", "ql 1"),
        ("quốc lộ 1 khúc Bến Lức", "ql 1"),
        ("tinh lo 826", "dt 826"),
        ("đường tỉnh 826 đoạn qua chợ", "dt 826"),
        ("đường 3 tháng 2", "3 thang 2"),
        ("đường Nguyễn Thị Bảy phường Tân An", "nguyen thi bay"),
    ],
)
def test_a_road_is_found_however_it_is_typed(text: str, road: str) -> None:
    assert names_in(text, ROADS) == [road]


@pytest.mark.parametrize("text", ["bảng giá đất", "giá đất ở Bến Lức", "đường tỉnh 827", "QL 62", "đường Hoàng Sa"])
def test_what_is_not_in_the_table_is_not_guessed(text: str) -> None:
    assert names_in(text, ROADS) == []


def test_the_longer_of_two_names_counts() -> None:
    assert names_in("duong le loi moi", {"le loi", "le loi moi"}) == ["le loi moi"]


def test_a_misspelt_name_counts_only_where_it_may() -> None:
    assert names_in("nguyen hie", ROADS, is_exact=True) == []


@pytest.mark.parametrize("words", ["giá đất đường Nguyễn Hữu Thọ ở Bến Lức", "chó cắn giờ sao"])
def test_beginning_of_another_name_is_not_taken_for_a_misspelt_one(words: str) -> None:
    assert names_in(words, ["nguyen hue", "can giuoc"]) == []


def test_a_short_word_may_be_misspelt_before_a_commune() -> None:
    assert names_in("giá đất đường nguyen hie bến lức", ["nguyen hue"], followers={"ben luc"}) == ["nguyen hue"]
    assert names_in("giá đất đường nguyen huu tho", ["nguyen hue"], followers={"ben luc"}) == []
