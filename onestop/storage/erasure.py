"""Deletes what our databases hold of one citizen."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage import identity, own_data, supplements
from onestop.storage.broadcast_tables import TopicSubscription
from onestop.storage.control_tables import CitizenSetting, DataExport, WaitingQuestion
from onestop.storage.engine import Session, create_engine
from onestop.storage.information_tables import AreaNotice, AreaSubscription, InformationTopic
from onestop.storage.inserts import insert_once
from onestop.storage.mailbox_tables import FeedbackEvent, SurveyAnswer, TicketMessage
from onestop.storage.notice_tables import SupplementAnswer, SupplementPhoto
from onestop.storage.rule_tables import ReminderStop
from onestop.storage.tables import (
    ButtonToken,
    Citizen,
    Consent,
    Delivery,
    Erasure,
    Feedback,
    Follow,
    InboxEvent,
    LookupMiss,
    Notification,
    OfficerRequest,
    Rating,
    Reminder,
    Topic,
)

# What a citizen told us or asked of us; looked at by no process that is still to answer them.
CONTENT = (
    Follow,
    Reminder,
    Feedback,
    Rating,
    OfficerRequest,
    Topic,
    ButtonToken,
    Consent,
    AreaSubscription,
    AreaNotice,
    InformationTopic,
    SupplementPhoto,
    SupplementAnswer,
    FeedbackEvent,
    TicketMessage,
    SurveyAnswer,
    CitizenSetting,
    WaitingQuestion,
    DataExport,
    TopicSubscription,
    ReminderStop,
)
# Keep a row without its citizen, or empty it themselves.
_NOT_SWEPT = frozenset({"erasure", "outbox", "one_time_code", "desk_link"})


def delete_content(session: Session, citizen_id: str) -> None:
    """Deletes a citizen's follows, reminders, feedback, ratings, requests, consents, buttons and topic."""
    for table in CONTENT:
        session.execute(sa.delete(table).where(table.citizen_id == citizen_id))


def photos_of(session: Session, citizen_id: str) -> list[str]:
    """The files that a citizen sent with feedback, to an officer, or in answer to a request to supplement."""
    queries = (
        sa.select(Feedback.photos).where(Feedback.citizen_id == citizen_id),
        sa.select(TicketMessage.files).where(TicketMessage.citizen_id == citizen_id),
    )
    sent = [ref for query in queries for files in session.execute(query).scalars() for ref in files or ()]
    return sent + supplements.files_of_citizen(session, citizen_id)


def delete_messages(session: Session, citizen_id: str) -> None:
    """Deletes what was written to a citizen and what came from them, and the citizen."""
    sent = sa.select(Notification.id).where(Notification.citizen_id == citizen_id)
    session.execute(
        sa.delete(Delivery).where(Delivery.notification_id.in_(sent)), execution_options={"synchronize_session": False}
    )
    session.execute(sa.delete(Notification).where(Notification.citizen_id == citizen_id))
    session.execute(sa.delete(LookupMiss).where(LookupMiss.citizen_id == citizen_id))
    identity.forget(session, citizen_id)
    _sweep(session, citizen_id)
    citizen = session.get(Citizen, citizen_id)
    if citizen is not None:
        if citizen.zalo_user_id:
            session.execute(sa.delete(InboxEvent).where(InboxEvent.zalo_user_id == citizen.zalo_user_id))
        session.delete(citizen)


def _sweep(session: Session, citizen_id: str) -> None:
    """Deletes from every other table that belongs to a citizen, also from one that nobody added above."""
    for table in own_data.tables_of_citizens():
        if table.name not in _NOT_SWEPT:
            session.execute(sa.delete(table).where(table.c.citizen_id == citizen_id))


def delete_tracker_events(tracker_url: str, citizen_id: str) -> list[str]:
    """Deletes the conversation that Rasa's tracker store holds; one that holds nothing yet is left alone.

    Returns:
        The files that the citizen sent in it; nobody else knows them.
    """
    engine = create_engine(tracker_url)
    sender = {"sender": citizen_id}
    try:
        with engine.begin() as connection:
            if not sa.inspect(connection).has_table("events"):
                return []
            query = sa.text("SELECT data FROM events WHERE sender_id = :sender AND type_name = 'user'")
            files = [ref for data in connection.execute(query, sender).scalars() for ref in _files_in(data)]
            connection.execute(sa.text("DELETE FROM events WHERE sender_id = :sender"), sender)
            return files
    finally:
        engine.dispose()


def _files_in(data: str | None) -> list[str]:
    entities = (json.loads(data or "{}").get("parse_data") or {}).get("entities") or []
    found = [entity.get("value") for entity in entities if entity.get("entity") == "files"]
    return [ref for value in found for ref in (value if isinstance(value, list) else [value]) if isinstance(ref, str)]


def insert_erasure(session: Session, values: dict[str, Any]) -> Erasure:
    """Adds a request, or finds the one that the same message made before."""
    insert_once(session, Erasure, values)
    return session.execute(sa.select(Erasure).where(Erasure.key == values["key"])).scalar_one()


def due_erasures(session: Session, now: datetime, limit: int = 20) -> list[Erasure]:
    """Requests whose farewell has been said; rows that another process holds are left out."""
    query = (
        sa.select(Erasure)
        .where(Erasure.finished_at.is_(None), Erasure.finish_after <= now)
        .order_by(Erasure.requested_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(query).scalars())


def open_erasures_of(session: Session, citizen_id: str) -> list[Erasure]:
    """Requests of this citizen that are not finished."""
    query = sa.select(Erasure).where(Erasure.citizen_id == citizen_id)
    return list(session.execute(query).scalars())
