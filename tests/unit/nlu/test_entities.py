from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.examples import EntitySpan, Example, parse_annotated
from nlu.extractors.exact_entities import FoundEntity, entity_value, find_exact_entities
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.merging import merge_entities
from nlu.extractors.tagger_model import TaggerModel, entities_of, labels_of
from nlu.extractors.tagger_training import TaggerOptions, train_tagger
from nlu.tokenizers.word_spans import word_spans

NOW = datetime(2026, 7, 15, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_exact_readers_do_not_overlap():
    found = find_exact_entities("hs H39.16-260715-0012 nộp 15/7, gọi 0912345678, PA-260915-0042", NOW)
    assert [entity.entity for entity in found] == ["dossier_code", "date", "phone_number", "feedback_code"]


def test_values_are_normalised_and_the_rest_stays_as_written():
    assert entity_value("phone_number", "0912.345.678", NOW) == "+84912345678"
    assert entity_value("date", "8h sáng mai", NOW) == "2026-07-16T08:00:00+07:00"
    assert entity_value("rating", "năm sao", NOW) == 5
    assert entity_value("candidate_number", "49 00 12", NOW) == "490012"
    assert entity_value("place", "Long Hậu", NOW) == "Long Hậu"


def test_a_certain_entity_overrules_what_the_tagger_took_it_for():
    text = "mã H39.16-260715-0012 ở Long Hậu"
    tagged = [FoundEntity(3, 21, "candidate_number", ""), FoundEntity(24, 32, "place", "")]
    merged = merge_entities(text, tagged, NOW)
    assert [(entity.entity, entity.value) for entity in merged] == [
        ("dossier_code", "H39.16-260715-0012"),
        ("place", "Long Hậu"),
    ]


def test_labels_and_entities_are_two_forms_of_one_thing():
    text, entities = parse_annotated("ở [xã Long Hậu](place) [mai](date)")
    spans = word_spans(text)
    assert entities_of(spans, labels_of(spans, entities)) == [EntitySpan(e.start, e.end, e.entity) for e in entities]


def test_a_trained_tagger_finds_names_with_and_without_marks_and_survives_storage(tmp_path):
    lines = [
        "làm [khai sinh](procedure) ở [xã Long Hậu](place)",
        "[kết hôn](procedure) nộp đâu",
        "tới [xã Tân Kim](place) đi",
    ]
    examples = [Example(*_split(line)) for line in lines]
    gazetteer = Gazetteer({"place": ["xã Phước Lại"]})
    train_tagger(examples, gazetteer, TaggerOptions(deaf_share=0)).save(tmp_path)
    tagger = TaggerModel.load(tmp_path, gazetteer)
    for text in ("làm khai sinh ở xã Phước Lại", "lam khai sinh o xa phuoc lai"):
        assert [(text[e.start : e.end], e.entity) for e in tagger.find(text)][-1] == (text[-12:], "place")


def test_marks_without_a_letter_under_them_break_nothing(tmp_path):
    gazetteer = Gazetteer({"place": ["xã Phước Lại"]})
    examples = [Example(*_split(line)) for line in ("[kết hôn](procedure) nộp đâu", "tới [xã Tân Kim](place) đi")]
    train_tagger(examples, gazetteer, TaggerOptions(deaf_share=0)).save(tmp_path)
    tagger = TaggerModel.load(tmp_path, gazetteer)
    for text in ("hồ sơ \u0323 của tôi", "\u0301" * 3, "\u0301 12 \u0300"):
        assert all(text[e.start : e.end] for e in tagger.find(text))


def _split(line):
    text, entities = parse_annotated(line)
    return text, "x", entities


@pytest.mark.parametrize(
    ("text", "day", "whole"),
    [
        ("nhớ hôm 25/9 nhắc bác", "25/9", "hôm 25/9"),
        ("nop bua thu hai roi", "thu hai", "bua thu hai"),
        ("nop ngay 21/8", "21/8", "ngay 21/8"),
        ("tới ngay thứ sáu", "thứ sáu", "thứ sáu"),
        ("có hôm nào 25/9", "25/9", "25/9"),
    ],
)
def test_the_word_before_a_day_belongs_to_it(text: str, day: str, whole: str) -> None:
    start = text.index(day)
    [found] = merge_entities(text, [FoundEntity(start, start + len(day), "date", "")], NOW)
    assert text[found.start : found.end] == whole
