"""Measures the procedure search: python -m benchmarks.search.run [--queries FILE…] [--json FILE].

Everyday queries are scored writer by writer, by a model learnt from the other writers only; the writer kept apart
(`tests/heldout/procedure_queries`) by the model of all the others. Half of all queries lose their marks.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.search.catalogue import HELD_OUT, QUERIES, ROOT, whole_catalogue
from benchmarks.search.noise import SPOILINGS
from onestop.search import NONE, Index, LearntModel, SearchableProcedure, WrittenQuery, build_index, learn
from onestop.search.grouping import bare_title
from onestop.search.index import bare_titles, training_queries
from onestop.search.records import MATTERS, read_queries, read_query_folder, resolve_codes
from onestop.search.wording import wording_of_query
from onestop.services.elsewhere import matter_queries
from onestop.text import fold

Figures = dict[str, float]
DEFAULT_JSON = ROOT / "benchmarks" / "search" / "results.json"


def half_unmarked(queries: Sequence[WrittenQuery]) -> list[WrittenQuery]:
    """Drops the marks of every second query."""
    return [replace(query, text=fold(query.text)) if n % 2 else query for n, query in enumerate(queries)]


def everyday(index: Index, queries: Sequence[WrittenQuery]) -> Figures:
    """Counts how often the wanted procedure is first, in the first three, refused, and offered at all."""
    rows = []
    for query in queries:
        result = index.search(query.text)
        right = [bool({hit.code, *hit.also} & set(query.codes)) for hit in result.hits]
        is_said = result.verdict != NONE
        rows.append((right[0], any(right[:3]), not is_said, is_said and any(right)))
    means = np.mean(rows, axis=0).round(4).tolist()
    return dict(zip(("first", "in_three", "refused", "answered_or_offered"), means, strict=True)) | {
        "queries": len(rows)
    }


def by_trigrams(index: Index, queries: Sequence[WrittenQuery]) -> Figures:
    """The same by trigrams of names and aliases alone: what the learnt ranking is compared with."""
    rows = []
    for query in queries:
        cosine = index.lexical.score(wording_of_query(query.text)).cosine
        wanted = {index.group_of_code(code) for code in query.codes}
        right = [group in wanted for group in np.argsort(-cosine, kind="stable")[:3]]
        rows.append((right[0], any(right)))
    first, in_three = np.mean(rows, axis=0).round(4).tolist()
    return {"first": first, "in_three": in_three, "queries": len(rows)}


def everyday_by_writer(
    catalogue: Sequence[SearchableProcedure], queries: Sequence[WrittenQuery], held_out: Sequence[WrittenQuery]
) -> dict[str, dict[str, Figures]]:
    """Measures each writer by a model of the others, among the curated procedures and in the whole catalogue."""
    curated = [procedure for procedure in catalogue if procedure.curated]
    bases = {"curated": build_index(curated), "whole": build_index(catalogue)}
    learnable, titles = training_queries(catalogue, queries), bare_titles(catalogue)
    writers = sorted({query.writer for query in queries if query.codes})
    tests = {writer: [query for query in queries if query.writer == writer and query.codes] for writer in writers}
    if held_out:
        tests["held out"] = [query for query in held_out if query.codes]
    table: dict[str, dict[str, Figures]] = {}
    for writer, asked in tests.items():
        model = learn([query for query in learnable if query.writer != writer], titles)
        asked = half_unmarked(asked)
        table[writer] = {
            f"{scope}, {how}": figures
            for scope, base in bases.items()
            for how, figures in (
                ("search", everyday(base.with_learnt(model), asked)),
                ("trigrams alone", by_trigrams(base, asked)),
            )
        }
    return table


def names(catalogue: Sequence[SearchableProcedure], index: Index) -> dict[str, Figures]:
    """Looks up spoilt names: short and official ones of curated procedures, titles of 500 others."""
    chance = random.Random(7)
    curated = [procedure for procedure in catalogue if procedure.curated]
    others = [procedure for procedure in catalogue if not procedure.curated]
    asked = [(procedure.code, procedure.name) for procedure in curated]
    asked += [(procedure.code, procedure.official_name or procedure.name) for procedure in curated]
    asked += [(procedure.code, procedure.name) for procedure in chance.sample(others, min(500, len(others)))]
    table = {}
    for label, spoil in SPOILINGS.items():
        queries = [WrittenQuery(spoil(bare_title(name), chance), (code,)) for code, name in asked]
        table[label] = everyday(index, queries)
    whole = [figures["first"] for figures in table.values()]
    return table | {"all": {"first": round(float(np.mean(whole)), 4), "queries": len(asked) * len(table)}}


def refusals(index: Index, queries: Sequence[WrittenQuery]) -> Figures:
    """Counts how often it is said that there is no such procedure, where there is none."""
    said = [index.search(query.text).verdict == NONE for query in half_unmarked(queries)]
    return {"recognised": round(float(np.mean(said)), 4), "queries": len(said)}


def costs(catalogue: Sequence[SearchableProcedure], model: LearntModel, queries: Sequence[WrittenQuery]) -> Figures:
    """Measures time and memory: loading the stored model, building the index, answering."""
    path = ROOT / "results" / "benchmark_search.npz"
    path.parent.mkdir(exist_ok=True)
    model.save(path)
    before = _resident_mb()
    started_at = time.perf_counter()
    index = build_index(catalogue, learnt=LearntModel.load(path))
    ready_s = time.perf_counter() - started_at
    grown_mb = _resident_mb() - before
    stored_mb = path.stat().st_size / 1e6
    path.unlink()
    took_ms = []
    worked_from = time.process_time()
    for query in queries:
        started_at = time.perf_counter()
        index.search(query.text)
        took_ms.append((time.perf_counter() - started_at) * 1e3)
    return {
        "ready_s": round(ready_s, 2),
        "memory_mb": round(grown_mb, 1),
        "stored_mb": round(stored_mb, 1),
        "processor_ms": round((time.process_time() - worked_from) / len(queries) * 1e3, 2),
        "median_ms": round(float(np.median(took_ms)), 2),
        "p99_ms": round(float(np.quantile(took_ms, 0.99)), 2),
    }


def _resident_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return pages * resource.getpagesize() / 1e6


def measure(catalogue: Sequence[SearchableProcedure], is_quick: bool) -> dict[str, object]:
    """Takes all measures; a quick run leaves the writers out."""
    queries = resolve_codes([*read_query_folder(QUERIES), *matter_queries()], catalogue)
    held_out = resolve_codes(_held_out(), catalogue)
    started_at = time.perf_counter()
    model = learn(training_queries(catalogue, queries), bare_titles(catalogue))
    learnt_s = time.perf_counter() - started_at
    index = build_index(catalogue, learnt=model)
    report: dict[str, object] = {
        "catalogue": {"procedures": len(catalogue), "groups": len(index.groups), "queries": len(queries)},
        "costs": costs(catalogue, model, queries[:2000]) | {"learnt_s": round(learnt_s, 1)},
        "names": names(catalogue, index),
        "no such procedure, seen in fitting": refusals(
            index, [q for q in queries if not q.codes and q.writer != MATTERS]
        ),
    }
    unseen = [query for query in held_out if not query.codes]
    if unseen:
        report["no such procedure, held out"] = refusals(index, unseen)
    if not is_quick:
        report["everyday"] = everyday_by_writer(catalogue, queries, held_out)
    return report


def _held_out() -> list[WrittenQuery]:
    return [query for path in sorted(HELD_OUT.glob("**/*.tsv")) for query in read_queries(path, "held out")]


def score_files(paths: Sequence[Path], catalogue: Sequence[SearchableProcedure]) -> dict[str, object]:
    """Scores files of queries by the search over the whole catalogue.

    Lines that cannot be read, and queries whose codes the catalogue does not hold, are named and not counted.
    """
    problems: list[str] = []
    written = [query for path in paths for query in read_queries(path, problems=problems)]
    known = {procedure.code for procedure in catalogue} | {f"name:{procedure.name}" for procedure in catalogue}
    unknown = sorted({code for query in written for code in query.codes} - known)
    asked = resolve_codes(written, catalogue)
    index = build_index(catalogue, [*read_query_folder(QUERIES), *matter_queries()])
    with_code, without = [q for q in asked if q.codes], [q for q in asked if not q.codes]
    report: dict[str, object] = {"everyday": everyday(index, with_code)} if with_code else {}
    report |= {"no such procedure": refusals(index, without)} if without else {}
    left_out = len(written) - len(asked)
    report |= {"codes not in the catalogue": unknown, "queries left out for them": left_out} if unknown else {}
    return report | ({"lines left out": problems} if problems else {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", nargs="*", type=Path, default=[], help="score these files instead")
    parser.add_argument("--quick", action="store_true", help="leave out the writers")
    parser.add_argument("--json", type=Path, default=DEFAULT_JSON)
    arguments = parser.parse_args()
    catalogue = whole_catalogue()
    if arguments.queries:
        try:
            report = score_files(arguments.queries, catalogue)
        except (OSError, UnicodeDecodeError) as error:
            print(error, file=sys.stderr)
            return 1
    else:
        report = measure(catalogue, arguments.quick)
        arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    json.dump(report, sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
