"""`python -m console`: the officers' HTTP interface and the dossier system's, on loopback."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    """Serves until SIGTERM or Ctrl-C; ends with 2 and one clear line when a setting is missing."""
    parser = argparse.ArgumentParser(prog="python -m console", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; put TLS in front of any other")
    parser.add_argument("--port", type=int, default=5060)
    options = parser.parse_args()
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

    from onestop.errors import OnestopError
    from onestop.settings import Settings

    try:
        settings = Settings.from_env(os.environ)  # before the imports that take a moment
        import uvicorn

        import onestop.log
        from console.exchange_api import exchange_routes, open_exchange
        from console.officer_api import officer_app
        from console.wiring import open_console

        onestop.log.configure(settings.log_level)
        services = open_console(settings)
        app = officer_app(services)
        app.router.routes.extend(exchange_routes(open_exchange(settings, services.sessions)))
    except OnestopError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    # Without websockets: uvicorn wants a newer library for them than Rasa's server allows.
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
