"""rasa-sdk's server around our actions: our log, our services, nothing of a request in an error's answer."""

from __future__ import annotations

import logging
import warnings

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

import onestop.log
from actions import wiring
from actions.desk_endpoint import desk_blueprint
from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.settings import Settings

log = get_logger()


def serve(settings: Settings, host: str, port: int) -> None:
    """Serves until it is stopped."""
    onestop.log.configure(settings.log_level)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    wiring.use(wiring.open_actions(settings))
    _warm_up()
    app = action_app()
    app.run(host=host, port=port, workers=1, access_log=False, motd=False)


def action_app() -> Sanic:
    """The application; `wiring.use` must have been called before it is asked anything."""
    app = create_app("actions", cors_origins=None)
    app.blueprint(desk_blueprint())

    @app.exception(Exception)
    async def failed(_request: Request, error: Exception) -> HTTPResponse:
        # rasa-sdk would repeat the whole request here, conversation included.
        log.error("action.broken", error=type(error).__name__)
        return json({"error": "internal error"}, status=500)

    return app


def _warm_up() -> None:
    """Builds the search index before the first citizen asks; where that fails now, the first question tries again."""
    try:
        wiring.services().procedures.warm_up()
    except BackendUnavailable:
        log.warning("actions.started_without_catalogue")
