"""Trains with Rasa without its repeated work over the same messages.

Beside our components Rasa reads and checks the training file three times, copies every message a dozen times, hashes
each by a fingerprint of all it holds, and fingerprints every component's output for a cache that is switched off
(`dialogue/train.py`): more than half of a training. While `install` is in force these four are done once or not at
all; what is learnt is the same. `docs/adr/0105-train-without-repeated-work.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

_QUICK_LEVEL = 3
"""gzip's: a tenth larger than 9, in a fifth of the time."""


def install() -> None:
    """Changes Rasa in this process; for training only."""
    from rasa.engine.storage import local_model_storage
    from rasa.engine.training.hooks import TrainingHook
    from rasa.shared.importers import utils as importing
    from rasa.shared.nlu.training_data import loading
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    Message.__hash__ = _hash_of_text  # type: ignore[method-assign]
    TrainingData.merge = _merge  # type: ignore[method-assign]
    TrainingHook.on_before_node = lambda _self, *_args, **_kwargs: {}  # type: ignore[method-assign]
    TrainingHook.on_after_node = lambda _self, *_args, **_kwargs: None  # type: ignore[method-assign]
    importing.training_data_from_paths = _reader(loading.load_data)
    local_model_storage.TarSafe = _quick_archive(local_model_storage.TarSafe)


def _hash_of_text(message: Any) -> int:
    """Messages that are equal have the same text; Rasa's own `__eq__` decides among these."""
    return hash(message.data.get("text"))


def _merge(first: Any, *others: Any) -> Any:
    """Rasa's `TrainingData.merge` without copies of the messages: nothing reads the parts again after it."""
    from rasa.shared.nlu.training_data import util

    parts = [part for part in (first, *others) if part]
    synonyms = dict(first.entity_synonyms)
    for part in parts[1:]:
        for text, synonym in part.entity_synonyms.items():
            util.check_duplicate_synonym(synonyms, text, synonym, "merging training data")
        synonyms.update(part.entity_synonyms)
    return type(first)(
        [example for part in parts for example in part.training_examples],
        synonyms,
        [feature for part in parts for feature in part.regex_features],
        [table for part in parts for table in part.lookup_tables],
        {name: response for part in parts for name, response in part.responses.items()},
    )


def _reader(load: Any) -> Any:
    """Reads a file again only when it has changed."""
    known: dict[tuple[str, int], Any] = {}

    def from_paths(paths: Iterable[str], language: str) -> Any:
        from rasa.shared.nlu.training_data.training_data import TrainingData

        for path in paths:
            stamp = (path, os.stat(path).st_mtime_ns)
            if stamp not in known:
                known[stamp] = load(path, language)
        return TrainingData().merge(*(known[path, os.stat(path).st_mtime_ns] for path in paths))

    return from_paths


def _quick_archive(archive: Any) -> Any:
    class QuickArchive(archive):  # type: ignore[misc]
        @classmethod
        def gzopen(cls, name: Any, mode: str = "r", fileobj: Any = None, **options: Any) -> Any:
            """Opens as tarfile does, by a quicker level where it writes."""
            return super().gzopen(name, mode, fileobj, **{"compresslevel": _QUICK_LEVEL, **options})

    return QuickArchive
