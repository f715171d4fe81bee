"""The routes of one simulated Zalo, for whoever serves them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from simulator.zalo.business_calls import BUSINESS_CALLS
from simulator.zalo.config import ZaloConfig
from simulator.zalo.errors import BadRequest
from simulator.zalo.gateway import api_route
from simulator.zalo.media import content_type_of, find_file
from simulator.zalo.oa_messages import MESSAGE_CALLS
from simulator.zalo.oa_people import PEOPLE_CALLS
from simulator.zalo.oauth_calls import OAUTH_CALLS
from simulator.zalo.sim_citizens import CitizenRoutes
from simulator.zalo.sim_world import WorldRoutes
from simulator.zalo.sms_calls import SMS_CALLS
from simulator.zalo.world import World

CALLS = (*MESSAGE_CALLS, *BUSINESS_CALLS, *OAUTH_CALLS, *PEOPLE_CALLS, *SMS_CALLS)
SHOWN_IN_PLACE = ("image/jpeg", "image/png", "image/gif", "audio/", "video/")


class ConnectionAware(Starlette):
    """Keeps the server's own `send` in the scope, so that a fault can close the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["simulator.send"] = send
        await super().__call__(scope, receive, send)


def zalo_routes(world: World) -> list[BaseRoute]:
    """Zalo's three hosts, the test interface, the media: all under one address."""

    async def serve_media(request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["name"]
        path = find_file(world.db, world.config, token, name)
        if path is None:
            raise HTTPException(404, "There is no such file.")
        content_type = content_type_of(name)
        disposition = "inline" if content_type.startswith(SHOWN_IN_PLACE) else "attachment"
        return FileResponse(
            path,
            media_type=content_type,
            filename=name,
            content_disposition_type=disposition,
            headers={"X-Content-Type-Options": "nosniff"},
        )

    return [
        *(api_route(world, call) for call in CALLS),
        *CitizenRoutes(world).routes(),
        *WorldRoutes(world, CALLS).routes(),
        Route("/media/{token}/{name}", serve_media, methods=["GET"]),
    ]


async def refuse_bad_request(request: Request, error: Exception) -> Response:
    """A mistake in a call to the test interface."""
    assert isinstance(error, BadRequest)
    return JSONResponse({"error": error.sentence}, status_code=error.status)


async def refuse_http(request: Request, error: Exception) -> Response:
    """Unknown addresses and methods; for a call to Zalo's API in Zalo's envelope."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    if path.startswith(("/v2.0/", "/v3.0/", "/v4/", "/message/", "/template/")):
        body: dict[str, Any] = {"error": error.status_code, "message": "empty api"}
        return JSONResponse(body, status_code=error.status_code)
    sentence = {404: "There is nothing at this address.", 405: "This address does not take this method."}
    return JSONResponse(
        {"error": sentence.get(error.status_code, error.detail)},
        status_code=error.status_code,
        headers=error.headers,
    )


async def report_failure(request: Request, error: Exception) -> Response:
    """A mistake of the simulator itself; the trace is in its log."""
    return JSONResponse({"error": "The simulator failed; its log says why."}, status_code=500)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    BadRequest: refuse_bad_request,
    HTTPException: refuse_http,
    Exception: report_failure,
}


def create_zalo_app(config: ZaloConfig) -> Starlette:
    """One simulated Zalo alone, without counter and pages."""
    world = World(config)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await world.start()
        try:
            yield
        finally:
            await world.stop()

    app = ConnectionAware(routes=zalo_routes(world), lifespan=lifespan, exception_handlers=EXCEPTION_HANDLERS)
    app.state.world = world
    return app
