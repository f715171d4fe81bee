"""The test interface's citizens: `/sim/v1/citizens`, `/sim/v1/phones`, `/sim/v1/menu`."""

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.zalo import citizens
from simulator.zalo.citizen_acts import Act, perform
from simulator.zalo.citizens import Citizen
from simulator.zalo.clock import iso
from simulator.zalo.deliveries import Delivery
from simulator.zalo.entries import (
    FROM_ACCOUNT,
    Entry,
    add_entry,
    lines_of,
    mark_of,
    messages_to,
    messages_to_phone,
)
from simulator.zalo.errors import BadRequest
from simulator.zalo.json_input import (
    checked_phone,
    choice,
    flag,
    json_object,
    number_field,
    optional_text,
    query_mark,
    query_number,
    text_field,
    whole_number,
)
from simulator.zalo.menu import account_menu
from simulator.zalo.posting import post_staff_message
from simulator.zalo.world import Change, World

DEVICES = ("mobile", "desktop")
MAX_WAIT_S = 300.0
MAX_COPIES = 20


class CitizenRoutes:
    """Endpoints over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Every route of this part."""
        one = "/sim/v1/citizens/{user_id}"
        return [
            Route(f"{one}/events", self.post_event, methods=["POST"]),
            Route(f"{one}/messages", self.messages, methods=["GET"]),
            Route(f"{one}/conversation", self.conversation, methods=["GET"]),
            Route(f"{one}/staff", self.post_staff, methods=["POST"]),
            Route(f"{one}/open", self.open_chat, methods=["POST"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.change, methods=["POST"]),
            Route("/sim/v1/citizens", self.list_all, methods=["GET"]),
            Route("/sim/v1/citizens", self.create, methods=["POST"]),
            Route("/sim/v1/phones/{phone}/messages", self.phone_messages, methods=["GET"]),
            Route("/sim/v1/menu", self.menu, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """A Zalo user who does not follow yet."""
        body = await json_object(request)
        name = optional_text(body, "name")
        phone = None if body.get("phone") is None else checked_phone(body["phone"])
        device = choice(body, "device", DEVICES, "mobile")
        with self._world.transaction():
            citizen = citizens.create_citizen(self._world.db, name, phone, device, self._world.clock.now())
        return JSONResponse(_identity(citizen))

    async def list_all(self, request: Request) -> Response:
        """Everyone, with the newest line of each chat; the newest chat first."""
        rows = [_summary(self._world, citizen) for citizen in citizens.all_citizens(self._world.db)]
        rows.sort(key=lambda row: (row["last_at"] or "", row["user_id"]), reverse=True)
        return JSONResponse({"citizens": rows})

    async def show(self, request: Request) -> Response:
        """One citizen with their windows."""
        citizen = self._citizen(request)
        last = citizen.last_interaction_at
        return JSONResponse(
            {
                **_summary(self._world, citizen),
                "account": citizen.account,
                "last_interaction_at": iso(last) if last else None,
                "greetings_left": citizen.greetings_left,
            }
        )

    async def change(self, request: Request) -> Response:
        """Makes an account active, banned (-227) or restricted (-244)."""
        citizen, body = self._citizen(request), await json_object(request)
        account = choice(body, "account", citizens.ACCOUNTS, citizen.account)
        with self._world.transaction():
            citizens.set_account(self._world.db, citizen, account)
        return JSONResponse({**_identity(citizen), "account": account})

    async def post_event(self, request: Request) -> Response:
        """Does something as a citizen; answers after the first attempt to deliver it."""
        citizen, body = self._citizen(request), await json_object(request)
        copies, details = _delivery_wishes(self._world, body)
        mark = mark_of(self._world.db, citizen.user_id)
        owed: Delivery | None = None
        with self._world.transaction() as change:
            act = perform(self._world, change, citizen, body)
            if act.entry is not None:
                add_entry(self._world.db, act.entry)
                change.touched.add(citizen.user_id)
            owed = self._owe_copies(change, citizen, act, copies, details)
        return JSONResponse(await self._outcome(act.msg_id, owed, mark, act.answer))

    def _owe_copies(
        self, change: Change, citizen: Citizen, act: Act, copies: int, details: dict[str, Any]
    ) -> Delivery | None:
        """Owes the event as often as wished, byte for byte the same; returns the first."""
        if act.event is None:
            return None
        first = self._world.owe_event(change, citizen.user_id, act.event, from_citizen=True, **details)
        if first is not None:
            for _ in range(copies - 1):
                self._world.owe_copy(change, first)
        return first

    async def _outcome(
        self, msg_id: str | None, owed: Delivery | None, mark: int, more: dict[str, Any]
    ) -> dict[str, Any]:
        outcome: dict[str, Any] = {"msg_id": msg_id, "webhook_status": None, "ack_ms": None, "mark": mark}
        if owed is not None:
            attempt = await self._world.deliverer.first_attempt(owed)
            outcome.update(webhook_status=attempt.status, ack_ms=attempt.ack_ms)
            if attempt.error is not None:
                outcome["webhook_error"] = attempt.error
        return {**outcome, **more}

    async def post_staff(self, request: Request) -> Response:
        """An officer writes from OA Manager."""
        citizen, body = self._citizen(request), await json_object(request)
        text, mark = text_field(body, "text"), mark_of(self._world.db, citizen.user_id)
        with self._world.transaction() as change:
            entry, owed = post_staff_message(self._world, change, citizen, text)
        return JSONResponse(await self._outcome(entry.msg_id, owed, mark, {}))

    async def messages(self, request: Request) -> Response:
        """What the account sent in the chat after a mark; waits for it to come and to get quiet."""
        user_id = self._citizen(request).user_id
        return await self._wait_for_messages(
            request, user_id, lambda after: messages_to(self._world.db, user_id, after)
        )

    async def phone_messages(self, request: Request) -> Response:
        """Template messages and SMS of a phone number after a mark."""
        phone = checked_phone(request.path_params["phone"])
        return await self._wait_for_messages(
            request, phone, lambda after: messages_to_phone(self._world.db, phone, after)
        )

    async def _wait_for_messages(self, request: Request, key: str, read: Callable[[int], list[Entry]]) -> Response:
        after = query_mark(request)
        deadline = time.monotonic() + query_number(request, "wait_s", 0, MAX_WAIT_S)
        quiet_s = query_number(request, "quiet_s", 0, MAX_WAIT_S)
        while True:
            entries, now = read(after), time.monotonic()
            left_s = deadline - now
            if entries:
                quiet_since_s = now - self._world.last_message_at.get(key, float("-inf"))
                left_s = min(left_s, quiet_s - quiet_since_s)
            if left_s <= 0 or self._world.bell.is_closed:
                break
            await self._world.bell.wait(key, left_s)
        mark = max([after, *(entry.seq for entry in entries)])
        return JSONResponse({"messages": [entry.as_message() for entry in entries], "mark": mark})

    async def conversation(self, request: Request) -> Response:
        """Both sides of a chat as lines that are new or changed; a long poll for the chat page."""
        user_id = self._citizen(request).user_id
        after, activity = query_mark(request), self._world.activity
        deadline = time.monotonic() + query_number(request, "wait_s", 0, MAX_WAIT_S)
        was_working = activity.is_working(user_id)
        while True:
            entries = lines_of(self._world.db, user_id, after)
            left_s = deadline - time.monotonic()
            is_news = bool(entries) or activity.is_working(user_id) != was_working
            if is_news or left_s <= 0 or self._world.bell.is_closed:
                break
            thinking_s = activity.thinking_left_s(user_id)
            await self._world.bell.wait(user_id, min(left_s, thinking_s) if thinking_s else left_s)
        return JSONResponse(
            {
                "entries": [entry.as_line() for entry in entries],
                "n": max([after, *(entry.n for entry in entries)]),
                "working": activity.is_working(user_id),
            }
        )

    async def open_chat(self, request: Request) -> Response:
        """A page shows this chat now: everything in it is seen."""
        citizen = self._citizen(request)
        await json_object(request)
        return JSONResponse({"seen": self._world.reading.open(citizen)})

    async def menu(self, request: Request) -> Response:
        """The account's own menu."""
        return JSONResponse(list(account_menu()))

    def _citizen(self, request: Request) -> Citizen:
        citizen = citizens.find_citizen(self._world.db, request.path_params["user_id"])
        if citizen is None:
            raise BadRequest("There is no citizen with this user_id.", status=404)
        return citizen


def _delivery_wishes(world: World, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """How often and how an event is to be delivered."""
    wishes = body.get("deliver", {})
    if not isinstance(wishes, dict):
        raise BadRequest("deliver must be an object.")
    copies = whole_number(wishes, "times", 1, MAX_COPIES, default=1)
    details: dict[str, Any] = {"bad_signature": flag(wishes, "bad_signature")}
    delay_s = number_field(wishes, "delay_s", 0, MAX_WAIT_S, default=0)
    if delay_s:
        details["due_at"] = world.clock.now() + delay_s
    return copies, details


def _identity(citizen: Citizen) -> dict[str, Any]:
    return {
        "user_id": citizen.user_id,
        "name": citizen.name,
        "phone": citizen.phone,
        "device": citizen.device,
    }


def _summary(world: World, citizen: Citizen) -> dict[str, Any]:
    last = world.db.one(
        "SELECT at, json_extract(content, '$.title') AS title, json_extract(content, '$.text') AS text, kind"
        " FROM entry WHERE user_id = ? ORDER BY seq DESC LIMIT 1",
        (citizen.user_id,),
    )
    unread = world.db.one(
        f"SELECT count(*) AS number FROM entry WHERE user_id = ? AND {FROM_ACCOUNT} AND status != 'seen'",
        (citizen.user_id,),
    )
    return {
        **_identity(citizen),
        "follows": citizen.follows,
        "last_at": iso(last["at"]) if last else None,
        "last_text": (last["title"] or last["text"] or f"[{last['kind']}]") if last else None,
        "unread": int(unread["number"]) if unread else 0,
    }
