import pytest

from nlu.examples import BadExample, annotate, parse_annotated, read_json_lines, read_rasa_yaml
from nlu.noise import KINDS, noisy

DOCUMENT = """
version: "3.1"
nlu:
- intent: ask_fee
  metadata:
    origin: writer-x
  examples: |
    - [khai sinh](procedure) hết nhiêu
    - ở [ấp 3]{"entity": "place", "value": "Ấp 3"} phí sao
- lookup: place
  examples: |
    - Long Hậu
"""


def test_rasa_yaml_is_read_with_entities_and_writer():
    first, second = read_rasa_yaml(DOCUMENT)
    assert (first.text, first.intent, first.origin) == ("khai sinh hết nhiêu", "ask_fee", "writer-x")
    assert first.text[first.entities[0].start : first.entities[0].end] == "khai sinh"
    assert second.entities[0].value == "Ấp 3"


def test_annotation_survives_a_round_trip():
    line = "nộp [giấy khai sinh](procedure) ở [xã Long Hậu](place) [mai](date)"
    text, entities = parse_annotated(line)
    assert annotate(type("E", (), {"text": text, "entities": entities})) == line


def test_json_lines_are_read_and_a_broken_line_is_named():
    (example,) = read_json_lines(
        '{"text": "5 sao", "intent": "rate_service", "entities": [{"start": 0, "end": 5, "entity": "rating"}]}'
    )
    assert example.entities[0].entity == "rating"
    with pytest.raises(BadExample, match="line 1"):
        list(read_json_lines('{"intent": "x"}'))


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_repeatable_and_keeps_entities_in_place(kind):
    (example, _) = read_rasa_yaml(DOCUMENT)
    copy = noisy(example, kind, 1)
    assert copy == noisy(example, kind, 1)
    assert copy.entities[0].start == 0
    assert copy.text[copy.entities[0].end :].lstrip()[:1] in ("h", "e", "g", "j")
