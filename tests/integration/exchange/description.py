"""docs/exchange-api.yaml as JSON Schema, to hold real requests, answers and callbacks against."""

from __future__ import annotations

from typing import Any

import jsonschema
import yaml

from console.exchange_api import DESCRIPTION, PATH

DOCUMENT = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))


def check(value: Any, schema: dict[str, Any]) -> None:
    """Raises where the value is not as described."""
    whole = {**_with_null(schema), "components": _with_null(DOCUMENT["components"])}
    jsonschema.validate(value, whole, jsonschema.Draft202012Validator)


def named(name: str) -> dict[str, Any]:
    """One schema of the document."""
    return DOCUMENT["components"]["schemas"][name]


def answer_schema(status: int) -> dict[str, Any]:
    """The schema of an answer; KeyError where that status is not described."""
    answer = DOCUMENT["paths"][PATH]["post"]["responses"][str(status)]
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return answer["content"]["application/json"]["schema"]


def _with_null(part: Any) -> Any:
    """`nullable` is OpenAPI 3.0's word for "or null"."""
    if isinstance(part, list):
        return [_with_null(one) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {name: _with_null(one) for name, one in part.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if part.get("nullable") is True else inner
