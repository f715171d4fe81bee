import pytest

from nlu.examples import EntitySpan, Example
from nlu.extractors.exact_entities import FoundEntity
from nlu.extractors.gazetteer import Gazetteer
from nlu.scoring import Scores, confusion_list
from nlu.understanding import Understanding, Understood
from onestop.cli.check_data import annotation_slips, contradictions, merged_yaml, near_duplicates, thin_intents, unique
from onestop.cli.evaluate import main, unknown_names
from onestop.cli.evaluation_page import page_of


def _scores() -> Scores:
    scores = Scores()
    place = Example("ở Long Hậu", "ask_address", (EntitySpan(2, 10, "place"),))
    scores.add(place, Understood((("ask_address", 0.9),), (FoundEntity(2, 10, "place", "Long Hậu"),)), 1.0)
    scores.add(
        Example("mưa không", "out_of_scope"), Understood((("ask_address", 0.6),), (FoundEntity(0, 3, "date", ""),)), 3.0
    )
    return scores


def test_accuracy_spans_and_scope_are_counted():
    scores = _scores()
    assert scores.accuracy == 0.5
    assert round(scores.span_f1, 3) == 0.667
    assert (scores.out_of_scope, scores.refused) == ([0, 1], [0, 1])
    assert confusion_list(scores) == [("out_of_scope", "ask_address", ["mưa không"])]


def test_merging_two_writers_adds_them_up():
    total = _scores()
    total.merge(_scores())
    assert (total.messages, total.right, len(total.milliseconds)) == (4, 2, 4)


def test_the_page_names_the_confused_messages_and_loads_nothing():
    page = page_of({"x": {"clean": _scores()}})
    assert "mưa không" in page
    assert "http" not in page


def test_contradictions_near_duplicates_and_thin_intents_are_listed():
    examples = [Example("Nộp ở đâu?", "ask_where_to_submit"), Example("nop o dau", "ask_address")]
    assert [finding.kind for finding in contradictions(examples)] == ["contradicting intents"]
    twins = [Example("cho em hỏi phí", "ask_fee"), Example("cho em hoi phi!", "ask_fee")]
    assert len(list(near_duplicates(twins))) == 1
    assert {finding.kind for finding in thin_intents(twins)} == {"thin intent", "one writer"}


def test_bad_borders_unknown_entities_and_unmarked_codes_are_slips():
    examples = [
        Example("ở Long Hậu ", "x", (EntitySpan(1, 10, "place"),)),
        Example("ở đó", "x", (EntitySpan(0, 4, "spot"),)),
        Example("hs H39.16-260715-0012", "lookup_dossier"),
    ]
    assert {finding.kind for finding in annotation_slips(examples)} == {
        "span's border",
        "unknown entity",
        "exact reader differs",
    }


def test_merging_drops_repeats_and_keeps_writers():
    examples = unique([Example("phí sao", "ask_fee", (), "a"), Example("Phí  sao", "ask_fee", (), "b")])
    text = merged_yaml(examples)
    assert text.count("- phí sao") == 1
    assert "origin: a" in text


def test_values_are_compared_where_the_span_is_right_and_a_value_is_given():
    scores = Scores()
    message = Example("thứ hai gọi 0912345678", "link_phone", (EntitySpan(12, 22, "phone_number", "+84912345678"),))
    right = FoundEntity(12, 22, "phone_number", "+84912345678")
    scores.add(message, Understood((("link_phone", 0.9),), (right, FoundEntity(0, 7, "date", "2026-07-20"))), 1.0)
    scores.add(message, Understood((("link_phone", 0.9),), (FoundEntity(12, 22, "phone_number", "0912"),)), 1.0)
    scores.add(message, Understood((("link_phone", 0.9),), ()), 1.0)
    assert scores.values == [1, 2]


def test_names_that_the_model_does_not_know_are_counted(tiny_understanding):
    examples = [Example("bay đi Huế", "flight", (EntitySpan(7, 10, "city"),)), Example("phí sao", "ask_fee")]
    assert unknown_names(tiny_understanding, examples) == {
        "unknown_intents": {"flight": 1},
        "unknown_entities": {"city": 1},
    }


def test_a_file_without_messages_and_a_missing_one_end_with_a_sentence(tmp_path, capsys):
    assert main(["--data", str(tmp_path / "none.jsonl")]) == 1
    said = capsys.readouterr().err
    assert "none.jsonl" in said or "no model" in said
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def tiny_understanding() -> Understanding:
    fees = [Example(f"lệ phí {word} bao nhiêu", "ask_fee") for word in ("khai sinh", "tách thửa", "kết hôn")]
    places = [Example(f"nộp {word} ở đâu", "ask_where_to_submit") for word in ("khai sinh", "tách thửa", "kết hôn")]
    return Understanding.train([*fees, *places], gazetteer=Gazetteer({}))
