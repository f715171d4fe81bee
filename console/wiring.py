"""What the console works with, put together by the entry point (or a test)."""

from __future__ import annotations

from datetime import timedelta

from console.calls import ConsoleServices
from console.gate import read_tokens
from onestop.bootstrap import open_database, open_dossiers
from onestop.services.offices import OfficeDesk
from onestop.services.responsible import UnitDesk
from onestop.settings import Settings


def open_console(settings: Settings) -> ConsoleServices:
    """Opens the databases.

    Raises:
        MissingSetting: Nobody has a token: then nobody may call, and the process does not start.
    """
    tokens = read_tokens(settings.officer_tokens)
    return ConsoleServices(
        sessions=open_database(settings),
        units=UnitDesk(OfficeDesk(open_dossiers(settings))),
        tokens=tokens,
        files_dir=settings.files_dir,
        silence=timedelta(seconds=settings.officer_silence_s),
    )
