"""One call of an officer: who, what with, in one transaction with its audit entry."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from console.gate import officer_of
from onestop import clock
from onestop.errors import BackendUnavailable, OnestopError
from onestop.log import get_logger
from onestop.services import audit
from onestop.services.feedback_desk import FeedbackClosed, FeedbackNotFound, NoSuchClass
from onestop.services.officers import TakenByAnother, TicketEnded, TicketNotFound
from onestop.services.responsible import UnitDesk
from onestop.storage import Session, SessionFactory

log = get_logger()

MOST_BODY_BYTES = 65_536
MOST_TEXT = 2000
MOST_ROWS = 200
_NUMBER = re.compile(r"[0-9]{1,9}")
_LARGEST_ID = 2**63 - 1  # what the databases' columns hold
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses them
_STATUS: dict[type[OnestopError], int] = {
    TicketNotFound: 404,
    FeedbackNotFound: 404,
    TicketEnded: 409,
    TakenByAnother: 409,
    FeedbackClosed: 409,
    NoSuchClass: 422,
    BackendUnavailable: 503,
}
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class BadRequest(OnestopError):
    """The request is not what the description says; its text tells the caller what is wrong."""


class NoSuchFile(OnestopError):
    """There is no such picture or file."""


@dataclass(frozen=True)
class ConsoleServices:
    """What officers' calls work with.

    Attributes:
        tokens: By officer's name.
        silence: For how long the assistant is silent after an officer's word.
    """

    sessions: SessionFactory
    units: UnitDesk
    tokens: Mapping[str, str] = field(repr=False)
    files_dir: Path
    silence: timedelta


@dataclass(frozen=True)
class Call:
    """One authenticated call."""

    services: ConsoleServices
    session: Session
    who: str
    now: datetime
    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(repr=False)

    def text(self, name: str, most: int = MOST_TEXT) -> str:
        """A text that the body must hold; raises BadRequest."""
        value = self.optional_text(name, most)
        if value is None:
            raise BadRequest(f"“{name}” is missing")
        return value

    def optional_text(self, name: str, most: int = MOST_TEXT) -> str | None:
        """A text that the body may hold; raises BadRequest where it is no text or too long."""
        value = self.body.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > most or not value.strip() or _UNSTORABLE.search(value):
            raise BadRequest(f"“{name}” must be a text of at most {most} characters")
        return value.strip()

    def number(self, name: str, default: int, most: int) -> int:
        """A number of the query, from 0 to `most`; raises BadRequest."""
        given = self.query.get(name, "")
        if not given:
            return default
        if not _NUMBER.fullmatch(given) or int(given) > most:
            raise BadRequest(f"“{name}” must be a number from 0 to {most}")
        return int(given)


@dataclass(frozen=True)
class Answer:
    """What a call brings: JSON or a file, and what the audit keeps of it besides who, what and when."""

    content: dict[str, Any] | Path
    detail: dict[str, Any] = field(default_factory=dict)


Work = Callable[[Call], Answer]


def endpoint(services: ConsoleServices, what: str, work: Work) -> Callable[[Request], Any]:
    """Makes a route of a piece of work: asks who calls, runs it in a thread and one transaction, audits it."""

    async def handle(request: Request) -> Response:
        who = officer_of(request.headers.get("Authorization"), services.tokens)
        if who is None:
            log.info("officer.refused", what=what)
            return _error(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})
        try:
            body = await _body(request)
        except BadRequest as error:
            return _error(422, str(error))
        path, query = dict(request.path_params), dict(request.query_params)
        if any(_is_no_name(value) for value in (*path.values(), *query.values())):
            return _error(404, "no such thing")
        return await run_in_threadpool(_run, services, what, work, who, path, query, body)

    handle.__name__ = work.__name__
    return handle


def _run(
    services: ConsoleServices,
    what: str,
    work: Work,
    who: str,
    path: Mapping[str, Any],
    query: Mapping[str, str],
    body: Mapping[str, Any],
) -> Response:
    subject = str(next(iter(path.values()), "")) or None
    now = clock.now()
    try:
        with services.sessions.begin() as session:
            answer = work(Call(services, session, who, now, path, query, body))
            audit.note(session, now, who, what, subject, {"outcome": "done", **answer.detail})
    except OnestopError as error:
        with services.sessions.begin() as session:
            audit.note(session, now, who, what, subject, {"outcome": type(error).__name__})
        return _refusal(error)
    log.info("officer.call", who=who, what=what)
    if isinstance(answer.content, Path):
        return FileResponse(answer.content, headers=_PRIVATE)
    return JSONResponse(answer.content, headers=_PRIVATE)


def _is_no_name(value: str | int) -> bool:
    """Whether no row can have this number or name: the database would refuse to look for it."""
    return value > _LARGEST_ID if isinstance(value, int) else _UNSTORABLE.search(value) is not None


def _refusal(error: OnestopError) -> Response:
    if isinstance(error, BadRequest):
        return _error(422, str(error))
    if isinstance(error, NoSuchFile):
        return _error(404, "no such file")
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    return _error(status, (type(error).__doc__ or "").split(":")[0].splitlines()[0])


async def _body(request: Request) -> dict[str, Any]:
    if request.method in ("GET", "HEAD"):
        return {}
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BODY_BYTES:
            raise BadRequest("the body is too large")
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": message}, status_code=status, headers={**_PRIVATE, **(headers or {})})
