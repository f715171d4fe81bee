"""Queries over the information look-ups: records of every kind, imports, subscriptions, the last look-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.information_tables import (
    AreaNotice,
    AreaSubscription,
    InformationLoad,
    InformationRecord,
    InformationTopic,
)
from onestop.storage.inserts import insert_once, upsert
from onestop.storage.tables import Citizen

_BATCH = 500


def records_named(session: Session, kind: str, name: str) -> list[InformationRecord]:
    """Records of a kind with this name, in the order of the file: one query over one index."""
    return _records(session, InformationRecord.kind == kind, InformationRecord.name == name)


def records_in(session: Session, kind: str, area: str) -> list[InformationRecord]:
    """Records of a kind in one commune."""
    return _records(session, InformationRecord.kind == kind, InformationRecord.area == area)


def record_with(session: Session, kind: str, key: str) -> InformationRecord | None:
    """One record by its key."""
    return next(iter(_records(session, InformationRecord.kind == kind, InformationRecord.key == key)), None)


def all_records(session: Session, kind: str) -> list[InformationRecord]:
    """Every record of a kind."""
    return _records(session, InformationRecord.kind == kind)


def names_of(session: Session, kind: str) -> list[tuple[str, str | None]]:
    """The names of a kind with the commune of each, once each."""
    query = sa.select(InformationRecord.name, InformationRecord.area).distinct()
    query = query.where(InformationRecord.kind == kind, InformationRecord.name.is_not(None))
    return [(name, area) for name, area in session.execute(query)]


def newest_checked(session: Session, kind: str) -> InformationRecord | None:
    """The record of a kind that was checked last; None where there is none."""
    query = (
        sa.select(InformationRecord)
        .where(InformationRecord.kind == kind)
        .order_by(InformationRecord.checked_on.desc(), InformationRecord.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def last_end(session: Session, kind: str) -> datetime | None:
    """When the last record of a kind ends; None where none has an end."""
    query = sa.select(sa.func.max(InformationRecord.ends_at)).where(InformationRecord.kind == kind)
    return session.execute(query).scalar_one()


def located_records(session: Session) -> list[tuple[str, float, float]]:
    """Commune, latitude and longitude of every record that has all three."""
    query = sa.select(InformationRecord.area, InformationRecord.latitude, InformationRecord.longitude).where(
        InformationRecord.area.is_not(None),
        InformationRecord.latitude.is_not(None),
        InformationRecord.longitude.is_not(None),
    )
    return [(area, latitude, longitude) for area, latitude, longitude in session.execute(query)]


def has_been_loaded(session: Session, kind: str) -> bool:
    """Whether a file of this kind was ever imported."""
    query = sa.select(InformationLoad.id).where(InformationLoad.kind == kind).limit(1)
    return session.execute(query).first() is not None


def write_changes(
    session: Session,
    kind: str,
    changed: Mapping[int, Mapping[str, Any]],
    added: Iterable[Mapping[str, Any]],
    removed: Iterable[int],
) -> None:
    """Writes what an import changes: rows by id, new rows, ids that go."""
    for gone in _batches(list(removed)):
        session.execute(
            sa.delete(InformationRecord).where(InformationRecord.id.in_(gone)),
            execution_options={"synchronize_session": False},
        )
    updates = [{"id": row_id, **values} for row_id, values in changed.items()]
    if updates:
        session.bulk_update_mappings(InformationRecord, updates)
    for rows in _batches([{"kind": kind, **row} for row in added]):
        session.execute(sa.insert(InformationRecord.__table__), rows)


def note_load(session: Session, kind: str, now: datetime, rows: int, added: int, changed: int, removed: int) -> None:
    """Records that an import counted."""
    session.add(InformationLoad(kind=kind, loaded_at=now, rows=rows, added=added, changed=changed, removed=removed))


def insert_subscription(session: Session, citizen_id: str, kind: str, area: str, now: datetime) -> bool:
    """Adds a subscription; False where there is one."""
    values = {"citizen_id": citizen_id, "kind": kind, "area": area, "created_at": now}
    return insert_once(session, AreaSubscription, values)


def subscribed_areas(session: Session, citizen_id: str, kind: str) -> list[str]:
    """The communes of which a citizen wants to be told, oldest subscription first."""
    query = (
        sa.select(AreaSubscription.area)
        .where(AreaSubscription.citizen_id == citizen_id, AreaSubscription.kind == kind)
        .order_by(AreaSubscription.id)
    )
    return list(session.execute(query).scalars())


def subscriptions_of(session: Session, citizen_id: str) -> list[AreaSubscription]:
    """Everything of which a citizen wants to be told, oldest first."""
    query = sa.select(AreaSubscription).where(AreaSubscription.citizen_id == citizen_id).order_by(AreaSubscription.id)
    return list(session.execute(query).scalars())


def delete_subscription(session: Session, citizen_id: str, kind: str, area: str) -> bool:
    """Ends a subscription; False where there is none."""
    query = sa.delete(AreaSubscription).where(
        AreaSubscription.citizen_id == citizen_id, AreaSubscription.kind == kind, AreaSubscription.area == area
    )
    return session.execute(query).rowcount == 1


def subscribers(session: Session, kind: str, areas: Iterable[str]) -> list[tuple[str, str]]:
    """(citizen, commune) of everybody who wants to be told of one of these communes and of messages at all."""
    found: list[tuple[str, str]] = []
    for some in _batches(sorted(set(areas))):
        query = (
            sa.select(AreaSubscription.citizen_id, AreaSubscription.area)
            .join(Citizen, Citizen.id == AreaSubscription.citizen_id)
            .where(
                AreaSubscription.kind == kind,
                AreaSubscription.area.in_(some),
                Citizen.notifications_stopped_at.is_(None),
            )
            .order_by(AreaSubscription.id)
        )
        found += [(citizen_id, area) for citizen_id, area in session.execute(query)]
    return found


def insert_notice(session: Session, citizen_id: str, kind: str, record_key: str, forget_after: datetime) -> bool:
    """Notes that a citizen is told of a record; False where they were told before."""
    values = {"citizen_id": citizen_id, "kind": kind, "record_key": record_key, "forget_after": forget_after}
    return insert_once(session, AreaNotice, values)


def delete_old_notices(session: Session, now: datetime) -> int:
    """Forgets who was told of what is long over; returns how many rows went."""
    return session.execute(sa.delete(AreaNotice).where(AreaNotice.forget_after <= now)).rowcount


def topic_of(session: Session, citizen_id: str) -> InformationTopic | None:
    """The last look-up of a citizen."""
    return session.get(InformationTopic, citizen_id)


def set_topic(session: Session, citizen_id: str, intent: str, facts: Mapping[str, Any], now: datetime) -> None:
    """The last look-up is now this one."""
    values = {"intent": intent, "facts": dict(facts), "at": now}
    upsert(session, InformationTopic, {"citizen_id": citizen_id}, values)


def _records(session: Session, *conditions: Any) -> list[InformationRecord]:
    return list(
        session.execute(sa.select(InformationRecord).where(*conditions).order_by(InformationRecord.id)).scalars()
    )


def _batches(rows: list[Any]) -> Iterable[list[Any]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
