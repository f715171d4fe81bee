import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.name_shapes import Words, find_shapes
from nlu.tokenizers.segmentation import segment
from nlu.tokenizers.word_spans import word_spans
from onestop.text import fold


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
    words = ["o", "xa", "long", "hau"]
    assert names.marks(words, words) == [[], ["place:B+"], ["place:I+"], ["place:I+"]]


def test_a_word_with_other_diacritics_is_not_the_listed_one():
    names = Gazetteer({"procedure": ["sổ đỏ"]})
    assert names.ends("procedure", ["so", "do"], ["số", "đó"], 0) == []
    assert names.ends("procedure", ["so", "do"], ["so", "do"], 0) == [2]
    assert names.ends("procedure", ["so", "do"], ["sổ", "do"], 0) == [2]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("nhà tui ở ấp 3 xã Long Hậu nè", ("place", "ấp 3 xã Long Hậu")),
        ("toi o ap 4", ("place", "ap 4")),
        ("kẹt xe ngay ngã tư Cây Dừa hoài", ("place", "ngã tư Cây Dừa")),
        ("số của công an xã Mỹ Lộc", ("agency", "công an xã Mỹ Lộc")),
        ("em muốn cấp lại sổ đỏ bị mất thì sao", ("procedure", "cấp lại sổ đỏ bị mất")),
        ("lam lai can cuoc o dau", ("procedure", "lam lai can cuoc")),
        ("xin khoan địa chất ở đâu", ("procedure", "khoan địa chất")),
    ],
)
def test_names_are_put_together_from_their_parts(text, shape):
    written = text.lower().split()
    words = Words([fold(word) for word in written], written, [word[0].isupper() for word in text.split()])
    name, whole = shape
    found = [s for s in find_shapes(words, Gazetteer.from_files()) if s.name == name]
    assert whole in [" ".join(text.split()[s.start : s.end]) for s in found]


def test_unlisted_names_are_hinted_at_by_pairs_of_words():
    names = Gazetteer({"procedure": ["cấp lại giấy phép xây dựng"]})
    assert "procedure<" in names.hints(["giay", "phep", "lao", "dong"])[1]
