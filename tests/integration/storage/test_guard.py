"""Reading a database that is slow, dead, hung, or back again."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from onestop.errors import BackendUnavailable
from onestop.storage import Session, SessionFactory
from onestop.storage import dossier_queries as queries
from onestop.storage.engine import create_engine, is_sqlite, session_factory
from onestop.storage.guard import CircuitBreaker, DossierReader
from tests.dossier_builders import CODE, create_agency, create_dossier

LIMIT_S = 0.3
ENDLESS_SQL = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def read_sessions(database_url: str, dossier_sessions: SessionFactory) -> Iterator[SessionFactory]:
    with dossier_sessions.begin() as session:
        create_agency(session)
        create_dossier(session)
    engine = create_engine(database_url, read_only=True)
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture
def reader(read_sessions: SessionFactory) -> DossierReader:
    return DossierReader(read_sessions, time_limit_s=LIMIT_S)


def really_slow(session: Session) -> Any:
    statement = ENDLESS_SQL if is_sqlite(session) else "SELECT pg_sleep(30)"
    return session.execute(sa.text(statement)).scalar()


def sleeps_between_statements(session: Session) -> None:
    for _ in range(20):
        session.execute(sa.text(ENDLESS_SQL.replace("FROM n)", "FROM n LIMIT 200000)")))


def seconds_to_fail(reader: DossierReader, query: Any, *args: Any) -> float:
    started_at = time.monotonic()
    with pytest.raises(BackendUnavailable):
        reader.read(query, *args)
    return time.monotonic() - started_at


def test_reading_answers(reader: DossierReader) -> None:
    dossier = reader.read(queries.dossier_by_code, CODE)
    assert dossier is not None
    assert dossier.code == CODE


def test_slow_statement_is_ended_in_time_and_the_next_reading_is_well(reader: DossierReader) -> None:
    assert LIMIT_S * 0.9 < seconds_to_fail(reader, really_slow) < LIMIT_S + 1.0
    assert reader.read(queries.dossier_by_code, CODE) is not None


def test_limit_holds_for_all_statements_of_a_reading_together(reader: DossierReader) -> None:
    assert seconds_to_fail(reader, sleeps_between_statements) < LIMIT_S + 1.0


def test_large_reading_may_have_a_longer_limit(reader: DossierReader) -> None:
    def takes_half_a_second(session: Session) -> str:
        time.sleep(0.5)
        return session.execute(sa.text("SELECT 'xong'")).scalar_one()

    assert reader.read(takes_half_a_second, time_limit_s=5.0) == "xong"


def test_reading_sees_one_state_of_the_database(reader: DossierReader, dossier_sessions: SessionFactory) -> None:
    def reads_twice(session: Session) -> tuple[int, int]:
        before = queries.dossier_by_code(session, CODE)
        with dossier_sessions.begin() as other:
            other.execute(sa.text("UPDATE dossier SET state = 9"))
        after = queries.dossier_by_code(session, CODE)
        assert before is not None
        assert after is not None
        return before.state, after.state

    assert reader.read(reads_twice, time_limit_s=5.0) == (4, 4)


def test_reader_cannot_write(reader: DossierReader) -> None:
    with pytest.raises(BackendUnavailable):
        reader.read(lambda session: session.execute(sa.text("DELETE FROM dossier")))
    assert reader.read(queries.dossier_by_code, CODE) is not None


def test_database_that_is_not_there_fails_at_once(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'none.sqlite3'}", read_only=True)
    assert seconds_to_fail(DossierReader(session_factory(engine)), queries.all_agencies) < 0.5


def test_server_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and says nothing
        port = silent.getsockname()[1]
        engine = create_engine(f"postgresql+psycopg2://nobody@127.0.0.1:{port}/none", read_only=True)
        reader = DossierReader(session_factory(engine), time_limit_s=LIMIT_S)
        assert seconds_to_fail(reader, queries.all_agencies) < 3.5


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_server_that_hangs_in_mid_reading_is_given_up(database_url: str, read_sessions: SessionFactory) -> None:
    reader = DossierReader(read_sessions, time_limit_s=LIMIT_S)
    stopped: list[int] = []

    def freezes_the_server(session: Session) -> None:
        stopped.append(session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
        os.kill(stopped[0], signal.SIGSTOP)
        session.execute(sa.text("SELECT 1"))

    try:
        assert seconds_to_fail(reader, freezes_the_server) < LIMIT_S + 1.5
        assert reader.read(queries.dossier_by_code, CODE) is not None  # over a new connection
    finally:
        os.kill(stopped[0], signal.SIGCONT)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_that_died_meanwhile_are_replaced_without_an_error(
    read_sessions: SessionFactory, dossier_sessions: SessionFactory
) -> None:
    reader = DossierReader(read_sessions)
    reader.read(queries.dossier_by_code, CODE)
    with dossier_sessions() as session:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        session.execute(sa.text(f"{others} AND datname = current_database()"))
    assert reader.read(queries.dossier_by_code, CODE) is not None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_locked_database_is_not_waited_for(reader: DossierReader, dossier_sessions: SessionFactory) -> None:
    with dossier_sessions.begin() as session:
        session.execute(sa.text("LOCK TABLE dossier IN ACCESS EXCLUSIVE MODE"))
        assert seconds_to_fail(reader, queries.dossier_by_code, CODE) < LIMIT_S + 1.0


def test_rollback_journal_that_is_locked_is_not_waited_for(tmp_path: Path) -> None:
    """A vendor's SQLite file need not be in WAL mode: there a writer locks readers out."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    with sa.create_engine(url).connect() as writer:
        writer.exec_driver_sql("CREATE TABLE holiday (day, kind, name, source, unverified)")
        writer.exec_driver_sql("BEGIN EXCLUSIVE")
        reader = DossierReader(session_factory(create_engine(url, read_only=True)), time_limit_s=LIMIT_S)
        assert seconds_to_fail(reader, queries.all_holidays) < LIMIT_S + 0.5


