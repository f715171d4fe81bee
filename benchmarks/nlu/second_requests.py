"""How well two requests in one message are told from one: python -m benchmarks.nlu.second_requests [--json FILE].

Scores the trained model of `./run train` on `second_requests.tsv`, messages written by hand, none of which is among
the training messages; the rules were set on them, so the figures are a little kind. `found`: share of the messages
with two requests where both were understood, in either order; `first_right`: where the one written first became the
message's intent; `half`: where a second one was seen but one of the two was named wrongly; `false_alarms`: share of
the messages with one request in which a second was seen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.understanding import Understanding, Understood
from onestop.cli.evaluate import NoModel, load_trained
from onestop.text import fold, nfc

FILE = Path(__file__).parent / "second_requests.tsv"
RESULT = Path(__file__).parent / "second_requests.json"
NONE = "-"


@dataclass(frozen=True)
class Case:
    """A message with its first request and its second one, if any."""

    text: str
    first: str
    second: str | None


def read_cases(file: Path = FILE) -> list[Case]:
    """Reads the messages; lines with '#' in front are remarks."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    parts = [line.split("\t") for line in lines]
    return [Case(nfc(text), first, None if second == NONE else second) for text, first, second in parts]


def _is_pair(case: Case, understood: Understood) -> bool:
    return understood.second is not None and {understood.intent, understood.second.intent} == {case.first, case.second}


def figures(understanding: Understanding, cases: Sequence[Case], is_folded: bool = False) -> dict[str, float | int]:
    """Understands the messages and counts."""
    answers = [(case, understanding.understand(fold(case.text) if is_folded else case.text)) for case in cases]
    two = [(case, answer) for case, answer in answers if case.second]
    one = [(case, answer) for case, answer in answers if not case.second]
    found = sum(_is_pair(case, answer) for case, answer in two)
    seen = sum(answer.second is not None for _, answer in two)
    return {
        "two_requests": len(two),
        "found": round(found / len(two), 4),
        "first_right": round(sum(answer.intent == case.first for case, answer in two) / len(two), 4),
        "half": round((seen - found) / len(two), 4),
        "one_request": len(one),
        "false_alarms": round(sum(answer.second is not None for _, answer in one) / len(one), 4),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures, and what went wrong with `--errors`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu.second_requests", description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT, help="where the figures go")
    parser.add_argument("--errors", action="store_true", help="list the messages that were understood wrongly")
    arguments = parser.parse_args(argv)
    try:
        understanding = load_trained()
    except NoModel as error:
        print(error, file=sys.stderr)
        return 1
    cases = read_cases()
    report = {"as written": figures(understanding, cases), "without diacritics": figures(understanding, cases, True)}
    text = json.dumps(report, ensure_ascii=False, indent=1)
    print(text)
    arguments.json.write_text(text + "\n", encoding="utf-8")
    for case in cases if arguments.errors else []:
        print_error(case, understanding.understand(case.text))
    return 0


def print_error(case: Case, understood: Understood) -> None:
    """Prints a message that was understood wrongly."""
    second = understood.second.intent if understood.second else NONE
    if (case.second and not _is_pair(case, understood)) or (not case.second and understood.second):
        print(f"{case.first} + {case.second or NONE} → {understood.intent} + {second}: {case.text}")


if __name__ == "__main__":
    sys.exit(main())
