"""Queries over what citizens decided about how we write to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from onestop.storage.control_tables import CitizenSetting
from onestop.storage.engine import Session
from onestop.storage.inserts import upsert
from onestop.storage.tables import Consent


def settings_of(session: Session, citizen_id: str) -> dict[str, str]:
    """Everything that this citizen decided, by name."""
    query = sa.select(CitizenSetting.name, CitizenSetting.value).where(CitizenSetting.citizen_id == citizen_id)
    return {name: value for name, value in session.execute(query)}


def settings_of_many(session: Session, citizen_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Everything that these citizens decided; who decided nothing is not in it."""
    found: dict[str, dict[str, str]] = {}
    query = sa.select(CitizenSetting.citizen_id, CitizenSetting.name, CitizenSetting.value)
    for citizen_id, name, value in session.execute(query.where(CitizenSetting.citizen_id.in_(citizen_ids))):
        found.setdefault(citizen_id, {})[name] = value
    return found


def consented_among(session: Session, citizen_ids: Sequence[str]) -> set[str]:
    """Which of these citizens ever agreed to be written to."""
    query = sa.select(Consent.citizen_id).where(Consent.citizen_id.in_(citizen_ids), Consent.given.is_(True))
    return set(session.execute(query).scalars())


def set_setting(session: Session, citizen_id: str, name: str, value: str | None, now: datetime) -> None:
    """Writes one decision; None takes it back."""
    if value is None:
        gone = sa.delete(CitizenSetting).where(CitizenSetting.citizen_id == citizen_id, CitizenSetting.name == name)
        session.execute(gone.execution_options(synchronize_session=False))
        return
    upsert(session, CitizenSetting, {"citizen_id": citizen_id, "name": name}, {"value": value, "changed_at": now})


def has_consented(session: Session, citizen_id: str) -> bool:
    """Whether this citizen ever agreed to be written to."""
    query = sa.select(Consent.id).where(Consent.citizen_id == citizen_id, Consent.given.is_(True)).limit(1)
    return session.execute(query).first() is not None
