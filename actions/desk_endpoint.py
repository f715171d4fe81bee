"""How the counter's own system asks for an officer's one-time QR code: one signed call beside the actions.

`POST /desk/v1/links` with `Authorization: Bearer <ONESTOP_DESK_KEY>` and `{"dossier_code", "officer"}` answers
`{"token", "url", "expires_at"}`. It listens where the action server does, on loopback.
"""

from __future__ import annotations

import asyncio
import hmac
import json as json_text
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions import wiring
from onestop import clock
from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.services.desk_links import DeskCode, create_desk_code
from onestop.services.dossiers import DossierNotFound

MOST_BYTES = 4096

log = get_logger()


def desk_blueprint() -> Blueprint:
    """The one route."""
    blueprint = Blueprint("desk")

    @blueprint.post("/desk/v1/links")
    async def create(request: Request) -> HTTPResponse:
        if not _is_allowed(request.headers.get("authorization", "")):
            return json({"error": "the key is missing or wrong"}, status=401)
        wanted = _wanted(request.body)
        if wanted is None:
            return json({"error": "dossier_code and officer are needed"}, status=400)
        try:
            made = await asyncio.to_thread(_create, *wanted)
        except DossierNotFound:
            return json({"error": "no such dossier"}, status=404)
        except BackendUnavailable:
            return json({"error": "the dossier system does not answer"}, status=503)
        return json({"token": made.token, "url": made.url, "expires_at": made.expires_at.isoformat()})

    return blueprint


def _is_allowed(given: str) -> bool:
    key = wiring.services().settings.desk_key
    return bool(key) and hmac.compare_digest(given.encode(), f"Bearer {key}".encode())


def _wanted(body: bytes) -> tuple[str, str] | None:
    if len(body) > MOST_BYTES:
        return None
    try:
        given: Any = json_text.loads(body)
        code, officer = given["dossier_code"], given["officer"]
    except (ValueError, KeyError, TypeError):
        return None
    if not (isinstance(code, str) and isinstance(officer, str) and code.strip() and officer.strip()):
        return None
    return code.strip().upper(), officer.strip()


def _create(dossier_code: str, officer: str) -> DeskCode:
    services = wiring.services()
    with services.sessions.begin() as session:
        return create_desk_code(
            session,
            services.reader,
            services.sealer,
            dossier_code,
            officer,
            services.settings.zalo_oa_id,
            clock.now(),
        )
