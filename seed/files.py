"""Reads the demo's data files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")


def read_json(name: str) -> Any:
    """The content of a JSON file of `seed/data`."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def read_json_lines(name: str) -> list[dict[str, Any]]:
    """The objects of a JSON lines file of `seed/data`."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
