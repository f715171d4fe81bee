"""The people of a measurement, on both sides, by the million: written as SQL, which no measurement counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from onestop import clock
from onestop.messages.codec import to_json
from onestop.messages.types import TextMessage
from onestop.services import broadcasts
from onestop.services.broadcasts import Audience
from onestop.storage import SessionFactory
from onestop.storage.engine import is_sqlite
from onestop.storage.schema import migrate
from onestop.storage.tables import Notification

TOPIC = "policy"
TEXT = "Từ ngày 01/12/2026, Trung tâm làm việc cả sáng thứ Bảy, từ 7 giờ 30 đến 11 giờ 30."
RECEIPT_CITIZENS = 100

_SQLITE = {
    "numbers": "WITH RECURSIVE g(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM g WHERE n < {count} - 1)",
    "citizen": "printf('c%024d', n)",
    "receiver": "printf('c%024d', n % {people})",
    "user": "printf('8%018d', n)",
    "phone": "printf('+849%08d', n)",
    "now": ":now",
    "body": ":body",
    "true": "1",
}
_POSTGRESQL = {
    "numbers": "WITH g AS (SELECT n FROM generate_series(0, {count} - 1) n)",
    "citizen": "'c' || lpad(n::text, 24, '0')",
    "receiver": "'c' || lpad((n % {people})::text, 24, '0')",
    "user": "'8' || lpad(n::text, 18, '0')",
    "phone": "'+849' || lpad(n::text, 8, '0')",
    "now": "CAST(:now AS timestamptz)",
    "body": "CAST(:body AS json)",
    "true": "true",
}


@dataclass(frozen=True)
class Person:
    """A citizen who hands in dossiers; their phone is linked."""

    zalo_user_id: str
    phone: str


def populate(engine: Engine, simulator_file: Path, rows: int, behind: int, queued: bool) -> list[Person]:
    """Citizens who agreed, subscribed and have just written, here and in the simulator.

    The last `RECEIPT_CITIZENS` of them have a linked phone: the broadcast reaches them last.

    Args:
        rows: How many there are.
        behind: So many rows of an earlier broadcast, sent, stand in the outbox.
        queued: Their rows of a broadcast stand in the outbox, due.
    """
    migrate(str(engine.url.render_as_string(hide_password=False)))
    with engine.begin() as connection:
        _citizens(connection, rows)
        _outbox(connection, rows, behind, "sent", 1)
        _outbox(connection, rows, rows if queued else 0, "created", 2)
    if not is_sqlite(engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
    _zalo_users(simulator_file, rows)
    return [Person(f"8{n:018d}", f"+849{n:08d}") for n in range(rows - RECEIPT_CITIZENS, rows)]


def approve_broadcast(sessions: SessionFactory) -> None:
    """One broadcast to everybody, approved: the notifier begins."""
    now = clock.now()
    with sessions.begin() as session:
        row = broadcasts.draft(
            session, topic=TOPIC, text=TEXT, url=None, audience=Audience(), created_by="Lan", now=now
        )
        broadcasts.approve(session, row.id, "Minh", now)


def counts_by_status(sessions: SessionFactory, settle: Callable[[], None]) -> dict[str, int]:
    """How many rows stand in which status after `settle`, those of earlier broadcasts apart."""
    settle()
    query = (
        sa.select(Notification.status, sa.func.count())
        .where(Notification.kind != "earlier")
        .group_by(Notification.status)
    )
    with sessions() as session:
        return {status: count for status, count in session.execute(query)}


def _citizens(connection: Connection, count: int) -> None:
    _insert(
        connection,
        count,
        "citizen (id, zalo_user_id, created_at, follows_account, last_interaction_at, phone, phone_linked_at)"
        f" SELECT {{citizen}}, {{user}}, {{now}}, {{true}}, {{now}},"
        f" CASE WHEN n >= {count - RECEIPT_CITIZENS} THEN {{phone}} END,"
        f" CASE WHEN n >= {count - RECEIPT_CITIZENS} THEN {{now}} END",
    )
    _insert(
        connection,
        count,
        "consent (citizen_id, purpose, given, wording, at) SELECT {citizen}, 'notifications', {true}, 'được', {now}",
    )
    _insert(
        connection,
        count,
        f"topic_subscription (citizen_id, topic, created_at) SELECT {{citizen}}, '{TOPIC}', {{now}}",
    )


def _outbox(connection: Connection, people: int, count: int, status: str, event_id: int) -> None:
    if not count:
        return
    kind, ended = ("earlier", "{now}") if status == "sent" else ("broadcast", "NULL")
    _insert(
        connection,
        count,
        "outbox (key, citizen_id, lane, kind, channel, body, record, status, attempts, created_at, next_attempt_at,"
        " event_id, recorded_at, finished_at)"
        f" SELECT 'b:{event_id}:' || n, {{receiver}}, 'bulk', '{kind}', 'cs', {{body}}, :text, '{status}', 0,"
        f" {{now}}, {{now}}, {event_id}, {ended}, {ended}",
        people,
    )


def _insert(connection: Connection, count: int, what: str, people: int = 1) -> None:
    lite = connection.dialect.name == "sqlite"
    words = {name: text.format(count=count, people=people) for name, text in (_SQLITE if lite else _POSTGRESQL).items()}
    statement = sa.text(f"{words['numbers']} INSERT INTO {what.format(**words)} FROM g")
    now = clock.now()
    values = {
        "now": now.strftime("%Y-%m-%d %H:%M:%S.%f") if lite else now,
        "text": TEXT,
        "body": json.dumps(to_json(TextMessage(TEXT)), ensure_ascii=False),
    }
    connection.execute(statement, {name: value for name, value in values.items() if f":{name}" in statement.text})


def _zalo_users(file: Path, count: int) -> None:
    numbers = _SQLITE["numbers"].format(count=count)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            f"{numbers} INSERT INTO citizen SELECT {_SQLITE['user']}, printf('7%018d', n), 'Nguyễn Thị Hoa',"
            f" {_SQLITE['phone']}, 'mobile', 'active', 1, 1, 0, :now, :now, '{{}}' FROM g",
            {"now": clock.timestamp()},
        )
