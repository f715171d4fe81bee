"""Other offices' matters compete with the procedures, and never win over one that is really meant."""

from pathlib import Path

import numpy as np
import pytest

from onestop.search import NONE, SURE, SearchableProcedure, WrittenQuery, build_index
from onestop.search.elsewhere import JUDGE_FEATURES, ElsewhereJudge, MatterScores, judge_features
from onestop.search.records import MATTERS, read_queries

CATALOGUE = [
    SearchableProcedure("1.001193", "Đăng ký khai sinh", levels=("xã",), curated=True),
    SearchableProcedure("2.000554", "Ghi chú ly hôn ở nước ngoài", aliases=("ghi chú ly hôn",), curated=True),
    SearchableProcedure("1.000894", "Đăng ký kết hôn", levels=("xã",), curated=True),
]
QUERIES = [
    WrittenQuery("vợ em mới sanh em bé", ("1.001193",), "a"),
    WrittenQuery("ly hôn bên Mỹ về ghi sổ", ("2.000554",), "a"),
    WrittenQuery("bản án ly hôn nước ngoài ghi chú ở đâu", ("2.000554",), "a"),
    WrittenQuery("tụi em sắp cưới", ("1.000894",), "a"),
    WrittenQuery("trời nay mưa hông", (), "n"),
    WrittenQuery("nuôi rồng", (), "n"),
    *[
        WrittenQuery(words, (), MATTERS, "divorce")
        for words in ("thủ tục ly hôn", "đơn xin ly hôn", "ly dị chồng", "ly hôn thuận tình", "muốn ly hôn vợ")
    ],
    *[WrittenQuery(words, (), MATTERS, "bank") for words in ("mở tài khoản ngân hàng", "làm thẻ atm", "mất thẻ atm")],
]


@pytest.fixture(scope="module")
def index():
    return build_index(CATALOGUE, QUERIES)


@pytest.mark.parametrize(
    ("query", "matter"), [("thu tuc ly hon", "divorce"), ("cho hỏi thủ tục ly hôn", "divorce"), ("làm thẻ atm", "bank")]
)
def test_a_matter_of_another_office_is_named(index, query, matter):
    result = index.search(query)
    assert result.elsewhere == matter and result.verdict == NONE


@pytest.mark.parametrize("query", ["ghi chú ly hôn", "ghi chu ly hon o nuoc ngoai", "đăng ký khai sinh"])
def test_a_procedure_that_exists_wins(index, query):
    result = index.search(query)
    assert result.verdict == SURE or result.elsewhere is None
    assert result.hits[0].code in ("2.000554", "1.001193")


def test_what_is_nobodys_business_is_no_matter_either(index):
    assert index.search("trời nay mưa hông").elsewhere is None


def test_without_matters_nothing_is_sent_elsewhere():
    index = build_index(CATALOGUE, [query for query in QUERIES if not query.matter])
    assert index.search("thủ tục ly hôn").elsewhere is None


def test_a_matter_in_a_file_of_queries_has_no_procedure(tmp_path: Path):
    file = tmp_path / "none.tsv"
    file.write_text("mở thẻ atm\telsewhere:bank\nnuôi rồng\tnone\n", encoding="utf-8")
    first, second = read_queries(file, "n")
    assert (first.codes, first.matter) == ((), "bank") and (second.codes, second.matter) == ((), "")


def test_the_judge_is_stored_and_read_by_name():
    judge = ElsewhereJudge(np.arange(len(JUDGE_FEATURES), dtype=float), -1.5, 0.9, 0.7, 0.5)
    read = ElsewhereJudge.from_json(judge.as_json())
    assert read.as_json() == judge.as_json()


def test_a_near_neighbour_outweighs_a_little_probability():
    scores = MatterScores(("a", "b"), np.array([0.3, 0.2]), np.array([0.1, 0.9]), 0.5, 0.2)
    assert scores.ids[scores.best()] == "b"
    described = dict.fromkeys(("foreign", "cosine", "explained", "named_whole", "log_length"), 0.0)
    features = dict(zip(JUDGE_FEATURES, judge_features(scores, 0.0, described), strict=True))
    assert features["neighbour"] == pytest.approx(0.9) and features["lead"] == pytest.approx(0.7)
