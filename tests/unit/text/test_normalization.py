import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.text import normalize
from onestop.text.input_slips import decode_telex, decode_vni


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("hoà thuỷ đựơc", "hòa thủy được"),
        ("dduowcj hoof sow tooi", "được hồ sơ tôi"),
        ("ho62 so7 toi6", "hồ sơ tôi"),
        ("giúppp em vs ạ", "giúp em với ạ"),
        ("hs tui dc ko z", "hồ sơ tui được không vậy"),
        ("cho xin dc tthcc", "cho xin địa chỉ trung tâm hành chính công"),
        ("bn tiền", "bao nhiêu tiền"),
        ("t7 có làm ko", "thứ bảy có làm không"),
        ("khoong bieets", "không biết"),
    ],
)
def test_spelling_is_brought_to_one_spelling(written, normal):
    assert normalize(written).text == normal


@pytest.mark.parametrize(
    "text", ["toi muon lam giay khai sinh", "zalo ok test", "thửa 12 tờ 5", "h39.16-260715-0012", "50k"]
)
def test_right_spelling_codes_and_foreign_words_are_left_alone(text):
    assert normalize(text).text == text


def test_emoji_become_blanks():
    assert normalize("xong chưa 😭").text.strip() == "xong chưa"


def test_each_normal_character_leads_back_to_what_was_written():
    original = unicodedata.normalize("NFD", "hs của tôi")
    normal = normalize(original)
    start = normal.text.index("hồ sơ")
    begin, end = normal.original_span(start, start + len("hồ sơ"))
    assert original[begin:end] == "hs"


@given(st.text(max_size=60))
def test_any_text_is_normalised_with_a_span_for_each_character(text):
    normal = normalize(text)
    assert len(normal.text) == len(normal.spans)
    assert all(0 <= start <= end <= len(text) for start, end in normal.spans)


@pytest.mark.parametrize(("keys", "word"), [("nguowif", "người"), ("ddaats", "đất"), ("thur", "thủ"), ("tujc", "tục")])
def test_telex_keys_are_read(keys, word):
    assert decode_telex(keys) == word


@pytest.mark.parametrize("word", ["hoa", "test", "visa", "bus", "web", "nguoi"])
def test_words_that_need_no_telex_stay_unread(word):
    assert decode_telex(word) is None


def test_a_lone_tone_digit_is_no_vni_slip():
    assert decode_vni("to5") is None
    assert decode_vni("to5", is_tone_enough=True) == "tọ"
