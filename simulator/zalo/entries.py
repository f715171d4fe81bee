"""Everything that was ever said, by either side: one row an entry, one list a citizen or phone number."""

import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.zalo.clock import iso
from simulator.zalo.database import Database

FROM_ACCOUNT = "side IN ('bot', 'staff')"


@dataclass(frozen=True)
class Entry:
    """One bubble, or one line of what happened.

    Attributes:
        seq: Its place, the same for ever.
        n: Number of its last change.
        side: "citizen", "bot", "staff" or "system".
        channel: As in the contract's messages; None for the citizen's own.
        status: "sent", "delivered" or "seen".
        text: What the other side receives (for a tap: the payload).
        title: What is shown instead of it (for a tap: the button's title).
        is_hidden: Whether it leaves no bubble.
    """

    side: str
    kind: str
    at: float
    user_id: str | None = None
    phone: str | None = None
    channel: str | None = None
    msg_id: str | None = None
    status: str = "sent"
    seen_due_at: float | None = None
    text: str = ""
    title: str | None = None
    buttons: tuple[dict[str, Any], ...] = ()
    attachments: tuple[dict[str, Any], ...] = ()
    location: dict[str, float] | None = None
    template: dict[str, Any] | None = None
    quote_msg_id: str | None = None
    tracking_id: str | None = None
    is_hidden: bool = False
    reaction: str | None = None
    seq: int = 0
    n: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def shown_text(self) -> str:
        """What a person reads in the chat."""
        return self.title if self.title is not None else self.text

    @property
    def shown_kind(self) -> str:
        """What the chat page draws: the contract counts gifs and stickers of the account as images."""
        if self.kind == "image" and self.attachments:
            return str(self.attachments[0]["kind"])
        return self.kind

    def as_message(self) -> dict[str, Any]:
        """The contract's message: what the citizen got from the account."""
        message: dict[str, Any] = {
            "seq": self.seq,
            "at": iso(self.at),
            "msg_id": self.msg_id,
            "channel": self.channel,
            "from": self.side,
            "kind": self.kind,
            "text": self.text,
            "buttons": list(self.buttons),
            "attachments": list(self.attachments),
        }
        if self.template is not None:
            message["template"] = self.template
        return message

    def as_line(self) -> dict[str, Any]:
        """The chat page's view of it."""
        return {
            "entry_id": self.seq,
            "n": self.n,
            "at": iso(self.at),
            "side": self.side,
            "channel": self.channel,
            "kind": self.shown_kind,
            "text": self.shown_text,
            "buttons": list(self.buttons),
            "attachments": list(self.attachments),
            "location": self.location,
            "msg_id": self.msg_id,
            "quote_msg_id": self.quote_msg_id,
            "status": self.status,
            "hidden": self.is_hidden,
            "reaction": self.reaction,
        }


_CONTENT = (
    "text", "title", "buttons", "attachments", "location", "template", "quote_msg_id", "tracking_id",
    "is_hidden", "reaction", "extra",
)  # fmt: skip


def new_message_id() -> str:
    """An opaque id, like Zalo's."""
    return secrets.token_hex(10)


def add_entry(db: Database, entry: Entry) -> Entry:
    """Appends an entry and gives its buttons ids that no other button ever gets."""
    n = db.count("change")
    cursor = db.execute(
        "INSERT INTO entry (n, user_id, phone, side, channel, kind, at, msg_id, status, seen_due_at, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            n, entry.user_id, entry.phone, entry.side, entry.channel, entry.kind, entry.at, entry.msg_id,
            entry.status, entry.seen_due_at, _content(entry),
        ),
    )  # fmt: skip
    saved = replace(entry, n=n, seq=cursor.lastrowid or 0)
    if not saved.buttons:
        return saved
    buttons = tuple({"id": f"b{saved.seq}-{place}", **b} for place, b in enumerate(saved.buttons, start=1))
    saved = replace(saved, buttons=buttons)
    db.execute("UPDATE entry SET content = ? WHERE seq = ?", (_content(saved), saved.seq))
    return saved


def change_entry(db: Database, entry: Entry, **changes: Any) -> Entry:
    """Saves changed fields under a new `n`."""
    changed = replace(entry, **changes, n=db.count("change"))
    db.execute(
        "UPDATE entry SET n = ?, status = ?, seen_due_at = ?, content = ? WHERE seq = ?",
        (changed.n, changed.status, changed.seen_due_at, _content(changed), changed.seq),
    )
    return changed


