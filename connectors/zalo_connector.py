"""Rasa channel for Zalo: checks, keeps and acknowledges what Zalo posts, then works on it; says by writing outbox rows.

HTTP 200 first, work after: a request does nothing but verify the signature and store the event. Lanes then take
the events, in order per citizen, citizens beside each other, each once (ADR 0003).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from connectors.channel.lanes import Lanes
from connectors.channel.output import ZaloOutput
from connectors.channel.replies import ReplySender
from connectors.channel.turns import TurnRunner
from connectors.zalo.event_types import MessageReceived, MessagesSeen, OaMessage, Probe, ZaloEvent
from connectors.zalo.events import MalformedEvent, parse_event
from connectors.zalo.signature import verify_signature
from onestop.bootstrap import ChannelServices, open_channel
from onestop.log import get_logger
from onestop.settings import Settings

log = get_logger()

MAX_BODY_BYTES = 65_536
POLL_S = 1.0
EARLY_AFTER_S = (1.0, 5.0, 30.0, 120.0)  # an event may overtake our own record of the send that it is about


class ZaloInput(InputChannel):
    """One official account.

    Args:
        services: What the channel needs of our database and of Zalo, wired by `onestop.bootstrap`.
    """

    def __init__(self, services: ChannelServices) -> None:
        self._services = services
        self._settings = services.settings
        self._backend = services.backend
        self._tasks: set[asyncio.Task] = set()
        self._lanes: Lanes | None = None
        self._replies: ReplySender | None = None

    @classmethod
    def name(cls) -> str:
        """The same for both directions: it selects this channel's response variants."""
        return "zalo"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> ZaloInput:
        """Reads the settings; raises MissingSetting, which stops the start, where a secret is absent."""
        return cls(open_channel(Settings.from_env(os.environ)))

    def get_output_channel(self) -> OutputChannel | None:
        """No message leaves outside a turn: pushes are rows of the outbox, not calls of Rasa's HTTP interface."""
        return None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook's routes, and the life of the lanes behind them."""
        blueprint = Blueprint("zalo_webhook")

        @blueprint.listener("after_server_start")
        async def start(app: Sanic, _loop: Any) -> None:
            await self._start(app.ctx.agent)

        @blueprint.listener("before_server_stop")
        async def stop(_app: Sanic, _loop: Any) -> None:
            await self._stop()

        @blueprint.get("/")
        async def health(_request: Request) -> HTTPResponse:
            return json({"status": "ok", "ready": self._lanes is not None})

        @blueprint.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            return await self._receive(request.body, request.headers.get("X-ZEvent-Signature"))

        return blueprint

    async def _receive(self, body: bytes, signature: str | None) -> HTTPResponse:
        if len(body) > MAX_BODY_BYTES:
            return empty(413)
        is_signed = verify_signature(body, signature, self._settings.zalo_app_id, self._settings.zalo_secret_key)
        try:
            event = parse_event(body, self._settings.zalo_oa_id)
        except MalformedEvent as error:
            log.info("webhook.malformed", error=str(error))
            return json({}) if is_signed else empty(401)
        if isinstance(event, Probe):
            return json({})
        if not is_signed:
            log.info("webhook.bad_signature", event_name=event.name)
            return empty(401)
        try:
            await self._accept(event, body)
        except Exception:  # whatever the trouble, the event is not kept: Zalo shall repeat it
            log.exception("alarm.event_not_kept", event_name=event.name)
            return empty(503)
        return json({})

    async def _accept(self, event: ZaloEvent, body: bytes) -> None:
        if event.oa_id is not None and event.oa_id != self._settings.zalo_oa_id:
            log.info("webhook.foreign_account", event_name=event.name)  # among them the console's signed test event
            return
        if isinstance(event, OaMessage) and not event.is_by_staff:
            return  # the echo of a message that our own outbox knows
        if isinstance(event, (MessageReceived, MessagesSeen)):
            if not await asyncio.to_thread(self._note_delivery, event):
                self._keep(self._note_early(event))
            return
        item = await asyncio.to_thread(
            self._backend.store, event.event_key, event.name, event.user_id, body, event.occurred_at
        )
        if item is not None and self._lanes is not None:
            self._lanes.put(item)

    def _note_delivery(self, event: MessageReceived | MessagesSeen) -> bool:
        """Whether all its messages are known."""
        if isinstance(event, MessagesSeen):
            return self._backend.note_delivery(event.msg_ids, True, event.occurred_at)
        return self._backend.note_delivery([event.msg_id], False, event.delivered_at or event.occurred_at)

    async def _note_early(self, event: MessageReceived | MessagesSeen) -> None:
        """Tries again for a while: messages that others sent for the account stay unknown."""
        for wait_s in EARLY_AFTER_S:
            await asyncio.sleep(wait_s)
            try:
                if await asyncio.to_thread(self._note_delivery, event):
                    return
            except Exception:
                log.exception("delivery.not_noted")

    async def _start(self, agent: Agent) -> None:
        from dialogue.tracker_store import unwrap

        if agent is None or not agent.is_ready():
            raise RuntimeError("the model cannot be loaded; train it anew: ./run train --force")
        unwrap(agent).max_events = self._settings.session_max_events
        replies = ReplySender(self._services.dispatcher, self._settings.reply_senders)
        runner = TurnRunner(agent, self._services, lambda: ZaloOutput(self._backend, replies.wake))
        lanes = Lanes(runner.run, self._settings.inbox_lanes, self._settings.fragment_wait_s)
        for item in await asyncio.to_thread(self._backend.waiting):
            lanes.put(item, is_recovered=True)
        self._replies, self._lanes = replies, lanes
        self._keep(self._poll(lanes, replies, runner))

    async def _poll(self, lanes: Lanes, replies: ReplySender, runner: TurnRunner) -> None:
        """Brings back what waits: events put off, replies to try again, sends to look up, pushes to record."""
        while True:
            try:
                for item in await asyncio.to_thread(self._backend.waiting):
                    lanes.put(item, is_recovered=True)
                await replies.catch_up()
                await runner.record_pushes()
            except Exception:
                log.exception("channel.poll_failed")
            await asyncio.sleep(POLL_S)

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._lanes is not None:
            await self._lanes.drain(10.0)
        if self._replies is not None:
            self._replies.close()

    def _keep(self, work: Awaitable[Any]) -> None:
        """Runs `work` in a task whose reference is kept until it ends."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
