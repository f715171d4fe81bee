"""Searching a small catalogue."""

import pytest

from onestop.search import NONE, SURE, LearntModel, SearchableProcedure, WrittenQuery, build_index

CATALOGUE = [
    SearchableProcedure("1.001193", "Đăng ký khai sinh", "Thủ tục đăng ký khai sinh", levels=("xã",), curated=True),
    SearchableProcedure("1.000656", "Đăng ký khai tử", "Thủ tục đăng ký khai tử", levels=("xã",), curated=True),
    SearchableProcedure("1.000894", "Đăng ký kết hôn", "Thủ tục đăng ký kết hôn", levels=("xã",), curated=True),
    SearchableProcedure("1.014064", "Cấp lại thẻ căn cước", "Cấp lại thẻ căn cước (cấp xã)", levels=("xã",)),
    SearchableProcedure("1.014065", "Cấp lại thẻ căn cước", "Cấp lại thẻ căn cước (cấp tỉnh)", levels=("tỉnh",)),
]
QUERIES = [
    WrittenQuery("vợ em mới sanh em bé", ("1.001193",), "a"),
    WrittenQuery("bé nhà em mới chào đời", ("1.001193",), "a"),
    WrittenQuery("ngoại mới mất hồi khuya", ("1.000656",), "a"),
    WrittenQuery("ông nội qua đời ở nhà", ("1.000656",), "a"),
    WrittenQuery("tụi em sắp cưới", ("1.000894",), "a"),
]


@pytest.fixture(scope="module")
def index():
    return build_index(CATALOGUE, QUERIES)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Thủ tục đăng ký khai sinh", "1.001193"),
        ("dang ky khai tu", "1.000656"),
        ("dawng kys keets hoon", "1.000894"),
        ("cho em hỏi cap lai the can cuocc o dau vay ad", "1.014064"),
        ("vo tui moi sanh", "1.001193"),
        ("bà ngoại qua đời rồi", "1.000656"),
    ],
)
def test_words_lead_to_the_procedure(index, query, code):
    assert index.search(query).hits[0].code == code


def test_code_in_a_message_is_the_answer(index):
    result = index.search("cho hỏi thủ tục 1.000894 là gì")
    assert (result.verdict, result.hits[0].code, len(result.hits)) == (SURE, "1.000894", 1)


def test_unknown_code_is_no_answer_by_itself(index):
    assert index.search("1.999999").verdict == NONE


def test_equal_titles_are_one_hit_and_the_others_are_named_behind_it(index):
    hits = index.search("cấp lại thẻ căn cước").hits
    assert hits[0].also == ("1.014065",)
    assert "1.014065" not in [hit.code for hit in hits]


def test_a_double_asked_for_by_its_code_is_the_one_shown(index):
    assert index.search("1.014065").hits[0].code == "1.014065"


@pytest.mark.parametrize("query", ["", "   ", "???", "🙂", "zzzz qqqq"])
def test_nothing_said_finds_nothing(index, query):
    assert index.search(query).verdict == NONE


def test_no_more_hits_than_asked_for(index):
    assert len(index.search("đăng ký", limit=2).hits) == 2


def test_hits_come_best_first_with_probabilities(index):
    chances = [hit.probability for hit in index.search("đăng ký khai sinh").hits]
    assert chances == sorted(chances, reverse=True)
    assert 0.0 <= sum(chances) <= 1.0


def test_model_answers_the_same_after_it_was_stored(index, tmp_path):
    index.learnt.save(tmp_path / "model.npz")
    reloaded = build_index(CATALOGUE, learnt=LearntModel.load(tmp_path / "model.npz"))
    for query in ("vo tui moi sanh", "đăng ký khai tử"):
        assert reloaded.search(query) == index.search(query)


def test_what_was_learnt_of_a_vanished_procedure_is_ignored(index):
    smaller = build_index(CATALOGUE[1:], learnt=index.learnt)
    assert "1.001193" not in [hit.code for hit in smaller.search("vợ em mới sanh em bé").hits]


def test_catalogue_nobody_wrote_queries_for_is_searched_by_names():
    index = build_index([SearchableProcedure("1.2", "Cấp giấy phép nuôi cá"), CATALOGUE[3]])
    assert index.learnt is None
    assert index.search("cap giay phep nuoi ca").hits[0].code == "1.2"
