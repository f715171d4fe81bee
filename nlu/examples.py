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
from ruamel.yaml.error import MarkedYAMLError, YAMLError

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
    """Splits a line in Rasa's inline notation into the message and its entities.

    Raises:
        BadExample: What stands behind a bracket is no entity.
    """
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
    if not match["json"]:
        name, _, value = match["entity"].partition(":")
        return name, value or None
    try:
        label: dict[str, Any] = json.loads(match["json"])
        return label["entity"], label.get("value")
    except KeyError as error:
        raise BadExample(f"{match.group()} does not name its entity") from error
    except json.JSONDecodeError as error:
        raise BadExample(f"{match.group()}: {error}") from error


def annotate(example: Example) -> str:
    """Writes an example's message in Rasa's inline notation."""
    parts, position = [], 0
    for span in example.entities:
        parts.append(example.text[position : span.start])
        parts.append(f"[{example.text[span.start : span.end]}]({span.entity})")
        position = span.end
    return "".join(parts) + example.text[position:]


def read_rasa_yaml(text: str, origin: str | None = None) -> Iterator[Example]:
    """Reads the intents' examples of a Rasa NLU YAML document; look-ups, synonyms and regular expressions are skipped.

    A retrieval intent counts as its intent ('faq/fees' as 'faq').

    Args:
        text: The document.
        origin: The writer, where the document does not say so itself (`metadata: {origin: …}`).

    Raises:
        BadExample: The document is no NLU YAML; the line is named.
    """
    for block in _blocks_of(text):
        intent = block.get("intent")
        if not intent:
            continue
        writer = (block.get("metadata") or {}).get("origin") or origin or UNKNOWN_ORIGIN
        for line in _lines_of(block.get("examples") or ""):
            try:
                message, entities = parse_annotated(line)
            except BadExample as error:
                raise BadExample(f"line {_line_number(text, line)}: {error}") from error
            yield Example(message, str(intent).partition("/")[0], entities, writer)


def _blocks_of(text: str) -> list[dict[str, Any]]:
    try:
        document = YAML(typ="safe", pure=False).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise BadExample(f"line {line}: no YAML, {error.problem}") from error
    except YAMLError as error:
        raise BadExample(f"no YAML, {error}") from error
    blocks = document.get("nlu") if isinstance(document, dict) else None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise BadExample("line 1: no Rasa NLU YAML, it has no list 'nlu:'")
    return blocks


def _line_number(text: str, example: str) -> int:
    """The line an example stands in (the first one alike); 1 where YAML wrote it otherwise."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if example in line), 1)


def _lines_of(examples: str | list[Any]) -> Iterator[str]:
    if isinstance(examples, str):
        lines: Iterable[str] = (line.strip() for line in examples.splitlines())
        yield from (line[1:].strip() for line in lines if line.startswith("-"))
        return
    for item in examples:
        yield str(item["text"] if isinstance(item, dict) else item).strip()


def read_json_lines(text: str, origin: str = UNKNOWN_ORIGIN) -> Iterator[Example]:
    """Reads `{"text", "intent", "entities": [{"start", "end", "entity", "value"?}]}`, one object a line.

    Raises:
        BadExample: A line is something else; it is named.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield _example_of(json.loads(line), origin)
        except KeyError as error:
            raise BadExample(f"line {number}: {error} is missing") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise BadExample(f"line {number}: {error}") from error


def _example_of(item: dict[str, Any], origin: str) -> Example:
    written: str = item["text"]
    if not isinstance(written, str):
        raise TypeError("'text' is no text")
    spans = []
    for entity in item.get("entities") or []:
        start, end = int(entity["start"]), int(entity["end"])
        if not 0 <= start < end <= len(written):
            raise ValueError(f"entity {start}–{end} is not inside the text, which has {len(written)} characters")
        # Offsets are into the text as written, ours into its NFC form.
        start, end = len(nfc(written[:start])), len(nfc(written[:end]))
        spans.append(EntitySpan(start, end, entity["entity"], entity.get("value")))
    spans.sort(key=lambda span: span.start)
    return Example(nfc(written), item.get("intent") or "", tuple(spans), item.get("origin", origin))


def read_examples(path: Path) -> list[Example]:
    """Reads a file, or all `.yml`, `.yaml`, `.jsonl` files under a folder; what is not YAML is read as JSON lines.

    Raises:
        BadExample: A file cannot be read as examples; it and the line are named.
    """
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".yaml", ".jsonl"))
        return [example for file in files for example in read_examples(file)]
    try:
        text = path.read_text(encoding="utf-8-sig")
        is_yaml = path.suffix in (".yml", ".yaml")
        return list(read_rasa_yaml(text) if is_yaml else read_json_lines(text))
    except (BadExample, UnicodeDecodeError) as error:
        raise BadExample(f"{path}: {error}") from error
