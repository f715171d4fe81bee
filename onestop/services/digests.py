"""One message a day for who wants it so: news that can wait is put together at the hour the citizen chose.

News waits as rows of its own in lane `digest`. At the hour they become lines of one message, which is sent like any
other; what became of it is copied to them. One item alone is sent as itself, and where the window for a consultation
message is shut each goes its own lawful way. What must not wait never gets here (`Version.digest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from onestop.clock import LOCAL
from onestop.log import get_logger
from onestop.messages import digest as words
from onestop.messages.types import Button, TextMessage
from onestop.services import buttons, channel_plan, outbox
from onestop.services import delivery_status as status
from onestop.services.buttons import Choice
from onestop.services.preferences import DIGEST, may_be_told, next_hour, preferences_of
from onestop.services.quiet_hours import earliest
from onestop.storage import Session, citizen_settings, conversation
from onestop.storage import digests as rows
from onestop.storage.subscriptions import ended_followers_of
from onestop.storage.tables import Citizen, Notification

log = get_logger()

KIND = rows.KIND
LOOKED_AT_FOR = timedelta(days=3)
UNWANTED, IN_DIGEST = "unwanted", "in-digest"
MOST_DOSSIER_BUTTONS = 3
_ARRIVED = (status.SENT, status.DELIVERED, status.UNKNOWN)


def choose(session: Session, citizen_id: str, hour: time | None, now: datetime) -> bool:
    """Has news put together at this hour of a day, or, with None, sent at once again; what waits goes along.

    Returns:
        Whether that changed anything.
    """
    before = preferences_of(session, citizen_id).digest_at
    if before == hour:
        return False
    value = f"{hour:%H:%M}" if hour is not None else None
    citizen_settings.set_setting(session, citizen_id, DIGEST, value, now)
    for row in rows.waiting_of(session, citizen_id):
        if hour is None:
            _release(row, now)
        else:
            row.next_attempt_at = next_hour(now, hour)
    return True


def make(session: Session, now: datetime, limit: int = 50) -> int:
    """Makes the digests whose hour has come; returns of how many citizens news was let go. By night nothing."""
    if earliest(now, None) > now:
        return 0
    people = rows.due_citizens(session, now, limit)
    for citizen in people:
        _make_one(session, citizen, now)
    return len(people)


def settle(session: Session, now: datetime, limit: int = 200) -> int:
    """Copies what became of a digest to the news in it; one that failed lets each go its own way. Returns how many."""
    return _copy(rows.unsettled(session, limit), now)


def settle_again(session: Session, now: datetime, limit: int = 2000) -> int:
    """Copies what became of digests afterwards: delivered, seen, sent again by an operator. Returns how many."""
    return _copy(rows.outdated(session, _day_number(now - LOOKED_AT_FOR), limit), now)


def _copy(found: Sequence[tuple[Notification, Notification]], now: datetime) -> int:
    for row, digest in found:
        if digest.status in (status.PERMANENT_FAILURE, status.TECHNICAL_FAILURE):
            row.digest_id = None
            _release(row, now)
            continue
        row.status, row.error, row.finished_at = digest.status, digest.error, digest.finished_at
        row.delivered_at, row.seen_at = digest.delivered_at, digest.seen_at
        row.recorded_at = row.recorded_at or now  # the conversation's history has the digest
        if digest.status in _ARRIVED:
            row.channel, row.cost_vnd = digest.channel, 0
    return len(found)


def _make_one(session: Session, citizen: Citizen, now: datetime) -> None:
    chosen = preferences_of(session, citizen.id)
    waiting = rows.due_of(session, citizen.id, now)
    news = []
    for row in waiting:
        is_ended = row.dossier_code and citizen.id in ended_followers_of(session, row.dossier_code)
        if is_ended or not may_be_told(session, citizen.id, row.kind, chosen):
            _end(row, UNWANTED, now)
        elif row.brief is not None:
            news.append(row)
    others = [row for row in waiting if row.brief is None and row.status == status.CREATED]
    if not news:
        for row in others:
            _end(row, UNWANTED, now)
    elif len(news) == 1 or not _is_open(citizen, now):
        for row in (*news, *others):
            _release(row, now)
    else:
        _put_together(session, citizen, news, others, now)


def _put_together(
    session: Session, citizen: Citizen, news: Sequence[Notification], others: Sequence[Notification], now: datetime
) -> None:
    codes = list(dict.fromkeys(row.dossier_code for row in news if row.dossier_code))
    tokens = buttons.mint(citizen.id, _choices(codes), now)
    text = words.digest_text([str(row.brief) for row in news], codes)
    key = f"{KIND}:{citizen.id}:{_day_number(now)}"
    is_new = outbox.put(
        session,
        key=key,
        citizen_id=citizen.id,
        lane=outbox.NOTICE,
        kind=KIND,
        message=TextMessage(text, tuple(Button(token.title, token.token) for token in tokens)),
        now=now,
        dossier_code=codes[0] if len(codes) == 1 else None,
        event_id=_day_number(now),  # by which the recent ones are found
    )
    if not is_new:  # today's is made: one a day
        tomorrow = datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=1), time(), LOCAL)
        hour = preferences_of(session, citizen.id).digest_at or time(17)
        for row in (*news, *others):
            row.next_attempt_at = next_hour(tomorrow, hour)
        return
    session.add_all(tokens)
    digest_id = rows.id_of_key(session, key)
    for row in news:
        row.digest_id = digest_id
    for row in others:
        _end(row, IN_DIGEST, now)
    conversation.set_topic(session, citizen.id, dossier_code=codes[-1], dossier_at=now)
    log.info("digest.made", citizen_id=citizen.id, items=len(news))


def _day_number(at: datetime) -> int:
    """The day as YYYYMMDD, Asia/Ho_Chi_Minh."""
    return int(f"{at.astimezone(LOCAL):%Y%m%d}")


def _choices(codes: Sequence[str]) -> list[Choice]:
    shown = [Choice(f"Xem {code}", "lookup_dossier", {"dossier_code": code}) for code in codes[:MOST_DOSSIER_BUTTONS]]
    more = [Choice("Hồ sơ của tôi", "list_my_dossiers", {})] if len(codes) > MOST_DOSSIER_BUTTONS else []
    return [*shown, *more, Choice("Báo ngay từng tin", "switch_notices", {"kind": KIND, "wanted": "no"})]


def _is_open(citizen: Citizen, now: datetime) -> bool:
    """Whether a consultation message may be written: a template tells of one thing only."""
    rates = channel_plan.rates_on(now.astimezone(LOCAL).date())
    last = citizen.last_interaction_at
    return citizen.unreachable_since is None and last is not None and now - last <= rates.open_for


def _release(row: Notification, now: datetime) -> None:
    row.lane, row.next_attempt_at = outbox.NOTICE, earliest(now, None)


def _end(row: Notification, why: str, now: datetime) -> None:
    row.status, row.error, row.finished_at = status.CANCELLED, why, now
