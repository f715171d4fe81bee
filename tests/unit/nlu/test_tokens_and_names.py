import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.extractors.gazetteer import Gazetteer
from nlu.tokenizers.segmentation import segment
from nlu.tokenizers.word_spans import word_spans


@pytest.mark.parametrize(
    "whole",
    ["H39.16-260715-0012", "h39 16 260711 0008", "0912 345 678", "15/7/2026", "8h30", "PA-260915-0042", "1.001193"],
)
def test_codes_phones_dates_and_times_stay_whole(whole):
    text = f"nộp {whole} nghe"
    assert whole in [text[start:end] for start, end in word_spans(text)]


@given(st.text(max_size=80))
def test_words_stand_in_order_without_overlap_and_cover_all_letters(text):
    spans = word_spans(text)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(i in covered for i, character in enumerate(text) if character.isalnum())


def test_segmentation_lies_over_syllables_without_moving_them():
    assert segment("thủ tục đăng ký khai sinh")[:2] == ["thủ_tục", "thủ_tục"]
    text = "hs H39.16-260715-0012 tới đâu rồi"
    assert len(segment(text)) == len(word_spans(text))


def test_the_longest_listed_name_is_marked():
    names = Gazetteer({"place": ["Long Hậu", "xã Long Hậu"]})
    assert names.marks(["o", "xa", "long", "hau"]) == [[], ["place:B+"], ["place:I+"], ["place:I+"]]


def test_unlisted_names_are_hinted_at_by_pairs_of_words():
    names = Gazetteer({"procedure": ["cấp lại giấy phép xây dựng"]})
    assert "procedure<" in names.hints(["giay", "phep", "lao", "dong"])[1]
