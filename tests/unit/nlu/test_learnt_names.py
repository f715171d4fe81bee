import pytest

from nlu.examples import Example, parse_annotated
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.learnt_names import LearntNames, folded_words, parts_of
from nlu.extractors.tagger_features import NameSources, word_features
from nlu.extractors.tagger_model import TaggerModel
from nlu.extractors.tagger_training import TaggerOptions, lessons_of, train_tagger
from nlu.tokenizers.word_spans import word_spans

LINES = {
    "an": ["làm [khai sinh](procedure) ở [Long Hậu](place)", "nộp [khai sinh](procedure)", "[Gò Đen](place) đi sao"],
    "binh": ["[khai sinh](procedure) mấy ngày", "sinh rồi", "tới [Long Hậu](place) đi"],
    "chi": ["[Tân Kim](place) bữa nay", "ai khai sinh trễ", "[kết hôn](procedure) nộp đâu"],
}
EXAMPLES = [
    Example(text, "x", entities, writer)
    for writer, lines in LINES.items()
    for text, entities in (parse_annotated(line) for line in lines)
]


@pytest.fixture(scope="module")
def names() -> LearntNames:
    return LearntNames.train(EXAMPLES, parts_of(EXAMPLES))


def _marks(names: LearntNames, text: str, without: str | None = None) -> list[list[str]]:
    return names.marks(folded_words(text, word_spans(text)), without)


def test_a_name_that_others_marked_is_known_with_and_without_marks(names):
    expected = [[], ["Bu+", "procedure:B"], ["Eu+", "procedure:E"], []]
    assert _marks(names, "tờ khai sinh đâu") == _marks(names, "to khai sinh dau") == expected


def test_a_message_does_not_hear_its_own_writer(names):
    assert _marks(names, "Tân Kim", without="an") != [[], []]
    assert _marks(names, "Tân Kim", without="chi") == [[], []]


def test_words_that_are_seldom_marked_say_so():
    said = [Example(*_split("[mai](date) tới")), *(Example(f"cây mai số {n}", "x") for n in range(5))]
    names = LearntNames.train(said, lambda example: "one")
    assert _marks(names, "mai")[0][0] == "Wr"


def test_messages_of_one_writer_fall_into_fifths():
    alone = [Example(f"câu {n}", "x") for n in range(100)]
    part_of = parts_of(alone)
    assert len({part_of(example) for example in alone}) == 5


def test_what_the_lists_say_is_kept_from_some_messages_the_same_in_each_training():
    lessons = [list(lessons_of(EXAMPLES * 20, Gazetteer({}), TaggerOptions(), parts_of(EXAMPLES))) for _ in range(2)]
    deaf = [lesson.hears_lists for lesson in lessons[0]].count(False)
    assert lessons[0] == lessons[1]
    assert 0.08 < deaf / len(lessons[0]) < 0.25


def test_a_deaf_lesson_shows_no_list():
    lists = Gazetteer({"place": ["Long Hậu"], "place_type": ["ấp"]})
    text = "ấp Long Hậu"
    deaf = word_features(text, word_spans(text), NameSources(lists, hears_lists=False))
    assert not [f for features in deaf for f in features if f.startswith(("g=", "h=", "hh=", "q="))]
    assert [f for f in word_features(text, word_spans(text), NameSources(lists))[1] if f.startswith("g=place")]


def test_a_tagger_that_learns_names_needs_no_list_and_survives_storage(tmp_path):
    options = TaggerOptions(algorithm="pa", copies=(), learns_names=True)
    train_tagger(EXAMPLES * 3, Gazetteer({}), options).save(tmp_path)
    tagger = TaggerModel.load(tmp_path, Gazetteer({}))
    for text in ("nộp khai sinh ở đâu", "nop khai sinh o dau"):
        assert [(text[e.start : e.end], e.entity) for e in tagger.find(text)] == [(text[4:13], "procedure")]


def _split(line: str):
    text, entities = parse_annotated(line)
    return text, "x", entities
