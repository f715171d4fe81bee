import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.text import fold, has_diacritics, nfc


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đăng ký KHAI SINH", "dang ky khai sinh"),
        ("Cần Giuộc", "can giuoc"),
        ("ưỡng ợ ặ ĩ", "uong o a i"),
        ("😀 1/2", "😀 1/2"),
    ],
)
def test_folding_drops_marks_and_case_and_nothing_else(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folding_keeps_every_offset_of_the_composed_text(text):
    assert len(fold(text)) == len(nfc(text))


def test_decomposed_text_folds_like_composed_text():
    assert fold(unicodedata.normalize("NFD", "hồ sơ của tôi")) == "ho so cua toi"


@pytest.mark.parametrize(("text", "has"), [("đất", True), ("dat", False), ("DAT", False), ("é", True)])
def test_marks_are_noticed(text, has):
    assert has_diacritics(text) is has
