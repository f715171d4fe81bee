"""Everything that our databases hold of one citizen, table by table: what is exported, and what erasing must reach.

A table belongs to a citizen when it has a column `citizen_id`; a new one is exported and erased without a change here.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

# Their tables join Base.metadata.
import onestop.storage.broadcast_tables
import onestop.storage.control_tables
import onestop.storage.identity_tables
import onestop.storage.information_tables
import onestop.storage.mailbox_tables
import onestop.storage.notice_tables
import onestop.storage.rule_tables  # noqa: F401
from onestop.storage.engine import Session, create_engine
from onestop.storage.tables import Base, Citizen, InboxEvent

Row = dict[str, Any]

# Held for a moment and for safety only; they say nothing about anybody.
NOT_EXPORTED = frozenset({"button_token", "one_time_code", "data_export", "erasure", "desk_link"})
HIDDEN_COLUMNS = frozenset({"citizen_id", "key", "claimed_at", "claimed_by", "sending_since", "token", "changed_by"})


def tables_of_citizens() -> list[sa.Table]:
    """Every table of ours that belongs to a citizen, in the order of their creation."""
    return [table for table in Base.metadata.sorted_tables if "citizen_id" in table.c]


def rows_of(session: Session, citizen_id: str) -> dict[str, list[Row]]:
    """This citizen's rows by table, without what is only technical; tables without any are left out."""
    found: dict[str, list[Row]] = {"citizen": _visible(session, Base.metadata.tables["citizen"], "id", citizen_id)}
    for table in tables_of_citizens():
        if table.name not in NOT_EXPORTED:
            found[table.name] = _visible(session, table, "citizen_id", citizen_id)
    return {name: rows for name, rows in found.items() if rows}


def counts_of(session: Session, citizen_id: str) -> dict[str, int]:
    """How many rows each table holds of this citizen."""
    counts = {}
    for table in tables_of_citizens():
        if table.name not in NOT_EXPORTED:
            query = sa.select(sa.func.count()).select_from(table).where(table.c.citizen_id == citizen_id)
            counts[table.name] = int(session.execute(query).scalar_one())
    return counts


def received_events_of(session: Session, citizen_id: str) -> list[Row]:
    """What Zalo posted of this citizen and we still keep: what kind of event, and when."""
    citizen = session.get(Citizen, citizen_id)
    if citizen is None or not citizen.zalo_user_id:
        return []
    query = (
        sa.select(InboxEvent.received_at, InboxEvent.event_name)
        .where(InboxEvent.zalo_user_id == citizen.zalo_user_id)
        .order_by(InboxEvent.id)
    )
    return [{"received_at": at, "event_name": name} for at, name in session.execute(query)]


def said_by(tracker_url: str, citizen_id: str) -> list[Row]:
    """What the citizen wrote, from the conversation's history: text and moment."""
    engine = create_engine(tracker_url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("events"):
                return []
            query = sa.text(
                "SELECT timestamp, data FROM events WHERE sender_id = :sender AND type_name = 'user' ORDER BY id"
            )
            return [_said(at, data) for at, data in connection.execute(query, {"sender": citizen_id})]
    finally:
        engine.dispose()


def _said(timestamp: float | None, data: str | None) -> Row:
    event = json.loads(data or "{}")
    at = datetime.fromtimestamp(float(timestamp or 0), tz=timezone.utc)
    return {"at": at, "text": event.get("text") or ""}


def _visible(session: Session, table: sa.Table, column: str, citizen_id: str) -> list[Row]:
    query = sa.select(table).where(table.c[column] == citizen_id)
    order = [one for one in table.primary_key.columns]
    shown = [one.name for one in table.columns if one.name not in HIDDEN_COLUMNS]
    rows = session.execute(query.order_by(*order)).mappings()
    return [{name: row[name] for name in shown if row[name] not in (None, "", [], {})} for row in rows]
