"""The catalogue that is measured on: the seed data, as the loader puts it into the one-stop shop's database."""

from __future__ import annotations

from pathlib import Path

from onestop.search import SearchableProcedure
from onestop.services.procedure_search import searchable
from onestop.storage.dossier_records import Procedure
from seed.catalogue import procedure_rows

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "data" / "procedure_queries"
HELD_OUT = ROOT / "tests" / "heldout" / "procedure_queries"


def whole_catalogue() -> list[SearchableProcedure]:
    """Reads the national catalogue with the curated procedures on top."""
    return [searchable(Procedure(**{**row, "aliases": tuple(row["aliases"])})) for row in procedure_rows()]
