"""One turn: an event of a citizen goes in, Rasa decides, rows of the outbox come out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage as RasaMessage
from rasa.shared.core.events import BotUttered

from connectors.channel.inputs import Input, input_of
from connectors.channel.lanes import Batch
from connectors.channel.output import ZaloOutput
from connectors.channel.payloads import may_be_tapped, parse_data
from connectors.channel.typed import disarmed
from connectors.zalo.event_types import OaMessage, UserFollowed, UserUnfollowed, UserWithdrew, ZaloEvent
from connectors.zalo.events import MalformedEvent, parse_event
from onestop.bootstrap import SECRET_INTENTS, ChannelServices, InboxItem, Push, Turn
from onestop.log import get_logger

log = get_logger()

# Rasa thinks on the event loop that also acknowledges events: few turns at once keep the acknowledgements quick,
# and no more would be faster.
MOST_THINKING = 2
APOLOGY = (
    "Dạ, hệ thống đang gặp trục trặc nên em chưa trả lời được. Anh/chị nhắn lại giúp em sau ít phút, "
    "hoặc gọi tổng đài {hotline} nếu cần gấp."
)


class TurnRunner:
    """Works on batches for the lanes.

    Args:
        agent: Rasa's agent with a loaded model.
        new_output: Makes the output channel of one turn.
    """

    def __init__(self, agent: Agent, services: ChannelServices, new_output: Callable[[], ZaloOutput]) -> None:
        self._agent = agent
        self._services = services
        self._backend = services.backend
        self._settings = services.settings
        self._new_output = new_output
        self._thinking = asyncio.Semaphore(MOST_THINKING)

    async def run(self, batch: Batch) -> None:
        """Handles a batch and ends its events; a failure puts them back into the inbox."""
        try:
            await self._handle(batch)
            await asyncio.to_thread(self._backend.finish, batch.items)
        except Exception as error:
            log.exception("turn.failed", attempt=batch.items[0].attempts + 1)
            will_retry = await asyncio.to_thread(self._backend.retry_later, batch.items, type(error).__name__)
            if not will_retry:
                await self._apologise(batch.items[-1])

    async def record_pushes(self) -> None:
        """Writes pushes that reached their citizens into the conversations' history."""
        pushes = await asyncio.to_thread(self._backend.unrecorded_pushes)
        for citizen_id in dict.fromkeys(push.citizen_id for push in pushes):
            await self._record(citizen_id, [push for push in pushes if push.citizen_id == citizen_id])

    async def _handle(self, batch: Batch) -> None:
        event = _parsed(batch.items[-1])
        if event is None or event.user_id is None:
            return
        if await self._keep_books(event):
            return
        given = await asyncio.to_thread(input_of, event, batch.text, self._services.fetch_media)
        if given is None:
            return
        turn = await asyncio.to_thread(self._backend.open_turn, event.user_id, given.typed)
        if given.is_welcome and turn.is_welcomed:
            return
        if turn.is_silenced:
            heard = await asyncio.to_thread(self._hear_in_silence, turn, given, batch.items[-1].event_key)
            if heard is None:
                return
            turn = heard
        if turn.pushes:
            await self._record(turn.citizen_id, turn.pushes)
        keys = {item.event_key for item in batch.items}
        if batch.is_recovered and await self._was_handled(turn.citizen_id, keys):
            return
        await self._take_turn(turn, given, batch.items[-1].event_key)
        if given.is_welcome:
            await asyncio.to_thread(self._backend.note_welcomed, turn.citizen_id)

    async def _keep_books(self, event: ZaloEvent) -> bool:
        """Notes what needs no answer; whether that was all."""
        if isinstance(event, OaMessage):
            await asyncio.to_thread(self._backend.note_officer, event.user_id, event.event_key, event.text)
            return True
        if isinstance(event, (UserFollowed, UserUnfollowed)):
            follows = isinstance(event, UserFollowed)
            await asyncio.to_thread(self._backend.note_following, event.user_id, follows)
            return not follows
        if isinstance(event, UserWithdrew):
            await asyncio.to_thread(self._services.erase_zalo_user, event.user_id)
            return True
        return False

    def _hear_in_silence(self, turn: Turn, given: Input, key: str) -> Turn | None:
        """While an officer has the word: the turn where the bot is meant nevertheless, else None."""
        return self._backend.hear_in_silence(turn, key, given.text, given.typed, given.entities.get("files", ()))

    async def _take_turn(self, turn: Turn, given: Input, turn_key: str) -> None:
        output = self._new_output()
        output.begin(turn_key)
        decided = _decided(turn, given)
        is_secret = (
            turn.meaning is not None and turn.meaning.intent in SECRET_INTENTS
        )  # Rasa keeps what it is given as text
        message = RasaMessage(
            text=decided["text"] if decided and is_secret else given.text,
            output_channel=output,
            sender_id=turn.citizen_id,
            parse_data=decided,
            input_channel="zalo",
            message_id=turn_key,
            metadata={"message_id": turn_key, **given.metadata},
        )
        async with self._thinking:
            await asyncio.wait_for(self._agent.handle_message(message), self._settings.turn_timeout_s)
        if output.failed:
            raise RuntimeError("a reply could not be queued")
        if output.count == 0:
            log.error("turn.silent", intent=(message.parse_data or {}).get("intent", {}).get("name"))
            await output.send_text_message(turn.citizen_id, self._apology())

    async def _was_handled(self, citizen_id: str, keys: set[str]) -> bool:
        """Whether the conversation holds this turn already: the process died between its end and the inbox."""
        tracker = await self._agent.tracker_store.retrieve(citizen_id)
        return tracker is not None and any(
            event.type_name == "user" and event.message_id in keys for event in tracker.events
        )

    async def _record(self, citizen_id: str, pushes: list[Push]) -> None:
        async with self._agent.lock_store.lock(citizen_id):
            tracker = await self._agent.processor.fetch_tracker_with_initial_session(citizen_id)
            known = {event.metadata.get("push_id") for event in tracker.events if isinstance(event, BotUttered)}
            for push in pushes:
                if push.id not in known:
                    said = BotUttered(push.text, metadata={"push_id": push.id, "kind": push.kind})
                    tracker.update(said, self._agent.domain)
            await self._agent.tracker_store.save(tracker)
        await asyncio.to_thread(self._backend.note_recorded, [push.id for push in pushes])

    async def _apologise(self, item: InboxItem) -> None:
        if item.zalo_user_id is None:
            return
        turn = await asyncio.to_thread(self._backend.open_turn, item.zalo_user_id, None)
        output = self._new_output()
        output.begin(f"{item.event_key}:dead")
        await output.send_text_message(turn.citizen_id, self._apology())

    def _apology(self) -> str:
        return APOLOGY.format(hotline=self._settings.fallback_hotline)


def _parsed(item: InboxItem) -> ZaloEvent | None:
    try:
        event = parse_event(item.body)
    except MalformedEvent:
        return None
    return event if isinstance(event, ZaloEvent) else None


def _decided(turn: Turn, given: Input) -> dict[str, Any] | None:
    """What is known without NLU: a tap, a menu word, a picked number, or an event that is no text."""
    if turn.meaning is not None and may_be_tapped(turn.meaning.intent):
        return parse_data(turn.meaning.title, turn.meaning.intent, turn.meaning.entities)
    if given.intent is not None:
        return parse_data(given.text, given.intent, given.entities)
    if not disarmed(given.text):
        return parse_data("(tin nhắn trống)", "send_nothing", {})
    return None
