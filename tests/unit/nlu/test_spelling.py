import pytest

from nlu.examples import EntitySpan
from nlu.spelling import SpellingModel, edit_odds

TEXTS = [
    "hồ sơ của tôi tới đâu rồi", "ho so cua toi toi dau roi", "làm giấy khai sinh cho con",
    "lam giay khai sinh cho con", "tôi muốn góp ý", "bị cúp điện nửa đêm", "nộp ở đâu", "nop o dau",
    "lệ phí bao nhiêu", "le phi bao nhieu", "không phải cái đó",
] * 5  # fmt: skip


@pytest.fixture(scope="module")
def spelling() -> SpellingModel:
    return SpellingModel.train(TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nửa đmê bị cúp", "nửa đêm bị cúp"),
        ("lam giya khai snih cho con", "lam giay khai sinh cho con"),
        ("hồ sươ của tôi", "hồ sơ của tôi"),
        ("lệ pphí bao nhieeu", "lệ phí bao nhieeu"),
        ("lephibaonhieu", "le phi bao nhieu"),
        ("khoogn phải", "không phải"),
        ("gópý: chậm quá", "góp ý: chậm quá"),
    ],
)
def test_a_word_nobody_writes_becomes_the_one_that_was_meant(spelling, typed, meant):
    assert spelling.correct(typed).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "hồ sơ của tôi",
        "H39.16-260715-0012",
        "sđt 0912345678",
        "giayto@gmail.com",
        "www.giayyto.vn",
        "gặp anh Thuận",  # could be right, and no neighbour speaks for another word
        "",
        "🙂",
    ],
)
def test_codes_addresses_and_what_could_be_right_stay_as_written(spelling, text):
    assert spelling.correct(text).text == text


def test_entities_move_along_and_back(spelling):
    text = "lam giya khaisinh cho con"
    corrected = spelling.correct(text)
    start, end = corrected.corrected_span(4, 17)
    assert corrected.text[start:end] == "giay khai sinh"
    assert corrected.original_span(start, end) == (4, 17)
    assert spelling.correct_spans(text, [EntitySpan(4, 17, "procedure")])[1] == [EntitySpan(4, 18, "procedure")]


def test_one_slip_is_told_from_two():
    assert edit_odds("giya", "giay") == 0
    assert edit_odds("giiay", "giay") == 0
    assert edit_odds("fiay", "giay") < 0
    assert edit_odds("gyia", "giay") is None


def test_a_stored_model_corrects_as_before(spelling, tmp_path):
    spelling.save(tmp_path)
    assert SpellingModel.load(tmp_path).correct("lam giya").text == "lam giay"
