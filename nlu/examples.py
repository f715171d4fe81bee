"""Training and test messages: text, intent, entities, writer; read from Rasa's NLU YAML and from JSON lines.

Independent of Rasa, so that checks, evaluation and benchmarks start in a fraction of a second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from onestop.text import nfc

_ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<entity>[^()]+)\)|(?P<json>\{[^{}]*\}))")
UNKNOWN_ORIGIN = "unknown"


@dataclass(frozen=True)
class EntitySpan:
    """An entity in a message.

    Attributes:
        start: Offset of its first character.
        end: Offset past its last character.
        entity: Its name.
        value: Its value after normalisation, where that is given.
    """

    start: int
    end: int
    entity: str
    value: str | None = None


@dataclass(frozen=True)
class Example:
    """An annotated message.

    Attributes:
        text: The message, NFC.
        intent: Its intent.
        entities: Its entities, in order.
        origin: Who wrote it.
    """

    text: str
    intent: str
    entities: tuple[EntitySpan, ...] = ()
    origin: str = UNKNOWN_ORIGIN


class BadExample(ValueError):
    """A line of a data file cannot be read as an example."""


def parse_annotated(line: str) -> tuple[str, tuple[EntitySpan, ...]]:
    """Splits a line in Rasa's inline notation into the message and its entities."""
    text, entities, position = "", [], 0
    line = nfc(line)
    for match in _ANNOTATION.finditer(line):
        text += line[position : match.start()]
        entity, value = _label_of(match)
        entities.append(EntitySpan(len(text), len(text) + len(match["text"]), entity, value))
        text += match["text"]
        position = match.end()
    return text + line[position:], tuple(entities)


def _label_of(match: re.Match[str]) -> tuple[str, str | None]:
    if match["json"]:
        label: dict[str, Any] = json.loads(match["json"])
        return label["entity"], label.get("value")
    name, _, value = match["entity"].partition(":")
    return name, value or None


def annotate(example: Example) -> str:
    """Writes an example's message in Rasa's inline notation."""
    parts, position = [], 0
    for span in example.entities:
        parts.append(example.text[position : span.start])
        parts.append(f"[{example.text[span.start : span.end]}]({span.entity})")
        position = span.end
    return "".join(parts) + example.text[position:]


def read_rasa_yaml(text: str, origin: str | None = None) -> Iterator[Example]:
    """Reads the intents' examples of a Rasa NLU YAML document (retrieval intents, look-ups and the like are skipped).

    Args:
        text: The document.
        origin: The writer, where the document does not say so itself (`metadata: {origin: …}`).
    """
    document = YAML(typ="safe", pure=False).load(text) or {}
    for block in document.get("nlu") or []:
        intent = block.get("intent")
        if not intent:
            continue
        writer = (block.get("metadata") or {}).get("origin") or origin or UNKNOWN_ORIGIN
        for line in _lines_of(block.get("examples") or ""):
            message, entities = parse_annotated(line)
            yield Example(message, intent, entities, writer)


def _lines_of(examples: str | list[Any]) -> Iterator[str]:
    if isinstance(examples, str):
        lines: Iterable[str] = (line.strip() for line in examples.splitlines())
        yield from (line[1:].strip() for line in lines if line.startswith("-"))
        return
    for item in examples:
        yield str(item["text"] if isinstance(item, dict) else item).strip()


def read_json_lines(text: str, origin: str = UNKNOWN_ORIGIN) -> Iterator[Example]:
    """Reads `{"text", "intent", "entities": [{"start", "end", "entity", "value"?}]}`, one object a line."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            spans = tuple(
                EntitySpan(e["start"], e["end"], e["entity"], e.get("value")) for e in item.get("entities", [])
            )
            yield Example(nfc(item["text"]), item.get("intent") or "", spans, item.get("origin", origin))
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise BadExample(f"line {number}: {error}") from error


def read_examples(path: Path) -> list[Example]:
    """Reads a file, or all `.yml`, `.yaml`, `.jsonl` files under a folder."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".yaml", ".jsonl"))
        return [example for file in files for example in read_examples(file)]
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".yml", ".yaml"):
        return list(read_rasa_yaml(text))
    return list(read_json_lines(text))
