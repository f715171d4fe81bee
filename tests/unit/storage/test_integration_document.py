"""docs/integration.md and the tables are the same contract."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from onestop.storage.dossier_tables import dossier_metadata
from onestop.storage.life_cycle import STATE_NAMES, DossierState, EventKind, allowed_moves

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "integration.md").read_text(encoding="utf-8")
KINDS = {
    "text": (sa.String,),
    "integer": (sa.Integer,),
    "bigint": (sa.BigInteger, sa.Integer),
    "boolean": (sa.Boolean,),
    "date": (sa.Date,),
    "time": (sa.DateTime,),
    "JSON": (sa.JSON,),
}


def documented(table: str) -> list[tuple[str, str, str]]:
    section = DOCUMENT.split(f"### `{table}`", 1)[1].split("\n#", 1)[0]
    return re.findall(r"^\| `(\w+)` \| (\w+) \| (–|yes) \|", section, re.MULTILINE)


@pytest.mark.parametrize("table", dossier_metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_is_documented_with_its_type(table: sa.Table) -> None:
    rows = documented(table.name)
    assert [name for name, _, _ in rows] == [column.name for column in table.columns]
    for name, kind, null in rows:
        column = table.columns[name]
        implementation = getattr(column.type, "impl", column.type)
        assert isinstance(implementation, KINDS[kind]), name
        assert column.nullable is (null == "yes"), name


def test_states_and_their_moves_are_documented() -> None:
    for state in DossierState:
        row = re.search(rf"^\| {int(state)} \| ([^|]+) \| [^|]+ \| ?([^|]*)\|$", DOCUMENT, re.MULTILINE)
        assert row is not None
        assert row[1].strip() == STATE_NAMES[state]
        assert [int(n) for n in re.findall(r"\d+", row[2])] == [int(target) for target in allowed_moves(state)]


def test_kinds_of_events_are_documented() -> None:
    section = DOCUMENT.split("### `dossier_event`", 1)[1].split("\n#", 1)[0]
    assert {kind.value for kind in EventKind} <= set(re.findall(r"`(\w+)`", section))
