"""The leg of one row of the outbox: by which channel, to which address, in which form it goes now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from onestop.clock import LOCAL
from onestop.messages.codec import from_json
from onestop.messages.types import Message, TemplateMessage, TextMessage
from onestop.services import channel_plan
from onestop.services.channel_plan import CS, SMS, TEMPLATE_PHONE, TEMPLATE_UID, Reach
from onestop.services.quiet_hours import earliest
from onestop.storage import Session, broadcasts
from onestop.storage.citizens import citizen_by_id
from onestop.storage.tables import Citizen, Notification

REFUSED_BY_ALL = "call-list"
"""Error of a row that no channel could carry: somebody at the counter has to call (`./run notifications calls`)."""


UNASKED_LANES = ("notice", "bulk")
TEST, REMINDER = "broadcast_test", "reminder"


@dataclass(frozen=True)
class Leg:
    """What to hand to which sender; `address` is None where the citizen is gone."""

    channel: str
    address: str | None
    message: Message
    cost_vnd: int = 0


@dataclass(frozen=True)
class NotBefore:
    """No way is lawful now, one will be then (quiet hours)."""

    at: datetime


def plan_leg(session: Session, row: Notification, now: datetime) -> Leg | NotBefore | None:
    """The leg on which to send a row that was just claimed; None where no way is left.

    A row without alternatives has its channel already.
    """
    citizen = citizen_by_id(session, row.citizen_id)
    if row.alternatives is None:
        opens_at = _opens_at(session, row, citizen, now)
        if opens_at > now:
            return NotBefore(opens_at)
        return Leg(
            row.channel, _address(row, citizen, row.channel), from_json(row.body), _fixed_cost(row, citizen, now)
        )
    way = channel_plan.next_way(_ways(row, citizen, now), tried(row))
    if way is None:
        return None
    if way.channel != CS or way.cost_vnd:
        opens_at = earliest(now, None)
        if opens_at > now:
            return NotBefore(opens_at)
    return Leg(way.channel, _address(row, citizen, way.channel), _message(row, citizen, way.channel), way.cost_vnd)


def _opens_at(session: Session, row: Notification, citizen: Citizen | None, now: datetime) -> datetime:
    """When a row without a choice of channels may go: queued by day, it may come to be sent by night.

    A broadcast waits unless it is an emergency; a reminder that was asked for by night comes by night.
    """
    if row.lane not in UNASKED_LANES or earliest(now, None) == now or row.kind == TEST:
        return now
    if row.kind == broadcasts.KIND:
        found = broadcasts.broadcast_by_id(session, row.event_id or 0)
        return now if found is not None and found.emergency_by is not None else earliest(now, None)
    last_interaction_at = citizen.last_interaction_at if citizen else None
    if row.kind == REMINDER and earliest(row.created_at, None) != row.created_at:
        return now
    return earliest(now, last_interaction_at)


def has_other_way(session: Session, row: Notification, now: datetime) -> bool:
    """Whether a channel is left besides the one that has just refused this row."""
    if row.alternatives is None:
        return False
    found = _ways(row, citizen_by_id(session, row.citizen_id), now)
    return channel_plan.next_way(found, tried(row) | {row.channel}) is not None


def leg_as_claimed(session: Session, row: Notification) -> Leg:
    """The leg that a row in `sending` was on, to look up what became of it."""
    citizen = citizen_by_id(session, row.citizen_id)
    return Leg(row.channel, _address(row, citizen, row.channel), _message(row, citizen, row.channel))


def tried(row: Notification) -> set[str]:
    """Channels that refused this row."""
    return set((row.tried or "").split())


def _ways(row: Notification, citizen: Citizen | None, now: datetime) -> list[channel_plan.Way]:
    other = row.alternatives or {}
    rates = channel_plan.rates_on(_day(now))
    return channel_plan.ways(_reach(row, citizen), other.get("template"), bool(other.get("sms")), now, rates)


def _reach(row: Notification, citizen: Citizen | None) -> Reach:
    if citizen is None:
        return Reach(False, None, row.phone)
    has_zalo = citizen.zalo_user_id is not None and citizen.unreachable_since is None and row.phone is None
    proved = citizen.phone if citizen.phone_linked_at is not None else None
    return Reach(has_zalo, citizen.last_interaction_at, row.phone or proved)


def _address(row: Notification, citizen: Citizen | None, channel: str) -> str | None:
    if channel in (TEMPLATE_PHONE, SMS):
        return _reach(row, citizen).phone
    return citizen.zalo_user_id if citizen else None


def _message(row: Notification, citizen: Citizen | None, channel: str) -> Message:
    other = row.alternatives or {}
    if channel == TEMPLATE_UID:
        return TemplateMessage(other["template"], other["data"])
    if channel == TEMPLATE_PHONE:
        return TemplateMessage(other["template"], other["data"], _address(row, citizen, channel))
    if channel == SMS and other.get("sms"):
        return TextMessage(other["sms"])
    return from_json(row.body)


def _fixed_cost(row: Notification, citizen: Citizen | None, now: datetime) -> int:
    rates = channel_plan.rates_on(_day(now))
    if row.channel == SMS:
        return rates.sms_vnd
    last = citizen.last_interaction_at if citizen else None
    return 0 if last is None or now - last <= rates.free_for else rates.consultation_vnd


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
