"""Tables, queries and migrations: the only place that knows SQL."""

from onestop.storage.engine import Session, SessionFactory

__all__ = ["Session", "SessionFactory"]
