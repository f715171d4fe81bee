"""Runs the simulator on loopback: `python -m simulator --help`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import uvicorn

from simulator.app import SimulatorConfig, create_app
from simulator.zalo.config import ZaloConfig
from simulator.zalo.world import World

LOOPBACK = "127.0.0.1"
STOP_WITHIN_S = 3
SECRETS = ("SIMULATOR_APP_SECRET", "SIMULATOR_OA_SECRET")
DESCRIPTION = "A stand-in for Zalo, with a chat page and the one-stop shop's counter."
EPILOG = """Secrets come from the environment only: SIMULATOR_APP_SECRET and SIMULATOR_OA_SECRET (required),
SIMULATOR_SMS_KEY (without it the SMS gateway refuses everything), SIMULATOR_DOSSIERS_URL (the vendor's
database; without it there is no counter), SIMULATOR_DESK_URL and SIMULATOR_DESK_KEY (where the counter asks the
product for an officer's QR code)."""


class SimulatorServer(uvicorn.Server):
    """Tells where it listens, and ends long polls first so that SIGTERM is obeyed at once."""

    def __init__(self, config: uvicorn.Config, world: World, address_file: Path | None) -> None:
        super().__init__(config)
        self._world = world
        self._address_file = address_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn; when it returns, requests are answered."""
        await super().startup(sockets)
        if self.started:
            _announce(self._world.config.public_url, self._address_file)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn on SIGTERM and SIGINT."""
        self._world.bell.close()
        await super().shutdown(sockets)


def parse_options(arguments: Sequence[str], environ: Mapping[str, str]) -> argparse.Namespace:
    """Reads flags; each falls back to its variable."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=DESCRIPTION, epilog=EPILOG)

    def option(flag: str, variable: str, default: str | None, meaning: str) -> None:
        shown = f"{meaning} [{variable}]"
        parser.add_argument(flag, default=environ.get(variable) or default, help=shown)

    option("--port", "SIMULATOR_PORT", "0", "port on loopback; 0 takes a free one")
    option("--state", "SIMULATOR_STATE", ".run/simulator/state.sqlite3", "SQLite file of everything it remembers")
    option("--files", "SIMULATOR_FILES", ".run/simulator/files", "folder of pictures and files")
    option("--webhook-url", "SIMULATOR_WEBHOOK_URL", None, "where events are posted")
    option("--app-id", "SIMULATOR_APP_ID", None, "id of the app (required)")
    option("--oa-id", "SIMULATOR_OA_ID", None, "id of the Official Account (required)")
    option("--oa-name", "SIMULATOR_OA_NAME", ZaloConfig.oa_name, "name of the Official Account")
    option("--redirect-uri", "SIMULATOR_REDIRECT_URI", None, "the saved OAuth callback; none accepts any")
    option(
        "--clock-offset-file",
        "ONESTOP_CLOCK_OFFSET_FILE",
        None,
        "the clock's offset, shared with the product",
    )
    option("--address-file", "SIMULATOR_ADDRESS_FILE", None, 'written when listening: {"simulator": url}')
    option("--console-url", "SIMULATOR_CONSOLE_URL", None, "address of the console, linked from the pages")
    parser.add_argument("--no-pages", action="store_true", help="serve no pages, only the interfaces")
    options = parser.parse_args(arguments)
    required = {"SIMULATOR_APP_ID": options.app_id, "SIMULATOR_OA_ID": options.oa_id}
    required.update({name: environ.get(name) for name in SECRETS})
    missing = [name for name, value in required.items() if not value]
    if missing:
        parser.error(f"not set: {', '.join(missing)}")
    if not options.port.isdigit():
        parser.error("SIMULATOR_PORT must be a number")
    return options


def simulator_config(options: argparse.Namespace, environ: Mapping[str, str], public_url: str) -> SimulatorConfig:
    """The configuration of a server whose address is known."""
    offset_file = options.clock_offset_file
    zalo = ZaloConfig(
        app_id=options.app_id,
        oa_id=options.oa_id,
        state_file=Path(options.state),
        files_dir=Path(options.files),
        app_secret=environ["SIMULATOR_APP_SECRET"],
        oa_secret=environ["SIMULATOR_OA_SECRET"],
        public_url=public_url,
        webhook_url=options.webhook_url,
        redirect_uri=options.redirect_uri,
        sms_key=environ.get("SIMULATOR_SMS_KEY") or None,
        clock_offset_file=Path(offset_file) if offset_file else None,
        oa_name=options.oa_name,
    )
    return SimulatorConfig(
        zalo=zalo,
        with_pages=not options.no_pages,
        dossiers_url=environ.get("SIMULATOR_DOSSIERS_URL") or None,
        console_url=options.console_url,
        desk_url=environ.get("SIMULATOR_DESK_URL") or None,
        desk_key=environ.get("SIMULATOR_DESK_KEY", ""),
    )


def serve(options: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Listens until a signal ends it."""
    listener = socket.create_server((LOOPBACK, int(options.port)), backlog=2048)
    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    app = create_app(simulator_config(options, environ, url))
    config = uvicorn.Config(
        app,
        # Rasa pins a websockets package that is too old for uvicorn; nothing here speaks it.
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        timeout_keep_alive=60,
    )
    address_file = Path(options.address_file) if options.address_file else None
    SimulatorServer(config, app.state.world, address_file).run(sockets=[listener])


def _announce(url: str, address_file: Path | None) -> None:
    if address_file is not None:
        address_file.parent.mkdir(parents=True, exist_ok=True)
        temporary = address_file.with_name(address_file.name + ".tmp")
        temporary.write_text(json.dumps({"simulator": url}) + "\n", encoding="utf-8")
        os.replace(temporary, address_file)
    sys.stdout.write(f"simulator {url}\n")
    sys.stdout.flush()


def main() -> None:
    """Entry point of `python -m simulator`."""
    # uvicorn stops in order and then raises the signal again; asked to end, ending is no failure.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    serve(parse_options(sys.argv[1:], os.environ), os.environ)


if __name__ == "__main__":
    main()
