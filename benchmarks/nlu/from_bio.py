"""Turns a corpus in parallel files into JSON lines: python -m benchmarks.nlu.from_bio WORDS LABELS INTENTS OUT.

WORDS has one message a line, its words between blanks; LABELS one BIO label a word; INTENTS one intent a line (the
form of PhoATIS: `seq.in`, `seq.out`, `label`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def entities_of(words: Sequence[str], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Turns BIO labels into spans of the words joined by one blank."""
    entities: list[dict[str, Any]] = []
    offset = 0
    for word, label in zip(words, labels, strict=True):
        end = offset + len(word)
        name = label[2:]
        if label.startswith("I-") and entities and entities[-1]["entity"] == name and entities[-1]["end"] == offset - 1:
            entities[-1]["end"] = end
        elif label != "O":
            entities.append({"start": offset, "end": end, "entity": name})
        offset = end + 1
    return entities


def main(argv: Sequence[str] | None = None) -> int:
    """Converts one part of a corpus."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    words, labels, intents, out = map(Path, arguments)
    parts = [file.read_text(encoding="utf-8").splitlines() for file in (words, labels, intents)]
    with out.open("w", encoding="utf-8") as target:
        for text, tags, intent in zip(*parts, strict=True):
            item = {
                "text": " ".join(text.split()),
                "intent": intent.strip(),
                "entities": entities_of(text.split(), tags.split()),
            }
            target.write(json.dumps(item, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
