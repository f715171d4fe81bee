"""The components inside Rasa: trained, stored, loaded and run through Rasa's own graph, in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from nlu.examples import read_examples
from nlu.understanding import Understanding
from onestop.cli import check_data, evaluate
from onestop.cli.check_data import merged_yaml
from onestop.cli.evaluate import load_trained

ROOT = Path(__file__).resolve().parents[3]
INTENTS = ("ask_fee", "ask_where_to_submit", "ask_documents", "lookup_dossier", "set_reminder", "out_of_scope")
MESSAGES = [
    "làm giấy khai sinh hết bao nhiêu tiền, với lại nộp ở đâu vậy",
    "lam giay khai sinh het bao nhieu tien",
    "hs h39 16 260715 12 toi dau roi",
    "8h sáng mai nhắc tôi đi lấy kết quả",
    "số tôi 0912 345 678",
    "🙂",
]
SCRIPT = """
import asyncio, json, sys
from dialogue import lean
lean.install()
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
folder = sys.argv[1]
model = train_nlu(config=folder + "/config.yml", nlu_data=folder + "/nlu.yml", output=folder + "/models")
agent = Agent.load(model)
async def parse():
    return [await agent.parse_message(text) for text in json.load(open(folder + "/messages.json", encoding="utf-8"))]
parsed = asyncio.run(parse())
with open(folder + "/parsed.json", "w", encoding="utf-8") as file:
    json.dump({"parsed": parsed, "tensorflow": "tensorflow" in sys.modules}, file, ensure_ascii=False, default=str)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model that Rasa trained on a tenth of the messages, and what it parsed."""
    folder = tmp_path_factory.mktemp("nlu")
    chosen = [e for e in read_examples(ROOT / "data" / "nlu.yml") if e.intent in INTENTS][::4]
    (folder / "nlu.yml").write_text(merged_yaml(chosen), encoding="utf-8")
    (folder / "messages.json").write_text(json.dumps(MESSAGES), encoding="utf-8")
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config["policies"] = []
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def parsed(folder: Path) -> list[dict]:
    return json.loads((folder / "parsed.json").read_text(encoding="utf-8"))["parsed"]


def _values(message: dict) -> dict[str, object]:
    return {entity["entity"]: entity["value"] for entity in message["entities"]}


def test_intents_are_the_same_with_and_without_marks(parsed):
    assert parsed[0]["intent"]["name"] == parsed[1]["intent"]["name"] == "ask_fee"
    assert len(parsed[0]["intent_ranking"]) >= 5


def test_a_second_request_reaches_the_parse_output(parsed):
    assert parsed[0]["second_intent"]["name"] == "ask_where_to_submit"
    assert "second_intent" not in parsed[1]


def test_entities_carry_normalised_values(parsed):
    assert _values(parsed[2])["dossier_code"] == "H39.16-260715-0012"
    assert str(_values(parsed[3])["date"]).endswith("T08:00:00+07:00")
    assert _values(parsed[4])["phone_number"] == "+84912345678"


def test_a_message_without_a_word_is_understood_without_error(parsed):
    assert parsed[5]["intent"]["name"] in INTENTS


def test_tokens_are_the_words_as_written(parsed):
    for text, message in zip(MESSAGES, parsed, strict=True):
        for start, end in message["text_tokens"]:
            assert text[start:end].strip() == text[start:end] != ""


def test_understanding_without_rasa_agrees_with_rasa(folder, parsed):
    understanding: Understanding = load_trained(folder / "models")
    for text, message in zip(MESSAGES, parsed, strict=True):
        understood = understanding.understand(text)
        assert understood.intent == message["intent"]["name"]
        assert [(e.start, e.end, e.entity) for e in understood.entities] == [
            (e["start"], e["end"], e["entity"]) for e in message["entities"]
        ]


def test_the_models_hold_no_pickle(folder):
    listing = subprocess.run(
        ["tar", "tzf", str(next((folder / "models").glob("*.tar.gz")))], capture_output=True, text=True, check=True
    ).stdout
    assert "intent_weights.npz" in listing
    assert ".pkl" not in listing and ".joblib" not in listing


def test_the_parts_without_rasa_load_fast_and_light():
    code = (
        "import sys, time; began = time.perf_counter(); import nlu.understanding; "
        "heavy = ('tensorflow', 'rasa', 'sklearn', 'underthesea'); "
        "print(time.perf_counter() - began, any(name in sys.modules for name in heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, is_heavy = done.stdout.split()
    assert is_heavy == "False"
    assert float(seconds) < 3


def test_a_file_is_scored_with_the_trained_model(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(evaluate, "load_trained", lambda: load_trained(folder / "models"))
    data = tmp_path / "new.jsonl"
    data.write_text('{"text": "lệ phí hết nhiêu tiền", "intent": "ask_fee"}', encoding="utf-8")
    options = ["--data", str(data), "--json", str(tmp_path / "f.json"), "--page", str(tmp_path / "p.html")]
    assert evaluate.main(options) == 0
    figures = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert figures["new.jsonl"]["clean"]["messages"] == 1
    assert "ask_fee" in (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "intent" in capsys.readouterr().out


def test_without_a_model_the_evaluation_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(evaluate, "load_trained", lambda: load_trained(tmp_path))
    assert evaluate.main(["--data", str(ROOT / "data" / "nlu.yml")]) == 1
    assert "./run train" in capsys.readouterr().err


def test_the_training_file_is_what_the_writers_files_make(tmp_path):
    assert check_data.main(["--merge", "--quiet", "--output", str(tmp_path / "nlu.yml")]) == 0
    assert (tmp_path / "nlu.yml").read_text(encoding="utf-8") == (ROOT / "data" / "nlu.yml").read_text(encoding="utf-8")


FEATURIZER_SCRIPT = """
from dialogue import lean
lean.install()
from rasa.shared.nlu.training_data.message import Message
from nlu.featurizers.two_faced_featurizer import TwoFacedFeaturizer
from nlu.tokenizers.vietnamese_tokenizer import VietnameseTokenizer
tokenizer = VietnameseTokenizer({**VietnameseTokenizer.get_default_config(), "segmentation": True})
featurizer = TwoFacedFeaturizer(TwoFacedFeaturizer.get_default_config(), "two_faced")
rows = []
for text in ("thủ tục khai sinh", "thu tuc khai sinh", "xổ số"):
    message = Message({"text": text})
    tokenizer.process([message])
    featurizer.process([message])
    sequence, sentence = message.get_sparse_features("text", [])
    rows.append((sequence.features, sentence.features))
marked, plain, other = (sentence for _, sentence in rows)
print(rows[0][0].shape, marked.multiply(plain).nnz > marked.multiply(other).nnz)
"""


def test_the_featurizer_gives_a_row_a_token_and_sees_through_missing_marks():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FEATURIZER_SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "(4, 65536) True", done.stderr[-2000:]
