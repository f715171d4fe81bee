"""The search over the demo's real one-stop database."""

import time
from datetime import date

import pytest

from onestop.search import SEVERAL, SURE
from onestop.services.procedure_search import LEARNT_FILE, ProcedureSearch, learnt_model, read_catalogue
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from seed.load import load_demo

QUERIES = "bà nội lẫn rồi, ai được ký thay cho bà\t1.004837\nnuôi rồng\tnone\n"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('dossiers')}/dossiers.sqlite3"
    load_demo(url, seed=2019, dossiers=10, today=date(2026, 7, 20), fresh=True, report=lambda line: None)
    engine = create_engine(url, read_only=True)
    yield DossierReader(session_factory(engine))
    engine.dispose()


@pytest.fixture(scope="module")
def queries_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("queries")
    (folder / "a").mkdir()
    (folder / "a" / "part1.tsv").write_text(QUERIES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def search(reader, queries_folder, tmp_path_factory):
    return ProcedureSearch.from_reader(reader, tmp_path_factory.mktemp("models"), queries_folder)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("đăng ký khai sinh", "1.001193"),
        ("lam lai the can cuoc bi mat", "1.014064"),
        ("ba noi lan roi ai ky thay cho ba", "1.004837"),
        ("1.001193", "1.001193"),
        ("cho em hoi ddawng kys keets hoon can giay to gi a", "1.000894"),
    ],
)
def test_procedure_is_found_in_the_whole_catalogue(search, query, code):
    hits = search.search(query).hits
    assert code in (hits[0].code, *hits[0].also)


def test_procedure_without_a_national_code_is_found(search):
    assert "rượu" in search.search("giay phep ban le ruou").hits[0].name


def test_verdict_is_an_answer_or_an_offer_for_an_official_name(search):
    assert search.search("Thủ tục đăng ký khai tử").verdict in (SURE, SEVERAL)


def test_query_takes_few_milliseconds(search):
    queries = ["má em mới mất thì ra xã làm giấy gì", "cap lai giay phep lai xe", "mở quán ăn cần giấy gì"] * 20
    search.search(queries[0])
    started_at = time.process_time()
    for query in queries:
        search.search(query)
    assert (time.process_time() - started_at) / len(queries) < 0.010


def test_model_is_learnt_once_and_again_when_the_queries_change(reader, queries_folder, tmp_path):
    catalogue = read_catalogue(reader)
    first = learnt_model(catalogue, tmp_path, queries_folder)
    kept_at = (tmp_path / LEARNT_FILE).stat().st_mtime_ns
    assert learnt_model(catalogue, tmp_path, queries_folder).fingerprint == first.fingerprint
    assert (tmp_path / LEARNT_FILE).stat().st_mtime_ns == kept_at
    added = queries_folder / "a" / "part2.tsv"
    added.write_text("con mới sanh\t1.001193\n", encoding="utf-8")
    try:
        assert learnt_model(catalogue, tmp_path, queries_folder).fingerprint != first.fingerprint
    finally:
        added.unlink()


def test_stored_model_that_cannot_be_read_is_learnt_anew(reader, queries_folder, tmp_path):
    (tmp_path / LEARNT_FILE).write_bytes(b"PK\x03\x04 cut off")
    assert learnt_model(read_catalogue(reader), tmp_path, queries_folder).fingerprint
