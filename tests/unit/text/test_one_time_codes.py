from __future__ import annotations

import pytest

from onestop.text.one_time_codes import desk_token_in, one_time_code_in


@pytest.mark.parametrize(
    "text",
    [
        "123456",
        "123 456",
        "12 34 56",
        "1 2 3 4 5 6",
        "123.456",
        "123-456",
        "mã là 123456",
        "ma 123456 nha em",
        "mã xác nhận của tôi là 123456 ạ",
        "OTP: 123456",
        "dạ con nhận được tin rồi, mã 123456 nè chú",
        "một hai ba bốn năm sáu",
        "ma la mot hai ba bon nam sau a",
        "trên điện thoại hiện cái mã này 123456",
    ],
)
def test_a_code_is_found_in_any_spelling(text: str) -> None:
    assert one_time_code_in(text) == "123456"


@pytest.mark.parametrize(("text", "digits"), [("12345", "12345"), ("mã 1234567", "1234567")])
def test_a_code_of_a_wrong_length_is_given_as_it_is(text: str, digits: str) -> None:
    assert one_time_code_in(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "0912345678",
        "0912 345 678",
        "H39.16-260715-0003",
        "hồ sơ 123456",
        "mã hồ sơ 260804-0583",
        "thửa 123456 tờ 5",
        "số báo danh 123456",
        "15/7/2026",
        "123456 và 654321",
        "cccd 012345678901",
        "lệ phí 150000 đồng phải không em",
        "tôi muốn hỏi về đất đai ở xã Long Hậu",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert one_time_code_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "LK-ACDE-FGHJ-KMNP",
        "lk acde fghj kmnp",
        "mã quầy LKACDEFGHJKMNP ạ",
        "https://zalo.me/123?lk=LK-ACDE-FGHJ-KMNP",
        "LK–ACDE–FGHJ–KMNP",
    ],
)
def test_a_desk_token_is_found_in_any_spelling(text: str) -> None:
    assert desk_token_in(text) == "LK-ACDE-FGHJ-KMNP"


@pytest.mark.parametrize("text", ["LK-ACDE-FGHJ", "LK-ACDE-FGHJ-KMNO", "lk sdt dum e", "XLK-ACDE-FGHJ-KMNP"])
def test_other_words_are_no_desk_token(text: str) -> None:
    assert desk_token_in(text) is None
