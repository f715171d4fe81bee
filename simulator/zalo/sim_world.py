"""The test interface's world: clock, faults, webhook, limits, rules, calls, reset, tokens."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.zalo import media
from simulator.zalo.clock import ClockGoesBack, iso
from simulator.zalo.errors import BadRequest
from simulator.zalo.faults import EVERY_CALL
from simulator.zalo.gateway import ApiCall
from simulator.zalo.json_input import (
    checked_phone,
    flag,
    json_object,
    moment,
    number_field,
    optional_text,
    query_mark,
    query_number,
    text_field,
    whole_number,
)
from simulator.zalo.limits import changed_limits, changed_rules, wallet_left
from simulator.zalo.tokens import issue_pair, new_family
from simulator.zalo.webhook_events import account_only_event, sample_event
from simulator.zalo.world import World

CENTURY_S = 100 * 365.25 * 86_400
MAX_TIMES = 1_000_000
SWITCHES = ("enabled", "retry", "retry_only_unreachable", "shuffle", "escape_unicode", "echo_first")
FORGOTTEN_BY_RESET = ("citizen", "citizen_tag", "entry")


class WorldRoutes:
    """Endpoints over one world; `calls` are those that the product can make."""

    def __init__(self, world: World, calls: tuple[ApiCall, ...]) -> None:
        self._world = world
        self._call_names = {EVERY_CALL, *(call.name for call in calls), *(call.path for call in calls)}

    def routes(self) -> list[Route]:
        """Every route of this part."""
        return [
            Route("/sim/v1/clock", self.clock, methods=["GET"]),
            Route("/sim/v1/clock", self.move_clock, methods=["POST"]),
            Route("/sim/v1/faults", self.faults, methods=["GET"]),
            Route("/sim/v1/faults", self.add_fault, methods=["POST"]),
            Route("/sim/v1/faults", self.clear_faults, methods=["DELETE"]),
            Route("/sim/v1/webhook", self.webhook, methods=["GET"]),
            Route("/sim/v1/webhook", self.set_webhook, methods=["POST"]),
            Route("/sim/v1/webhook/test", self.test_webhook, methods=["POST"]),
            Route("/sim/v1/limits", self.limits, methods=["GET"]),
            Route("/sim/v1/limits", self.set_limits, methods=["POST"]),
            Route("/sim/v1/rules", self.rules, methods=["GET"]),
            Route("/sim/v1/rules", self.set_rules, methods=["POST"]),
            Route("/sim/v1/calls", self.calls, methods=["GET"]),
            Route("/sim/v1/tokens", self.issue_tokens, methods=["POST"]),
            Route("/sim/v1/permission", self.set_permission, methods=["POST"]),
            Route("/sim/v1/reset", self.reset, methods=["POST"]),
        ]

    async def clock(self, request: Request) -> Response:
        """Simulated time."""
        return JSONResponse(self._clock_json())

    async def move_clock(self, request: Request) -> Response:
        """Moves simulator and product on in time."""
        body, clock = await json_object(request), self._world.clock
        if ("advance_s" in body) == ("at" in body):
            raise BadRequest("Give either advance_s or at.")
        try:
            if "at" in body:
                clock.move_to(moment(body, "at"))
            else:
                clock.advance(number_field(body, "advance_s", -CENTURY_S, CENTURY_S))
        except ClockGoesBack as error:
            raise BadRequest(str(error)) from error
        return JSONResponse(self._clock_json())

    def _clock_json(self) -> dict[str, Any]:
        clock = self._world.clock
        return {"at": iso(clock.now()), "offset_s": round(clock.offset_s, 3)}

    async def faults(self, request: Request) -> Response:
        """Faults in force."""
        return JSONResponse({"faults": [fault.as_json() for fault in self._world.faults.in_force]})

    async def add_fault(self, request: Request) -> Response:
        """Makes Zalo misbehave."""
        body = await json_object(request)
        call = text_field(body, "call")
        if call not in self._call_names:
            raise BadRequest(f"There is no call {call!r}; there are: {', '.join(sorted(self._call_names))}.")
        phone = None if body.get("phone") is None else checked_phone(body["phone"])
        times = None if body.get("times") is None else whole_number(body, "times", 1, MAX_TIMES)
        added = self._world.faults.add(call, text_field(body, "fault"), optional_text(body, "user_id"), phone, times)
        return JSONResponse(added.as_json())

    async def clear_faults(self, request: Request) -> Response:
        """Zalo behaves again."""
        self._world.faults.clear()
        return JSONResponse({"faults": []})

    async def webhook(self, request: Request) -> Response:
        """How events are delivered."""
        return JSONResponse(self._webhook_json())

    async def set_webhook(self, request: Request) -> Response:
        """Changes how events are delivered; a new URL is probed with an unsigned `{}`."""
        body, deliverer = await json_object(request), self._world.deliverer
        changes = self._webhook_changes(body)
        deliverer.change(**changes)
        answer = self._webhook_json()
        if "url" in changes:
            probe = await deliverer.post(b"{}", {"Content-Type": "application/json"})
            answer["probe_status"] = probe.status
        return JSONResponse(answer)

    def _webhook_changes(self, body: dict[str, Any]) -> dict[str, Any]:
        for name in body:
            if name not in (*SWITCHES, "url", "muted_events"):
                raise BadRequest(f"There is no switch {name!r}; there are: {', '.join(SWITCHES)}, url, muted_events.")
        changes: dict[str, Any] = {name: flag(body, name) for name in SWITCHES if name in body}
        if "url" in body:
            changes["url"] = text_field(body, "url")
            if not changes["url"].startswith(("http://", "https://")):
                raise BadRequest("url must start with http:// or https://.")
        if "muted_events" in body:
            names = body["muted_events"]
            if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
                raise BadRequest("muted_events must be a list of event names.")
            changes["muted_events"] = tuple(names)
        return changes

    def _webhook_json(self) -> dict[str, Any]:
        deliverer = self._world.deliverer
        return {**asdict(deliverer.settings), "pending": deliverer.pending}

    async def test_webhook(self, request: Request) -> Response:
        """The console's Test button: a signed sample with ids of nobody."""
        event = sample_event(self._world.config, self._world.clock.now())
        with self._world.transaction() as change:
            owed = self._world.owe_event(change, "test", event)
        attempt = await self._world.deliverer.first_attempt(owed) if owed is not None else None
        return JSONResponse({"webhook_status": attempt.status if attempt is not None else None})

    async def limits(self, request: Request) -> Response:
        """Rates, quotas, prices, and what is left in the wallet."""
        return JSONResponse(self._limits_json())

    async def set_limits(self, request: Request) -> Response:
        """Changes rates, quotas, prices; a wallet given anew is full."""
        body = await json_object(request)
        self._world.limits = changed_limits(self._world.limits, body)
        with self._world.transaction():
            self._world.db.save_setting("limits", asdict(self._world.limits))
            if "wallet_vnd" in body:
                self._world.db.execute("DELETE FROM counter WHERE name = 'wallet_spent_vnd'")
        return JSONResponse(self._limits_json())

    def _limits_json(self) -> dict[str, Any]:
        left = wallet_left(self._world.db, self._world.limits)
        return {**asdict(self._world.limits), "wallet_left_vnd": left}

    async def rules(self, request: Request) -> Response:
        """The points on which sources disagree."""
        return JSONResponse(asdict(self._world.rules))

    async def set_rules(self, request: Request) -> Response:
        """Makes Zalo stricter or laxer."""
        self._world.rules = changed_rules(self._world.rules, await json_object(request))
        with self._world.transaction():
            self._world.db.save_setting("rules", asdict(self._world.rules))
        return JSONResponse(asdict(self._world.rules))

    async def calls(self, request: Request) -> Response:
        """What the product called, in order."""
        limit = int(query_number(request, "limit", MAX_TIMES, MAX_TIMES))
        rows = self._world.db.all("SELECT * FROM call WHERE n > ? ORDER BY n LIMIT ?", (query_mark(request), limit))
        return JSONResponse({"calls": [{**dict(row), "at": iso(row["at"])} for row in rows]})

    async def issue_tokens(self, request: Request) -> Response:
        """A pair for manual tests, as Zalo's API Explorer gives administrators."""
        with self._world.transaction():
            pair = issue_pair(self._world.db, new_family(), self._world.clock.now())
        return JSONResponse(pair.as_json())

    async def set_permission(self, request: Request) -> Response:
        """The account cuts its link with the app (all calls answer -223), or a consent is given again."""
        revoked = flag(await json_object(request), "revoked", default=True)
        with self._world.transaction() as change:
            self._world.db.save_setting("permission", {"revoked": revoked})
            if revoked:
                event = account_only_event(self._world.config, "permission_revoked", self._world.clock.now())
                self._world.owe_event(change, "account", event)
        return JSONResponse({"revoked": revoked})

    async def reset(self, request: Request) -> Response:
        """Forgets citizens, messages, faults and webhook switches; clock to now."""
        world = self._world
        world.deliverer.reset()
        world.faults.clear()
        with world.transaction():
            for table in FORGOTTEN_BY_RESET:
                world.db.execute(f"DELETE FROM {table}")
            # Quotas used up belong to the messages; the numbering of changes goes on.
            world.db.execute("DELETE FROM counter WHERE name != 'change'")
            media.forget_citizens_files(world.db, world.config)
        world.reading.forget_all()
        world.activity.forget_all()
        world.last_message_at.clear()
        world.clock.reset()
        return JSONResponse({"at": iso(world.clock.now())})
