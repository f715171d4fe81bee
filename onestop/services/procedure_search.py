"""Finds the official procedure that a citizen's words ask for, over the whole catalogue."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from onestop.log import get_logger
from onestop.search import (
    Index,
    LearntModel,
    SearchableProcedure,
    SearchResult,
    build_index,
    learn,
    read_query_folder,
)
from onestop.search.index import bare_titles, training_queries
from onestop.search.learnt import UnreadableModel, fingerprint_of
from onestop.services.catalogue import whole_catalogue
from onestop.services.elsewhere import matter_queries
from onestop.storage.catalogue import Imported
from onestop.storage.dossier_queries import all_procedures
from onestop.storage.dossier_records import Procedure
from onestop.storage.guard import DossierReader

QUERIES_FOLDER = Path(__file__).resolve().parents[2] / "data" / "procedure_queries"
LEARNT_FILE = "procedure_search.npz"
_READ_LIMIT_S = 30.0

log = get_logger()


class ProcedureSearch:
    """Everyday words → procedures. Safe between threads: a new catalogue is a new index, put in place at once."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @classmethod
    def from_reader(
        cls,
        reader: DossierReader,
        model_dir: Path,
        queries_folder: Path = QUERIES_FOLDER,
        imported: Mapping[str, Imported] | None = None,
    ) -> ProcedureSearch:
        """Reads the catalogue and the model learnt from written queries, learning it first where it is missing.

        Args:
            reader: The one-stop shop's database.
            model_dir: Folder in which the learnt model is kept between starts.
            queries_folder: `<writer>/*.tsv` with `query<TAB>code[,code…]`.
            imported: The province's own procedures by code, laid over the catalogue. They are found by their names;
                what was learnt from written queries stays as it is, so that an import needs no learning.

        Raises:
            BackendUnavailable: The catalogue cannot be read now.
            UnreadableQueries: A file of written queries is broken.
        """
        records = reader.read(all_procedures, time_limit_s=_READ_LIMIT_S)
        learnt = learnt_model([searchable(record) for record in records], model_dir, queries_folder)
        found = whole_catalogue(records, imported or {})
        return cls(build_index([searchable(record) for record in found], learnt=learnt))

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Finds the procedures that a message asks for, best first.

        Args:
            text: What the citizen wrote, whole or the words that name the procedure.
            limit: Most hits to return.
        """
        return self._index.search(text, limit)

    def name_of(self, code: str) -> str | None:
        """The short name of a procedure; None where the catalogue does not hold it."""
        return self._index.name_of(code)


def read_catalogue(reader: DossierReader) -> list[SearchableProcedure]:
    """Reads every procedure of the one-stop shop's database."""
    return [searchable(record) for record in reader.read(all_procedures, time_limit_s=_READ_LIMIT_S)]


def searchable(record: Procedure) -> SearchableProcedure:
    """Takes from a record what ranking looks at."""
    level = (record.level or "").lower()
    return SearchableProcedure(
        code=record.code,
        name=record.name,
        official_name=record.official_name or "",
        aliases=record.aliases,
        topic=record.topic or "",
        sector=record.sector or "",
        levels=tuple(word for word in ("bộ", "tỉnh", "xã") if word in level),
        curated=record.curated,
        portal_url=record.portal_url or "",
    )


def learnt_model(
    catalogue: Sequence[SearchableProcedure], model_dir: Path, queries_folder: Path = QUERIES_FOLDER
) -> LearntModel | None:
    """Loads the model learnt from written queries, or learns and keeps it when the queries have changed."""
    queries = training_queries(catalogue, [*read_query_folder(queries_folder), *matter_queries()])
    if not any(query.codes for query in queries):
        return None
    path = model_dir / LEARNT_FILE
    kept = _kept(path)
    if kept is not None and kept.fingerprint == fingerprint_of(queries):
        return kept
    log.info("search.learning", queries=len(queries))
    model = learn(queries, bare_titles(catalogue))
    _put(model, path)
    return model


def _kept(path: Path) -> LearntModel | None:
    """Reads the model kept from an earlier start; None where there is none or another version wrote it."""
    if not path.exists():
        return None
    try:
        return LearntModel.load(path)
    except UnreadableModel:
        log.warning("search.model_unreadable", file=path.name)
        return None


def _put(model: LearntModel, path: Path) -> None:
    """Writes beside and renames, so that a killed start leaves no half file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.stem}.{os.getpid()}.npz")
    model.save(beside)
    beside.replace(path)
