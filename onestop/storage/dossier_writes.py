"""What the vendor's side writes: the demo's loader and the simulated counter, nobody else.

The product only reads the one-stop shop's database. These few statements stand here because SQL lives in
`onestop.storage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage import dossier_tables as tables
from onestop.storage.engine import Session, begin_immediate, is_sqlite

Row = dict[str, Any]


def begin_writing(session: Session) -> None:
    """Starts a transaction that no other writer runs beside.

    Readers keep a cursor on event ids, so an event must not become visible after one with a greater id: the
    writers queue up. Call it as the transaction's first statement.
    """
    begin_immediate(session)
    if not is_sqlite(session):
        # A lock of ours, not of the table: also taken while the tables do not exist yet.
        session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('onestop.dossier_event'))"))


def create_tables(session: Session) -> None:
    """Creates the tables that are missing, within the transaction."""
    tables.dossier_metadata.create_all(session.connection())


def drop_tables(session: Session) -> None:
    """Drops the tables, within the transaction."""
    tables.dossier_metadata.drop_all(session.connection())


def is_loaded(session: Session) -> bool:
    """Whether the tables are there and hold procedures."""
    if not sa.inspect(session.connection()).has_table(tables.procedure.name):
        return False
    return session.execute(sa.select(tables.procedure.c.code).limit(1)).first() is not None


def insert_rows(session: Session, table: sa.Table, rows: Iterable[Row]) -> int:
    """Inserts rows, whose keys may differ, into one of `dossier_tables`; returns how many."""
    names = [column.name for column in table.columns]
    given = list(rows)
    present = [name for name in names if any(name in row for row in given)]
    if given:
        session.execute(table.insert(), [{name: row.get(name) for name in present} for row in given])
    return len(given)


def continue_event_ids(session: Session, newest_id: int) -> None:
    """Makes the next event's id greater than `newest_id`, after events were inserted with their own ids."""
    if not is_sqlite(session):  # AUTOINCREMENT does so by itself
        session.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('dossier_event', 'id'), :newest)"),
            {"newest": max(newest_id, 1)},
        )


def add_event(
    session: Session,
    dossier_code: str,
    kind: str,
    *,
    state_from: int | None,
    state_to: int,
    at: datetime,
    data: Row,
) -> int:
    """Records what happened; returns the new event's id."""
    values = {
        "dossier_code": dossier_code,
        "kind": kind,
        "state_from": state_from,
        "state_to": state_to,
        "at": at,
        "data": data,
    }
    return session.execute(tables.dossier_event.insert().values(values)).inserted_primary_key[0]


def update_dossier(session: Session, code: str, changes: Row) -> None:
    """Changes columns of one dossier."""
    session.execute(tables.dossier.update().where(tables.dossier.c.code == code).values(changes))


def update_step(session: Session, code: str, number: int, changes: Row) -> None:
    """Changes columns of one step."""
    step = tables.dossier_step
    session.execute(step.update().where(step.c.dossier_code == code, step.c.number == number).values(changes))


def hand_in_missing_documents(session: Session, code: str) -> None:
    """Marks every paper of the dossier as submitted."""
    paper = tables.dossier_document
    session.execute(paper.update().where(paper.c.dossier_code == code).values(state="submitted"))


def ask_for_documents(session: Session, code: str, names: Sequence[str]) -> None:
    """Marks the named papers of the dossier as missing; those that it never had are added."""
    paper = tables.dossier_document
    held = session.execute(sa.select(paper.c.number, paper.c.name).where(paper.c.dossier_code == code)).all()
    numbers = {row.name: row.number for row in held}
    next_number = max(numbers.values(), default=0) + 1
    for name in dict.fromkeys(names):
        if name in numbers:
            where = (paper.c.dossier_code == code, paper.c.number == numbers[name])
            session.execute(paper.update().where(*where).values(state="missing"))
        else:
            row = {"dossier_code": code, "number": next_number, "name": name, "originals": 0, "copies": 1}
            insert_rows(session, paper, [{**row, "state": "missing"}])
            next_number += 1


def codes_starting_with(session: Session, prefix: str) -> list[str]:
    """The dossier codes that start with `prefix` (agency and day), for the next running number."""
    code = tables.dossier.c.code
    query = sa.select(code).where(code.startswith(prefix, autoescape=True))
    return list(session.execute(query).scalars())
