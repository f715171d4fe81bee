import pytest

from nlu.examples import BadExample, annotate, parse_annotated, read_examples, read_json, read_rasa_yaml
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
    (example,) = read_json(
        '{"text": "5 sao", "intent": "rate_service", "entities": [{"start": 0, "end": 5, "entity": "rating"}]}'
    )
    assert example.entities[0].entity == "rating"
    with pytest.raises(BadExample, match="line 1"):
        list(read_json('{"intent": "x"}'))


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_repeatable_and_keeps_entities_in_place(kind):
    (example, _) = read_rasa_yaml(DOCUMENT)
    copy = noisy(example, kind, 1)
    assert copy == noisy(example, kind, 1)
    assert copy.entities[0].start == 0
    assert copy.text[copy.entities[0].end :].lstrip()[:1] in ("h", "e", "g", "j")


ODD_LINES = (
    "\ufeff"
    + "\r\n".join(
        [
            '{"text": "lệ phí sao", "intent": "ask_fee", "id": 7, "entities": null}',
            "",
            '{"text": "hỏng',
            '{"text": "gọi 0912345678", "intent": {"name": "link_phone"}, "entities":'
            ' [{"start": 4, "end": 14, "entity": "phone_number", "value": "+84912345678", "extractor": "x"}]}',
            '{"text": "ngắn", "entities": [{"start": 2, "end": 40, "entity": "place"}]}',
            '{"text": "hai\u2028dòng", "intent": "out_of_scope"}',
            "[1, 2]",
        ]
    )
    + "\r\n"
)


def test_broken_lines_are_named_with_their_number_and_the_others_are_read(tmp_path):
    file = tmp_path / "odd.jsonl"
    file.write_bytes(ODD_LINES.encode())
    problems: list[str] = []
    examples = read_examples(file, problems)
    assert [example.intent for example in examples] == ["ask_fee", "link_phone", "out_of_scope"]
    assert examples[1].entities[0].value == "+84912345678"
    assert [problem.split(": ")[1] for problem in problems] == ["line 3", "line 5", "line 7"]
    with pytest.raises(BadExample, match="line 3"):
        read_examples(file)


@pytest.mark.parametrize("wrap", ["[%s]", '{"rasa_nlu_data": {"common_examples": [%s]}}'])
def test_a_list_and_the_json_of_rasa_are_read_too(tmp_path, wrap):
    file = tmp_path / "all.json"
    file.write_text(wrap % '{"text": "5 sao", "intent": "rate_service"}, {"intent": "x"}', encoding="utf-8")
    problems: list[str] = []
    assert [example.text for example in read_examples(file, problems)] == ["5 sao"]
    assert len(problems) == 1
    assert "example 2" in problems[0]


def test_yaml_with_crlf_byte_order_mark_and_a_broken_annotation_loses_only_that_message(tmp_path):
    file = tmp_path / "nlu.yml"
    broken = DOCUMENT + "- intent: ask_form\n  examples: |\n    - [tờ khai]{entity: x} đâu\n    - xin mẫu\n"
    file.write_bytes(("\ufeff" + broken).replace("\n", "\r\n").encode())
    problems: list[str] = []
    assert [example.intent for example in read_examples(file, problems)] == ["ask_fee", "ask_fee", "ask_form"]
    assert "line 15" in problems[0]
