"""The catalogue that is measured on: the seed data, as the loader puts it into the one-stop shop's database."""

from __future__ import annotations

import json
from pathlib import Path

from onestop.search import SearchableProcedure

ROOT = Path(__file__).resolve().parents[2]
SEED_DATA = ROOT / "seed" / "data"
QUERIES = ROOT / "data" / "procedure_queries"
HELD_OUT = ROOT / "tests" / "heldout" / "procedure_queries"


def whole_catalogue() -> list[SearchableProcedure]:
    """Reads the curated procedures and, behind them, the rest of the national catalogue."""
    curated = curated_catalogue()
    taken = {procedure.code for procedure in curated}
    lines = (SEED_DATA / "procedures-national.jsonl").read_text(encoding="utf-8").splitlines()
    records = (json.loads(line) for line in lines if line)
    return curated + [_national(record) for record in records if record["code"] not in taken]


def curated_catalogue() -> list[SearchableProcedure]:
    """Reads the procedures that a person checked; those without a code get a made-up one."""
    records = json.loads((SEED_DATA / "procedures.json").read_text(encoding="utf-8"))
    return [
        SearchableProcedure(
            code=record["code"] or f"0.{number:06d}",
            name=record["name"],
            official_name=record["official_name"] or "",
            aliases=tuple(record["aliases"]),
            topic=record["topic"],
            sector=record["field"],
            levels=_levels(record["level"] or ""),
            curated=True,
        )
        for number, record in enumerate(records, start=1)
    ]


def _national(record: dict) -> SearchableProcedure:
    return SearchableProcedure(
        code=record["code"],
        name=record["title"],
        official_name=record["title"],
        sector=record["sector"],
        levels=_levels(" ".join(record["levels"])),
    )


def _levels(text: str) -> tuple[str, ...]:
    return tuple(level for level in ("bộ", "tỉnh", "xã") if level in text.lower())
