"""Engines on both kinds of database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError

from onestop.storage import SessionFactory
from onestop.storage.column_types import UtcDateTime
from onestop.storage.engine import Engine, begin_immediate, create_engine, is_sqlite, session_factory

metadata = sa.MetaData()
counter = sa.Table("counter", metadata, sa.Column("n", sa.Integer), sa.Column("at", UtcDateTime))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> SessionFactory:
    return session_factory(engine)


def test_read_only_engine_cannot_write(engine: Engine, database_url: str) -> None:
    reader = create_engine(database_url, read_only=True)
    with reader.connect() as connection:
        assert connection.execute(sa.select(counter)).all() == []
        with pytest.raises(DBAPIError):
            connection.execute(counter.insert().values(n=1))
    reader.dispose()


def test_read_only_engine_makes_no_file(tmp_path: Path) -> None:
    reader = create_engine(f"sqlite:///{tmp_path / 'none.sqlite3'}", read_only=True)
    with pytest.raises(DBAPIError):
        reader.connect()
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_made(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a' / 'b' / 'file.sqlite3'}")
    metadata.create_all(engine)
    engine.dispose()
    assert (tmp_path / "a" / "b" / "file.sqlite3").exists()


def test_moment_comes_back_aware_in_utc(sessions: SessionFactory) -> None:
    hanoi = datetime(2026, 11, 24, 8, 30, 15, 250000, tzinfo=timezone(timedelta(hours=7)))
    with sessions.begin() as session:
        session.execute(counter.insert().values(n=1, at=hanoi))
    with sessions() as session:
        read = session.execute(sa.select(counter.c.at)).scalar_one()
    assert read == hanoi
    assert read.utcoffset() == timedelta(0)


def test_naive_moment_is_refused(sessions: SessionFactory) -> None:
    with sessions() as session, pytest.raises(StatementError, match="without a time zone"):
        session.execute(counter.insert().values(n=1, at=datetime(2026, 11, 24)))  # noqa: DTZ001


def test_error_text_holds_no_parameters(sessions: SessionFactory) -> None:
    with sessions() as session, pytest.raises(DBAPIError) as caught:
        session.execute(sa.text("INSERT INTO nothing VALUES (:phone)"), {"phone": "0912345678"})
    assert "0912345678" not in str(caught.value)


def test_errors_of_postgresql_hold_no_values(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE citizen (phone text CONSTRAINT one_phone UNIQUE, age integer)"))
        connection.execute(sa.text("INSERT INTO citizen VALUES (:phone)"), {"phone": "0912345678"})
    for statement in ("INSERT INTO citizen VALUES (:phone)", "INSERT INTO citizen (age) VALUES (:phone || 'x')"):
        with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(sa.text(statement), {"phone": "0912345678"})
        assert "0912345678" not in str(caught.value) + str(caught.value.orig) + repr(caught.value.orig)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="one_phone"):
        connection.execute(sa.text("INSERT INTO citizen VALUES (:phone)"), {"phone": "0912345678"})
    with engine.connect() as connection, pytest.raises(DBAPIError, match="22P02") as caught:
        connection.execute(sa.text("SELECT CAST(:phone AS integer)"), {"phone": "số 0912345678"})
    assert "0912345678" not in str(caught.value)
    engine.dispose()


def test_transactions_that_read_before_they_write_do_not_lose_each_other(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        session.execute(counter.insert().values(n=0))

    def add() -> None:
        for _ in range(20):
            with sessions.begin() as session:
                begin_immediate(session)
                query = sa.select(counter.c.n) if is_sqlite(session) else sa.select(counter.c.n).with_for_update()
                n = session.execute(query).scalar_one()
                session.execute(counter.update().values(n=n + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert session.execute(sa.select(counter.c.n)).scalar_one() == 80


def test_statement_timeout_ends_a_slow_statement(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url, statement_timeout_s=0.2)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):
        connection.execute(sa.text("SELECT pg_sleep(5)"))
    engine.dispose()
