"""Queries over what a conversation needs beyond Rasa's session: buttons and topic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import upsert
from onestop.storage.tables import ButtonToken, Topic


def button_of(session: Session, token: str, citizen_id: str, now: datetime) -> ButtonToken | None:
    """The button behind a token, if it is this citizen's and has not expired."""
    query = sa.select(ButtonToken).where(
        ButtonToken.token == token, ButtonToken.citizen_id == citizen_id, ButtonToken.expires_at > now
    )
    return session.execute(query).scalar_one_or_none()


def opened_lately(session: Session, citizen_id: str, since: datetime) -> set[str]:
    """Dossiers whose second code this citizen has shown: our buttons made since then remember it."""
    query = sa.select(ButtonToken.entities).where(
        ButtonToken.citizen_id == citizen_id, ButtonToken.created_at >= since, ButtonToken.expires_at > since
    )
    shown = session.execute(query).scalars()
    return {str(one["dossier_code"]) for one in shown if one.get("proof") == "second_code" and "dossier_code" in one}


def delete_expired_buttons(session: Session, now: datetime) -> int:
    """Removes buttons that no longer answer; returns how many."""
    return session.execute(sa.delete(ButtonToken).where(ButtonToken.expires_at <= now)).rowcount


def topic_of(session: Session, citizen_id: str) -> Topic | None:
    """What is being talked about with this citizen."""
    return session.get(Topic, citizen_id)


def set_topic(session: Session, citizen_id: str, **values: Any) -> None:
    """Changes some of the topic's columns; the row is made where it is missing."""
    upsert(session, Topic, {"citizen_id": citizen_id}, values)
