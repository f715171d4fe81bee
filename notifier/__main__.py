"""`python -m notifier`: tells citizens what happens to their dossiers, and reminds them."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

import onestop.log
from notifier.callbacks import CallbackConfig, CallbackLoop
from notifier.loop import Notifier
from notifier.monitoring import Monitoring
from onestop.bootstrap import open_database, open_dispatcher, open_dossiers
from onestop.errors import OnestopError
from onestop.settings import Settings


def main() -> int:
    """Runs until SIGTERM or Ctrl-C; ends with 2 and one clear line when a setting is missing."""
    argparse.ArgumentParser(prog="python -m notifier", description=__doc__).parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = Settings.from_env(os.environ)
        onestop.log.configure(settings.log_level)
        sessions = open_database(settings)
        dispatcher = open_dispatcher(settings, sessions, "notifier")
        receiver = CallbackConfig.from_settings(settings)
    except OnestopError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    notifier = Notifier(sessions, open_dossiers(settings), dispatcher, settings)
    monitoring = None
    if settings.monitoring_port:
        monitoring = Monitoring(notifier.watch, settings.monitoring_host, settings.monitoring_port)
    if receiver is not None:
        loop = CallbackLoop(sessions, receiver)
        loop.begin()  # before the first notification is queued
        threading.Thread(target=loop.run, args=(stop,), name="callbacks", daemon=True).start()
    notifier.run(stop, settings.notifier_poll_s)
    if monitoring is not None:
        monitoring.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
