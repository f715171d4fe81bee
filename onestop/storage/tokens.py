"""Queries over Zalo's tokens."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.inserts import insert_once
from onestop.storage.tables import ZaloToken


def token_row(session: Session, oa_id: str) -> ZaloToken:
    """The row of this official account, made where it is missing."""
    insert_once(session, ZaloToken, {"oa_id": oa_id})
    return session.execute(sa.select(ZaloToken).where(ZaloToken.oa_id == oa_id)).scalar_one()


def take_lease(session: Session, oa_id: str, owner: str, now_s: float, until_s: float) -> bool:
    """Lets one process at a time refresh; machine time, seconds since 1970."""
    token_row(session, oa_id)
    taken = session.execute(
        sa.update(ZaloToken)
        .where(ZaloToken.oa_id == oa_id)
        .where(sa.or_(ZaloToken.lease_until.is_(None), ZaloToken.lease_until < now_s, ZaloToken.lease_owner == owner))
        .values(lease_owner=owner, lease_until=until_s)
    )
    return taken.rowcount == 1


def release_lease(session: Session, oa_id: str, owner: str) -> None:
    """Ends the lease of this owner."""
    session.execute(
        sa.update(ZaloToken)
        .where(ZaloToken.oa_id == oa_id, ZaloToken.lease_owner == owner)
        .values(lease_until=None, lease_owner=None)
    )
