"""What the actions work with, put together once by the entry point (or a test)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from onestop.bootstrap import open_database, open_dossiers
from onestop.services.offices import OfficeDesk
from onestop.services.procedures import ProcedureDesk
from onestop.services.sealing import Sealer
from onestop.settings import Settings
from onestop.storage import SessionFactory
from onestop.storage.guard import DossierReader


@dataclass(frozen=True)
class ActionServices:
    """Everything that actions may use."""

    settings: Settings
    sessions: SessionFactory
    reader: DossierReader
    procedures: ProcedureDesk
    offices: OfficeDesk

    @cached_property
    def sealer(self) -> Sealer:
        """Hashes and seals one-time codes."""
        return Sealer(self.settings.token_key)


def open_actions(settings: Settings) -> ActionServices:
    """Opens the databases; nothing is read yet."""
    reader = open_dossiers(settings)
    sessions = open_database(settings)
    return ActionServices(
        settings=settings,
        sessions=sessions,
        reader=reader,
        procedures=ProcedureDesk(reader, settings.model_dir, sessions),
        offices=OfficeDesk(reader),
    )


# rasa-sdk makes the actions itself, without arguments: this is how they come to their services.
_services: ActionServices | None = None


def use(services: ActionServices) -> None:
    """Gives every action these services."""
    global _services
    _services = services


def services() -> ActionServices:
    """The services given by `use`.

    Raises:
        RuntimeError: None were given: the entry point forgot.
    """
    if _services is None:
        raise RuntimeError("actions run before wiring.use was called")
    return _services
