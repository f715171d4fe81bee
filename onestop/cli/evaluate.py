"""Measures how well messages are understood: by writers the model has not learnt from, and however they are spelt.

Without options: each writer of data/writers in turn is scored by a model of all the others, and the writer kept
apart (tests/heldout/nlu) by a model of them all. Figures go to benchmarks/nlu/accuracy.json, a page with plots
and the confused messages to results/nlu.html. `--data` scores any file with the trained model of `./run train`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

from nlu.examples import Example, read_examples
from nlu.scoring import CONDITIONS, Scores, confusion_list, score
from nlu.understanding import Understanding
from onestop.cli.check_data import ENTITIES, WRITERS, unique
from onestop.cli.evaluation_page import page_of

_ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = _ROOT / "tests" / "heldout" / "nlu"
MODELS = _ROOT / "models"
FIGURES = _ROOT / "benchmarks" / "nlu" / "accuracy.json"
PAGE = _ROOT / "results" / "nlu.html"
_MODEL_FILES = ("tagger.crfsuite", "intent_weights.npz", "intent_names.json", "spelling.json")
_KEPT_APART = "held out"
_PROCESSES = 2  # of the cross-validation; each takes about 1.5 GB
_FEWEST_OF_WRITER = 300  # fewer say little, and their writer's style is not foreign to the model

Report = dict[str, dict[str, Scores]]
"""Set of messages → way of writing → scores."""


class NoModel(Exception):
    """There is no trained model, or the file is none of ours."""


def load_trained(models: Path = MODELS) -> Understanding:
    """Loads the understanding out of the newest trained Rasa model.

    Raises:
        NoModel: There is none.
    """
    archives = sorted(models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not archives:
        raise NoModel(f"{models}: no model; train one first (./run train)")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archives[-1]) as archive:
        for member in archive.getmembers():
            name = Path(member.name).name
            source = archive.extractfile(member) if name in _MODEL_FILES else None
            if source is not None:
                (Path(folder) / name).write_bytes(source.read())
        if not all((Path(folder) / name).exists() for name in _MODEL_FILES):
            raise NoModel(f"{archives[-1]}: not trained with this project's components")
        return Understanding.load(Path(folder))


def under_all_conditions(understanding: Understanding, examples: Sequence[Example]) -> dict[str, Scores]:
    """Scores messages written in every way."""
    return {condition: score(understanding, examples, condition) for condition in CONDITIONS}


def cross_validate(examples: Sequence[Example]) -> Report:
    """Scores each writer by a model of the other writers; 'all writers' sums them up."""
    counts = Counter(example.origin for example in examples)
    writers = sorted(writer for writer, count in counts.items() if count >= _FEWEST_OF_WRITER)
    report: Report = {}
    total = {condition: Scores() for condition in CONDITIONS}
    with ProcessPoolExecutor(_PROCESSES) as processes:
        for writer, by_condition in zip(writers, processes.map(_leave_out, repeat(examples), writers), strict=True):
            report[writer] = by_condition
            _say(writer, by_condition)
            for condition in CONDITIONS:
                total[condition].merge(by_condition[condition])
    return {"all writers": total, **report}


def _leave_out(examples: Sequence[Example], writer: str) -> dict[str, Scores]:
    """Scores one writer by a model of the others; the writers' processes share the cores."""
    others = [example for example in examples if example.origin != writer]
    own = [example for example in examples if example.origin == writer]
    return under_all_conditions(Understanding.train(others), own)


def figures_of(report: Report, train_s: float | None = None) -> dict[str, Any]:
    """The numbers worth comparing between changes, for JSON."""
    figures: dict[str, Any] = {}
    for name, by_condition in report.items():
        figures[name] = {
            condition: {
                "messages": scores.messages,
                "intent_accuracy": round(scores.accuracy, 4),
                "entity_f1": round(scores.span_f1, 4),
                "entity_f1_each": {entity: round(counts.f1, 4) for entity, counts in sorted(scores.entities.items())},
                "oos_recognised": _share(scores.out_of_scope),
                "in_scope_refused": _share(scores.refused),
                **({"values_right": _share(scores.values)} if scores.values[1] else {}),
                "calibration_error": round(scores.calibration_error, 4),
                "median_ms": round(scores.median_ms, 2),
            }
            for condition, scores in by_condition.items()
        }
    for name in {"all writers", _KEPT_APART} & set(report):
        figures[name]["reliability"] = [
            {"confidence": round(sure, 3), "right": round(right, 3), "messages": count}
            for _, sure, right, count in report[name]["clean"].calibration()
        ]
    if train_s is not None:
        figures["training"] = {"seconds": round(train_s, 1)}
    return figures


