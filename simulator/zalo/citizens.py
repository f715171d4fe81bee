"""Zalo users: who exists, who follows, who may be written to."""

import json
import secrets
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from simulator.zalo.database import Database

ACCOUNTS = ("active", "banned", "restricted")
SAMPLE_NAMES = (
    "Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Thu Hà", "Phạm Minh Đức", "Huỳnh Ngọc Ánh", "Võ Văn Thành",
    "Đặng Thị Kim Loan", "Bùi Quốc Khánh", "Đỗ Thị Mỹ Duyên", "Hồ Tấn Phát", "Ngô Thị Bích Phượng",
    "Nguyễn Hoàng Phương Thảo",
)  # fmt: skip
_IS_IN_TOUCH = "(follows = 1 OR has_chatted = 1)"


@dataclass(frozen=True)
class Citizen:
    """One Zalo user as the Official Account sees them.

    Attributes:
        account: "active"; "banned" answers -227; "restricted" answers -244.
        has_chatted: Whether they ever wrote, tapped or shared something.
        greetings_left: Messages the account may send before they ever do.
        last_interaction_at: Seconds since 1970, simulated; None before the first.
        profile: `shared_info`, `user_alias`, `user_external_id`.
    """

    user_id: str
    user_id_by_app: str
    name: str
    phone: str
    device: str
    account: str
    follows: bool
    has_chatted: bool
    greetings_left: int
    last_interaction_at: float | None
    created_at: float
    profile: dict[str, Any] = field(default_factory=dict)

    @property
    def is_mobile(self) -> bool:
        """Only phones report messages as received and seen."""
        return self.device == "mobile"

    @property
    def is_in_touch(self) -> bool:
        """Whether the account sees them in its list of users."""
        return self.follows or self.has_chatted


def create_citizen(db: Database, name: str | None, phone: str | None, device: str, now: float) -> Citizen:
    """Adds a user who does not follow yet."""
    citizen = Citizen(
        user_id=new_person_id("8"),
        user_id_by_app=new_person_id("7"),
        name=name or SAMPLE_NAMES[db.count("citizen_names") % len(SAMPLE_NAMES)],
        phone=phone or f"+849{secrets.randbelow(10**8):08d}",
        device=device,
        account="active",
        follows=False,
        has_chatted=False,
        greetings_left=0,
        last_interaction_at=None,
        created_at=now,
    )
    db.execute(
        "INSERT INTO citizen VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, NULL, ?, '{}')",
        (citizen.user_id, citizen.user_id_by_app, citizen.name, citizen.phone, device, citizen.account, now),
    )
    return citizen


def new_person_id(first_digit: str) -> str:
    """A decimal string beyond 2^53, like Zalo's."""
    return first_digit + f"{secrets.randbelow(10**18):018d}"


def find_citizen(db: Database, user_id: str) -> Citizen | None:
    """The user, or None when unknown or forgotten."""
    row = db.one("SELECT * FROM citizen WHERE user_id = ?", (user_id,))
    return _from_row(row) if row else None


def all_citizens(db: Database) -> list[Citizen]:
    """Everyone, oldest first."""
    return [_from_row(row) for row in db.all("SELECT * FROM citizen ORDER BY created_at")]


def citizens_in_touch(db: Database) -> list[Citizen]:
    """Those the account sees: followers and people who wrote, newest interaction first."""
    rows = db.all(f"SELECT * FROM citizen WHERE {_IS_IN_TOUCH} ORDER BY last_interaction_at DESC, created_at")
    return [_from_row(row) for row in rows]


def count_followers(db: Database) -> int:
    """How many follow the account."""
    row = db.one("SELECT count(*) AS number FROM citizen WHERE follows = 1")
    return int(row["number"]) if row else 0


def note_interaction(db: Database, citizen: Citizen, now: float) -> None:
    """Opens the windows of 48 hours and 7 days anew."""
    db.execute(
        "UPDATE citizen SET last_interaction_at = ?, has_chatted = 1 WHERE user_id = ?",
        (now, citizen.user_id),
    )


def set_following(db: Database, citizen: Citizen, follows: bool) -> None:
    """Records "Quan tâm" put or taken away."""
    db.execute("UPDATE citizen SET follows = ? WHERE user_id = ?", (follows, citizen.user_id))


def allow_greetings(db: Database, citizen: Citizen, messages: int, now: float) -> None:
    """Lets the account write first to someone who never wrote."""
    db.execute(
        "UPDATE citizen SET greetings_left = greetings_left + ?, last_interaction_at = ? WHERE user_id = ?",
        (messages, now, citizen.user_id),
    )


def spend_greeting(db: Database, citizen: Citizen) -> None:
    """Takes one message off the greeting quota."""
    db.execute("UPDATE citizen SET greetings_left = greetings_left - 1 WHERE user_id = ?", (citizen.user_id,))


def set_account(db: Database, citizen: Citizen, account: str) -> None:
    """Makes the account active, banned or restricted."""
    db.execute("UPDATE citizen SET account = ? WHERE user_id = ?", (account, citizen.user_id))


def save_profile(db: Database, citizen: Citizen, **changes: Any) -> None:
    """Changes parts of the profile; None removes a part."""
    profile = {key: value for key, value in {**citizen.profile, **changes}.items() if value is not None}
    db.execute(
        "UPDATE citizen SET profile = ? WHERE user_id = ?",
        (json.dumps(profile, ensure_ascii=False), citizen.user_id),
    )


def tags_of(db: Database, user_id: str) -> list[str]:
    """Tags put on one user, by name."""
    rows = db.all("SELECT tag FROM citizen_tag WHERE user_id = ? ORDER BY tag", (user_id,))
    return [row["tag"] for row in rows]


def _from_row(row: sqlite3.Row) -> Citizen:
    return Citizen(
        user_id=row["user_id"],
        user_id_by_app=row["user_id_by_app"],
        name=row["name"],
        phone=row["phone"],
        device=row["device"],
        account=row["account"],
        follows=bool(row["follows"]),
        has_chatted=bool(row["has_chatted"]),
        greetings_left=row["greetings_left"],
        last_interaction_at=row["last_interaction_at"],
        created_at=row["created_at"],
        profile=json.loads(row["profile"]),
    )
