"""Trains and tests the components on a corpus: python -m benchmarks.nlu.corpus FOLDER [--stock] [--json FILE].

FOLDER holds `train` and `test` (files or folders) in Rasa's NLU YAML or in JSON lines. Public corpora are not
redistributed here: docs/nlu.md says where they come from and how to convert them. `--stock` trains Rasa's stock
pipeline (DIET) beside ours for a few epochs, which takes gigabytes and many minutes, and says what its default
hundred epochs would take.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlu.classifiers.intent_training import IntentOptions
from nlu.examples import ENDINGS, BadExample, Example, read_examples
from nlu.extractors.gazetteer import Gazetteer
from nlu.extractors.tagger_training import TaggerOptions
from nlu.noise import folded
from nlu.scoring import Scores, score
from nlu.understanding import Understanding
from onestop.cli.check_data import merged_yaml

ROOT = Path(__file__).resolve().parents[2]
STOCK_PIPELINE = """
recipe: default.v1
language: vi
assistant_id: stock
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
- {name: DIETClassifier, epochs: EPOCHS}
policies: []
"""
# Chosen by cross-validation within PhoATIS's training part: our concepts and rare names only disturb there.
INTENTS = IntentOptions(copies=("folded",), strength=5.0, calibrate=False, reads_concepts=False, weighs_rarity=False)
TAGGER = TaggerOptions(copies=(), learns_names=True)
_STOCK_EPOCHS, _STOCK_DEFAULT_EPOCHS = 3, 100
_STOCK_SCRIPT = """
import sys
from rasa.model_training import train_nlu
train_nlu(config=sys.argv[1], nlu_data=sys.argv[2], output=sys.argv[3])
"""


def read_part(folder: Path, part: str) -> list[Example]:
    """Reads `train` or `test` of a corpus: a folder of that name, or the files whose names begin so.

    Raises:
        FileNotFoundError: There is none.
        BadExample: A file cannot be read.
    """
    found = sorted(path for path in folder.glob(f"{part}*") if path.is_dir() or path.suffix in ENDINGS)
    examples = [example for path in found for example in read_examples(path)]
    if not examples:
        raise FileNotFoundError(f"{folder}: no {part} ({part}/, {', '.join(part + ending for ending in ENDINGS)})")
    return examples


def measure_ours(train: Sequence[Example], test: Sequence[Example]) -> dict[str, Any]:
    """Trains our components on a corpus and scores them, as written and without diacritics."""
    began = time.perf_counter()
    understanding = Understanding.train(
        train,
        intent_options=INTENTS,
        gazetteer=Gazetteer({}),
        tagger_options=TAGGER,
        certain=(),
    )
    train_s = time.perf_counter() - began
    return {
        "train_seconds": round(train_s, 1),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "as written": _figures(score(understanding, test, seeks_second=False)),
        "without diacritics": _figures(score(understanding, [folded(example) for example in test], seeks_second=False)),
    }


def _figures(scores: Scores) -> dict[str, Any]:
    return {
        "messages": scores.messages,
        "intent_accuracy": round(scores.accuracy, 4),
        "slot_f1": round(scores.span_f1, 4),
        "median_ms": round(scores.median_ms, 2),
    }


def measure_stock(train: Sequence[Example]) -> dict[str, Any]:
    """Trains Rasa's stock pipeline for a few epochs in a process of its own; time and memory, extrapolated."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nlu.yml").write_text(merged_yaml(train), encoding="utf-8")
        times: dict[int, float] = {}
        for epochs in (1, _STOCK_EPOCHS):
            (folder / "config.yml").write_text(STOCK_PIPELINE.replace("EPOCHS", str(epochs)), encoding="utf-8")
            command = [
                sys.executable,
                "-c",
                _STOCK_SCRIPT,
                *(str(folder / p) for p in ("config.yml", "nlu.yml", "models")),
            ]
            began = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times[epochs] = time.perf_counter() - began
    epoch_s = (times[_STOCK_EPOCHS] - times[1]) / (_STOCK_EPOCHS - 1)
    return {
        "seconds_by_epochs": {str(epochs): round(seconds, 1) for epochs, seconds in times.items()},
        "seconds_an_epoch": round(epoch_s, 1),
        "seconds_of_default_epochs": round(times[1] + epoch_s * (_STOCK_DEFAULT_EPOCHS - 1)),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measures a corpus and prints the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stock", action="store_true", help="train Rasa's stock pipeline too (slow, much memory)")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args(argv)
    try:
        train, test = read_part(arguments.folder, "train"), read_part(arguments.folder, "test")
    except (FileNotFoundError, BadExample) as error:
        print(error, file=sys.stderr)
        return 1
    report: dict[str, Any] = {
        "corpus": arguments.folder.name,
        "train_messages": len(train),
        "ours": measure_ours(train, test),
    }
    if arguments.stock:
        report["stock"] = measure_stock(train)
        report["times_faster"] = round(
            report["stock"]["seconds_of_default_epochs"] / report["ours"]["train_seconds"], 1
        )
    text = json.dumps(report, ensure_ascii=False, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
