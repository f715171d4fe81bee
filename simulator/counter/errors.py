"""What the counter refuses, with the HTTP status that says why."""

from __future__ import annotations

from onestop.errors import OnestopError


class CounterError(OnestopError):
    """A request that cannot be carried out; its text is a Vietnamese sentence for the officer."""

    status = 400


class NotFound(CounterError):
    """No such dossier, procedure or centre."""

    status = 404


class MoveForbidden(CounterError):
    """The life cycle has no such move, or the dossier has moved meanwhile."""

    status = 409


class Unusable(CounterError):
    """The request is well formed, but a value in it cannot be used."""

    status = 422