def test_breaker_rests_the_database_and_tries_again(read_sessions: SessionFactory) -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures_to_open=3, rest_s=10.0, monotonic=lambda: now[0])
    reader = DossierReader(read_sessions, time_limit_s=LIMIT_S, breaker=breaker)
    calls = []

    def fails(session: Session) -> None:
        calls.append(1)
        session.execute(sa.text("SELECT * FROM no_such_table"))

    for _ in range(3):
        with pytest.raises(BackendUnavailable):
            reader.read(fails)
    assert reader.is_resting
    with pytest.raises(BackendUnavailable, match="resting"):
        reader.read(fails)
    assert len(calls) == 3  # the fourth was not tried

    now[0] = 10.1
    with pytest.raises(BackendUnavailable):
        reader.read(fails)  # the trial fails: it rests again
    assert len(calls) == 4
    with pytest.raises(BackendUnavailable, match="resting"):
        reader.read(queries.dossier_by_code, CODE)

    now[0] = 20.3
    assert reader.read(queries.dossier_by_code, CODE) is not None
    assert not reader.is_resting


def test_breaker_lets_only_one_trial_through() -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures_to_open=1, rest_s=10.0, monotonic=lambda: now[0])
    breaker.record_failure()
    now[0] = 11.0
    admitted = []
    threads = [threading.Thread(target=lambda: admitted.append(breaker.admits())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(True) == 1


def test_failures_count_only_in_a_row() -> None:
    breaker = CircuitBreaker(failures_to_open=2)
    for _ in range(5):
        breaker.record_failure()
        breaker.record_success()
    assert breaker.admits()


def test_mistake_of_the_caller_is_not_the_databases_failure(read_sessions: SessionFactory) -> None:
    reader = DossierReader(read_sessions, breaker=CircuitBreaker(failures_to_open=1))
    with pytest.raises(ZeroDivisionError):
        reader.read(lambda session: 1 / 0)
    assert reader.read(queries.dossier_by_code, CODE) is not None


def test_failed_reading_logs_no_personal_data(read_sessions: SessionFactory) -> None:
    reader = DossierReader(read_sessions, time_limit_s=LIMIT_S)

    def fails(session: Session, phone: str) -> None:
        session.execute(sa.text("SELECT * FROM no_such_table WHERE phone = :phone"), {"phone": phone})

    with capture_logs() as logs, pytest.raises(BackendUnavailable) as caught:
        reader.read(fails, "+84912345678")
    assert logs[0]["event"] == "dossiers.unavailable"
    assert "912345678" not in repr(logs) + str(caught.value) + str(caught.value.__cause__)
