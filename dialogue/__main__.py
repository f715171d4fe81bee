"""`python -m dialogue`: Rasa with the Zalo channel, and nothing of Rasa's HTTP interface but the webhook."""

from __future__ import annotations

import argparse
import os
import sys

from dialogue import lean


def main() -> int:
    """Starts the server; ends with 2 and one clear line when something that it needs is missing."""
    parser = argparse.ArgumentParser(prog="python -m dialogue", description=__doc__)
    parser.add_argument("--model", default=os.environ.get("ONESTOP_MODEL_DIR", "models"), help="model file or folder")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (a proxy stands in front)")
    parser.add_argument("--port", type=int, default=5005)
    options = parser.parse_args()
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("SANIC_REQUEST_MAX_SIZE", "1000000")
    sys.path.insert(0, os.getcwd())
    lean.install()
    from dialogue.server import serve
    from onestop.errors import OnestopError

    try:
        serve(options.model, options.host, options.port)
    except OnestopError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
