"""The way of every call of the product: faults, rate, token, effect, answer, log."""

import asyncio
import hashlib
import hmac
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulator.zalo.deliveries import Delivery
from simulator.zalo.errors import ConnectionCut, ZaloRefusal
from simulator.zalo.faults import Fault
from simulator.zalo.json_input import parse_json
from simulator.zalo.tokens import check_access_token
from simulator.zalo.webhook_events import Json
from simulator.zalo.world import World

OAUTH, OA, BUSINESS, SMS = "oauth", "oa", "business", "sms"
MAX_UPLOAD_READ_BYTES = 30 * 1024 * 1024
BAD_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class Exchange:
    """What a call brought.

    Attributes:
        params: JSON body, form fields, or the query (for OA calls the JSON in its `data`).
        problem: Why the parameters could not be read; None when they could.
        file: Content and name of an uploaded file.
    """

    params: Json
    headers: Mapping[str, str]
    problem: str | None = None
    file: tuple[bytes, str] | None = None

    @property
    def user_id(self) -> str | None:
        """The Zalo user concerned."""
        recipient = self.params.get("recipient")
        found = recipient.get("user_id") if isinstance(recipient, dict) else self.params.get("user_id")
        return found if isinstance(found, str) else None

    @property
    def phone(self) -> str | None:
        """The phone concerned, `+84…`."""
        found = self.params.get("phone")
        return "+" + found.lstrip("+") if isinstance(found, str) else None


@dataclass(frozen=True)
class Answer:
    """What a call answers.

    Attributes:
        body: The whole JSON object.
        redirect: Where a browser is sent instead.
        echo: The delivery that `echo_first` waits for.
    """

    body: Json = field(default_factory=dict)
    status: int = 200
    redirect: str | None = None
    echo: Delivery | None = None


@dataclass(frozen=True)
class ApiCall:
    """One call that the product can make.

    Attributes:
        name: The path without version; faults and the log use it.
        host: Which of Zalo's hosts serves it, which decides on token and error shape.
    """

    method: str
    path: str
    name: str
    host: str
    handle: Callable[[World, Exchange], Answer]


def success(data: object = None, **rest: object) -> Answer:
    """Zalo's envelope of a good answer."""
    body: Json = {"error": 0, "message": "Success", **rest}
    if data is not None:
        body["data"] = data
    return Answer(body)


def api_route(world: World, call: ApiCall) -> Route:
    """The Starlette route of a call."""

    async def endpoint(request: Request) -> Response:
        return await _serve(world, call, request)

    return Route(call.path, endpoint, methods=[call.method])


async def _serve(world: World, call: ApiCall, request: Request) -> Response:
    started = time.perf_counter()
    exchange = await _read(call, request)
    fault = world.faults.take((call.name, call.path), exchange.user_id, exchange.phone)
    status: int | None = None
    error: int | None = None
    try:
        response, error = await _answer(world, call, exchange, fault)
        status = response.status_code
        return response
    except ConnectionCut:
        _cut_connection(request)
        return Response()
    finally:
        took_ms = round((time.perf_counter() - started) * 1000, 2)
        world.db.execute(
            "INSERT INTO call (at, call, path, status, error, took_ms) VALUES (?, ?, ?, ?, ?, ?)",
            (world.clock.now(), call.name, call.path, status, error, took_ms),
        )


async def _answer(world: World, call: ApiCall, exchange: Exchange, fault: Fault | None) -> tuple[Response, int | None]:
    """Response and error code (None where the body carries none)."""
    early = await _misbehave_before(fault)
    if early is not None:
        return early, None
    headers: dict[str, str] = {}
    try:
        if fault is not None and fault.kind == "error":
            raise ZaloRefusal(int(fault.value), "Injected by the simulator")
        if call.host == OA:
            _count_call(world, headers)
        if call.host in (OA, BUSINESS):
            _check_access(world, call.host, exchange)
        if exchange.problem is not None:
            raise ZaloRefusal(-201, exchange.problem)
        answer = call.handle(world, exchange)
    except ZaloRefusal as refusal:
        answer = _refusal(world, call.host, refusal)
    if answer.echo is not None and world.deliverer.settings.echo_first:
        await world.deliverer.first_attempt(answer.echo)
    await _misbehave_after(fault)
    if answer.redirect is not None:
        return RedirectResponse(answer.redirect, status_code=302), 0
    extra = {"simulator_field": {"unknown": True}} if fault is not None and fault.kind == "unknown_fields" else {}
    error = answer.body.get("error", 0)
    response = JSONResponse({**answer.body, **extra}, status_code=answer.status, headers=headers)
    return response, error if isinstance(error, int) else None


