"""Webhook requests that are still owed to the product, as rows."""

import sqlite3
from dataclasses import dataclass

from simulator.zalo.database import Database


@dataclass(frozen=True)
class Delivery:
    """One webhook request; its bytes never change, whatever is repeated.

    Attributes:
        lane: Requests of one lane are posted one after the other.
        timestamp: The event's own, part of the MAC.
        server: Value of `X-ZEvent-Server`; None leaves the header out.
        from_citizen: Whether a citizen did something (not an echo or a receipt).
        repeats: How many repeats were tried so far.
        due_at: Simulated time of the next attempt.
    """

    lane: str
    body: bytes
    timestamp: str
    due_at: float
    msg_id: str | None = None
    server: str | None = None
    bad_signature: bool = False
    from_citizen: bool = False
    repeats: int = 0
    id: int = 0


def add_delivery(db: Database, delivery: Delivery) -> int:
    """Writes the row and returns its id."""
    cursor = db.execute(
        "INSERT INTO delivery (lane, msg_id, body, timestamp, server, bad_signature, from_citizen, repeats,"
        " due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            delivery.lane, delivery.msg_id, delivery.body, delivery.timestamp, delivery.server,
            delivery.bad_signature, delivery.from_citizen, delivery.repeats, delivery.due_at,
        ),
    )  # fmt: skip
    return cursor.lastrowid or 0


def postpone_delivery(db: Database, delivery: Delivery) -> bool:
    """Saves when and for which time it will be repeated; False when it was forgotten meanwhile."""
    cursor = db.execute(
        "UPDATE delivery SET repeats = ?, due_at = ? WHERE id = ?",
        (delivery.repeats, delivery.due_at, delivery.id),
    )
    return cursor.rowcount > 0


def end_delivery(db: Database, delivery_id: int) -> None:
    """Forgets a request that was answered or given up."""
    db.execute("DELETE FROM delivery WHERE id = ?", (delivery_id,))


def end_all_deliveries(db: Database) -> None:
    """Forgets every pending request."""
    db.execute("DELETE FROM delivery")


def pending_deliveries(db: Database) -> list[Delivery]:
    """Every request still owed, in order."""
    return [_from_row(row) for row in db.all("SELECT * FROM delivery ORDER BY id")]


def _from_row(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        lane=row["lane"],
        msg_id=row["msg_id"],
        body=row["body"],
        timestamp=row["timestamp"],
        server=row["server"],
        bad_signature=bool(row["bad_signature"]),
        from_citizen=bool(row["from_citizen"]),
        repeats=row["repeats"],
        due_at=row["due_at"],
    )
