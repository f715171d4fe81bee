"""Queries over tickets: citizens who wait for an officer, and what was written meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.mailbox_tables import TicketMessage
from onestop.storage.tables import OfficerRequest

OPEN = ("waiting", "taken")


def insert_request(session: Session, values: dict[str, Any]) -> bool:
    """Adds a ticket; False where the same message made one before."""
    return insert_once(session, OfficerRequest, values)


def request_by_key(session: Session, key: str) -> OfficerRequest | None:
    """The ticket that a message opened."""
    return session.execute(sa.select(OfficerRequest).where(OfficerRequest.key == key)).scalar_one_or_none()


def open_request_of(session: Session, citizen_id: str) -> OfficerRequest | None:
    """The ticket of this citizen that has not ended, oldest first."""
    query = (
        sa.select(OfficerRequest)
        .where(OfficerRequest.citizen_id == citizen_id, OfficerRequest.state.in_(OPEN))
        .order_by(OfficerRequest.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def request_by_id(session: Session, ticket_id: int) -> OfficerRequest | None:
    """A ticket, locked until the transaction ends."""
    query = sa.select(OfficerRequest).where(OfficerRequest.id == ticket_id).with_for_update()
    return session.execute(query).scalar_one_or_none()


def list_requests(session: Session, states: Sequence[str], limit: int, offset: int) -> list[OfficerRequest]:
    """Tickets for officers, who waits longest first."""
    query = sa.select(OfficerRequest).order_by(OfficerRequest.id).limit(limit).offset(offset)
    if states:
        query = query.where(OfficerRequest.state.in_(states))
    return list(session.execute(query).scalars())


def count_waiting_before(session: Session, ticket_id: int) -> int:
    """How many tickets wait that were opened earlier."""
    query = sa.select(sa.func.count()).where(OfficerRequest.state == "waiting", OfficerRequest.id < ticket_id)
    return int(session.execute(query).scalar_one())


def recent_waits(session: Session, since: datetime, limit: int) -> list[tuple[datetime, datetime]]:
    """When recent tickets were opened and taken, newest first."""
    query = (
        sa.select(OfficerRequest.created_at, OfficerRequest.taken_at)
        .where(OfficerRequest.taken_at.is_not(None), OfficerRequest.taken_at >= since)
        .order_by(OfficerRequest.taken_at.desc())
        .limit(limit)
    )
    return [(opened, taken) for opened, taken in session.execute(query)]


def due_returns(session: Session, now: datetime, limit: int = 50) -> list[OfficerRequest]:
    """Open tickets whose silence is over; rows that another notifier holds are left out."""
    query = (
        sa.select(OfficerRequest)
        .where(OfficerRequest.state.in_(OPEN), OfficerRequest.bot_returns_at <= now)
        .order_by(OfficerRequest.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def insert_message(session: Session, values: dict[str, Any]) -> bool:
    """Keeps what was written; False where its key is taken."""
    return insert_once(session, TicketMessage, values)


def messages_of(session: Session, ticket_id: int) -> list[TicketMessage]:
    """What was written on a ticket, in order."""
    query = sa.select(TicketMessage).where(TicketMessage.ticket_id == ticket_id).order_by(TicketMessage.id)
    return list(session.execute(query).scalars())
