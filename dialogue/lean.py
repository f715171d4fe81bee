"""Runs Rasa without TensorFlow.

Rasa imports TensorFlow, Keras and JAX whether or not a component uses them: 280 MB and half of the start-up. None of
our components does (config.yml), so while `install` is in force these packages are empty stand-ins: class bodies that
inherit from them can be read, nothing that needs them can run. `docs/adr/0004-no-tensorflow-at-run-time.md`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any

ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax", "jaxlib")


class _StandInType(type):
    """Any attribute of a stand-in is the stand-in itself: `tf.keras.layers.Layer` can be inherited from."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls

    def __getitem__(cls, _item: Any) -> Any:
        return cls


class StandIn(metaclass=_StandInType):
    """Takes the place of any class or function of an absent package; as a decorator it changes nothing."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Accepts whatever the real one would."""

    def __call__(self, *args: Any, **_kwargs: Any) -> Any:
        return args[0] if args and callable(args[0]) else self


class _StandInModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (StandIn,), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Puts the stand-ins in place; call it before anything of Rasa is imported.

    Raises:
        RuntimeError: TensorFlow is imported already, so it is too late.
    """
    if "tensorflow" in sys.modules and not isinstance(sys.modules["tensorflow"], _StandInModule):
        raise RuntimeError("TensorFlow was imported before the stand-ins")
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
