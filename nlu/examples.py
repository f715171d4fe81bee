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
ENDINGS = (".yml", ".yaml", ".json", ".jsonl")
"""Of files with examples."""


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


def read_rasa_yaml(text: str, origin: str | None = None, problems: list[str] | None = None) -> Iterator[Example]:
    """Reads the intents' examples of a Rasa NLU YAML document; look-ups, synonyms and regular expressions are skipped.

    A retrieval intent counts as its intent ('faq/fees' as 'faq').

    Args:
        text: The document.
        origin: The writer, where the document does not say so itself (`metadata: {origin: …}`).
        problems: Takes what is wrong with an example, which is then left out; None raises instead.

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
                _note(f"line {_line_number(text, line)}: {error}", problems, error)
                continue
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


def read_json(text: str, origin: str = UNKNOWN_ORIGIN, problems: list[str] | None = None) -> Iterator[Example]:
    """Reads JSON lines, `{"text", "intent", "entities": [{"start", "end", "entity", "value"?}]}`, one object a line.

    A list of such objects and Rasa's JSON (`{"rasa_nlu_data": {"common_examples": […]}}`) are read too. Other keys are
    skipped.

    Args:
        text: The document.
        origin: The writer, where an object does not say so itself.
        problems: Takes what is wrong with a line, which is then left out; None raises instead.

    Raises:
        BadExample: A line is something else; it is named.
    """
    for place, item in _items_of(text):
        try:
            yield _example_of(json.loads(item) if isinstance(item, str) else item, origin)
        except KeyError as error:
            _note(f"{place}: {error} is missing", problems, error)
        except json.JSONDecodeError as error:
            _note(f"{place}: no JSON, {error.msg} at character {error.pos + 1}", problems, error)
        except (AttributeError, TypeError, ValueError) as error:
            _note(f"{place}: {error}", problems, error)


def _items_of(text: str) -> Iterator[tuple[str, Any]]:
    """The objects of a JSON document, or else its lines, each with where it stands."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        document = None
    if isinstance(document, dict) and isinstance(document.get("rasa_nlu_data"), dict):
        document = document["rasa_nlu_data"].get("common_examples")
    if isinstance(document, list):
        yield from ((f"example {number}", item) for number, item in enumerate(document, 1))
        return
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would cut at U+2028, which JSON allows in a text
        if line.strip():
            yield f"line {number}", line


def _note(problem: str, problems: list[str] | None, cause: Exception) -> None:
    """Keeps a problem for later, or raises it where nobody gathers them."""
    if problems is None:
        raise BadExample(problem) from cause
    problems.append(problem)


def _example_of(item: Any, origin: str) -> Example:
    if not isinstance(item, dict):
        raise TypeError("no JSON object")
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
        value = entity.get("value")
        spans.append(EntitySpan(start, end, str(entity["entity"]), None if value is None else str(value)))
    spans.sort(key=lambda span: span.start)
    intent = item.get("intent") or ""
    name = intent.get("name") or "" if isinstance(intent, dict) else str(intent)  # as in a server's answer
    return Example(nfc(written), name.partition("/")[0], tuple(spans), str(item.get("origin") or origin))


def read_examples(path: Path, problems: list[str] | None = None) -> list[Example]:
    """Reads a file, or all `.yml`, `.yaml`, `.json`, `.jsonl` files under a folder; what is not YAML is read as JSON.

    Args:
        path: The file or folder.
        problems: Takes what is wrong with single examples, which are then left out; None raises instead.

    Raises:
        BadExample: A file cannot be read as examples; it and the line are named.
    """
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in ENDINGS)
        return [example for file in files for example in read_examples(file, problems)]
    found: list[str] | None = None if problems is None else []
    try:
        text = path.read_text(encoding="utf-8-sig")
        read = read_rasa_yaml if path.suffix.lower() in (".yml", ".yaml") or _looks_like_yaml(text) else read_json
        examples = list(read(text, problems=found))
    except (BadExample, UnicodeDecodeError) as error:
        raise BadExample(f"{path}: {error}") from error
    if problems is not None and found:
        problems.extend(f"{path}: {problem}" for problem in found)
    return examples


def _looks_like_yaml(text: str) -> bool:
    return bool(re.search(r"^nlu:\s*$", text, re.MULTILINE))
