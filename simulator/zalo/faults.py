"""Zalo misbehaves on request: before a call takes effect, or after it."""

import re
from dataclasses import dataclass, replace
from typing import Any

from simulator.zalo.database import Database
from simulator.zalo.errors import BadRequest

_PLAIN = ("reset_before", "reset_after", "html", "drop_token_answer", "unknown_fields")
_WITH_VALUE = {
    "error": re.compile(r"-?\d+"),
    "delay": re.compile(r"\d+(\.\d+)?"),
    "delay_before": re.compile(r"\d+(\.\d+)?"),
    "http": re.compile(r"[45]\d\d"),
}
TOKEN_CALL = "oauth/access_token"
EVERY_CALL = "*"


@dataclass(frozen=True)
class Fault:
    """One way to misbehave.

    Attributes:
        call: Name of a call (path without version), its whole path, or "*".
        user_id: Only for this user; None for all.
        phone: Only for this phone (`+84…`); None for all.
        times: How many times are left; None until deleted.
        fault: Kind, with its value after a colon.
    """

    id: int
    call: str
    user_id: str | None
    phone: str | None
    times: int | None
    fault: str

    @property
    def kind(self) -> str:
        """The fault without its value."""
        return self.fault.partition(":")[0]

    @property
    def value(self) -> str:
        """What stands after the colon."""
        return self.fault.partition(":")[2]

    def hits(self, names: tuple[str, ...], user_id: str | None, phone: str | None) -> bool:
        """Whether it concerns a call, given by every name it goes by."""
        return (
            self.call in names
            and (self.user_id is None or self.user_id == user_id)
            and (self.phone is None or self.phone == phone)
        )

    def as_json(self) -> dict[str, Any]:
        """As it was asked for, with the times that are left."""
        return {
            "id": self.id, "call": self.call, "user_id": self.user_id, "phone": self.phone,
            "times": self.times, "fault": self.fault,
        }  # fmt: skip


class Faults:
    """The faults in force: rows, and the same in memory."""

    def __init__(self, db: Database) -> None:
        self._db = db
        rows = db.all("SELECT * FROM fault ORDER BY id")
        self.in_force = [Fault(**dict(row)) for row in rows]

    def add(self, call: str, fault: str, user_id: str | None, phone: str | None, times: int | None) -> Fault:
        """Puts a fault in force, behind the older ones.

        Raises:
            BadRequest: there is no such fault, or not for this call.
        """
        check_fault(call, fault)
        cursor = self._db.execute(
            "INSERT INTO fault (call, user_id, phone, times, fault) VALUES (?, ?, ?, ?, ?)",
            (call, user_id, phone, times, fault),
        )
        added = Fault(cursor.lastrowid or 0, call, user_id, phone, times, fault)
        self.in_force.append(added)
        return added

    def take(self, names: tuple[str, ...], user_id: str | None, phone: str | None) -> Fault | None:
        """The oldest fault that hits a call; one of its times is spent."""
        for place, fault in enumerate(self.in_force):
            if fault.hits((*names, EVERY_CALL), user_id, phone):
                self._spend(place, fault)
                return fault
        return None

    def clear(self) -> None:
        """Ends all misbehaviour."""
        self._db.execute("DELETE FROM fault")
        self.in_force.clear()

    def _spend(self, place: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times > 1:
            self._db.execute("UPDATE fault SET times = ? WHERE id = ?", (fault.times - 1, fault.id))
            self.in_force[place] = replace(fault, times=fault.times - 1)
        else:
            self._db.execute("DELETE FROM fault WHERE id = ?", (fault.id,))
            del self.in_force[place]


def check_fault(call: str, fault: str) -> None:
    """Raises:
    BadRequest: there is no such fault, or not for this call.
    """
    kind, colon, value = fault.partition(":")
    pattern = _WITH_VALUE.get(kind)
    known = bool(pattern and pattern.fullmatch(value)) if colon else fault in _PLAIN
    if not known:
        kinds = ", ".join([*(f"{name}:…" for name in _WITH_VALUE), *_PLAIN])
        raise BadRequest(f"There is no fault {fault!r}; there are: {kinds}.")
    if fault == "drop_token_answer" and call != TOKEN_CALL:
        raise BadRequest(f"drop_token_answer is a fault of {TOKEN_CALL} only.")
