"""The pages people see first: index, chat, counter, and both side by side.

They are shells: Jinja writes the frame, small ES modules fill it from the JSON interfaces that the same address
serves (`/sim/v1` and `/counter/v1`, docs/simulator.md). No page asks another host for anything.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_HERE = Path(__file__).parent
STATIC_URL = "/pages/static"

# Pictures of the account may live on another port of this machine (the product's own files); nothing farther away.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob: http://127.0.0.1:* http://localhost:*; media-src 'self' blob:; frame-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
)
SECURITY_HEADERS = {
    "content-security-policy": _CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
    "cache-control": "no-cache",
}


@dataclass(frozen=True)
class PageConfig:
    """What the pages say about the account; `account` overrides single fields of data/account.json."""

    account: dict[str, str] | None = None
    console_url: str | None = None


# Icons must be there when the simulator is not: the page that says so shows one.
_KEPT_AN_HOUR = (".svg", ".woff", ".woff2")


class _PageFiles(StaticFiles):
    """Code and styles are asked about again each time, so that a changed module never meets an old one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(SECURITY_HEADERS)
        if path.endswith(_KEPT_AN_HOUR):
            response.headers["cache-control"] = "max-age=3600"
        return response


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape(), trim_blocks=True)


def _account(config: PageConfig) -> dict[str, str]:
    account: dict[str, str] = json.loads((_HERE / "data" / "account.json").read_text(encoding="utf-8"))
    return {**account, **(config.account or {})}


def _page(environment: Environment, template: str, context: dict[str, Any]) -> Callable[[Request], Awaitable[Response]]:
    html = environment.get_template(template).render(static=STATIC_URL, **context)

    async def endpoint(request: Request) -> Response:
        return HTMLResponse(html, headers=SECURITY_HEADERS)

    return endpoint


def page_routes(config: PageConfig | None = None) -> list[BaseRoute]:
    """Builds the routes of `/`, `/chat`, `/counter`, `/demo` and their static files.

    Args:
        config: What to say about the account; None takes everything from data/account.json.
    """
    config = config or PageConfig()
    environment = _environment()
    context = {"account": _account(config), "console_url": config.console_url}
    pages = {"/": "index.html", "/chat": "chat.html", "/counter": "counter.html", "/demo": "demo.html"}
    routes: list[BaseRoute] = [
        Route(path, _page(environment, template, context), methods=["GET"]) for path, template in pages.items()
    ]
    routes.append(Mount(STATIC_URL, _PageFiles(directory=_HERE / "static"), name="pages-static"))
    return routes
