"""Checks the messages that the model learns from, and builds `data/nlu.yml` from the writers' files."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.examples import Example, annotate, read_examples
from nlu.extractors.exact_entities import CERTAIN, find_exact_entities
from onestop import clock
from onestop.text import fold

_ROOT = Path(__file__).resolve().parents[2]
WRITERS = _ROOT / "data" / "writers"
MERGED = _ROOT / "data" / "nlu.yml"
ENTITIES = frozenset(
    ["dossier_code", "procedure", "agency", "place", "date", "phone_number", "candidate_number", "parcel", "rating"]
    + ["feedback_code"]
)
_FEWEST = 60
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Finding:
    """Something a person should look at.

    Attributes:
        kind: What is the matter.
        text: The message or intent, and the details.
    """

    kind: str
    text: str


def key_of(text: str) -> str:
    """What two messages share that differ in case, marks, blanks and punctuation only."""
    return " ".join(_WORD.findall(fold(text))) or text


def unique(examples: Iterable[Example]) -> list[Example]:
    """Drops messages that were there before, word for word (diacritics count)."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for example in examples:
        identity = (example.intent, " ".join(example.text.lower().split()))
        if identity not in seen:
            seen.add(identity)
            kept.append(example)
    return kept


def merged_yaml(examples: Sequence[Example]) -> str:
    """Writes examples as Rasa NLU YAML, one block for each intent and writer, in a fixed order."""
    blocks: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        blocks[example.intent, example.origin].append(example)
    lines = [
        "# Built by `python -m onestop.cli.check_data --merge` from data/writers/; edit there.",
        'version: "3.1"',
        "nlu:",
    ]
    for (intent, origin), block in sorted(blocks.items()):
        lines += [f"- intent: {intent}", "  metadata:", f"    origin: {origin}", "  examples: |"]
        lines += [f"    - {annotate(example)}" for example in block]
    return "\n".join(lines) + "\n"


def contradictions(examples: Sequence[Example]) -> Iterator[Finding]:
    """Messages alike but for marks and punctuation that have different intents or entities."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[key_of(example.text)].append(example)
    for group in groups.values():
        intents = {example.intent for example in group}
        entities = {tuple((e.entity, key_of(x.text[e.start : e.end])) for e in x.entities) for x in group}
        if len(intents) > 1:
            yield Finding("contradicting intents", f"{group[0].text!r}: {', '.join(sorted(intents))}")
        elif len(entities) > 1:
            yield Finding("contradicting entities", " | ".join(annotate(example) for example in group))


def near_duplicates(examples: Sequence[Example], alike: float = 0.9) -> Iterator[Finding]:
    """Messages of one intent whose word pairs are nearly the same."""
    by_intent: dict[str, list[tuple[Example, frozenset[str]]]] = defaultdict(list)
    for example in examples:
        words = ["<", *key_of(example.text).split(), ">"]
        by_intent[example.intent].append((example, frozenset(map(" ".join, zip(words, words[1:], strict=False)))))
    for group in by_intent.values():
        for i, (first, pairs) in enumerate(group):
            for second, others in group[i + 1 :]:
                smaller, larger = sorted((len(pairs), len(others)))
                if smaller >= alike * larger and len(pairs & others) >= alike * len(pairs | others):
                    yield Finding(
                        "near duplicate", f"{first.text!r} ({first.origin}) ~ {second.text!r} ({second.origin})"
                    )


def thin_intents(examples: Sequence[Example], fewest: int = _FEWEST) -> Iterator[Finding]:
    """Intents with too few messages, and those that one writer alone wrote."""
    counts = Counter(example.intent for example in examples)
    for intent, count in sorted(counts.items()):
        writers = {example.origin for example in examples if example.intent == intent}
        if count < fewest:
            yield Finding("thin intent", f"{intent}: {count} messages")
        if len(writers) == 1:
            yield Finding("one writer", f"{intent}: only {writers.pop()}")


def annotation_slips(examples: Sequence[Example]) -> Iterator[Finding]:
    """Unknown entities, spans with blanks or punctuation at their ends, codes and phones that were not marked."""
    now = clock.local_now()
    for example in examples:
        for span in example.entities:
            written = example.text[span.start : span.end]
            if span.entity not in ENTITIES:
                yield Finding("unknown entity", f"{span.entity}: {annotate(example)}")
            if (
                not written.strip()
                or not (written[0].isalnum() or written[0] in "(+⭐★🌟👍")
                or written[-1] in " .,;:?!"
            ):
                yield Finding("span's border", annotate(example))
        spans = {(span.start, span.end, span.entity) for span in example.entities}
        for found in find_exact_entities(example.text, now):
            if found.entity in CERTAIN and (found.start, found.end, found.entity) not in spans:
                yield Finding("exact reader differs", f"{found.entity} {found.value}: {annotate(example)}")


def check(examples: Sequence[Example]) -> list[Finding]:
    """Runs all checks."""
    return [
        *annotation_slips(examples),
        *contradictions(examples),
        *near_duplicates(examples),
        *thin_intents(examples),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the checks, and with `--merge` builds the training file; returns 1 when a message contradicts another."""
    parser = argparse.ArgumentParser(prog="check_data", description=__doc__)
    parser.add_argument("data", nargs="*", type=Path, help="files or folders (default: data/writers)")
    parser.add_argument("--merge", action="store_true", help="write data/nlu.yml")
    parser.add_argument("--output", type=Path, default=MERGED, help="where --merge writes")
    parser.add_argument("--quiet", action="store_true", help="print counts only")
    arguments = parser.parse_args(argv)
    examples = unique(e for path in arguments.data or [WRITERS] for e in read_examples(path))
    findings = check(examples)
    for finding in [] if arguments.quiet else findings:
        print(f"{finding.kind}: {finding.text}")
    for kind, count in sorted(Counter(finding.kind for finding in findings).items()):
        print(f"{count:5d} {kind}")
    intents, writers = {e.intent for e in examples}, {e.origin for e in examples}
    print(f"{len(examples)} messages, {len(intents)} intents, {len(writers)} writers")
    if arguments.merge:
        arguments.output.write_text(merged_yaml(examples), encoding="utf-8")
        print(f"wrote {arguments.output}")
    return int(any(finding.kind == "contradicting intents" for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
