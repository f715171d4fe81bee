import pytest

from onestop.text.candidate_numbers import find_candidate_numbers
from onestop.text.feedback_codes import find_feedback_codes
from onestop.text.numbers import parse_number, spoken_digits
from onestop.text.parcels import find_parcels
from onestop.text.phones import canonical_phone, find_phones
from onestop.text.ratings import find_ratings, rating_of


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("84 912345678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("(0272) 3871201", "+842723871201"),
        ("02723.871.201", "+842723871201"),
        ("01681234567", "+84381234567"),
        ("o912345678", "+84912345678"),
        ("không chín một hai ba bốn năm sáu bảy tám", "+84912345678"),
    ],
)
def test_phones_are_read_in_any_spelling(written, number):
    text = f"số {written} nghe"
    (found,) = find_phones(text)
    assert (found.number, text[found.start : found.end]) == (number, written)
    assert canonical_phone(written) == number


@pytest.mark.parametrize(
    "text", ["079085012345", "079 085 012345", "123456789", "H39.16-260715-0012", "1022", "15/7/2026"]
)
def test_identity_numbers_codes_and_short_numbers_are_no_phones(text):
    assert find_phones(text) == []


def test_a_time_after_a_phone_does_not_hide_it():
    assert [found.number for found in find_phones("gọi 0912345678 12 giờ")] == ["+84912345678"]


@pytest.mark.parametrize(
    ("text", "parcel"),
    [
        ("thửa 12 tờ 5", "12/5"),
        ("thua 12 to 5", "12/5"),
        ("th 123 tbđ 5", "123/5"),
        ("thửa đất số 12, tờ bản đồ số 4", "12/4"),
        ("tờ 5 thửa 12", "12/5"),
    ],
)
def test_plots_are_read_in_either_order(text, parcel):
    (found,) = find_parcels(f"coi {text} giùm")
    assert (found.written, found.parcel) == (text, parcel)


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("5 sao", 5),
        ("bốn điểm", 4),
        ("4/5", 4),
        ("10 điểm", 5),
        ("rất hài lòng", 5),
        ("rat hai long", 5),
        ("hài lòng", 4),
        ("bình thường", 3),
        ("không hài lòng", 2),
        ("quá tệ", 1),
        ("⭐⭐⭐", 3),
        ("9/10", 4),
        ("5 trên 5", 5),
        ("điểm tối đa", 5),
        ("hết sức hài lòng", 5),
        ("thất vọng", 2),
    ],
)
def test_scores_are_read_from_numbers_words_and_stars(text, rating):
    assert [found.rating for found in find_ratings(text)] == [rating]
    assert rating_of(text) == rating


@pytest.mark.parametrize("text", ["do con tui nộp", "on dinh", "hồ sơ"])
def test_words_without_marks_that_mean_other_things_are_no_scores(text):
    assert find_ratings(text) == []


@pytest.mark.parametrize(
    "written", ["PA-260915-0042", "pa 260915 42", "PA.260915.0042", "PA26O915-0042", "pa-26/09/15-42"]
)
def test_feedback_codes_are_repaired(written):
    assert [found.code for found in find_feedback_codes(f"mã {written} sao rồi")] == ["PA-260915-0042"]


def test_a_feedback_code_needs_a_real_date():
    assert find_feedback_codes("PA-261399-0042") == []


@pytest.mark.parametrize("text", ["sbd 49001234", "số báo danh của em là 49001234", "so bao danh: 49001234"])
def test_candidates_numbers_are_found_by_their_name(text):
    assert [found.number for found in find_candidate_numbers(text)] == ["49001234"]


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("mười hai", 12), ("hai mươi lăm", 25), ("ba tram le hai", 302), ("xe", None)]
)
def test_number_words_are_read(text, number):
    assert parse_number(text) == number


def test_digits_said_one_by_one_are_no_number():
    assert parse_number("một hai ba") is None
    assert spoken_digits("một hai ba") == "123"
