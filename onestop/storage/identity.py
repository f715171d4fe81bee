"""Queries over one-time codes, desk links, and followers that an owner sent away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from onestop.storage.engine import Session
from onestop.storage.identity_tables import DeskLink, FollowBlock, OneTimeCode, VoidedSecondCode
from onestop.storage.inserts import insert_once
from onestop.storage.tables import Follow


def insert_code(session: Session, values: dict[str, Any]) -> OneTimeCode:
    """Adds a request for a code."""
    insert_once(session, OneTimeCode, values)
    return session.execute(sa.select(OneTimeCode).where(OneTimeCode.key == values["key"])).scalar_one()


def code_by_key(session: Session, key: str) -> OneTimeCode | None:
    """The request that this message made."""
    return session.execute(sa.select(OneTimeCode).where(OneTimeCode.key == key)).scalar_one_or_none()


def latest_code(session: Session, citizen_id: str, since: datetime) -> OneTimeCode | None:
    """The newest request of this citizen, if it is not older."""
    query = (
        sa.select(OneTimeCode)
        .where(OneTimeCode.citizen_id == citizen_id, OneTimeCode.created_at > since)
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def open_codes(session: Session, citizen_id: str) -> list[OneTimeCode]:
    """Requests of this citizen that still wait for their code or could be resent."""
    query = sa.select(OneTimeCode).where(OneTimeCode.citizen_id == citizen_id, OneTimeCode.state.in_(("open", "spent")))
    return list(session.execute(query).scalars())


def requests_of_citizen(session: Session, citizen_id: str, since: datetime) -> list[datetime]:
    """When this citizen asked for codes since then, oldest first."""
    return _requests(session, OneTimeCode.citizen_id == citizen_id, since)


def requests_for_phone(session: Session, phone_hash: str, since: datetime) -> list[datetime]:
    """When anybody asked for codes for this phone since then, oldest first."""
    return _requests(session, OneTimeCode.phone_hash == phone_hash, since)


def count_requests(session: Session, since: datetime) -> int:
    """How often anybody asked for a code since then."""
    query = sa.select(sa.func.count(OneTimeCode.id)).where(OneTimeCode.created_at > since)
    return session.execute(query).scalar_one()


def take_try(session: Session, code_id: int, key: str, most: int) -> bool:
    """Counts one try; False where the code had as many as it may."""
    taken = session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.state == "open", OneTimeCode.tries < most)
        .values(tries=OneTimeCode.tries + 1, last_try_key=key)
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1


def tidy_codes(session: Session, phones_before: datetime, rows_before: datetime) -> None:
    """Empties phones of requests that are over, and deletes those that count for nothing any more."""
    old = sa.update(OneTimeCode).where(OneTimeCode.created_at <= phones_before, OneTimeCode.phone.is_not(None))
    session.execute(old.values(phone=None).execution_options(synchronize_session=False))
    gone = sa.delete(OneTimeCode).where(OneTimeCode.created_at <= rows_before)
    session.execute(gone.execution_options(synchronize_session=False))


def tidy_desk_links(session: Session, before: datetime) -> None:
    """Deletes desk links that ended before then."""
    gone = sa.delete(DeskLink).where(DeskLink.expires_at <= before)
    session.execute(gone.execution_options(synchronize_session=False))


def take_back_phone_proofs(session: Session, citizen_id: str) -> None:
    """Follows that were made with a phone go on with public wording."""
    follows = sa.update(Follow).where(Follow.citizen_id == citizen_id, Follow.proof == "phone")
    session.execute(follows.values(proof="code").execution_options(synchronize_session="fetch"))


def insert_desk_link(session: Session, values: dict[str, Any]) -> None:
    """Adds an officer's one-time link."""
    session.add(DeskLink(**values))


def desk_link(session: Session, token_hash: str) -> DeskLink | None:
    """The link with this hash."""
    return session.get(DeskLink, token_hash)


