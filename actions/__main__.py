"""`python -m actions`: the action server, on loopback."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    """Starts the server; ends with 2 and one clear line when something that it needs is missing."""
    parser = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; it has no authentication of its own")
    parser.add_argument("--port", type=int, default=5055)
    options = parser.parse_args()
    os.environ.setdefault("SANIC_REQUEST_MAX_SIZE", "10000000")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

    from onestop.errors import OnestopError
    from onestop.settings import Settings

    try:
        settings = Settings.from_env(os.environ)  # before the imports that take a second
        from actions.server import serve

        serve(settings, options.host, options.port)
    except OnestopError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
