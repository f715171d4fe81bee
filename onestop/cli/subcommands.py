"""What the subcommands of `./run notifications` share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from onestop.settings import Settings
from onestop.storage import SessionFactory
from onestop.storage.guard import DossierReader


@dataclass(frozen=True)
class Open:
    """What a subcommand works with."""

    settings: Settings
    sessions: SessionFactory
    reader: DossierReader


@dataclass(frozen=True)
class Subcommand:
    """One subcommand: where `needs_data` says so the databases are opened, else `work` gets None."""

    what: str
    arguments: Callable[[argparse.ArgumentParser], None]
    work: Callable[[argparse.Namespace, Open | None], int]
    needs_data: Callable[[argparse.Namespace], bool] = lambda _options: True
