"""The statements of every round find their rows by an index, however many rows there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onestop.storage import Session, broadcasts, citizens, outbox, outbox_reports
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.inserts import insert_many_once
from onestop.storage.schema import migrate
from onestop.storage.tables import Notification

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)
ROUND: dict[str, Callable[[Session], Any]] = {
    "due": lambda session: outbox.due_ids(session, ("notice", "bulk"), NOW, None, 100),
    "orphans": lambda session: outbox.due_ids(session, ("reply",), NOW, NOW, 100),
    "claim": lambda session: outbox.claim_many(session, [1, 2, 3], "test", NOW, time.time()),
    "stuck": lambda session: outbox.sending_rows(session, 50),
    "room for a broadcast": lambda session: broadcasts.waiting_bulk(session, 1000),
    "longest waiting receipt": lambda session: outbox_reports.oldest_due_at(session, ("received",), NOW),
    "history": lambda session: outbox.unrecorded_pushes(session, 50),
    "citizens by phone": lambda session: citizens.citizens_with_phone(session, "+84900000000"),
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    url = f"sqlite:///{tmp_path / 'ours.sqlite3'}"
    migrate(url)
    engine = create_engine(url)
    with session_factory(engine)() as session:
        yield session
    engine.dispose()


def row(number: int, **values: Any) -> dict[str, Any]:
    return {
        "key": f"k{number}", "citizen_id": f"c{number}", "lane": "bulk", "kind": "broadcast", "channel": "cs",
        "body": {}, "status": "created", "attempts": 0, "created_at": NOW, "next_attempt_at": NOW, **values,
    }  # fmt: skip


@pytest.mark.parametrize("name", ROUND)
def test_no_statement_of_a_round_reads_a_whole_table(name: str, session: Session) -> None:
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(session.get_bind(), "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    ROUND[name](session)
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)
    raw = session.connection().connection
    plans = [line[3] for statement, values in asked for line in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plans
    tables = [line for line in plans if line.startswith(("SCAN outbox", "SCAN citizen"))]
    assert tables == []
    if name == "claim":  # by the ids given, never by all that waits
        assert not any("ix_outbox_due" in line for line in plans)


def test_due_rows_come_longest_due_first_and_one_a_citizen(session: Session) -> None:
    later = NOW - timedelta(minutes=1)
    insert_many_once(session, Notification, [
        row(1, citizen_id="a", next_attempt_at=later), row(2, citizen_id="a", next_attempt_at=later),
        row(3, citizen_id="b", status="temporary-failure", next_attempt_at=NOW - timedelta(hours=1)),
        row(4, citizen_id="c", next_attempt_at=NOW + timedelta(hours=1)),
    ])  # fmt: skip
    assert outbox.due_ids(session, ("bulk",), NOW, None, 10) == [3, 1]
    assert outbox.due_ids(session, ("bulk",), NOW, None, 1) == [3]


def test_many_rows_with_one_key_known_already_add_the_others(session: Session) -> None:
    assert insert_many_once(session, Notification, [row(1)]) == 1
    assert insert_many_once(session, Notification, [row(number) for number in range(1, 601)]) == 599
    assert insert_many_once(session, Notification, []) == 0


def test_what_waits_is_counted_no_further_than_asked(session: Session) -> None:
    insert_many_once(session, Notification, [row(number) for number in range(5)])
    assert broadcasts.waiting_bulk(session, 3) == 3
    assert broadcasts.waiting_bulk(session, 9) == 5