def use_desk_link(session: Session, token_hash: str, citizen_id: str, now: datetime) -> bool:
    """Uses a link up; False where it was used or is too old."""
    taken = session.execute(
        sa.update(DeskLink)
        .where(DeskLink.token_hash == token_hash, DeskLink.used_at.is_(None), DeskLink.expires_at > now)
        .values(used_at=now, citizen_id=citizen_id)
        .execution_options(synchronize_session="fetch")
    )
    return taken.rowcount == 1


def desk_codes_used(session: Session, citizen_id: str) -> list[dict[str, Any]]:
    """Which dossiers this citizen was tied to at the desk, and when."""
    query = sa.select(DeskLink.dossier_code, DeskLink.used_at).where(DeskLink.citizen_id == citizen_id)
    return [{"dossier_code": code, "used_at": at} for code, at in session.execute(query.order_by(DeskLink.used_at))]


def blocked_dossiers(session: Session, citizen_id: str) -> list[str]:
    """The dossiers that this citizen may not follow."""
    query = sa.select(FollowBlock.dossier_code).where(FollowBlock.citizen_id == citizen_id)
    return list(session.execute(query.order_by(FollowBlock.id)).scalars())


def open_follows_of_dossier(session: Session, dossier_code: str) -> list[Follow]:
    """Who follows this dossier now."""
    query = sa.select(Follow).where(Follow.dossier_code == dossier_code, Follow.ended_at.is_(None))
    return list(session.execute(query.order_by(Follow.id)).scalars())


def block(session: Session, citizen_id: str, dossier_code: str, now: datetime) -> None:
    """This citizen may not follow this dossier any more."""
    insert_once(session, FollowBlock, {"citizen_id": citizen_id, "dossier_code": dossier_code, "created_at": now})


def is_blocked(session: Session, citizen_id: str, dossier_code: str) -> bool:
    """Whether the owner sent this citizen away."""
    query = sa.select(FollowBlock.id).where(
        FollowBlock.citizen_id == citizen_id, FollowBlock.dossier_code == dossier_code
    )
    return session.execute(query).first() is not None


def void_second_code(session: Session, dossier_code: str, code_hash: str, now: datetime) -> None:
    """This second code proves nothing any more."""
    insert_once(session, VoidedSecondCode, {"dossier_code": dossier_code, "code_hash": code_hash, "created_at": now})


def is_void(session: Session, dossier_code: str, code_hash: str) -> bool:
    """Whether the owner made this second code void."""
    return session.get(VoidedSecondCode, (dossier_code, code_hash)) is not None


def lift_blocks(session: Session, dossier_code: str) -> bool:
    """Lets everybody follow again who has the code or the second code; whether anything was closed."""
    lifted = 0
    for table in (FollowBlock, VoidedSecondCode):
        gone = sa.delete(table).where(table.dossier_code == dossier_code)
        lifted += session.execute(gone.execution_options(synchronize_session="fetch")).rowcount
    return lifted > 0


def has_blocks(session: Session, dossier_code: str) -> bool:
    """Whether this dossier is closed to anybody."""
    blocked = sa.select(FollowBlock.id).where(FollowBlock.dossier_code == dossier_code).limit(1)
    voided = sa.select(VoidedSecondCode.code_hash).where(VoidedSecondCode.dossier_code == dossier_code).limit(1)
    return session.execute(blocked).first() is not None or session.execute(voided).first() is not None


def forget(session: Session, citizen_id: str) -> None:
    """Deletes what tells that this citizen proved or tried anything; counts per phone go on for their day."""
    codes = sa.update(OneTimeCode).where(OneTimeCode.citizen_id == citizen_id)
    values = {"citizen_id": None, "phone": None, "state": "cancelled"}
    session.execute(codes.values(**values).execution_options(synchronize_session="fetch"))
    session.execute(sa.delete(FollowBlock).where(FollowBlock.citizen_id == citizen_id))
    links = sa.update(DeskLink).where(DeskLink.citizen_id == citizen_id)
    session.execute(links.values(citizen_id=None).execution_options(synchronize_session="fetch"))


def _requests(session: Session, whose: Any, since: datetime) -> list[datetime]:
    query = sa.select(OneTimeCode.created_at).where(whose, OneTimeCode.created_at > since)
    return list(session.execute(query.order_by(OneTimeCode.created_at)).scalars())
