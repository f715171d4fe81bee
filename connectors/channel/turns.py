"""One turn: an event of a citizen goes in, Rasa decides, rows of the outbox come out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from itertools import takewhile
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage as RasaMessage
from rasa.shared.core.events import ActiveLoop, AllSlotsReset, BotUttered

from connectors.channel.echoes import Echoes
from connectors.channel.inputs import Input, input_of
from connectors.channel.lanes import Batch
from connectors.channel.many_requests import MANY, in_turn
from connectors.channel.output import ZaloOutput
from connectors.channel.payloads import may_be_tapped, parse_data
from connectors.channel.typed import disarmed
from connectors.zalo.event_types import OaMessage, UserFollowed, UserUnfollowed, UserWithdrew, ZaloEvent
from connectors.zalo.events import MalformedEvent, parse_event
from onestop.bootstrap import SECRET_INTENTS, ChannelServices, InboxItem, Push, Turn, is_late_answer
from onestop.log import get_logger
from onestop.messages.turns import introduction, left_half_way
from onestop.text.main_request import LONG_FROM, main_request, requests_in

log = get_logger()

# Rasa thinks on the event loop that also acknowledges events: few turns at once keep the acknowledgements quick,
# and no more would be faster.
MOST_THINKING = 2
MOST_PIECES = 10
ONE_THING = frozenset({"give_feedback", "insult"})
SURE_FROM = 0.8
FORM_FRESH_FOR = timedelta(hours=1)
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
        self._echoes = Echoes()

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
        if is_late_answer(batch.items[-1].event_key):
            await self._answer_late(batch.items[-1])
            return
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
        said = await self._said_in(turn.citizen_id, keys) if batch.is_recovered else None
        if said is not None:
            await self._say_again(turn.citizen_id, batch.items[-1].event_key, said)
            return
        opening = await self._opening(turn, given)
        is_behind = batch.is_behind or self._echoes.is_echo(turn.citizen_id, given.typed)
        await self._take_turn(turn, given, batch.items[-1].event_key, opening, is_behind=is_behind)
        if given.is_welcome:
            await asyncio.to_thread(self._backend.note_welcomed, turn.citizen_id)

    async def _keep_books(self, event: ZaloEvent) -> bool:
        """Notes what needs no answer; whether that was all."""
        if isinstance(event, OaMessage):
            await asyncio.to_thread(self._backend.note_officer, event.user_id, event.event_key, event.text)
            return True
        if isinstance(event, (UserFollowed, UserUnfollowed)):
            follows = isinstance(event, UserFollowed)
            await asyncio.to_thread(self._backend.note_following, event.user_id, follows, event.event_key)
            return not follows
        if isinstance(event, UserWithdrew):
            await asyncio.to_thread(self._services.erase_zalo_user, event.user_id)
            return True
        return False

    def _hear_in_silence(self, turn: Turn, given: Input, key: str) -> Turn | None:
        """While an officer has the word: the turn where the bot is meant nevertheless, else None."""
        return self._backend.hear_in_silence(turn, key, given.text, given.typed, given.entities.get("files", ()))

    async def _opening(self, turn: Turn, given: Input) -> str:
        """What stands before the answer: who we are, to who is new; a hint, to who left a question of ours open."""
        if given.is_welcome or (given.typed is not None and self._backend.is_urgent(given.text)):
            return ""
        if turn.silent_for is None:
            return introduction(self._settings.province_name)
        if turn.silent_for < FORM_FRESH_FOR:
            return ""
        form = await self._leave_stale_form(turn.citizen_id)
        return left_half_way(form) if form else ""

    async def _leave_stale_form(self, citizen_id: str) -> str | None:
        """Closes a form that was left half-filled hours ago; returns its name."""
        async with self._agent.lock_store.lock(citizen_id):
            tracker = await self._agent.tracker_store.retrieve(citizen_id)
            if tracker is None or tracker.active_loop is None:
                return None
            form = str(tracker.active_loop.name)
            for event in (ActiveLoop(None), AllSlotsReset()):
                tracker.update(event, self._agent.domain)
            await self._agent.tracker_store.save(tracker)
            return form

    async def _answer_late(self, item: InboxItem) -> None:
        """A question kept while the dossier system was down is asked again by us; the actions answer it."""
        if item.zalo_user_id is None:
            return
        asked = json.loads(item.body)
        turn = await asyncio.to_thread(self._backend.open_turn, item.zalo_user_id, None, is_interaction=False)
        if turn.is_silenced:
            await asyncio.to_thread(self._backend.later_is_silenced, item.event_key)
            return
        given = Input(asked["text"], intent=asked["intent"], entities=asked["entities"])
        await self._take_turn(turn, given, item.event_key, may_be_silent=True)

    async def _take_turn(
        self,
        turn: Turn,
        given: Input,
        turn_key: str,
        opening: str = "",
        is_behind: bool = False,
        may_be_silent: bool = False,
    ) -> None:
        output = self._new_output()
        output.begin(turn_key, opening)
        decided = _decided(turn, given) or await self._understood_in_parts(turn.citizen_id, given.text)
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
            metadata={"message_id": turn_key, "is_behind": is_behind, **given.metadata},
        )
        async with self._thinking:
            await asyncio.wait_for(self._agent.handle_message(message), self._settings.turn_timeout_s)
        await output.finish(turn.citizen_id)
        if output.failed:
            raise RuntimeError("a reply could not be queued")
        if output.count == 0 and not (is_behind or may_be_silent):
            log.error("turn.silent", intent=(message.parse_data or {}).get("intent", {}).get("name"))
            await output.send_text_message(turn.citizen_id, self._apology())

    async def _understood_in_parts(self, citizen_id: str, text: str) -> dict[str, Any] | None:
        """Of a message with many requests each is understood, of another long one what asks; the whole is kept.

        An answer to a form's question and a report are one thing, however many requests they seem to hold. None for a
        usual message, which Rasa understands itself.
        """
        pieces = requests_in(text)[:MOST_PIECES]
        has_many = len(pieces) >= MANY and not self._backend.is_urgent(text) and not await self._has_form(citizen_id)
        if not has_many and len(text) < LONG_FROM:
            return None
        whole = {**await self._understood(main_request(text)), "text": text}
        if not has_many or whole["intent"]["name"] in ONE_THING and whole["intent"]["confidence"] >= SURE_FROM:
            return whole
        return in_turn([await self._understood(one) for one in pieces]) or whole

    async def _has_form(self, citizen_id: str) -> bool:
        tracker = await self._agent.tracker_store.retrieve(citizen_id)
        return tracker is not None and tracker.active_loop is not None

    async def _understood(self, text: str) -> dict[str, Any]:
        async with self._thinking:
            parsed = self._agent.parse_message(disarmed(text))
            return dict(await asyncio.wait_for(parsed, self._settings.turn_timeout_s))

    async def _said_in(self, citizen_id: str, keys: set[str]) -> list[dict[str, Any]] | None:
        """What we said in this turn by the conversation; None where that does not hold the turn.

        It does where the process died between the end of the conversation's turn and the inbox's.
        """
        tracker = await self._agent.tracker_store.retrieve(citizen_id)
        events = list(tracker.events) if tracker is not None else []
        places = [place for place, event in enumerate(events) if event.type_name == "user" and event.message_id in keys]
        if not places:
            return None
        after = takewhile(lambda event: event.type_name != "user", events[places[-1] + 1 :])
        said = [event for event in after if isinstance(event, BotUttered) and "push_id" not in event.metadata]
        return [event.message() for event in said]

    async def _say_again(self, citizen_id: str, turn_key: str, said: list[dict[str, Any]]) -> None:
        """Queues what the process may have died before queuing; what stands in the outbox is not doubled."""
        output = self._new_output()
        output.begin(turn_key, "")
        for message in said:
            await output.send_response(citizen_id, message)
        await output.finish(citizen_id)
        if output.failed:
            raise RuntimeError("a reply could not be queued")

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
