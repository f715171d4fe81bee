import numpy as np
import pytest

from nlu.classifiers import intent_training
from nlu.classifiers.clauses import split_clauses
from nlu.classifiers.feature_table import FeatureTable
from nlu.classifiers.intent_features import feature_counts, mask_entities
from nlu.classifiers.intent_training import Reader, fit_oos_shift, read_all
from nlu.classifiers.linear_model import LinearIntentModel, Vectorizer, fit_temperature, softmax
from nlu.classifiers.second_request import ClauseIntent, find_requests, with_first
from nlu.concepts import ConceptLexicon
from nlu.examples import EntitySpan, Example
from nlu.spelling import SpellingModel
from onestop.text import fold

LEXICON = ConceptLexicon.from_file()


def test_different_words_for_one_thing_are_one_concept():
    assert LEXICON.read(["ton", "nhieu", "tien"]) == LEXICON.read(["het", "bao", "nhieu"]) == ["_price_"]


def test_entities_are_masked_in_place():
    assert (
        mask_entities("làm khai sinh mai", [EntitySpan(4, 13, "procedure"), EntitySpan(14, 17, "date")])
        == "làm  _procedure_   _date_ "
    )


def test_folded_text_has_the_same_folded_features():
    text = "Làm giấy khai sinh hết bao nhiêu tiền"
    assert feature_counts(text, [], LEXICON)["folded"] == feature_counts(fold(text), [], LEXICON)["folded"]


@pytest.fixture(scope="module")
def model():
    texts = ["lệ phí bao nhiêu", "tốn nhiêu tiền", "phí sao em", "nộp ở đâu", "đem lên chỗ nào", "nộp đâu vậy"]
    labels = ["ask_fee"] * 3 + ["ask_where_to_submit"] * 3
    return LinearIntentModel.train([feature_counts(text, [], LEXICON) for text in texts], labels, rarest=1)


def test_intents_are_told_apart_with_and_without_marks(model):
    for text in ("hết bao nhiêu tiền vậy", "het bao nhieu tien vay"):
        chances = model.probabilities(model.decision(feature_counts(text, [], LEXICON)))
        assert model.labels[int(chances.argmax())] == "ask_fee"
        assert chances.sum() == pytest.approx(1, abs=1e-5)


def test_a_stored_model_answers_as_before(model, tmp_path):
    model.save(tmp_path)
    loaded = LinearIntentModel.load(tmp_path)
    counts = feature_counts("phí nhiêu", [], LEXICON)
    assert loaded.labels == model.labels
    assert np.allclose(loaded.decision(counts), model.decision(counts), atol=1e-2)


def test_a_message_of_unknown_words_still_gets_a_ranking(model):
    assert model.decision(feature_counts("", [], LEXICON)).shape == (2,)


def test_temperature_makes_a_half_right_model_half_sure():
    decisions = np.array([[5.0, 0.0]] * 10)
    truth = np.array([0, 1] * 5)
    temperature = fit_temperature(decisions, truth)
    assert softmax(decisions * temperature)[0, 0] < 0.7


def test_out_of_scope_is_raised_only_as_far_as_few_are_refused():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(1000, 3))
    values[:, 0] += 2
    shift = fit_oos_shift(values, np.zeros(1000, dtype=int), oos=2, most_refused=0.05)
    shifted = values.copy()
    shifted[:, 2] += shift
    assert (shifted.argmax(axis=1) == 2).mean() <= 0.05


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("khai sinh cần gì, với lại nộp ở đâu", ["khai sinh cần gì,", "với lại nộp ở đâu"]),
        ("lệ phí bao nhiêu? mấy ngày có", ["lệ phí bao nhiêu?", "mấy ngày có"]),
        ("phí 50,000 đồng hả", ["phí 50,000 đồng hả"]),
        ("dạ, cho em hỏi phí", ["dạ, cho em hỏi phí"]),
        ("điểm thi của con bao giờ có", ["điểm thi của con bao giờ có"]),
        ("khi nào xong thì báo tôi", ["khi nào xong thì báo tôi"]),
        ("nộp ở đâu còn lệ phí bao nhiêu", ["nộp ở đâu", "còn lệ phí bao nhiêu"]),
    ],
)
def test_messages_split_where_another_matter_begins(text, clauses):
    assert [text[start:end] for start, end in split_clauses(text)] == clauses


def _clause(start: int, text: str, intent: str, confidence: float) -> ClauseIntent:
    return ClauseIntent.read(text, start, ((intent, confidence),))


