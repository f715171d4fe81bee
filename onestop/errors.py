"""The root of our errors, and those that no single subject owns."""

from __future__ import annotations


class OnestopError(Exception):
    """Something a caller can act on. Its text is logged: it never holds personal data."""


class MissingSetting(OnestopError):
    """A setting without which the process must not start is absent or unusable."""

    def __init__(self, name: str, why: str = "is not set") -> None:
        super().__init__(f"{name} {why}; see docs/settings.md")
        self.name = name


class BackendUnavailable(OnestopError):
    """A database or service that we depend on does not answer in time; try again later."""
