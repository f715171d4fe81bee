"""The counter's JSON interface, `/counter/v1`: the vendor's side of the demo.

Names and behaviour are fixed by the simulator's test interface (docs/simulator.md); what it has beyond that is
growth for the counter page.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onestop import clock
from onestop.receipts.receipt import receipt_of, receipt_png
from onestop.storage.engine import DatabaseError, create_engine, session_factory
from simulator.counter.desk import Accomplished, Desk
from simulator.counter.errors import CounterError
from simulator.counter.requests import parse_limit, parse_list, parse_move, parse_new_dossier
from simulator.counter.shelves import Shelves
from simulator.counter.views import MOVES, Json
from simulator.counter.zalo_link import DeskDoor, zalo_link, zalo_link_picture

LARGEST_BODY = 256 * 1024


def create_counter_app(
    dossiers_url: str, now: Callable[[], datetime] = clock.now, door: DeskDoor | None = None
) -> Starlette:
    """Builds the application, to be mounted at `/counter/v1`; nothing connects before the first request.

    Args:
        dossiers_url: The vendor's database, which it writes.
        now: The simulated clock.
        door: Where the product makes an officer's QR code; None where there is no product.
    """
    engine = create_engine(dossiers_url)
    sessions = session_factory(engine)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        engine.dispose()

    app = Starlette(routes=_ROUTES, lifespan=lifespan, exception_handlers=_HANDLERS)
    app.state.desk = Desk(sessions, now)
    app.state.shelves = Shelves(sessions, now)
    app.state.door = door
    return app


async def _list(request: Request) -> Response:
    wanted = parse_list(dict(request.query_params))
    return JSONResponse(await run_in_threadpool(_shelves(request).list_dossiers, wanted))


async def _get(request: Request) -> Response:
    return JSONResponse(await run_in_threadpool(_shelves(request).whole_dossier, _code(request)))


async def _accept(request: Request) -> Response:
    new = parse_new_dossier(await _body(request))
    return await _done(request, await run_in_threadpool(_desk(request).accept, new))


async def _move(request: Request) -> Response:
    move = parse_move(await _body(request))
    return await _done(request, await run_in_threadpool(_desk(request).move, _code(request), move))


async def _receipt(request: Request) -> Response:
    png = await run_in_threadpool(_draw_receipt, _shelves(request), _code(request))
    return Response(png, media_type="image/png", headers={"cache-control": "no-store"})


async def _zalo_link(request: Request) -> Response:
    made = await run_in_threadpool(zalo_link, request.app.state.door, _code(request))
    return JSONResponse(made, headers={"cache-control": "no-store"})


async def _zalo_link_picture(request: Request) -> Response:
    png = await run_in_threadpool(zalo_link_picture, request.query_params.get("url", ""))
    return Response(png, media_type="image/png", headers={"cache-control": "no-store"})


async def _procedures(request: Request) -> Response:
    query = dict(request.query_params)
    search = _shelves(request).search_procedures
    return JSONResponse(await run_in_threadpool(search, query.get("q", ""), parse_limit(query, 20)))


async def _centres(request: Request) -> Response:
    return JSONResponse(await run_in_threadpool(_shelves(request).list_centres))


async def _moves(_request: Request) -> Response:
    return JSONResponse({"moves": MOVES})


async def _done(request: Request, accomplished: Accomplished) -> Response:
    whole: Json = await run_in_threadpool(_shelves(request).whole_dossier, accomplished.code)
    return JSONResponse({**whole, "event_id": accomplished.event_id})


def _draw_receipt(shelves: Shelves, code: str) -> bytes:
    whole, centre, procedure = shelves.receipt_facts(code)
    return receipt_png(receipt_of(whole.record, whole.documents, centre, procedure))


async def _body(request: Request) -> Any:
    raw = await request.body()
    if len(raw) > LARGEST_BODY:
        raise CounterError("Nội dung gửi lên quá lớn.")
    try:
        return json.loads(raw)
    except ValueError:
        raise CounterError("Nội dung gửi lên không phải JSON đúng.") from None


def _code(request: Request) -> str:
    return request.path_params["code"].strip().upper()


def _desk(request: Request) -> Desk:
    return request.app.state.desk


def _shelves(request: Request) -> Shelves:
    return request.app.state.shelves


def _error(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)


async def _on_counter_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, CounterError)
    return _error(str(error), error.status)


async def _on_http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "Không có đường dẫn này.", 405: "Đường dẫn này không nhận phương thức đó."}
    return _error(sentences.get(error.status_code, error.detail), error.status_code)


async def _on_database_error(_request: Request, _error_raised: Exception) -> Response:
    return _error("Cơ sở dữ liệu hồ sơ đang bận hoặc chưa được nạp.", 503)


# Codes of social insurance have slashes: a code is the rest of the path, so the longer paths come first.
_ROUTES = [
    Route("/dossiers", _list, methods=["GET"]),
    Route("/dossiers", _accept, methods=["POST"]),
    Route("/dossiers/{code:path}/move", _move, methods=["POST"]),
    Route("/dossiers/{code:path}/zalo-link", _zalo_link, methods=["POST"]),
    Route("/dossiers/{code:path}/receipt.png", _receipt, methods=["GET"]),
    Route("/dossiers/{code:path}", _get, methods=["GET"]),
    Route("/zalo-link.png", _zalo_link_picture, methods=["GET"]),
    Route("/procedures", _procedures, methods=["GET"]),
    Route("/centres", _centres, methods=["GET"]),
    Route("/moves", _moves, methods=["GET"]),
]

_HANDLERS: Any = {
    CounterError: _on_counter_error,
    HTTPException: _on_http_error,
    DatabaseError: _on_database_error,
}
