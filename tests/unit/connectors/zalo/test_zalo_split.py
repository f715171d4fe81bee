from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.split import TEXT_LIMIT, clean_text, cut_title, split_text, units

WORD = "chữ "


def filler(length: int) -> str:
    return (WORD * (length // 4 + 1))[:length].rstrip()


def without_blanks(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Xin cha\u0300o", "Xin chào"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00\x07b\u200b\ufeffc\u202ed", "abcd"),
        ("  a \t\n b  \n", "a\n b"),
        ("cặp \ud83d lẻ", "cặp  lẻ"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
    ],
)
def test_text_is_made_storable(raw, clean):
    assert clean_text(raw) == clean


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert unicodedata.is_normalized("NFC", clean_text(text))


def test_an_emoji_counts_as_two():
    assert units("a😀") == 3


def test_a_text_of_exactly_the_limit_is_one_part():
    assert split_text("a" * TEXT_LIMIT) == ["a" * TEXT_LIMIT]
    assert len(split_text("a" * (TEXT_LIMIT + 1))) == 2


@pytest.mark.parametrize("border", ["\n\n", "\n", ". "])
def test_a_part_ends_at_the_best_border_of_its_second_half(border):
    first = filler(1500) + "x"
    text = first + border + filler(1200)
    expected = first + border.strip()
    assert split_text(text)[0] == expected


def test_a_paragraph_is_preferred_to_a_later_sentence():
    text = filler(1200) + "\n\n" + filler(500) + "x. " + filler(1500)
    assert split_text(text)[0] == filler(1200)


def test_an_early_paragraph_does_not_make_a_tiny_part():
    text = "Kính gửi anh/chị\n\n" + filler(3000)
    assert units(split_text(text)[0]) > 1900


@pytest.mark.parametrize(
    "whole",
    [
        "000.00.12.H99-260715-0003",
        "000 00 12 H99-260715-0003",
        "0900 000 001",
        "1 000 000 đồng",
        "30.000 đ",
        "15 ngày",
        "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc.html?ma_thu_tuc=1.001193&x=%20y",
    ],
)
def test_codes_numbers_and_addresses_are_never_divided(whole):
    for before in range(TEXT_LIMIT - len(whole) - 3, TEXT_LIMIT + 3):
        text = f"{filler(before)} {whole} {filler(500)}"
        parts = split_text(text)
        assert sum(whole in part for part in parts) == 1, before


def test_the_number_of_a_list_item_stays_with_its_item():
    items = "\n".join(f"{number}. Giấy tờ thứ {number} cần nộp bản sao" for number in range(1, 100))
    parts = split_text(items)
    assert len(parts) == 2
    assert not parts[0].endswith(".")
    assert parts[1][0].isdigit()


def test_a_sentence_that_ends_in_a_short_word_is_a_border():
    text = filler(1700) + "xin cảm ơn ạ. " + filler(1000)
    assert split_text(text)[0].endswith("ơn ạ.")


def test_a_run_without_blanks_is_cut_between_letters():
    text = "ẫ" * 4500
    assert [len(part) for part in split_text(text)] == [2000, 2000, 500]
    family = "👨\u200d👩\u200d👧"
    parts = split_text(family * 600)
    assert all(units(part) <= TEXT_LIMIT for part in parts)
    assert all(part.startswith("👨") and part.endswith("👧") for part in parts)


PIECES = st.sampled_from(
    ["chữ", "đơn.", "12", "345", "đồng", "😀", "\n", "\n\n", " ", "- ", "H99-260715-0003", "1. ", "x" * 60]
)


@given(st.lists(PIECES, max_size=250).map(" ".join), st.integers(40, 300))
def test_nothing_but_blanks_is_lost_and_no_part_is_too_long(text, limit):
    text = clean_text(text)
    parts = split_text(text, limit)
    assert without_blanks("".join(parts)) == without_blanks(text)
    assert all(0 < units(part) <= limit and part == part.strip() for part in parts)


@given(st.text(max_size=400), st.integers(1, 50))
def test_any_text_is_split_within_any_limit_of_two_or_more(text, limit):
    text = clean_text(text)
    parts = split_text(text, limit + 1)
    assert without_blanks("".join(parts)) == without_blanks(text)
    assert all(units(part) <= limit + 1 for part in parts)


@pytest.mark.parametrize("piece", ["a", " 1", "12 đồng ", "\n", "A1.", "a. "])
def test_a_huge_text_is_split_in_no_time(piece):
    began = time.process_time()
    split_text(clean_text(piece * 100_000))
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Tra cứu hồ sơ", "Tra cứu hồ sơ"),
        ("Cấp lại Giấy chứng nhận quyền sử dụng đất do bị mất", "Cấp lại Giấy chứng nhận quyền sử…"),
        ("  hai\ndòng ", "hai dòng"),
        ("x" * 40, "x" * 34 + "…"),
        ("Đúng ba mươi lăm ký tự ở đây nhé bạn", "Đúng ba mươi lăm ký tự ở đây nhé…"),
    ],
)
def test_a_title_is_cut_on_a_word_border(title, cut):
    assert cut_title(title, 35) == cut
    assert units(cut) <= 35
