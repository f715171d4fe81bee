"""Queries over what centres decide."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import upsert
from onestop.storage.notice_tables import CentreSetting


def settings_of(session: Session, centre_ids: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """Every setting of these centres, by centre and name."""
    query = sa.select(CentreSetting).where(CentreSetting.centre_id.in_(centre_ids))
    return {(row.centre_id, row.name): row.value for row in session.execute(query).scalars()}


def all_settings(session: Session) -> list[CentreSetting]:
    """Every setting of every centre."""
    query = sa.select(CentreSetting).order_by(CentreSetting.name, CentreSetting.centre_id)
    return list(session.execute(query).scalars())


def set_setting(session: Session, centre_id: str, name: str, value: str, now: datetime) -> None:
    """Writes one setting."""
    upsert(session, CentreSetting, {"centre_id": centre_id, "name": name}, {"value": value, "changed_at": now})


def clear_setting(session: Session, centre_id: str, name: str) -> bool:
    """Takes one setting back; False where there was none."""
    query = sa.delete(CentreSetting).where(CentreSetting.centre_id == centre_id, CentreSetting.name == name)
    return session.execute(query).rowcount > 0
