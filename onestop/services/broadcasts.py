"""Broadcasts ("Tuyên truyền"): written by one person, approved by another, sent in the background, stopped at once.

Only citizens who asked for a topic get it; urgent warnings go to everybody who takes messages. One citizen gets only
so many broadcasts a day (`caps.json`), corrections of what they got apart. Nothing is sent outside Zalo's window (a
broadcast has no template). The cap and the night give way to an emergency only, and an emergency it is only when a
second person approved it as such (`Broadcast.emergency_by`). What people do here leaves an entry in the audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from onestop import clock
from onestop.clock import LOCAL
from onestop.errors import OnestopError
from onestop.messages.types import TextMessage, UrlButton
from onestop.services import caps, channel_plan, outbox
from onestop.services.audit import note
from onestop.services.channel_plan import CS, Reach
from onestop.services.citizens import note_consent
from onestop.services.quiet_hours import earliest
from onestop.storage import Session, dossier_queries
from onestop.storage import broadcasts as rows
from onestop.storage.broadcast_tables import Broadcast
from onestop.storage.guard import DossierReader
from onestop.storage.tables import Citizen
from onestop.text import fold

BULK, HELD = "bulk", "held"
NOBODY = "operator"  # whoever sits at the machine and gave no name
PAGE = 500
MOST_WAITING = 1000
MOST_TEXT = 1500
_TOPICS = Path(__file__).with_name("broadcast_topics.json")


class NotAllowed(OnestopError):
    """Wrong state, wrong person, or nothing that could be sent; the text is a sentence for the operator."""


@dataclass(frozen=True)
class Topic:
    """What citizens may subscribe to; an urgent one reaches everybody who takes messages."""

    id: str
    title: str
    words: tuple[str, ...]
    is_urgent: bool


@dataclass(frozen=True)
class Audience:
    """Who gets a broadcast, besides wanting its topic; empty fields ask for nothing.

    Attributes:
        areas: Ids of communes: citizens who are told of at least one of them.
        centre: Follows a dossier of this centre.
        procedure: Follows a dossier of this procedure.
    """

    areas: tuple[str, ...] = ()
    centre: str = ""
    procedure: str = ""


@dataclass(frozen=True)
class Estimate:
    """Before sending: how many get it, how many cannot (silent for over 7 days, or had one today), and the price."""

    reached: int
    out_of_window: int
    had_one_today: int
    cost_vnd: int


@lru_cache(maxsize=1)
def topics() -> dict[str, Topic]:
    """All topics by id."""
    data = json.loads(_TOPICS.read_text(encoding="utf-8"))["topics"]
    return {one["id"]: Topic(one["id"], one["title"], tuple(one["words"]), bool(one.get("urgent"))) for one in data}


def topics_in(text: str) -> list[Topic]:
    """The topics that a message names."""
    folded = fold(text)
    return [one for one in topics().values() if any(word in folded for word in one.words)]


def subscribe(
    session: Session, citizen_id: str, topic: Topic, wanted: bool, message_id: str, wording: str, now: datetime
) -> bool:
    """Subscribes a citizen or ends it, and records their consent; whether that changed anything."""
    change = rows.insert_subscription(session, citizen_id, topic.id, now) if wanted else rows.delete_subscription(
        session, citizen_id, topic.id
    )  # fmt: skip
    note_consent(session, citizen_id, f"topic:{topic.id}", wanted, wording, message_id, now)
    return change


def topics_of(session: Session, citizen_id: str) -> list[str]:
    """The ids of the topics that a citizen asked for."""
    return rows.topics_of(session, citizen_id)


def draft(
    session: Session,
    *,
    topic: str,
    text: str,
    url: str | None,
    audience: Audience,
    created_by: str,
    now: datetime,
    is_emergency: bool = False,
    corrects_id: int | None = None,
) -> Broadcast:
    """Writes a broadcast down; nothing is sent.

    Raises:
        NotAllowed: Unknown topic, empty or too long text, a link that is none, or nothing to correct.
    """
    if topic not in topics():
        raise NotAllowed(f"Không có chủ đề “{topic}”. Các chủ đề: {', '.join(topics())}.")
    if not text.strip() or len(text) > MOST_TEXT:
        raise NotAllowed(f"Nội dung phải có từ 1 đến {MOST_TEXT} ký tự.")
    if url is not None and not url.startswith("https://"):
        raise NotAllowed("Đường dẫn phải bắt đầu bằng https://.")
    if not created_by.strip():
        raise NotAllowed("Cần tên người soạn.")
    if corrects_id is not None and rows.broadcast_by_id(session, corrects_id) is None:
        raise NotAllowed(f"Không có tin số {corrects_id} để đính chính.")
    row = Broadcast(
        topic=topic, text=text.strip(), url=url, audience=asdict(audience), is_emergency=is_emergency,
        corrects_id=corrects_id, state="draft", created_by=created_by.strip(), created_at=now, cursor="", queued=0,
        skipped=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    note(session, now, row.created_by, "broadcast.draft", str(row.id), {"topic": topic, "emergency": is_emergency})
    return row


def estimate(session: Session, reader: DossierReader, broadcast_id: int, now: datetime) -> Estimate:
    """Counts whom a broadcast would reach if it were sent now."""
    row = broadcast_of(session, broadcast_id)
    total = Estimate(0, 0, 0, 0)
    for page in _pages(session, reader, row, ""):
        capped = _capped(session, row, page, now)
        for citizen in page:
            way = None if citizen.id in capped else _way(citizen, now)
            if citizen.id in capped:
                total = replace(total, had_one_today=total.had_one_today + 1)
            elif way is None:
                total = replace(total, out_of_window=total.out_of_window + 1)
            else:
                total = replace(total, reached=total.reached + 1, cost_vnd=total.cost_vnd + way.cost_vnd)
    return total


def send_test(session: Session, broadcast_id: int, citizen_id: str, now: datetime) -> None:
    """Sends it to one person who asked to see it, marked as a test.

    Raises:
        NotAllowed: See there.
    """
    row = broadcast_of(session, broadcast_id)
    message = TextMessage(f"(Gửi thử) {row.text}", _message(row).buttons)
    outbox.put(
        session, key=f"broadcast:{row.id}:test:{now.isoformat()}", citizen_id=citizen_id, lane=outbox.NOTICE,
        kind="broadcast_test", message=message, now=now,
    )  # fmt: skip
    row.tested_at = now


def approve(
    session: Session,
    broadcast_id: int,
    approved_by: str,
    now: datetime,
    at: datetime | None = None,
    as_emergency: bool | None = None,
) -> None:
    """Lets it go, now or at a time; by somebody else than who wrote it.

    Args:
        as_emergency: Of one written as an emergency it must be said whether it is one: True passes the cap and the
            night, False sends it like any other.

    Raises:
        NotAllowed: Same person, no draft any more, or it is left open or wrongly said whether it is an emergency.
    """
    row = broadcast_of(session, broadcast_id)
    if row.state != "draft":
        raise NotAllowed(f"Tin đang ở trạng thái “{row.state}”, không duyệt được nữa.")
    if fold(approved_by.strip()) in ("", fold(row.created_by)):
        raise NotAllowed("Người duyệt phải là người khác với người soạn.")
    if at is not None and at <= now:
        raise NotAllowed("Giờ hẹn gửi đã qua.")
    if row.is_emergency and as_emergency is None:
        raise NotAllowed(
            "Tin này được soạn là tin khẩn. Duyệt là tin khẩn thì thêm --emergency (gửi cả ban đêm, vượt mức tin mỗi "
            "ngày); không khẩn thì thêm --ordinary (gửi như tin thường)."
        )
    if as_emergency and not row.is_emergency:
        raise NotAllowed("Tin này không được soạn là tin khẩn; soạn lại với --emergency.")
    if as_emergency:
        row.emergency_by = approved_by.strip()
    note(session, now, approved_by, "broadcast.emergency" if as_emergency else "broadcast.approve", str(row.id), {})
    row.state, row.approved_by, row.approved_at, row.scheduled_at = "approved", approved_by.strip(), now, at


def pause(session: Session, broadcast_id: int, by: str = NOBODY) -> None:
    """Stops it at once: what waits leaves the dispatcher's sight in this transaction.

    Raises:
        NotAllowed: It is not being sent.
    """
    row = broadcast_of(session, broadcast_id)
    if row.state not in ("sending", "approved"):
        raise NotAllowed(f"Tin đang ở trạng thái “{row.state}”, không có gì để dừng.")
    note(session, clock.now(), by, "broadcast.pause", str(row.id), {})
    row.state = "paused"
    rows.move_waiting(session, row.id, BULK, HELD)


def resume(session: Session, broadcast_id: int, by: str = NOBODY) -> None:
    """Goes on where it was stopped.

    Raises:
        NotAllowed: It is not paused.
    """
    row = broadcast_of(session, broadcast_id)
    if row.state != "paused":
        raise NotAllowed(f"Tin đang ở trạng thái “{row.state}”, không phải đang dừng.")
    note(session, clock.now(), by, "broadcast.resume", str(row.id), {})
    row.state = "sending" if row.started_at else "approved"
    rows.move_waiting(session, row.id, HELD, BULK)


def cancel(session: Session, broadcast_id: int, now: datetime, by: str = NOBODY) -> None:
    """Ends it for good; who has it has it.

    Raises:
        NotAllowed: It has ended.
    """
    row = broadcast_of(session, broadcast_id)
    if row.state in ("done", "cancelled"):
        raise NotAllowed(f"Tin đã ở trạng thái “{row.state}”.")
    note(session, now, by, "broadcast.cancel", str(row.id), {})
    row.state, row.finished_at = "cancelled", now
    rows.cancel_waiting(session, row.id, now)


def expand(session: Session, reader: DossierReader, now: datetime) -> int:
    """Queues the next rows of broadcasts under way, few enough that a pause has little to take back; returns how many.

    Raises:
        BackendUnavailable: An audience asks for dossiers and their system does not answer.
    """
    room = MOST_WAITING - rows.waiting_bulk(session, MOST_WAITING)
    queued = 0
    for row in rows.due_broadcasts(session, now):
        if room <= 0:
            break
        row.state, row.started_at = "sending", row.started_at or now
        page = _page(session, row, row.cursor, min(PAGE, room))
        chosen = _chosen(session, reader, row, page)
        capped = _capped(session, row, chosen, now)
        reached = [one for one in chosen if one.id not in capped and _way(one, now) is not None]
        queued += _put(session, row, reached, now)
        row.queued += len(reached)
        row.skipped += len(chosen) - len(reached)
        room -= len(chosen)
        if page:
            row.cursor = page[-1].id
        else:
            row.state, row.finished_at = "done", now
    return queued


def _put(session: Session, row: Broadcast, citizens: Sequence[Citizen], now: datetime) -> int:
    return outbox.put_to_many(
        session, citizens, key=f"broadcast:{row.id}", lane=BULK, kind=rows.KIND, message=_message(row), now=now,
        not_before=now if row.emergency_by else earliest(now, None), event_id=row.id,
    )  # fmt: skip


def _message(row: Broadcast) -> TextMessage:
    return TextMessage(row.text, (UrlButton("Xem chi tiết", row.url),) if row.url else ())


def _way(citizen: Citizen, now: datetime) -> channel_plan.Way | None:
    found = channel_plan.ways(
        Reach(True, citizen.last_interaction_at), None, False, now, channel_plan.rates_on(now.astimezone(LOCAL).date())
    )
    return next((way for way in found if way.channel == CS), None)


def _capped(session: Session, row: Broadcast, page: Sequence[Citizen], now: datetime) -> set[str]:
    if row.emergency_by is not None or row.corrects_id is not None:
        return set()
    return caps.full_for_broadcasts(session, [one.id for one in page], earliest(now, None))


def _pages(session: Session, reader: DossierReader, row: Broadcast, after: str) -> Iterator[list[Citizen]]:
    while page := _page(session, row, after, PAGE):
        yield _chosen(session, reader, row, page)
        after = page[-1].id


def _page(session: Session, row: Broadcast, after: str, limit: int) -> list[Citizen]:
    urgent = topics()[row.topic].is_urgent
    audience = _audience(row)
    return rows.page_of_audience(
        session,
        after=after,
        limit=limit,
        topic=None if urgent else row.topic,
        areas=audience.areas,
        had_broadcast=row.corrects_id,
    )


def _chosen(session: Session, reader: DossierReader, row: Broadcast, page: list[Citizen]) -> list[Citizen]:
    """Those of a page whose dossiers fit the audience."""
    audience = _audience(row)
    if not (audience.centre or audience.procedure) or row.corrects_id is not None:
        return page
    followed = rows.followed_codes(session, [one.id for one in page])
    codes = sorted({code for found in followed.values() for code in found})
    dossiers = reader.read(dossier_queries.dossiers_by_codes, codes) if codes else []
    fitting = {
        one.code
        for one in dossiers
        if audience.centre in ("", one.centre_id) and audience.procedure in ("", one.procedure_code)
    }
    return [one for one in page if fitting & set(followed.get(one.id, ()))]


def _audience(row: Broadcast) -> Audience:
    data: dict[str, Any] = row.audience
    return Audience(tuple(data["areas"]), data["centre"], data["procedure"])


def broadcast_of(session: Session, broadcast_id: int) -> Broadcast:
    """One broadcast; raises NotAllowed where there is none."""
    row = rows.broadcast_by_id(session, broadcast_id)
    if row is None:
        raise NotAllowed(f"Không có tin số {broadcast_id}.")
    return row