async def _misbehave_before(fault: Fault | None) -> Response | None:
    if fault is None:
        return None
    if fault.kind == "reset_before":
        raise ConnectionCut
    if fault.kind == "delay_before":
        await asyncio.sleep(float(fault.value))
    if fault.kind == "http":
        return Response("upstream error", status_code=int(fault.value), media_type="text/plain")
    if fault.kind == "html":
        return HTMLResponse(BAD_GATEWAY_PAGE)
    return None


async def _misbehave_after(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind == "delay":
        await asyncio.sleep(float(fault.value))
    if fault.kind in ("reset_after", "drop_token_answer"):
        raise ConnectionCut


def _count_call(world: World, headers: dict[str, str]) -> None:
    limit = world.limits.calls_per_minute
    left = world.rate.count(limit)
    headers["X-RateLimit-Limit"], headers["X-RateLimit-Remain"] = str(limit), str(max(0, left))
    if left < 0:
        raise ZaloRefusal(-32, "Request limit has been exceeded")


def _check_access(world: World, host: str, exchange: Exchange) -> None:
    token = exchange.headers.get("access_token")
    try:
        check_access_token(world.db, token, world.rules.replaced_token_error, world.clock.now())
    except ZaloRefusal as refusal:
        raise ZaloRefusal(-124, refusal.message) if host == BUSINESS else refusal from refusal
    if world.db.read_setting("permission").get("revoked"):
        raise ZaloRefusal(-223, "OA has not granted permission to this app")
    if world.rules.app_secret_proof:
        proof = hmac.new(world.config.app_secret.encode(), (token or "").encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof.encode(), exchange.headers.get("appsecret_proof", "").encode()):
            raise ZaloRefusal(-1241 if host == BUSINESS else -242, "appsecret_proof is invalid")


def _refusal(world: World, host: str, refusal: ZaloRefusal) -> Answer:
    if host == OAUTH:
        body = {
            "error": refusal.code,
            "error_name": refusal.message,
            "error_reason": refusal.message,
            "error_description": refusal.message,
            "ref_doc": "https://developers.zalo.me/docs/official-account",
        }
        return Answer(body, status=world.rules.oauth_error_status)
    if host == SMS:
        return Answer({"error": refusal.message}, status=refusal.code if 400 <= refusal.code < 600 else 400)
    return Answer({"error": refusal.code, "message": refusal.message})


async def _read(call: ApiCall, request: Request) -> Exchange:
    try:
        if request.method == "GET":
            return Exchange(_query(call, request), request.headers)
        content_type = request.headers.get("content-type", "")
        if content_type.startswith("multipart/form-data"):
            return await _read_upload(request)
        if call.host == OAUTH:
            # Zalo reads the token request from a form only.
            is_form = content_type.startswith("application/x-www-form-urlencoded")
            form = await request.form() if is_form else {}
            return Exchange({key: value for key, value in form.items()}, request.headers)
        body = parse_json(await request.body() or b"{}")
    except (ValueError, UnicodeError) as error:
        return Exchange({}, request.headers, problem=f"The request cannot be read: {type(error).__name__}")
    if not isinstance(body, dict):
        return Exchange({}, request.headers, problem="The body must be a JSON object")
    return Exchange(body, request.headers)


def _query(call: ApiCall, request: Request) -> Json:
    """OA calls carry one field `data` with JSON; plain fields are read as well."""
    params: Json = dict(request.query_params)
    data = params.pop("data", None)
    if call.host == OA and data is not None:
        parsed = parse_json(data.encode())
        if not isinstance(parsed, dict):
            raise ValueError("data is no object")
        params.update(parsed)
    return params


async def _read_upload(request: Request) -> Exchange:
    try:
        form = await request.form(max_part_size=MAX_UPLOAD_READ_BYTES)
    except Exception as error:  # whatever the multipart parser finds wrong, the request is unreadable
        return Exchange({}, request.headers, problem=f"The upload cannot be read: {type(error).__name__}")
    found = form.get("file")
    file = None
    if isinstance(found, UploadFile):
        file = (await found.read(), found.filename or "")
    params = {key: value for key, value in form.items() if isinstance(value, str)}
    return Exchange(params, request.headers, file=file)


def _cut_connection(request: Request) -> None:
    """Closes the TCP connection with a reset; the server's transport is found behind its `send`."""
    transport = getattr(getattr(request.scope.get("simulator.send"), "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("This server gives no access to its connections.")
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
