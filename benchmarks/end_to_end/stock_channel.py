"""A minimal Zalo channel as most projects write it: parse, hand over, send directly. The yardstick, not a model."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

import requests
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response


class StockOutput(OutputChannel):
    """Sends each message at once."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/v3.0/oa/message/cs"
        self._headers = {"access_token": token}

    @classmethod
    def name(cls) -> str:
        """The same for both directions."""
        return "zalo"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Sends a text."""
        await self._send(recipient_id, {"text": text})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        """Sends a text with buttons."""
        shown = [
            {"title": b["title"], "type": "oa.query.show", "payload": b["payload"]} for b in buttons if b.get("payload")
        ]
        attachment = {"type": "template", "payload": {"buttons": shown}}
        await self._send(recipient_id, {"text": text, **({"attachment": attachment} if shown else {})})

    async def _send(self, recipient_id: str, message: dict[str, Any]) -> None:
        body = {"recipient": {"user_id": recipient_id}, "message": message}
        await asyncio.to_thread(requests.post, self._url, json=body, headers=self._headers, timeout=10)


class StockInput(InputChannel):
    """Answers 200 and works in a task."""

    @classmethod
    def name(cls) -> str:
        """The same for both directions."""
        return "zalo"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> StockInput:
        """Takes everything from the environment."""
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """One route."""
        blueprint = Blueprint("stock_zalo")
        output = StockOutput(os.environ["STOCK_ZALO_URL"], os.environ["STOCK_ACCESS_TOKEN"])
        tasks: set[asyncio.Task] = set()

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            ready = getattr(request.app.ctx, "agent", None) is not None and request.app.ctx.agent.is_ready()
            return json_response({"ready": ready})

        @blueprint.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            event = json.loads(request.body)
            if event.get("event_name") == "user_send_text":
                message = UserMessage(event["message"]["text"], output, event["sender"]["id"], input_channel="zalo")
                task = asyncio.ensure_future(on_new_message(message))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            return json_response({})

        return blueprint
