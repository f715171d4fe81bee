"""The look-ups that there are: every module of `providers/` with a `PROVIDER`. Nothing else names them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from onestop.information import providers
from onestop.information.provider import Provider
from onestop.text import fold, nfc


@cache
def all_providers() -> tuple[Provider, ...]:
    """Every look-up, by the name of its module."""
    found = sorted(module.name for module in pkgutil.iter_modules(providers.__path__))
    return tuple(importlib.import_module(f"{providers.__name__}.{name}").PROVIDER for name in found)


def provider_of_intent(intent: str) -> Provider | None:
    """The look-up that answers an intent."""
    return next((one for one in all_providers() if one.intent == intent), None)


def provider_of_kind(kind: str) -> Provider | None:
    """The look-up whose file is called so."""
    return next((one for one in all_providers() if one.kind == kind), None)


def provider_meant(text: str) -> Provider | None:
    """The look-up that a message is surely about by its words alone."""
    folded = " ".join(fold(nfc(text)).split())
    return next((one for one in all_providers() if one.signs.search(folded)), None)
