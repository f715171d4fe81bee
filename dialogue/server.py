"""Puts Rasa's server together: our stores, our locks, our way to the actions, one worker."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from functools import partial
from pathlib import Path

from rasa.core import run as rasa_run
from rasa.core.utils import AvailableEndpoints

import onestop.log
from dialogue import answer_check
from dialogue.action_endpoint import keep_alive
from onestop.errors import MissingSetting
from onestop.settings import Settings

CREDENTIALS = "credentials.yml"
ENDPOINTS = "endpoints.yml"
# Threads send replies while Rasa still thinks: they get their turn sooner than after Python's 5 ms.
SWITCH_INTERVAL_S = 0.0005


def serve(model: str, host: str, port: int) -> None:
    """Serves until it is stopped.

    Raises:
        MissingSetting: A compulsory setting is absent; nothing was started.
    """
    if not Path(model).exists():
        raise MissingSetting("ONESTOP_MODEL_DIR", f"({model}) holds no model; train one with ./run train")
    settings = Settings.from_env(os.environ)
    _quiet(settings.log_level)
    answer_check.install()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    endpoints = AvailableEndpoints.read_endpoints(ENDPOINTS)
    endpoints.action = keep_alive(endpoints.action)
    channels = rasa_run.create_http_input_channels(None, CREDENTIALS)
    app = rasa_run.configure_app(channels, enable_api=False, port=port, endpoints=endpoints)
    app.register_listener(partial(rasa_run.load_agent_on_start, model, endpoints, None), "before_server_start")
    app.register_listener(rasa_run.close_resources, "after_server_stop")
    app.run(host=host, port=port, workers=1, access_log=False, motd=False)


def _quiet(level: str) -> None:
    """Our log format for everybody; nothing below `level`, because Rasa's debug lines hold what citizens write."""
    onestop.log.configure(level)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("rasa.core.run").setLevel(logging.INFO)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
