"""Which process holds a row, and whether it still lives."""

from __future__ import annotations

import os
import socket


def owner_name(process: str) -> str:
    """Names this process in `claimed_by`: what it is, its machine, its process id."""
    return f"{process}@{socket.gethostname()[:30]}@{os.getpid()}"


def is_dead(owner: str | None) -> bool:
    """Whether the process that claimed a row certainly no longer runs: same machine, process id gone."""
    _kind, host, pid = owner.split("@") if owner is not None and owner.count("@") == 2 else ("", "", "")
    if host != socket.gethostname()[:30] or not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
