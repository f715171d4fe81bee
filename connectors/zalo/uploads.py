"""Ids of files that Zalo already has, so that the same file is not uploaded again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.zalo.answers import Uploaded

MARGIN = timedelta(days=1)
MOST_FILES = 1000


class UploadCache:
    """In memory, shared by threads; a restart only costs uploads. Ids serve until a day before they die."""

    def __init__(self, now: Callable[[], datetime], most_files: int = MOST_FILES) -> None:
        self._now = now
        self._most_files = most_files
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Uploaded] = OrderedDict()

    def find(self, content: bytes) -> str | None:
        """The id of this content at Zalo, if it is known and lives long enough."""
        with self._lock:
            uploaded = self._known.get(_digest(content))
        if uploaded is None or uploaded.expires_at - MARGIN <= self._now():
            return None
        return uploaded.attachment_id

    def remember(self, content: bytes, uploaded: Uploaded) -> str:
        """Keeps an upload and answers its id; the oldest of too many are forgotten."""
        with self._lock:
            self._known[_digest(content)] = uploaded
            while len(self._known) > self._most_files:
                self._known.popitem(last=False)
        return uploaded.attachment_id

    def forget(self, content: bytes) -> None:
        """Drops an id that Zalo no longer takes."""
        with self._lock:
            self._known.pop(_digest(content), None)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
