"""Puts an accepted message into a citizen's chat and owes the product its echo and receipts."""

import time
from typing import Any

from simulator.zalo.citizens import Citizen
from simulator.zalo.deliveries import Delivery
from simulator.zalo.entries import Entry, add_entry, new_message_id
from simulator.zalo.webhook_events import Json, account_event, staff_echo
from simulator.zalo.world import Change, World

# The answer of the send leaves first; a switch lets the echo win instead.
ECHO_AFTER_S = 0.03


def post_to_chat(
    world: World,
    change: Change,
    citizen: Citizen,
    now: float,
    *,
    echo: str,
    echo_message: Json,
    **entry: Any,
) -> tuple[Entry, Delivery | None]:
    """Delivers one message of the product to a citizen.

    Args:
        echo: Name of the echo event.
        echo_message: Its `message` without `msg_id`.
        entry: Fields of the `Entry`: kind, channel, text, buttons …

    Returns:
        The saved entry, and the delivery of its echo if one is owed.
    """
    seen_due_at = world.reading.due_at(citizen.user_id) if citizen.is_mobile else None
    saved = add_entry(
        world.db,
        Entry(
            side="bot",
            at=now,
            user_id=citizen.user_id,
            msg_id=new_message_id(),
            status="delivered" if citizen.is_mobile else "sent",
            seen_due_at=seen_due_at,
            **entry,
        ),
    )
    due_at = now if world.deliverer.settings.echo_first else now + ECHO_AFTER_S
    event = account_event(world.config, citizen, echo, now, {"msg_id": saved.msg_id, **echo_message})
    owed = world.owe_event(change, citizen.user_id, event, due_at=due_at)
    if citizen.is_mobile:
        receipt = account_event(world.config, citizen, "user_received_message", now, {"msg_id": saved.msg_id})
        world.owe_event(change, citizen.user_id, receipt, due_at=due_at)
    world.activity.bot_spoke(citizen.user_id)
    arrived(world, change, citizen.user_id)
    world.reading.expect(citizen.user_id, seen_due_at)
    return saved, owed


def post_staff_message(world: World, change: Change, citizen: Citizen, text: str) -> tuple[Entry, Delivery | None]:
    """Delivers what an officer wrote in OA Manager; the product sees only the echo."""
    now = world.clock.now()
    seen_due_at = world.reading.due_at(citizen.user_id)
    entry = add_entry(
        world.db,
        Entry(
            side="staff",
            channel="cs",
            kind="text",
            at=now,
            user_id=citizen.user_id,
            msg_id=new_message_id(),
            status="delivered",
            seen_due_at=seen_due_at,
            text=text,
        ),
    )
    echo = staff_echo(world.config, citizen, now, {"msg_id": entry.msg_id, "text": text})
    owed = world.owe_event(change, citizen.user_id, echo)
    world.activity.bot_spoke(citizen.user_id)
    arrived(world, change, citizen.user_id)
    world.reading.expect(citizen.user_id, seen_due_at)
    return entry, owed


def arrived(world: World, change: Change, key: str) -> None:
    """Notes that a message came to a citizen or phone, for those who wait until it gets quiet."""
    world.last_message_at[key] = time.monotonic()
    change.touched.add(key)