FEE = _clause(0, "phí nhiêu", "ask_fee", 0.9)


def test_a_second_request_is_found_behind_the_first():
    requests = find_requests("ask_fee", [FEE, _clause(10, "ở đâu vậy", "ask_address", 0.9)])
    assert requests is not None
    assert (requests.first, requests.second.intent, requests.second.start) == ("ask_fee", "ask_address", 10)


def test_a_request_that_is_tied_on_comes_second_whatever_the_message_resembles_most():
    requests = find_requests("ask_address", [FEE, _clause(10, "với lại ở đâu vậy", "ask_address", 0.9)])
    assert requests is not None and (requests.first, requests.second.intent) == ("ask_fee", "ask_address")
    assert with_first((("ask_address", 0.6), ("x", 0.2), ("ask_fee", 0.1)), "ask_fee") == (
        ("ask_fee", 0.6),
        ("x", 0.2),
        ("ask_address", 0.1),
    )


@pytest.mark.parametrize(
    ("intent", "clauses"),
    [
        ("ask_fee", [FEE, _clause(10, "cảm ơn", "thank", 0.99)]),
        ("ask_fee", [FEE, _clause(10, "ở đâu vậy", "ask_address", 0.4)]),
        ("ask_fee", [FEE, _clause(10, "phí sao", "ask_fee", 0.9)]),
        ("greet", [_clause(0, "chào em", "greet", 0.9), _clause(10, "ở đâu vậy", "ask_address", 0.9)]),
        ("ask_fee", [_clause(0, "tôi ở xa", "ask_address", 0.94), _clause(10, "phí nhiêu", "ask_fee", 0.9)]),
        ("ask_fee", [_clause(0, "muốn cất nhà", "search_procedure", 0.99), _clause(10, "phí nhiêu", "ask_fee", 0.9)]),
    ],
)
def test_thanks_guesses_repeats_and_stories_are_no_second_request(intent, clauses):
    assert find_requests(intent, clauses) is None


def test_two_processes_read_messages_and_copies_as_one_does(monkeypatch):
    texts = ["lệ phí bao nhiêu", "tốn nhiêu tiền", "phí sao em", "nộp ở đâu", "đem lên chỗ nào", "nộp đâu vậy"]
    examples = [Example(text, "ask_fee" if i < 3 else "ask_where_to_submit") for i, text in enumerate(texts)]
    reader = Reader(LEXICON, SpellingModel.train(texts))
    alone, labels = read_all(reader, examples, ("folded", "typos"))
    monkeypatch.setattr(intent_training, "_FEWEST_FOR_PROCESSES", 0)
    table, same_labels = read_all(reader, examples, ("folded", "typos"))
    assert same_labels == labels
    assert labels[:6] == [example.intent for example in examples]
    assert [sorted(row) for row in _rows(table)] == [sorted(row) for row in _rows(alone)]


def _rows(table: FeatureTable) -> list[list[tuple[str, int]]]:
    entries = [(table.names[column], int(count)) for column, count in zip(table.columns, table.counts, strict=True)]
    return [entries[start:end] for start, end in zip(table.starts, table.starts[1:], strict=False)]


def test_a_feature_of_few_messages_is_not_learnt():
    counts = [feature_counts(text, [], LEXICON) for text in ("phí sao", "phí nhiêu")]
    vectorizer, matrix = Vectorizer.fit(FeatureTable.of(counts), rarest=2)
    assert "folded\x1fphi" in vectorizer.index
    assert "folded\x1fsao" not in vectorizer.index
    assert matrix.shape == (2, len(vectorizer.index))
    columns, values = vectorizer.row(counts[0])
    first = vectorizer.scaled(matrix)[0]
    assert dict(zip(columns, values, strict=True)) == pytest.approx(
        dict(zip(first.indices, first.data, strict=True)), abs=1e-6
    )


def test_the_messages_own_intent_comes_first_unless_it_is_tied_on_to_an_earlier_question():
    fee = _clause(0, "phí bao nhiêu,", "ask_fee", 0.97)
    apart = find_requests("ask_where_to_submit", [fee, _clause(15, "nộp ở đâu", "ask_where_to_submit", 0.99)])
    tied = find_requests("ask_where_to_submit", [fee, _clause(15, "với lại nộp ở đâu", "ask_where_to_submit", 0.99)])
    assert apart is not None and apart.first == "ask_where_to_submit"
    assert tied is not None and (tied.first, tied.second.intent) == ("ask_fee", "ask_where_to_submit")
