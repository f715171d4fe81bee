"""What is done once in place of many times gives the same."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = """version: "3.1"
nlu:
- intent: ask_fee
  examples: |
    - lệ phí [kết hôn](procedure) nhiêu
    - phi bao nhieu
    - phi bao nhieu
- intent: ask_form
  examples: |
    - phi bao nhieu
    - xin mẫu đơn
- synonym: kết hôn
  examples: |
    - cuoi
"""
PROGRAM = """
import sys
from dialogue import lean, quick_training
lean.install()
if "quick" in sys.argv:
    quick_training.install()
from rasa.shared.importers.importer import TrainingDataImporter
importer = TrainingDataImporter.load_from_dict({}, None, "domain.yml", sys.argv[1:3])
importer.get_nlu_data()
data = importer.get_nlu_data()
print(data.fingerprint(), len(data.training_examples), len(data.nlu_examples))
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "one.yml").write_text(DATA, encoding="utf-8")
    (tmp_path / "two.yml").write_text(DATA.replace("xin mẫu đơn", "mẫu tờ khai"), encoding="utf-8")
    return [str(tmp_path / "one.yml"), str(tmp_path / "two.yml")]


def read(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def test_messages_are_the_same_as_rasas_own_reading_finds(files: list[str]) -> None:
    assert read(*files, "quick") == read(*files)