def messages_to(db: Database, user_id: str, after: int) -> list[Entry]:
    """What the account sent to a citizen in the chat after a mark, oldest first."""
    rows = db.all(
        f"SELECT * FROM entry WHERE user_id = ? AND seq > ? AND {FROM_ACCOUNT} ORDER BY seq", (user_id, after)
    )
    return _entries(rows)


def messages_to_phone(db: Database, phone: str, after: int) -> list[Entry]:
    """Template messages and SMS that reached a phone number after a mark, oldest first."""
    rows = db.all("SELECT * FROM entry WHERE phone = ? AND seq > ? ORDER BY seq", (phone, after))
    return _entries(rows)


def mark_of(db: Database, user_id: str) -> int:
    """Where the list of messages to a citizen stands: the newest `seq`, 0 when empty."""
    row = db.one(f"SELECT max(seq) AS mark FROM entry WHERE user_id = ? AND {FROM_ACCOUNT}", (user_id,))
    return int(row["mark"] or 0) if row else 0


def lines_of(db: Database, user_id: str, after_n: int) -> list[Entry]:
    """Entries of a chat that are new or changed since `after_n`, by change."""
    return _entries(db.all("SELECT * FROM entry WHERE user_id = ? AND n > ? ORDER BY n", (user_id, after_n)))


def chat_page(db: Database, user_id: str, offset: int, count: int) -> list[Entry]:
    """One page of a chat's messages, newest first; what only happened (follow …) is left out."""
    rows = db.all(
        "SELECT * FROM entry WHERE user_id = ? AND side != 'system' ORDER BY seq DESC LIMIT ? OFFSET ?",
        (user_id, count, offset),
    )
    return _entries(rows)


def newest_of_each_chat(db: Database, offset: int, count: int) -> list[Entry]:
    """The newest message of every chat, newest chat first."""
    rows = db.all(
        "SELECT * FROM entry WHERE seq IN (SELECT max(seq) FROM entry WHERE user_id IS NOT NULL"
        " AND side != 'system' GROUP BY user_id) ORDER BY seq DESC LIMIT ? OFFSET ?",
        (count, offset),
    )
    return _entries(rows)


def entries_with_buttons(db: Database, user_id: str, phone: str) -> list[Entry]:
    """What a citizen can tap: the account's messages in the chat and on their phone, newest first."""
    rows = db.all(
        f"SELECT * FROM entry WHERE (user_id = ? OR phone = ?) AND {FROM_ACCOUNT}"
        " AND content LIKE '%\"buttons\"%' ORDER BY seq DESC",
        (user_id, phone),
    )
    return [entry for entry in _entries(rows) if entry.buttons]


def entry_by_message(db: Database, msg_id: str) -> Entry | None:
    """The entry of a message id."""
    row = db.one("SELECT * FROM entry WHERE msg_id = ?", (msg_id,))
    return _from_row(row) if row else None


def unseen_of(db: Database, user_id: str, due_at: float | None = None) -> list[Entry]:
    """Messages a citizen has not seen; with `due_at` only those that are to be seen by then."""
    due = "" if due_at is None else " AND seen_due_at <= ?"
    values = (user_id,) if due_at is None else (user_id, due_at)
    rows = db.all(
        f"SELECT * FROM entry WHERE user_id = ? AND {FROM_ACCOUNT} AND status != 'seen'{due} ORDER BY seq",
        values,
    )
    return _entries(rows)


def _content(entry: Entry) -> str:
    content = {name: getattr(entry, name) for name in _CONTENT}
    return json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False)


def _entries(rows: Iterable[sqlite3.Row]) -> list[Entry]:
    return [_from_row(row) for row in rows]


def _from_row(row: sqlite3.Row) -> Entry:
    content = json.loads(row["content"])
    content["buttons"] = tuple(content.get("buttons", ()))
    content["attachments"] = tuple(content.get("attachments", ()))
    return Entry(
        side=row["side"],
        kind=row["kind"],
        at=row["at"],
        user_id=row["user_id"],
        phone=row["phone"],
        channel=row["channel"],
        msg_id=row["msg_id"],
        status=row["status"],
        seen_due_at=row["seen_due_at"],
        seq=row["seq"],
        n=row["n"],
        **content,
    )
