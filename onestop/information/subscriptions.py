"""Who is told of new records in a commune: "có cúp điện thì báo tui"."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from onestop.clock import LOCAL
from onestop.information.areas import Areas
from onestop.information.book import Record
from onestop.messages.types import Button, TextMessage
from onestop.services import buttons, outbox
from onestop.services.buttons import Choice
from onestop.services.citizens import note_consent
from onestop.services.quiet_hours import earliest
from onestop.storage import Session
from onestop.storage import information as rows

if TYPE_CHECKING:
    from onestop.information.provider import Provider

FORGET_AFTER = timedelta(days=30)
UNKNOWN_AREA = "nơi anh/chị theo dõi"


@dataclass(frozen=True)
class Subscription:
    """A citizen is told of new records of a kind in a commune."""

    kind: str
    area: str


def subscribe(
    session: Session, citizen_id: str, kind: str, area: str, message_id: str, wording: str, now: datetime
) -> bool:
    """Lets a citizen be told, and records that they agreed to be written to.

    Args:
        wording: The words that the citizen had before them.

    Returns:
        Whether they are told only now.
    """
    is_new = rows.insert_subscription(session, citizen_id, kind, area, now)
    note_consent(session, citizen_id, kind, True, wording, message_id, now)
    return is_new


def unsubscribe(
    session: Session, citizen_id: str, kind: str, areas: Sequence[str], message_id: str, wording: str, now: datetime
) -> list[str]:
    """Ends subscriptions; returns the communes of those that there were."""
    ended = [area for area in areas if rows.delete_subscription(session, citizen_id, kind, area)]
    if ended:
        note_consent(session, citizen_id, kind, False, wording, message_id, now)
    return ended


def areas_of(session: Session, citizen_id: str, kind: str) -> list[str]:
    """The communes of which a citizen is told, oldest subscription first."""
    return rows.subscribed_areas(session, citizen_id, kind)


def all_of(session: Session, citizen_id: str) -> list[Subscription]:
    """Everything of which a citizen is told."""
    return [Subscription(row.kind, row.area) for row in rows.subscriptions_of(session, citizen_id)]


def announce(session: Session, provider: Provider, records: Sequence[Record], areas: Areas, now: datetime) -> int:
    """Queues one message to each subscriber with the records that are news to them; quiet hours are kept.

    Returns:
        How many messages. A record is told to a citizen once, also when it goes and comes back in later files.
    """
    rows.delete_old_notices(session, now)
    by_area: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.area:
            by_area[record.area].append(record)
    queued = 0
    for citizen_id, area in rows.subscribers(session, provider.kind, by_area):
        news = [one for one in by_area[area] if _is_news(session, citizen_id, provider.kind, one, now)]
        if news:
            known = areas.area(area)
            text = _text(provider, known.name if known else UNKNOWN_AREA, news, now)
            queued += _put(session, citizen_id, provider, area, _occasion(news), text, now)
    return queued


def _is_news(session: Session, citizen_id: str, kind: str, record: Record, now: datetime) -> bool:
    return rows.insert_notice(session, citizen_id, kind, record.key, (record.ends_at or now) + FORGET_AFTER)


def _text(provider: Provider, area_name: str, news: Sequence[Record], now: datetime) -> str:
    source = provider.source_text(news, now.astimezone(LOCAL).date())
    return f"{provider.news_text(area_name, news, now)}\n{source}"


def _occasion(news: Sequence[Record]) -> str:
    """Names what is told: each record is told to a citizen once, so no two messages have the same."""
    return hashlib.sha256("\n".join(one.key for one in news).encode()).hexdigest()[:32]


def _put(
    session: Session, citizen_id: str, provider: Provider, area: str, occasion: str, text: str, now: datetime
) -> bool:
    choices = [
        Choice("Xem lịch", provider.intent, {"facts": json.dumps({"area": area})}),
        Choice("Thôi báo", provider.intent, {"facts": json.dumps({"area": area, "do": "stop"})}),
    ]
    tokens = buttons.mint(citizen_id, choices, now)
    message = TextMessage(text, tuple(Button(token.title, token.token) for token in tokens))
    is_new = outbox.put(
        session,
        key=f"{provider.kind}:{citizen_id}:{occasion}",
        citizen_id=citizen_id,
        lane=outbox.NOTICE,
        kind=provider.kind,
        message=message,
        now=now,
        not_before=earliest(now, None),
    )
    if is_new:
        session.add_all(tokens)
        rows.set_topic(session, citizen_id, provider.intent, {"area": area}, now)
    return is_new