def _share(pair: Sequence[int]) -> float | None:
    return round(pair[0] / pair[1], 4) if pair[1] else None


def _say(name: str, by_condition: dict[str, Scores]) -> None:
    print(f"{name} ({by_condition['clean'].messages} messages)")
    for condition, scores in by_condition.items():
        found, refused = _share(scores.out_of_scope), _share(scores.refused)
        print(
            f"  {condition:9} intent {scores.accuracy:6.1%}  entities F1 {scores.span_f1:6.1%}  out of scope"
            f" found {found if found is not None else '-'} refused {refused if refused is not None else '-'}"
            f"  {scores.median_ms:.1f} ms",
            flush=True,
        )


def _evaluate_files(files: Sequence[Path]) -> tuple[Report, dict[str, Any]]:
    """Scores files by the trained model; what could not be counted, or is no name of the model's, is said beside."""
    understanding = load_trained()
    report: Report = {}
    remarks: dict[str, Any] = {}
    for file in files:
        problems: list[str] = []
        examples = read_examples(file, problems)
        for problem in problems:
            print(f"left out: {problem}", file=sys.stderr)
        if not examples:
            raise ValueError(f"{file}: no messages")
        report[file.name] = under_all_conditions(understanding, examples)
        _say(file.name, report[file.name])
        remarks[file.name] = {"left_out": problems, **unknown_names(understanding, examples)}
        for kind in ("unknown_intents", "unknown_entities"):
            for name, count in remarks[file.name][kind].items():
                print(f"  {kind.replace('_', ' ')}: {name} ({count} times; counted as wrong)")
    return report, remarks


def unknown_names(understanding: Understanding, examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    """Intents and entities of messages that the model does not know, with how often they occur."""
    intents = Counter(e.intent for e in examples if e.intent and e.intent not in understanding.intents)
    entities = Counter(span.entity for e in examples for span in e.entities if span.entity not in ENTITIES)
    return {"unknown_intents": dict(intents), "unknown_entities": dict(entities)}


def _evaluate_all(skips_cross_validation: bool) -> tuple[Report, float]:
    examples = unique(read_examples(WRITERS))
    report: Report = {} if skips_cross_validation else cross_validate(examples)
    if "all writers" in report:
        _say("all writers", report["all writers"])
    began = time.perf_counter()
    understanding = Understanding.train(examples)
    took_s = time.perf_counter() - began
    if HELD_OUT.exists() and (held_out := read_examples(HELD_OUT)):
        report[_KEPT_APART] = under_all_conditions(understanding, held_out)
        _say(_KEPT_APART, report[_KEPT_APART])
    print(f"trained from nothing in {took_s:.0f} s")
    return report, took_s


def _evaluate_queries(files: Sequence[Path]) -> int:
    command = [sys.executable, "-m", "benchmarks.search.run", "--queries", *map(str, files)]
    return subprocess.run(command, cwd=_ROOT, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run evaluate", description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, help="score these files (Rasa NLU YAML or JSON lines)")
    parser.add_argument("--queries", nargs="+", type=Path, help="score the procedure search: query<TAB>code[,code…]")
    parser.add_argument("--quick", action="store_true", help="only the writer kept apart, no cross-validation")
    parser.add_argument("--json", type=Path, help="where the figures go (default: benchmarks/nlu/accuracy.json)")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes (default: results/nlu.html)")
    parser.add_argument("--confusions", type=int, default=0, help="print that many of the commonest confusions")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the evaluation; returns 1 where there is nothing to evaluate with."""
    arguments = _parser().parse_args(argv)
    if arguments.queries:
        return _evaluate_queries(arguments.queries)
    train_s: float | None = None
    remarks: dict[str, Any] = {}
    try:
        if arguments.data:
            report, remarks = _evaluate_files(arguments.data)
        else:
            report, train_s = _evaluate_all(arguments.quick)
    except (NoModel, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, by_condition in report.items():
        if name == _KEPT_APART:
            continue  # its sentences must not lead anybody's hand
        for truth, taken, texts in confusion_list(by_condition["clean"], arguments.confusions):
            print(f"{name}: {truth} → {taken}: {' | '.join(texts[:5])}")
    target = arguments.json or (FIGURES if not arguments.data and not arguments.quick else None)
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
        figures = figures_of(report, train_s) | ({"remarks": remarks} if remarks else {})
        target.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    arguments.page.parent.mkdir(parents=True, exist_ok=True)
    arguments.page.write_text(page_of(report), encoding="utf-8")
    print(f"page: {arguments.page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
